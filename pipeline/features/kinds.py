"""Customers added up by kind, so that a filter reads a few rows however many they are."""

import pandas as pd

from pipeline.features.rfm import ACTIVE_DAYS

KINDS = ("segment", "country", "value_band", "risk_value")


def totals_by_kind(snapshots: pd.DataFrame, customers: pd.DataFrame) -> pd.DataFrame:
    """One row per snapshot and kind: customers, those active, their orders and revenue.

    `snapshots` has one row per `as_of` and `customer_id`; the kind is that of the newest
    snapshot, `customers`. Whoever is not among them is left out.
    """
    kinds = [kind for kind in KINDS if kind in customers]
    by_kind = customers.groupby(kinds, dropna=False, sort=True, observed=True)
    places = pd.Series(by_kind.ngroup().to_numpy(), index=customers["customer_id"].to_numpy())
    known = places.reindex(snapshots["customer_id"]).to_numpy()
    rows = pd.DataFrame(
        {
            "as_of": snapshots["as_of"].to_numpy(),
            "place": known,
            "active": (snapshots["recency_days"] < ACTIVE_DAYS).to_numpy(dtype=float),
            "frequency": snapshots["frequency"].to_numpy(dtype=float),
            "monetary": snapshots["monetary"].to_numpy(dtype=float),
        }
    )
    by = rows.dropna(subset=["place"]).groupby(["as_of", "place"])
    table = by.agg(customers=("active", "size"), active_customers=("active", "sum"))
    table["orders"] = by["frequency"].sum(min_count=1).round()
    table["revenue"] = by["monetary"].sum(min_count=1)
    whole = {"place": "int64", "active_customers": "int64", "orders": "Int64"}
    table = table.reset_index().astype(whole)
    named = customers[kinds].assign(place=places.to_numpy()).drop_duplicates("place")
    return table.merge(named, on="place").sort_values(["as_of", "place"], ignore_index=True)
