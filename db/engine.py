"""Opening a database: the pipeline's connection that writes, the portal's that can't."""

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, Protocol, cast

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import NullPool, QueuePool

from db.errors import DatabaseUnavailable
from db.secrets import hide_of, shown

DEFAULT_URL = "sqlite:///data/portal.db"
BUSY_SECONDS = 20
"""How long to wait for another program's lock; read whenever a connection is opened."""

READER_SECONDS = 600
"""How long a transaction of the portal may read; what stalls longer is closed, for it keeps the
log of an SQLite file from being emptied and views of PostgreSQL from being replaced."""

PAGE_BYTES = 16_384
"""Size of a page of a new SQLite file; in pages of 4,096 bulk writes cost a fifth more."""

LOG_KEPT_BYTES = 64 << 20
"""What SQLite's log is cut to once it was emptied."""
LOG_LIMIT_BYTES = 2 << 30
"""Size of the log from which on no refresh begins that can't empty it."""

BACKENDS = frozenset({"sqlite", "postgresql"})
READING = {"clientele_reading": True}
OWNER = "clientele_owner"
"""Name of the engine's option that says for which run it reads and writes."""


class Owner(Protocol):
    """The right to write one run; `db.ownership` has the one that there is."""

    def before(self) -> None:
        """Look at the file, before it is opened."""

    def check(self, ask: Callable[[str], int | None]) -> None:
        """Insist within a transaction that the run is still the owner's."""

    def count(self, ask: Callable[[str], int | None]) -> None:
        """Insist on it and count a write."""

    def written(self) -> None:
        """Remember that what was counted is committed."""


def parse_url(url: str) -> URL:
    """Read a database URL, or say what is wrong with it."""
    remedy = (
        "write it like sqlite:///data/portal.db or postgresql+psycopg://user:password@host/name"
    )
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
        if backend in BACKENDS:
            parsed.get_dialect().import_dbapi()
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise DatabaseUnavailable(f"The database URL can't be read; {remedy}.") from error
    except ImportError as error:
        raise DatabaseUnavailable(
            f"The driver of the database URL is not installed ({parsed.drivername});"
            " install it, for PostgreSQL with pip install 'clientele[postgres]'."
        ) from error
    if backend not in BACKENDS:
        raise DatabaseUnavailable(
            f"The database must be SQLite or PostgreSQL, not {backend}; {remedy}."
        )
    if parsed.get_backend_name() == "sqlite" and parsed.database in {None, "", ":memory:"}:
        raise DatabaseUnavailable(
            "A database in memory is gone with the process; give a file, like sqlite:///data/portal.db."
        )
    return parsed


def is_sqlite(engine: Engine) -> bool:
    """Tell whether the engine speaks to an SQLite file."""
    return engine.dialect.name == "sqlite"


def sqlite_path(url: URL) -> Path:
    """Give the file of an SQLite URL."""
    return Path(str(url.database))


def database_file(engine: Engine) -> Path:
    """Give the file of an SQLite engine; that of a reader is known to its connections only."""
    if engine.url.database:
        return sqlite_path(engine.url).resolve()
    with reading(engine) as connection:
        rows = connection.exec_driver_sql("pragma database_list").all()
    return Path(next(row[2] for row in rows if row[1] == "main")).resolve()


def open_writer(url: str) -> Engine:
    """Open a database for the pipeline, making its file and folder where they are missing.

    Connections are closed as soon as they are given back: bulk writes open the file through a
    second copy of the SQLite library, and two copies in one process must never hold it at once
    (closing one drops the other's locks).
    """
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        path = sqlite_path(parsed)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DatabaseUnavailable(
                f"The folder of the database {path} can't be made ({error.strerror});"
                " give another place with --db."
            ) from error
    engine = sa.create_engine(parsed, poolclass=NullPool)
    if is_sqlite(engine):
        make_private = partial(_make_private, path)
        sa.event.listen(engine, "do_connect", make_private, once=True)  # not where it went
        sa.event.listen(engine, "connect", _prepare_sqlite_writer)
        sa.event.listen(engine, "begin", _begin_immediate_to_write)
    else:
        sa.event.listen(engine, "connect", _plain_numbers)
        sa.event.listen(engine, "begin", _begin_at_one_moment_to_read)
    return engine


