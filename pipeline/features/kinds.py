"""Customers added up by kind, so that a filter reads a few rows however many they are."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.features.periods import Period
from pipeline.features.rfm import ACTIVE_DAYS

KINDS = ("segment", "country", "value_band", "risk_value")
MEASURES = {
    "recency_days": ("recency_days", "recency_known"),
    "frequency": ("orders", "frequency_known"),
    "monetary": ("revenue", "monetary_known"),
    "average_basket": ("average_basket", "basket_known"),
}
"""What is added up of the newest customers: as which sum, and of how many it is known."""
COUNTS = ("customers", "active_customers", "orders", "recency_known", "frequency_known",
          "monetary_known", "basket_known")  # fmt: skip


class Kinds(NamedTuple):
    """One row per kind of customer; the customers by identifier with the `place` of theirs."""

    names: pd.DataFrame
    customers: pd.DataFrame

    @property
    def identifiers(self) -> pd.Series:
        """The identifiers in their order, that of every packed column."""
        return self.customers["customer_id"]


def kinds_of(customers: pd.DataFrame) -> Kinds:
    """Tell customers of the newest snapshot apart by all that filters can ask for."""
    there = [kind for kind in KINDS if kind in customers]
    columns = ["customer_id", *there, *(name for name in MEASURES if name in customers)]
    ordered = customers[columns].sort_values("customer_id", ignore_index=True)
    by_kind = ordered.groupby(there, dropna=False, sort=True, observed=True)
    placed = ordered.assign(place=by_kind.ngroup().to_numpy())
    names = placed.drop_duplicates("place").sort_values("place", ignore_index=True)
    return Kinds(names[there], placed.drop(columns=there))


def totals_by_kind(kinds: Kinds, earlier: Sequence[Period], *, as_of: dt.date) -> pd.DataFrame:
    """One row per snapshot and kind: customers, those active, their orders and revenue.

    The kind is that of the newest snapshot, `as_of`. Of that one, `earlier` are the others,
    there are also sums of recency and baskets, and of how many each measure is known.
    """
    rows = [*(_of_period(kinds, each, "as_of") for each in earlier), _newest(kinds, as_of)]
    table = pd.concat(rows, ignore_index=True)
    return table.astype(dict.fromkeys(COUNTS, "Int64"))


def months_by_kind(kinds: Kinds, months: Sequence[Period]) -> pd.DataFrame:
    """One row per month and kind of the newest customers: orders and revenue."""
    if not months:
        return pd.DataFrame()
    rows = [_of_period(kinds, each, "month") for each in months]
    table = pd.concat(rows, ignore_index=True)
    return table.drop(columns=["customers", "active_customers"]).astype({"orders": "int64"})


def _of_period(kinds: Kinds, period: Period, day: str) -> pd.DataFrame:
    places = kinds.customers["place"].to_numpy()[period.customers]

    def summed(weights: NDArray[np.generic] | None = None) -> NDArray[np.float64]:
        found = np.bincount(places, weights, minlength=len(kinds.names))
        return found.astype(np.float64)

    table = kinds.names.assign(
        place=np.arange(len(kinds.names)),
        customers=summed(),
        active_customers=summed(period.active),
        orders=summed(period.orders),
        revenue=summed(period.revenue),
    )
    return table[table["customers"] > 0].assign(**{day: period.day})


def _newest(kinds: Kinds, as_of: dt.date) -> pd.DataFrame:
    measured = pd.DataFrame(
        {
            name: kinds.customers[name].to_numpy(dtype=float, na_value=np.nan)
            if name in kinds.customers
            else np.nan
            for name in MEASURES
        },
        index=kinds.customers.index,
    )
    by = measured.groupby(kinds.customers["place"])
    table = kinds.names.assign(place=np.arange(len(kinds.names)), customers=by.size())
    active = (measured["recency_days"] < ACTIVE_DAYS).groupby(kinds.customers["place"])
    table["active_customers"] = active.sum()
    for name, (total, known) in MEASURES.items():
        table[total] = by[name].sum(min_count=1)
        table[known] = by[name].count()
    table["orders"] = table["orders"].round()
    return table.assign(as_of=as_of)
