"""What is data and what stands around it: titles, headers, notes, totals, blanks, odd rows."""

import datetime as dt
import json
import os
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from pipeline.base.errors import SourceError
from pipeline.sources.columns import match, recognise
from pipeline.sources.order_lines import typed_lines
from pipeline.sources.parts import Around, Part
from pipeline.sources.reading import read_parts
from pipeline.sources.telling.faults import Fault
from tests.sources.broken import FIELDS, HEADER, line

NAMES = ["Order ID", "Date", "Quantity", "Price", "Customer"]
ROWS = [
    [f"O{n}", f"2024-01-{n:02}", str(n % 3 + 1), f"{n}.50", f"K{n % 7}"] for n in range(1, 25)
]


def read(tmp_path: Path, *lines: str, name: str = "orders.csv", **options: object) -> Part:
    path = tmp_path / name
    path.write_text("".join(f"{each}\n" for each in lines), "utf-8")
    (part,) = read_parts(path, **options)
    return part


def sheet(tmp_path: Path, *rows: list[object], **options: object) -> Part:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "orders.xlsx")
    (part,) = read_parts(tmp_path / "orders.xlsx", **options)
    return part


def csv(rows: list[list[str]], separator: str = ",") -> list[str]:
    return [separator.join(row) for row in rows]


def cells(part: Part) -> list[list[object]]:
    return [list(row.values()) for row in part.table.to_pylist()]


class TestAbove:
    @pytest.mark.parametrize("separator", list(",;\t|"))
    @pytest.mark.parametrize("is_wide", [True, False])
    def test_titles_are_passed_over_and_told(self, tmp_path: Path, separator, is_wide: bool):
        filler = separator * 4 if is_wide else ""
        titles = [f"Sales report{filler}", f"Period: 2024{filler}", filler]
        part = read(tmp_path, *titles, *csv([NAMES, *ROWS], separator))
        assert (part.table.column_names, part.header_row) == (NAMES, 4)
        assert part.around == (
            Around(1, "Sales report", "title"),
            Around(2, "Period: 2024", "title"),
        )
        assert cells(part) == ROWS
        assert part.row_of(0) == 5

    def test_titles_of_a_sheet(self, tmp_path: Path):
        part = sheet(tmp_path, ["Sales report"], [], NAMES, *ROWS)
        assert (part.table.column_names, part.header_row) == (NAMES, 3)
        assert part.around == (Around(1, "Sales report", "title"),)

    def test_the_stated_separator_is_no_title(self, tmp_path: Path):
        part = read(tmp_path, "sep=;", *csv([NAMES, *ROWS], ";"))
        assert (part.header_row, part.around, len(part.table)) == (2, (), len(ROWS))

    def test_a_row_of_names_that_are_wanted_is_the_header_wherever_it_stands(self, tmp_path):
        def wanted(columns: list[str]) -> bool:
            return recognise(columns) is not None

        preface = [[f"note {n}" for n in range(8)]] * 2
        part = read(tmp_path, *csv([*preface, FIELDS, line(1), line(2)]), is_wanted=wanted)
        assert (part.header_row, part.table.column_names) == (3, FIELDS)


class TestNoHeader:
    def test_rows_alone_are_all_data(self, tmp_path: Path):
        part = read(tmp_path, *csv(ROWS))
        assert not part.has_header
        assert part.table.column_names == [f"column {n}" for n in range(1, 6)]
        assert cells(part) == ROWS
        assert (part.header_row, part.row_of(0)) == (0, 1)

    def test_of_a_sheet_too(self, tmp_path: Path):
        rows = [[f"O{n}", dt.datetime(2024, 1, n), n, f"K{n}"] for n in range(1, 9)]  # noqa: DTZ001
        part = sheet(tmp_path, *rows)
        assert (part.has_header, len(part.table), part.row_of(0)) == (False, 8, 1)
        assert cells(part)[1] == ["O2", "2024-01-02 00:00:00", "2", "K2"]

    @pytest.mark.parametrize(
        "names",
        [
            ["customer", "2019", "2020", "2021"],
            ["customer", "2020-01-01", "2020-02-01", "2020-03-01"],
            ["customer", "Q1", "Q2", "Q3"],
            ["1", "2", "3", "4"],
        ],
    )
    def test_years_and_days_may_be_names(self, tmp_path: Path, names: list[str]):
        rows = [[str(70 + n), str(n), str(n + 5), str(3 * n)] for n in range(1, 9)]
        part = read(tmp_path, *csv([names, *rows]))
        assert part.has_header
        assert part.table.column_names == names

    def test_texts_alone_have_a_header(self, tmp_path: Path):
        part = read(tmp_path, "name,city", "Ann,Rome", "Bob,Oslo")
        assert part.has_header

    def test_decimal_commas_without_a_header(self, tmp_path: Path):
        rows = [[f"K{n}", f"2024-01-{n:02}", f"{n},50"] for n in range(1, 9)]
        part = read(tmp_path, *csv(rows, ";"))
        assert cells(part) == rows


