"""What the result rows of a run add up to, so that a row that changed by itself is found.

SQLite notices a damaged page only where its structure breaks; a flipped bit in a number stays.
So each table of a run has a checksum: every row is hashed and the hashes are added up, in any
order. A value counts under the name of its column and null counts nothing: a column that a
later version adds, null in older runs, leaves their checksums as they are. SQLite and
PostgreSQL give the same.
"""

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError

from db.engine import reading, writing
from db.errors import DatabaseError
from db.frames import BATCH_ROWS, many_reads, read_batches
from db.tables import METADATA, core
from db.tables.canonical import DataSet
from db.tables.runs import LastCheck, Published, ResultChecksum, Run

CHECKSUM, RUN, PUBLISHED, DATASET = (
    core(record) for record in (ResultChecksum, Run, Published, DataSet)
)
LAST_CHECK = core(LastCheck)
NO_RESULTS = frozenset({"run_owner", CHECKSUM.name, RUN.name, PUBLISHED.name})
"""Tables with a run that are no results of it: they are sealed when it is published."""
RUN_COLUMNS = (
    "dataset_id", "form", "seed", "settings", "version", "started_at", "published_at", "as_of",
    "currency", "rows_read", "rows_kept", "customers", "seconds", "kind",
)  # fmt: skip
"""What no longer changes in the row of a run once it is published."""

NULL_NUMBER = -(2**63) + 1
NULL_AMOUNT = -1.7976931348623157e308
NULL_TEXT = b"\0"
"""What stands for null while values are read: no result has such a number, amount or text."""

OF_NO_RUN = 0
"""Stands where a run does for damage that is no run's."""

Damage: TypeAlias = dict[int, list[str]]
"""The names of damaged tables by run; a run whose rows are all as they were is not in it."""
Columns: TypeAlias = Sequence[sa.Column[Any]]
Hashes: TypeAlias = npt.NDArray[np.uint64]
Read: TypeAlias = Callable[[Columns, str, int], Iterator[pa.RecordBatch]]
"""What reads columns of a run from a table (or tables joined), as batches."""


class Sum(NamedTuple):
    """How many rows there are and what their hashes add up to."""

    rows: int
    checksum: str


def result_tables() -> list[sa.Table]:
    """Give every table that holds results of runs."""
    return [
        table
        for table in METADATA.sorted_tables
        if "run_id" in table.columns and table.name not in NO_RESULTS
    ]


def seal(engine: Engine, run_id: int) -> None:
    """Write down what each result table of a run adds up to, once all of it is written."""
    read = _arrow(engine)
    with many_reads(engine):
        sums = {table.name: _sum_of_results(read, run_id, table) for table in result_tables()}
    with writing(engine) as connection:
        _store(connection, run_id, sums)


def seal_publication(connection: Connection, run_id: int) -> None:
    """Write down what publishing wrote of a run; part of the transaction that publishes it.

    To be called whenever one of them changes: the run's own row, the pointer of its data set
    or the data set's name. Only the run that is published has a checksum of its pointer.
    """
    dataset = sa.select(RUN.c.dataset_id).where(RUN.c.run_id == run_id).scalar_subquery()
    siblings = sa.select(RUN.c.run_id).where(RUN.c.dataset_id == dataset)
    name = CHECKSUM.c.table_name
    connection.execute(
        sa.delete(CHECKSUM).where(name == PUBLISHED.name, CHECKSUM.c.run_id.in_(siblings))
    )
    tables = (RUN.name, PUBLISHED.name)
    sums = {table: _sum_of_publication(connection, run_id, table) for table in tables}
    _store(connection, run_id, sums)


