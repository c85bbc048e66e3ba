"""A column of days and a column of times of the day, as one column of moments."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.sources.cells.distinct import distinct, matching, native, trimmed
from pipeline.sources.cells.signs import in_ascii
from pipeline.sources.cells.texts import written
from pipeline.sources.cells.timestamps import STAMP, TypedDates, read_dates

ANY_DAY = "2000-01-01"
BEFORE_EXCEL = r"^(1899-12-3[01]|1900-01-0[01])\b"
"""Days that spreadsheets put before a time that has none."""
DAY = np.timedelta64(1, "D").astype("timedelta64[us]")
FRACTION = r"^(0?[.,]\d+|0|1(?:[.,]0+)?)$"
DIGITS = r"^\d{3,6}$"
TIME = r"^\D*\d{1,2}(\s?[:.hH]\s?\d{2}|\s?\D*[AaPp]|\D+$)"
ODD_LENGTH = r"^(\d)(\d{2}|\d{4})$"


class TimesOfDay(NamedTuple):
    """Times as microseconds since midnight, null where there is none; rows that don't read."""

    values: pa.ChunkedArray
    unreadable: npt.NDArray[np.int64]


def as_time(column: pa.ChunkedArray) -> TimesOfDay:
    """Read a column of times of the day: `16:16`, `4:16 PM`, `16h16`, `161600`, `0.67778`.

    A date before the time is passed over, as spreadsheets put one there.

    >>> as_time(pa.chunked_array([["0:01", "x", None]])).values.to_pylist()
    [60000000, None, None]
    """
    kind = column.type
    if native(column):
        if pa.types.is_timestamp(kind):
            column = column.cast(pa.timestamp("us")).cast(pa.time64("us"))
        column = written(column)
    distinct_texts = distinct(column)
    values = in_ascii(trimmed(distinct_texts.values))
    if values.null_count == len(values):
        nothing = pa.nulls(len(values), pa.int64())
        return TimesOfDay(distinct_texts.spread(nothing), np.empty(0, np.int64))
    stamps = _stamps(_as_stamps(values))
    since = stamps - stamps.astype("datetime64[D]")
    fractions = _fractions(values)
    since = np.where(np.isnat(since), fractions, since)
    lost = np.asarray(pc.is_valid(values)) & np.isnat(since)
    times = pa.array(since.astype(np.int64), pa.int64(), mask=np.isnat(since))
    return TimesOfDay(distinct_texts.spread(times), distinct_texts.where(lost))


def date_and_time(
    dates: pa.ChunkedArray, times: pa.ChunkedArray, *, day_first: bool | None = None
) -> TypedDates:
    """Read a column of dates and one of times of the day as moments.

    Where a row has no time its date stands; where a date has a time of its own and the other
    column has one too, the other column's counts. A row is unreadable where either is.
    """
    days = read_dates(dates, day_first=day_first)
    clock = as_time(times)
    stamps = np.array(days.values.to_numpy(zero_copy_only=False), "datetime64[us]")
    since = np.asarray(pc.fill_null(clock.values, -1))
    has_time = (since >= 0) & ~np.isnat(stamps)
    day = stamps.astype("datetime64[D]").astype("datetime64[us]")
    stamps = np.where(has_time, day + since.astype("timedelta64[us]"), stamps)
    stamps[clock.unreadable] = np.datetime64("NaT")
    return days._replace(
        values=pa.chunked_array([pa.array(stamps, STAMP, from_pandas=True)]),
        unreadable=np.union1d(days.unreadable, clock.unreadable).astype(np.int64),
    )


def _as_stamps(values: pa.Array) -> pa.Array:
    """Put a day before each time, so that they are read as moments are."""
    digits = matching(values, DIGITS)
    if pc.any(digits).as_py():
        even = pc.replace_substring_regex(values, ODD_LENGTH, r"0\1\2")
        colons = pc.replace_substring_regex(even, r"^(\d{2})(\d{2})(\d{2})?$", r"\1:\2:\3")
        values = pc.if_else(digits, pc.utf8_rtrim(colons, ":"), values)
    values = pc.replace_substring_regex(values, BEFORE_EXCEL, ANY_DAY)
    alone = pc.and_(matching(values, TIME), pc.invert(matching(values, r"\d{4}|\d[-/]\d")))
    dated = pc.binary_join_element_wise(ANY_DAY, values, " ")
    readable = pc.if_else(pc.or_(alone, matching(values, r"^\d{1,2}:\d{2}")), dated, values)
    return pc.if_else(matching(values, FRACTION), pa.scalar(None, pa.string()), readable)


def _stamps(texts: pa.Array) -> npt.NDArray[np.datetime64]:
    read = read_dates(pa.chunked_array([texts])).values
    return np.array(read.to_numpy(zero_copy_only=False), "datetime64[us]")


def _fractions(values: pa.Array) -> npt.NDArray[np.timedelta64]:
    """Read parts of a day, to the second, as spreadsheets keep times."""
    valid = matching(values, FRACTION)
    parts_of_day = pc.replace_substring(pc.if_else(valid, values, "0"), ",", ".").cast(
        pa.float64()
    )
    seconds = np.rint(np.asarray(parts_of_day) * 86_400).astype(np.int64)
    since = (seconds * 1_000_000).astype("timedelta64[us]")
    since[~np.asarray(valid) | (since >= DAY)] = np.timedelta64("NaT")
    return since
