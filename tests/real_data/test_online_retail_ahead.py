"""UCI Online Retail: what is told ahead, from 52 whole weeks."""

from pathlib import Path

import pytest

from tests.forecast.held_figures import assert_whole, checks, covered
from tests.shops import FAST, Shop, refreshed, rows

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def shop(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    folder = tmp_path_factory.mktemp("online-retail-ahead")
    (folder / "fast.yaml").write_text(FAST)
    return refreshed(
        folder / "portal.db",
        real_data / "online-retail" / "online_retail.csv.gz",
        "--settings",
        folder / "fast.yaml",
    )


def test_it_errs_no_more_than_as_a_year_before(shop: Shop) -> None:
    found = checks(shop.path)
    assert len(found) == 6
    assert (found["origins"] >= 8).all()
    assert (found["mase"] <= found["mase_naive"]).all()


@pytest.mark.parametrize("step", ["week", "month"])
def test_ranges_hold_what_they_promise(shop: Shop, step: str) -> None:
    found = checks(shop.path)
    assert covered(found, step, 80) == pytest.approx(0.80, abs=0.10)
    assert covered(found, step, 95) == pytest.approx(0.95, abs=0.10)


def test_parts_and_whole_of_it(shop: Shop) -> None:
    assert_whole(shop.path)


def test_the_shop_is_expected_to_be_shut_after_christmas(shop: Shop) -> None:
    (week,) = rows(
        shop.path,
        "select expected, high_95 from published_forecast where series = 'orders'"
        " and step = 'week' and level = 'all' and period_start = '2011-12-26'",
    )
    assert week == (0.0, 0.0)


def test_a_part_week_is_not_known_but_holds_what_came(shop: Shop) -> None:
    (week,) = rows(
        shop.path,
        "select actual, low_95 from published_forecast where series = 'revenue'"
        " and step = 'week' and level = 'all' and period_start = '2011-12-05'",
    )
    assert week[0] is None
    assert week[1] > 300_000
