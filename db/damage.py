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
    found = _broken(path)
    if any(each.table == SCHEMA for each in found):
        return found
    engine = sa.create_engine(URL.create("sqlite", database=str(path)), poolclass=NullPool)
    try:
        return [*found, *check_results(engine)]
    except SchemaMismatch:
        raise
    except DatabaseError as error:
        return [*found, Damaged(SCHEMA, str(error))]


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


def by_run(found: list[Damaged]) -> checksums.Damage:
    """Give the damaged tables as `checksums.remember` keeps them."""
    tables: checksums.Damage = {}
    for each in found:
        if each.table not in tables.setdefault(each.run_id, []):
            tables[each.run_id].append(each.table)
    return tables


def told(found: list[Damaged]) -> list[str]:
    """Say it, a sentence for each table and run."""
    sentences: dict[tuple[int, str], str] = {}
    for each in found:
        where = f" of run {each.run_id}" if each.run_id else ""
        what = "The file" if each.table == SCHEMA else f"Table “{each.table}”{where}"
        sentences.setdefault((each.run_id, each.table), f"{what} is damaged: {each.problem}.")
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
            found = [Damaged(_table(each, places), each) for each in messages]
            unnamed = [each for each in found if not each.table]
            if unnamed:
                tables = sorted({row[0] for row in rows})
                unread = list(_unreadable(connection, tables))
                found = [each for each in found if each.table] + (
                    unread or [each._replace(table=SCHEMA) for each in unnamed]
                )
    except sqlite3.Error as error:
        return [Damaged(SCHEMA, _reason(error))]
    return found


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
        there = set(inspector.get_table_names())
        for name, table in METADATA.tables.items():
            wanted = {column.name for column in table.columns}
            columns = (
                {c["name"] for c in inspector.get_columns(name)} if name in there else set()
            )
            if not wanted <= columns:
                yield Damaged(name, f"it lacks {', '.join(sorted(wanted - columns))}")
        if connection.dialect.name != "sqlite":
            return
        query = "select name, sql from sqlite_schema where type = 'view'"
        written = {str(name): sql for name, sql in connection.execute(sa.text(query))}
    for each in views():
        if each.name not in QUERIES:
            wanted_sql = f'CREATE VIEW "{each.name}" AS {translated(each.name, "sqlite")}'
            if written.get(each.name) != wanted_sql:
                yield Damaged(each.name, "the view is not written as it was")


def _reason(error: sqlite3.Error) -> str:
    return str(error).strip().rstrip(".") or type(error).__name__
