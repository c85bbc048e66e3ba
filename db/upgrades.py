"""Bringing a database of an earlier version to the present schema, so that nothing is lost.

The first program that opens such a database to write migrates it in one transaction, after a
copy has been made beside an SQLite file; whatever fails in between leaves it as it was. Others
wait for that transaction. The version stands in `schema_version`, by which programs of every
version know what they have before them, and in Alembic's `alembic_version`; both are written
together.
"""

import datetime as dt
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError

from db import checksums
from db.copies import copy_database, free_name
from db.engine import (
    is_sqlite,
    open_reader,
    parse_url,
    place,
    reading,
    speaking,
    sqlite_path,
    unavailable,
)
from db.errors import DatabaseError, SchemaMismatch
from db.tables import METADATA
from db.views import QUERIES, views

SCHEMA_VERSION = 17
RELEASED = {3: "0.1"}
"""The versions of Clientele that wrote earlier schemas which can be upgraded, by schema."""

OURS = frozenset({"schema_version", "run_load"})
WAIT_SECONDS = 3_600
"""How long to wait for another process that upgrades, which copies the whole file first."""
ADVISORY_KEY = 0x636C6965_6E74656C
"""The lock of PostgreSQL that one upgrade holds; the bytes of “clientel”."""


class Upgraded(NamedTuple):
    """What an upgrade did: from which schema, and where the copy of before lies, if any."""

    schema: int
    copy: Path | None

    @property
    def sentence(self) -> str:
        """Say it to who started the program."""
        copy_clause = f"; as it was before it is kept in {self.copy}" if self.copy else ""
        return f"The database was upgraded from {version_name(self.schema)}{copy_clause}."


def version_name(schema: int) -> str:
    """Name the version that wrote a schema as people know it."""
    release = RELEASED.get(schema)
    return f"version {release}" if release else f"schema {schema}"


def schema_of(connection: Connection) -> int | None:
    """Tell the schema of a database that can be used or upgraded; `None`: it has none yet.

    Raises `SchemaMismatch` where the tables are another program's or another version's.
    """
    table_names = set(sa.inspect(connection).get_table_names())
    if table_names >= OURS:
        schema = connection.execute(sa.text("select version from schema_version")).scalar()
        if schema == SCHEMA_VERSION or schema in RELEASED:
            return int(schema)
        remedy = (
            "open it with that version, or "
            if isinstance(schema, int) and schema > SCHEMA_VERSION
            else ""
        )
        raise SchemaMismatch(
            f"The database was made by another version (schema {schema}, this one writes"
            f" {SCHEMA_VERSION}); {remedy}refresh into a new file with --db."
        )
    conflicting = table_names & {"schema_version", *METADATA.tables}
    if conflicting:
        raise SchemaMismatch(
            f"The database holds another program's table “{min(conflicting)}”;"
            " give a place of its own with --db."
        )
    return None


def is_there(url: str) -> bool:
    """Tell whether a database has tables of ours; nothing is made where it has none."""
    return _schema_at(url) is not None


def is_behind_at(url: str) -> bool:
    """Tell whether a database must be upgraded; it is only read for that."""
    return _schema_at(url) not in {None, SCHEMA_VERSION}


def is_behind(engine: Engine) -> bool:
    """Tell whether a database must be upgraded before this version can use it."""
    with reading(engine) as connection:
        return schema_of(connection) not in {None, SCHEMA_VERSION}


def refuse_behind(engine: Engine) -> None:
    """Refuse a database that must be upgraded first, for programs that only read.

    Raises `SchemaMismatch`.
    """
    with reading(engine) as connection:
        schema = schema_of(connection)
    if schema not in {None, SCHEMA_VERSION}:
        raise SchemaMismatch(
            f"The database is of {version_name(int(schema or 0))} and must be upgraded first:"
            " start scripts/serve.py without --no-migrate, or refresh a data set."
        )


def upgrade(engine: Engine) -> Upgraded | None:
    """Bring a database to the present schema; `None` where there was nothing to do.

    Raises
    ------
    SchemaMismatch
        If the database is another program's or of a version that can't be upgraded, or if a
        migration failed: the database is then as it was.
    """
    if not is_behind(engine):
        return None
    with speaking(engine), engine.connect() as connection:
        if is_sqlite(engine):
            _wait_long_and_leave_keys_alone(connection)
        with connection.begin():
            done = _upgraded(engine, connection)
    return done


