"""Rows of the database as an Arrow table of stated types, whichever driver brings them.

Bulk reads go through Arrow's own driver, but where this process may hold the SQLite file open:
that driver has a second copy of the SQLite library, and when it closes the file the locks of
the first copy are gone. There the rows come through the engine's own connection, which takes
four times as long.
"""

import os
import re
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.pool import NullPool

from db.engine import is_sqlite, reading, unavailable
from db.frames import BATCH_ROWS, read_batches

Source: TypeAlias = Connection | Engine

CODED = pa.dictionary(pa.int32(), pa.string())
STORED_AS = {
    pa.string(): pa.string(),
    pa.date32(): pa.string(),
    pa.float64(): pa.float64(),
    pa.int32(): pa.int64(),
    pa.bool_(): pa.int64(),
}
"""How SQLite keeps a value of each type."""
EXAMPLES = {pa.string(): "''", pa.float64(): "0.5", pa.int64(): "0"}
"""A value of each of these: SQLite's Arrow driver tells a column's type by its first rows."""
MOST_READS = 4
PARAMETER = re.compile(r":(\w+)")


def read_table(
    source: Source,
    columns: Mapping[str, pa.DataType],
    query_tail: str,
    *,
    coded: Collection[str] = (),
    **parameters: int | str,
) -> pa.Table:
    """Select `columns`, each of a type of `STORED_AS`, and give them as a table.

    Parameters
    ----------
    query_tail
        The query from its `from` on, parameters written as `:name`.
    coded
        Texts with few different values, to be given as dictionaries.
    """
    query = f"select {', '.join(columns)} {query_tail}"
    schema = pa.schema(
        [(name, CODED if name in coded else kind) for name, kind in columns.items()]
    )
    batches = [
        pa.record_batch(
            [
                _as_stated(column, kind)
                for column, kind in zip(batch, schema.types, strict=True)
            ],
            schema=schema,
        )
        for batch in _batches(source, query, columns, parameters)
    ]
    return pa.Table.from_batches(batches, schema).unify_dictionaries()


def reads_at_once(source: Source) -> int:
    """Tell how many tables may be read at the same time, by as many threads."""
    through_arrow = not isinstance(source, Connection) and not _holds_file(source)
    return min(MOST_READS, os.cpu_count() or 1) if through_arrow else 1


def _holds_file(engine: Engine) -> bool:
    """Tell whether an engine keeps an SQLite file open between uses."""
    return is_sqlite(engine) and not isinstance(engine.pool, NullPool)


def _batches(
    source: Source,
    query: str,
    columns: Mapping[str, pa.DataType],
    parameters: Mapping[str, int | str],
) -> Iterator[list[pa.Array]]:
    engine = source.engine
    if is_sqlite(engine) and isinstance(source, Connection):
        yield from _through_connection(source, query, columns, parameters)
    elif _holds_file(engine):
        with reading(engine) as connection:
            yield from _through_connection(connection, query, columns, parameters)
    else:
        yield from _through_arrow(engine, query, columns, parameters)


def _through_arrow(
    engine: Engine,
    query: str,
    columns: Mapping[str, pa.DataType],
    parameters: Mapping[str, int | str],
) -> Iterator[list[pa.Array]]:
    values = tuple(parameters[name] for name in PARAMETER.findall(query))
    positional = PARAMETER.sub("?", query)
    typed = is_sqlite(engine)
    if typed:
        examples = ", ".join(
            f"{EXAMPLES[STORED_AS[kind]]} as {name}" for name, kind in columns.items()
        )
        positional = f"select {examples} union all select * from ({positional}) as stored"  # noqa: S608
    for place, batch in enumerate(read_batches(engine, positional, values)):
        yield (batch.slice(1) if typed and not place else batch).columns


def _through_connection(
    connection: Connection,
    query: str,
    columns: Mapping[str, pa.DataType],
    parameters: Mapping[str, int | str],
) -> Iterator[list[pa.Array]]:
    """Read by SQLite's own driver: SQLAlchemy would make an object of each of many rows."""
    driver: Any = connection.connection.driver_connection
    try:
        cursor = driver.execute(query, dict(parameters))
        while some := cursor.fetchmany(BATCH_ROWS):
            yield [
                pa.array(values, STORED_AS[kind])
                for values, kind in zip(zip(*some, strict=True), columns.values(), strict=True)
            ]
    except sqlite3.Error as error:
        raise unavailable(connection.engine, error) from error


def _as_stated(column: pa.Array, kind: pa.DataType) -> pa.Array:
    if kind == CODED:
        return column.cast(pa.string()).dictionary_encode()
    column = column.cast(kind)
    if kind == pa.float64():
        return pc.if_else(pc.is_nan(column), None, column)
    return column
