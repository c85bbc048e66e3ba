"""The day on which a customer is expected to order next, judged from the last order."""

import datetime as dt

import numpy as np
import pandas as pd

OWN_GAPS = 3
"""From so many gaps between orders on, a customer's own mean gap is taken."""
EXPECTED_DAYS = 90
LEAST_ALIVE = 0.5
LONGEST_DAYS = 3_650
"""A model that expects nearly no orders gives gaps without a meaning."""


def next_orders(customers: pd.DataFrame, as_of: dt.date | None) -> pd.Series:
    """Give the day of the next order: the last one plus the expected gap between orders.

    The gap is the mean of the customer's own where there are at least three, else the model's:
    90 days ÷ orders expected in them if they are still a customer. Null where the probability
    of that is below one half, or where nothing tells it; dates otherwise.

    `customers` has `recency_days`, `tenure_days`, `frequency`, `p_alive` and
    `expected_orders_90d`; without the last two nobody has a day.
    """
    if as_of is None or not {"p_alive", "expected_orders_90d"} <= set(customers):
        return pd.Series(None, index=customers.index, dtype=object)
    recency, tenure, orders, alive, expected = (
        customers[name].to_numpy(dtype=float, na_value=np.nan)
        for name in (
            "recency_days", "tenure_days", "frequency", "p_alive", "expected_orders_90d",
        )
    )  # fmt: skip
    with np.errstate(divide="ignore", invalid="ignore"):
        own = (tenure - recency) / (orders - 1)
        model = EXPECTED_DAYS * alive / expected
    # All orders on one day tell no rhythm.
    gap = np.where((orders > OWN_GAPS) & (own > 0), own, model)
    is_known = (alive >= LEAST_ALIVE) & np.isfinite(gap) & np.isfinite(recency)
    days = np.where(is_known, np.clip(np.rint(gap), 1, LONGEST_DAYS) - recency, 0).astype(
        "int64"
    )
    dates = (np.datetime64(as_of, "D") + days).astype(object)
    dates[~is_known] = None
    return pd.Series(dates, index=customers.index, dtype=object)
