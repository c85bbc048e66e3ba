"""The tables of a source, as a person chooses among them."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from pipeline.sources.cells.texts import written
from pipeline.sources.files.limits import ReadLimits
from pipeline.sources.forms import AUTO
from pipeline.sources.parts import Part
from pipeline.sources.tables import How, every_part

FIRST_ROWS = 5
LONGEST = 60


class ShownTable(NamedTuple):
    """A sheet, table or file as a person chooses it: `first` are its first rows, as text."""

    name: str
    file: str
    rows: int
    columns: list[str]
    first: list[list[str]]


def shown_tables(parts: Sequence[Part]) -> list[ShownTable]:
    """List tables with their columns and first rows."""
    return [
        ShownTable(
            part.label,
            part.file,
            len(part.table),
            list(part.table.column_names),
            _first_rows(part),
        )
        for part in parts
    ]


def source_tables(
    sources: Sequence[str | Path], *, limits: ReadLimits | None = None
) -> list[ShownTable]:
    """List every sheet, table and file of sources, for a person to choose from.

    Raises what reading them raises.
    """
    how = How(AUTO, {}, lambda _part: False, limits=limits or ReadLimits())
    return shown_tables([part for source in sources for part in every_part(source, how)])


def _first_rows(part: Part) -> list[list[str]]:
    head = part.table.slice(0, FIRST_ROWS)
    columns = [written(column).to_pylist() for column in head.columns]
    return [[_short(cell or "") for cell in row] for row in zip(*columns, strict=True)]


def _short(text: str) -> str:
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return printable if len(printable) <= LONGEST else f"{printable[: LONGEST - 1]}…"