def open_reader(url: str) -> Engine:
    """Open a database so that nothing can be written through it."""
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        path = sqlite_path(parsed).absolute()
        engine = sa.create_engine(
            "sqlite://",
            creator=lambda: sqlite3.connect(
                f"{path.as_uri()}?mode=ro",
                uri=True,
                timeout=BUSY_SECONDS,
                check_same_thread=False,
            ),
            poolclass=QueuePool,
            pool_size=8,
            max_overflow=24,
        )
        sa.event.listen(engine, "connect", _prepare_sqlite_reader)
        sa.event.listen(engine, "begin", _begin)
        _follow(engine, path)
        _close_stalled(engine)
        return engine
    engine = sa.create_engine(parsed, pool_pre_ping=True, max_overflow=24)
    sa.event.listen(engine, "connect", _plain_numbers)
    sa.event.listen(engine, "connect", _end_when_idle)
    sa.event.listen(engine, "begin", _begin_read_only)
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Run one short write transaction; whatever fails inside is undone.

    An engine that is a run's own writes only as long as the run is its owner's: see `owned` in
    `db.ownership`, which raises `RunLost`.
    """
    owner = owner_of(engine)
    if owner is not None:
        owner.before()
    with speaking(engine), engine.begin() as connection:
        if owner is not None:
            owner.count(_asking(connection))
        yield connection
    if owner is not None:
        owner.written()


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Read within one transaction, so that everything read is of one moment."""
    owner = owner_of(engine)
    if owner is not None:
        owner.before()
    with (
        speaking(engine),
        engine.connect().execution_options(**READING) as connection,
        connection.begin(),
    ):
        if owner is not None:
            owner.check(_asking(connection))
        yield connection


def owner_of(engine: Engine) -> Owner | None:
    """Give for which run an engine reads and writes, if it is for one."""
    return cast(Owner | None, engine.get_execution_options().get(OWNER))


def _asking(connection: Connection) -> Callable[[str], int | None]:
    def ask(statement: str) -> int | None:
        result = connection.exec_driver_sql(statement)
        answer = result.scalar_one() if result.returns_rows else None
        return None if answer is None else int(answer)

    return ask


_bulk_begins = threading.Lock()
_at_bulk: list[None] = []


@contextmanager
def at_bulk() -> Iterator[None]:
    """Say that a file is open through the other copy of the SQLite library for a while."""
    with _bulk_begins:
        _at_bulk.append(None)
    try:
        yield
    finally:
        _at_bulk.pop()


@contextmanager
def bulk_rests() -> Iterator[bool]:
    """Keep bulk work from beginning, unless it has: gives whether a thread may open a file.

    Two copies of the library in one process must never hold a file at once.
    """
    is_free = _bulk_begins.acquire(blocking=False)
    try:
        yield is_free and not _at_bulk
    finally:
        if is_free:
            _bulk_begins.release()


@contextmanager
def speaking(engine: Engine) -> Iterator[None]:
    """Turn what a driver raises into one sentence about this database."""
    try:
        yield
    except DBAPIError as error:
        raise unavailable(engine, error.orig or error) from error


def unavailable(engine: Engine, cause: BaseException) -> DatabaseUnavailable:
    """Say why a database could not be used and what to do."""
    reason = str(cause).strip().splitlines()[0] if str(cause).strip() else type(cause).__name__
    return DatabaseUnavailable(
        f"The database {place(engine)} failed: {hide_of(reason, engine.url)};"
        f" {_remedy(reason)}."
    )


def busy_timeout() -> str:
    """Give the statement that makes SQLite wait for another program's lock."""
    return f"PRAGMA busy_timeout={round(BUSY_SECONDS * 1000)}"


def place(engine: Engine) -> str:
    """Name a database without its password, wherever that stands."""
    return shown(engine.url)


def _remedy(reason: str) -> str:
    lowered = reason.lower()
    remedies = {
        "lock timeout": "end the programs that read it for so long, then run the command again",
        "locked": "wait until the other program has let go of it, then run the command again",
        "readonly": "make the file and its folder writable, or give another place with --db",
        "read-only": "make the file and its folder writable, or give another place with --db",
        "unable to open": "make its folder writable, or give another place with --db",
        "full": "free some space on that disk, then run the command again",
        "disk i/o": "check the disk and its free space, then run the command again",
        "not a database": "give another place with --db; this file is something else",
        "malformed": "restore the file from a copy, or give another place with --db",
    }
    for sign, remedy in remedies.items():
        if sign in lowered:
            return remedy
    return "check that it is running and that the URL is right, then run the command again"


