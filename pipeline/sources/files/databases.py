"""Tables of database servers, by SQLAlchemy URL."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from pipeline.base.errors import EnvironmentProblem, SourceError, TableName
from pipeline.sources.files.limits import ReadLimits, check_columns
from pipeline.sources.files.sqlite import check_tables, no_such_table, which_table
from pipeline.sources.fitting import Wanted
from pipeline.sources.parts import ForeignKey, Part
from pipeline.sources.reading import DEFAULT_LIMITS, read_every

BATCH = 50_000


def is_url(source: str) -> bool:
    """Say whether an argument is a database's URL rather than a path.

    >>> is_url("postgresql+psycopg://me@db/shop"), is_url("C:/orders.csv"), is_url("orders.csv")
    (True, False, False)
    """
    return re.match(r"[A-Za-z][\w+]+://", source) is not None


def read_url(
    url: str,
    *,
    names: Sequence[str] = (),
    limits: ReadLimits = DEFAULT_LIMITS,
    is_wanted: Wanted | None = None,
) -> Iterator[Part]:
    """Read every table of a database with its foreign keys; no error says the password.

    Parameters
    ----------
    url : a SQLAlchemy URL; SQLite files are opened for reading only.
    names : only these tables or views, `schema.table` where one lies in another schema than
        the default one.
    limits, is_wanted : as `read_every` has them.

    Raises
    ------
    SourceError
        If the URL, its driver or a table is not there, or there are too many tables.
    EnvironmentProblem
        If the database doesn't answer.
    """
    path = sqlite_path(url)
    if path is not None:
        yield from read_every(path, names=names, limits=limits, is_wanted=is_wanted)
        return
    engine = _engine(_parsed(url))
    file = _shown(engine.url)
    try:
        inspector = sa.inspect(engine)
        chosen = list(names) or inspector.get_table_names()
        if not names:
            check_tables(chosen, file=file)
        for name in chosen:
            part = read_table(engine, table=name, limits=limits)
            yield part._replace(keys=_foreign_keys(inspector, name))
    except SQLAlchemyError as error:
        raise EnvironmentProblem(f"{file}: {_said(error, engine.url)}.") from error
    finally:
        engine.dispose()


def sqlite_path(url: str) -> Path | None:
    """Give the file of a SQLite URL, None for other databases."""
    parsed = _parsed(url)
    if parsed.get_backend_name() != "sqlite":
        return None
    if not parsed.database or parsed.database == ":memory:":
        raise SourceError("names no file", remedy="write sqlite:///PATH", file=_shown(parsed))
    return Path(parsed.database)


def _engine(parsed: sa.URL) -> sa.Engine:
    try:
        return sa.create_engine(parsed)
    except (ImportError, NoSuchModuleError) as error:
        raise SourceError(
            f"needs a driver that isn't installed ({parsed.drivername})",
            remedy="install it, for PostgreSQL with pip install 'clientele[postgres]'",
            file=_shown(parsed),
        ) from error


def _foreign_keys(inspector: sa.Inspector, table: str) -> tuple[ForeignKey, ...]:
    schema, _, bare = table.rpartition(".")
    if bare in inspector.get_view_names(schema or None):
        return ()
    return tuple(
        ForeignKey(
            tuple(key["constrained_columns"]),
            str(key["referred_table"]),
            tuple(key["referred_columns"]),
        )
        for key in inspector.get_foreign_keys(bare, schema or None)
    )


def read_table(
    engine: sa.Engine, *, table: str | None, limits: ReadLimits, is_wanted: Wanted | None = None
) -> Part:
    """Read one table through an engine, in batches."""
    file = _shown(engine.url)
    try:
        with engine.connect().execution_options(stream_results=True) as connection:
            name, names = _chosen(sa.inspect(connection), file, table, is_wanted)
            check_columns(len(names), limits, file=file, sheet=TableName(name))
            schema, _, bare = name.rpartition(".")
            source = sa.table(bare, *map(sa.column, names), schema=schema or None)
            result = connection.execute(sa.select(source)).yield_per(BATCH)
            batches = [list(zip(*rows, strict=True)) for rows in result.partitions()]
    except SQLAlchemyError as error:
        raise EnvironmentProblem(f"{file}: {_said(error, engine.url)}.") from error
    columns = [_column([batch[i] for batch in batches]) for i in range(len(names))]
    return Part(file, TableName(name), pa.Table.from_arrays(columns, names=names))


def _chosen(
    inspector: sa.Inspector, file: str, table: str | None, is_wanted: Wanted | None
) -> tuple[str, list[str]]:
    if table is not None:
        schema, _, bare = table.rpartition(".")
        tables_and_views = [
            *inspector.get_table_names(schema or None),
            *inspector.get_view_names(schema or None),
        ]
        if bare not in tables_and_views:
            raise no_such_table(file, table, inspector.get_table_names())
        return table, _names(inspector, bare, schema or None)
    tables = inspector.get_table_names()
    fits = tables
    if len(tables) != 1:
        fits = [
            name for name in tables if is_wanted and is_wanted(_names(inspector, name, None))
        ]
    if len(fits) != 1:
        raise which_table(file, tables)
    return fits[0], _names(inspector, fits[0], None)


def _names(inspector: sa.Inspector, table: str, schema: str | None) -> list[str]:
    return [str(column["name"]) for column in inspector.get_columns(table, schema)]


def _column(batches: list[Sequence[Any]]) -> pa.ChunkedArray:
    """Give a column one type, text where its values have several."""
    try:
        chunks = [pa.array(batch) for batch in batches]
        kinds = {chunk.type for chunk in chunks if not pa.types.is_null(chunk.type)}
        if len(kinds) <= 1:
            kind = kinds.pop() if kinds else pa.string()
            return pa.chunked_array([chunk.cast(kind) for chunk in chunks], kind)
    except (pa.ArrowException, OverflowError):
        pass
    texts = [[None if v is None else str(v) for v in batch] for batch in batches]
    return pa.chunked_array([pa.array(text, pa.string()) for text in texts], pa.string())


def _parsed(url: str) -> sa.URL:
    try:
        return sa.make_url(url)
    except (ArgumentError, ValueError) as error:
        raise SourceError(
            "the URL can't be read", remedy="write driver://user:password@host/database"
        ) from error


def _shown(url: sa.URL) -> str:
    host = url.host and url.host.rpartition("@")[2]  # before it: a password not written as %40
    return url.set(query={}, host=host).render_as_string(hide_password=True)


def _said(error: SQLAlchemyError, url: sa.URL) -> str:
    cause = error.orig if isinstance(error, DBAPIError) else error
    line = str(cause).strip().split("\n")[0].rstrip(".")
    secrets = [str(url.password or ""), (url.host or "").rpartition("@")[0]]
    for value in url.query.values():
        secrets += [value] if isinstance(value, str) else value
    for secret in filter(None, secrets):
        line = line.replace(secret, "***")
    return line