def begin(connection: Connection) -> None:
    """Write down the version of a database that is about to get its first tables."""
    connection.execute(sa.text("create table schema_version (version integer not null)"))
    connection.execute(
        sa.text("insert into schema_version values (:version)"), {"version": SCHEMA_VERSION}
    )
    _tell_alembic(connection, SCHEMA_VERSION)


def revision(schema: int) -> str:
    """Name a schema as Alembic knows it."""
    return f"{schema:04}"


def customers_shown(url: str) -> int:
    """Add up the customers of the runs that are shown, which tells how long a check takes."""
    engine = open_reader(url)
    query = "select sum(customers) from run join published using (run_id)"
    try:
        with reading(engine) as connection:
            return int(connection.execute(sa.text(query)).scalar() or 0)
    finally:
        engine.dispose()


def _schema_at(url: str) -> int | None:
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite" and not sqlite_path(parsed).exists():
        return None
    engine = open_reader(url)
    try:
        with reading(engine) as connection:
            return schema_of(connection)
    finally:
        engine.dispose()


def _upgraded(engine: Engine, connection: Connection) -> Upgraded | None:
    """Upgrade within the transaction that locks, unless another process just did."""
    if not is_sqlite(engine):
        connection.execute(sa.text("select pg_advisory_xact_lock(:key)"), {"key": ADVISORY_KEY})
    schema = schema_of(connection)
    if schema is None or schema == SCHEMA_VERSION:
        return None
    copy = _copy_of_before(engine, schema) if is_sqlite(engine) else None
    try:
        if is_sqlite(engine):
            _take_views_away(connection)
        _migrate(connection, schema)
        checksums.seal_missing(connection)
        if is_sqlite(engine):
            _check_keys(connection)
    except Exception as error:
        if copy is not None:  # the database is as it was: nobody needs a copy of it
            copy.unlink(missing_ok=True)
        raise SchemaMismatch(_failed(engine, schema, error)) from error
    return Upgraded(schema, copy)


def _wait_long_and_leave_keys_alone(connection: Connection) -> None:
    """Settle what can't be settled within a transaction, before it begins."""
    driver = connection.connection.driver_connection
    if driver is not None:
        driver.execute(f"PRAGMA busy_timeout={WAIT_SECONDS * 1000}")
        driver.execute("PRAGMA foreign_keys=OFF")


def _copy_of_before(engine: Engine, schema: int) -> Path:
    path = sqlite_path(engine.url).resolve()
    version = version_name(schema).replace(" ", "-")
    moment = dt.datetime.now(dt.UTC)
    return copy_database(path, free_name(path.parent, f"{path.stem}-{version}", moment))


def _take_views_away(connection: Connection) -> None:
    for view in views():
        if view.name not in QUERIES:
            connection.execute(sa.text(f'drop view if exists "{view.name}"'))


def _migrate(connection: Connection, schema: int) -> None:
    """Run every migration from a schema on, and write down where it led."""
    from alembic import command  # noqa: PLC0415 - a fifth of a second, and seldom needed
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    scripts = str(Path(__file__).parent / "migrations")
    config.set_main_option("script_location", scripts.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    if not sa.inspect(connection).has_table("alembic_version"):
        _tell_alembic(connection, schema)
    command.upgrade(config, revision(SCHEMA_VERSION))
    connection.execute(
        sa.text("update schema_version set version = :version"), {"version": SCHEMA_VERSION}
    )


def _tell_alembic(connection: Connection, schema: int) -> None:
    """Make the table by which Alembic knows where to begin."""
    connection.execute(
        sa.text(
            "create table alembic_version (version_num varchar(32) not null,"
            " constraint alembic_version_pkc primary key (version_num))"
        )
    )
    connection.execute(
        sa.text("insert into alembic_version values (:revision)"),
        {"revision": revision(schema)},
    )


def _check_keys(connection: Connection) -> None:
    lost = connection.exec_driver_sql("pragma foreign_key_check").first()
    if lost is not None:
        raise SchemaMismatch(
            f"A row of {lost[0]} would name one of {lost[2]} that is not there."
        )


def _failed(engine: Engine, schema: int, error: Exception) -> str:
    if isinstance(error, DBAPIError):
        error = unavailable(engine, error.orig or error)
    reason = str(error).strip().rstrip(".") or type(error).__name__
    if not isinstance(error, DatabaseError):
        reason = f"{type(error).__name__}: {reason}"
    return (
        f"The database {place(engine)} can't be upgraded from {version_name(schema)}: {reason}."
        " It is as it was; open it with that version, or give another with --db."
    )
