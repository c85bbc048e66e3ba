"""Who rose, slipped, is new or was lost between two days, and what they are worth."""

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

RISEN, SLIPPED, NEW, LOST = "risen", "slipped", "new", "lost"
ACTIVE_DAYS = 365
"""A customer without an order in so many days is lost."""
LEAST_SHARED = 0.5
"""Share of an earlier update's customers that must still be there to compare with it."""
RUNS, DAYS = "runs", "days"


class Before(NamedTuple):
    """Customers as they were known at the end of an earlier day.

    `customers` has `customer_id`, `segment`, `recency_days` and, where it was known,
    `clv_12m`; `basis` says whether they are those of an earlier update or of an earlier day
    of this one.
    """

    basis: str
    day: dt.date
    customers: pd.DataFrame


class Moved(NamedTuple):
    """Columns of customers, and one row that says which two days are compared."""

    columns: dict[str, pd.Series]
    pair: pd.DataFrame


def moved(customers: pd.DataFrame, before: Before | None, *, as_of: dt.date | None) -> Moved:
    """Tell of each customer how they moved since `before`.

    *Lost* had an order in the year before that day and has none in the year before `as_of`;
    *new* ordered first since; *risen* and *slipped* went into a segment of a higher or lower
    mean `clv_12m` (mean spend where no value is known). Null for all others.
    """
    if before is None or as_of is None:
        return Moved({}, pd.DataFrame())
    earlier = before.customers.set_index(before.customers["customer_id"].astype(str))
    earlier = earlier.reindex(customers["customer_id"].astype(str))
    segments_before = earlier["segment"].astype(object)
    was = segments_before.where(segments_before.notna(), None).to_numpy(dtype=object)
    days = (as_of - before.day).days
    worth = segment_worth(customers, before.customers)
    rank_before = pd.Series(was).map(worth).to_numpy(dtype=float)
    rank_now = customers["segment"].map(worth).to_numpy(dtype=float)
    changed = was != customers["segment"].to_numpy(dtype=object)
    silent = _whole(customers["recency_days"])
    silent_before = _whole(earlier["recency_days"])
    how = np.select(
        [
            (silent >= ACTIVE_DAYS) & (silent_before < ACTIVE_DAYS),
            _whole(customers["tenure_days"]) < days,
            changed & (rank_now > rank_before),
            changed & (rank_now < rank_before),
        ],
        [LOST, NEW, RISEN, SLIPPED],
        default="",
    ).astype(object)
    how[how == ""] = None
    value = earlier["clv_12m"].to_numpy(dtype=float) if "clv_12m" in earlier else np.nan
    columns = {
        "moved": pd.Series(how, index=customers.index, dtype=object),
        "segment_before": pd.Series(was, index=customers.index, dtype=object),
        "clv_12m_before": pd.Series(value, index=customers.index, dtype=float).round(4),
    }
    pair = {"basis": [before.basis], "from_day": [before.day], "to_day": [as_of]}
    return Moved(columns, pd.DataFrame(pair))


def is_comparable(earlier: pd.DataFrame, customers: pd.DataFrame) -> bool:
    """Tell whether an earlier update is of the same shop: most of its customers are there."""
    if earlier.empty:
        return False
    is_shared = (
        earlier["customer_id"].astype(str).isin(set(customers["customer_id"].astype(str)))
    )
    return bool(is_shared.mean() >= LEAST_SHARED)


def segment_worth(
    customers: pd.DataFrame, before: pd.DataFrame | None = None
) -> Mapping[str, float]:
    """Give the mean value of each segment: today's, of those gone that of before."""
    worth_by_segment: dict[str, float] = {}
    for frame in (customers,) if before is None else (before, customers):
        value_column = next(
            (
                name
                for name in ("clv_12m", "monetary")
                if name in frame and frame[name].notna().any()
            ),
            None,
        )
        if value_column is not None:
            means = frame[value_column].astype(float).groupby(frame["segment"]).mean().dropna()
            worth_by_segment |= {str(name): float(mean) for name, mean in means.items()}
    return worth_by_segment


def _whole(days: pd.Series) -> np.ndarray:
    """Give days as numbers, nan where they are not known."""
    return days.to_numpy(dtype=float, na_value=np.nan)