class TestBlanks:
    def test_rows_parted_by_blanks_without_a_header(self, tmp_path: Path):
        """So the CDNOW sample is published: id, day, number of discs, dollars."""
        rows = [
            [f"{n:05}", f"1997{n % 12 + 1:02}01", str(n % 4 + 1), f"{n * 11.77:.2f}"]
            for n in range(1, 300)
        ]
        part = read(
            tmp_path, *(f" {a} {b} {c:>2} {d:>7}" for a, b, c, d in rows), name="cd.txt"
        )
        assert not part.has_header
        assert cells(part) == rows
        assert part.row_of(7) == 8

    def test_texts_of_several_words_between_wide_gaps(self, tmp_path: Path):
        rows = [["Order ID", "Customer name", "Order total"]]
        rows += [[f"O{n}", f"Ann Lee {n}", f"{n}.50"] for n in range(1, 30)]
        lines = [f"{a:<12}{b:<20}{c:>12}" for a, b, c in rows]
        part = read(tmp_path, lines[0], "-" * 44, *lines[1:])
        assert part.table.column_names == rows[0]
        assert cells(part) == rows[1:]
        assert part.row_of(0) == 3

    def test_quoted_cells_hold_blanks(self, tmp_path: Path):
        """So R writes tables: the header lacks the name of the column with the rows' names."""
        lines = ['"customer" "day" "amount"']
        lines += [f'"{n}" "Ann Lee" 2024-01-{n:02} {n}.5' for n in range(1, 25)]
        part = read(tmp_path, *lines)
        assert part.table.column_names == ["", "customer", "day", "amount"]
        assert cells(part)[1] == ["2", "Ann Lee", "2024-01-02", "2.5"]

    def test_prose_is_no_table(self, tmp_path: Path):
        part = read(tmp_path, "a note", "that has three words", "and no table at all")
        assert part.table.num_columns == 1

    def test_a_reports_frame_is_no_data(self, tmp_path: Path):
        rows = [f"|{'|'.join(f'{cell:<12}' for cell in row)}|" for row in [NAMES, *ROWS]]
        ruler = "-" * len(rows[0])
        part = read(tmp_path, ruler, rows[0], ruler, *rows[1:], ruler)
        assert part.table.column_names == NAMES
        assert [[str(cell).strip() for cell in row] for row in cells(part)] == ROWS
        assert not len(part.broken)


