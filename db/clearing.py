"""Rows of runs and loads, deleted: by parts where they are many."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from db import checksums
from db.engine import reading, writing
from db.tables import METADATA, core
from db.tables.canonical import Load as LoadRow
from db.tables.runs import RunLoad as RunLoadRow

SWEEP_ROWS = 100_000
OWN_TABLES = frozenset({"run", "run_owner", "published"})
"""Tables that say of a run what it is, not what came of it."""
LOAD, RUN_LOAD = core(LoadRow), core(RunLoadRow)


def clear_results(engine: Engine, run_id: int) -> None:
    """Delete every result row of a run and which loads it named, but not the run itself.

    Its checksums go first: without them nobody takes what is half gone for damaged.
    """
    first = checksums.CHECKSUM
    for table in (first, *(table for table in METADATA.sorted_tables if table is not first)):
        if "run_id" in table.columns and table.name not in OWN_TABLES:
            _delete_in_steps(engine, table, table.c.run_id == run_id)


def sweep_loads(engine: Engine, dataset: int) -> None:
    """Delete the loads that no run names."""
    with reading(engine) as connection:
        unnamed = (
            connection.execute(
                sa.select(LOAD.c.load_id).where(
                    LOAD.c.dataset_id == dataset,
                    LOAD.c.load_id.not_in(sa.select(RUN_LOAD.c.load_id)),
                )
            )
            .scalars()
            .all()
        )
    for load_id in unnamed:
        for table in METADATA.sorted_tables:
            if "load_id" in table.columns and table.name not in {"load", "run_load"}:
                _delete_in_steps(engine, table, table.c.load_id == load_id)
        with writing(engine) as connection:
            connection.execute(sa.delete(LOAD).where(LOAD.c.load_id == load_id))


def delete_load(connection: Connection, load_id: int) -> None:
    """Delete a load with all its rows, within the transaction of the caller."""
    for table in reversed(METADATA.sorted_tables):
        if "load_id" in table.columns:
            connection.execute(sa.delete(table).where(table.c.load_id == load_id))


def _delete_in_steps(
    engine: Engine, table: sa.Table, condition: sa.ColumnElement[bool]
) -> None:
    """Delete by parts, so that no transaction holds the write lock for long."""
    keys = list(table.primary_key.columns)
    while True:
        with writing(engine) as connection:
            some = sa.select(*keys).where(condition).limit(SWEEP_ROWS)
            gone = connection.execute(
                sa.delete(table).where(sa.tuple_(*keys).in_(some))
            ).rowcount
        if gone < SWEEP_ROWS:
            return
