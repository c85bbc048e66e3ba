"""The published run that a request looks at: one read transaction, one data set, one run."""

import datetime as dt
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Concatenate, NamedTuple, ParamSpec, TypeVar, cast

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.engine import Connection, Engine

from db.engine import is_sqlite, parse_url, reading, sqlite_path
from db.errors import DatabaseError, NotPublished
from db.workspace import playbooks
from portal.reading.datasets import DataSet, published
from portal.reading.filters import dataset_from
from portal.reading.results import Results
from portal.reading.workspace import Workspace
from portal.settings import Settings

EXTENSION = "clientele"
ORDER_LINES = "order-lines"

Asked = ParamSpec("Asked")
Result = TypeVar("Result")


class Portal(NamedTuple):
    """What a served portal is made of; it hangs on the Flask application."""

    engine: Engine
    settings: Settings
    results: Results
    workspace: Workspace


class Snapshot(NamedTuple):
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

    @property
    def key(self) -> Hashable:
        """What results hang on: this run (also after a database was made anew) and playbook."""
        return (self.run_id, self.dataset, self.published_at, self.playbook)


def here() -> Portal:
    """Give the portal that serves the current request."""
    return cast(Portal, current_app.extensions[EXTENSION])


@contextmanager
def snapshot(search: str | None = None) -> Iterator[Snapshot]:
    """Look at the published run of the data set that a URL's query names, or the newest one.

    Raises `NotPublished` where there is none.
    """
    with snapshot_of(dataset_from(search)) as at:
        yield at


@contextmanager
def snapshot_of(dataset: str | None) -> Iterator[Snapshot]:
    """Look at the published run of a data set by its name, or the newest one."""
    with connected() as connection:
        yield chosen(published(connection), connection, dataset, here().results)


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


def here_is_data() -> bool:
    """Tell whether any data set has a published run."""
    try:
        with connected() as connection:
            return bool(published(connection))
    except NotPublished:
        return False


def chosen(
    there: list[DataSet], connection: Connection, name: str | None, results: Results
) -> Snapshot:
    """Pick the data set of that name, or the most recently published one."""
    if not there:
        raise NotPublished("Nothing has been published yet.")
    found = [each for each in there if name in (None, each.name)]
    if not found:
        raise NotPublished(f"There is no data set “{name}”.")
    one = found[0]
    return Snapshot(
        connection=connection,
        run_id=one.run_id,
        dataset=one.name,
        as_of=one.as_of,
        currency=one.currency,
        form=one.form,
        customers=one.customers,
        published_at=one.published_at,
        playbook=playbooks.newest(connection, one.name),
        results=results,
    )


def remember(
    at: Snapshot,
    compute: Callable[Concatenate[Snapshot, Asked], Result],
    *arguments: Asked.args,
    **named: Asked.kwargs,
) -> Result:
    """Compute `compute(at, …)` once per run, playbook and arguments; never change the result.

    `compute` is a function with a name (no lambda, no closure), its arguments are hashable.
    """
    function = f"{compute.__module__}.{compute.__qualname__}"
    key = (at.key, function, arguments, tuple(sorted(named.items())))
    return cast(Result, at.results.get(key, lambda: compute(at, *arguments, **named)))


def _is_bare(portal: Portal) -> bool:
    """Tell whether the database has no file or no tables yet."""
    url = parse_url(portal.settings.db)
    if is_sqlite(portal.engine) and not sqlite_path(url).exists():
        return True
    try:
        return not sa.inspect(portal.engine).has_table("published")
    except sa.exc.SQLAlchemyError:
        return False
