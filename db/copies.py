"""Copies of an SQLite database: made while others use it, kept by number, put back whole."""

import datetime as dt
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from db.engine import BUSY_SECONDS
from db.errors import DatabaseUnavailable

PRIVATE = 0o600
"""A copy is its owner's alone: it holds all that is known of the customers."""
BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite writes beside a database, by the end of its name."""
PAGES_AT_ONCE = -1
"""All of a database in one step: between steps another's write would begin the copy anew."""


def free_name(folder: Path, begin: str, moment: dt.datetime) -> Path:
    """Give a name for a copy made at a moment that no file of the folder has yet."""
    stamped = f"{begin}-{moment:%Y%m%d-%H%M%S}"
    path, number = folder / f"{stamped}.db", 1
    while path.exists():
        number += 1
        path = folder / f"{stamped}-{number}.db"
    return path


def copy_database(path: Path, to: Path) -> Path:
    """Copy a database as it is at this moment into one new file that needs no other beside it.

    Raises `DatabaseUnavailable`, with nothing left of the copy, where it can't be made.
    """
    try:
        os.close(os.open(to, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE))
    except OSError as error:
        raise DatabaseUnavailable(
            f"The copy {to} can't be made ({error.strerror}); make its folder writable."
        ) from error
    try:
        with closing(opened(path)) as source, closing(sqlite3.connect(to)) as target:
            source.backup(target, pages=PAGES_AT_ONCE)
            target.execute("PRAGMA journal_mode=DELETE")  # a WAL database wants files beside it
        _force_to_disk(to)
    except (sqlite3.Error, OSError) as error:
        with suppress(OSError):
            to.unlink()
        raise DatabaseUnavailable(
            f"The database {path} can't be copied to {to} ({error});"
            " free some space on that disk, or make its folder writable."
        ) from error
    return to


def opened(path: Path) -> sqlite3.Connection:
    """Open a database file to read it; it must be there."""
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
    )


def kept_copies(folder: Path, begin: str) -> list[Path]:
    """Give the copies in a folder that `free_name` named, the newest first."""
    named = re.compile(rf"{re.escape(begin)}-(\d{{8}}-\d{{6}})(?:-(\d+))?\.db")
    dated_copies = [
        (match[1], int(match[2] or 1), file)
        for file in folder.iterdir()
        if (match := named.fullmatch(file.name)) and file.is_file()
    ]
    return [file for *_, file in sorted(dated_copies, reverse=True)]


def rotate(folder: Path, begin: str, *, keep: int) -> list[Path]:
    """Delete all but the newest `keep` copies in a folder; give those that went."""
    old = kept_copies(folder, begin)[keep:]
    for file in old:
        file.unlink(missing_ok=True)
    return old


def restore(copy: Path, path: Path, *, moment: dt.datetime) -> Path | None:
    """Put a copy in a database's place; give where what was there is kept, if anything was.

    Raises `DatabaseUnavailable`, with all as it was, while another program uses the database.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    arriving = copy_database(copy, free_name(path.parent, f"{path.stem}-arriving", moment))
    previous = free_name(path.parent, f"{path.stem}-before-restore", moment)
    try:
        if not path.exists():
            arriving.replace(path)
            return None
        with _alone(path):
            path.replace(previous)
            for end in BESIDE:  # only a file that can't be read still has them
                with suppress(FileNotFoundError):
                    path.with_name(path.name + end).replace(
                        previous.with_name(previous.name + end)
                    )
            arriving.replace(path)
        previous.chmod(PRIVATE)
    except OSError as error:
        if previous.exists() and not path.exists():
            previous.replace(path)
        raise DatabaseUnavailable(
            f"{path} can't be replaced ({error.strerror}); make its folder writable."
        ) from error
    finally:
        with suppress(OSError):
            arriving.unlink()
    return previous


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold a database so that no other program has it open, and all of it is in its file.

    Only a database that nobody has open leaves the mode in which it is written beside the file.
    """
    with closing(sqlite3.connect(path, timeout=1.0, isolation_level=None)) as connection:
        try:
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as error:
            if "locked" in str(error) or "busy" in str(error):
                raise DatabaseUnavailable(
                    f"A portal or a refresh is using {path}; end it, then restore again."
                ) from error
            # It is too damaged to be opened: all of it is kept as it lies there.
        yield


def _force_to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
