"""Dates in words, in other calendars and counts, and which of day and month stands first."""

import datetime as dt
import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.sources.cells.clock_times import as_time, date_and_time
from pipeline.sources.cells.day_order import DayMonthDoubt
from pipeline.sources.cells.timestamps import read_dates
from pipeline.sources.reading import read_parts
from tests.sources.cells.columns_of import column, column_of

CASES = os.environ.get("PORTAL_CASES")
moment = dt.datetime.fromisoformat


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("03. Jan 2024", "2024-01-03"),
        ("1. Mär 2024", "2024-03-01"),
        ("5. Okt. 2024", "2024-10-05"),
        ("12 Mrz 2024", "2024-03-12"),
        ("am 3. März 2024 um 16:16 Uhr", "2024-03-03 16:16"),
        ("03-ene-24", "2024-01-03"),
        ("martes, 5 de marzo de 2024", "2024-03-05"),
        ("mar. 5 mars 2024", "2024-03-05"),
        ("12 févr. 2024", "2024-02-12"),
        ("quarta-feira, 3 de janeiro de 2024", "2024-01-03"),
        ("24 mar 2024 r.", "2024-03-24"),
        ("3 stycznia 2024", "2024-01-03"),
        ("5 paź 2024", "2024-10-05"),
        ("5 мая 2024 г.", "2024-05-05"),
        ("3 Ocak 2024 Çarşamba", "2024-01-03"),
        ("2024. január 3.", "2024-01-03"),
        ("5. marraskuuta 2024", "2024-11-05"),
        ("2024-Jan-03", "2024-01-03"),
        ("Tues 5 Mar 2024", "2024-03-05"),
        ("January 3rd, 2024 at 4:16 pm", "2024-01-03 16:16"),
        ("Jan 03, 2024 04:16:00 PM PST", "2024-01-03 16:16"),
        ("05 March 2024, 14:00 CET", "2024-03-05 14:00"),
        ("2024-01-03 16:16:00 Europe/Berlin", "2024-01-03 16:16"),
        ("Wed Jan 03 2024 16:16:00 GMT+0100 (Central European Time)", "2024-01-03 16:16"),
        ("23/1/2024 4:16 p. m.", "2024-01-23 16:16"),
        ("2024年3月5日", "2024-03-05"),
        ("2024年3月5日 16时16分05秒", "2024-03-05 16:16:05"),
        ("2024年3月5日 下午3:05", "2024-03-05 15:05"),
        ("2024年3月5日火曜日", "2024-03-05"),
        ("2024/03/05(火) 15:05", "2024-03-05 15:05"),
        ("2024. 3. 5. 오후 3:05", "2024-03-05 15:05"),
        ("２０２４／１／２３", "2024-01-23"),
        ("٢٣/١/٢٠٢٤", "2024-01-23"),
        ("29/02/2567", "2024-02-29"),
        ("2567-03-05", "2024-03-05"),
        ("3 ม.ค. 2567", "2024-01-03"),
        ("1704298560", "2024-01-03 16:16"),
        ("1704298560000", "2024-01-03 16:16"),
        ("45294.67778", "2024-01-03 16:16"),
        ("45294,5", "2024-01-03 12:00"),
    ],
)
def test_a_date_is_read(cell: str, meant: str) -> None:
    read = read_dates(column(cell, None))
    assert read.values.to_pylist() == [moment(meant), None]
    assert read.doubt is None


@pytest.mark.parametrize(
    "cell",
    [
        "01. Mär",
        "févr. 2024",
        "Q1 2024",
        "SET OF 3 MARCH 12",
        "5 foo 2024",
        "32 Jan 2024",
        "-11062.06",
    ],
)
def test_what_is_no_date_stays_unreadable(cell: str) -> None:
    assert read_dates(column(cell)).unreadable.tolist() == [0]


def test_a_word_is_read_in_the_language_of_its_column() -> None:
    """`Mart` is March in Turkish; `listopada` October in Croatian, November in Polish."""
    polish = read_dates(column("1 listopada 2024", "5 paź 2024"))
    assert [each.month for each in polish.values.to_pylist()] == [11, 10]
    croatian = read_dates(column("1. listopada 2024.", "5. siječnja 2024.", "7. srpnja 2024."))
    assert [each.month for each in croatian.values.to_pylist()] == [10, 1, 7]


def test_zones_and_offsets_leave_the_clock_alone() -> None:
    read = read_dates(column("2024-01-03 16:16:00 +0100", "2024-01-03 16:16:00 -0800"))
    assert set(read.values.to_pylist()) == {moment("2024-01-03 16:16")}


def test_epoch_times_are_read_only_where_a_column_has_nothing_else() -> None:
    assert read_dates(column("2012-09-04", "1291191960")).unreadable.tolist() == [1]
    assert read_dates(column("1291191960", "12", "13")).unreadable.tolist() == [0, 1, 2]


def test_one_year_of_2567_among_others_is_a_slip() -> None:
    assert read_dates(column("2024-03-05", "2567-03-05")).unreadable.tolist() == [1]
    assert read_dates(column("23/03/2024", "23/03/2567")).unreadable.tolist() == [1]


def days(first: str, count: int, form: str, *, step: int = 1) -> list[str]:
    start = dt.date.fromisoformat(first)
    all_days = [start + dt.timedelta(step * place) for place in range(count)]
    return [day.strftime(form) for day in all_days if day.day <= 12]


