"""What stands around and between the rows of a table and is no data: notes, totals, blanks.

Only what can't be a row of data is set aside: below the last row, what lacks most cells and
follows a blank row, or holds a word such as “Total” where what tells rows apart is empty.
Everything set aside is named with its row.
"""

import re
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.sources.cells.texts import written
from pipeline.sources.files.cell_shapes import TYPED, Shape, column_shapes, shape
from pipeline.sources.files.separators import is_ruler, shown
from pipeline.sources.parts import Around, Part

SAMPLE = 200
TAIL = 500
"""Rows at the end of a table among which notes and totals are looked for."""
TOTALS = (
    "total", "totals", "grand total", "sub total", "subtotal", "sum", "overall", "summe",
    "gesamt", "gesamtsumme", "insgesamt", "zwischensumme", "endsumme", "somme",
    "total général", "sous-total", "totale", "totale complessivo", "somma", "suma",
    "suma total", "soma", "total geral", "total general", "totaal", "eindtotaal", "razem",
    "łącznie", "ogółem", "итого", "всего", "сумма", "общий итог", "разом", "усього",
    "toplam", "genel toplam", "ara toplam", "celkem", "součet", "spolu", "összesen",
    "ukupno", "skupaj", "i alt", "totalt", "summa", "yhteensä", "kokku", "kopā", "iš viso",
    "σύνολο", 'סה"כ', "סך הכל", "المجموع", "الإجمالي", "إجمالي", "कुल", "รวม", "tổng",
    "tổng cộng", "jumlah", "合计", "总计", "小计", "合計", "總計", "小計", "総計", "계",
    "합계", "총계", "소계",
)  # fmt: skip
TOTAL = re.compile(
    rf"\W*(?:{'|'.join(re.escape(word) for word in sorted(TOTALS, key=len, reverse=True))})"
    r"(?:[\s:.()=\d\-–—#].*)?",
    re.IGNORECASE | re.DOTALL,
)

NUMBERED = re.compile(r" \(\d+\)$")
"""What tells columns of one name apart."""


class Rows(NamedTuple):
    """What is usual for the rows of a table: shapes of its columns, cells that are filled."""

    shapes: list[Shape]
    filled: float


def settled(part: Part) -> Part:
    """Set aside what is no data of a part, and leave columns that nothing names or fills."""
    part = _without_blank_end(part)
    usual = _usual(part.table)
    part = _without_end(part, usual)
    part = _without_inner(part)
    places = [
        place
        for place, name in enumerate(part.table.column_names)
        if (name and part.has_header) or part.table.column(place).null_count < len(part.table)
    ]
    if len(places) == part.table.num_columns:
        return part
    return part._replace(table=part.table.select(places))


def texts(table: pa.Table) -> list[list[str]]:
    """Give the cells of a table as text, row by row; null ones are blank."""
    columns = [written(column).to_pylist() for column in table.columns]
    return [[cell or "" for cell in row] for row in zip(*columns, strict=True)]


def _usual(table: pa.Table) -> Rows:
    rows = [row for row in texts(table.slice(0, SAMPLE)) if any(row)]
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows]
    return Rows(column_shapes(rows, table.num_columns), median(filled) if filled else 0)


def _without_end(part: Part, usual: Rows) -> Part:
    """Set aside notes and totals below the last row of data."""
    size = len(part.table)
    window = 16
    while True:
        start = max(size - window, 0)
        tail = texts(part.table.slice(start))
        end = _end_of_data(tail, usual, is_whole=start == 0)
        if end or start == 0 or window >= TAIL:
            break
        window *= 4
    if not end or end == len(tail):
        return part
    aside = tuple(
        Around(part.row_of(start + place), shown(tail[place]), _kind(tail[place], usual))
        for place in range(end, len(tail))
        if any(cell.strip() for cell in tail[place]) and not is_ruler(tail[place])
    )
    return _without_blank_end(_first(part, start + end)._replace(around=part.around + aside))


def _end_of_data(tail: Sequence[Sequence[str]], usual: Rows, *, is_whole: bool) -> int:
    """Give the position behind the last row of data; 0 where none is in the window."""
    begin = len(tail)
    while begin and (_is_note(tail[begin - 1], usual) or _is_total(tail[begin - 1], usual)):
        begin -= 1
    if not begin and not is_whole:
        return 0
    after_blank = False
    for place in range(begin, len(tail)):
        row = tail[place]
        is_blank = not any(cell.strip() for cell in row) or is_ruler(row)
        if not is_blank and (after_blank or _is_total(row, usual)):
            return place
        after_blank = is_blank
    return len(tail)


def _kind(row: Sequence[str], usual: Rows) -> str:
    return "total" if _is_total(row, usual) else "note"


