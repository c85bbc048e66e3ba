"""A published shop that each test may ruin, and the files that take turns as its records."""

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.shops import Shop, refreshed, rows, write_shop

SETTINGS = """
segments: {algorithm: kmeans, tuning: true, trials: 2, bootstraps: 2, evidence: [4, 5]}
models: {tasks: [churn, segment], trials: 1, bootstraps: 100, families: [decision_tree],
  nested_repeats: 0, folds: 2, least_customers: 60, least_in_class: 8}
runs: {keep: 2}
"""
"""Little of everything: what these tests break is the way, not the results."""


class Ground(NamedTuple):
    """A shop published from the first of its files, with only two runs kept."""

    shop: Shop
    files: tuple[Path, Path]
    settings: list[str]

    def arguments(self, which: int = 1) -> list[str]:
        """Give the arguments that make one of the files its records, by default the other."""
        chosen = str(self.files[which % 2])
        return [chosen, "--dataset", "shop", "--db", self.shop.url, *self.settings]

    def run(self) -> int:
        """Give the number of the published run."""
        published = "select run from published_run where dataset = 'shop'"
        return rows(self.shop.path, published)[0][0]

    def last_run(self) -> tuple[str, str | None]:
        """Give the status and message of the newest run."""
        newest = "select status, message from run order by run_id desc limit 1"
        return rows(self.shop.path, newest)[0]


@pytest.fixture(scope="session")
def untouched_ground(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ground")
    write_shop(folder / "second.csv", customers=140, seed=2)
    first = write_shop(folder / "first.csv", customers=110, seed=1)
    settings = folder / "quick.yaml"
    settings.write_text(SETTINGS)
    refreshed(folder / "portal.db", first, "--settings", settings)
    return folder


@pytest.fixture
def ground(untouched_ground: Path, tmp_path: Path) -> Ground:
    folder = Path(shutil.copytree(untouched_ground, tmp_path / "ground"))
    database = folder / "portal.db"
    return Ground(
        Shop(database, f"sqlite:///{database}", "shop"),
        (folder / "first.csv", folder / "second.csv"),
        ["--settings", str(folder / "quick.yaml")],
    )
