"""Sheets, headers and odd cells of workbooks."""

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from pipeline.sources.columns import recognise
from pipeline.sources.reading import read_parts
from pipeline.sources.values import as_number, as_text, as_timestamp
from tests.sources.broken import FIELDS, line


@pytest.fixture
def book() -> openpyxl.Workbook:
    return openpyxl.Workbook()


def saved(book: openpyxl.Workbook, tmp_path: Path) -> Path:
    book.save(tmp_path / "book.xlsx")
    return tmp_path / "book.xlsx"


def fill(sheet, *rows: list[object]) -> None:
    for row in rows:
        sheet.append(row)


def orders(columns: list[str]) -> bool:
    return recognise(columns) == "order-lines"


def test_a_title_above_the_header_is_passed_over(book, tmp_path: Path):
    fill(book.active, ["Orders of 2010"], [], ["Invoice", "Price"], ["1", 2.5], ["2", 3])
    (part,) = read_parts(saved(book, tmp_path))
    assert part.header_row == 3
    assert part.table.to_pylist() == [
        {"Invoice": "1", "Price": "2.5"},
        {"Invoice": "2", "Price": "3"},
    ]


def test_a_header_that_fits_is_found_below_a_wide_preface(book, tmp_path: Path):
    preface = [f"note {i}" for i in range(8)]
    fill(book.active, preface, preface, FIELDS, line(1), line(2))
    (part,) = read_parts(saved(book, tmp_path), wanted=orders)
    assert part.header_row == 3
    assert part.table.column_names == FIELDS


def test_all_sheets_that_fit_are_read_and_no_other(book, tmp_path: Path):
    fill(book.active, ["About"], ["Made by us"])
    for year in ("2009", "2010"):
        fill(book.create_sheet(year), FIELDS, line(1))
    book.create_sheet("blank")
    parts = list(read_parts(saved(book, tmp_path), wanted=orders))
    assert [part.sheet for part in parts] == ["2009", "2010"]
    assert parts[0].name == "book.xlsx, sheet “2009”"


def test_where_no_sheet_fits_all_are_shown(book, tmp_path: Path):
    fill(book.active, ["a", "b"], [1, 2])
    fill(book.create_sheet("second"), ["c", "d"], [1, 2])
    book.create_sheet("blank")
    parts = list(read_parts(saved(book, tmp_path), wanted=orders))
    assert [part.table.column_names for part in parts] == [["a", "b"], ["c", "d"]]


def test_names_that_stand_twice_stay_as_they_are(book, tmp_path: Path):
    fill(book.active, ["Price", "Price", "Price_1", None], [1, 2, 3, 4])
    (part,) = read_parts(saved(book, tmp_path))
    assert part.table.column_names == ["Price", "Price", "Price_1", ""]


def test_rows_count_as_the_spreadsheet_does(book, tmp_path: Path):
    book.active["B4"], book.active["C4"] = "Invoice", "Price"
    book.active["B6"], book.active["C6"] = "7", 2
    (part,) = read_parts(saved(book, tmp_path))
    assert part.header_row == 4
    assert as_text(part.table["Invoice"]).to_pylist() == [None, "7"]


def test_blank_rows_and_columns_at_the_end_are_dropped(book, tmp_path: Path):
    fill(book.active, ["a", "b", None], [1, 2, None], [None, None, " "][:2])
    book.active["A900"] = ""
    (part,) = read_parts(saved(book, tmp_path))
    assert part.table.to_pylist() == [{"a": "1", "b": "2"}]


def test_mixed_cells(book, tmp_path: Path):
    when = dt.datetime.fromisoformat("2010-12-01 08:26")
    fill(
        book.active,
        ["invoice", "price", "date"],
        [536365, 2.5, when],
        ["C7", "£3.50", "2010-12-01 08:26"],
        ["007", "#N/A", when.date()],
        [None, True, 40513.351388888889],
    )
    (part,) = read_parts(saved(book, tmp_path))
    assert as_text(part.table["invoice"]).to_pylist() == ["536365", "C7", "007", None]
    prices = as_number(part.table["price"])
    assert prices.values.to_pylist()[:3] == [2.5, 3.5, None]
    assert list(prices.unreadable) == [3]
    midnight = dt.datetime.fromisoformat("2010-12-01")
    assert as_timestamp(part.table["date"]).values.to_pylist() == [when, when, midnight, when]


def test_formulas_give_the_values_they_had(tmp_path: Path):
    """Openpyxl computes nothing: a formula that was never computed is an empty cell."""
    book = openpyxl.Workbook()
    fill(book.active, ["a", "b"], [1, "=A2*2"])
    (part,) = read_parts(saved(book, tmp_path))
    assert part.table["b"].to_pylist() in ([None], [""], ["0"])


def test_a_wide_sheet_of_many_rows_is_read(book, tmp_path: Path):
    fill(book.active, [f"c{i}" for i in range(60)], *([i] * 60 for i in range(500)))
    (part,) = read_parts(saved(book, tmp_path))
    assert (part.table.num_rows, part.table.num_columns) == (500, 60)
