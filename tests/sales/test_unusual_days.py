"""Unusual days: near none on series of chance alone, planted ones found and explained."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from pipeline.sales.days.unusual import Unusual, unusual
from pipeline.sales.ledger import ledger
from pipeline.sales.unusual_parts import Explained, with_segments
from pipeline.sales.usual import usual
from pipeline.trade_settings import WatchSettings
from tests.sales import shops_of_lines as shop

SETTINGS = WatchSettings()
DAYS = np.arange(730)
WEEKDAYS = DAYS % 7
SHAPES = ("flat", "growing", "yearly")
AS_OF = dt.date(2024, 2, 6)


def series(seed: int, *, shape: str, noise: float = 0.3) -> np.ndarray:
    """Draw two years of days with weekdays, growth or a season, and noise by factors."""
    rng = np.random.default_rng(seed)
    level = {
        "flat": np.zeros(730),
        "growing": np.linspace(0, 1.2, 730),
        "yearly": 0.5 * np.sin(2 * np.pi * DAYS / 365),
    }[shape]
    weekdays = rng.normal(0, 0.3, 7)[WEEKDAYS]
    return np.asarray(1000 * np.exp(level + weekdays + rng.normal(0, noise, 730)))


def odd_days(values: np.ndarray, *, are_counts: bool = False) -> np.ndarray:
    found = usual(
        DAYS, values, WEEKDAYS, around=28, limit=SETTINGS.limit, are_counts=are_counts
    )
    change = np.abs(values / found.expected - 1)
    return np.flatnonzero((np.abs(found.score) >= SETTINGS.limit) & (change >= 0.3))


@pytest.mark.parametrize("shape", SHAPES)
def test_chance_alone_gives_near_no_unusual_days(shape: str):
    alarms = [len(odd_days(series(seed, shape=shape))) for seed in range(10)]
    # Of normal values 730 days would give 0.05 beyond 4 spreads; measured on 100 series: 0.1.
    assert sum(alarms) / len(alarms) <= 0.5


def test_chance_alone_gives_near_no_unusual_counts():
    alarms = []
    for seed in range(10):
        counts = np.random.default_rng(seed).poisson(8, 730).clip(1).astype(float)
        alarms.append(len(odd_days(counts, are_counts=True)))
    assert sum(alarms) / len(alarms) <= 0.5


def test_a_series_without_noise_gives_none():
    assert not len(odd_days(1000 * np.exp(np.linspace(0, 1, 730))))


@pytest.mark.parametrize("shape", SHAPES)
def test_planted_days_are_found(shape: str):
    planted = [40, 300, 301, 302, 500, 729]
    for seed in range(3):
        values = series(seed, shape=shape)
        values[planted] *= 10
        values[[200, 600]] /= 10
        assert {*planted, 200, 600} <= set(odd_days(values).tolist())


def test_days_of_a_seldom_weekday_are_not_judged():
    there = np.array([0, 1, 2, 3, 4, 5, *range(7, 400)])
    season = np.where(there % 7 == 5, 5, 0)
    season[(there % 7 == 5) & (there > 20)] = 0
    found = usual(there, np.full(len(there), 5.0), season, around=28, limit=4)
    assert np.isnan(found.score[season == 5]).all()
    assert not np.isnan(found.score[season == 0]).any()


def found_with(lines: pd.DataFrame, settings: WatchSettings = SETTINGS) -> Unusual:
    whole = shop.clean(lines, shop.CleaningSettings())
    return unusual(ledger(whole.purchases, whole.cancellations, as_of=AS_OF), settings)


def with_large_order(lines: pd.DataFrame) -> pd.DataFrame:
    day = pd.Timestamp("2023-09-05 12:00")
    one = lines.iloc[[0]].assign(
        invoice="999", product="P7", customer_id="c007", ordered_at=day, quantity=9_000.0,
        unit_price=2.0, country="France",
    )  # fmt: skip
    back = one.assign(invoice="C998", quantity=-9_000.0, ordered_at=day + pd.Timedelta(hours=1))
    both = pd.concat([lines.astype(dict.fromkeys(shop.TEXTS, object)), one, back])
    for name in shop.TEXTS:
        both[name] = both[name].astype("str").astype("category")
    return both.assign(source_row=range(len(both))).reset_index(drop=True)


@pytest.fixture(scope="module")
def planted() -> Unusual:
    return found_with(with_large_order(shop.lines(customers=150)))


def test_an_order_that_came_back_is_unusual_all_the_same(planted: Unusual):
    table = planted.periods.query("step == 'day' and figure == 'revenue' and is_unusual")
    row = table.set_index("period_start").loc[dt.date(2023, 9, 5)]
    assert row["value"] > row["high"] > row["expected"]
    assert row["came_back"] >= 18_000


def test_parts_add_up_and_the_order_is_the_main_one(planted: Unusual):
    segments = pd.Series({f"c{number:03}": "Loyal" for number in range(150)} | {"c007": "New"})
    parts = with_segments(Explained(planted.parts, planted.by_customer), segments)
    mine = parts[
        (parts["step"] == "day")
        & (parts["figure"] == "revenue")
        & (parts["period_start"] == dt.date(2023, 9, 5))
    ]
    first = mine[mine["position"] == 0].set_index("by")["level"].to_dict()
    assert first == {
        "order": "999", "customer": "c007", "product": "P7", "segment": "New",
        "country": "France",
    }  # fmt: skip
    assert mine[mine["is_main"]]["level"].tolist() == ["999"]
    whole = planted.by_customer.query("step == 'day' and figure == 'revenue'")
    shares = whole[whole["period_start"] == dt.date(2023, 9, 5)]["share"]
    assert shares.sum() == pytest.approx(1)


def test_too_few_days_are_not_judged():
    few = found_with(shop.lines(days=40))
    assert few.periods.empty
    assert few.parts.empty


def test_weeks_are_whole_ones(planted: Unusual):
    weeks = planted.periods.query("step == 'week'")["period_start"]
    assert {day.weekday() for day in weeks} == {0}
    assert max(weeks) + dt.timedelta(days=6) <= AS_OF
