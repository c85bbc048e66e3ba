"""What one campaign brings in one period: revenue, cost, profit and return, as distributions.

All figures are of the same period and the same customers. Of N contacted, a share r responds
with one order of basket b at a discount d; of these the share u would not have ordered without
the campaign. With margin m (of the undiscounted price) and contact cost c:

    revenue = N r u b (1 − d)            additional, as paid
    margin  = N r u b m                  additional, before the discount
    cost    = N c + fixed + N r b d      the discount goes to everyone who responds
    profit  = margin − cost,  return = profit / cost

The return is on margin, never on revenue, and orders that would have come anyway bring nothing
but the discount they cost.
"""

import zlib
from collections.abc import Mapping
from typing import Any, NamedTuple, Self

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from pipeline.errors import StrategyError
from pipeline.strategy.checked import Checked
from pipeline.strategy.estimate import Estimate

DRAWS = 10_000
SUMS = ("responses", "revenue", "margin", "cost")
MEASURES = (*SUMS, "profit", "roi")
QUANTILES = {"low": 0.05, "quarter": 0.25, "median": 0.5, "three_quarters": 0.75, "high": 0.95}
UNCERTAIN = ("response", "uplift", "basket", "margin", "discount", "contact_cost")
SHARES = ("response", "uplift", "margin", "discount")


class Assumptions(Checked):
    """What a campaign to `customers` is assumed to do within `days` days.

    `response`, `uplift`, `margin` and `discount` are shares from 0 to 1, `basket` is money per
    order, `contact_cost` money per contacted customer, `fixed_cost` money in all.
    """

    customers: int = Field(ge=0, le=1_000_000_000)
    days: int = Field(ge=1, le=366)
    response: Estimate
    uplift: Estimate
    basket: Estimate
    margin: Estimate
    discount: Estimate
    contact_cost: Estimate
    fixed_cost: float = Field(default=0.0, ge=0)

    @model_validator(mode="after")
    def _in_range(self) -> Self:
        for name in UNCERTAIN:
            estimate: Estimate = getattr(self, name)
            if estimate.low < 0:
                raise ValueError(f"“{name}” must not be below 0")
            if name in SHARES and estimate.high > 1:
                raise ValueError(f"“{name}” must be a share from 0 to 1")
        return self


class Returns(NamedTuple):
    """What comes of assumptions.

    `measures`: one row per measure (responses, revenue, margin, cost, profit, roi) with its
    `likely` value (all inputs at their likeliest), `mean` and quantiles `low` (5 %), `quarter`,
    `median`, `three_quarters`, `high` (95 %). `draws`: one column per measure. `loss` is the
    share of draws that lose money. `roi` is null where nothing is spent.
    """

    measures: pd.DataFrame
    draws: pd.DataFrame
    loss: float


def simulate(assumptions: Assumptions, *, seed: int, draws: int = DRAWS) -> Returns:
    """Draw each uncertain input from its PERT distribution, and count what comes of it."""
    rng = np.random.default_rng(seed)
    drawn = {name: getattr(assumptions, name).draw(rng, draws) for name in UNCERTAIN}
    return _summed_up(_outcome(assumptions, drawn), _outcome(assumptions, _likely(assumptions)))


class Portfolio(NamedTuple):
    """What comes of several campaigns, one per segment, and of all together."""

    segments: dict[str, Returns]
    total: Returns


def simulate_all(
    plans: Mapping[str, Assumptions], *, seed: int, draws: int = DRAWS
) -> Portfolio:
    """Simulate a campaign per segment, independent of each other, and their sum.

    A segment's draws depend on the seed and its name, not on which others there are.
    """
    if not plans:
        raise StrategyError("There is no campaign to simulate; choose a segment.")
    parts = {
        name: simulate(plan, seed=zlib.crc32(f"{seed}:{name}".encode()), draws=draws)
        for name, plan in plans.items()
    }
    likely = [_outcome(plan, _likely(plan)) for plan in plans.values()]
    total = _summed_up(
        _with_return(
            {name: sum(part.draws[name].to_numpy() for part in parts.values()) for name in SUMS}
        ),
        _with_return({name: sum(each[name] for each in likely) for name in SUMS}),
    )
    return Portfolio(parts, total)


def break_even_response(assumptions: Assumptions) -> float | None:
    """Give the response at which profit is 0, all else at its likeliest.

    None where no response up to 1 pays, since each costs more discount than it brings margin.
    """
    at = _likely(assumptions)
    per_response = at["basket"] * (at["uplift"] * at["margin"] - at["discount"])
    needed = assumptions.customers * at["contact_cost"] + assumptions.fixed_cost
    if needed == 0:
        return 0.0 if per_response >= 0 else None
    if per_response <= 0 or assumptions.customers == 0:
        return None
    response = needed / (assumptions.customers * per_response)
    return float(response) if response <= 1 else None


def tornado(assumptions: Assumptions) -> pd.DataFrame:
    """Give the profit with one input at a time at its low and its high end, the widest first.

    Columns `input, low, high, profit_low, profit_high, profit, swing`; `profit_low` belongs to
    the low end of the input, whichever profit is larger.
    """
    at = _likely(assumptions)
    base = _outcome(assumptions, at)["profit"]
    rows = []
    for name in UNCERTAIN:
        estimate: Estimate = getattr(assumptions, name)
        ends = [
            _outcome(assumptions, {**at, name: end})["profit"]
            for end in (estimate.low, estimate.high)
        ]
        rows.append((name, estimate.low, estimate.high, *ends, base, abs(ends[1] - ends[0])))
    columns = ["input", "low", "high", "profit_low", "profit_high", "profit", "swing"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sort_values("swing", ascending=False, kind="stable", ignore_index=True)


def _outcome(assumptions: Assumptions, at: Mapping[str, Any]) -> dict[str, Any]:
    responses = assumptions.customers * at["response"]
    ordered = responses * at["basket"]
    additional = ordered * at["uplift"]
    fixed = assumptions.customers * at["contact_cost"] + assumptions.fixed_cost
    return _with_return(
        {
            "responses": responses,
            "revenue": additional * (1 - at["discount"]),
            "margin": additional * at["margin"],
            "cost": fixed + ordered * at["discount"],
        }
    )


def _with_return(sums: Mapping[str, Any]) -> dict[str, Any]:
    profit = sums["margin"] - sums["cost"]
    cost = np.asarray(sums["cost"], dtype=float)
    roi = np.divide(profit, cost, out=np.full(cost.shape, np.nan), where=cost > 0)
    return {**sums, "profit": profit, "roi": roi[()]}


def _likely(assumptions: Assumptions) -> dict[str, float]:
    return {name: getattr(assumptions, name).likely for name in UNCERTAIN}


def _summed_up(drawn: Mapping[str, Any], likely: Mapping[str, float]) -> Returns:
    draws = pd.DataFrame(drawn)[list(MEASURES)]
    measures = pd.DataFrame(
        {
            "measure": MEASURES,
            "likely": [likely[name] for name in MEASURES],
            "mean": draws.mean().to_numpy(),
            **{name: draws.quantile(at).to_numpy() for name, at in QUANTILES.items()},
        }
    )
    return Returns(measures, draws, float((draws["profit"] < 0).mean()))