@pytest.mark.parametrize("form", ["%m/%d/%Y", "%d/%m/%Y", "%m-%d-%Y", "%d-%m-%Y", "%m/%d/%y"])
@pytest.mark.parametrize("newest_first", [False, True])
def test_rows_in_order_tell(form: str, newest_first: bool) -> None:
    cells = days("2024-01-01", 300, form)
    read = read_dates(column_of(cells[::-1] if newest_first else cells))
    assert (read.day_first, read.told_by, read.doubt) == (form[1] == "d", "rows", None)


def test_rows_sorted_by_customer_tell_too() -> None:
    shop = [day for _ in range(40) for day in days("2024-01-01", 300, "%m/%d/%Y", step=3)]
    read = read_dates(column_of(shop))
    assert (read.day_first, read.told_by) == (False, "rows")


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_rows_in_no_order_are_a_doubt(seed: int) -> None:
    random = np.random.default_rng(seed)
    cells = [
        f"{first:02}/{second:02}/2024" for first, second in random.integers(1, 13, (500, 2))
    ]
    read = read_dates(column_of(cells))
    assert read.told_by == "rule"
    assert isinstance(read.doubt, DayMonthDoubt)
    assert 400 < read.doubt.rows <= 500


def test_a_doubt_names_a_cell_and_both_days() -> None:
    read = read_dates(column("03-03-2024", "01-02-2024"))
    assert (read.day_first, read.told_by) == (True, "rule")
    assert read.doubt == DayMonthDoubt(
        "01-02-2024", dt.date(2024, 2, 1), dt.date(2024, 1, 2), 1
    )


@pytest.mark.parametrize(
    ("cells", "day_first"),
    [
        (["01.02.2024"], True),
        (["03/03/2024", "04/04/2024"], True),
        (["01/02/2024", "13/02/2024"], True),
        (["01/02/2024", "02/13/2024"], False),
        (["2024-01-02"], None),
        (["3 Jan 2024"], None),
    ],
)
def test_where_nothing_is_doubtful_nothing_is_said(
    cells: list[str], day_first: bool | None
) -> None:
    read = read_dates(column_of(cells))
    assert (read.day_first, read.told_by, read.doubt) == (day_first, "cells", None)


def test_other_columns_are_asked_before_the_rule() -> None:
    read = read_dates(column("01/02/2024"), day_first=False)
    assert (read.day_first, read.told_by, read.doubt) == (False, "other columns", None)
    assert read_dates(column("13/02/2024"), day_first=False).day_first is True


@pytest.mark.parametrize(
    ("cell", "hours"),
    [
        ("16:16", 16 + 16 / 60),
        ("4:16 PM", 16 + 16 / 60),
        ("16h16", 16 + 16 / 60),
        ("161600", 16 + 16 / 60),
        ("0930", 9.5),
        ("930", 9.5),
        ("0.5", 12),
        ("0,25", 6),
        ("0", 0),
        ("下午3:00", 15),
        ("16:30 Uhr", 16.5),
        ("1899-12-30 08:15:00", 8.25),
        ("2024-01-03 08:15", 8.25),
    ],
)
def test_times_of_the_day(cell: str, hours: float) -> None:
    read = as_time(column(cell))
    assert read.values.to_pylist() == [round(hours * 3_600_000_000)]


@pytest.mark.parametrize(
    "times",
    [pa.array([dt.time(6)]), pa.array([dt.datetime(1899, 12, 30, 6)]), pa.array([0.25])],  # noqa: DTZ001
)
def test_times_of_other_types(times: pa.Array) -> None:
    assert as_time(pa.chunked_array([times])).values.to_pylist() == [6 * 3_600_000_000]


def test_dates_and_times_are_joined() -> None:
    read = date_and_time(
        column("23/01/2024", "24/01/2024", "x", "25/01/2024", None, "26/01/2024 08:00"),
        column("16:16", None, "1:00", "25:00", "2:00", "9:00"),
    )
    assert read.values.to_pylist() == [
        moment("2024-01-23 16:16"), moment("2024-01-24"), None, None, None,
        moment("2024-01-26 09:00"),
    ]  # fmt: skip
    assert read.unreadable.tolist() == [2, 3]
    assert read.day_first is True


@pytest.mark.skipif(not CASES, reason="PORTAL_CASES names no folder of cases")
@pytest.mark.parametrize(
    ("name", "last"),
    [
        ("ambiguous_dash_month_first", "2024-12-03"),
        ("ambiguous_month_first", "2024-12-03"),
        ("ambiguous_month_first_newest_first", "2024-12-03"),
        ("dates_cjk", "2024-12-14"),
        ("epoch_seconds", "2024-12-14"),
        ("excel_serials", "2024-12-14"),
        ("mixed_offsets", "2024-12-14"),
        ("months_german", "2024-12-14"),
        ("months_spanish", "2024-12-14"),
        ("named_zone_pst", "2024-12-14"),
        ("two_digit_years_us", "2024-12-14"),
    ],
)
def test_dates_of_whole_files(name: str, last: str) -> None:
    table = next(iter(read_parts(Path(CASES or "") / f"{name}.csv"))).table
    read = read_dates(table["Order Date"])
    assert max(read.values.to_pylist()).date() == dt.date.fromisoformat(last)
    assert (len(read.unreadable), read.doubt) == (0, None)
