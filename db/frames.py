"""The border between frames and SQL: bulk rows through Arrow, reads into frames."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any, TypeAlias

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlmodel import SQLModel

from db.engine import (
    Owner,
    at_bulk,
    busy_timeout,
    is_sqlite,
    owner_of,
    sqlite_path,
    unavailable,
)
from db.errors import SchemaMismatch
from db.tables import core

CHUNK_ROWS = 200_000
BATCH_ROWS = 65_536

_held: ContextVar[tuple[sa.URL | None, Any]] = ContextVar("_held", default=(None, None))
"""The connection of `many_reads` and the address that it is to."""

ARROW_TYPES: dict[type[sa.types.TypeEngine[Any]], pa.DataType] = {
    sa.Boolean: pa.bool_(),
    sa.Integer: pa.int64(),
    sa.Float: pa.float64(),
    sa.DateTime: pa.timestamp("us"),
    sa.Date: pa.date32(),
    sa.LargeBinary: pa.binary(),
}
"""What a column of PostgreSQL is sent as; any other as text."""

Rows: TypeAlias = pd.DataFrame | pa.Table


def read_frame(connection: Connection, query: str, **parameters: Any) -> pd.DataFrame:
    """Run a query with bound parameters and give its rows, columns named as selected.

    A parameter that is a list stands for its values: `name in :names`.
    """
    lists = {name: value for name, value in parameters.items() if isinstance(value, list)}
    statement = sa.text(query).bindparams(
        *(
            sa.bindparam(name, expanding=True, type_=_listed(values))
            for name, values in lists.items()
        )
    )
    result = connection.execute(statement, parameters)
    names = list(result.keys())  # plain tuples: pandas asks each Row what it is, at length
    return pd.DataFrame.from_records([tuple(row) for row in result.all()], columns=names)


def _listed(values: list[Any]) -> sa.types.TypeEngine[Any]:
    """Give the type of a list's values; an empty one stands for texts."""
    return sa.Integer() if values and isinstance(values[0], int) else sa.String()


def append_rows(engine: Engine, table: type[SQLModel], rows: Rows, **constants: Any) -> int:
    """Append rows to a table in short transactions; `constants` fill columns for every row.

    Columns are matched by name; those that the table allows to be null may be missing.
    Raises `SchemaMismatch` where a column is unknown or a needed one is missing.
    """
    return append_tables(engine, [(table, rows)], **constants)


def append_tables(
    engine: Engine, tables: Iterable[tuple[type[SQLModel], Rows]], **constants: Any
) -> int:
    """Append rows to one table after the other, as `append_rows` does, in one session.

    PostgreSQL then looks at what has come: until then it plans queries for the tables as they
    were, and takes a hundred times as long.
    """
    written = 0
    owner = owner_of(engine)
    with _bulk(engine) as connection:
        for table, rows in tables:
            ready = _arranged(table, rows, constants)
            for begin in range(0, ready.num_rows, CHUNK_ROWS):
                some = _as_stored(engine, table, ready.slice(begin, CHUNK_ROWS))
                with connection.cursor() as cursor:
                    if owner is not None:
                        owner.count(_asking(cursor))
                    cursor.adbc_ingest(_name(table), some, mode="append")
                connection.commit()
                if owner is not None:
                    owner.written()
            if not is_sqlite(engine):
                with connection.cursor() as cursor:
                    cursor.execute(f'analyze "{_name(table)}"')
                connection.commit()
            written += ready.num_rows
    return written


def read_batches(
    engine: Engine, query: str, parameters: tuple[Any, ...]
) -> Iterator[pa.RecordBatch]:
    """Run a query with positional parameters (`?`) and give its rows as Arrow batches.

    On SQLite a column has the type of its values in the first batch.
    """
    statement = query if is_sqlite(engine) else _numbered(query)
    owner = owner_of(engine)
    with _bulk(engine) as connection, connection.cursor() as cursor:
        if owner is not None:
            owner.check(_asking(cursor))
        if is_sqlite(engine):
            cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": BATCH_ROWS})
        cursor.execute(statement, parameters)
        yield from cursor.fetch_record_batch()


def _arranged(table: type[SQLModel], rows: Rows, constants: dict[str, Any]) -> pa.Table:
    columns = core(table).columns
    if isinstance(rows, pd.DataFrame):
        rows = pa.Table.from_pandas(rows, preserve_index=False)
    for name, value in constants.items():
        rows = rows.append_column(name, pa.repeat(pa.scalar(value), rows.num_rows))
    unknown = set(rows.column_names) - {column.name for column in columns}
    needed = {c.name for c in columns if not c.nullable} - set(rows.column_names)
    if unknown or needed:
        raise SchemaMismatch(
            f"The rows for {_name(table)} don't have its columns:"
            f" unknown {sorted(unknown)}, missing {sorted(needed)}."
        )
    return rows.replace_schema_metadata(None)


