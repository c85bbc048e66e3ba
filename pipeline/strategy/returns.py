"""What one campaign brings: cost, profit and return of a list of customers, as distributions.

The arithmetic is that of `contact`, summed over the customers of a list. Of N contacted, L are
expected to leave, with S at stake among them. At the success rate γ, the margin m on what is
kept, the offer o, the share a of those staying anyway who take it, and the contact cost c:

    kept    = γ L                              customers who stay because of it
    revenue = γ S                              what they bring in the next months
    margin  = m γ S
    cost    = N c + o (γ L + a (N − L))        contacts, and offers that are taken
    profit  = margin − cost,  return = profit / cost

Every figure is that of the list to the penny where the costs are the list's: each customer's
profit and cost are rounded there, and what rounding makes of the sums is carried here.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple, Self

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from pipeline.strategy.campaigns.estimate import Estimate
from pipeline.strategy.checked import Checked

DRAWS = 10_000
MEASURES = ("kept", "revenue", "margin", "cost", "profit", "roi")
QUANTILES = {"low": 0.05, "median": 0.5, "high": 0.95}
ENDS = ("low", "likely", "high")
COSTS = ("contact_cost", "incentive", "success_rate", "margin", "staying_accept")
SHARES = ("success_rate", "margin", "staying_accept")
LEAVING = "leaving"
"""The name of how many leave, among the inputs that move the profit."""
UNCERTAIN = (*COSTS, LEAVING)


class Listed(NamedTuple):
    """A list's sums at its costs.

    `leavers` (customers) and `at_risk` (money): the low end of what must be reckoned with, as
    it stands, the high end. `cost` and `profit` are money.
    """

    customers: int
    leavers: tuple[float, float, float]
    at_risk: tuple[float, float, float]
    cost: float
    profit: float


NOBODY = Listed(0, (0.0, 0.0, 0.0), (0.0, 0.0, 0.0), 0.0, 0.0)


class Assumptions(Checked):
    """What contacting a list is assumed to cost and save.

    `leavers` are customers, `at_risk` is money: both as they stand and as far off as must be
    reckoned with. `success_rate`, `margin` and `staying_accept` are shares from 0 to 1,
    `contact_cost` and `incentive` money per customer. `cost_pennies` and `margin_pennies` are
    what rounding each customer's figures adds to the sums.
    """

    customers: int = Field(ge=0, le=1_000_000_000)
    leavers: Estimate
    at_risk: Estimate
    contact_cost: Estimate
    incentive: Estimate
    success_rate: Estimate
    margin: Estimate
    staying_accept: Estimate
    cost_pennies: float = 0.0
    margin_pennies: float = 0.0

    @model_validator(mode="after")
    def _in_range(self) -> Self:
        for name in COSTS:
            estimate: Estimate = getattr(self, name)
            if estimate.low < 0:
                raise ValueError(f"“{name}” must not be below 0")
            if name in SHARES and estimate.high > 1:
                raise ValueError(f"“{name}” must be a share from 0 to 1")
        return self


class Returns(NamedTuple):
    """What comes of assumptions.

    `measures`: one row per measure (kept, revenue, margin, cost, profit, roi) with its `likely`
    value (all inputs at their likeliest), and quantiles `low` (5 %), `median`, `high` (95 %).
    `draws`: one column per measure. `loss` is the share of draws that lose money. `roi` is null
    where nothing is spent.
    """

    measures: pd.DataFrame
    draws: pd.DataFrame
    loss: float


def assumptions(listed: Listed, costs: Mapping[str, Mapping[str, float]]) -> Assumptions:
    """Assume of a list what its sums say; `costs` has low, likely and high of each of `COSTS`.

    `listed` holds the sums at the likeliest costs. Raises `StrategyError` where one can't be.
    """
    content: dict[str, Any] = {
        "customers": listed.customers,
        "leavers": dict(zip(ENDS, listed.leavers, strict=True)),
        "at_risk": dict(zip(ENDS, listed.at_risk, strict=True)),
        **{name: dict(costs[name]) for name in COSTS},
    }
    exact = Assumptions.of(content, subject="The calculator")
    sums = _outcome(exact, _likely(exact))
    margin = listed.profit + listed.cost
    return exact.model_copy(
        update={
            "cost_pennies": listed.cost - float(sums["cost"]),
            "margin_pennies": margin - float(sums["margin"]),
        }
    )


def simulate(assumed: Assumptions, *, seed: int, draws: int = DRAWS) -> Returns:
    """Draw each uncertain input from its PERT distribution, and count what comes of it."""
    rng = np.random.default_rng(seed)
    drawn = {name: getattr(assumed, name).draw(rng, draws) for name in COSTS}
    drawn[LEAVING] = Estimate(low=-1, likely=0, high=1).draw(rng, draws)
    return _summed_up(_outcome(assumed, drawn), _outcome(assumed, _likely(assumed)))


def break_even_success(assumed: Assumptions) -> float | None:
    """Give the success rate at which profit is 0, all else at its likeliest.

    None where no rate up to 1 pays, since each offer costs more than it keeps.
    """
    at = _likely(assumed)
    leavers, at_risk = assumed.leavers.likely, assumed.at_risk.likely
    per_rate = at["margin"] * at_risk - at["incentive"] * leavers
    offers_taken = at["staying_accept"] * (assumed.customers - leavers)
    needed = assumed.customers * at["contact_cost"] + at["incentive"] * offers_taken
    if needed <= 0:
        return 0.0 if per_rate >= 0 else None
    if per_rate <= 0:
        return None
    rate = needed / per_rate
    return float(rate) if rate <= 1 else None


def tornado(assumed: Assumptions) -> pd.DataFrame:
    """Give the profit with one input at a time at its low and its high end, the widest first.

    Columns `input, profit_low, profit_high, profit, swing`; `profit_low` belongs to the low end
    of the input, whichever profit is larger.
    """
    at = _likely(assumed)
    base = float(_outcome(assumed, at)["profit"])
    rows = []
    for name in UNCERTAIN:
        ends = (-1.0, 1.0)
        if name != LEAVING:
            estimate: Estimate = getattr(assumed, name)
            ends = (estimate.low, estimate.high)
        profits = [float(_outcome(assumed, {**at, name: end})["profit"]) for end in ends]
        rows.append((name, *profits, base, abs(profits[1] - profits[0])))
    columns = ["input", "profit_low", "profit_high", "profit", "swing"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sort_values("swing", ascending=False, kind="stable", ignore_index=True)


def _outcome(assumed: Assumptions, at: Mapping[str, Any]) -> dict[str, Any]:
    leavers = _between(assumed.leavers, at[LEAVING])
    customers_kept = at["success_rate"] * leavers
    revenue = at["success_rate"] * _between(assumed.at_risk, at[LEAVING])
    offers_taken = customers_kept + at["staying_accept"] * (assumed.customers - leavers)
    contacts = assumed.customers * at["contact_cost"]
    margin = at["margin"] * revenue + assumed.margin_pennies
    cost = contacts + at["incentive"] * offers_taken + assumed.cost_pennies
    profit, spent = margin - cost, np.asarray(cost, dtype=float)
    roi = np.divide(profit, spent, out=np.full(spent.shape, np.nan), where=spent > 0)
    return {
        "kept": customers_kept, "revenue": revenue, "margin": margin, "cost": cost,
        "profit": profit, "roi": roi[()],
    }  # fmt: skip


def _between(estimate: Estimate, level: Any) -> Any:
    """Give a figure at a level from −1, its low end, over 0, its likeliest, to 1."""
    below, above = estimate.likely - estimate.low, estimate.high - estimate.likely
    return estimate.likely + np.where(np.asarray(level) < 0, below, above) * level


def _likely(assumed: Assumptions) -> dict[str, float]:
    return {name: getattr(assumed, name).likely for name in COSTS} | {LEAVING: 0.0}


def _summed_up(drawn: Mapping[str, Any], likely: Mapping[str, Any]) -> Returns:
    draws = pd.DataFrame({name: drawn[name] for name in MEASURES})
    measures = pd.DataFrame(
        {
            "measure": MEASURES,
            "likely": [float(likely[name]) for name in MEASURES],
            **{name: draws.quantile(at).to_numpy() for name, at in QUANTILES.items()},
        }
    )
    return Returns(measures, draws, float((draws["profit"] < 0).mean()))
