"""Raw columns become typed ones, whatever they are dressed in."""

import datetime as dt
import decimal
import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipeline.sources.cells.values import Typed, as_category, as_number, as_text, as_timestamp

moment = dt.datetime.fromisoformat
DAYS = st.datetimes(moment("1900-01-01"), moment("2100-12-31 23:59:59"))
AMOUNTS = st.decimals(-10_000_000, 10_000_000, places=2).map(float)


def column(*values: object) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(values)])


def texts(values: list[str | None]) -> pa.ChunkedArray:
    """Cut a column in two chunks, as a reader would."""
    half = len(values) // 2
    return pa.chunked_array([values[:half], values[half:]], pa.string())


def coded(values: list[str | None]) -> pa.ChunkedArray:
    """Encode each chunk with its own dictionary, as the CSV reader does."""
    chunks = [chunk.dictionary_encode() for chunk in texts(values).chunks]
    return pa.chunked_array(chunks, pa.dictionary(pa.int32(), pa.string()))


def grouped(value: float, separator: str, point: str) -> str:
    return f"{value:,.2f}".replace(",", "!").replace(".", point).replace("!", separator)


DRESSES = {
    "plain": repr,
    "point": lambda v: f"{v:.2f}",
    "thousands": lambda v: grouped(v, ",", "."),
    "comma": lambda v: grouped(v, "", ","),
    "continental": lambda v: grouped(v, ".", ","),
    "french": lambda v: grouped(v, "\u202f", ",") + "\u00a0€",
    "swiss": lambda v: "CHF " + grouped(v, "’", "."),
    "russian": lambda v: grouped(v, " ", ",") + " руб.",
    "pounds": lambda v: ("-£" if v < 0 else "£") + grouped(abs(v), ",", "."),
    "trailing": lambda v: grouped(abs(v), "", ".") + ("-" if v < 0 else ""),
    "bookkeeping": lambda v: f"({grouped(-v, ',', '.')})" if v < 0 else grouped(v, ",", "."),
    "typeset": lambda v: grouped(v, "", ".").replace("-", "−"),
}


@pytest.mark.parametrize("dress", DRESSES)
@settings(max_examples=40)
@given(values=st.lists(st.none() | AMOUNTS, min_size=1))
def test_numbers_are_read_in_every_dress(dress: str, values: list[float | None]):
    written = [None if v is None else f" {DRESSES[dress](v)} " for v in values]
    for dressed in (texts(written), coded(written)):
        read = as_number(dressed)
        assert read.values.to_pylist() == values
        assert not len(read.unreadable)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, width=64), min_size=1))
def test_plain_numbers_are_exact(values: list[float]):
    assert as_number(texts([repr(v) for v in values])).values.to_pylist() == values


@given(st.lists(st.text(max_size=12) | st.none()))
def test_a_cell_is_a_number_or_empty_or_unreadable(values: list[str | None]):
    for read in (as_number, as_timestamp):
        typed = read(texts(values))
        assert len(typed.values) == len(values)
        told = set(typed.unreadable.tolist())
        for place, value in enumerate(typed.values.to_pylist()):
            assert not (place in told and value is not None)
            if values[place] is None:
                assert place not in told
        assert typed.unreadable.tolist() == sorted(told)


@given(st.lists(st.text(max_size=12) | st.none()))
def test_text_is_trimmed_and_never_empty(values: list[str | None]):
    read = as_text(texts(values)).to_pylist()
    assert all(v is None or v.strip("\u00a0 \t\n") == v != "" for v in read)
    assert as_category(coded(values)).to_pylist() == read


@pytest.mark.parametrize(
    ("values", "expected", "unreadable", "reading"),
    [
        (["1.234,50 €", "(3)", "x", None, "0,5"], [1234.5, -3, None, None, 0.5], [2], "comma"),
        (["inf", "-Infinity", "nan", "1e999", "5"], [None] * 4 + [5], [0, 1, 2, 3], "point"),
        (["1,234", "5,678"], [1234, 5678], [], "point"),
        (["1.234", "5.678"], [1.234, 5.678], [], "point"),
        (["1.234", "0,5"], [1234, 0.5], [], "comma"),
        (["1,234", "0.5"], [1234, 0.5], [], "point"),
        (["1.234.567", "1"], [1234567, 1], [], "comma"),
        (["12,34,567.5"], [1234567.5], [], "point"),
        (["0,5", "0,6", "0.7"], [0.5, 0.6, None], [2], "comma"),
        (["-", "NA", "", "n/a", "NULL", " "], [None] * 6, [], "point"),
        (["1e3", "2E-2", ".5", "5.", "+7"], [1000, 0.02, 0.5, 5, 7], [], "point"),
        (["5%", "1 2 x", "--5", "1-2", "0x10"], [None] * 5, [0, 1, 2, 3, 4], "point"),
        (["$1", "2 USD", "3 руб", "kr 4", "5 zł"], [1, 2, 3, 4, 5], [], "point"),
    ],
)
def test_numbers_by_example(values, expected, unreadable, reading):
    read = as_number(texts(values))
    assert read.values.to_pylist() == expected
    assert read.unreadable.tolist() == unreadable
    assert reading in read.reading


