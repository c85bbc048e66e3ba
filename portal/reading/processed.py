"""The processed data of a data set: its customers, every column that holds anything.

First the columns of `published_customer`, then what else the run knows of a customer: what each
task predicts, labels, attributes of the form and of the source's own columns, orders of the
last days. A form that has no orders has no columns of orders.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy import CursorResult, Row

from portal.reading.customer_table import GROUP, CustomerTable
from portal.reading.published import PublishedRun
from portal.reading.statements import quoted

OF_DRAWINGS = frozenset({"sample_position", "component_1", "component_2"})
"""Columns that say nothing outside the portal."""
TASKS = """
select distinct task from published_prediction
where dataset = :dataset and task not in ('churn', 'segment_replication')
order by task
"""
"""What is predicted beside leaving and the segment: these are columns of the view."""
PREDICTED = (
    "left join published_prediction {name}\n on {name}.dataset = :dataset\n"
    " and {name}.task = :{name} and {name}.customer_id = customer.customer_id"
)


def customers(run: PublishedRun, *, rows: int) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
    """Give the columns and the rows of a data set's customers, fetched `rows` at a time."""
    published = _published(run, rows)
    names = list(published.keys())
    further = [name for name in _filled(run) if name not in names]
    blocks = iter(lambda: list(islice(published, rows)), [])
    return names + further, _beside(blocks, names.index("customer_id"), run.table, further)


def _published(run: PublishedRun, rows: int) -> CursorResult[Any]:
    """Ask for what the view holds, and for what is predicted of each customer."""
    dataset = {"dataset": run.dataset}
    tasks = {
        f"task_{place}": task
        for place, task in enumerate(run.connection.execute(sa.text(TASKS), dataset).scalars())
    }
    columns = [f"customer.{quoted(name)}" for name in _held(run)]
    predicted = [
        f"{name}.predicted as {quoted(task)},"
        f" {name}.probability as {quoted(f'{task}_probability')}"
        for name, task in tasks.items()
    ]
    joins = "\n".join(PREDICTED.format(name=name) for name in tasks)
    sql = (
        f"select {', '.join(columns + predicted)}\nfrom published_customer customer\n{joins}\n"
        "where customer.dataset = :dataset\norder by customer.customer_id"
    )
    return run.connection.execute(
        sa.text(sql), dataset | tasks, execution_options={"yield_per": rows}
    )


def _held(run: PublishedRun) -> list[str]:
    """Name the columns of the view that hold anything for these customers."""
    named = run.connection.execute(sa.text("select * from published_customer where 1 = 0"))
    columns = list(named.keys())
    counts = ", ".join(f"count({quoted(name)})" for name in columns)
    counted = run.connection.execute(
        sa.text(f"select {counts} from published_customer where dataset = :dataset"),  # noqa: S608
        {"dataset": run.dataset},
    ).one()
    return [name for name, many in zip(columns, counted, strict=True) if many]


def _filled(run: PublishedRun) -> list[str]:
    """Name the columns of the run's own table that hold a word or a number of a customer."""
    return [
        field.name
        for field in run.table.rows.schema
        if run.table.knows(field.name)
        and field.name not in OF_DRAWINGS
        and not field.name.endswith(GROUP)
        and not pa.types.is_nested(field.type)
    ]


def _beside(
    blocks: Iterator[list[Row[Any]]], identifier: int, table: CustomerTable, further: list[str]
) -> Iterator[tuple[Any, ...]]:
    """Put the further columns of each customer beside its row."""
    identifiers = table.rows.column("customer_id").combine_chunks()
    begins = 0
    for block in blocks:
        block_identifiers = pa.array([row[identifier] for row in block], identifiers.type)
        block_rows = table.rows.slice(begins, len(block))
        # Both are in the order of the identifiers, but databases have orders of their own.
        if not identifiers.slice(begins, len(block)).equals(block_identifiers):
            block_rows = table.rows.take(pc.index_in(block_identifiers, value_set=identifiers))
        columns = [block_rows.column(name).to_pylist() for name in further]
        for row, *further_values in zip(block, *columns, strict=True):
            yield (*row, *further_values)
        begins += len(block)
