"""Recency, frequency and monetary: scores, bands and what is derived from them."""

import numpy as np
import pandas as pd

from pipeline.features.days import day_of
from pipeline.features.orders import MONEY_PLACES

FIFTHS = (0.2, 0.4, 0.6, 0.8)
MEASURES = ["recency_days", "frequency", "monetary"]
SPEND_BANDS = ("Top 20 %", "Middle", "Bottom 20 %")
ACTIVE_DAYS = 90


def score(values: pd.Series, *, best_is_low: bool = False) -> pd.Series:
    """Score values 1 to 5, 5 the best fifth; equal values get equal scores.

    The cuts are the quintiles (linear interpolation); a value on a cut belongs to the lower
    fifth. Missing values have no score.
    """
    filled = values.dropna()
    cuts = np.quantile(filled.to_numpy(dtype=float), FIFTHS) if len(filled) else np.array([])
    fifth = 1 + np.searchsorted(cuts, filled.to_numpy(dtype=float), side="left")
    scores = pd.Series(6 - fifth if best_is_low else fifth, index=filled.index, dtype="Int64")
    return scores.reindex(values.index)


def scored(snapshots: pd.DataFrame) -> pd.DataFrame:
    """Add `r_score`, `f_score` and `m_score`, each by the quintiles of its own snapshot."""
    snapshots = snapshots.assign(monetary=snapshots["monetary"].round(MONEY_PLACES))
    by_day = snapshots.groupby("as_of", sort=False)
    return snapshots.assign(
        r_score=by_day["recency_days"].transform(score, best_is_low=True),
        f_score=by_day["frequency"].transform(score),
        m_score=by_day["monetary"].transform(score),
    )


def spend_bands(monetary: pd.Series) -> pd.Series:
    """Name the fifth of customers that spent most, the fifth that spent least and the rest."""
    cuts = score(monetary)
    names = {5: SPEND_BANDS[0], 1: SPEND_BANDS[2]}
    return cuts.map(lambda fifth: names.get(fifth, SPEND_BANDS[1]), na_action="ignore")


def totals(snapshots: pd.DataFrame) -> pd.DataFrame:
    """One row per snapshot: customers, those active in the last 90 days, orders and revenue."""
    return (
        snapshots.assign(is_active=snapshots["recency_days"] < ACTIVE_DAYS)
        .groupby("as_of", as_index=False)
        .agg(
            customers=("customer_id", "size"),
            active_customers=("is_active", "sum"),
            orders=("frequency", "sum"),
            revenue=("monetary", "sum"),
        )
        .round({"revenue": 2})
    )


def known_on(states: pd.DataFrame, day: int) -> pd.DataFrame:
    """Give the recency, frequency and monetary of one day from the states of orders.

    The same as `db/views/customer_rfm.sql` computes for every snapshot; for use without a
    database. `day` is a day number; one row per customer with a standing order.
    """
    standing = states[
        (states["from_day"] <= day) & (states["to_day"] > day) & (states["net"] > 0)
    ]
    by_customer = standing.sort_values("place").groupby("customer_id", as_index=False)
    measures = by_customer.agg(
        last=("ordered_day", "max"),
        first=("ordered_day", "min"),
        frequency=("net", "size"),
        monetary=("net", "sum"),
        country=("country", "last"),
    )
    return measures.assign(
        as_of=day_of(day),
        recency_days=day - measures["last"],
        tenure_days=day - measures["first"],
    ).drop(columns=["last", "first"])