class TestBelow:
    @pytest.mark.parametrize(
        ("below", "told"),
        [
            (["", "Exported by back office on 2025-01-02"], [(27, "note")]),
            (["", "", "One note", "and another"], [(28, "note"), (29, "note")]),
            ([",,,,", "Note:,see the manual,,,"], [(27, "note")]),
            (["Total,,547,7934.95,"], [(26, "total")]),
            (["Grand total:,,547,,"], [(26, "total")]),
            (["Summe,,547,,", "", "Stand: gestern"], [(26, "total"), (28, "note")]),
            (["", ",,547,7934.95,"], [(27, "note")]),
            (["Итого,,547,7934.95,"], [(26, "total")]),
            ([",,547,7934.95,合计"], [(26, "total")]),
            ([",,,,", ",,,,"], []),
        ],
    )
    def test_notes_and_totals_are_set_aside(self, tmp_path: Path, below: list[str], told: list):
        part = read(tmp_path, *csv([NAMES, *ROWS]), *below)
        assert cells(part) == ROWS
        assert [(each.row, each.kind) for each in part.around] == told
        assert not len(part.broken)
        assert part.doubts == ()

    @pytest.mark.parametrize(
        "last",
        [
            "Total,2024-01-09,1,2.5,K1",
            "O99,2024-01-09,,2.5,",
            "Total,2024-01-09,,,",
            "O99,,,,",
            ",2024-01-09,,2.5,",
        ],
    )
    def test_what_may_be_a_purchase_stays(self, tmp_path: Path, last: str):
        is_full = last.count(",") - last.count(",,") >= 3 or "2024" in last
        for gap in ([], [""]) if is_full and "Total" not in last else ([],):
            part = read(tmp_path, *csv([NAMES, *ROWS]), *gap, last)
            assert len(part.table) == len(ROWS) + 1
            assert part.around == ()
            assert part.row_of(len(ROWS)) == 26 + len(gap)

    def test_a_total_among_the_rows_stays(self, tmp_path: Path):
        part = read(tmp_path, *csv([NAMES, *ROWS[:9]]), "Total,,547,7934.95,", *csv(ROWS[9:]))
        assert len(part.table) == len(ROWS) + 1

    def test_notes_of_a_sheet(self, tmp_path: Path):
        rows = [[f"O{n}", dt.datetime(2024, 1, n), n, 2.5, f"K{n}"] for n in range(1, 9)]  # noqa: DTZ001
        part = sheet(tmp_path, NAMES, *rows, ["Total", None, 36, 20], [], ["Made by us"])
        assert len(part.table) == 8
        assert [(each.row, each.kind) for each in part.around] == [(10, "total"), (12, "note")]
        assert str(part.table["Price"].type) == "double"


class TestWithin:
    def test_a_header_that_comes_again_is_set_aside(self, tmp_path: Path):
        part = read(tmp_path, *csv([NAMES, *ROWS[:9], NAMES, *ROWS[9:]]))
        assert cells(part) == ROWS
        assert part.around == (Around(11, ", ".join(NAMES), "header"),)
        assert [part.row_of(8), part.row_of(9)] == [10, 12]

    def test_of_a_sheet_too(self, tmp_path: Path):
        part = sheet(tmp_path, NAMES, *ROWS[:9], NAMES, *ROWS[9:])
        assert cells(part) == ROWS
        assert [each.row for each in part.around] == [11]

    def test_a_cell_like_its_column_is_no_header(self, tmp_path: Path):
        rows = [["Customer", "amount"], ["Customer", "5"], ["Ann", "6"]]
        assert cells(read(tmp_path, *csv(rows))) == rows[1:]

    def test_blank_rows_count_and_are_no_data(self, tmp_path: Path):
        lines = csv([NAMES, *ROWS])
        lines[3:3] = ["", ",,,,"]
        part = read(tmp_path, *lines)
        assert cells(part) == ROWS
        assert [part.row_of(1), part.row_of(2)] == [3, 6]
        assert part.around == ()

    def test_trailing_separators_add_no_column(self, tmp_path: Path):
        for header_too in (True, False):
            lines = csv([NAMES, *ROWS])
            lines = [each + "," * bool(n or header_too) for n, each in enumerate(lines)]
            part = read(tmp_path, *lines)
            assert part.table.column_names == NAMES
            assert cells(part) == ROWS
            assert part.doubts == ()

    def test_a_trailing_separator_of_the_header_alone(self, tmp_path: Path):
        part = read(tmp_path, ",".join(NAMES) + ",", *csv(ROWS))
        assert part.table.column_names == NAMES

    def test_unquoted_decimal_commas_are_refused_not_shifted(self, tmp_path: Path):
        rows = [[*row[:3], f"{n},50", row[4]] for n, row in enumerate(ROWS)]
        with pytest.raises(SourceError, match="row 2: has 6 fields where the header has 5"):
            read(tmp_path, *csv([NAMES, *rows]))


