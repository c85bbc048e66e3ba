"""What is damaged in a database: its pages, its schema, the rows of its results.

SQLite's own check finds pages whose structure broke and indices that tell something else than
their table; the checksums of results find values that changed by themselves.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import URL, Engine
from sqlalchemy.pool import NullPool

from db import checksums, upgrades
from db.checksums import OF_NO_RUN
from db.copies import opened
from db.engine import reading
from db.errors import DatabaseError, DatabaseUnavailable, SchemaMismatch
from db.tables import METADATA
from db.views import QUERIES, translated, views

SCHEMA = "sqlite_schema"
"""Stands where a table does for damage of the file as a whole, or of what it says of itself."""
MOST_MESSAGES = 1_000
ROOT = re.compile(r"\b[Tt]ree (\d+)\b")
INDEX = re.compile(r"\bindex (\S+)$")
COLUMN = re.compile(r"\b(?:in|for) (\w+)\.\w+$")
Places = dict[str, str]


class Damaged(NamedTuple):
    """A damaged table, in which run if it is one's, and what is wrong with it."""

    table: str
    problem: str
    run_id: int = OF_NO_RUN


def check_file(path: Path) -> list[Damaged]:
    """Tell what is damaged in an SQLite file that need not be the one in use."""
    damaged = _broken(path)
    if any(damage.table == SCHEMA for damage in damaged):
        return damaged
    engine = sa.create_engine(URL.create("sqlite", database=str(path)), poolclass=NullPool)
    try:
        return [*damaged, *check_results(engine)]
    except SchemaMismatch:
        raise
    except DatabaseError as error:
        return [*damaged, Damaged(SCHEMA, str(error))]


def check_results(engine: Engine) -> list[Damaged]:
    """Tell which rows of results are no longer those that their runs wrote.

    Of a database that is to be upgraded nothing is told: it has no checksums yet. Raises
    `SchemaMismatch` where the tables are another program's or another version's.
    """
    with reading(engine) as connection:
        schema = upgrades.schema_of(connection)
    if schema is None:
        raise DatabaseUnavailable("The database holds nothing of Clientele yet.")
    if schema != upgrades.SCHEMA_VERSION:
        return []
    altered = list(_altered(engine))
    problem = "its rows are not those that the run wrote"
    return altered + [
        Damaged(table, problem, run_id)
        for run_id, tables in checksums.verify_all(engine).items()
        for table in tables
    ]


def by_run(damaged: list[Damaged]) -> checksums.Damage:
    """Give the damaged tables as `checksums.remember` keeps them."""
    tables: checksums.Damage = {}
    for damage in damaged:
        if damage.table not in tables.setdefault(damage.run_id, []):
            tables[damage.run_id].append(damage.table)
    return tables


def told(damaged: list[Damaged]) -> list[str]:
    """Say it, a sentence for each table and run."""
    sentences: dict[tuple[int, str], str] = {}
    for damage in damaged:
        where = f" of run {damage.run_id}" if damage.run_id else ""
        subject = "The file" if damage.table == SCHEMA else f"Table “{damage.table}”{where}"
        sentences.setdefault(
            (damage.run_id, damage.table), f"{subject} is damaged: {damage.problem}."
        )
    return list(sentences.values())


def _broken(path: Path) -> list[Damaged]:
    """Let SQLite check a file; name the table behind each of its messages."""
    try:
        with closing(opened(path)) as connection:
            rows = connection.execute(
                "select tbl_name, name, rootpage from sqlite_schema where rootpage > 0"
            ).fetchall()
            messages = _messages(connection)
            places = {str(row[2]): row[0] for row in rows} | {row[1]: row[0] for row in rows}
            damaged = [Damaged(_table(message, places), message) for message in messages]
            unnamed = [damage for damage in damaged if not damage.table]
            if unnamed:
                tables = sorted({row[0] for row in rows})
                unread = list(_unreadable(connection, tables))
                damaged = [damage for damage in damaged if damage.table] + (
                    unread or [damage._replace(table=SCHEMA) for damage in unnamed]
                )
    except sqlite3.Error as error:
        return [Damaged(SCHEMA, _reason(error))]
    return damaged


def _messages(connection: sqlite3.Connection) -> list[str]:
    try:
        rows = connection.execute(f"pragma integrity_check({MOST_MESSAGES})").fetchall()
    except sqlite3.DatabaseError as error:
        return [_reason(error)]
    lines = (line for (row,) in rows for line in str(row).splitlines())
    return [line for line in lines if line not in {"ok", "*** in database main ***"}]


def _table(message: str, places: Places) -> str:
    """Name the table that a message of SQLite is about; nothing where it doesn't say."""
    if (root := ROOT.search(message)) and root[1] in places:
        return places[root[1]]
    if (index := INDEX.search(message)) and index[1] in places:
        return places[index[1]]
    if (column := COLUMN.search(message)) and column[1] in places:
        return places[column[1]]
    return ""


def _unreadable(connection: sqlite3.Connection, tables: list[str]) -> Iterator[Damaged]:
    for table in tables:
        try:
            for _row in connection.execute(f'select * from "{table}"'):  # noqa: S608 - its own
                pass
        except sqlite3.DatabaseError as error:
            yield Damaged(table, _reason(error))


def _altered(engine: Engine) -> Iterator[Damaged]:
    """Tell where the file says of itself something else than this version wrote."""
    with reading(engine) as connection:
        inspector = sa.inspect(connection)
        existing_tables = set(inspector.get_table_names())
        for name, table in METADATA.tables.items():
            expected_columns = {column.name for column in table.columns}
            columns = (
                {c["name"] for c in inspector.get_columns(name)}
                if name in existing_tables
                else set()
            )
            if not expected_columns <= columns:
                yield Damaged(name, f"it lacks {', '.join(sorted(expected_columns - columns))}")
        if connection.dialect.name != "sqlite":
            return
        query = "select name, sql from sqlite_schema where type = 'view'"
        written = {str(name): sql for name, sql in connection.execute(sa.text(query))}
    for view in views():
        if view.name not in QUERIES:
            wanted_sql = f'CREATE VIEW "{view.name}" AS {translated(view.name, "sqlite")}'
            if written.get(view.name) != wanted_sql:
                yield Damaged(view.name, "the view is not written as it was")


def _reason(error: sqlite3.Error) -> str:
    return str(error).strip().rstrip(".") or type(error).__name__
