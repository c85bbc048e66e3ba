"""The views: one file each, written once in a dialect that translates to every engine.

The files are in DuckDB's dialect, kept to what SQLGlot translates with equal results: no
EXTRACT, DATE_TRUNC, CONCAT, interval arithmetic or rounding of doubles to places. Those for
SQLite are translated beforehand, into the folder `sqlite`; `make docs` writes them anew.
"""

import hashlib
import re
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.engine import Connection

from db.replacing import describe, replace_view

WRITTEN_IN = "duckdb"
DIALECTS = {"sqlite": "sqlite", "postgresql": "postgres", "duckdb": "duckdb"}
BEFOREHAND = frozenset({"sqlite"})
QUERIES = frozenset({"customer_rfm"})


class Column(NamedTuple):
    """A column of a view and what it means."""

    name: str
    meaning: str


class View(NamedTuple):
    """One file: its name, what a row stands for, its columns and its SQL as written."""

    name: str
    row: str
    columns: tuple[Column, ...]
    sql: str


@cache
def views() -> tuple[View, ...]:
    """Give every view file, by name."""
    sql_files = sorted(
        (entry for entry in files(__name__).iterdir() if entry.name.endswith(".sql")),
        key=lambda entry: entry.name,
    )
    return tuple(
        _parse(entry.name.removesuffix(".sql"), entry.read_text("utf-8")) for entry in sql_files
    )


def view(name: str) -> View:
    """Give one view file."""
    return next(view for view in views() if view.name == name)


@cache
def translated(name: str, backend: str) -> str:
    """Give the SQL of one file in an engine's own dialect, without its comments."""
    if backend in BEFOREHAND:
        return (files(__name__) / backend / f"{name}.sql").read_text("utf-8").rstrip()
    return translate(name, backend)


def translate(name: str, backend: str) -> str:
    """Translate one file into an engine's own dialect, which takes its time.

    PostgreSQL's parameters are written like SQLite's, `:run_id`, not as one driver has them.
    """
    import sqlglot  # noqa: PLC0415 - a fifth of a second, and seldom needed

    (written,) = sqlglot.transpile(
        view(name).sql, read=WRITTEN_IN, write=DIALECTS[backend], comments=False, pretty=True
    )
    return re.sub(r"%\((\w+)\)s", r":\1", written)


def create_views(connection: Connection) -> None:
    """Write into the database every view that is missing or defined otherwise.

    What stands there as it should is not touched: on PostgreSQL a view that is replaced waits
    for its readers while others wait behind, and would lose what was granted on it.
    """
    standing = (
        _defined_in_sqlite if connection.dialect.name == "sqlite" else _defined_in_postgresql
    )(connection)
    for view in views():
        if view.name in QUERIES:
            continue
        sql = translated(view.name, connection.dialect.name)
        if connection.dialect.name == "sqlite":
            statement = f'CREATE VIEW "{view.name}" AS {sql}'
            if standing.get(view.name) != statement:
                connection.execute(text(f'DROP VIEW IF EXISTS "{view.name}"'))
                connection.exec_driver_sql(statement)
        elif _stamp(sql) not in standing.get(view.name, ""):
            replace_view(connection, view.name, sql)
            comment = f"One row per {view.row} {_stamp(sql)}"
            describe(connection, "view", f'"{view.name}"', comment)


def _defined_in_sqlite(connection: Connection) -> dict[str, str]:
    """Give the statement that made each view."""
    query = text("select name, sql from sqlite_schema where type = 'view'")
    return {row.name: row.sql for row in connection.execute(query)}


def _defined_in_postgresql(connection: Connection) -> dict[str, str]:
    """Give the comment on each view, which ends with the stamp of its definition."""
    query = text(
        "select relname, obj_description(oid, 'pg_class') as comment from pg_class"
        " where relkind = 'v' and pg_table_is_visible(oid)"
    )
    return {row.relname: row.comment or "" for row in connection.execute(query)}


def _stamp(sql: str) -> str:
    """Tell a definition from any other: the server keeps them, but in words of its own."""
    return f"[clientele {hashlib.sha256(sql.encode()).hexdigest()[:16]}]"


def _parse(name: str, sql: str) -> View:
    first = sql.splitlines()[0]
    row = re.fullmatch(r"-- One row per (.+)", first)
    if row is None:
        raise ValueError(f"{name}.sql must begin with “-- One row per …”")
    select = sql[sql.rindex("\nselect\n") if "\nselect\n" in sql else 0 :]
    columns = re.findall(r"^    .*?(\w+),? -- (.+)$", select, flags=re.MULTILINE)
    return View(name, row[1], tuple(Column(*column) for column in columns), sql)
