"""What every test shares: small made-up shops, databases refreshed from them, real data."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before NumPy: workers share few cores
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.shops import Shop, refreshed, write_shop

settings.register_profile(
    "clientele", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
settings.load_profile("clientele")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave long runs out unless asked for by their mark; keep together what shares a module.

    Tests that use fixtures of their module go to one worker (`--dist loadgroup`), or each
    worker would make them anew.
    """
    for item in items:
        if _shares_a_module(item):
            item.add_marker(pytest.mark.xdist_group(item.nodeid.split("::")[0]))
    if "soak" in config.getoption("markexpr"):
        return
    long = [item for item in items if item.get_closest_marker("soak")]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]


def _shares_a_module(item: pytest.Item) -> bool:
    info = getattr(item, "_fixtureinfo", None)
    known = info.name2fixturedefs.values() if info else ()
    return any(each.scope == "module" for defined in known for each in defined)


@pytest.fixture(scope="session")
def shop_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write order lines of a small made-up shop, as CSV."""
    return write_shop(tmp_path_factory.mktemp("shop") / "shop.csv")


@pytest.fixture(scope="session")
def published_shop(shop_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Publish that shop in a database that is only to be read."""
    return refreshed(tmp_path_factory.mktemp("published") / "portal.db", shop_file)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Give the folder of real data sets, or skip and say why."""
    named = os.environ.get("PORTAL_REAL_DATA")
    if not named:
        pytest.skip("PORTAL_REAL_DATA names no folder with the real data sets")
    return Path(named)