def seal_missing(connection: Connection) -> None:
    """Seal what published runs have no checksums of; part of the transaction of an upgrade."""
    runs = connection.execute(
        sa.select(RUN.c.run_id, PUBLISHED.c.run_id.is_not(None).label("is_shown"))
        .join(PUBLISHED, PUBLISHED.c.run_id == RUN.c.run_id, isouter=True)
        .where(RUN.c.status == "published")
        .order_by(RUN.c.run_id)
    ).all()
    read = _plain(connection)
    for run_id, is_shown in runs:
        stored_sums = _stored(connection, run_id)
        missing = [table for table in result_tables() if table.name not in stored_sums]
        sums = {table.name: _sum_of_results(read, run_id, table) for table in missing}
        _store(connection, run_id, sums)
        if is_shown and not {RUN.name, PUBLISHED.name} <= set(stored_sums):
            seal_publication(connection, run_id)


def verify(engine: Engine, run_id: int) -> list[str]:
    """Name the tables whose rows of a run are no longer those that it wrote; none: all is well.

    What a run has no checksums of, as one that is not complete, is not looked at. A table that
    can't be read is damaged. This reads by Arrow's driver: in a portal, which holds its SQLite
    database open, ask `verify_within`.
    """
    try:
        with many_reads(engine):
            return _damaged(engine, run_id, _arrow(engine))
    except DatabaseError:
        return [CHECKSUM.name]


def verify_within(engine: Engine, run_id: int) -> list[str]:
    """Do as `verify` does, three times as slowly, by the connection that the engine gives."""
    with reading(engine) as connection:
        return verify_on(connection, run_id)


def verify_on(connection: Connection, run_id: int) -> list[str]:
    """Do as `verify_within` does, as a part of the transaction of a connection."""
    return _damaged(connection.engine, run_id, _plain(connection))


def verify_all(engine: Engine) -> Damage:
    """Name the damaged tables of every run that has any."""
    return _verified(engine, sa.select(CHECKSUM.c.run_id).distinct())


def verify_published(engine: Engine) -> Damage:
    """Name the damaged tables of the runs that are shown."""
    return _verified(
        engine, sa.select(CHECKSUM.c.run_id).where(CHECKSUM.c.table_name == PUBLISHED.name)
    )


def remember(engine: Engine, damage: Damage, *, checked_at: dt.datetime) -> None:
    """Keep what a check found, for whoever only asks how things are."""
    with writing(engine) as connection:
        connection.execute(sa.delete(LAST_CHECK))
        connection.execute(
            sa.insert(LAST_CHECK).values(
                check_id=1, checked_at=checked_at.isoformat(), damaged=json.dumps(damage)
            )
        )


def last_damaged(connection: Connection) -> list[str]:
    """Name the tables of what is shown that the last check found damaged; checks nothing."""
    if not sa.inspect(connection).has_table(LAST_CHECK.name):
        return []
    damaged = connection.execute(sa.select(LAST_CHECK.c.damaged)).scalar()
    if damaged is None:
        return []
    shown_runs = {OF_NO_RUN, *connection.execute(sa.select(PUBLISHED.c.run_id)).scalars()}
    tables = (tables for run, tables in json.loads(damaged).items() if int(run) in shown_runs)
    return sorted({table for some in tables for table in some})


def sum_of(batches: Iterator[pa.RecordBatch], names: Sequence[str]) -> Sum:
    """Add up rows whose values are never null, in columns that are called `names`."""
    rows, total = 0, 0
    for batch in batches:
        rows += batch.num_rows
        total += int(_hashes(batch, names).sum(dtype=np.uint64))
    return Sum(rows, f"{total % 2**64:016x}")


def _verified(engine: Engine, sealed: sa.Select[Any]) -> Damage:
    try:
        with reading(engine) as connection:
            runs = set(connection.execute(sealed).scalars())
            runs.update(connection.execute(sa.select(PUBLISHED.c.run_id)).scalars())
    except DatabaseError:
        return {OF_NO_RUN: [CHECKSUM.name]}
    damage = {int(run_id): verify(engine, run_id) for run_id in sorted(runs)}
    return {run_id: tables for run_id, tables in damage.items() if tables}


