"""Day or month first: what the cells of a column say, then the order of its rows."""

import datetime as dt
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.sources.cells.date_parts import Microseconds, Parts, instants
from pipeline.sources.cells.distinct import Distinct, matching

STEPS = 3
"""Days must change this often for their order to tell anything."""
DOTTED = r"^\D*\d{1,2}\. ?\d{1,2}\."
CERTAIN = 4.0
"""Standard errors by which one order must turn back less often than the other."""

ToldBy = Literal["cells", "rows", "other columns", "rule"]


class DayMonthDoubt(NamedTuple):
    """A date that reads in two ways, nothing in its column telling which is meant.

    `read_as` is the day that it was taken for, `rows` how many rows have a date of this kind.
    """

    cell: str
    read_as: dt.date
    otherwise: dt.date
    rows: int


class Ordered(NamedTuple):
    """Dates in numbers, read day first or month first, and what told so."""

    stamps: Microseconds
    day_first: bool
    told_by: ToldBy
    doubt: DayMonthDoubt | None


def in_order(
    date_parts: Parts,
    where: npt.NDArray[np.int64],
    distinct_texts: Distinct,
    *,
    day_first: bool | None = None,
) -> Ordered:
    """Read `1/2/2010` and its like day first or month first, one decision for the column.

    The order under which more of the distinct texts are dates; where both read the same number,
    points mean day first, which nobody writes otherwise; else the order under which the rows,
    as they stand, run on from day to day, oldest or newest first; then `day_first`, what other
    columns say. Where nothing tells, a rule decides: `-` means day first, with `/` the order
    under which the rows wander less, then month first where a time says AM or PM, else day
    first.

    `date_parts` has the parts of the texts at the places `where` of the column's distinct
    texts.
    """
    by_day = instants(date_parts)
    by_month = instants(date_parts._replace(month=date_parts.day, day=date_parts.month))
    days, months = (int(np.count_nonzero(~np.isnat(stamps))) for stamps in (by_day, by_month))
    if days != months:
        decision: tuple[bool, ToldBy] = (days > months, "cells")
    elif np.array_equal(by_day, by_month, equal_nan=True) or _dotted(where, distinct_texts):
        decision = (True, "cells")
    else:
        decision = _by_rows(by_day, by_month, where, distinct_texts, day_first=day_first)
    read, otherwise = (by_day, by_month) if decision[0] else (by_month, by_day)
    doubt = _doubt(read, otherwise, where, distinct_texts) if decision[1] == "rule" else None
    return Ordered(read, *decision, doubt)


def _dotted(where: npt.NDArray[np.int64], distinct_texts: Distinct) -> bool:
    texts = distinct_texts.values.take(pa.array(where))
    return 2 * _count(texts, DOTTED) > len(texts)


def _by_rows(
    by_day: Microseconds,
    by_month: Microseconds,
    where: npt.NDArray[np.int64],
    distinct_texts: Distinct,
    *,
    day_first: bool | None,
) -> tuple[bool, ToldBy]:
    rows = [_rows(stamps, where, distinct_texts) for stamps in (by_day, by_month)]
    (day_turns, day_steps), (month_turns, month_steps) = (_turns(days) for days in rows)
    if min(day_turns, month_turns) == 0 and day_turns != month_turns:
        if min(day_steps, month_steps) >= STEPS:
            return day_turns == 0, "rows"
    elif abs(day_turns - month_turns) > CERTAIN * np.sqrt(day_turns + month_turns):
        return day_turns < month_turns, "rows"
    if day_first is not None:
        return day_first, "other columns"
    return _by_rule(rows, distinct_texts.values.take(pa.array(where))), "rule"


def _by_rule(rows: list[npt.NDArray[np.int64]], texts: pa.Array) -> bool:
    if 2 * _count(texts, "/") <= len(texts):
        return True
    day, month = (int(np.abs(np.diff(days)).sum()) for days in rows)
    return day < month if day != month else _count(texts, r"(?i)[ap]\.?m\.?$") == 0


def _rows(
    stamps: Microseconds, where: npt.NDArray[np.int64], distinct_texts: Distinct
) -> npt.NDArray[np.int64]:
    """Give the day of each row that has a date, as it stands in the file."""
    placed = np.full(len(distinct_texts.values), "NaT", "datetime64[us]")
    placed[where] = stamps
    spread = distinct_texts.spread(pa.array(placed, pa.timestamp("us"), from_pandas=True))
    row_stamps = np.array(spread.to_numpy(zero_copy_only=False), "datetime64[us]")
    return row_stamps[~np.isnat(row_stamps)].astype("datetime64[D]").astype(np.int64)


def _turns(days: npt.NDArray[np.int64]) -> tuple[int, int]:
    """Count how often days run against their main direction, and how often they change."""
    steps = np.diff(days)
    up, down = int(np.count_nonzero(steps > 0)), int(np.count_nonzero(steps < 0))
    return min(up, down), up + down


def _doubt(
    read: Microseconds,
    otherwise: Microseconds,
    where: npt.NDArray[np.int64],
    distinct_texts: Distinct,
) -> DayMonthDoubt:
    both = (read != otherwise) & ~np.isnat(read) & ~np.isnat(otherwise)
    first = int(np.flatnonzero(both)[0])
    marked = np.zeros(len(distinct_texts.values), bool)
    marked[where[both]] = True
    days = [stamps[first].astype("datetime64[D]").item() for stamps in (read, otherwise)]
    cell = str(distinct_texts.values[int(where[first])].as_py())
    return DayMonthDoubt(cell, days[0], days[1], len(distinct_texts.where(marked)))


def _count(texts: pa.Array, pattern: str) -> int:
    return int(pc.sum(matching(texts, pattern)).as_py() or 0)
