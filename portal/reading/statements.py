"""Statements: the SQL of a card with its parameters, to be run and to be shown.

A query of a page is a pure function that gives a `Statement`; what a card draws, what its Data
lists and what its CSV holds is the frame of that statement, and its How shows the statement
with every parameter filled in, so that anyone can run it again.
"""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

Value = str | int | float | bool | dt.date | None
Store = Literal["customers", "database"]

NEAR = 1_000
"""Places up to which whole rows are sorted: of these only the first are kept."""
PIECES = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|::|:([A-Za-z_]\w*)""")
"""What may hold a colon, and a parameter as its only group."""


class Statement(NamedTuple):
    """A query ready to run.

    Attributes
    ----------
    sql
        Text with named parameters, written `:name`.
    parameters
        Pairs of names and values.
    over
        `customers`, the run's table of customers asked through DuckDB, or `database`, asked
        in SQLite or PostgreSQL.
    """

    sql: str
    parameters: tuple[tuple[str, Value], ...]
    over: Store

    @property
    def shown(self) -> str:
        """The text with every parameter filled in, as it can be run anywhere."""
        values = dict(self.parameters)
        return PIECES.sub(
            lambda match: literal(values[match[1]]) if match[1] else match[0], self.sql.strip()
        )

    @property
    def for_duckdb(self) -> str:
        """The text with parameters written as DuckDB takes them."""
        return PIECES.sub(
            lambda match: f"${match[1]}" if match[1] else match[0], self.sql.strip()
        )

    def ordered(self, by: str) -> "Statement":
        """Put the rows into an order, as `order by` takes it."""
        inner = self.sql.strip()
        return self._replace(
            sql=f"select * from (\n{inner}\n) as listed\norder by {by}"  # noqa: S608 - our own
        )

    def block(self, start: int, end: int) -> "Statement":
        """Take the rows from place `start` up to `end` of an ordered statement."""
        return self._replace(sql=f"{self.sql}\nlimit {max(end - start, 0)} offset {start}")

    def window(self, by: str, key: str, start: int, end: int) -> "Statement":
        """Take the rows from place `start` up to `end` of an order.

        Far down only the column `key`, which tells rows apart, is sorted with what they are
        sorted by: a third of the work of sorting whole rows.
        """
        if start < NEAR:
            return self.ordered(by).block(start, end)
        inner = self.sql.strip()
        return self._replace(
            sql=f"select * from (\n{inner}\n) as listed\nwhere {key} in (\n"  # noqa: S608
            f"select {key} from (\n{inner}\n) as ranked\norder by {by}\n"
            f"limit {max(end - start, 0)} offset {start}\n)\norder by {by}"
        )

    def counted(self) -> "Statement":
        """Count the rows, as `many`."""
        inner = self.sql.strip()
        return self._replace(
            sql=f"select count(*) as many from (\n{inner}\n) as listed"  # noqa: S608 - our own
        )


def of_database(sql: str, **parameters: Value) -> Statement:
    """Ask the database, bound by name; `run_id` is one of them in nearly every query."""
    return Statement(sql, _used(sql, parameters), "database")


def of_customers(
    sql: str,
    *,
    where: tuple[str, dict[str, Any]] = ("true", {}),
    columns: Mapping[str, str] | None = None,
    **parameters: Value,
) -> Statement:
    """Ask the run's table of customers.

    Parameters
    ----------
    sql
        Text in which `{filters}` stands for a condition, `{name}` for a column named in
        `columns` and `:name` for a parameter.
    where
        The condition and its parameters, as `portal.reading.customers.where` gives them.
    columns
        Names of columns by what stands for them; each is quoted.
    """
    condition, bound = where
    text = sql.replace("{filters}", condition)
    for name, column in (columns or {}).items():
        text = text.replace(f"{{{name}}}", quoted(column))
    return Statement(text, _used(text, {**bound, **parameters}), "customers")


def quoted(name: str) -> str:
    """Write the name of a column, whatever it holds.

    >>> quoted("campaign:Spring")
    '"campaign:Spring"'
    """
    return '"' + name.replace('"', '""') + '"'


def listed(name: str, values: tuple[Value, ...]) -> tuple[str, dict[str, Value]]:
    """Write values as a list of parameters to stand behind `in`.

    >>> listed("segment", ("A", "B"))
    ('(:segment_0, :segment_1)', {'segment_0': 'A', 'segment_1': 'B'})
    """
    names = [f"{name}_{place}" for place in range(len(values))]
    bound = dict(zip(names, values, strict=True))
    return f"({', '.join(f':{parameter}' for parameter in names)})", bound


def literal(value: Value) -> str:
    """Write a value into SQL.

    >>> literal("O'Neill"), literal(True), literal(None), literal(0.5)
    ("'O''Neill'", 'true', 'null', '0.5')
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    return "'" + str(value).replace("'", "''") + "'"


def _used(sql: str, parameters: dict[str, Value]) -> tuple[tuple[str, Value], ...]:
    """Give the parameters that a text names, in the order of their names.

    DuckDB refuses those that it isn't asked for.
    """
    named = {match[1] for match in PIECES.finditer(sql) if match[1]}
    if missing := named - set(parameters):
        raise LookupError(f"No value for the parameter “{min(missing)}” of a query.")
    return tuple(sorted((name, parameters[name]) for name in named))
