"""Time to the second and to the next order: Kaplan-Meier curves with their intervals.

Whoever has not ordered again by the newest day is censored there: only that the wait is longer
is known. Curves and standard errors (Greenwood) are those of statsmodels; intervals are of the
log(-log) kind, which stays within 0 and 1.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.sales.cohorts import Beginnings
from pipeline.sales.ledger import Floats, Ledger, Whole, Words

SECOND, NEXT = "second", "next"
ALL = "all"
LEAST = 20
"""Waits below which a group's curve says nothing."""
STEP_DAYS = 7
LONGEST_DAYS = 3 * 365
Z = 1.959963984540054


class Waits(NamedTuple):
    """Days until an order came, or until the newest day where none has; of which customer."""

    days: Whole
    came: np.ndarray
    customer: Whole


class Curves(NamedTuple):
    """The share that had ordered by a day, and what each curve says in short."""

    points: pd.DataFrame
    levels: pd.DataFrame


def waits(book: Ledger, first: Beginnings) -> dict[str, Waits]:
    """Give the waits from first to second order, and from each order to the next.

    Orders of one day are one. `customer` is the place in `first`.
    """
    orders = book.orders
    standing = np.flatnonzero(orders.stands)
    place_of = np.full(len(book.customer.names), -1, dtype=np.int64)
    place_of[first.customer] = np.arange(len(first.customer))
    day = orders.when[standing].astype("datetime64[D]").astype(np.int64)
    span = int(day.max(initial=0)) + 1
    keys = np.unique(place_of[orders.customer[standing]] * span + day)
    customer, day = keys // span, keys % span
    newest = int(np.datetime64(book.as_of, "D").astype(np.int64))
    is_last = np.append(np.diff(customer) != 0, True)
    following = np.where(is_last, newest, np.append(day[1:], newest))
    next_waits = Waits(following - day, ~is_last, customer)
    begins = np.append(True, np.diff(customer) != 0)
    return {SECOND: Waits(*(values[begins] for values in next_waits)), NEXT: next_waits}


def curves(waits_by_kind: dict[str, Waits], groups: dict[str, Words]) -> Curves:
    """Estimate a curve of every wait for all customers and for each group of them.

    `groups` has by kind (segment, first_product) the group of every customer of `first`.
    """
    points, levels = [], []
    for wait, waits in waits_by_kind.items():
        for by, level, rows in _parts(waits, groups):
            estimate = _curve(waits.days[rows], waits.came[rows])
            if estimate is None:
                continue
            curve, short = estimate
            points.append(curve.assign(wait=wait, by=by, level=level))
            customers = len(np.unique(waits.customer[rows]))
            levels.append(
                {"wait": wait, "by": by, "level": level, "customers": customers} | short
            )
    return Curves(
        pd.concat(points, ignore_index=True) if points else pd.DataFrame(),
        pd.DataFrame(levels),
    )


def usual_gaps(waits: Waits) -> pd.Series:
    """Give the median gap in days of every customer with at least two orders, by place."""
    return pd.Series(waits.days[waits.came]).groupby(waits.customer[waits.came]).median()


def _parts(waits: Waits, groups: dict[str, Words]) -> Iterator[tuple[str, str, np.ndarray]]:
    yield ALL, ALL, np.ones(len(waits.days), dtype=bool)
    for by, words in groups.items():
        codes = words.codes[waits.customer]
        for code, name in enumerate(words.names):
            rows = codes == code
            if rows.any():
                yield by, str(name), rows


def _curve(days: Whole, came: np.ndarray) -> tuple[pd.DataFrame, dict[str, object]] | None:
    """Estimate one curve; None where it rests on too little."""
    # Who ordered first on the newest day has not waited yet.
    days, came = days[days > 0], came[days > 0]
    if len(days) < LEAST or not came.any():
        return None
    from statsmodels.duration.survfunc import SurvfuncRight  # noqa: PLC0415 - with sales only

    fit = SurvfuncRight(days, came.astype(int))
    times, staying = np.asarray(fit.surv_times), np.asarray(fit.surv_prob)
    low, high = interval(staying, np.asarray(fit.surv_prob_se))
    longest = min(int(days.max()), LONGEST_DAYS)
    steps = np.arange(0, longest + 1, STEP_DAYS)
    place = np.searchsorted(times, steps, side="right") - 1

    def at(values: Floats, before: float) -> Floats:
        return np.where(place >= 0, values[place], before)

    curve = pd.DataFrame(
        {
            "day": steps,
            "ordered": (1 - at(staying, 1.0)).round(6),
            "low": (1 - at(high, 1.0)).round(6),
            "high": (1 - at(low, 1.0)).round(6),
            "at_risk": len(days) - np.searchsorted(np.sort(days), steps, side="left"),
        }
    )
    short: dict[str, object] = {"waits": len(days), "came": int(came.sum())}
    for name, share in (("quarter", 0.25), ("median", 0.5)):
        with np.errstate(divide="ignore", invalid="ignore"):  # where all have ordered again
            ends = fit.quantile_ci(share, method="cloglog")
        for part, value in zip(
            ("", "_low", "_high"), (fit.quantile(share), *ends), strict=True
        ):
            short[f"{name}_days{part}"] = float(value) if np.isfinite(value) else np.nan
    return curve, short


def interval(staying: Floats, error: Floats) -> tuple[Floats, Floats]:
    """Give the ends of the 95 % interval of shares, of the log(-log) kind; nan at 0 and 1."""
    inner = (staying > 0) & (staying < 1)
    inner_staying = np.where(inner, staying, 0.5)
    width = Z * np.where(inner, error, 0.0) / (inner_staying * np.abs(np.log(inner_staying)))
    low, high = inner_staying ** np.exp(width), inner_staying ** np.exp(-width)
    return np.where(inner, low, staying), np.where(inner, high, staying)
