"""The error for a cell that can't be read: which, where, and what to do."""

from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from pipeline.base.errors import SourceError
from pipeline.sources.forms import DATES
from pipeline.sources.parts import Part

LONGEST = 40


class Unread(Protocol):
    """A typed column that says which of its rows can't be read."""

    @property
    def unreadable(self) -> npt.NDArray[np.int64]:
        """Positions of the rows that hold something that can't be read."""
        ...


TOLD = 100
"""Cells of a part that are named at most."""


class Fault(NamedTuple):
    """A cell that can't be read; `row` as a spreadsheet counts, the header being row 1.

    Of a row with too many or too few cells the column is blank.
    """

    part: str
    row: int
    column: str
    problem: str


Tell = Callable[[Fault], None]


def untold(_fault: Fault) -> None:
    """Say nothing of a fault: its row is counted with the others."""


def tell_faults(
    part: Part, columns: Mapping[str, str], typed: Mapping[str, Unread], tell: Tell
) -> None:
    """Tell the first rows and cells of a part that can't be read, row by row."""
    for place, fields in _broken(part)[:TOLD]:
        tell(Fault(part.name, part.row_of(place), "", _width(part, fields)))
    broken = set(part.broken.tolist())
    cells = sorted(
        (int(place), name)
        for name, column in typed.items()
        for place in column.unreadable[:TOLD]
    )
    cells = [cell for cell in cells if cell[0] not in broken]
    for place, name in cells[:TOLD]:
        problem = _problem(part, columns[name], name, place)
        tell(Fault(part.name, part.row_of(place), columns[name], problem))


def _problem(part: Part, column: str, name: str, place: int) -> str:
    text = str(part.table[column][place].as_py())
    printable = "".join(letter if letter.isprintable() else "?" for letter in text)
    printable = printable if len(printable) <= LONGEST else f"{printable[: LONGEST - 1]}…"
    return f"“{printable}” is not {'a date' if name in DATES else 'a number'}"


def _broken(part: Part) -> list[tuple[int, int]]:
    """Give the rows with too many or too few cells, and how many each has."""
    return list(zip(part.broken.tolist(), part.broken_fields.tolist(), strict=True))


def _width(part: Part, fields: int) -> str:
    width = part.table.num_columns
    return f"has {fields:,} cell{'s' * (fields != 1)} where the table has {width:,}"


def first_unreadable(
    part: Part, columns: Mapping[str, str], typed: Mapping[str, Unread], count: int
) -> SourceError:
    """Build the error for the first of `count` rows with a cell that can't be read."""
    broken = _broken(part)
    several = f" (one of {count:,} rows that can't be read)" if count > 1 else ""
    cells = [int(column.unreadable[0]) for column in typed.values() if len(column.unreadable)]
    if broken and broken[0][0] <= min(cells, default=broken[0][0]):
        place, fields = broken[0]
        return SourceError(
            f"{_width(part, fields)}{several}",
            remedy="mend the row, or put text that holds the separator in quotation marks",
            file=part.file,
            row=part.row_of(place),
        )
    name, place = min(
        (
            (name, int(column.unreadable[0]))
            for name, column in typed.items()
            if len(column.unreadable)
        ),
        key=lambda cell: cell[1],
    )
    return SourceError(
        f"{_problem(part, columns[name], name, place)}{several}",
        remedy="mend the cell, or let such rows be left out with cleaning.unusable_share",
        file=part.file,
        sheet=part.sheet,
        row=part.row_of(place),
        column=columns[name],
    )
