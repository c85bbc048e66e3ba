"""The one table of a run's customers: mapped into memory once a process, asked through DuckDB.

`db.customers` writes it beside the database; its columns are documented with the views. Every
thread has a cursor of its own, in which the table of the run that was asked last is known as
`customers`.
"""

import threading
from collections.abc import Iterator
from typing import Any, NamedTuple

import duckdb
import pandas as pd
import pyarrow as pa
from cachetools import LRUCache
from sqlalchemy.engine import Connection

from db.customers import open_customers
from portal.reading.filters import YES, Filters, parts_of
from portal.reading.statements import Statement, Value, listed, quoted
from portal.words.has import Has
from portal.words.titles import CAMPAIGN, CHANNEL

NAME = "customers"
MAPPED = 16
"""Tables held open at once; each costs an address range, not memory."""
FILTERED = {
    "segments": "segment",
    "countries": "country",
    "bands": "spend_band",
    "risks": "risk_value",
    "risk_bands": "risk_band",
    "value_bands": "value_band",
    "moved": "moved",
}
"""Columns that filters of their own narrow down."""
TRUTHS = {"overdue": ("overdue_days", "overdue_days > 0")}
"""Groups of one value, `yes`, by which customers can be kept: the column asked, the condition.

`where=overdue%3Dyes` keeps those past the day of their expected order.
"""
UNOFFERED = frozenset({"is_outlier", "segment_before", "outlier_reason", "next_product"})
"""Words that are no attribute to look at customers by."""
TOGETHER = 5_000
"""Rows that a stream holds at once."""
GROUP = "_group"
"""What stands behind an attribute's name in the column of its groups."""
LIMITS: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "memory_limit": "512MB",
    "allocator_background_threads": True,
    "allocator_flush_threshold": "1MB",
}
"""One thread: sums then have one order, so that figures are equal on any machine. Memory that
a question needed is given back at once."""


class CustomerTable(NamedTuple):
    """A run's customers, one row each in the order of `customer_id`."""

    rows: pa.Table

    def __contains__(self, column: object) -> bool:
        return column in self.rows.schema.names

    def knows(self, column: str) -> bool:
        """Tell whether a column is there and holds anything."""
        return column in self and self.rows.column(column).null_count < self.rows.num_rows

    @property
    def attributes(self) -> dict[str, str]:
        """What pages offer to look at customers by: `number` or `word` by column."""
        names = [name for name in self.rows.schema.names if not name.endswith(GROUP)]
        return {
            name: "number" if f"{name}{GROUP}" in self and not self.words(name) else "word"
            for name in names
            if name not in UNOFFERED and self.group_column(name)
        }

    def words(self, column: str) -> tuple[str, ...]:
        """Give the words that a column can hold in the order in which pages show them."""
        if column not in self:
            return ()
        kind = self.rows.schema.field(column).type
        if not pa.types.is_dictionary(kind) or not self.rows.num_rows:
            return ()
        return tuple(self.rows.column(column).chunk(0).dictionary.to_pylist())

    def group_column(self, attribute: str) -> str | None:
        """Name the column that holds an attribute's groups: its own where it has few words.

        `None` where the run knows nothing of it.
        """
        grouped = f"{attribute}{GROUP}"
        if grouped in self:
            return grouped
        return attribute if self.words(attribute) else None

    def groups(self, attribute: str) -> tuple[str, ...]:
        """Give the groups of an attribute in the order in which pages show them."""
        column = self.group_column(attribute)
        return self.words(column) if column else ()


def has_of(table: CustomerTable) -> Has:
    """Tell what a run has by the columns of its customers."""
    names = table.rows.schema.names
    return Has(
        orders="days" in table,
        campaigns=any(name.startswith(CAMPAIGN) for name in names),
        countries=table.knows("country"),
        channels=CHANNEL in table,
        outcome=table.knows("activity"),
        promotional=table.knows("is_promotional"),
    )


