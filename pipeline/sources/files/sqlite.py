"""SQLite files, opened for reading only.

A SQLite column may hold any mixture of types, so every cell is cast to text by SQLite itself
and typed with its column later, as a CSV file's is.
"""

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

import adbc_driver_sqlite.dbapi as adbc
import pyarrow as pa

from pipeline.base.errors import EnvironmentProblem, SourceError, TableName
from pipeline.sources.files.limits import ReadLimits, check_columns
from pipeline.sources.fitting import Wanted
from pipeline.sources.parts import ForeignKey, Part

BATCH = "65536"
MOST_TABLES = 60
"""Tables that are all read to find out how they belong together."""
UNLESS_BYTES = "case typeof({0}) when 'blob' then hex({0}) else cast({0} as text) end"
TABLES = """
select name from sqlite_schema
where type in ('table', 'view') and name not like 'sqlite\\_%' escape '\\' and type like ?
order by name
"""


def read_sqlite(
    path: Path, *, file: str, table: str | None, limits: ReadLimits, is_wanted: Wanted | None
) -> Iterator[Part]:
    """Read one table: `table`, or the only one there is, or the only one that is wanted.

    Views are read only when `table` names one.
    """
    try:
        with contextlib.closing(sqlite3.connect(_uri(path), uri=True)) as connection:
            connection.execute("pragma trusted_schema = off")
            chosen = TableName(table or _only(connection, file, is_wanted))
            if table and table not in _tables(connection, "%"):
                raise no_such_table(file, table, _tables(connection, "table"))
            names = _columns(connection, chosen)
        check_columns(len(names), limits, file=file, sheet=chosen)
        yield Part(file, chosen, _fetch(path, chosen, names))
    except (sqlite3.Error, adbc.Error, pa.ArrowException) as error:
        raise _failure(error, file) from error


def read_sqlite_tables(
    path: Path, *, file: str, names: Sequence[str], limits: ReadLimits
) -> Iterator[Part]:
    """Read every table with its foreign keys, or the tables and views that are named."""
    try:
        with contextlib.closing(sqlite3.connect(_uri(path), uri=True)) as connection:
            connection.execute("pragma trusted_schema = off")
            tables_and_views, tables = _tables(connection, "%"), _tables(connection, "table")
            for name in names:
                if name not in tables_and_views:
                    raise no_such_table(file, name, tables)
            check_tables(names or tables, file=file)
            schemas = [
                (TableName(name), _columns(connection, name), _foreign_keys(connection, name))
                for name in names or tables
            ]
        for table, columns, keys in schemas:
            check_columns(len(columns), limits, file=file, sheet=table)
            yield Part(file, table, _fetch(path, table, columns), keys=keys)
    except (sqlite3.Error, adbc.Error, pa.ArrowException) as error:
        raise _failure(error, file) from error


def check_tables(tables: Sequence[str], *, file: str) -> None:
    """Refuse a database without tables, or with too many to read all of them."""
    if not tables or len(tables) > MOST_TABLES:
        raise which_table(file, list(tables))


class SeveralTables(SourceError):
    """A database of several tables, with nothing that tells which of them are meant."""


def which_table(file: str, tables: list[str]) -> SourceError:
    """Build the error for a database with several tables and nothing to choose by."""
    if not tables:
        return SourceError(
            "holds no table", remedy="use a database with a table of rows", file=file
        )
    return SeveralTables(
        f"holds several tables ({listed(tables)})",
        remedy="name those that are meant with --table",
        file=file,
    )


def no_such_table(file: str, table: str, tables: list[str]) -> SourceError:
    """Build the error for a table that isn't there."""
    return SourceError(
        f"has no table “{table}”; it has {listed(tables) or 'none'}",
        remedy="name one of them with --table",
        file=file,
    )


def listed(names: list[str]) -> str:
    """Join at most 12 names.

    >>> listed(["a", "b"])
    '“a”, “b”'
    """
    listing = ", ".join(f"“{name}”" for name in names[:12])
    return f"{listing} and {len(names) - 12:,} more" if len(names) > 12 else listing


def quoted(name: str) -> str:
    """Quote an identifier."""
    return '"' + name.replace('"', '""') + '"'


def _uri(path: Path) -> str:
    return f"file:{quote(str(path.absolute()))}?mode=ro"


def _tables(connection: sqlite3.Connection, kind: str) -> list[str]:
    return [name for (name,) in connection.execute(TABLES, (kind,))]


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    rows = connection.execute("select name from pragma_table_info(?) order by cid", (table,))
    return [name for (name,) in rows]


def _foreign_keys(connection: sqlite3.Connection, table: str) -> tuple[ForeignKey, ...]:
    """Give the foreign keys of a table; one without columns is to the primary key."""
    rows = connection.execute(
        'select id, "table", "from", "to" from pragma_foreign_key_list(?) order by id, seq',
        (table,),
    ).fetchall()
    keys: dict[int, ForeignKey] = {}
    for number, parent, column, declared in rows:
        key = keys.get(number, ForeignKey((), parent, ()))
        to = declared or _primary_key(connection, parent, len(key.to))
        if to is not None:
            keys[number] = ForeignKey((*key.columns, column), parent, (*key.to, to))
    return tuple(keys.values())


def _primary_key(connection: sqlite3.Connection, table: str, place: int) -> str | None:
    row = connection.execute(
        "select name from pragma_table_info(?) where pk = ?", (table, place + 1)
    ).fetchone()
    return None if row is None else str(row[0])


def _only(connection: sqlite3.Connection, file: str, is_wanted: Wanted | None) -> str:
    tables = _tables(connection, "table")
    if len(tables) == 1:
        return tables[0]
    fits = [table for table in tables if is_wanted and is_wanted(_columns(connection, table))]
    if len(fits) != 1:
        raise which_table(file, tables)
    return fits[0]


def _fetch(path: Path, table: str, names: list[str]) -> pa.Table:
    try:
        return _fetch_as(path, table, names, "cast({0} as text)")
    except pa.ArrowInvalid:
        return _fetch_as(path, table, names, UNLESS_BYTES)


def _fetch_as(path: Path, table: str, names: list[str], cell: str) -> pa.Table:
    cells = ", ".join(cell.format(quoted(name)) for name in names)
    with adbc.connect(_uri(path), autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute("pragma trusted_schema = off")
        cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": BATCH})
        cursor.execute(f"select {cells} from {quoted(table)}")  # noqa: S608 - quoted above
        reader = cursor.fetch_record_batch()
        batches = []
        for batch in reader:
            batch.validate(full=True)
            columns = [
                pa.array(column.cast(pa.string())).dictionary_encode()
                for column in batch.columns
            ]
            batches.append(pa.RecordBatch.from_arrays(columns, names=names))
    text = pa.dictionary(pa.int32(), pa.string())
    schema = pa.schema([pa.field(name, text) for name in names])
    return pa.Table.from_batches(batches, schema)


def _failure(error: Exception, file: str) -> SourceError | EnvironmentProblem:
    message = str(error).lower()
    if "locked" in message or "unable to open" in message:
        return EnvironmentProblem(f"{file}: the database can't be opened ({error}).")
    if isinstance(error, pa.ArrowInvalid) or "utf-8" in message:
        return SourceError("holds text that is not UTF-8", remedy="export it as CSV", file=file)
    return SourceError(
        "is damaged and can't be read as a SQLite database",
        remedy="get it again from where it came from",
        file=file,
    )
