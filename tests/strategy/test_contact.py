"""Whom to contact: the formula by hand, the list of who pays, bands, the level's doubt."""

import numpy as np
import pandas as pd
import pytest

from pipeline.base.errors import StrategyError
from pipeline.strategy.contact import BANDS, contact_list, contact_profit, risk_bands
from pipeline.strategy.retention import RetentionCosts

COSTS = RetentionCosts(contact_cost=1, incentive=10, success_rate=0.3, margin=0.5, months=3)


def shop(number: int = 2_000, seed: int = 0) -> tuple[pd.Series, pd.Series]:
    chance = np.random.default_rng(seed)
    return pd.Series(chance.beta(1.2, 1.2, number)), pd.Series(chance.gamma(0.8, 200, number))


@pytest.mark.parametrize(
    ("p", "v", "accept", "profit"),
    [
        (1.0, 200.0, 1.0, 0.3 * (100 - 10) - 1),
        (0.0, 200.0, 1.0, -10 - 1),
        (0.0, 200.0, 0.0, -1),
        (0.5, 200.0, 1.0, 0.5 * 0.3 * 90 - 0.5 * 10 - 1),
        (0.5, 200.0, 0.4, 0.5 * 0.3 * 90 - 0.5 * 0.4 * 10 - 1),
        (0.5, 0.0, 1.0, -0.5 * 0.3 * 10 - 0.5 * 10 - 1),
    ],
)
def test_the_formula_by_hand(p: float, v: float, accept: float, profit: float):
    costs = COSTS.model_copy(update={"staying_accept": accept})
    found = contact_profit(pd.Series([p]), pd.Series([v]), costs=costs)
    assert found.tolist() == [pytest.approx(profit)]


def test_what_is_not_known_has_no_profit():
    found = contact_profit(pd.Series([0.5, np.nan]), pd.Series([np.nan, 10.0]), costs=COSTS)
    assert found.isna().all()


def test_a_probability_beyond_one_is_refused():
    with pytest.raises(StrategyError, match="from 0 to 1"):
        contact_profit(pd.Series([1.2]), pd.Series([1.0]), costs=COSTS)


def test_the_list_is_whoever_pays_and_no_cut_on_probability_brings_more():
    p, v = shop()
    profit = contact_profit(p, v, costs=COSTS)
    found = contact_list(p, v, costs=COSTS, miss=0.25)
    assert found.customers == (profit > 0).sum()
    assert found.profit == pytest.approx(profit[profit > 0].sum())
    by_cut = [profit[p >= cut].sum() for cut in np.linspace(0, 1, 201)]
    assert found.profit > max(by_cut)


def test_the_cost_is_contacts_and_incentives_taken():
    p, v = pd.Series([1.0, 1.0]), pd.Series([1_000.0, 0.0])
    found = contact_list(p, v, costs=COSTS, miss=0.25)
    assert found.customers == 1
    assert found.cost == pytest.approx(1 + 0.3 * 10)


def test_a_level_that_may_be_off_widens_the_range():
    p, v = shop()
    sure = contact_list(p, v, costs=COSTS, miss=0.0)
    assert (sure.low, sure.high) == (pytest.approx(sure.profit),) * 2
    assert (sure.fewest, sure.most) == (sure.customers,) * 2
    narrow, wide = (contact_list(p, v, costs=COSTS, miss=miss) for miss in (0.25, 0.5))
    assert wide.low < narrow.low < narrow.profit < narrow.high < wide.high
    assert wide.fewest <= narrow.fewest <= narrow.customers <= narrow.most <= wide.most


def test_nobody_is_a_list_too():
    nothing = pd.Series([], dtype=float)
    assert contact_list(nothing, nothing, costs=COSTS, miss=0.25).customers == 0


def test_bands_are_probability_alone_and_do_not_overlap():
    p = pd.Series([0.0, 0.329, 0.33, 0.659, 0.66, 1.0, np.nan])
    found = risk_bands(p, ends=(0.33, 0.66))
    assert found[:6].tolist() == [BANDS[place] for place in (0, 0, 1, 1, 2, 2)]
    assert found.isna().tolist() == [False] * 6 + [True]


@pytest.mark.parametrize("ends", [(0.7, 0.3), (0.0, 0.5), (0.5, 1.0)])
def test_bands_have_ends_in_order(ends: tuple[float, float]):
    with pytest.raises(StrategyError, match="the lower first"):
        risk_bands(pd.Series([0.5]), ends=ends)
