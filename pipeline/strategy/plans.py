"""From the figures of segments and the playbook to what the formulas ask for."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.errors import StrategyError
from pipeline.strategy.budget import Allocation, Sensitivity, by_profit, by_shares, sensitivity
from pipeline.strategy.estimate import Estimate
from pipeline.strategy.playbook import Costs, Play, Playbook, play_for
from pipeline.strategy.returns import Assumptions
from pipeline.strategy.shares import Shares, segment_shares
from pipeline.strategy.sharing import whole_parts


class Division(NamedTuple):
    """A budget divided both ways within the playbook's bounds, and what it depends on."""

    shares: Shares
    by_playbook: Allocation
    by_profit: Allocation
    sensitivity: Sensitivity


def assumptions(
    play: Play, *, customers: int, basket: Estimate, costs: Costs, days: int
) -> Assumptions:
    """Assume of a campaign what the playbook says, with the segment's own order values."""
    return Assumptions(
        customers=customers,
        days=days,
        response=play.response.share,
        uplift=play.uplift.share,
        basket=basket,
        margin=Estimate.certain(costs.margin / 100),
        discount=play.discount.share if play.discount else Estimate.certain(0.0),
        contact_cost=Estimate.certain(costs.contact_cost),
    )


def segment_plans(
    segments: pd.DataFrame, playbook: Playbook, *, baskets: Mapping[str, Estimate], days: int
) -> dict[str, Assumptions]:
    """Give each segment's assumptions; `segments` has `segment` and `customers`."""
    sizes = zip(segments["segment"].tolist(), segments["customers"].tolist(), strict=True)
    return {
        segment: assumptions(
            play_for(playbook, segment).play,
            customers=int(customers),
            basket=baskets[segment],
            costs=playbook.costs,
            days=days,
        )
        for segment, customers in sizes
    }


def budget_inputs(
    plans: Mapping[str, Assumptions], shares: Shares, *, budget: float
) -> pd.DataFrame:
    """Give what dividing a budget asks for, at the means of the assumptions, by priority.

    A contact costs itself and the discount that it is expected to lead to, so that the budget
    holds both; a customer reached gains the margin on additional orders. The bounds are those
    of the shares.
    """
    rows = shares.rows.set_index("segment")
    means = {
        name: {field: getattr(plan, field).mean for field in ("response", "uplift", "basket")}
        for name, plan in plans.items()
    }
    ordered = {name: mean["response"] * mean["basket"] for name, mean in means.items()}
    return pd.DataFrame(
        {
            "segment": rows.index,
            "customers": [plans[name].customers for name in rows.index],
            "cost_per_contact": [
                plans[name].contact_cost.mean + ordered[name] * plans[name].discount.mean
                for name in rows.index
            ],
            "gain_per_customer": [
                ordered[name] * means[name]["uplift"] * plans[name].margin.mean
                for name in rows.index
            ],
            "least": budget * rows["least"].to_numpy() / 100,
            "most": budget * rows["most"].to_numpy() / 100,
        }
    )


def divide(plans: Mapping[str, Assumptions], playbook: Playbook, *, budget: float) -> Division:
    """Divide a budget over the segments of `plans` by the playbook and for the most profit."""
    shares = segment_shares(playbook, plans)
    inputs = budget_inputs(plans, shares, budget=budget)
    return Division(
        shares=shares,
        by_playbook=by_shares(inputs, shares.rows["share"], budget=budget),
        by_profit=by_profit(inputs, budget=budget),
        sensitivity=sensitivity(
            lambda total: budget_inputs(plans, shares, budget=total), budget=budget
        ),
    )


def amounts(shares: pd.DataFrame, *, budget: float) -> pd.Series:
    """Give each segment's money by its share (rows of `Shares`), to the cent, budget in all."""
    if not np.isfinite(budget) or budget < 0:
        raise StrategyError("The budget must be an amount of 0 or more.")
    cents = whole_parts(shares["share"], round(budget * 100))
    return pd.Series(cents / 100, index=shares["segment"], name="amount")
