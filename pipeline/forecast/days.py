"""Revenue, orders and buyers day by day, of the whole and of its parts."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.sales.days.trade import Trade
from pipeline.sales.ledger import Floats, Whole, sums

ALL = "all"
SEGMENT = "segment"
NEWCOMERS, NOBODY = "(first orders)", "(no customer)"
MONDAY = np.datetime64("1969-12-29")
"""A Monday on or before the first day that numbers count from."""
SERIES = ("revenue", "orders", "buyers")


class Part(NamedTuple):
    """A column of the frames: level `name` of a dimension, known from day `since` on."""

    dimension: str
    name: str
    since: int = 0

    @property
    def level(self) -> str:
        """What the level is called where it is published.

        >>> Part("country", "Germany").level, Part(ALL, ALL).level
        ('country: Germany', 'all')
        """
        return ALL if self.dimension == ALL else f"{self.dimension}: {self.name}"


class Days(NamedTuple):
    """Days × parts of each series, the whole first.

    Buyers count on the first day of a week on which they order, so that a week's days add up to
    its different buyers. `month_buyers` has the different buyers of each month, from the month
    of the first day on.
    """

    first: np.datetime64
    parts: tuple[Part, ...]
    values: dict[str, Floats]
    month_buyers: Floats

    @property
    def months(self) -> Whole:
        """The month of every day, counted from that of the first."""
        return months_from(self.first, self.first + np.arange(len(self.values["orders"])))


def months_from(first: np.datetime64, days: NDArray[np.datetime64]) -> Whole:
    """Count months from that of the day `first`."""
    months: Whole = days.astype("datetime64[M]").astype(np.int64) - int(
        first.astype("datetime64[M]").astype(np.int64)
    )
    return months


def days_of(trade: Trade, assigned: pd.DataFrame) -> Days:
    """Lay trade out by day; `assigned` has the segment of each customer on some days.

    An order counts in the segment that its customer had on the last such day before it: what
    customers did later doesn't move what they bought. Who had none yet is a newcomer.
    """
    several = [_whole(trade), *_dimensions(trade)]
    segments = _segments(trade, assigned)
    if segments is not None:
        several.append(segments)
    parts, revenue, orders, buyers, month_buyers = [], [], [], [], []
    for dimension in several:
        parts.extend(dimension.parts)
        revenue.append(dimension.revenue)
        counted = _counted(trade, dimension.of_order, len(dimension.parts))
        orders.append(counted[0])
        buyers.append(counted[1])
        month_buyers.append(counted[2])
    values = dict(zip(SERIES, map(np.hstack, (revenue, orders, buyers)), strict=True))
    return Days(trade.first, tuple(parts), values, np.hstack(month_buyers))


class _Found(NamedTuple):
    parts: list[Part]
    revenue: Floats
    of_order: Whole


def _whole(trade: Trade) -> _Found:
    revenue = sums(trade.day, trade.net, trade.days)
    return _Found([Part(ALL, ALL)], revenue[:, None], np.zeros(len(trade.day), dtype=np.int64))


def _dimensions(trade: Trade) -> list[_Found]:
    return [
        _Found(
            [Part(dimension.name, level) for level in dimension.levels],
            dimension.revenue,
            dimension.of_order,
        )
        for dimension in trade.dimensions
    ]


def _segments(trade: Trade, assigned: pd.DataFrame) -> _Found | None:
    """Find the segment of every order; None where customers are in fewer than two."""
    with_segment = assigned[assigned["segment"].notna()]
    names = sorted(with_segment["segment"].astype(str).unique())
    if len(names) < 2:
        return None
    snapshots = np.sort(with_segment["as_of"].unique().astype("datetime64[D]"))
    at = np.searchsorted(snapshots, with_segment["as_of"].to_numpy(dtype="datetime64[D]"))
    customer = pd.Index(trade.customers.astype(str)).get_indexer(
        with_segment["customer_id"].astype(str)
    )
    segment_by_snapshot = np.full(
        (len(snapshots) + 1, len(trade.customers) + 1), len(names), dtype=np.int64
    )
    segment = np.searchsorted(names, with_segment["segment"].astype(str).to_numpy())
    segment_by_snapshot[at[customer >= 0], customer[customer >= 0]] = segment[customer >= 0]
    # The last row stands for days before the first snapshot, the last column for nobody.
    before = np.searchsorted(snapshots, trade.first + trade.day) - 1
    of_order = segment_by_snapshot[before, trade.customer]
    several = len(names) + 2
    of_order = np.where(trade.customer < 0, several - 1, of_order)
    since = int((snapshots[0] - trade.first).astype(np.int64)) + 1
    revenue = sums(trade.day * several + of_order, trade.net, trade.days * several)
    revenue = revenue.reshape(-1, several)
    parts = [Part(SEGMENT, name, max(since, 0)) for name in (*names, NEWCOMERS, NOBODY)]
    if revenue[:, -1].any():
        return _Found(parts, revenue, of_order)
    return _Found(parts[:-1], revenue[:, :-1], np.minimum(of_order, several - 2))


def _counted(trade: Trade, of_order: Whole, many: int) -> tuple[Floats, Floats, Floats]:
    """Count standing orders by day, buyers by the first day of a week, buyers by month."""
    rows = np.flatnonzero(trade.stands)
    rows = rows[np.argsort(trade.day[rows], kind="stable")]
    day, part = trade.day[rows], of_order[rows]
    days = trade.first + day
    week = (days - MONDAY).astype(np.int64) // 7
    month = months_from(trade.first, days)
    buyer = trade.customer[rows] * many + part
    cells = day * many + part
    orders = np.bincount(cells, minlength=trade.days * many)
    _, first = np.unique(buyer * (week.max(initial=0) + 1) + week, return_index=True)
    buyers = np.bincount(cells[first], minlength=trade.days * many)
    months = int(months_from(trade.first, np.array([trade.last]))[0]) + 1
    _, once = np.unique(buyer * months + month, return_index=True)
    by_month = np.bincount(month[once] * many + part[once], minlength=months * many)
    return (
        orders.reshape(-1, many).astype(float),
        buyers.reshape(-1, many).astype(float),
        by_month.reshape(-1, many).astype(float),
    )
