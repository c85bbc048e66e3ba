"""What each customer ordered: by month, and up to each day on which the data set is seen."""

import datetime as dt
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from db.customers.columns import DAY, IDENTIFIER, MONTH
from db.customers.places import Places, places_among
from db.customers.rows import Source, read_table, reads_at_once

ACTIVE_DAYS = 90
MOST_MONTHS = 12 * 10_000
"""Months in either direction from 1970 that a date can name."""
STANDING = """
from order_state
where run_id = :run_id and from_day <= :newest and to_day > :newest and net > 0
order by customer_id, invoice, from_day
"""
OF_DAY = """
from customer_snapshot where run_id = :run_id and as_of = '{day}' order by customer_id
"""


class Standing(NamedTuple):
    """Orders that stand on the newest day, by invoice within each customer.

    `place` is that of the customer in the table, `day` counts days since 1970-01-01, `net` is
    money; one element each.
    """

    place: Places
    day: NDArray[np.int32]
    net: NDArray[np.float64]


def standing(source: Source, run_id: int, customers: pa.Array, *, newest: int) -> Standing:
    """Read the orders of `customers` that stand on the day `newest`, since 1970-01-01."""
    columns = {IDENTIFIER: pa.string(), "ordered_day": pa.int32(), "net": pa.float64()}
    orders = read_table(source, columns, STANDING, run_id=run_id, newest=newest)
    places = places_among(orders[IDENTIFIER], customers)
    theirs = places >= 0
    return Standing(
        places[theirs],
        orders["ordered_day"].to_numpy()[theirs],
        orders["net"].to_numpy()[theirs],
    )


def months(orders: Standing, *, many: int) -> pa.ListArray:
    """List the months with a standing order of each of `many` customers.

    Items are those of `MONTH`, the oldest first.
    """
    places, month = orders.place, _months_of(orders.day)
    # Stable, so that the money of a month is added up in the order of invoices on any database.
    order = np.argsort(places.astype(np.int64) * MOST_MONTHS + month, kind="stable")
    places, month = places[order], month[order]
    begins = np.flatnonzero(
        np.diff(places, prepend=-1).astype(bool) | np.diff(month, prepend=-1).astype(bool)
    )
    counts = np.diff(begins, append=len(places)).astype(np.int32)
    revenue = np.add.reduceat(orders.net[order], begins) if len(begins) else np.zeros(0)
    first_days = month[begins].astype("datetime64[M]").astype("datetime64[D]")
    return _lists(
        places[begins],
        [pa.array(first_days), pa.array(counts), pa.array(revenue)],
        MONTH,
        many,
    )


def days(
    source: Source, run_id: int, customers: pa.Array, *, dates: Sequence[dt.date]
) -> pa.ListArray:
    """List on which of `dates` each was a customer, and what they had done by then.

    Items are those of `DAY`, the oldest first.
    """
    columns = {
        IDENTIFIER: pa.string(),
        "recency_days": pa.int32(),
        "frequency": pa.int32(),
        "monetary": pa.float64(),
    }

    def of_day(day: dt.date) -> tuple[Places, list[pa.ChunkedArray]]:
        rows = read_table(source, columns, OF_DAY.format(day=day.isoformat()), run_id=run_id)
        places = places_among(rows[IDENTIFIER], customers)
        rows = rows.drop_columns(IDENTIFIER).filter(pa.array(places >= 0))
        return places[places >= 0], [
            pa.chunked_array([pa.repeat(pa.scalar(day, pa.date32()), len(rows))]),
            pc.less(rows["recency_days"], ACTIVE_DAYS).fill_null(False),  # noqa: FBT003
            rows["frequency"],
            rows["monetary"],
        ]

    with ThreadPoolExecutor(reads_at_once(source)) as pool:
        places, parts = zip(*pool.map(of_day, dates), strict=True)
    where = np.concatenate(places)
    order = pa.array(np.argsort(where, kind="stable"))
    columns_of_days = [
        pa.chunked_array([chunk for column in same for chunk in column.chunks], field.type)
        .combine_chunks()
        .take(order)
        for same, field in zip(zip(*parts, strict=True), DAY, strict=True)
    ]
    return _lists(np.sort(where), columns_of_days, DAY, len(customers))


def _lists(
    places: Places, columns: Sequence[pa.Array], kind: pa.StructType, many: int
) -> pa.ListArray:
    """Give each of `many` customers the items of their place; `places` are in order."""
    ends = np.cumsum(np.bincount(places, minlength=many))
    offsets = pa.array(np.append(0, ends).astype(np.int32))
    return pa.ListArray.from_arrays(offsets, pa.StructArray.from_arrays(columns, fields=kind))


def _months_of(days: NDArray[np.int32]) -> NDArray[np.int64]:
    """Give the month of days since 1970-01-01, as months since then."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
