"""What a retention campaign is expected to bring, from calibrated probabilities of leaving.

Each customer has a probability p of leaving and an own value v. Who would leave and is
contacted stays at the success rate γ, which saves v and costs the incentive; who would have
stayed takes the incentive all the same; every contact costs. What is saved is the margin of v
over the months that count:

    profit = p γ (margin v − incentive) − (1 − p) incentive − contact

Since this is linear in v and (for equal p) the same for everyone, sums by probability are all
that a profit curve needs: `risk_cells` makes them, or one SQL query does.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from pydantic import Field

from pipeline.errors import StrategyError
from pipeline.strategy.checked import Checked

CELL = 0.001
"""Width of the cells on which cuts are drawn again."""
NOBODY = float(np.nextafter(1.0, 2.0))
"""The cut that no probability reaches."""


class RetentionCosts(Checked):
    """What a retention campaign costs and saves, money per customer and shares from 0 to 1.

    `months` is how much of the 12 months' value keeping a customer earns: by default that of
    the 90 days in which leaving shows, so that cost and gain are of the same period.
    `staying_accept` is the share of those staying anyway who take the incentive.
    """

    contact_cost: float = Field(default=1.0, ge=0)
    incentive: float = Field(default=10.0, ge=0)
    success_rate: float = Field(default=0.3, ge=0, le=1)
    margin: float = Field(default=0.5, gt=0, le=1)
    months: float = Field(default=3.0, gt=0, le=36)
    staying_accept: float = Field(default=1.0, ge=0, le=1)

    @property
    def kept(self) -> float:
        """The share of a customer's 12 months' value that keeping the customer earns."""
        return self.margin * self.months / 12


class Slice(NamedTuple):
    """What contacting everyone above a cut means, expected; amounts are money.

    `at_risk` is probability times value, `saved` the margin on it that staying customers bring.
    """

    customers: int
    leavers: float
    false_alarms: float
    at_risk: float
    kept_customers: float
    saved: float
    cost: float
    profit: float


class RetentionCut(NamedTuple):
    """The cut that brings most; contacted is whoever has at least that probability.

    `low` and `high` are its 95 % interval over customers drawn again: how far the cut depends
    on which customers there happen to be, not on how right the probabilities are.
    """

    cut: float
    low: float
    high: float
    profit: float
    customers: int


def expected_profit(
    probability: pd.Series, value: pd.Series, *, costs: RetentionCosts
) -> pd.Series:
    """Give what contacting each customer is expected to bring, money; null where not known."""
    kept = probability * costs.success_rate * (costs.kept * value - costs.incentive)
    return kept - (1 - probability) * costs.incentive - costs.contact_cost


def risk_cells(
    probability: pd.Series, value: pd.Series, *, width: float | None = None
) -> pd.DataFrame:
    """Add customers up by probability, the highest first; who lacks either figure is left out.

    One row per distinct probability, or per cell of `width`; `cut` is the smallest probability
    in it. Columns `cut, customers, leavers, at_risk, at_risk_squared`: the number, and the
    sums of p, p v and (p v)².
    """
    known = probability.notna() & value.notna()
    p, v = probability[known].to_numpy(dtype=float), value[known].to_numpy(dtype=float)
    if ((p < 0) | (p > 1)).any():
        raise StrategyError("Probabilities of leaving must lie from 0 to 1.")
    place = p if width is None else np.floor(p / width)
    customers = pd.DataFrame(
        {"cut": p, "leavers": p, "at_risk": p * v, "at_risk_squared": (p * v) ** 2}
    )
    cells = customers.groupby(place).agg(
        cut=("cut", "min"),
        customers=("cut", "size"),
        leavers=("leavers", "sum"),
        at_risk=("at_risk", "sum"),
        at_risk_squared=("at_risk_squared", "sum"),
    )
    return cells.iloc[::-1].reset_index(drop=True)


def profit_curve(cells: pd.DataFrame, *, costs: RetentionCosts) -> pd.DataFrame:
    """Give what contacting everyone above each cut is expected to bring, nobody first.

    One row per cell of `risk_cells` and one before them; columns `cut, share` (of all
    customers) and those of `Slice`.
    """
    running = cells[["customers", "leavers", "at_risk"]].cumsum()
    nobody = pd.DataFrame({"customers": [0], "leavers": [0.0], "at_risk": [0.0]})
    curve = pd.concat([nobody, running], ignore_index=True)
    curve.insert(0, "cut", [NOBODY, *cells["cut"]])
    curve.insert(1, "share", curve["customers"] / max(curve["customers"].iloc[-1], 1))
    curve.insert(4, "false_alarms", curve["customers"] - curve["leavers"])
    curve["kept_customers"] = costs.success_rate * curve["leavers"]
    curve["saved"] = costs.success_rate * costs.kept * curve["at_risk"]
    curve["cost"] = costs.contact_cost * curve["customers"] + costs.incentive * (
        curve["false_alarms"] + curve["kept_customers"]
    )
    curve["profit"] = curve["saved"] - curve["cost"]
    return curve


def above(cells: pd.DataFrame, cut: float, *, costs: RetentionCosts) -> Slice:
    """Give what contacting everyone with a probability of at least `cut` means."""
    row = profit_curve(cells[cells["cut"] >= cut], costs=costs).iloc[-1]
    return Slice(int(row["customers"]), *(float(row[name]) for name in Slice._fields[1:]))


def best_cut(
    cells: pd.DataFrame, *, costs: RetentionCosts, seed: int, bootstraps: int = 500
) -> RetentionCut:
    """Give the cut that is expected to bring most, with its interval; `NOBODY` where none pays.

    Of equal cuts the one that contacts fewest. Customers are drawn again with normal weights of
    mean 1 and variance 1 (the multiplier bootstrap), whose sum over a cell is normal with the
    sum of profits as its mean and the sum of their squares as its variance.
    """
    curve = profit_curve(cells, costs=costs)
    best = curve.iloc[int(curve["profit"].to_numpy().argmax())]
    low, high = _drawn_again(cells, costs, seed, bootstraps)
    return RetentionCut(
        cut=float(best["cut"]),
        low=min(low, float(best["cut"])),
        high=max(high, float(best["cut"])),
        profit=float(best["profit"]),
        customers=int(best["customers"]),
    )


def _drawn_again(
    cells: pd.DataFrame, costs: RetentionCosts, seed: int, bootstraps: int
) -> tuple[float, float]:
    if cells.empty:
        return NOBODY, NOBODY
    cells = _coarse(cells)
    count, leavers = cells["customers"].to_numpy(float), cells["leavers"].to_numpy()
    at_risk, squared = cells["at_risk"].to_numpy(), cells["at_risk_squared"].to_numpy()
    saving = costs.success_rate * costs.kept
    per_head = (
        costs.incentive * (1 - costs.success_rate) * leavers / count
        - costs.incentive
        - costs.contact_cost
    )
    mean = saving * at_risk + per_head * count
    variance = saving**2 * squared + 2 * saving * per_head * at_risk + per_head**2 * count
    noise = np.random.default_rng(seed).standard_normal((bootstraps, len(cells)))
    sums = np.cumsum(mean + noise * np.sqrt(np.maximum(variance, 0)), axis=1)
    best = np.where(sums.max(axis=1) > 0, sums.argmax(axis=1) + 1, 0)
    cuts = np.concatenate([[NOBODY], cells["cut"].to_numpy()])[best]
    low, high = np.quantile(cuts, [0.025, 0.975], method="closest_observation")
    return float(low), float(high)


def _coarse(cells: pd.DataFrame) -> pd.DataFrame:
    """Join cells to a width on which drawing a thousand curves is quick."""
    if len(cells) <= 1 / CELL:
        return cells
    joined = cells.groupby(np.floor(cells["cut"] / CELL).to_numpy()).agg(
        {name: "min" if name == "cut" else "sum" for name in cells.columns}
    )
    return joined.iloc[::-1].reset_index(drop=True)
