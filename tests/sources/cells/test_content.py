"""What a column seems to hold, by a sample of its cells."""

import datetime as dt

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.sources.cells.clock_times import as_time
from pipeline.sources.cells.content import SAMPLE, content
from pipeline.sources.cells.distinct import distinct, trimmed
from pipeline.sources.cells.identity import as_customers
from pipeline.sources.cells.money import currency_of
from pipeline.sources.cells.numerals import read_numbers
from pipeline.sources.cells.timestamps import read_dates
from tests.sources.cells.columns_of import column, column_of


@pytest.mark.parametrize(
    ("cells", "share"),
    [
        (["2024-01-03", "03/01/2024", "3. März 2024", "2024年3月5日"], "dates"),
        (["20240103", "45294.67778", "45295"], "day_numbers"),
        (["1704298560", "1704298560000"], "epochs"),
        (["16:16", "4:16 PM", "16h16"], "times"),
        (["1,5", "-3", "12"], "numbers"),
        (["5 €", "R$ 1,00", "1 234,00 kr"], "money"),
        (["1", "17850.0"], "whole"),
        (["1.5", "0.25"], "fractions"),
        (["-1", "(3.50)"], "negative"),
        (["5%", "7 %"], "percent"),
        (["K0070", "10070", "A-1"], "codes"),
        (["USD", "eur", "US$"], "currencies"),
        (["a@b.com", "C@d.org"], "emails"),
    ],
)
def test_every_share_both_ways(cells: list[str], share: str) -> None:
    assert getattr(content(column_of(cells)), share) == 1
    assert getattr(content(column("Red mug", "Tea, 3 bags", "A. Smith")), share) == 0
    half = content(column_of([*cells, *["Red mug"] * len(cells), None]))
    assert getattr(half, share) == pytest.approx(0.5)


def test_plain_numbers_are_no_dates_and_prices_no_times() -> None:
    prices = content(column("2.55", "12.30", "7"))
    assert (prices.dates, prices.times, prices.money, prices.numbers) == (0, 0, 0, 1)
    codes = content(column("85123", "22423"))
    assert codes.dates == 0
    assert content(column("03.01.2024")).numbers == 0


def test_filled_and_distinct_cells() -> None:
    read = content(column("a", "a", None, "b"))
    assert (read.rows, read.filled) == (4, 0.75)
    assert read.distinct == pytest.approx(2 / 3)
    assert read.repeats
    assert not content(column("a", "b")).repeats


def test_typed_columns() -> None:
    days = pa.chunked_array([pa.array([dt.date(2024, 1, 3), None])])
    assert content(days).dates == 1
    assert content(pa.chunked_array([pa.array([1, 2, 3])])).whole == 1
    assert content(pa.chunked_array([pa.array([1.5, 2.25])])).fractions == 1


def test_empty_columns() -> None:
    for nothing in (column(None, ""), pa.chunked_array([pa.nulls(3)]), column()):
        read = content(nothing)
        assert read.filled == read.numbers == read.dates == 0
        assert not read.repeats


def test_a_sample_of_a_long_column_is_spread_over_it() -> None:
    cells = ["1"] * 10_000 + ["5 €"] * 10_000
    read = content(column_of(cells))
    assert read.rows == SAMPLE
    assert read.money == pytest.approx(0.5, abs=0.01)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.none() | st.text(max_size=14), max_size=12))
def test_no_cell_is_too_odd(cells: list[str | None]) -> None:
    odd = column_of(cells)
    read = content(odd)
    assert all(0 <= share <= 1 for share in read[1:])
    assert set(read_numbers(odd).unreadable.tolist()) <= unread(odd, read_numbers(odd).values)
    for typed in (read_dates(odd), as_time(odd)):
        assert set(typed.unreadable.tolist()) == unread(odd, typed.values)
    assert len(as_customers(odd, odd).values) == len(cells)
    assert currency_of(odd).rows <= len(cells)


def unread(column: pa.ChunkedArray, values: pa.ChunkedArray) -> set[int]:
    """Find the rows that hold something and have no value."""
    found = distinct(column)
    cells = found.spread(trimmed(found.values)).to_pylist()
    pairs = zip(cells, values.to_pylist(), strict=True)
    return {place for place, (cell, value) in enumerate(pairs) if cell and value is None}
