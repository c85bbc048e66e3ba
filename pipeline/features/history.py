"""What a customer's orders tell on one day: the features that outcomes are predicted from.

One definition serves training on earlier days and scoring the newest one: it takes the states
of orders and a day, and sees only the states whose period holds that day.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

WINDOWS = (30, 60, 90, 180)
"""Lengths in days of the periods in which orders and spend are counted."""
COUNTRY = "country"
RATE_DAYS = 90
"""Rates are per so many days, and so many without an order are added to everyone's time: the
rate of a customer of a few days says little by itself."""


class HistoryFeature(NamedTuple):
    """A feature: its column, what people call it, its unit and whether its log is taken."""

    name: str
    title: str
    unit: str
    is_skewed: bool = True


HISTORY = (
    HistoryFeature("recency_days", "Days since the last order", "days"),
    HistoryFeature("tenure_days", "Days since the first order", "days", is_skewed=False),
    HistoryFeature("frequency", "Orders", "count"),
    HistoryFeature("monetary", "Spend", "money"),
    HistoryFeature("order_days", "Days with an order", "count"),
    HistoryFeature("order_rate", "Days with an order per 90 days", "count"),
    HistoryFeature("spend_rate", "Spend per 90 days", "money"),
    HistoryFeature("average_basket", "Average basket", "money"),
    HistoryFeature("last_basket", "Value of the last order", "money"),
    HistoryFeature("items_per_order", "Items per order", "count"),
    *(
        HistoryFeature(f"orders_{days}d", f"Orders in the last {days} days", "count")
        for days in WINDOWS
    ),
    *(
        HistoryFeature(f"spend_{days}d", f"Spend in the last {days} days", "money")
        for days in WINDOWS
    ),
    HistoryFeature("gap_days", "Mean days between orders", "days"),
    HistoryFeature("gap_deviation_days", "Spread of the days between orders", "days"),
    HistoryFeature("lateness", "Days since the last order per usual gap", "share"),
    HistoryFeature(
        "spend_trend", "Share of 180 days' spend in the last 90", "share", is_skewed=False
    ),
    HistoryFeature("returned_share", "Share of value sent back", "share", is_skewed=False),
    HistoryFeature("returned_orders", "Orders of which something came back", "count"),
)
"""Every number that `history` gives, beside the country of the latest order."""


def history(states: pd.DataFrame, day: int) -> pd.DataFrame:
    """Describe each customer with a standing order on `day` by what was known at its end.

    Parameters
    ----------
    states
        One row per order and period, as `order_states` gives them.
    day
        Number of the day, since 1970-01-01.

    Returns
    -------
    One row per customer, by `customer_id`, with `country` and every feature of `HISTORY`.
    Gaps are between days with orders; they and lateness are missing for customers with one
    such day. Windows hold the days (day - length, day].
    """
    states_on_day = states[(states["from_day"] <= day) & (states["to_day"] > day)]
    standing = states_on_day[states_on_day["net"] > 0]
    codes, customers = pd.factorize(standing["customer_id"], sort=True)
    count = len(customers)

    def total(values: np.ndarray) -> np.ndarray:
        return np.bincount(codes, weights=values, minlength=count)

    ordered = standing["ordered_day"].to_numpy(dtype=np.int64)
    net = standing["net"].to_numpy(dtype=float)
    age = day - ordered
    in_time = np.lexsort((standing["place"].to_numpy(), codes))
    last = in_time[np.searchsorted(codes[in_time], np.arange(count), side="right") - 1]
    frequency = total(np.ones(len(codes)))
    columns = {
        "customer_id": np.asarray(customers, dtype=object),
        COUNTRY: standing[COUNTRY].to_numpy(dtype=object)[last],
        "recency_days": age[last].astype(float),
        "tenure_days": _longest(age, codes, count),
        "frequency": frequency,
        "monetary": total(net),
        "average_basket": total(net) / frequency,
        "last_basket": net[last],
        "items_per_order": total(standing["items"].to_numpy(dtype=float)) / frequency,
    }
    for days in WINDOWS:
        inside = (age < days).astype(float)
        columns[f"orders_{days}d"] = total(inside)
        columns[f"spend_{days}d"] = total(inside * net)
    columns |= _rhythm(ordered, codes, count, recency=columns["recency_days"])
    share_of_time = RATE_DAYS / (columns["tenure_days"] + RATE_DAYS)
    columns["order_rate"] = columns["order_days"] * share_of_time
    columns["spend_rate"] = columns["monetary"] * share_of_time
    half = columns["spend_180d"]
    columns["spend_trend"] = np.divide(
        columns["spend_90d"], half, out=np.full(count, np.nan), where=half > 0
    )
    return pd.DataFrame(columns | _returns(states_on_day, customers))


def _longest(age: np.ndarray, codes: np.ndarray, count: int) -> np.ndarray:
    longest = np.zeros(count)
    np.maximum.at(longest, codes, age)
    return longest


def _rhythm(
    ordered: np.ndarray, codes: np.ndarray, count: int, *, recency: np.ndarray
) -> dict[str, np.ndarray]:
    """Count days with an order; give mean and spread of the days between, and lateness."""
    pairs = np.unique(np.stack([codes, ordered], axis=1), axis=0) if len(codes) else _NO_PAIRS
    same = pairs[1:, 0] == pairs[:-1, 0]
    whose, gaps = pairs[1:, 0][same], np.diff(pairs[:, 1])[same].astype(float)
    number = np.bincount(whose, minlength=count)
    has_gaps = number > 0
    mean, spread = np.full(count, np.nan), np.full(count, np.nan)
    first = np.bincount(whose, weights=gaps, minlength=count)
    second = np.bincount(whose, weights=gaps**2, minlength=count)
    mean[has_gaps] = first[has_gaps] / number[has_gaps]
    spread[has_gaps] = np.sqrt(
        np.maximum(second[has_gaps] / number[has_gaps] - mean[has_gaps] ** 2, 0.0)
    )
    return {
        "order_days": (number + 1).astype(float),
        "gap_days": mean,
        "gap_deviation_days": spread,
        "lateness": recency / mean,
    }


_NO_PAIRS = np.empty((0, 2), dtype=np.int64)


def _returns(states_on_day: pd.DataFrame, customers: pd.Index) -> dict[str, np.ndarray]:
    """Tell what came back of everything ordered so far, whole orders too."""
    codes = customers.get_indexer(pd.Index(states_on_day["customer_id"]))
    matched = codes >= 0
    gross, net = (
        states_on_day["gross"].to_numpy(dtype=float),
        states_on_day["net"].to_numpy(dtype=float),
    )
    back = np.maximum(gross - net, 0.0)

    def total(values: np.ndarray) -> np.ndarray:
        return np.bincount(codes[matched], weights=values[matched], minlength=len(customers))

    return {
        "returned_share": total(back) / np.maximum(total(gross), 1e-9),
        "returned_orders": total((back > 0).astype(float)),
    }
