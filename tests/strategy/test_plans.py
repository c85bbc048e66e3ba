"""The playbook's shares as money."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.base.errors import StrategyError
from pipeline.strategy.plans import amounts
from pipeline.strategy.playbook import default_playbook
from pipeline.strategy.shares import segment_shares

SEGMENTS = ["At Risk", "VIP Champions", "Average Customers", "Potential Loyalists"]


@given(st.integers(0, 10**9))
def test_amounts_are_whole_cents_and_the_budget_in_all(cents: int) -> None:
    shares = segment_shares(default_playbook(), SEGMENTS).rows
    found = amounts(shares, budget=cents / 100)
    assert sum(round(amount * 100) for amount in found) == cents


@pytest.mark.parametrize("budget", [-1.0, float("inf"), float("nan")])
def test_a_budget_that_cannot_be_is_refused(budget: float) -> None:
    with pytest.raises(StrategyError, match="0 or more"):
        amounts(segment_shares(default_playbook(), SEGMENTS).rows, budget=budget)