def _damaged(engine: Engine, run_id: int, read: Read) -> list[str]:
    try:
        with reading(engine) as connection:
            stored = _stored(connection, run_id)
    except DatabaseError:
        return [CHECKSUM.name]
    damaged = [
        name for name, sum_ in stored.items() if _differs(engine, run_id, name, sum_, read)
    ]
    if damaged:  # unless the run was swept meanwhile, which takes its checksums away first
        try:
            with reading(engine) as connection:
                still_stored = _stored(connection, run_id)
        except DatabaseError:
            return [*damaged, CHECKSUM.name]
        damaged = [name for name in damaged if name in still_stored]
    return damaged


def _store(connection: Connection, run_id: int, sums: Mapping[str, Sum]) -> None:
    name = CHECKSUM.c.table_name
    connection.execute(
        sa.delete(CHECKSUM).where(CHECKSUM.c.run_id == run_id, name.in_(list(sums)))
    )
    for table, sum_ in sums.items():
        connection.execute(
            sa.insert(CHECKSUM).values(run_id=run_id, table_name=table, **sum_._asdict())
        )


def _stored(connection: Connection, run_id: int) -> dict[str, Sum]:
    rows = connection.execute(
        sa.select(CHECKSUM.c.table_name, CHECKSUM.c.rows, CHECKSUM.c.checksum)
        .where(CHECKSUM.c.run_id == run_id)
        .order_by(CHECKSUM.c.table_name)
    )
    return {name: Sum(*sum_) for name, *sum_ in rows}


def _differs(engine: Engine, run_id: int, name: str, stored: Sum, read: Read) -> bool:
    try:
        if name in {RUN.name, PUBLISHED.name}:
            with reading(engine) as connection:
                return _sum_of_publication(connection, run_id, name) != stored
        table = METADATA.tables.get(name)
        return table is None or _sum_of_results(read, run_id, table) != stored
    except (DatabaseError, DBAPIError, pa.ArrowException, ValueError, TypeError):
        return True


def _sum_of_results(read: Read, run_id: int, table: sa.Table) -> Sum:
    columns = [column for column in table.columns if column.name != "run_id"]
    return sum_of(read(columns, f'"{table.name}"', run_id), [column.name for column in columns])


def _arrow(engine: Engine) -> Read:
    """Read by Arrow's driver, the fastest."""

    def read(columns: Columns, source: str, run_id: int) -> Iterator[pa.RecordBatch]:
        query = _query(columns, source, backend=engine.dialect.name)
        return read_batches(engine, f"{query} ?", (run_id,))

    return read


def _plain(connection: Connection) -> Read:
    """Read by a connection that is open, within its transaction."""

    def read(columns: Columns, source: str, run_id: int) -> Iterator[pa.RecordBatch]:
        query = _query(columns, source, backend=connection.dialect.name)
        rows = connection.execute(
            sa.text(f"{query} :run_id"),
            {"run_id": run_id},
            execution_options={"yield_per": BATCH_ROWS},
        )
        names = [str(place) for place in range(len(columns))]
        for some in rows.partitions(BATCH_ROWS):
            values = zip(*(tuple(row) for row in some), strict=True)
            yield pa.RecordBatch.from_arrays(
                [pa.array(list(column)) for column in values], names
            )

    return read


def _sum_of_publication(connection: Connection, run_id: int, name: str) -> Sum:
    """Add up the row of a run, or the pointer to it with the name of its data set."""
    if name == RUN.name:
        columns = [RUN.c[column] for column in RUN_COLUMNS]
        source = '"run"'
    else:
        columns = [PUBLISHED.c.dataset_id, DATASET.c.name]
        source = '"published" join "dataset" using (dataset_id)'
    return sum_of(
        _plain(connection)(columns, source, run_id), [column.name for column in columns]
    )


def _query(columns: Columns, source: str, *, backend: str) -> str:
    """Ask for the columns of a run, whose number is to follow."""
    readable = _readable_of_sqlite if backend == "sqlite" else _readable_of_postgresql
    selected = ", ".join(map(readable, columns))
    return f"select {selected} from {source} where run_id ="  # noqa: S608 - our own names


def _kind(column: sa.Column[Any]) -> sa.types.TypeEngine[Any]:
    """Give the type of a column as the database knows it."""
    kind = column.type
    return kind.impl_instance if isinstance(kind, sa.TypeDecorator) else kind


