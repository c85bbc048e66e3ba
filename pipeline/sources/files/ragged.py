"""Rows of a delimited text that have more or fewer cells than the others.

A row with a cell too many holds, most often, a separator in a text without quotation marks:
where only one way of joining cells makes the row look like its column's others, it is read so.
Any other is kept in its place as broken, for whoever counts unusable rows.
"""

import csv
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from pipeline.sources.files.cell_shapes import TYPED, Shape, column_shapes, fits
from pipeline.sources.files.separators import is_ruler
from pipeline.sources.files.surroundings import SAMPLE, texts

MOST_JOINED = 8
"""Cells too many up to which joining them is tried."""


class OddRow(NamedTuple):
    """A row of another width; `row` is as a spreadsheet counts."""

    row: int
    cells: list[str]


class Put(NamedTuple):
    """A table with its odd rows in their places.

    `broken` are positions of rows that can't be used, `fields` how many cells each has;
    `joined` are the rows that were read by joining cells.
    """

    table: pa.Table
    broken: np.ndarray
    fields: np.ndarray
    joined: list[OddRow]


def cells_of(line: str, separator: str) -> list[str]:
    """Split one line."""
    return next(csv.reader([line], delimiter=separator), [])


def without_beyond(
    table: pa.Table, odd: list[OddRow], named: int, first_row: int
) -> tuple[pa.Table, list[OddRow]]:
    """Leave the columns that the header doesn't reach, as where rows end in a separator.

    Rows with something in them join the odd ones.
    """
    if named >= table.num_columns:
        return table, odd
    filled = np.zeros(len(table), dtype=bool)
    for column in table.columns[named:]:
        if column.null_count < len(column):
            filled |= column.is_valid().to_numpy()
    named_columns = table.select(range(named))
    if not filled.any():
        return named_columns, odd
    numbers = np.arange(first_row, first_row + len(table) + len(odd), dtype=np.int64)
    numbers = np.setdiff1d(numbers, [odd_row.row for odd_row in odd])
    longer = texts(table.filter(pa.array(filled)))
    longer_rows = [
        OddRow(int(row), cells) for row, cells in zip(numbers[filled], longer, strict=True)
    ]
    whole = named_columns.filter(pa.array(~filled))
    return whole, sorted([*odd, *longer_rows], key=lambda odd_row: odd_row.row)


def put_back(table: pa.Table, odd: Sequence[OddRow], first_row: int, separator: str) -> Put:
    """Put odd rows among the others of a table whose first row is `first_row` of the file."""
    width = table.num_columns
    shapes = column_shapes(texts(table.slice(0, SAMPLE)), width)
    rows: list[list[str | None]] = []
    broken: list[int] = []
    fields: list[int] = []
    joined: list[OddRow] = []
    for odd_row in odd:
        cells, is_joined = _mended(odd_row.cells, shapes, separator)
        joined += [odd_row] * is_joined
        if cells is None:
            broken.append(odd_row.row - first_row)
            fields.append(len(odd_row.cells))
            cells = [*odd_row.cells, *[""] * width][:width]
        rows.append([cell or None for cell in cells])
    places = np.array([odd_row.row - first_row for odd_row in odd], dtype=np.int64)
    return Put(
        _inserted(table, rows, places),
        np.array(broken, dtype=np.int64),
        np.array(fields, dtype=np.int64),
        joined,
    )


def _mended(
    cells: list[str], shapes: Sequence[Shape], separator: str
) -> tuple[list[str] | None, bool]:
    """Give a row of the right width, if there is one, and whether cells were joined."""
    width = len(shapes)
    if not any(cell.strip() for cell in cells) or is_ruler(cells):
        return [""] * width, False
    while len(cells) > width and not cells[-1].strip():
        cells = cells[:-1]
    extra = len(cells) - width
    if extra == 0:
        return cells, False
    if not 0 < extra <= MOST_JOINED or sum(shape in TYPED for shape in shapes) < 2:
        return None, False
    candidates = [
        [*cells[:at], separator.join(cells[at : at + extra + 1]), *cells[at + extra + 1 :]]
        for at in range(width)
        if shapes[at] is Shape.TEXT
    ]
    fitting = [candidate for candidate in candidates if fits(candidate, shapes)]
    return (fitting[0], True) if len(fitting) == 1 else (None, False)


def _inserted(table: pa.Table, rows: list[list[str | None]], places: np.ndarray) -> pa.Table:
    """Insert rows so that they come to stand at the given positions, which go up."""
    columns = list(zip(*rows, strict=True))
    added = pa.Table.from_arrays(
        [
            pa.array(column, pa.string()).cast(table.schema.field(place).type)
            for place, column in enumerate(columns)
        ],
        names=[str(place) for place in range(len(columns))],
    )
    together = pa.concat_tables([table.rename_columns(added.column_names), added])
    order = np.empty(len(together), dtype=np.int64)
    is_added = np.zeros(len(together), dtype=bool)
    is_added[places] = True
    order[is_added] = len(table) + np.arange(len(places))
    order[~is_added] = np.arange(len(table))
    reordered = together.unify_dictionaries().take(pa.array(order))
    return reordered.rename_columns(table.column_names)
