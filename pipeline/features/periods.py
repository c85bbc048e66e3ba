"""What each customer did up to an earlier day or in a month, as arrays to add up.

Customers are told by their place among the published ones in the order of `customer_id`, that
of every packed column.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.features.rfm import ACTIVE_DAYS

SNAPSHOT, MONTH = "snapshot", "month"
DID = ("recency_days", "frequency", "monetary")


class Period(NamedTuple):
    """Some customers and what they did: arrays of one length, an item per customer or order.

    Attributes
    ----------
    kind
        `snapshot` (all up to the end of `day`) or `month` (that begins on `day`).
    active
        Whether they had ordered in the last 90 days of a snapshot.
    """

    kind: str
    day: dt.date
    customers: NDArray[np.int32]
    active: NDArray[np.bool_]
    orders: NDArray[np.int32]
    revenue: NDArray[np.float64]


def earlier_snapshots(snapshots: pd.DataFrame, customers: pd.Series) -> list[Period]:
    """Give every snapshot but the newest, the oldest first.

    `snapshots` has one row per `as_of` and `customer_id`; `customers` are the identifiers of
    the published customers in their order. Whoever is not among them is left out.
    """
    number, days = pd.factorize(snapshots["as_of"], sort=True)
    earlier = number < len(days) - 1
    rows = snapshots[[*DID, "customer_id"]][earlier]
    places = _places(rows["customer_id"], pa.array(customers, pa.string()))
    known = {name: rows[name].to_numpy() for name in DID}
    return [
        _snapshot(days[each], (number[earlier] == each) & (places >= 0), places, known)
        for each in range(len(days) - 1)
    ]


def months(states: pd.DataFrame, customers: pd.Series, *, newest: int) -> list[Period]:
    """Give every month with an order that stands on the day `newest`, an item per order.

    `states` are those of `order_states`, `customers` as for `earlier_snapshots`.
    """
    stands = (
        (states["from_day"] <= newest) & (states["to_day"] > newest) & (states["net"] > 0)
    ).to_numpy()
    places = _places(states["customer_id"][stands], pa.array(customers, pa.string()))
    month = _months_of(states["ordered_day"].to_numpy()[stands])
    net = states["net"].to_numpy(dtype=float)[stands]
    found = []
    for each in np.unique(month[places >= 0]):
        some = (month == each) & (places >= 0)
        many = int(some.sum())
        found.append(
            Period(
                MONTH,
                each.astype("datetime64[D]").item(),
                places[some],
                np.ones(many, dtype=bool),
                np.ones(many, dtype=np.int32),
                net[some],
            )
        )
    return found


def _snapshot(
    day: dt.date,
    some: NDArray[np.bool_],
    places: NDArray[np.int32],
    known: Mapping[str, NDArray[Any]],
) -> Period:
    return Period(
        SNAPSHOT,
        day,
        places[some],
        np.asarray(known["recency_days"][some] < ACTIVE_DAYS),
        known["frequency"][some].astype(np.int32),
        known["monetary"][some].astype(np.float64),
    )


def _places(identifiers: pd.Series, among: pa.Array) -> NDArray[np.int32]:
    """Give the place of each identifier among others, -1 where it is not there."""
    found = pc.index_in(pa.array(identifiers, pa.string()), value_set=among)
    return np.asarray(found.fill_null(-1).to_numpy(zero_copy_only=False), dtype=np.int32)


def _months_of(days: NDArray[np.int64]) -> NDArray[np.datetime64]:
    return days.astype("datetime64[D]").astype("datetime64[M]")