class CustomerTables:
    """The tables that a process has mapped, and a cursor for each of its threads."""

    def __init__(self) -> None:
        self._open: LRUCache[Any, CustomerTable] = LRUCache(MAPPED)
        self._lock = threading.Lock()
        self._engine: duckdb.DuckDBPyConnection | None = None
        self._local = threading.local()

    def table(self, connection: Connection, run_id: int, published_at: Any) -> CustomerTable:
        """Map the table of a run; `published_at` tells runs of the same number apart."""
        key = (run_id, published_at)
        with self._lock:
            if key not in self._open:
                self._open[key] = CustomerTable(open_customers(connection.engine, run_id))
            return self._open[key]

    def ask(
        self, connection: Connection, run_id: int, published_at: Any, statement: Statement
    ) -> pd.DataFrame:
        """Run a statement over the customers of a run; days come as ISO texts."""
        cursor = self._cursor(self.table(connection, run_id, published_at))
        relation = cursor.sql(statement.for_duckdb, params=dict(statement.parameters))
        return _plain(relation.to_arrow_table())

    def stream(
        self, connection: Connection, run_id: int, published_at: Any, statement: Statement
    ) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
        """Give the names of the columns and the rows of a statement one by one."""
        cursor = self._cursor(self.table(connection, run_id, published_at)).cursor()
        cursor.register(NAME, self.table(connection, run_id, published_at).rows)
        relation = cursor.sql(statement.for_duckdb, params=dict(statement.parameters))
        return list(relation.columns), _each(cursor, relation.to_arrow_reader(TOGETHER))

    def _cursor(self, table: CustomerTable) -> duckdb.DuckDBPyConnection:
        """Give this thread's cursor, in which `customers` is this table."""
        with self._lock:
            if self._engine is None:
                self._engine = duckdb.connect(config=LIMITS)
                self._engine.execute("set enable_external_access = false")
                self._engine.execute("set lock_configuration = true")
        if not hasattr(self._local, "cursor"):
            self._local.cursor, self._local.table = self._engine.cursor(), None
        if self._local.table is not table:
            self._local.cursor.register(NAME, table.rows)
            self._local.table = table
        cursor: duckdb.DuckDBPyConnection = self._local.cursor
        return cursor


def narrowed(
    table: CustomerTable,
    filters: Filters,
    worth: tuple[str, dict[str, Value]] | None = None,
) -> tuple[str, dict[str, Value]]:
    """Give the condition that keeps who the filters keep, with its parameters.

    `worth` is the condition of who is worth contacting. A filter by something that the run
    doesn't know keeps nobody.
    """
    conditions: list[str] = []
    bound: dict[str, Value] = {}
    for field, column in FILTERED.items():
        if values := getattr(filters, field):
            conditions.append(_among(table, column, values, field, bound))
    if filters.contact:
        condition, parameters = worth or ("false", {})
        conditions.append(condition if filters.contact == (YES,) else "false")
        bound |= parameters
    if filters.text:
        conditions.append("contains(lower(customer_id), :text)")
        bound["text"] = filters.text.lower()
    for place, (attribute, groups) in enumerate(_groups(filters).items()):
        if attribute in TRUTHS:
            column, condition = TRUTHS[attribute]
            conditions.append(condition if column in table and groups == [YES] else "false")
            continue
        column = table.group_column(attribute) or attribute
        conditions.append(_among(table, column, tuple(groups), f"group_{place}", bound))
    return " and ".join(conditions) or "true", bound


def _among(
    table: CustomerTable,
    column: str,
    values: tuple[str, ...],
    name: str,
    bound: dict[str, Value],
) -> str:
    if column not in table:
        return "false"
    text, parameters = listed(name, values)
    bound |= parameters
    return f"{quoted(column)} in {text}"


def _groups(filters: Filters) -> dict[str, list[str]]:
    """Give the groups asked for by attribute; any of those of one attribute will do."""
    groups_by_attribute: dict[str, list[str]] = {}
    for attribute, group in map(parts_of, filters.where):
        groups_by_attribute.setdefault(attribute, []).append(group)
    return groups_by_attribute


def _each(
    cursor: duckdb.DuckDBPyConnection, batches: pa.RecordBatchReader
) -> Iterator[tuple[Any, ...]]:
    """Give the rows of batches; the cursor is closed behind the last one."""
    with cursor:
        for batch in batches:
            columns = [column.to_pylist() for column in batch.columns]
            yield from zip(*columns, strict=True)


def _plain(rows: pa.Table) -> pd.DataFrame:
    """Give Arrow rows as a frame of plain columns, words as texts and days as ISO texts."""
    for place, field in enumerate(rows.schema):
        if pa.types.is_dictionary(field.type) or pa.types.is_date(field.type):
            rows = rows.set_column(place, field.name, rows.column(place).cast(pa.string()))
        elif pa.types.is_decimal(field.type):  # sums of whole numbers
            kind = pa.int64() if field.type.scale == 0 else pa.float64()
            rows = rows.set_column(place, field.name, rows.column(place).cast(kind))
    frame: pd.DataFrame = rows.to_pandas()
    return frame
