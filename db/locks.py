"""One refresh per data set at a time: a lock of the kernel or the server, gone with its holder.

On SQLite it is a byte range of the database file itself, far beyond its end, held by an *open
file description* lock: it hangs on the file and not on a name or a folder, nothing is left on
the disk, and deleting files loses nothing. Plain POSIX locks would be dropped whenever SQLite
closes the file in the same process. On PostgreSQL it is an advisory lock of a session of its
own. `docs/decisions/0011-locks-of-the-kernel.md` has the reasons.
"""

import errno
import hashlib
import os
import re
import struct
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import sqlalchemy as sa
from filelock import FileLock, Timeout
from sqlalchemy.engine import Engine
from sqlalchemy.pool import NullPool

from db.engine import database_file, is_sqlite, speaking
from db.errors import DatabaseUnavailable, DatasetLocked
from db.private import cache_folder, is_private

FIRST_BYTE = 1 << 61
"""Where the range of locks begins; SQLite's own end at 2³⁰ and no file reaches so far."""
PAUSE_SECONDS = 0.05

_files: dict[tuple[int, int], int] = {}
"""Open files by device and number. They stay open as long as the process: closing one drops
every lock that SQLite holds on the same file in this process."""
_held: set[tuple[int, int, int]] = set()
"""Ranges that a thread of this process holds, which the kernel would grant it once more."""
_guard = threading.Lock()


@contextmanager
def refreshing(engine: Engine, dataset: str) -> Iterator[None]:
    """Hold the lock of a data set, or raise `DatasetLocked` where another process has it."""
    with ExitStack() as stack:
        if is_sqlite(engine):
            is_locked = stack.enter_context(_of_file(database_file(engine), dataset))
        else:
            is_locked = stack.enter_context(_of_server(engine, dataset))
        if not is_locked:
            raise DatasetLocked(f"Another refresh of “{dataset}” is running.")
        yield


def sweep_lock_files(engine: Engine) -> None:
    """Remove the lock files that earlier versions left beside an SQLite file."""
    if not is_sqlite(engine):
        return
    database = database_file(engine)
    ours = re.compile(re.escape(database.name) + r"\.([0-9a-f]{16}|customers-\d+\.arrow)\.lock")
    for file in database.parent.glob("*.lock"):
        if ours.fullmatch(file.name):
            with suppress(OSError):
                file.unlink()


@contextmanager
def waited_for(database: Path, name: str, seconds: float) -> Iterator[bool]:
    """Wait for a lock of a database file; tell whether it came in time.

    Raises `DatabaseUnavailable` where the file can't be opened to be locked.
    """
    until = time.monotonic() + seconds
    while True:
        with _of_file(database, name) as is_locked:
            if is_locked or time.monotonic() > until:
                yield is_locked
                return
        time.sleep(PAUSE_SECONDS)


@contextmanager
def _of_file(database: Path, name: str) -> Iterator[bool]:
    """Try to lock a name within a database file; tell whether it is held now."""
    if not _has_open_file_locks():
        with _of_cache(database, name) as is_locked:
            yield is_locked
        return
    byte = FIRST_BYTE + _number(name) % (1 << 60)
    key = _locked(database, byte)
    try:
        yield key is not None
    finally:
        if key is not None:
            with _guard:
                if key in _held:  # not so in a fork, which holds nothing of its parent's
                    _set_lock(_files[key[:2]], byte, is_wanted=False)
                    _held.discard(key)


def _locked(database: Path, byte: int) -> tuple[int, int, int] | None:
    """Lock one byte of the file that stands there; None where another holds it."""
    with _guard:
        try:
            while True:
                handle, identity = _opened(database)
                key = (*identity, byte)
                if key in _held or not _set_lock(handle, byte, is_wanted=True):
                    return None
                if _identity(os.stat(database)) == identity:
                    _held.add(key)
                    return key
                _set_lock(handle, byte, is_wanted=False)  # replaced in this very moment
        except FileNotFoundError as error:
            raise DatabaseUnavailable(
                f"There is no database {database}; give another place with --db, or refresh it"
                " first."
            ) from error
        except OSError as error:
            raise DatabaseUnavailable(
                f"The database {database} can't be locked ({error.strerror}); make the file"
                " and its folder writable, or give another place with --db."
            ) from error


