"""Sheets, headers and odd cells of workbooks."""

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from pipeline.sources.cells.values import as_number, as_text, as_timestamp
from pipeline.sources.columns import match, recognise
from pipeline.sources.order_lines import typed_lines
from pipeline.sources.reading import read_parts
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
    (part,) = read_parts(saved(book, tmp_path), is_wanted=orders)
    assert part.header_row == 3
    assert part.table.column_names == FIELDS


def test_all_sheets_that_fit_are_read_and_no_other(book, tmp_path: Path):
    fill(book.active, ["About"], ["Made by us"])
    for year in ("2009", "2010"):
        fill(book.create_sheet(year), FIELDS, line(1))
    book.create_sheet("blank")
    parts = list(read_parts(saved(book, tmp_path), is_wanted=orders))
    assert [part.sheet for part in parts] == ["2009", "2010"]
    assert parts[0].name == "book.xlsx, sheet “2009”"


def test_where_no_sheet_fits_all_are_shown(book, tmp_path: Path):
    fill(book.active, ["a", "b"], [1, 2])
    fill(book.create_sheet("second"), ["c", "d"], [1, 2])
    book.create_sheet("blank")
    parts = list(read_parts(saved(book, tmp_path), is_wanted=orders))
    assert [part.table.column_names for part in parts] == [["a", "b"], ["c", "d"]]


def test_names_that_stand_twice_are_told_apart(book, tmp_path: Path):
    fill(book.active, ["Price", "Price", "Price_1", None], [1, 2, 3, 4])
    (part,) = read_parts(saved(book, tmp_path))
    assert part.table.column_names == ["Price", "Price (2)", "Price_1", ""]


def test_rows_count_as_the_spreadsheet_does(book, tmp_path: Path):
    book.active["B4"], book.active["C4"] = "Invoice", "Price"
    book.active["B6"], book.active["C6"] = "7", 2
    (part,) = read_parts(saved(book, tmp_path))
    assert part.header_row == 4
    assert as_text(part.table["Invoice"]).to_pylist() == ["7"]
    assert part.row_of(0) == 6
    assert part.row_numbers().tolist() == [6]


def test_blank_rows_and_columns_at_the_end_are_dropped(book, tmp_path: Path):
    fill(book.active, ["a", "b", None], [1, 2, None], [None, None, " "][:2])
    book.active["A900"] = ""
    (part,) = read_parts(saved(book, tmp_path))
    assert part.table.to_pylist() == [{"a": 1, "b": 2}]


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


def with_rows(tmp_path: Path, *rows: list[object]) -> Path:
    book = openpyxl.Workbook()
    fill(book.active, *rows)
    return saved(book, tmp_path)


def test_columns_under_a_first_row_of_names_keep_their_types(tmp_path: Path):
    when = dt.datetime.fromisoformat("2010-12-01 08:26")
    later = dt.datetime.fromisoformat("2010-12-01 08:26:30.5")
    path = with_rows(
        tmp_path,
        ["number", "date", "moment", "text", "mixed", "fault", "none"],
        [1, when, when, "007", 7, 2, None],
        [2.5, when, later, "x", "C8", "#N/A", None],
    )
    (part,) = read_parts(path)
    assert part.header_row == 1
    types = {name: str(part.table[name].type) for name in part.table.column_names}
    assert types == {
        "number": "double", "date": "timestamp[s]", "moment": "timestamp[ms]",
        "text": "string", "mixed": "string", "fault": "double", "none": "string",
    }  # fmt: skip
    assert as_text(part.table["mixed"]).to_pylist() == ["7", "C8"]
    assert as_text(part.table["date"]).to_pylist() == ["2010-12-01 08:26:00"] * 2
    assert as_number(part.table["fault"]).values.to_pylist() == [2, None]


@pytest.mark.parametrize("odd", [True, dt.timedelta(hours=30)])
def test_a_sheet_with_truths_or_spans_is_text(odd: object, tmp_path: Path):
    (part,) = read_parts(with_rows(tmp_path, ["number", "odd"], [1, odd], [2, odd]))
    assert {str(column.type) for column in part.table.columns} == {"string"}
    assert part.table["number"].to_pylist() == ["1", "2"]


def test_lines_are_the_same_whether_typed_by_the_sheet_or_from_text(tmp_path: Path):
    first = dt.datetime.fromisoformat("2010-12-01 08:26")
    rows = [
        ["536365", "85123A", "Mug", 6, first, 2.55, 17850, "France"],
        ["C536379", 22423, None, -1, first + dt.timedelta(days=1), 12.75, None, "EIRE"],
        [536380, "POST", " Postage ", 1, first + dt.timedelta(days=2), 0, 13047, None],
    ]
    lines = []
    for title in ([], [["Orders"]]):
        (part,) = read_parts(with_rows(tmp_path, *title, FIELDS, *rows), is_wanted=orders)
        columns = match(part.table.column_names, "order-lines", {}, file="book.xlsx")
        lines.append(
            typed_lines(part, columns, unusable_share=0).rows.drop_columns("source_row")
        )
        assert part.header_row == 1 + len(title)
    assert lines[0].to_pylist() == lines[1].to_pylist()
    assert lines[0]["customer_id"].to_pylist() == ["17850", None, "13047"]
    assert lines[0]["product"].to_pylist() == ["85123A", "22423", "POST"]


def test_a_header_below_a_first_row_of_names_is_found(book, tmp_path: Path):
    notes = [f"note {place}" for place in range(len(FIELDS))]
    fill(book.active, notes, [None] * len(FIELDS), FIELDS, line(1), line(2))
    (part,) = read_parts(saved(book, tmp_path), is_wanted=orders)
    assert (part.header_row, part.table.column_names) == (3, FIELDS)
    assert len(part.table) == 2
