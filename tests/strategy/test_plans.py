"""From segments and the playbook to budgets and returns."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import StrategyError
from pipeline.strategy.estimate import Estimate
from pipeline.strategy.plans import amounts, budget_inputs, divide, segment_plans
from pipeline.strategy.playbook import default_playbook
from pipeline.strategy.returns import Assumptions, simulate
from pipeline.strategy.shares import segment_shares

SEGMENTS = pd.DataFrame(
    {
        "segment": ["At Risk", "VIP Champions", "Average Customers", "Potential Loyalists"],
        "customers": [900, 300, 1_300, 900],
    }
)
BASKET = Estimate(low=100, likely=200, high=300)


def plans() -> dict[str, Assumptions]:
    baskets = dict.fromkeys(SEGMENTS["segment"], BASKET)
    return segment_plans(SEGMENTS, default_playbook(), baskets=baskets, days=30)


def test_assumptions_are_the_playbooks() -> None:
    plan = plans()["At Risk"]
    play, costs = default_playbook().segments["At Risk"], default_playbook().costs
    assert plan.response == play.response.share
    assert (plan.discount.low, plan.discount.likely, plan.discount.high) == (0.2, 0.25, 0.3)
    assert plan.contact_cost == Estimate.certain(costs.contact_cost)
    assert plan.basket == BASKET
    assert plans()["Potential Loyalists"].discount == Estimate.certain(0)


def test_inputs_of_a_budget_say_the_same_as_the_calculator() -> None:
    """A customer reached brings per head what the return calculator makes of the means."""
    found = plans()
    inputs = budget_inputs(found, segment_shares(default_playbook(), found), budget=5_000)
    assert inputs["segment"].tolist()[0] == "VIP Champions"
    for row in inputs.itertuples():
        plan = found[row.segment]
        names = ("response", "uplift", "basket", "margin", "discount", "contact_cost")
        at_means = plan.model_copy(
            update={name: Estimate.certain(getattr(plan, name).mean) for name in names}
        )
        sums = simulate(at_means, seed=0, draws=1).draws.iloc[0]
        assert row.gain_per_customer * row.customers == pytest.approx(sums["margin"])
        assert row.cost_per_contact * row.customers == pytest.approx(sums["cost"])


@given(st.floats(0, 1e6))
def test_a_budget_is_divided_both_ways_within_the_playbook(budget: float) -> None:
    found = divide(plans(), default_playbook(), budget=budget)
    for allocation in (found.by_playbook, found.by_profit):
        assert allocation.spend + allocation.unspent == pytest.approx(budget)
        assert (allocation.rows["spend"] <= allocation.rows["most"] + 1e-6 * budget).all()
    assert found.by_profit.profit >= found.by_playbook.profit - 1e-6 * budget
    shares = found.by_playbook.rows["spend"]
    assert shares.to_numpy() == pytest.approx(
        found.shares.rows["share"].to_numpy() * budget / 100
    )


def test_the_best_division_differs_from_the_playbooks() -> None:
    found = divide(plans(), default_playbook(), budget=5_000)
    assert found.by_profit.profit > found.by_playbook.profit + 1
    assert found.sensitivity.best_budget > 0


@given(st.integers(0, 10**9))
def test_amounts_are_whole_cents_and_the_budget_in_all(cents: int) -> None:
    shares = segment_shares(default_playbook(), SEGMENTS["segment"]).rows
    found = amounts(shares, budget=cents / 100)
    assert sum(round(amount * 100) for amount in found) == cents


def test_a_segment_without_known_order_values_is_refused() -> None:
    unknown = dict.fromkeys(("low", "likely", "high"), float("nan"))
    values = {**plans()["At Risk"].model_dump(), "basket": unknown}
    with pytest.raises(StrategyError, match=r"“basket\.low” must be a number"):
        Assumptions.of(values, what="At Risk")


def test_a_budget_below_nothing_is_refused() -> None:
    shares = segment_shares(default_playbook(), ["At Risk"]).rows
    with pytest.raises(StrategyError, match="The budget must be"):
        amounts(shares, budget=-5)
