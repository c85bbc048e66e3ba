"""What each customer ordered lately: 30 days, the 30 before, and the same a year earlier."""

import calendar
import datetime as dt
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from db.customers.columns import RECENT
from db.customers.orders import Standing

DAYS = 30
EPOCH = dt.date(1970, 1, 1)


def recent(
    orders: Standing, columns: Mapping[str, pa.Array], *, newest: dt.date
) -> dict[str, pa.Array]:
    """Give the columns of `RECENT`, a value for each customer of `columns`.

    A period that begins before the first order of the data is unknown for everybody, so that
    sums compare periods which the data covers whole.
    """
    recency, tenure = columns["recency_days"], columns["tenure_days"]
    recent_columns = {
        "first_order_on": _days_before(newest, tenure),
        "last_order_on": _days_before(newest, recency),
        "overdue_days": _overdue(newest, columns["next_order_on"]),
    }
    many, last = len(recency), _number(newest)
    ends = {
        "30d": last,
        "before_30d": last - DAYS,
        "30d_year_ago": _number(a_year_before(newest)),
    }
    begins = int(orders.day.min()) if len(orders.day) else last
    for period, end in ends.items():
        counts, money = _within(orders, end - DAYS + 1, end, many)
        # The last 30 days are known also where the shop is younger than that.
        covered = period == "30d" or begins <= end - DAYS + 1
        recent_columns[f"orders_{period}"] = (
            pa.array(counts) if covered else pa.nulls(many, pa.int32())
        )
        recent_columns[f"revenue_{period}"] = (
            pa.array(money) if covered else pa.nulls(many, pa.float64())
        )
    return {name: recent_columns[name].cast(kind) for name, (kind, _) in RECENT.items()}


def a_year_before(day: dt.date) -> dt.date:
    """Give the same calendar day of the year before; of 29 February the 28th."""
    last = calendar.monthrange(day.year - 1, day.month)[1]
    return day.replace(year=day.year - 1, day=min(day.day, last))


def _within(
    orders: Standing, first: int, last: int, many: int
) -> tuple[np.ndarray, np.ndarray]:
    """Count the orders of each customer from one day to another, and add up their value."""
    inside = (orders.day >= first) & (orders.day <= last)
    places = orders.place[inside]
    counts = np.bincount(places, minlength=many).astype(np.int32)
    return counts, np.bincount(places, weights=orders.net[inside], minlength=many)


def _days_before(day: dt.date, days: pa.Array) -> pa.Array:
    return pc.subtract(pa.scalar(_number(day), pa.int32()), days).cast(pa.date32())


def _overdue(newest: dt.date, expected: pa.Array) -> pa.Array:
    passed = pc.subtract(pa.scalar(_number(newest), pa.int32()), expected.cast(pa.int32()))
    return pc.max_element_wise(passed, pa.scalar(0, pa.int32()), skip_nulls=False)


def _number(day: dt.date) -> int:
    return (day - EPOCH).days
