"""The return calculator: by hand, as distributions, and the list's sums to the penny."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.base.errors import StrategyError
from pipeline.strategy.contact import contact_profit, expected_cost
from pipeline.strategy.retention import RetentionCosts
from pipeline.strategy.returns import (
    COSTS,
    NOBODY,
    Assumptions,
    Listed,
    Returns,
    assumptions,
    break_even_success,
    simulate,
    tornado,
)

USUAL = {
    "contact_cost": 1.0, "incentive": 10.0, "success_rate": 0.3, "margin": 0.5,
    "staying_accept": 0.5,
}  # fmt: skip
LIST = Listed(100, (30.0, 40.0, 45.0), (4_000.0, 6_000.0, 7_000.0), 520.0, 380.0)


def ranges(**changes: tuple[float, float, float]) -> dict[str, dict[str, float]]:
    """Give certain costs but for those that are named."""
    three = {name: (value, value, value) for name, value in USUAL.items()} | changes
    return {
        name: dict(zip(("low", "likely", "high"), each, strict=True))
        for name, each in three.items()
    }


def likely(found: Returns) -> dict[str, float]:
    return dict(zip(found.measures["measure"], found.measures["likely"], strict=True))


def assumed(**changes: tuple[float, float, float]) -> Assumptions:
    return assumptions(LIST, ranges(**changes))


def test_by_hand() -> None:
    # 40 of 100 leave with 6,000 at stake; 12 are kept; 30 of those who stay take the offer
    found = likely(simulate(assumed(), seed=0, draws=10))
    assert found["kept"] == pytest.approx(12)
    assert found["revenue"] == pytest.approx(1_800)
    assert found["margin"] == pytest.approx(900)
    assert found["cost"] == pytest.approx(100 + 10 * (12 + 30))
    assert found["profit"] == pytest.approx(900 - 520)
    assert found["roi"] == pytest.approx(380 / 520)


@given(st.integers(0, 2**16))
def test_a_lists_sums_come_out_to_the_penny(seed: int) -> None:
    chance = np.random.default_rng(seed)
    p, v = pd.Series(chance.beta(1, 1, 50)), pd.Series(chance.gamma(1, 100, 50))
    costs = RetentionCosts(**USUAL)
    profit = contact_profit(p, v, costs=costs)
    cost = float(expected_cost(p, costs=costs).sum())
    sums = (p.sum(), p.sum(), p.sum()), ((p * v).sum(),) * 3
    listed = Listed(50, *sums, cost, float(profit.sum()))
    found = likely(simulate(assumptions(listed, ranges()), seed=0, draws=2))
    assert round(found["profit"], 2) == round(float(profit.sum()), 2)
    assert round(found["cost"], 2) == round(cost, 2)


def test_costs_without_doubt_leave_the_level_alone_in_doubt() -> None:
    found = simulate(assumed(), seed=0)
    ends = tornado(assumed()).iloc[0]
    assert ends["input"] == "leaving"
    assert found.draws["profit"].min() >= ends["profit_low"] - 1e-6
    assert found.draws["profit"].max() <= ends["profit_high"] + 1e-6
    at_low = 0.5 * 0.3 * 4_000 - 100 - 10 * (0.3 * 30 + 0.5 * 70)
    assert ends["profit_low"] == pytest.approx(at_low)


def test_a_wider_range_widens_what_comes_of_it() -> None:
    narrow, wide = (
        simulate(assumed(success_rate=(0.3 - by, 0.3, 0.3 + by)), seed=0).measures
        for by in (0.01, 0.2)
    )
    at = narrow["measure"] == "profit"
    assert float(wide[at]["low"].iloc[0]) < float(narrow[at]["low"].iloc[0])
    assert float(wide[at]["high"].iloc[0]) > float(narrow[at]["high"].iloc[0])


def test_the_share_of_losses_is_that_of_the_draws() -> None:
    found = simulate(assumed(contact_cost=(0.0, 5.0, 12.0)), seed=1)
    assert 0 < found.loss < 1
    assert found.loss == (found.draws["profit"] < 0).mean()


def test_it_breaks_even_where_profit_is_nothing() -> None:
    rate = break_even_success(assumed())
    assert rate is not None
    profit = rate * (0.5 * 6_000 - 10 * 40) - 100 - 10 * 0.5 * 60
    assert profit == pytest.approx(0)
    assert break_even_success(assumed(incentive=(100.0, 100.0, 100.0))) is None
    assert break_even_success(assumed(contact_cost=(60.0, 60.0, 60.0))) is None
    free = {"contact_cost": (0.0,) * 3, "incentive": (0.0,) * 3}
    assert break_even_success(assumed(**free)) == 0


def test_what_moves_the_profit_most_stands_first() -> None:
    found = tornado(assumed(success_rate=(0.0, 0.3, 1.0), margin=(0.49, 0.5, 0.51)))
    assert found["input"].iloc[0] == "success_rate"
    assert found["swing"].is_monotonic_decreasing
    assert set(found["input"]) == {*COSTS, "leaving"}


def test_nobody_costs_nothing() -> None:
    found = simulate(assumptions(NOBODY, ranges()), seed=0, draws=5)
    assert likely(found)["cost"] == likely(found)["profit"] == 0
    assert np.isnan(likely(found)["roi"])


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"success_rate": (0.2, 0.1, 0.3)}, "low, likely, high"),
        ({"success_rate": (0.2, 0.3, 1.3)}, "must be a share"),
        ({"incentive": (-1.0, 0.0, 1.0)}, "must not be below 0"),
    ],
)
def test_ranges_that_cannot_be_are_refused(
    changes: dict[str, tuple[float, float, float]], why: str
) -> None:
    with pytest.raises(StrategyError, match=why):
        assumed(**changes)
