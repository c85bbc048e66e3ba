"""Where the header of a table stands, if it has one, and what its columns are called."""

from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from pipeline.sources.files.cell_shapes import TYPED, Shape, column_shapes, shape
from pipeline.sources.fitting import Wanted

LOOKED_AT = 30
"""Rows among which the header is looked for."""


BELOW = 50
"""Rows below the header that it is compared with."""


class Header(NamedTuple):
    """The position of the header, or of the first row of data where there is none."""

    position: int
    is_there: bool


def clean_name(cell: str) -> str:
    """Strip blanks and invisible marks off a name."""
    return cell.strip().strip("\ufeff\u200b").strip()


def find_header(rows: Sequence[Sequence[str]], is_wanted: Wanted | None) -> Header:
    """Find the header among the first rows of a table.

    It is the first row whose names are wanted; else the first that is about as full as the
    rows are, so that a title, which fills a cell or two, is passed over. That row is no header
    but data where its cells are numbers and dates as those below them are.
    """
    if is_wanted is not None:
        for position, row in enumerate(rows[:LOOKED_AT]):
            if any(row) and is_wanted([clean_name(cell) for cell in row]):
                return Header(position, is_there=True)
    filled = [sum(bool(clean_name(cell)) for cell in row) for row in rows]
    usual = median([count for count in filled if count > 1] or [1])
    first = next((at for at, count in enumerate(filled) if count >= 0.6 * usual and count), 0)
    return Header(first, is_there=not _is_data(rows[first], rows[first + 1 :][:BELOW]))


def _is_data(row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Say whether a row is of the kind of those below it."""
    shapes = column_shapes(below, len(row))
    pairs = [
        (shape(cell), expected, cell)
        for cell, expected in zip(row, shapes, strict=True)
        if expected in TYPED and cell.strip()
    ]
    alike = [
        (cell_shape, cell) for cell_shape, expected, cell in pairs if cell_shape == expected
    ]
    if any(cell_shape is Shape.TEXT for cell_shape, _, _ in pairs):
        return False
    certain = any(cell_shape in {Shape.DATE, Shape.MAIL} for cell_shape, _ in alike)
    return certain or (len(alike) >= 2 and not _counts_up([cell for _, cell in alike]))


def _counts_up(cells: Sequence[str]) -> bool:
    """Say whether cells are names that count, such as years: equal steps up."""
    if not all(cell.strip().isdecimal() for cell in cells):
        return False
    numbers = [int(cell) for cell in cells]
    steps = {later - earlier for earlier, later in pairwise(numbers)}
    return len(steps) == 1 and min(steps) > 0


def numbered(width: int) -> list[str]:
    """Name the columns of a table without a header.

    >>> numbered(2)
    ['column 1', 'column 2']
    """
    return [f"column {place}" for place in range(1, width + 1)]


def names_apart(names: Sequence[str]) -> list[str]:
    """Tell names that stand more than once apart by a number; blank ones stay blank.

    >>> names_apart(["Price", "Price", "", "", "Price (2)"])
    ['Price', 'Price (3)', '', '', 'Price (2)']
    """
    distinct_names: list[str] = []
    original_names = set(names)
    for name in names:
        apart, number = name, 2
        while name and apart in distinct_names:
            apart = f"{name} ({number})"
            number += 1
            if apart in original_names:
                apart = name
        distinct_names.append(apart)
    return distinct_names
