"""The published run that a request looks at: one read transaction, one data set, one run."""

import datetime as dt
from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple, Protocol, cast

import pandas as pd
import sqlalchemy as sa
from flask import current_app
from sqlalchemy.engine import Connection, Engine

from db.engine import is_sqlite, parse_url, reading, sqlite_path
from db.errors import DatabaseError, NotPublished
from db.frames import read_frame
from db.runs import QUICK
from db.workspace import playbooks
from portal.reading import at_run
from portal.reading.contacting.contact_terms import worth_contacting
from portal.reading.customer_table import (
    TOGETHER,
    CustomerTable,
    CustomerTables,
    has_of,
    narrowed,
)
from portal.reading.datasets import DataSet, published
from portal.reading.filters import NO_FILTERS, Filters, dataset_from
from portal.reading.results import Results
from portal.reading.statements import Statement, Value, of_customers, of_database
from portal.reading.workspace import Workspace
from portal.settings import Settings
from portal.words.has import Has

EXTENSION = "clientele"
SELLS = """
select exists (select 1 from product_sales where run_id = :run_id) as products
"""
ORDER_LINES = "order-lines"

remember = at_run.remember


class Portal(NamedTuple):
    """What a served portal is made of; it hangs on the Flask application."""

    engine: Engine
    settings: Settings
    results: Results
    workspace: Workspace
    tables: CustomerTables


class PublishedRun(NamedTuple):
    """A data set's published run and playbook, seen through one read transaction."""

    connection: Connection
    run_id: int
    dataset: str
    as_of: dt.date | None
    currency: str
    form: str
    customers: int
    published_at: dt.datetime
    playbook: int
    """The version of the playbook in force, 0 for the built-in one."""
    results: Results
    tables: CustomerTables
    is_quick: bool = False
    """Whether it has no predictions yet, which follow with the full run."""

    @property
    def table(self) -> CustomerTable:
        """The customers of the run."""
        return self.tables.table(self.connection, self.run_id, self.published_at)

    @property
    def has(self) -> Has:
        """What the data set has."""
        sells = self.ask(of_database(SELLS, run_id=self.run_id))
        return has_of(self.table)._replace(products=bool(sells["products"].iloc[0]))

    @property
    def segments(self) -> tuple[str, ...]:
        """The names of the segments in their order."""
        return self.table.words("segment")

    def of_customers(
        self,
        sql: str,
        filters: Filters = NO_FILTERS,
        *,
        columns: Mapping[str, str] | None = None,
        **parameters: Value,
    ) -> Statement:
        """Give a statement over the customers that the filters keep."""
        worth = worth_contacting(self) if filters.contact else None
        where = narrowed(self.table, filters, worth)
        return of_customers(sql, where=where, columns=columns, **parameters)

    def ask(self, statement: Statement) -> pd.DataFrame:
        """Run a statement, once per run; never change the frame that is given."""
        key = (self.run_id, self.dataset, self.published_at, statement)
        return cast(pd.DataFrame, self.results.get(key, lambda: self._asked(statement)))

    def stream(self, statement: Statement) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
        """Give the names of the columns and the rows one by one, however many they are."""
        if statement.over == "customers":
            return self.tables.stream(
                self.connection, self.run_id, self.published_at, statement
            )
        rows = self.connection.execute(
            sa.text(statement.sql),
            dict(statement.parameters),
            execution_options={"yield_per": TOGETHER},
        )
        return list(rows.keys()), map(tuple, rows)

    def _asked(self, statement: Statement) -> pd.DataFrame:
        if statement.over == "customers":
            return self.tables.ask(self.connection, self.run_id, self.published_at, statement)
        return read_frame(self.connection, statement.sql, **dict(statement.parameters))

    @property
    def key(self) -> Hashable:
        """What results hang on: this run (also after a database was made anew) and playbook."""
        return (self.run_id, self.dataset, self.published_at, self.playbook)


def here() -> Portal:
    """Give the portal that serves the current request."""
    return cast(Portal, current_app.extensions[EXTENSION])


@contextmanager
def published_run(search: str | None = None) -> Iterator[PublishedRun]:
    """Look at the published run of the data set that a URL's query names, or the newest one.

    Raises `NotPublished` where there is none.
    """
    with published_run_of(dataset_from(search)) as run:
        yield run


@contextmanager
def published_run_of(dataset: str | None) -> Iterator[PublishedRun]:
    """Look at the published run of a data set by its name, or the newest one."""
    with connected() as connection:
        yield chosen(published(connection), connection, dataset, here())


@contextmanager
def connected() -> Iterator[Connection]:
    """Read in one transaction; raises `NotPublished` where the database is not there yet."""
    portal = here()
    try:
        with reading(portal.engine) as connection:
            yield connection
    except DatabaseError as error:
        if not isinstance(error, NotPublished) and _is_bare(portal):
            raise NotPublished("Nothing has been published yet.") from error
        raise


def status_of(error: Exception) -> int:
    """Give the status of an answer: what is unknown is not found, what fails is unavailable."""
    return 404 if isinstance(error, NotPublished) else 503


def here_is_data() -> bool:
    """Tell whether any data set has a published run."""
    try:
        with connected() as connection:
            return bool(published(connection))
    except NotPublished:
        return False


class Memory(Protocol):
    """What a process keeps between two looks at a run: results, and mapped customers."""

    @property
    def results(self) -> Results:
        """Results by what was asked."""

    @property
    def tables(self) -> CustomerTables:
        """Tables of customers by run."""


class Remembered(NamedTuple):
    """The memory of a program that is no portal."""

    results: Results
    tables: CustomerTables


def memory(results: int) -> Remembered:
    """Begin a memory of so many results."""
    return Remembered(Results(results), CustomerTables())


def chosen(
    datasets: list[DataSet], connection: Connection, name: str | None, memory: Memory
) -> PublishedRun:
    """Pick the data set of that name, or the most recently published one."""
    if not datasets:
        raise NotPublished("Nothing has been published yet.")
    matching = [dataset for dataset in datasets if name in (None, dataset.name)]
    if not matching:
        raise NotPublished(f"There is no data set “{name}”.")
    dataset = matching[0]
    return PublishedRun(
        connection=connection,
        run_id=dataset.run_id,
        dataset=dataset.name,
        as_of=dataset.as_of,
        currency=dataset.currency,
        form=dataset.form,
        customers=dataset.customers,
        published_at=dataset.published_at,
        playbook=playbooks.newest(connection, dataset.name),
        results=memory.results,
        tables=memory.tables,
        is_quick=dataset.kind == QUICK,
    )


def _is_bare(portal: Portal) -> bool:
    """Tell whether the database has no file or no tables yet."""
    url = parse_url(portal.settings.db)
    if is_sqlite(portal.engine) and not sqlite_path(url).exists():
        return True
    try:
        return not sa.inspect(portal.engine).has_table("published")
    except sa.exc.SQLAlchemyError:
        return False
