"""Dividing a budget over segments, by the playbook's shares or for the most profit.

Contacts that fall on N customers of a segment by chance reach N (1 − exp(−contacts / N)) of
them at least once. With cost c per contact and margin g per customer reached, spending s earns

    gain(s) = N g (1 − exp(−s / (N c))),   profit(s) = gain(s) − s

which is concave: the more is spent, the less the next unit brings. The most profit for a total
is where the next unit brings the same everywhere but at bounds. That point is found exactly,
since each segment's spending is linear in the logarithm of that common value between its bounds
(tests compare it with SciPy's SLSQP).
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.errors import StrategyError
from pipeline.strategy.sharing import level

BUDGET_STEPS = (-0.2, -0.1, 0.0, 0.1, 0.2)
INPUTS = ("segment", "customers", "cost_per_contact", "gain_per_customer", "least", "most")


class Allocation(NamedTuple):
    """A budget divided.

    `rows`: one row per segment, as given: `segment, spend, share` (per cent of what is spent),
    `reached` (customers), `gain, profit, next_unit` (what the next unit of money would gain
    there), `least, most` (its bounds as they held). `unspent` is what the bounds leave over,
    `note` says why, or which bounds could not hold.
    """

    rows: pd.DataFrame
    unspent: float
    note: str | None

    @property
    def spend(self) -> float:
        """What is spent in all."""
        return float(self.rows["spend"].sum())

    @property
    def profit(self) -> float:
        """Expected profit in all."""
        return float(self.rows["profit"].sum())


class Sensitivity(NamedTuple):
    """How the most profit depends on the budget.

    `rows`: `change, budget, spend, profit, difference` at ±10 and ±20 %. `shadow_price` is the
    profit that one more unit of budget brings at the bounds as they are, below 0 where it costs
    more than it gains. `best_budget` is the total at which, without any bounds, the next unit
    would gain no more than itself in every segment: more can't pay.
    """

    rows: pd.DataFrame
    shadow_price: float
    best_budget: float


def by_shares(segments: pd.DataFrame, shares: npt.ArrayLike, *, budget: float) -> Allocation:
    """Divide a budget in proportion to `shares`, kept within each segment's bounds.

    `segments` has the columns `segment, customers, cost_per_contact` (money),
    `gain_per_customer` (margin of a customer reached, money), `least, most` (money).
    """
    weight = np.maximum(np.asarray(shares, dtype=float), 1e-9)
    bounds = _bounds(segments, budget)
    x = level(np.zeros(len(weight)), weight, bounds.least, bounds.most, bounds.total)
    spend = np.clip(weight * x, bounds.least, bounds.most)
    return _allocation(segments, spend, budget, bounds)


def by_profit(segments: pd.DataFrame, *, budget: float) -> Allocation:
    """Divide a budget so that the profit expected in all is the largest; as `by_shares`."""
    bounds = _bounds(segments, budget)
    return _allocation(segments, _optimal(segments, bounds), budget, bounds)


def sensitivity(segments_at: Callable[[float], pd.DataFrame], *, budget: float) -> Sensitivity:
    """Say what more or less budget would bring, divided for the most profit each time.

    `segments_at` gives the segments for a budget, so that bounds can be shares of it.
    """
    segments = segments_at(budget)
    base = by_profit(segments, budget=budget)
    rows = []
    for change in BUDGET_STEPS:
        total = budget * (1 + change)
        other = by_profit(segments_at(total), budget=total)
        rows.append((change, total, other.spend, other.profit, other.profit - base.profit))
    columns = ["change", "budget", "spend", "profit", "difference"]
    return Sensitivity(
        pd.DataFrame(rows, columns=columns), _shadow_price(base), best_budget(segments)
    )


def best_budget(segments: pd.DataFrame) -> float:
    """Add up what each segment takes, without bounds, until the next unit just earns itself."""
    ceiling, scale = _ceiling(segments), _scale(segments)
    return float((scale * np.log(np.maximum(ceiling / scale, 1))).sum())


def gains(segments: pd.DataFrame, spend: npt.ArrayLike) -> np.ndarray:
    """Give the margin that spending brings in each segment, money."""
    return _ceiling(segments) * -np.expm1(-np.asarray(spend, dtype=float) / _scale(segments))


def response_curve(segment: pd.Series, *, upto: float, points: int = 61) -> pd.DataFrame:
    """Give `spend, gain, profit` of one segment (a row of `segments`) from 0 to `upto`."""
    spend = np.linspace(0, upto, points)
    rows = pd.DataFrame([segment] * points)
    gain = gains(rows, spend)
    return pd.DataFrame({"spend": spend, "gain": gain, "profit": gain - spend})


class _Bounds(NamedTuple):
    """Bounds that hold together, the total that they allow, and what had to give."""

    least: np.ndarray
    most: np.ndarray
    total: float
    note: str | None


def _bounds(segments: pd.DataFrame, budget: float) -> _Bounds:
    _check(segments, budget)
    least = segments["least"].to_numpy(dtype=float)
    most = np.minimum(segments["most"].to_numpy(dtype=float), budget)
    if least.sum() > budget:
        least = least * (budget / least.sum())
        note = (
            "The least amounts of the segments come to more than the budget; they were cut in"
            " proportion."
        )
        return _Bounds(least, most, budget, note)
    if most.sum() < budget:
        note = (
            "The most amounts of the segments come to less than the budget; the rest is left"
            " unspent."
        )
        return _Bounds(least, most, float(most.sum()), note)
    return _Bounds(least, most, budget, None)


def _check(segments: pd.DataFrame, budget: float) -> None:
    if not np.isfinite(budget) or budget < 0:
        raise StrategyError("The budget must be an amount of 0 or more.")
    if segments.empty:
        raise StrategyError("There is no segment to divide a budget over; refresh first.")
    numbers = segments[list(INPUTS[1:-1])].to_numpy(dtype=float)
    if not np.isfinite(numbers).all() or (numbers < 0).any():
        raise StrategyError(
            "Customers, costs, gains and bounds of every segment must be known and not below 0;"
            " give what is missing."
        )
    if (segments["cost_per_contact"] <= 0).any():
        raise StrategyError("The cost per contact must be above 0 in every segment.")
    if not (segments["least"] <= segments["most"]).all():
        raise StrategyError("The least amount of a segment must not be above its most.")


def _optimal(segments: pd.DataFrame, bounds: _Bounds) -> np.ndarray:
    """Spend where the next unit brings most, until the total is spent.

    spend = scale (log(ceiling / scale) + x), where −x is the logarithm of what the next unit
    gains everywhere. What gains nothing takes the rest, in proportion to its room.
    """
    spend = bounds.least.copy()
    ceiling, scale = _ceiling(segments), _scale(segments)
    pays = (ceiling > 0) & (scale > 0)
    left = bounds.total - spend[~pays].sum()
    if pays.any():
        least, most, scale = bounds.least[pays], bounds.most[pays], scale[pays]
        start = scale * (np.log(ceiling[pays]) - np.log(scale))
        x = level(start, scale, least, most, min(left, most.sum()))
        spend[pays] = np.clip(start + scale * x, least, most)
    rest = bounds.total - spend.sum()
    room = np.where(pays, 0.0, bounds.most - spend)
    if rest > 0 and room.sum() > 0:
        spend += room * (min(rest, room.sum()) / room.sum())
    return spend


def _allocation(
    segments: pd.DataFrame, spend: np.ndarray, budget: float, bounds: _Bounds
) -> Allocation:
    gain, scale = gains(segments, spend), _scale(segments)
    rows = pd.DataFrame(
        {
            "segment": segments["segment"].to_numpy(),
            "spend": spend,
            "share": 100 * spend / spend.sum() if spend.sum() > 0 else 0.0,
            "reached": segments["customers"].to_numpy() * -np.expm1(-spend / scale),
            "gain": gain,
            "profit": gain - spend,
            "next_unit": _ceiling(segments) / scale * np.exp(-spend / scale),
            "least": bounds.least,
            "most": segments["most"].to_numpy(dtype=float),
        }
    )
    return Allocation(rows, max(budget - float(spend.sum()), 0.0), bounds.note)


def _shadow_price(allocation: Allocation) -> float:
    """Give what one more unit brings where it may be spent; 0 where it may not be."""
    rows = allocation.rows
    free = rows.loc[rows["spend"] < rows["most"] * (1 - 1e-9), "next_unit"]
    return 0.0 if free.empty else float(free.max()) - 1


def _ceiling(segments: pd.DataFrame) -> np.ndarray:
    return (segments["customers"] * segments["gain_per_customer"]).to_numpy(dtype=float)


def _scale(segments: pd.DataFrame) -> np.ndarray:
    scale = (segments["customers"] * segments["cost_per_contact"]).to_numpy(dtype=float)
    return np.maximum(scale, 1e-12)