class TestOddRows:
    def test_a_separator_in_a_text_is_read_where_one_way_fits(self, tmp_path: Path):
        rows = [[*row, "a red mug"] for row in ROWS]
        rows[4][-1] = "a mug, red, large"
        part = read(tmp_path, *csv([[*NAMES, "Text"], *rows]))
        assert cells(part) == rows
        assert not len(part.broken)
        (doubt,) = part.doubts
        assert (doubt.code, doubt.rows) == ("separator_in_text", 1)
        assert "row 6" in doubt.sentence

    def test_where_two_ways_fit_the_row_is_broken(self, tmp_path: Path):
        rows = [[*row[:2], "ann", "bob", *row[2:]] for row in ROWS]
        lines = csv([[*NAMES[:2], "a", "b", *NAMES[2:]], *rows])
        lines[5] = lines[5].replace("ann", "ann,x")
        part = read(tmp_path, *lines)
        assert part.broken.tolist() == [4]
        assert part.broken_fields.tolist() == [8]
        assert part.row_of(4) == 6

    @pytest.mark.parametrize("odd", ["O5,2024-01-05", "O5,2024-01-05,a,b,c,d,e,f,g"])
    def test_a_broken_row_keeps_its_place_and_is_told(self, tmp_path: Path, odd: str):
        rows = [line(n) for n in range(40)]
        lines = csv([FIELDS, *rows])
        lines[7] = ",".join(["5", *["x"] * (3 if odd.count(",") < 3 else 12)])
        part = read(tmp_path, *lines, "")
        assert part.broken.tolist() == [6]
        assert len(part.table) == 40
        columns = match(part.table.column_names, "order-lines")
        told: list[Fault] = []
        typed = typed_lines(part, columns, unusable_share=0.05, tell=told.append).rows
        assert np.flatnonzero(typed["unreadable"].to_numpy()).tolist() == [6]
        assert typed["source_row"].to_pylist() == list(range(2, 42))
        assert [(each.row, each.column) for each in told] == [(8, "")]
        assert "cells where the table has 8" in told[0].problem
        with pytest.raises(SourceError, match=r"row 8: has .* cells where the table has 8"):
            typed_lines(part, columns, unusable_share=0)

    def test_many_are_refused(self, tmp_path: Path):
        lines = csv([NAMES, *ROWS])
        lines[5] = lines[9] = "O5,2024-01-05"
        with pytest.raises(SourceError, match=r"row 6: has 2 fields .* \(one of 2 such rows\)"):
            read(tmp_path, *lines)

    def test_many_that_could_be_joined_are_refused_too(self, tmp_path: Path):
        rows = [[*row, "a, mug" if n % 2 else "mug"] for n, row in enumerate(ROWS)]
        with pytest.raises(SourceError, match="row 3: has 7 fields where the header has 6"):
            read(tmp_path, *csv([[*NAMES, "Text"], *rows]))

    def test_the_last_row_may_be_cut_off(self, tmp_path: Path):
        part = read(tmp_path, *csv([NAMES, *ROWS]), "O25,2024")
        assert part.broken.tolist() == [len(ROWS)]


def test_json_is_refused_with_what_to_do(tmp_path: Path):
    path = tmp_path / "orders.json"
    path.write_text(json.dumps([{"Order ID": "1"}]))
    with pytest.raises(SourceError, match=r"orders\.json: is JSON; .*CSV"):
        list(read_parts(path))


def test_a_name_that_stands_twice_is_asked_for_and_can_be_mapped(tmp_path: Path):
    part = read(tmp_path, HEADER.replace("Country", "Quantity"), ",".join(line(1)))
    columns = part.table.column_names
    with pytest.raises(SourceError, match="column “Quantity”: stands more than once"):
        match(columns, "order-lines")
    found = match(columns, "order-lines", {"quantity": "Quantity (2)"})
    assert found["quantity"] == "Quantity (2)"
    assert recognise(columns) == "order-lines"


CASES = os.environ.get("PORTAL_CASES")
AROUND = {
    "title_rows.csv": [1, 2],
    "footer_note.csv": [320],
    "footer_total.csv": [319],
}
DOUBTFUL = {"ragged_one_row.csv"}


@pytest.mark.skipif(CASES is None, reason="PORTAL_CASES names no folder")
def test_every_case_reads_as_the_table_that_it_is():
    for path in sorted(Path(str(CASES)).glob("*.csv")):
        (part,) = read_parts(path)
        assert part.has_header, path.name
        assert [each.row for each in part.around] == AROUND.get(path.name, []), path.name
        assert bool(part.doubts) == (path.name in DOUBTFUL), path.name
        assert not len(part.broken), path.name
        assert "" not in part.table.column_names, path.name
        assert len(part.table) > 5, path.name
