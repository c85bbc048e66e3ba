"""Levels: each rule by hand, which of them serves, and ranges that misses widen."""

import numpy as np
import pytest
from scipy.special import expit, logit

from pipeline.learning.backtesting.levels import (
    CLOSED,
    LEAST_MISS,
    SEASON,
    UNTRIED_MISS,
    YEAR_AGO,
    Closed,
    Outlook,
    closed_by,
    level,
    rates,
    rule_for,
    season_of,
    shift_to,
)


def outlook(day: int, expected: float = 0.5, **more: object) -> Outlook:
    given = {
        "seasonal": None, "season": None, "is_gaining": True, "history_days": day,
        "customers": 10_000, **more,
    }  # fmt: skip
    return Outlook(day=day, expected=expected, **given)  # type: ignore[arg-type]


def test_closed_windows_count_one_each_and_the_customer_base_model_two():
    closed = [Closed(outlook(100), 0.4), Closed(outlook(130), 0.6), Closed(outlook(160), 0.5)]
    assert rates(outlook(300, 0.7), closed) == {CLOSED: pytest.approx((1.5 + 1.4) / 5)}
    assert rates(outlook(300, 0.7), []) == {CLOSED: pytest.approx(0.7)}


def test_a_year_ago_moves_todays_mean_by_what_was_missed_then():
    then = Closed(outlook(300, 0.5), 0.6)
    found = rates(outlook(665, 0.4), [then])
    assert found[YEAR_AGO] == pytest.approx(expit(logit(0.4) + logit(0.6) - logit(0.5)))
    assert YEAR_AGO not in rates(outlook(665, 0.4), [Closed(outlook(250, 0.5), 0.6)])
    young = Closed(outlook(300, 0.5, history_days=200), 0.6)
    assert YEAR_AGO not in rates(outlook(665, 0.4), [young])


@pytest.mark.parametrize(
    ("seasonal", "gaining", "then", "rule"),
    [
        (0.3, True, True, SEASON),
        (0.3, False, True, YEAR_AGO),
        (0.3, False, False, CLOSED),
        (None, True, True, YEAR_AGO),
        (None, True, False, CLOSED),
    ],
)
def test_which_rule_serves(seasonal: float | None, gaining: bool, then: bool, rule: str):
    now = outlook(665, 0.4, seasonal=seasonal, is_gaining=gaining)
    closed = [Closed(outlook(300, 0.5), 0.6)] if then else []
    assert rule_for(now, closed, horizon_days=90) == rule


def many(season_right: bool) -> list[Closed]:
    """Give windows where the season tells the rate and the mean doesn't, or the reverse."""
    found = []
    for place in range(12):
        rate = 0.35 if place % 2 else 0.65
        seasonal = rate if season_right else 1 - rate
        found.append(Closed(outlook(400 + 30 * place, 0.5, seasonal=seasonal), rate))
    return found


def test_another_rule_takes_over_only_where_it_was_clearly_better():
    now = outlook(900, 0.5, seasonal=0.3)
    assert rule_for(now, many(season_right=True), horizon_days=90) == SEASON
    assert rule_for(now, many(season_right=False), horizon_days=90) == CLOSED
    few = many(season_right=False)[:5]
    assert rule_for(now, few, horizon_days=90) == SEASON


def test_the_range_holds_what_was_missed():
    now = outlook(900, 0.5)
    days = [outlook(400 + 30 * place, 0.5, history_days=200) for place in range(10)]
    surprised = [Closed(day, 0.8) for day in days]
    right = [Closed(day, 0.5) for day in days]
    wide, narrow = (level(now, each, horizon_days=90) for each in (surprised, right))
    assert narrow.miss == LEAST_MISS
    assert wide.miss > 2 * LEAST_MISS
    assert logit(wide.rate) - logit(wide.low) > 2 * (logit(narrow.rate) - logit(narrow.low))
    assert narrow.low < narrow.rate < narrow.high
    untried = level(now, [], horizon_days=90)
    assert (untried.miss, untried.tried) == (UNTRIED_MISS, 0)
    twice = level(now, surprised[:2], horizon_days=90)
    assert (twice.miss, twice.tried) == (UNTRIED_MISS, 2)
    assert logit(narrow.high) - logit(narrow.rate) == pytest.approx(2 * LEAST_MISS, abs=0.01)


def test_few_customers_scatter_by_themselves():
    many_, few = (
        level(outlook(900, 0.5, customers=number), [], horizon_days=90)
        for number in (10_000, 20)
    )
    assert few.high - few.low > many_.high - many_.low


def test_a_window_knows_only_those_closed_before_it():
    closed = [Closed(outlook(day), 0.5) for day in (100, 130, 190)]
    assert [each.outlook.day for each in closed_by(closed, 220, horizon_days=90)] == [100, 130]
    later = [*closed, Closed(outlook(400, 0.5), 0.99)]
    before = closed_by(later, 300, horizon_days=90)
    assert level(outlook(300), before, horizon_days=90) == level(
        outlook(300), closed, horizon_days=90
    )


def test_a_season_by_hand():
    assert season_of(90, 90, 365, 365, 1.0) == pytest.approx(1.0)
    assert season_of(180, 90, 365, 365, 1.0) == pytest.approx(2.0)
    assert season_of(90, 90, 365, 365, 1.5) == pytest.approx(1.5 ** (138 / 365))
    assert season_of(90, 90, 365, 365, 9.0) == season_of(90, 90, 365, 365, 2.0)
    assert season_of(0, 90, 365, 365, 1.0) is None


@pytest.mark.parametrize("rate", [0.02, 0.3, 0.5, 0.97])
def test_a_shift_brings_the_mean_there_and_keeps_the_order(rate: float):
    told = np.random.default_rng(0).beta(0.5, 0.7, 2_000)
    moved = expit(logit(np.clip(told, 1e-9, 1 - 1e-9)) + shift_to(told, rate))
    assert moved.mean() == pytest.approx(rate, abs=1e-6)
    assert (np.argsort(moved, kind="stable") == np.argsort(told, kind="stable")).all()


def test_a_shift_that_cannot_be_is_none():
    assert shift_to(np.array([]), 0.5) == 0.0
    assert shift_to(np.array([0.5]), 1.0) == 0.0