def _make_private(path: Path, *_how: Any) -> None:
    """Make a new database for its owner alone; SQLite gives its other files the same mode."""
    with suppress(OSError):  # SQLite says better why it can't be made
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _prepare_sqlite_writer(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in (
        busy_timeout(),
        f"PRAGMA page_size={PAGE_BYTES}",
        "PRAGMA journal_mode=WAL",
        f"PRAGMA journal_size_limit={LOG_KEPT_BYTES}",
        "PRAGMA synchronous=NORMAL",
        "PRAGMA foreign_keys=ON",
    ):
        connection.execute(pragma)


def _prepare_sqlite_reader(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    connection.execute(busy_timeout())
    connection.execute("PRAGMA query_only=ON")
    connection.execute("PRAGMA cache_size=-32000")


def _plain_numbers(connection: Any, _record: Any) -> None:
    """Read PostgreSQL's sums of whole numbers as SQLite gives them, not as decimals."""
    from psycopg.adapt import Loader  # noqa: PLC0415 - installed with the extra alone

    class Plain(Loader):
        def load(self, data: Any) -> int | float:
            text = bytes(data).decode()
            return int(text) if text.lstrip("-").isdigit() else float(text)

    connection.adapters.register_loader("numeric", Plain)


def _end_when_idle(connection: Any, _record: Any) -> None:
    """Have the server end a session that idles within a transaction for too long."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET idle_in_transaction_session_timeout = {READER_SECONDS * 1000}")
    connection.commit()


def _follow(engine: Engine, path: Path) -> None:
    """Open connections anew once another file stands in the database's place.

    A connection keeps the file that it opened: it would show for ever what was there before
    somebody put a copy back.
    """

    def remember(_connection: Any, record: Any) -> None:
        record.info["file"] = identity(path)

    def compare(_connection: Any, record: Any, _proxy: Any) -> None:
        if record.info["file"] != identity(path):
            raise sa.exc.DisconnectionError("Another file stands there now.")

    sa.event.listen(engine, "connect", remember)
    sa.event.listen(engine, "checkout", compare)


def _close_stalled(engine: Engine) -> None:
    """Close, whenever a connection is asked for, those in use for longer than is sound."""
    in_use: dict[int, tuple[float, sqlite3.Connection]] = {}
    guard = threading.Lock()

    def note(connection: sqlite3.Connection, record: Any, _proxy: Any) -> None:
        now = time.monotonic()
        with guard:
            for key, (since, stalled) in list(in_use.items()):
                if now - since > READER_SECONDS:
                    del in_use[key]
                    with suppress(sqlite3.Error):  # closed meanwhile
                        stalled.interrupt()
                        stalled.close()
            in_use[id(record)] = now, connection

    def forget(_connection: Any, record: Any) -> None:
        with guard:
            in_use.pop(id(record), None)

    sa.event.listen(engine, "checkout", note)
    sa.event.listen(engine, "checkin", forget)


def empty_log(engine: Engine) -> None:
    """Empty the log of an SQLite file; raises where readers keep it and it is large already."""
    if not is_sqlite(engine):
        return
    path = database_file(engine)
    log = path.with_name(f"{path.name}-wal")
    try:
        with closing(engine.raw_connection()) as connection:  # outside of any transaction
            cursor = connection.cursor()
            cursor.execute("PRAGMA busy_timeout=1000")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            cursor.close()
    except (DBAPIError, sqlite3.Error) as error:
        raise unavailable(engine, error) from error
    size = log.stat().st_size if log.exists() else 0
    if size > LOG_LIMIT_BYTES:
        raise DatabaseUnavailable(
            f"The log {log} has grown to {size >> 20:,} MiB, as a program has been reading the"
            " database without a pause; end that program, then run the command again."
        )


def identity(path: Path) -> tuple[int, int] | None:
    """Tell the file at a place from any other that stands there later; None for none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _begin_immediate_to_write(connection: Connection) -> None:
    """Take the write lock at once, but for a transaction that only reads."""
    reads = READING.items() <= connection.get_execution_options().items()
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _begin_read_only(connection: Connection) -> None:
    connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def _begin_at_one_moment_to_read(connection: Connection) -> None:
    if READING.items() <= connection.get_execution_options().items():
        _begin_read_only(connection)
