"""Text as points in time: which format a column is in, decided by the column as a whole."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.sources.cells.date_parts import (
    DAY_NUMBER,
    MONTH_NAMED,
    NAMED_FIRST,
    NUMBERS,
    RUN_TOGETHER,
    YEAR_FIRST,
    Microseconds,
    Parts,
    day_numbers,
    instants,
    parts,
)
from pipeline.sources.cells.distinct import Distinct, Typed, distinct, matching, native, trimmed
from pipeline.sources.cells.texts import written

STAMP = pa.timestamp("us")
EARLIEST = np.datetime64("1900-01-01", "us")
FAMILIES = (
    ("", NUMBERS),
    ("year first", YEAR_FIRST),
    ("names of months", MONTH_NAMED),
    ("names of months", NAMED_FIRST),
    ("digits run together", RUN_TOGETHER),
    ("Excel day numbers", DAY_NUMBER),
)
LATEST = np.datetime64("2101-01-01", "us")


def as_timestamp(column: pa.ChunkedArray) -> Typed:
    """Read a column as timestamps in microseconds, without a zone.

    Known are years first (`2010-12-01T08:26:00Z`, `2010/12/1`), days or months first with `/`,
    `.` or `-` and years of two or four digits, names of months, `20101201`, and Excel's day
    numbers; any of them with a time, AM or PM too. A zone is dropped: the clock on the receipt
    counts. Years outside 1900 to 2100 can't be read; epoch seconds are not guessed.

    Day or month first is one decision for the column: the order under which more values are
    dates; where both read the same number, `.` and `-` mean day first, and with `/` the order
    under which the rows, as they stand in the file, wander less from day to day; if that is
    equal too, month first where a time says AM or PM, else day first.

    >>> as_timestamp(pa.chunked_array([["12/1/2010 8:26", "12/13/2010 9:00"]])).reading
    'month first'
    """
    if native(column):
        if pa.types.is_temporal(column.type) and not pa.types.is_time(column.type):
            return _native(column)
        column = written(column)
    found = distinct(column)
    values = trimmed(found.values)
    stamps, readings = _parsed(Distinct(values, found.rows))
    stamps[(stamps < EARLIEST) | (stamps >= LATEST)] = np.datetime64("NaT")
    lost = np.asarray(pc.is_valid(values)) & np.isnat(stamps)
    typed = pa.array(stamps, STAMP, from_pandas=True)
    return Typed(found.spread(typed), found.where(lost), ", ".join(readings) or "no dates")


def _parsed(found: Distinct) -> tuple[Microseconds, list[str]]:
    """Parse the distinct texts, one family of formats after the other, each what is left."""
    iso = _iso(found.values)
    if iso is not None:
        return iso, ["year first"]
    stamps = np.full(len(found.values), "NaT", "datetime64[us]")
    left = np.asarray(pc.is_valid(found.values))
    readings = []
    for reading, pattern in FAMILIES:
        where = np.flatnonzero(left)
        if not len(where):
            break
        taken = parts(found.values.take(pa.array(where)), pattern)
        if pattern == NUMBERS:
            read, said = _numeric(taken, where, found)
        else:
            read = day_numbers(taken) if pattern == DAY_NUMBER else instants(taken)
            said = reading
        stamps[where] = read
        left[where] = np.isnat(read)
        if not np.isnat(read).all():
            readings.append(said)
    return stamps, list(dict.fromkeys(readings))


def _iso(values: pa.Array) -> Microseconds | None:
    """Let Arrow read texts that are all plain ISO, much the fastest way."""
    try:
        stamps = values.cast(STAMP)
    except pa.ArrowInvalid:
        return None
    return _numpy(stamps) if stamps.null_count < len(stamps) else None


def _numeric(
    taken: Parts, where: npt.NDArray[np.int64], found: Distinct
) -> tuple[Microseconds, str]:
    """Read `1/2/2010` and its like, day first or month first."""
    month_first = instants(taken._replace(month=taken.day, day=taken.month))
    day_first = instants(taken)
    texts = found.values.take(pa.array(where[taken.matched]))
    months, days = (np.count_nonzero(~np.isnat(s)) for s in (month_first, day_first))
    by_month = bool(months > days)
    if months == days and 2 * _count(texts, "/") > len(texts):
        wandered = [_wandering(s, where, found) for s in (month_first, day_first)]
        by_month = wandered[0] < wandered[1]
        if wandered[0] == wandered[1]:
            by_month = _count(texts, r"(?i)[ap]\.?m\.?$") > 0
    return (month_first, "month first") if by_month else (day_first, "day first")


def _count(texts: pa.Array, pattern: str) -> int:
    return int(pc.sum(matching(texts, pattern)).as_py() or 0)


def _wandering(stamps: Microseconds, where: npt.NDArray[np.int64], found: Distinct) -> int:
    """Add up the days between each row and the next."""
    placed = np.full(len(found.values), "NaT", "datetime64[us]")
    placed[where] = stamps
    rows = _numpy(found.spread(pa.array(placed, STAMP, from_pandas=True)))
    known = rows[~np.isnat(rows)].astype("datetime64[D]").astype(np.int64)
    return int(np.abs(np.diff(known)).sum())


def _native(column: pa.ChunkedArray) -> Typed:
    try:
        if pa.types.is_timestamp(column.type) and column.type.tz:
            column = pc.local_timestamp(column)
        stamps = _numpy(column.cast(STAMP, safe=False))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        stamps = np.full(len(column), "NaT", "datetime64[us]")
    stamps[(stamps < EARLIEST) | (stamps >= LATEST)] = np.datetime64("NaT")
    lost = np.asarray(pc.is_valid(column)) & np.isnat(stamps)
    values = pa.chunked_array([pa.array(stamps, STAMP, from_pandas=True)])
    return Typed(values, np.flatnonzero(lost).astype(np.int64), "dates")


def _numpy(stamps: pa.Array | pa.ChunkedArray) -> Microseconds:
    return np.array(stamps.to_numpy(zero_copy_only=False), "datetime64[us]")