def _is_note(row: Sequence[str], usual: Rows) -> bool:
    """Say whether a row lacks most cells, says something, and not when and how much.

    Sums that stand under their columns need no word, but leave the first column blank.
    """
    says = any(letter.isalpha() for cell in row for letter in cell)
    filled = sum(bool(cell.strip()) for cell in row)
    alike = {
        expected
        for cell, expected in zip(row, usual.shapes, strict=True)
        if expected in TYPED and shape(cell) is expected
    }
    is_sparse = 2 * filled <= usual.filled and not (Shape.DATE in alike and len(alike) > 1)
    return is_sparse and (says or not row[0].strip())


def _is_total(row: Sequence[str], usual: Rows) -> bool:
    """Say whether a row sums up: a word for it, and nothing else but numbers."""
    words = [place for place, cell in enumerate(row) if TOTAL.fullmatch(cell.strip())]
    if len(words) != 1:
        return False
    other_places = [place for place in range(len(row)) if place != words[0]]
    keys = [at for at in other_places if usual.shapes[at] not in {Shape.NUMBER, Shape.BLANK}]
    only_numbers = all(shape(row[at]) in {Shape.NUMBER, Shape.BLANK} for at in other_places)
    blank = [
        at for at in other_places if not row[at].strip() and usual.shapes[at] is not Shape.BLANK
    ]
    return only_numbers and bool(blank) and not any(row[at].strip() for at in keys)


def _without_inner(part: Part) -> Part:
    """Leave blank rows among the data out, and set the header aside where it comes again."""
    blank = _blank_rows(part.table)
    again = _header_rows(part)
    if not (blank.any() or again.any()):
        return part
    aside = tuple(
        Around(part.row_of(int(place)), shown(part.table.column_names), "header")
        for place in np.flatnonzero(again)
    )
    is_data = ~(blank | again)
    places = np.cumsum(is_data) - 1
    is_kept = is_data[part.broken]
    return part._replace(
        table=part.table.filter(pa.array(is_data)),
        numbers=part.row_numbers()[is_data],
        around=part.around + aside,
        broken=places[part.broken[is_kept]],
        broken_fields=part.broken_fields[is_kept],
    )


def _blank_rows(table: pa.Table) -> np.ndarray:
    """Mark the rows that hold nothing."""
    blank = np.ones(len(table), dtype=bool)
    for column in sorted(table.columns, key=lambda column: int(column.null_count)):
        blank &= column.is_null().to_numpy() | _empty(column)
        if not blank.any():
            break
    return blank


def _empty(column: pa.ChunkedArray) -> np.ndarray:
    """Mark empty texts, which sheets have; those of delimited files are null."""
    if not pa.types.is_string(column.type):
        return np.zeros(len(column), dtype=bool)
    marks = pc.fill_null(pc.equal(column, ""), False)  # noqa: FBT003
    return np.asarray(marks.to_numpy(), dtype=bool)


def _header_rows(part: Part) -> np.ndarray:
    """Mark the rows that are the header once more, as where files were joined."""
    none = np.zeros(len(part.table), dtype=bool)
    named = [place for place, name in enumerate(part.table.column_names) if name]
    if not part.has_header or len(named) < 2 or not len(part.table):
        return none
    columns = [part.table.column(place) for place in named]
    if not all(_is_text(column) for column in columns):
        return none
    names = [NUMBERED.sub("", part.table.column_names[place]) for place in named]
    for place in np.flatnonzero(_equal(columns[0], names[0])):
        cells = [str(column[int(place)].as_py() or "").strip() for column in columns]
        alike = sum(cell == name for cell, name in zip(cells, names, strict=True))
        none[place] = alike >= max(0.8 * len(named), 2)
    return none


def _is_text(column: pa.ChunkedArray) -> bool:
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _equal(column: pa.ChunkedArray, name: str) -> np.ndarray:
    """Mark the cells of a column that are its name."""
    if not pa.types.is_dictionary(column.type):
        equal = pc.fill_null(pc.equal(pc.utf8_trim_whitespace(column), name), False)  # noqa: FBT003
        return np.asarray(equal.to_numpy(), dtype=bool)
    marks = []
    for chunk in column.chunks:
        code = pc.index(pc.utf8_trim_whitespace(chunk.dictionary), name).as_py()
        marks.append(
            pc.fill_null(pc.equal(chunk.indices, code), False).to_numpy(zero_copy_only=False)  # noqa: FBT003
            if code >= 0
            else np.zeros(len(chunk), dtype=bool)
        )
    return np.concatenate(marks) if marks else np.zeros(0, dtype=bool)


def _first(part: Part, rows: int) -> Part:
    """Keep the first rows of a part."""
    within = part.broken < rows
    return part._replace(
        table=part.table.slice(0, rows),
        numbers=None if part.numbers is None else part.numbers[:rows],
        broken=part.broken[within],
        broken_fields=part.broken_fields[within],
    )


def _without_blank_end(part: Part) -> Part:
    """Drop the rows below the last that holds anything."""
    end = len(part.table)
    while end:
        start = max(end - 1024, 0)
        blank = _blank_rows(part.table.slice(start, end - start))
        filled = np.flatnonzero(~blank)
        if len(filled):
            end = start + int(filled[-1]) + 1
            break
        end = start
    return part if end == len(part.table) else _first(part, end)
