"""What every test shares: small made-up shops, databases refreshed from them, real data."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before NumPy: workers share few cores
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling

from tests.shops import Shop, made_once, published_forms, refreshed, write_shop

ROOT = Path(__file__).parent.parent

settings.register_profile(
    "clientele", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
settings.load_profile("clientele")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave long runs out unless they are asked for by their mark."""
    if "soak" in config.getoption("markexpr"):
        return
    long = [item for item in items if item.get_closest_marker("soak")]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]


class Together(LoadScopeScheduling):
    """Hands tests to workers one by one, but all of a module that share its fixtures to one."""

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.split("::", maxsplit=1)[0]
        return module if _shares_fixtures(module) else nodeid


@cache
def _shares_fixtures(module: str) -> bool:
    return 'scope="module"' in (ROOT / module).read_text("utf-8")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    """Say how tests are handed to workers."""
    return Together(config, log)


@pytest.fixture(scope="session")
def shop_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write order lines of a small made-up shop, as CSV."""
    return write_shop(tmp_path_factory.mktemp("shop") / "shop.csv")


@pytest.fixture(scope="session")
def published_shop(shop_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Publish that shop in a database that is only to be read."""
    return made_once(
        tmp_path_factory, "published", lambda folder: refreshed(folder / "portal.db", shop_file)
    )


@pytest.fixture(scope="session")
def forms(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Publish a small data set of every form in one database that is only to be read."""
    return made_once(tmp_path_factory, "forms", published_forms)


@pytest.fixture(scope="session")
def online_retail(real_data: Path) -> Path:
    """Give the folder of Online Retail."""
    return real_data / "online-retail"


@pytest.fixture(scope="session")
def retail(online_retail: Path, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Refresh the whole of it once, with every default but fewer tasks; only to be read."""

    def made(folder: Path) -> Shop:
        settings = folder / "churn.yaml"
        settings.write_text("models: {tasks: [churn]}")
        source = online_retail / "online_retail.csv.gz"
        return refreshed(
            folder / "portal.db", source, "--settings", settings, dataset="online-retail"
        )

    return made_once(tmp_path_factory, "online-retail", made)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Give the folder of real data sets, or skip and say why."""
    named = os.environ.get("PORTAL_REAL_DATA")
    if not named:
        pytest.skip("PORTAL_REAL_DATA names no folder with the real data sets")
    return Path(named)