def test_values_that_no_row_holds_decide_nothing():
    """A filtered dictionary keeps what was filtered out."""
    kept = coded(["0,5", "1.5", "2.5", "0.5"]).slice(1)
    assert as_number(kept).values.to_pylist() == [1.5, 2.5, 0.5]
    both = coded(["13/1/2010", "1/2/2010 5:00 PM"]).slice(1)
    assert as_timestamp(both).reading == "month first"


@pytest.mark.parametrize(
    ("values", "expected", "unreadable"),
    [
        (pa.array([1, None, 3]), [1, None, 3], []),
        (pa.array([1.5, math.nan, math.inf, -math.inf]), [1.5, None, None, None], [2, 3]),
        (pa.array([True, False, None]), [1, 0, None], []),
        (pa.array([decimal.Decimal("2.50"), None]), [2.5, None], []),
        (pa.array([dt.date(2011, 1, 1), None]), [None, None], [0]),
        (pa.array([2**63 - 1]), [float(2**63 - 1)], []),
        (pa.array([None, None]), [None, None], []),
        (pa.array([1.5, 1.5, 2]).dictionary_encode(), [1.5, 1.5, 2], []),
    ],
)
def test_native_numbers(values: pa.Array, expected: list[float], unreadable: list[int]):
    read = as_number(pa.chunked_array([values]))
    assert read.values.to_pylist() == expected
    assert read.values.type == pa.float64()
    assert read.unreadable.tolist() == unreadable


FORMATS = [
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M:%SZ",
    "%Y-%m-%d %H:%M:%S+03:00",
    "%Y/%m/%d %H:%M:%S",
    "%Y.%m.%d %H:%M:%S",
    "%Y%m%d%H%M%S",
    "%Y%m%dT%H%M%S",
    "%d.%m.%Y %H:%M:%S",
    "%d-%m-%Y, %H:%M:%S",
    "%d %b %Y %H:%M:%S",
    "%d-%B-%Y %H:%M:%S",
    "%B %d, %Y %I:%M:%S %p",
    "%a, %d %b %Y %H:%M:%S GMT",
    "%d.%m.%Y %I:%M:%S %p",
]


@pytest.mark.parametrize("form", FORMATS)
@settings(max_examples=40)
@given(st.lists(st.none() | DAYS, min_size=1))
def test_dates_are_read_in_every_format(form: str, days: list[dt.datetime | None]):
    days = [day and day.replace(microsecond=0) for day in days]
    written = [day and day.strftime(form) for day in days]
    for dressed in (texts(written), coded(written)):
        read = as_timestamp(dressed)
        assert read.values.to_pylist() == days
        assert not len(read.unreadable)


@given(st.lists(DAYS, min_size=1))
def test_fractions_of_seconds_are_kept(days: list[dt.datetime]):
    assert as_timestamp(texts([str(day) for day in days])).values.to_pylist() == days


@pytest.mark.parametrize("form", ["%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M", "%m-%d-%Y", "%d.%m.%y"])
@given(days=st.lists(st.datetimes(moment("1970-01-01"), moment("2069-12-31")), min_size=1))
def test_one_day_above_twelve_decides_for_all(form: str, days: list[dt.datetime]):
    assume(any(day.day > 12 for day in days))
    cut = {"minute": 0, "hour": 0} if "%H" not in form else {}
    days = [day.replace(second=0, microsecond=0, **cut) for day in days]
    read = as_timestamp(texts([day.strftime(form) for day in days]))
    assert read.values.to_pylist() == days
    assert read.reading == ("month first" if form.startswith("%m") else "day first")


@pytest.mark.parametrize("form", ["%m/%d/%Y", "%d/%m/%Y"])
@given(
    start=st.dates(dt.date(2000, 1, 1), dt.date(2030, 1, 1)),
    steps=st.lists(st.integers(0, 2), min_size=40, max_size=60),
)
def test_rows_in_order_decide_where_no_day_does(form: str, start: dt.date, steps: list[int]):
    days, day = [], start
    for step in steps:
        day += dt.timedelta(days=step)
        days.append(day)
    assume(max(steps) > 0)
    kept = [day for day in days if day.day <= 12]
    assume(len({day.day for day in kept}) > 3)
    read = as_timestamp(texts([day.strftime(form) for day in kept]))
    assert [stamp.date() for stamp in read.values.to_pylist()] == kept


