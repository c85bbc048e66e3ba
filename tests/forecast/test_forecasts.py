"""What comes next: parts and whole, ranges, no look into the future, days without trade."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.forecast.days import days_of
from pipeline.forecast.models import NAIVE, SEASON, THETA, seasonal_naive
from pipeline.forecast.origins import looked_ahead, origins_of, traded
from pipeline.forecast.stage import Forecasts, forecasts
from pipeline.forecast.weeks import weeks_of
from pipeline.sales.days.trade import Trade
from pipeline.trade_settings import ForecastSettings
from tests.forecast.traded_days import FIRST, NOBODY_ASSIGNED, drawn, of_orders, segments, until

SETTINGS = ForecastSettings()
FEW_ORIGINS = ForecastSettings(origins=6)
KEY = ["series", "step", "level", "period_start"]


def told(trade: Trade, assigned: pd.DataFrame = NOBODY_ASSIGNED) -> Forecasts:
    return forecasts(trade, assigned, FEW_ORIGINS)


def ahead(found: Forecasts, series: str = "revenue", step: str = "week") -> pd.DataFrame:
    rows = found.rows
    return rows[rows["actual"].isna() & (rows["series"] == series) & (rows["step"] == step)]


@given(days=st.integers(90, 480), seed=st.integers(0, 99), growth=st.floats(-1.5, 1.5))
@settings(max_examples=12, deadline=None)
def test_parts_add_up_and_ranges_lie_in_order(days: int, seed: int, growth: float) -> None:
    trade = drawn(days=days, seed=seed, growth=growth)
    rows = told(trade, segments(trade)).rows
    later = rows[rows["actual"].isna()]
    ends = later[["low_95", "low_80", "expected", "high_80", "high_95"]].to_numpy(dtype=float)
    assert (np.diff(ends, axis=1) >= 0).all()
    assert (ends >= 0).all()
    assert not rows.duplicated(KEY).any()
    for series in ("revenue", "orders"):
        mine = later[later["series"] == series]
        whole = mine[mine["level"] == "all"].set_index(["step", "period_start"])["expected"]
        for dimension in ("country", "segment"):
            parts = mine[mine["level"].str.startswith(dimension)]
            total = parts.groupby(["step", "period_start"])["expected"].sum()
            pd.testing.assert_series_equal(
                total.astype(float), whole.astype(float).sort_index(), atol=1e-3,
                check_names=False,
            )  # fmt: skip


def test_known_parts_add_up_and_buyers_do_not() -> None:
    trade = drawn()
    rows = told(trade, segments(trade)).rows
    known = rows[rows["actual"].notna() & (rows["step"] == "month")]
    by_level = known.pivot_table(
        index="period_start", columns=["series", "level"], values="actual", aggfunc="sum"
    )
    for series in ("revenue", "orders"):
        both = by_level[series]["country: Even"] + by_level[series]["country: Odd"]
        assert both.to_numpy() == pytest.approx(by_level[series]["all"].to_numpy())
    assert (by_level["buyers"]["all"] <= 40).all()


def test_known_months_and_weeks_are_those_of_pandas() -> None:
    trade = drawn(days=120)
    rows = told(trade).rows
    at = pd.to_datetime(trade.first + trade.day)
    orders = pd.DataFrame({"at": at, "net": trade.net, "who": trade.customer})
    known = rows[rows["actual"].notna() & (rows["level"] == "all")].set_index(KEY[:2])
    buyers = orders[orders["who"] >= 0].groupby(orders["at"].dt.to_period("W"))["who"].nunique()
    mine = known.loc[("buyers", "week")]
    assert mine["actual"].tolist() == buyers.tolist()[: len(mine)]
    revenue = orders.groupby(orders["at"].dt.to_period("M"))["net"].sum()
    mine = known.loc[("revenue", "month")]
    # January begins two days late, and is no whole month.
    whole = revenue.tolist()[1 : len(mine) + 1]
    assert mine["actual"].tolist() == pytest.approx(whole, abs=1e-3)


def test_periods_in_part_are_not_known_but_hold_what_came() -> None:
    trade = drawn(days=7 * 20 + 3)  # ends on a Wednesday, in the middle of a month
    found = told(trade)
    week = ahead(found).iloc[0]
    assert week["period_start"] == (FIRST + 7 * 20).astype(object)
    came = trade.net[trade.day >= 7 * 20].sum()
    assert came < week["low_95"] + 1e-3
    month = ahead(found, step="month").iloc[0]
    assert month["period_start"] == dt.date(2022, 5, 1)
    begun = (dt.date(2022, 5, 1) - dt.date(2022, 1, 3)).days
    assert month["low_95"] >= trade.net[trade.day >= begun].sum() - 1e-3
    known = found.rows[found.rows["actual"].notna()]
    assert week["period_start"] not in set(known[known["step"] == "week"]["period_start"])
    assert month["period_start"] not in set(known[known["step"] == "month"]["period_start"])


def test_the_first_period_in_part_is_left_out() -> None:
    trade = drawn(days=140, first=np.datetime64("2022-01-06"))  # a Thursday
    known = told(trade).rows.query("actual == actual and level == 'all'")
    assert known[known["step"] == "week"]["period_start"].min() == dt.date(2022, 1, 10)
    assert known[known["step"] == "month"]["period_start"].min() == dt.date(2022, 2, 1)


@pytest.mark.parametrize("days", [200, 480])
def test_a_forecast_knows_nothing_of_what_comes(days: int) -> None:
    whole = drawn(days=days, season=0.3, growth=0.5)
    weeks = days // 7 - 6
    calendars = []
    for trade in (whole, until(whole, 7 * weeks)):
        laid = days_of(trade, NOBODY_ASSIGNED)
        series = traded(laid, weeks_of(laid, ahead=7 * 40), "revenue")
        calendars.append(looked_ahead(series, weeks, 30))
    then, now = calendars
    assert then.paths.keys() == now.paths.keys()
    for way, path in then.paths.items():
        assert path == pytest.approx(now.paths[way]), way
    assert then.apart.recent == pytest.approx(now.apart.recent)
    assert then.spread == pytest.approx(now.spread)


def test_segments_are_those_before_the_order() -> None:
    trade = of_orders([0, 40, 80, 119], [0, 0, 0, -1], [1.0, 2.0, 4.0, 8.0], days=120)
    assigned = pd.DataFrame(
        {
            "as_of": [dt.date(2022, 1, 20), dt.date(2022, 3, 1), dt.date(2022, 3, 1)],
            "customer_id": ["c0", "c0", "c1"],
            "segment": ["Best", "Rest", "Best"],
        }
    )
    laid = days_of(trade, assigned)
    total = dict(
        zip(
            [part.level for part in laid.parts], laid.values["revenue"].sum(axis=0), strict=True
        )
    )
    assert total["segment: (first orders)"] == 1.0
    assert total["segment: Best"] == 2.0
    assert total["segment: Rest"] == 4.0
    assert total["segment: (no customer)"] == 8.0


def test_the_same_gives_the_same() -> None:
    trade = drawn()
    one, other = (told(trade, segments(trade)) for _ in range(2))
    pd.testing.assert_frame_equal(one.rows, other.rows)
    pd.testing.assert_frame_equal(one.checks, other.checks)


@pytest.mark.parametrize(("weeks", "is_told"), [(8, False), (9, True)])
def test_too_few_whole_weeks_tell_nothing(weeks: int, *, is_told: bool) -> None:
    found = told(drawn(days=7 * weeks + 3))
    assert found.weeks == weeks
    assert found.rows.empty != is_told


def test_a_year_that_comes_again_is_told_by_its_seasonal_naive() -> None:
    rng = np.random.default_rng(4)
    year = rng.gamma(2, 100, 52)
    by_day = np.tile(np.repeat(year / 7, 7), 2)
    trade = of_orders(np.arange(728), np.zeros(728, dtype=int), by_day, days=728)
    checks = told(trade).checks.query("series == 'revenue' and step == 'week'")
    one = checks[checks["level"] == "all"].iloc[0]
    assert one["model"] == NAIVE
    assert pd.isna(one["mase"])  # nothing ever changes on a year before, to measure errors by


@pytest.mark.parametrize(("days", "way"), [(300, THETA), (728, SEASON)])
def test_growth_is_told_better_than_by_a_year_before(days: int, way: str) -> None:
    checks = told(drawn(days=days, growth=1.2, season=0.4, a_day=30)).checks
    one = checks.query("series == 'orders' and step == 'week' and level == 'all'").iloc[0]
    assert one["model"] == way
    assert one["mase"] < one["mase_naive"]


def test_weeks_shut_a_year_before_are_expected_to_be_shut() -> None:
    def shut(dates: np.ndarray) -> np.ndarray:
        day = pd.DatetimeIndex(dates)
        sunday = day.day_of_week == 6
        return np.asarray(sunday | ((day.month == 12) & (day.day >= 24)))

    found = told(drawn(days=7 * 100, a_day=12, shut=shut))  # ends on 3 December
    weeks = ahead(found)
    level = weeks[weeks["level"] == "all"].set_index("period_start")
    assert level.loc[dt.date(2023, 12, 25), "high_95"] == 0
    before, after = level.loc[dt.date(2023, 12, 18)], level.loc[dt.date(2024, 1, 1)]
    assert before["low_95"] > 0
    assert after["low_95"] > 0


def test_a_shop_that_seldom_sells_is_never_called_shut() -> None:
    trade = of_orders(np.arange(0, 300, 3), np.arange(100) % 7, np.ones(100), days=300)
    laid = days_of(trade, NOBODY_ASSIGNED)
    calendar = weeks_of(laid, ahead=70)
    assert calendar.open.all()
    assert not calendar.shut_again.any()


def test_seasonal_naive_is_a_year_before_or_the_last_week() -> None:
    weeks = np.arange(60.0)
    assert seasonal_naive(weeks, 2).tolist() == [8.0, 9.0]
    assert seasonal_naive(weeks[:51], 2).tolist() == [50.0, 50.0]


@pytest.mark.parametrize(("weeks", "least"), [(9, 1), (20, 8), (52, 8), (70, 8), (104, 8)])
def test_there_are_eight_origins_where_history_allows(weeks: int, least: int) -> None:
    origins = origins_of(weeks, most=SETTINGS.origins)
    assert len(origins) >= least
    assert origins[-1] == weeks - 1
    assert origins == sorted(origins)
    assert min(origins) >= 8
