"""The formats of dates, and how their parts become points in time."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Microseconds = npt.NDArray[np.datetime64]
Numbers = npt.NDArray[np.int64]

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
NAME = (
    r"(?P<name>(?i:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?))\.?"
)
ZONE_NAMES = (
    "UTC GMT UT Z PST PDT EST EDT CST CDT MST MDT AKST AKDT HST AST ADT NST NDT CET CEST MEZ"
    " MESZ EET EEST WET WEST BST IST MSK JST KST HKT SGT WIB ICT PHT PKT AEST AEDT ACST ACDT"
    " AWST NZST NZDT SAST EAT WAT BRT ART CLT COT GST TRT ET PT CT MT"
)
ZONES = frozenset(ZONE_NAMES.split())
"""Names of zones as people write them; the clock that they name is kept as it is."""
WEEKDAY = r"(?:(?i:mon|tue|wed|thu|fri|sat|sun)[a-zA-Z]*[., ]+)?"
TIME = (
    r"(?:(?:[T_]|,? +|:)(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?(?:[:.](?P<second>\d{2}))?"
    r"(?:[.,](?P<fraction>\d{1,9}))?)? *(?P<half>(?i:[ap]\.?m\.?))?"
    r" *(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}|\[[A-Za-z/_]+\])?$"
)
NUMBERS = (
    r"^"
    + WEEKDAY
    + r"(?P<day>\d{1,2})[-/. ] ?(?P<month>\d{1,2})[-/. ] ?(?P<year>\d{4}|\d{2})"
    + TIME
)
YEAR_FIRST = r"^(?P<year>\d{4})[-/. ](?P<month>\d{1,2})[-/. ](?P<day>\d{1,2})" + TIME
MONTH_NAMED = (
    r"^" + WEEKDAY + r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?[-/ .]*" + NAME
    + r"[-/ .,']*(?P<year>\d{4}|\d{2})" + TIME
)  # fmt: skip
NAMED_FIRST = (
    r"^"
    + WEEKDAY
    + NAME
    + r"[-/ .]*(?P<day>\d{1,2})(?:st|nd|rd|th)?[-/ .,]+(?P<year>\d{4})"
    + TIME
)
YEAR_NAMED = (
    r"^(?P<year>\d{4})[-/ .,]+" + NAME + r"[-/ .,]*(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?" + TIME
)
ZONE = (
    r"[ ,]*(?:\b(?:" + "|".join(sorted(ZONES, key=len, reverse=True)) + r")"
    r"|\[?\b[A-Z][A-Za-z]+(?:/[A-Z][A-Za-z_+-]+){1,2}\]?)?"
    r" *(?:[+-]\d{2}(?::?\d{2})?)? *(?:\([^()]*\))?$"
)
"""A zone at the end of a date with a time, in more ways than the patterns themselves know."""
ZONED = r":\d{2}(?:[.,]\d+)? *(?:[AaPp]\.?[Mm]\.?)?" + ZONE
RUN_TOGETHER = (
    r"^(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?:[T ]?(?P<hour>\d{2}):?(?P<minute>\d{2})"
    r"(?::?(?P<second>\d{2}))?)?Z?$"
)
DAY_NUMBER = r"^(?P<day>\d{5})(?:[.,](?P<fraction>\d+))?$"
EPOCH = r"^\d{9,10}(?:\.\d+)?$|^\d{12,13}$"
MILLISECONDS_FROM = 1e11
BUDDHIST = 543
"""Years that Buddhist calendars are ahead."""
EXCEL_BEGINS = np.datetime64("1899-12-30", "us")
FIELDS = ("year", "month", "day", "hour", "minute", "second")


class Parts(NamedTuple):
    """The parts of dates, one array a part; −1 where a text has none or doesn't match."""

    year: Numbers
    month: Numbers
    day: Numbers
    hour: Numbers
    minute: Numbers
    second: Numbers
    fraction: npt.NDArray[np.float64]
    half: Numbers
    matched: npt.NDArray[np.bool_]


def parts(texts: pa.Array, pattern: str) -> Parts:
    """Take texts apart by a pattern with named groups."""
    matches = pc.extract_regex(texts, pattern)
    groups = {field.name: pc.struct_field(matches, field.name) for field in matches.type}
    numbers = {name: _numbers(groups.get(name), len(texts)) for name in FIELDS}
    if "name" in groups:
        short = pc.utf8_slice_codeunits(pc.utf8_lower(groups["name"]), 0, 3)
        index = pc.index_in(short, value_set=pa.array(MONTHS))
        numbers["month"] = np.asarray(pc.fill_null(pc.add(index, 1), -1)).astype(np.int64)
    if "year" in groups:
        short_year = np.asarray(
            pc.fill_null(pc.equal(pc.utf8_length(groups["year"]), 2), fill_value=False)
        )
        century = np.where(numbers["year"] < 70, 2000, 1900)
        numbers["year"] = _gregorian(numbers["year"] + np.where(short_year, century, 0))
    return Parts(
        **numbers,
        fraction=_fractions(groups.get("fraction"), len(texts)),
        half=_halves(groups.get("half"), len(texts)),
        matched=np.asarray(pc.is_valid(matches)),
    )