@pytest.mark.parametrize(
    ("values", "expected", "reading"),
    [
        (["12/1/2010 8:26"], "2010-01-12 08:26", "day first"),
        (["12/1/2010 8:26 PM"], "2010-12-01 20:26", "month first"),
        (["04-09-2012"], "2012-09-04", "day first"),
        (["12/1/2010 8:26", "12/1/2010 8:28", "1/13/2011 9:00"], "2010-12-01 08:26", "month"),
        (["1/2/2010 12:00 AM", "1/13/2010"], "2010-01-02", "month first"),
        (["1/13/2010 12:30 a.m.", "1/2/2010"], "2010-01-13 00:30", "month first"),
        (["31.12.99"], "1999-12-31", "day first"),
        (["40513.351388888889"], "2010-12-01 08:26", "Excel day numbers"),
        (["20101201"], "2010-12-01", "digits run together"),
        (["1st September 2012"], "2012-09-01", "names of months"),
        (["Sep 4, 2012 3:04 PM"], "2012-09-04 15:04", "names of months"),
        (["2012-9-4"], "2012-09-04", "year first"),
    ],
)
def test_dates_by_example(values: list[str], expected: str, reading: str):
    read = as_timestamp(texts(values))
    assert read.values[0].as_py() == moment(expected)
    assert reading in read.reading


@pytest.mark.parametrize(
    "value",
    [
        "x", "2012-13-01", "2012-02-30", "30.02.2012", "1899-12-31", "2101-01-01", "9999-12-31",
        "1291191960", "1291191960000", "2012", "24:00", "1/2/2010 24:00", "1/2/2010 8:60",
        "1/2/2010 13:00 PM", "0", "-5", "5", "nan", "2012-09-04 8",
    ],
)  # fmt: skip
def test_what_is_no_date_is_unreadable(value: str):
    read = as_timestamp(texts(["2012-09-04", value, ""]))
    assert read.unreadable.tolist() == [1]
    assert read.values.to_pylist() == [moment("2012-09-04"), None, None]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (pa.array([dt.date(2011, 1, 2)]), "2011-01-02"),
        (pa.array([moment("2011-01-02 03:04:05")], pa.timestamp("ns")), "2011-01-02 03:04:05"),
        (pa.array([1293937445], pa.timestamp("s", "UTC")), "2011-01-02 03:04:05"),
        (pa.array([1293937445], pa.timestamp("s", "+02:00")), "2011-01-02 05:04:05"),
        (pa.array([40513]), "2010-12-01"),
        (pa.array([40513.351388888889]), "2010-12-01 08:26"),
        (pa.array([20101201], pa.int32()), "2010-12-01"),
    ],
)
def test_native_dates(values: pa.Array, expected: str):
    read = as_timestamp(pa.chunked_array([values]))
    assert read.values.to_pylist() == [moment(expected)]
    assert read.values.type == pa.timestamp("us")


def test_native_dates_out_of_range_are_unreadable():
    days = pa.array([dt.date(1, 1, 1), dt.date(2011, 1, 1), None, dt.date(9999, 1, 1)])
    read = as_timestamp(pa.chunked_array([days]))
    assert read.unreadable.tolist() == [0, 3]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (
            column(" a\u00a0", "NULL", "", "007", "None", "N/A", "nan"),
            ["a", *[None] * 2, "007"],
        ),
        (column("17850.0", "12346.0", None), ["17850", "12346", None]),
        (column("17850.0", "1.5"), ["17850.0", "1.5"]),
        (column("C536365", "536366.0"), ["C536365", "536366"]),
        (column(17850.0, 2.0, math.nan), ["17850", "2", None]),
        (column(17850, None), ["17850", None]),
        (column(2.5, 0.1), ["2.5", "0.1"]),
        (column(True, False), ["true", "false"]),
        (column(b"abc", b"\xff"), ["abc", "\ufffd"]),
        (column(dt.date(2011, 1, 2)), ["2011-01-02"]),
        (column("NA", "Namibia", "-"), ["NA", "Namibia", "-"]),
        (column(None, None), [None, None]),
        (pa.chunked_array([], pa.string()), []),
        (pa.chunked_array([], pa.dictionary(pa.int32(), pa.string())), []),
        (pa.chunked_array([], pa.float64()), []),
        (column("a", "b").cast(pa.large_string()), ["a", "b"]),
    ],
)
def test_texts_by_example(values: pa.ChunkedArray, expected: list[str | None]):
    padded = expected + [None] * (len(values) - len(expected))
    assert as_text(values).to_pylist() == padded
    assert as_text(values).type == pa.string()
    assert as_category(values).to_pylist() == padded


@given(st.lists(st.integers(-(2**53) + 1, 2**53 - 1) | st.none(), min_size=1))
@settings(max_examples=50)
def test_whole_floats_are_digits(values: list[int | None]):
    floats = pa.chunked_array([pa.array(values, pa.float64())])
    assert as_text(floats).to_pylist() == [None if v is None else str(v) for v in values]


def test_positions_are_integers():
    typed = as_number(texts(["x", "1"]))
    assert isinstance(typed, Typed)
    assert typed.unreadable.dtype == np.int64