def _opened(database: Path) -> tuple[int, tuple[int, int]]:
    """Open a file once for as long as the process lives."""
    _forget_in_forks()
    identity = _identity(os.stat(database))
    if identity in _files:
        return _files[identity], identity
    _close_deleted()
    handle = os.open(database, os.O_RDWR | os.O_CLOEXEC)
    identity = _identity(os.fstat(handle))
    if identity in _files:  # it came between looking and opening
        return _files[identity], identity
    _files[identity] = handle
    return handle, identity


def _close_deleted() -> None:
    """Let go of files that have no name any more, whose locks nobody can ask for."""
    for identity, handle in list(_files.items()):
        if not os.fstat(handle).st_nlink and all(key[:2] != identity for key in _held):
            os.close(_files.pop(identity))


def _set_lock(handle: int, byte: int, *, is_wanted: bool) -> bool:
    """Take or give back one byte; tell whether the kernel granted it."""
    import fcntl  # noqa: PLC0415 - not on Windows

    kind = fcntl.F_WRLCK if is_wanted else fcntl.F_UNLCK
    try:
        fcntl.fcntl(handle, fcntl.F_OFD_SETLK, _flock(kind, byte))
    except OSError as error:
        if error.errno in {errno.EAGAIN, errno.EACCES}:
            return False
        raise
    return True


def _flock(kind: int, byte: int) -> bytes:
    """Pack `struct flock`: one byte from the beginning of the file, of no process."""
    if sys.platform == "darwin":
        return struct.pack("@qqihh", byte, 1, 0, kind, os.SEEK_SET)
    return struct.pack("@hhqqi4x", kind, os.SEEK_SET, byte, 1, 0)


def _has_open_file_locks() -> bool:
    try:
        import fcntl  # noqa: PLC0415 - not on Windows
    except ImportError:
        return False
    return hasattr(fcntl, "F_OFD_SETLK") and sys.maxsize > 1 << 32


def _forget_in_forks() -> None:
    """Have forks close what they inherit, once: a fork would share its parent's locks."""
    if not _forget_in_forks.__dict__.setdefault("is_done", False):
        os.register_at_fork(after_in_child=_forget)
        _forget_in_forks.__dict__["is_done"] = True


def _forget() -> None:
    global _guard  # noqa: PLW0603 - a thread of the parent may have held it
    _guard = threading.Lock()
    for handle in _files.values():
        os.close(handle)
    _files.clear()
    _held.clear()


@contextmanager
def _of_cache(database: Path, name: str) -> Iterator[bool]:
    """Lock on a system without such locks: a file of this user's, found by the database's."""
    folder = cache_folder()
    try:
        device, number = _identity(os.stat(database))
        if not is_private(folder):
            raise OSError(errno.EACCES, f"{folder} is not yours alone")
        lock = FileLock(folder / f"{device}-{number}-{_number(name):x}.lock")
        lock.acquire(timeout=0)
    except Timeout:
        yield False
        return
    except OSError as error:
        raise DatabaseUnavailable(
            f"The database {database} can't be locked ({error.strerror}); make {folder}"
            " writable for you alone."
        ) from error
    try:
        yield True
    finally:
        lock.release()


@contextmanager
def _of_server(engine: Engine, name: str) -> Iterator[bool]:
    """Try to take an advisory lock in a session of its own, which ends when this process does.

    Advisory locks are each database's own; the session is idle, not within a transaction.
    """
    holder = sa.create_engine(
        engine.url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=KEPT_ALIVE
    )
    key = _number(f"clientele {name}") - (1 << 63)
    with speaking(engine), holder.connect() as connection:
        is_locked = connection.exec_driver_sql(
            f"select pg_try_advisory_lock({key})"
        ).scalar_one()
        yield bool(is_locked)


KEPT_ALIVE = {
    "application_name": "clientele: lock of a data set",
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
}


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def _number(name: str) -> int:
    """Give 64 bits of a name."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")
