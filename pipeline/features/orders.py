"""Orders rolled up from lines, with the periods in which each net value stood."""

import datetime as dt

import numpy as np
import pandas as pd

from pipeline.base.errors import SourceError
from pipeline.features.days import FOREVER, day_number, day_numbers
from pipeline.quality.cleaning import Cleaned
from pipeline.quality.net_lines import buckets_for

MONEY_PLACES = 4
ORDER = ["customer_id", "invoice"]


def order_states(cleaned: Cleaned, *, buckets: int | None = None) -> pd.DataFrame:
    """One row per order of a known customer and period, by customer, invoice and first day.

    A period begins with the order and with every later day on which something of it was
    cancelled (or, rarely, added); `net`, `gross` and `items` hold from `from_day` until the day
    before `to_day`. So what a snapshot sees is the one state whose period holds its day.
    Customers are parted into so many `buckets` (by default one a million lines), which changes
    no result.
    """
    bought = cleaned.purchases
    customers = bought["customer_id"].cat.codes.to_numpy(dtype=np.int64)
    back = cleaned.cancellations
    whose = customers[bought.index.get_indexer(pd.Index(back["purchase"]))]
    number = buckets_for(len(bought), buckets)
    states_by_bucket = [
        _states_of(
            bought[(customers >= 0) & (customers % number == bucket)],
            back[whose % number == bucket],
        )
        for bucket in np.unique(customers[customers >= 0] % number)
    ]
    states = (
        pd.concat(states_by_bucket, ignore_index=True)
        if len(states_by_bucket) > 1
        else states_by_bucket[0]
    )
    return _placed(states.sort_values([*ORDER, "from_day"], ignore_index=True))


def _states_of(purchases: pd.DataFrame, back: pd.DataFrame) -> pd.DataFrame:
    """Give the states of the orders of some customers, all of theirs."""
    number, orders = _numbered(purchases)
    taken_back = purchases.index.get_indexer(pd.Index(back["purchase"]))
    events = pd.DataFrame(
        {
            "order": np.concatenate([number, number[taken_back]]),
            "day": np.concatenate(
                [day_numbers(purchases["ordered_at"]), day_numbers(back["cancelled_at"])]
            ),
            "gross": np.concatenate([purchases["value"], np.zeros(len(back))]),
            "net": np.concatenate([purchases["value"], -back["value"]]),
            "items": np.concatenate([purchases["quantity"], -back["quantity"]]),
        }
    )
    daily = events.groupby(["order", "day"])[["gross", "net", "items"]].sum()
    running = daily.groupby("order").cumsum().round(MONEY_PLACES).reset_index()
    following = running.groupby("order")["day"].shift(-1)
    states = running.rename(columns={"day": "from_day"}).assign(
        to_day=following.fillna(FOREVER).astype("int64")
    )
    return states.join(orders, on="order").drop(columns="order")


def _placed(states: pd.DataFrame) -> pd.DataFrame:
    """Give orders their places in time, equal ones by invoice and customer."""
    first = ~states.duplicated(ORDER).to_numpy()
    keys = ["ordered_at", "invoice", "customer_id"]
    orders = states.loc[first, keys].reset_index(drop=True)
    places = np.empty(len(orders), dtype=np.int64)
    places[orders.sort_values(keys).index.to_numpy()] = np.arange(len(orders))
    return states.assign(place=places[first.cumsum() - 1])


def _numbered(purchases: pd.DataFrame) -> tuple[np.ndarray, pd.DataFrame]:
    """Give each line its order, and of each order whose it is, when and from where."""
    customers, invoices = (purchases[column].cat for column in ORDER)
    pairs = customers.codes.to_numpy(dtype=np.int64) * len(invoices.categories)
    number, _ = pd.factorize(pairs + invoices.codes.to_numpy(dtype=np.int64))
    first = pd.DataFrame({"order": number, "ordered_at": purchases["ordered_at"].to_numpy()})
    first = first.sort_values("ordered_at", kind="stable").drop_duplicates("order")
    first = first.sort_values("order")
    lines = purchases.iloc[first.index.to_numpy()]
    orders = pd.DataFrame(
        {column: lines[column].astype("str").to_numpy() for column in (*ORDER, "country")}
    ).assign(
        ordered_at=first["ordered_at"].to_numpy(),
        ordered_day=day_numbers(first["ordered_at"]),
    )
    return number, orders


def newest_day(states: pd.DataFrame, as_of: dt.date | None) -> int:
    """Give the number of the day to look at: `as_of`, or the last with an order or a return.

    Raises `SourceError` where no order stands on it.
    """
    day = FOREVER - 1 if as_of is None else day_number(as_of)
    standing = states[(states["from_day"] <= day) & (states["to_day"] > day)]
    standing = standing[standing["net"] > 0]
    if standing.empty:
        raise SourceError(
            f"all {states['invoice'].nunique():,} orders of known customers were cancelled or"
            " are worth nothing",
            remedy="check the columns with --map or switch cleaning.netting off",
        )
    return int(states["from_day"].max()) if as_of is None else day
