"""How records differ from those of the run before: columns, gaps, rows, distributions.

The population stability index compares shares of bins: the sum of (now - before) times
ln(now / before). Below 0.1 nothing has changed to speak of, above 0.25 a lot has
(Siddiqi, Credit Risk Scorecards, 2006).
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.base.wording import percent
from pipeline.sources.order_lines import NUMBERS

BINS = 10
LEAST = 1e-4
SOME, MUCH = 0.1, 0.25
TEXTS = ("country",)
FIELDS = (
    "invoice", "product", "description", "ordered_at", "quantity", "unit_price", "customer_id",
    "country",
)  # fmt: skip
GAP = 0.05
TOP = 30
MOST_LEVELS = 200
"""A text with more values than this is no category, and its mix isn't compared."""


class Drift(NamedTuple):
    """One thing that was compared; `level` is same, some or much."""

    what: str
    before: str
    now: str
    psi: float | None
    level: str


def drift(before: pd.DataFrame, now: pd.DataFrame) -> list[Drift]:
    """Compare order lines with those of the published run."""
    drifts = [_rows(before, now), *(_gaps(before, now, FIELDS))]
    drifts += [numbers(before, now, name) for name in NUMBERS]
    return [*drifts, *(mix(before, now, name) for name in TEXTS)]


def customer_drift(before: pd.DataFrame, now: pd.DataFrame) -> list[Drift]:
    """Compare rows of customers, field by field, with those of the published run."""
    fields = [name for name in {**before.iloc[:0], **now.iloc[:0]} if name != "customer_id"]
    was, is_now = (frame.reindex(columns=fields) for frame in (before, now))
    drifts = [_rows(was, is_now), *_gaps(was, is_now, fields)]
    for name in fields:
        both = pd.concat([was[name], is_now[name]]).dropna()
        if not len(both) or was[name].isna().all() or is_now[name].isna().all():
            continue
        if pd.api.types.is_numeric_dtype(both):
            drifts.append(numbers(was, is_now, name))
        elif both.nunique() <= MOST_LEVELS:
            drifts.append(mix(was, is_now, name))
    return drifts


def stability_index(before: Sequence[float], now: Sequence[float]) -> float:
    """Compute the population stability index of two lists of shares.

    >>> round(stability_index([0.5, 0.5], [0.5, 0.5]), 3)
    0.0
    >>> round(stability_index([0.5, 0.5], [0.9, 0.1]), 3)
    0.879
    """
    pairs = zip(before, now, strict=True)
    floored = [(max(was, LEAST), max(is_now, LEAST)) for was, is_now in pairs]
    return sum((is_now - was) * math.log(is_now / was) for was, is_now in floored)


def _rows(before: pd.DataFrame, now: pd.DataFrame) -> Drift:
    ratio = len(now) / max(len(before), 1)
    level = "much" if ratio < 0.5 or ratio > 2 else "some" if abs(ratio - 1) > 0.2 else "same"
    return Drift("Rows", f"{len(before):,}", f"{len(now):,}", None, level)


def _gaps(before: pd.DataFrame, now: pd.DataFrame, fields: Sequence[str]) -> list[Drift]:
    """Compare how much of each column is filled; one that came or went is said to have."""
    drifts = []
    for name in fields:
        was, is_now = float(before[name].notna().mean()), float(now[name].notna().mean())
        if was == 0 and is_now > 0:
            drifts.append(
                Drift(
                    f"Column {name}", "not there", f"{percent(is_now, 1)} filled", None, "some"
                )
            )
        elif was > 0 and is_now == 0:
            drifts.append(
                Drift(f"Column {name}", f"{percent(was, 1)} filled", "not there", None, "much")
            )
        elif abs(was - is_now) > GAP:
            gap_drift = Drift(
                f"Column {name}",
                f"{percent(was, 1)} filled",
                f"{percent(is_now, 1)} filled",
                None,
                "some",
            )
            drifts.append(gap_drift)
    return drifts


def numbers(before: pd.DataFrame, now: pd.DataFrame, name: str) -> Drift:
    """Compare a column of numbers by tenths of what it was before."""
    was = before[name].dropna().to_numpy(dtype=float)
    is_now = now[name].dropna().to_numpy(dtype=float)
    if not len(was) or not len(is_now):
        return Drift(f"Values of {name}", "–", "–", None, "same")
    edges = np.unique(np.quantile(was, np.linspace(0, 1, BINS + 1)[1:-1]))
    index = stability_index(_shares(was, edges), _shares(is_now, edges))
    return Drift(
        f"Values of {name}",
        f"median {np.median(was):,.2f}",
        f"median {np.median(is_now):,.2f}",
        round(index, 4),
        level_of(index),
    )


def _shares(values: npt.NDArray[np.float64], edges: npt.NDArray[np.float64]) -> list[float]:
    counts = np.bincount(np.searchsorted(edges, values, side="left"), minlength=len(edges) + 1)
    return [float(count) / len(values) for count in counts]


def mix(before: pd.DataFrame, now: pd.DataFrame, name: str) -> Drift:
    """Compare the shares of a column's most frequent words."""
    was, is_now = (frame[name].astype("str").fillna("–") for frame in (before, now))
    old, new = was.value_counts(normalize=True), is_now.value_counts(normalize=True)
    names = old.index[:TOP].union(new.index[:TOP])
    shares = [
        [float(frequencies.get(value, 0)) for value in names] for frequencies in (old, new)
    ]
    other_shares = [max(0.0, 1 - sum(word_shares)) for word_shares in shares]
    index = stability_index([*shares[0], other_shares[0]], [*shares[1], other_shares[1]])
    return Drift(
        f"Mix of {name}",
        f"{old.index[0]} {percent(old.iloc[0], 1)}" if len(old) else "–",
        f"{new.index[0]} {percent(new.iloc[0], 1)}" if len(new) else "–",
        round(index, 4),
        level_of(index),
    )


def level_of(index: float) -> str:
    """Say how much an index of stability means: same, some or much."""
    return "much" if index > MUCH else "some" if index > SOME else "same"
