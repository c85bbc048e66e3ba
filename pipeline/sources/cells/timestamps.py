"""Text as points in time: which format a column is in, decided by the column as a whole."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.sources.cells.date_parts import (
    BUDDHIST,
    DAY_NUMBER,
    MONTH_NAMED,
    NAMED_FIRST,
    NUMBERS,
    RUN_TOGETHER,
    YEAR_FIRST,
    YEAR_NAMED,
    ZONE,
    ZONED,
    Microseconds,
    day_numbers,
    epochs,
    instants,
    parts,
)
from pipeline.sources.cells.date_words import in_known_words, without_signs
from pipeline.sources.cells.day_order import DayMonthDoubt, Ordered, ToldBy, in_order
from pipeline.sources.cells.distinct import Distinct, Typed, distinct, matching, native, trimmed
from pipeline.sources.cells.signs import in_ascii
from pipeline.sources.cells.texts import written

STAMP = pa.timestamp("us")
EARLIEST = np.datetime64("1900-01-01", "us")
FAMILIES = (
    ("", NUMBERS),
    ("year first", YEAR_FIRST),
    ("names of months", MONTH_NAMED),
    ("names of months", NAMED_FIRST),
    ("names of months", YEAR_NAMED),
    ("digits run together", RUN_TOGETHER),
    ("Excel day numbers", DAY_NUMBER),
)
LATEST = np.datetime64("2101-01-01", "us")
EPOCH_SHARE = 0.9
"""Where nothing else reads, a column is of epoch times if so many of its texts are."""


class TypedDates(NamedTuple):
    """A column as timestamps in microseconds, without a zone.

    `values`, `unreadable` and `reading` are those of `Typed`. `day_first` says how dates in
    numbers were read, None where there are none; `told_by` what decided it; `doubt` holds an
    example where a rule did, nothing in the column telling.
    """

    values: pa.ChunkedArray
    unreadable: npt.NDArray[np.int64]
    reading: str
    day_first: bool | None = None
    told_by: ToldBy = "cells"
    doubt: DayMonthDoubt | None = None


class _Read(NamedTuple):
    """Distinct texts as stamps, how they were understood, which of them weren't."""

    stamps: Microseconds
    readings: list[str]
    unread: npt.NDArray[np.bool_]
    ordered: Ordered | None = None


def as_timestamp(column: pa.ChunkedArray) -> Typed:
    """Read a column as timestamps, as `read_dates` does.

    >>> as_timestamp(pa.chunked_array([["12/1/2010 8:26", "12/13/2010 9:00"]])).reading
    'month first'
    """
    return Typed(*read_dates(column)[:3])


def read_dates(column: pa.ChunkedArray, *, day_first: bool | None = None) -> TypedDates:
    """Read a column as timestamps in microseconds, without a zone, and say what was doubtful.

    Known are years first (`2010-12-01T08:26:00Z`, `2010/12/1`, `2010年12月1日`), days or months
    first with `/`, `.` or `-` and years of two or four digits, names of months in any language
    of `month_names`, `20101201`, and Excel's day numbers; any of them with a time, AM or PM
    too, and a day's name. A zone is dropped: the clock on the receipt counts. Seconds or
    milliseconds since 1970 are read where the column holds nothing else, as the clock of UTC;
    Buddhist years where it has no others. Years outside 1900 to 2100 can't be read.

    Day or month first is one decision for the column, see `in_order`; `day_first` is what other
    columns of the file say, asked where the column itself is silent.
    """
    if native(column):
        if pa.types.is_temporal(column.type) and not pa.types.is_time(column.type):
            return TypedDates(*_native(column))
        column = written(column)
    distinct_texts = distinct(column)
    values = in_ascii(trimmed(distinct_texts.values))
    read = _parsed(Distinct(values, distinct_texts.rows), day_first=day_first)
    stamps = _within(read.stamps)
    lost = np.asarray(pc.is_valid(values)) & np.isnat(stamps)
    typed = pa.array(stamps, STAMP, from_pandas=True)
    ordered = read.ordered
    return TypedDates(
        distinct_texts.spread(typed),
        distinct_texts.where(lost),
        ", ".join(read.readings) or "no dates",
        *((ordered.day_first, ordered.told_by, ordered.doubt) if ordered else ()),
    )


