"""The forecasts of the built-in made-up shop."""

from pathlib import Path

import pytest

from tests.forecast.held_figures import assert_whole, checks, covered
from tests.shops import FAST, Shop, refreshed


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    folder: Path = tmp_path_factory.mktemp("ahead")
    (folder / "fast.yaml").write_text(FAST)
    return refreshed(folder / "portal.db", "--settings", folder / "fast.yaml", currency=None)


def test_it_is_told_better_than_as_a_year_before(shop: Shop) -> None:
    found = checks(shop.path)
    assert len(found) == 6
    assert (found["origins"] >= 8).all()
    assert (found["mase"] < found["mase_naive"]).all()


def test_ranges_of_weeks_hold_what_they_promise(shop: Shop) -> None:
    found = checks(shop.path)
    assert covered(found, "week", 80) == pytest.approx(0.80, abs=0.05)
    assert covered(found, "week", 95) == pytest.approx(0.95, abs=0.05)


def test_ranges_of_months_are_rather_too_wide(shop: Shop) -> None:
    found = checks(shop.path)
    assert covered(found, "month", 80) >= 0.75
    assert covered(found, "month", 95) >= 0.90


def test_parts_and_whole(shop: Shop) -> None:
    assert_whole(shop.path)
