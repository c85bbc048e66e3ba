"""What the benchmarks run on: Online Retail where it is there, made-up shops of any size."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import yaml

from pipeline.run.progress import Progress
from tests.benchmarks.measuring import Cost, Run, measured, run

DATASET = "shop"
ONLINE_RETAIL = "online-retail"
LINES_PER_ORDER = 1.5
TOO_MANY = 1_000_000_000
"""Customers asked for before values are foretold, where they should not be."""
SHEET_LINES = 50_000


class Source(NamedTuple):
    """A file of order lines, its name in the tables and its encoding."""

    name: str
    path: Path
    encoding: str = "utf-8"


class Refreshed(NamedTuple):
    """A database that the product published a source in, and what that cost."""

    database: Path
    cost: Cost


@dataclass(frozen=True)
class Bench:
    """What is asked of every case; `refreshes` are kept, so that cases share them.

    Attributes
    ----------
    folder
        Scratch; its content may be gone afterwards.
    lines
        Size of the made-up shop.
    real_data
        Folder with the real data sets, where there is one.
    repeats
        How often what is cheap is measured.
    settings
        YAML file for the product and for the plain way; none for the defaults.
    run
        Runs a module and tells what that cost.
    """

    folder: Path
    lines: int
    real_data: Path | None
    repeats: int
    progress: Progress
    settings: Path | None = None
    run: Run = run
    refreshes: dict[tuple[Path, Path | None], Refreshed] = field(default_factory=dict)

    def measured(
        self,
        *arguments: str,
        what: str,
        repeats: int | None = None,
        before: Callable[[], None] | None = None,
    ) -> Cost:
        """Say `what` is being measured, and measure it as often as asked."""
        self.progress.step(0, None, what)
        times = self.repeats if repeats is None else repeats
        return measured(self.run, arguments, repeats=times, before=before)

    @property
    def told_settings(self) -> list[str]:
        """Give the arguments that name the settings."""
        return ["--settings", str(self.settings)] if self.settings else []


def without_predictions(bench: Bench) -> Bench:
    """Give a bench whose refreshes foretell nothing: neither outcomes nor values."""
    told = yaml.safe_load(bench.settings.read_text(encoding="utf-8")) if bench.settings else {}
    settings = bench.folder / "without-predictions.yaml"
    nothing = {"models": {"tasks": []}, "value": {"least_customers": TOO_MANY}}
    settings.write_text(yaml.safe_dump(told | nothing), encoding="utf-8")
    return replace(bench, settings=settings)


def online_retail(bench: Bench) -> list[Source]:
    """Give both files of the real data set, or none."""
    if bench.real_data is None:
        return []
    folder = bench.real_data / ONLINE_RETAIL
    return [
        Source("Online Retail, .xlsx", folder / "online_retail.xlsx"),
        Source("Online Retail, .csv.gz", folder / "online_retail.csv.gz", "iso-8859-1"),
    ]


def made_up(bench: Bench, lines: int) -> Source:
    """Write a made-up shop of so many lines as CSV."""
    path = bench.folder / f"made-up-{lines}.csv"
    if not path.exists():
        bench.progress.step(0, None, f"making up {lines:,} lines")
        bench.run(["scripts.sample", str(path), "--lines", str(lines)])
    return Source(f"made-up shop of {lines:,} lines, .csv", path)


def made_up_workbook(bench: Bench) -> Source:
    """Write a made-up shop that fits a sheet as .xlsx."""
    lines = min(bench.lines, SHEET_LINES)
    path = bench.folder / f"made-up-{lines}.xlsx"
    if not path.exists():
        bench.progress.step(0, None, f"making up {lines:,} lines")
        bench.run(["scripts.sample", str(path), "--lines", str(lines)])
    return Source(f"made-up shop of {lines:,} lines, .xlsx", path)


def many_customers(bench: Bench) -> Source:
    """Write a shop with a tenth as many customers as the bench has lines, small orders each."""
    customers = max(bench.lines // 10, 100)
    path = bench.folder / f"many-customers-{customers}.csv"
    if not path.exists():
        bench.progress.step(0, None, f"making up {customers:,} customers")
        bench.run(
            ["tests.benchmarks.children.many", str(path), str(customers), str(LINES_PER_ORDER)]
        )
    return Source(f"made-up shop of {customers:,} customers, .csv", path)


def refreshed(bench: Bench, source: Source, *, repeats: int | None = None) -> Refreshed:
    """Refresh a source into a new database, as often as asked, and keep the last one."""
    key = (source.path, bench.settings)
    if key not in bench.refreshes:
        settings = bench.settings.stem if bench.settings else "default"
        database = bench.folder / f"{source.path.name}.{settings}.db"
        cost = bench.measured(
            "scripts.refresh", str(source.path), "--dataset", DATASET,
            "--db", f"sqlite:///{database}", "--json", *bench.told_settings,
            what=f"product: {source.name}",
            repeats=repeats,
            before=lambda: clear(database),
        )  # fmt: skip
        bench.refreshes[key] = Refreshed(database, cost)
    return bench.refreshes[key]


def clear(database: Path) -> None:
    """Delete a database and what stands beside it."""
    for old in database.parent.glob(f"{database.name}*"):
        old.unlink()
