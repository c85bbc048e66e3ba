"""Tables of the report: their heads and written cells."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pandas as pd

from portal.words import wording


class Head(NamedTuple):
    """The head of a column, and whether its cells are numbers."""

    title: str
    is_number: bool


class Table(NamedTuple):
    """Heads and rows of cells as they are written."""

    heads: tuple[Head, ...]
    rows: tuple[tuple[str, ...], ...]


def table(rows: pd.DataFrame, columns: Mapping[str, tuple[str, Callable[[Any], str]]]) -> Table:
    """Write some columns of a frame: by name, the title and how a value is written."""
    heads = tuple(Head(title, not _is_text(rows[name])) for name, (title, _) in columns.items())
    values = rows.astype(object).where(rows.notna(), None).to_dict("records")
    return Table(
        heads,
        tuple(
            tuple(_written(write, row[name]) for name, (_, write) in columns.items())
            for row in values
        ),
    )


def _written(write: Callable[[Any], str], value: Any) -> str:
    return wording.NOTHING if value is None else write(value)


def _is_text(column: "pd.Series[Any]") -> bool:
    return any(isinstance(value, str) for value in column)