def _parsed(distinct_texts: Distinct, *, day_first: bool | None) -> _Read:
    iso = _iso(distinct_texts.values)
    if iso is not None:
        return _Read(iso, ["year first"], np.isnat(iso))
    read = _by_families(distinct_texts, day_first=day_first)
    for rewritten in (without_signs, _without_zones, in_known_words):
        if not read.unread.any():
            break
        unread = pc.if_else(
            pa.array(read.unread), distinct_texts.values, pa.scalar(None, pa.string())
        )
        texts = rewritten(unread)
        if not texts.equals(unread):
            # Day or month first is one decision for the column: all of it is read again.
            texts = pc.if_else(pa.array(read.unread), texts, distinct_texts.values)
            distinct_texts = Distinct(texts, distinct_texts.rows)
            read = _by_families(distinct_texts, day_first=day_first)
    return read if read.readings else _epochs(distinct_texts.values, read)


def _without_zones(values: pa.Array) -> pa.Array:
    zoned = matching(values, ZONED)
    if not pc.any(zoned).as_py():
        return values
    return pc.if_else(zoned, pc.replace_substring_regex(values, ZONE, ""), values)


def _by_families(distinct_texts: Distinct, *, day_first: bool | None) -> _Read:
    """Parse the distinct texts, one family of formats after the other, each what is left."""
    stamps = np.full(len(distinct_texts.values), "NaT", "datetime64[us]")
    unread = np.asarray(pc.is_valid(distinct_texts.values))
    readings: list[str] = []
    ordered = None
    for reading, pattern in FAMILIES:
        where = np.flatnonzero(unread)
        if not len(where):
            break
        date_parts = parts(distinct_texts.values.take(pa.array(where)), pattern)
        if pattern == NUMBERS and date_parts.matched.any():
            order = in_order(date_parts, where, distinct_texts, day_first=day_first)
            read, label = order.stamps, "day first" if order.day_first else "month first"
            ordered = order if not np.isnat(read).all() else None
        else:
            read = day_numbers(date_parts) if pattern == DAY_NUMBER else instants(date_parts)
            label = reading
        stamps[where] = read
        unread[where] = np.isnat(read)
        if not np.isnat(read).all():
            readings.append(label)
    return _Read(stamps, list(dict.fromkeys(readings)), unread, ordered)


def _epochs(values: pa.Array, read: _Read) -> _Read:
    stamps = epochs(values)
    in_range = ~np.isnat(_within(stamps))
    if in_range.sum() < EPOCH_SHARE * max(1, len(values) - values.null_count):
        return read
    return _Read(stamps, ["seconds since 1970"], np.asarray(pc.is_valid(values)) & ~in_range)


def _iso(values: pa.Array) -> Microseconds | None:
    """Let Arrow read texts that are all plain ISO, much the fastest way."""
    try:
        stamps = values.cast(STAMP)
    except pa.ArrowInvalid:
        return None
    if stamps.null_count == len(stamps):
        return None
    read = _numpy(stamps)
    buddhist = np.nanmin(read) >= EARLIEST + np.timedelta64(365 * BUDDHIST, "D")
    return None if buddhist else read


def _within(stamps: Microseconds) -> Microseconds:
    """Take out what lies outside the years that are read."""
    stamps[(stamps < EARLIEST) | (stamps >= LATEST)] = np.datetime64("NaT")
    return stamps


def _native(column: pa.ChunkedArray) -> Typed:
    try:
        if pa.types.is_timestamp(column.type) and column.type.tz:
            column = pc.local_timestamp(column)
        stamps = _numpy(column.cast(STAMP, safe=False))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        stamps = np.full(len(column), "NaT", "datetime64[us]")
    stamps = _within(stamps)
    lost = np.asarray(pc.is_valid(column)) & np.isnat(stamps)
    values = pa.chunked_array([pa.array(stamps, STAMP, from_pandas=True)])
    return Typed(values, np.flatnonzero(lost).astype(np.int64), "dates")


def _numpy(stamps: pa.Array | pa.ChunkedArray) -> Microseconds:
    return np.array(stamps.to_numpy(zero_copy_only=False), "datetime64[us]")
