"""UCI Online Retail: what is told ahead, from 52 whole weeks."""

import pytest

from tests.forecast.held_figures import assert_whole, checks, covered
from tests.shops import Shop, rows

pytestmark = pytest.mark.real_data


def test_it_errs_no_more_than_as_a_year_before(retail: Shop) -> None:
    found = checks(retail.path)
    assert len(found) == 6
    assert (found["origins"] >= 8).all()
    assert (found["mase"] <= found["mase_naive"]).all()


@pytest.mark.parametrize("step", ["week", "month"])
def test_ranges_hold_what_they_promise(retail: Shop, step: str) -> None:
    found = checks(retail.path)
    assert covered(found, step, 80) == pytest.approx(0.80, abs=0.10)
    assert covered(found, step, 95) == pytest.approx(0.95, abs=0.10)


def test_parts_and_whole_of_it(retail: Shop) -> None:
    assert_whole(retail.path)


def test_the_shop_is_expected_to_be_shut_after_christmas(retail: Shop) -> None:
    (week,) = rows(
        retail.path,
        "select expected, high_95 from published_forecast where series = 'orders'"
        " and step = 'week' and level = 'all' and period_start = '2011-12-26'",
    )
    assert week == (0.0, 0.0)


def test_a_part_week_is_not_known_but_holds_what_came(retail: Shop) -> None:
    (week,) = rows(
        retail.path,
        "select actual, low_95 from published_forecast where series = 'revenue'"
        " and step = 'week' and level = 'all' and period_start = '2011-12-05'",
    )
    assert week[0] is None
    assert week[1] > 300_000
