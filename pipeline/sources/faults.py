"""The error for a cell that can't be read: which, where, and what to do."""

from collections.abc import Mapping

from pipeline.errors import SourceError
from pipeline.sources.forms import DATES
from pipeline.sources.parts import Part
from pipeline.sources.values import Typed

LONGEST = 40


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
    kind = "a date" if name in DATES else "a number"
    text = str(part.table[columns[name]][place].as_py())
    shown = "".join(letter if letter.isprintable() else "?" for letter in text)
    shown = shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…"
    several = f" (one of {count:,} rows that can't be read)" if count > 1 else ""
    return SourceError(
        f"“{shown}” is not {kind}{several}",
        remedy="mend the cell, or let such rows be left out with cleaning.unreadable_share",
        file=part.file,
        sheet=part.sheet,
        row=part.header_row + 1 + place,
        column=columns[name],
    )