def _as_stored(engine: Engine, table: type[SQLModel], rows: pa.Table) -> pa.Table:
    """Write rows as the database takes them; done slice by slice, which spares the memory."""
    if not is_sqlite(engine):
        return _as_declared(table, rows)
    words = [
        (place, field)
        for place, field in enumerate(rows.schema)
        if pa.types.is_dictionary(field.type)
    ]
    for place, field in words:
        plain = rows.column(place).cast(field.type.value_type)
        rows = rows.set_column(place, field.name, plain)
    return _with_texts_of_times(rows)


def _with_texts_of_times(rows: pa.Table) -> pa.Table:
    """Write each distinct time once as the text that SQLite keeps, not once per row."""
    for place, field in enumerate(rows.schema):
        if pa.types.is_timestamp(field.type) and field.type.unit == "us":
            times = rows.column(place).combine_chunks().dictionary_encode()
            texts = pc.replace_substring(times.dictionary.cast(pa.string()), " ", "T")
            rows = rows.set_column(place, field.name, texts.take(times.indices))
    return rows


def _as_declared(table: type[SQLModel], rows: pa.Table) -> pa.Table:
    """Give each column the type of the table's: PostgreSQL takes bytes as they come."""
    columns = core(table).columns
    return rows.cast(
        pa.schema([(name, _arrow_type(columns[name])) for name in rows.column_names])
    )


def _arrow_type(column: sa.Column[Any]) -> pa.DataType:
    if column is column.table.autoincrement_column:  # PostgreSQL's serial: four bytes
        return pa.int32()
    return next(
        (arrow for kind, arrow in ARROW_TYPES.items() if isinstance(column.type, kind)),
        pa.string(),
    )


def _name(table: type[SQLModel]) -> str:
    return core(table).name


@contextmanager
def many_reads(engine: Engine) -> Iterator[None]:
    """Read by one connection of Arrow's driver within the body.

    PostgreSQL's takes 50 ms to open, more than a small table takes to read. Of SQLite, which is
    opened at once, nothing is held.
    """
    if is_sqlite(engine):
        yield
        return
    with _telling(engine):
        connection = _connect(engine)
    before = _held.set((engine.url, connection))
    try:
        with closing(connection):
            yield
    finally:
        _held.reset(before)


@contextmanager
def _telling(engine: Engine) -> Iterator[None]:
    """Turn what the driver raises into one sentence."""
    import adbc_driver_manager  # noqa: PLC0415 - the portal never needs it

    try:
        yield
    except adbc_driver_manager.Error as error:
        raise unavailable(engine, error) from error


@contextmanager
def _bulk(engine: Engine) -> Iterator[Any]:
    """Open the driver that speaks Arrow, or go on with what `many_reads` holds open."""
    owner: Owner | None = owner_of(engine)
    if owner is not None:
        owner.before()
    url, connection = _held.get()
    with _telling(engine):
        if url == engine.url:
            try:
                yield connection
            finally:
                connection.rollback()  # what was to stay is committed; the next sees the latest
            return
        alone = at_bulk() if is_sqlite(engine) else nullcontext()
        with alone, closing(_connect(engine)) as opened:
            yield opened


def _asking(cursor: Any) -> Callable[[str], int | None]:
    def ask(statement: str) -> int | None:
        cursor.execute(statement)
        row = cursor.fetchone() if cursor.description else None
        return None if row is None or row[0] is None else int(row[0])

    return ask


def _connect(engine: Engine) -> Any:
    if is_sqlite(engine):
        import adbc_driver_sqlite.dbapi as sqlite  # noqa: PLC0415

        connection = sqlite.connect(str(sqlite_path(engine.url)))
        with connection.cursor() as cursor:
            cursor.execute(busy_timeout())
        return connection
    import adbc_driver_postgresql.dbapi as postgresql  # noqa: PLC0415

    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    return postgresql.connect(url.replace(" ", "%20"))  # SQLAlchemy leaves spaces as they are


def _numbered(query: str) -> str:
    pieces: Iterable[str] = query.split("?")
    first, *later_pieces = pieces
    return first + "".join(
        f"${place}{piece}" for place, piece in enumerate(later_pieces, start=1)
    )
