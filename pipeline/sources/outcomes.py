"""Columns of a source that say what customers did, kept with their records as they stand.

Such a column may be one that a known field uses too: it is then read for both, and the key that
it is kept under says so, so that nothing made from that field is learned from.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pipeline.base.errors import SourceError
from pipeline.sources.cells.texts import as_text
from pipeline.sources.columns import outcome_column
from pipeline.sources.forms import PEOPLE, has
from pipeline.sources.mappings import OUTCOME
from pipeline.sources.parts import Part

MOST_CLASSES = 20


class Outcome(NamedTuple):
    """An outcome: its name, as the mapping has it, and the known field of its column."""

    name: str
    field: str | None = None

    @property
    def key(self) -> str:
        """Name it among the fields of a record.

        >>> Outcome("Response", "response").key, Outcome("a:b").key
        ('outcome/response:Response', 'outcome:a:b')
        """
        return f"{OUTCOME}/{self.field}:{self.name}" if self.field else f"{OUTCOME}:{self.name}"


def outcome_of(key: str) -> Outcome | None:
    """Read the key of a record as an outcome, `None` where it is that of a field.

    >>> outcome_of("outcome/response:Response"), outcome_of("outcome:a:b"), outcome_of("age")
    (Outcome(name='Response', field='response'), Outcome(name='a:b', field=None), None)
    """
    start, colon, name = key.partition(":")
    kind, _, field = start.partition("/")
    return Outcome(name, field or None) if colon and kind == OUTCOME else None


Found = dict[Outcome, str]
"""Outcomes with their columns in a table."""


class Outcomes:
    """The outcomes that a mapping names, looked for in the tables of one source."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self._classes: dict[str, set[str]] = {}
        self._columns: dict[str, tuple[str, str]] = {}

    def of(self, part: Part, form: str, fields: Mapping[str, str]) -> Found:
        """Find the outcomes of a table; `form` is a key of `FORMS`, `fields` its columns.

        Raises `SourceError` where a column isn't there or holds too many values, two names
        mean the same one, or the table holds orders.
        """
        if not self._names:
            return {}
        if has(form).orders:
            raise SourceError(
                "is named as outcome, and the file holds order lines, which have none",
                remedy="take “outcome” out of the mapping, or give a file with one row a"
                " customer",
                file=part.file,
                column=self._names[0],
            )
        if form not in PEOPLE:
            return {}
        owners = {column: field for field, column in fields.items()}
        column_by_outcome: Found = {}
        for name in self._names:
            column = outcome_column(name, part.table.column_names, file=part.file)
            if column in column_by_outcome.values():
                raise SourceError(
                    f"is named twice as outcome, the second time as “{name}”",
                    remedy="name it once in the mapping",
                    file=part.file,
                    column=column,
                )
            column_by_outcome[Outcome(name, owners.get(column))] = column
            self._count(name, column, part)
        return column_by_outcome

    def refuse_single(self) -> None:
        """Raise `SourceError` where a column held one value in all tables, or none."""
        for name, classes in self._classes.items():
            if len(classes) < 2:
                file, column = self._columns[name]
                holds = f"holds one value only (“{min(classes)}”)" if classes else "is empty"
                raise SourceError(
                    f"{holds}, and an outcome needs two at least",
                    remedy="name another column as outcome, or give customers of both kinds",
                    file=file,
                    column=column,
                )

    def _count(self, name: str, column: str, part: Part) -> None:
        values = as_text(part.table[column]).unique().drop_null().to_pylist()
        classes = self._classes.setdefault(name, set())
        classes |= {str(value).casefold() for value in values}
        self._columns.setdefault(name, (part.file, column))
        if len(classes) > MOST_CLASSES:
            raise SourceError(
                f"holds more than {MOST_CLASSES} different values, too many for an outcome",
                remedy="name a column with a few classes, or put its values into classes first",
                file=part.file,
                sheet=part.sheet,
                column=column,
            )