def _readable_of_sqlite(column: sa.Column[Any]) -> str:
    """Read a column so that all its values have one type, whatever the first are."""
    name, kind = f'"{column.table.name}"."{column.name}"', _kind(column)
    if isinstance(kind, sa.Integer | sa.Boolean):
        return f"coalesce({name}, {NULL_NUMBER})"
    if isinstance(kind, sa.Float):
        return f"coalesce({name}, {NULL_AMOUNT!r})"
    if isinstance(kind, sa.LargeBinary):
        return f"coalesce(cast({name} as blob), x'{NULL_TEXT.hex()}')"
    # A text that became bytes would look the same as bytes: it must differ.
    text = f"replace({name}, ' ', 'T')" if isinstance(kind, sa.DateTime) else name
    return (
        f"case typeof({name}) when 'text' then cast({text} as blob)"
        f" when 'null' then x'{NULL_TEXT.hex()}' else x'00' || typeof({name}) end"
    )


def _readable_of_postgresql(column: sa.Column[Any]) -> str:
    name, kind = f'"{column.table.name}"."{column.name}"', _kind(column)
    if isinstance(kind, sa.Integer | sa.Boolean):
        whole = f"{name}::int" if isinstance(kind, sa.Boolean) else name
        return f"coalesce({whole}::bigint, {NULL_NUMBER})"
    if isinstance(kind, sa.Float):
        return f"coalesce({name}, ({NULL_AMOUNT!r})::double precision)"
    null = rf"'\x{NULL_TEXT.hex()}'::bytea"
    if isinstance(kind, sa.LargeBinary):
        return f"coalesce({name}, {null})"
    if isinstance(kind, sa.DateTime):
        # Moments are kept with the server's zone or without one: in seconds they are the same.
        moment = f"to_timestamp(extract(epoch from {name})) at time zone 'UTC'"
        text = f"""to_char({moment}, 'YYYY-MM-DD"T"HH24:MI:SS.US')"""
    elif isinstance(kind, sa.Date):
        text = f"to_char({name}, 'YYYY-MM-DD')"
    else:
        text = name
    return f"coalesce(convert_to({text}, 'UTF8'), {null})"


def _hashes(batch: pa.RecordBatch, names: Sequence[str]) -> Hashes:
    """Hash each row: its values under the names of their columns, nulls left out."""
    total = np.zeros(batch.num_rows, dtype=np.uint64)
    for column, name in zip(batch.columns, names, strict=True):
        values, is_known = _words(column)
        hashed = _mixed(values ^ _seed(name))
        total += np.where(is_known, hashed, np.uint64(0))
    return _mixed(total)


def _words(column: pa.Array) -> tuple[Hashes, npt.NDArray[np.bool_]]:
    """Turn each value into 64 bits, and tell which are not null."""
    if column.null_count:
        raise ValueError("A column has nulls that were to be replaced.")
    if pa.types.is_integer(column.type):
        numbers = column.to_numpy().astype(np.int64)
        return numbers.view(np.uint64), numbers != NULL_NUMBER
    if pa.types.is_floating(column.type):
        amounts = column.to_numpy() + 0.0  # one zero: SQLite keeps no negative one
        is_known = (amounts != NULL_AMOUNT) & ~np.isnan(amounts)
        return amounts.view(np.uint64), is_known
    coded = column.cast(pa.large_binary()).dictionary_encode()
    distinct = coded.dictionary.to_pylist()
    hashed = pd.util.hash_array(np.array([*distinct, None], dtype=object), categorize=False)
    is_text = np.array([value != NULL_TEXT for value in distinct], dtype=bool)
    places = coded.indices.to_numpy()
    return hashed[places], is_text[places]


@cache
def _seed(name: str) -> np.uint64:
    (seed,) = pd.util.hash_array(np.array([name], dtype=object), categorize=False)
    return np.uint64(seed)


def _mixed(values: Hashes) -> Hashes:
    """Spread each bit over all others (the finaliser of SplitMix64)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