def instants(of: Parts) -> Microseconds:
    """Put parts together; what is no date of the calendar or no time of the day is NaT."""
    hour = np.where(of.half >= 0, of.hour % 12 + 12 * of.half, np.maximum(of.hour, 0))
    valid = (
        of.matched
        & (of.month >= 1) & (of.month <= 12) & (of.day >= 1)
        & (hour < 24) & (of.minute < 60) & (of.second < 60)
        & ((of.half < 0) | ((of.hour >= 1) & (of.hour <= 12)))
        & ((of.half >= 0) | (of.hour < 0) | (of.minute >= 0))
    )  # fmt: skip
    months = np.where(valid, (of.year - 1970) * 12 + of.month - 1, 0).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + np.where(valid, of.day - 1, 0)
    valid &= days.astype("datetime64[M]") == months
    seconds = hour * 3600 + np.maximum(of.minute, 0) * 60 + np.maximum(of.second, 0)
    micro = np.where(
        valid, seconds * 1_000_000 + np.rint(of.fraction * 1e6).astype(np.int64), 0
    )
    stamps: Microseconds = days.astype("datetime64[us]") + micro.astype("timedelta64[us]")
    stamps[~valid] = np.datetime64("NaT")
    return stamps


def day_numbers(of: Parts) -> Microseconds:
    """Count days from Excel's beginning, to the millisecond.

    To the second where none has more than five decimals, which are less than a second.
    """
    rounded = bool((np.abs(np.rint(of.fraction * 1e5) - of.fraction * 1e5) < 1e-6).all())
    step = 1_000 if rounded else 1
    parts_of_day = np.rint(of.fraction * (86_400_000 // step)).astype(np.int64) * step
    milliseconds = of.day * 86_400_000 + parts_of_day
    stamps: Microseconds = np.add(EXCEL_BEGINS, milliseconds.astype("timedelta64[ms]"))
    stamps[~of.matched | (of.day < 10_000)] = np.datetime64("NaT")
    return stamps


def epochs(texts: pa.Array) -> Microseconds:
    """Read seconds, or milliseconds, since 1970 as the clock of UTC; NaT for other texts."""
    valid = np.asarray(pc.fill_null(pc.match_substring_regex(texts, EPOCH), fill_value=False))
    digits = pc.if_else(pa.array(valid), texts, "0")
    counts = np.asarray(digits.cast(pa.float64()))
    seconds = np.where(counts >= MILLISECONDS_FROM, counts / 1_000, counts)
    stamps: Microseconds = np.rint(seconds * 1e6).astype(np.int64).astype("datetime64[us]")
    stamps[~valid] = np.datetime64("NaT")
    return stamps


def _gregorian(years: Numbers) -> Numbers:
    """Take Buddhist years for what they are where a column has no others."""
    known_years = years[years > 0]
    if (
        len(known_years)
        and known_years.min() >= 1900 + BUDDHIST
        and known_years.max() <= 2100 + BUDDHIST
    ):
        return np.where(years > 0, years - BUDDHIST, years)
    return years


def _numbers(group: pa.Array | None, length: int) -> Numbers:
    if group is None:
        return np.full(length, -1)
    digits = pc.if_else(pc.equal(group, ""), pa.scalar(None, pa.string()), group)
    return np.asarray(pc.fill_null(digits.cast(pa.int64()), -1))


def _fractions(group: pa.Array | None, length: int) -> npt.NDArray[np.float64]:
    if group is None:
        return np.zeros(length)
    digits = pc.binary_join_element_wise("0.", pc.fill_null(group, ""), "0", "")
    return np.asarray(digits.cast(pa.float64()))


def _halves(group: pa.Array | None, length: int) -> Numbers:
    """Say 0 for AM, 1 for PM, −1 for neither."""
    if group is None:
        return np.full(length, -1)
    first = pc.utf8_slice_codeunits(pc.utf8_lower(group), 0, 1)
    index = pc.index_in(first, value_set=pa.array(["a", "p"]))
    return np.asarray(pc.fill_null(index, -1)).astype(np.int64)
