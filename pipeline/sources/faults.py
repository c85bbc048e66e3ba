"""The error for a cell that can't be read: which, where, and what to do."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from pipeline.errors import SourceError
from pipeline.sources.cells.values import Typed
from pipeline.sources.forms import DATES
from pipeline.sources.parts import Part

LONGEST = 40
TOLD = 100
"""Cells of a part that are named at most."""


class Fault(NamedTuple):
    """A cell that can't be read; `row` as a spreadsheet counts, the header being row 1."""

    part: str
    row: int
    column: str
    problem: str


Tell = Callable[[Fault], None]


def untold(_fault: Fault) -> None:
    """Say nothing of a fault: its row is counted with the others."""


def tell_faults(
    part: Part, columns: Mapping[str, str], typed: Mapping[str, Typed], tell: Tell
) -> None:
    """Tell the first cells of a part that can't be read, row by row."""
    found = sorted(
        (int(place), name) for name, each in typed.items() for place in each.unreadable[:TOLD]
    )
    for place, name in found[:TOLD]:
        row = part.header_row + 1 + place
        tell(Fault(part.name, row, columns[name], _problem(part, columns[name], name, place)))


def _problem(part: Part, column: str, name: str, place: int) -> str:
    text = str(part.table[column][place].as_py())
    shown = "".join(letter if letter.isprintable() else "?" for letter in text)
    shown = shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…"
    return f"“{shown}” is not {'a date' if name in DATES else 'a number'}"


def first_unreadable(
    part: Part, columns: Mapping[str, str], typed: Mapping[str, Typed], count: int
) -> SourceError:
    """Build the error for the first of `count` rows with a cell that can't be read."""
    name, place = min(
        (
            (name, int(each.unreadable[0]))
            for name, each in typed.items()
            if len(each.unreadable)
        ),
        key=lambda found: found[1],
    )
    several = f" (one of {count:,} rows that can't be read)" if count > 1 else ""
    return SourceError(
        f"{_problem(part, columns[name], name, place)}{several}",
        remedy="mend the cell, or let such rows be left out with cleaning.unreadable_share",
        file=part.file,
        sheet=part.sheet,
        row=part.header_row + 1 + place,
        column=columns[name],
    )
