"""The table of a run's customers as a file that every process of a host maps into memory.

The file lies beside an SQLite database, `portal.db.customers-12.arrow` for run 12 of
`portal.db`; with PostgreSQL in the user's cache folder of each host that asks. It says which
run it was made from, so that another's, as after a restore, is never taken for it. All of it
follows from the database: whatever is missing or damaged is made anew.
"""

import hashlib
import os
import re
import stat
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple, TypeAlias

import pyarrow as pa
import sqlalchemy as sa
from cachetools import LRUCache
from filelock import FileLock, Timeout
from sqlalchemy.engine import Engine

from db.customers.table import customers_table
from db.engine import database_file, is_sqlite, reading
from db.errors import DatabaseError, NotPublished
from db.locks import waited_for
from db.private import cache_folder, digest, is_private, named_after, temporary_folder
from db.tables import core
from db.tables.runs import Run

LAYOUT = 6
"""Raised with every change of what the table holds, so that older files are made anew."""
BATCH_ROWS = 122_880
"""Rows of a batch: as many as DuckDB hands to one thread."""
LEAST_APART = 50_000
"""Customers from whom on another process is sooner done with the table, its start included."""
WAIT_SECONDS = 300.0
"""How long to wait for another process that makes the same file, before making it too."""
RUN_KEY, FINGERPRINT_KEY = b"clientele.run", b"clientele.fingerprint"
KEPT = ("running", "published")
RUN = core(Run)

Place: TypeAlias = tuple[Path, str]
"""Where a file should lie, and the fingerprint of its run."""
_unwritten: LRUCache[Place, pa.Table] = LRUCache(2)
_keeping = threading.Lock()
"""The last tables that no folder could take."""


class Folder(NamedTuple):
    """A folder for files of one database, and what their names begin with.

    A private one is this user's alone: made where it is missing, refused where it is another's.
    """

    path: Path
    begin: str
    is_private: bool = True

    def file(self, run_id: int) -> Path:
        """Give where the file of a run lies."""
        return self.path / f"{self.begin}.customers-{run_id}.arrow"


def open_customers(engine: Engine, run_id: int) -> pa.Table:
    """Map the table of a run's customers into memory, making its file where there is none.

    Nothing is copied: columns are read from the file when they are used, and stay readable when
    the run is swept meanwhile. Where no folder can be written, the table is kept in memory.
    Raises `NotPublished` where the database has no such run, and `DatabaseUnavailable`.
    """
    fingerprint = _fingerprint(engine, run_id)
    place = (file_of(engine, run_id), fingerprint)
    files = [folder.file(run_id) for folder in _usable(_folders(engine))]
    table = _there(files, place)
    if table is not None:
        return table
    with _alone(engine, run_id, files):
        table = _there(files, place)  # once more: another may have made it meanwhile
        if table is None:
            table = _made(engine, run_id, fingerprint, files)
            if _first_mapped(files, fingerprint) is None:
                with _keeping:
                    _unwritten[place] = table
    sweep_customers(engine)
    return table


def write_customers(engine: Engine, run_id: int) -> Path | None:
    """Make the file of a run whose results are written; give it, or None where none could be.

    A folder that can't be written, or a disk that is full, is no error: readers make the table
    anew. Raises `NotPublished` and `DatabaseUnavailable`, as `open_customers` does.
    """
    fingerprint = _fingerprint(engine, run_id)
    table = _stamped(customers_table(engine, run_id), run_id, fingerprint)
    files = [folder.file(run_id) for folder in _usable(_folders(engine))]
    return next((file for file in files if _is_written(table, file)), None)


def sweep_customers(engine: Engine) -> None:
    """Remove the files of runs that are neither published nor running any more.

    What can't be removed, as on Windows while a portal has it mapped, is left for later.
    """
    files = [
        (int(number), file) for folder in _folders(engine) for number, file in _files_in(folder)
    ]
    if not files:
        return
    # Asked after looking at the folders: a file of a run that began since is not among `files`.
    with reading(engine) as connection:
        kept_runs = set(
            connection.execute(sa.select(RUN.c.run_id).where(RUN.c.status.in_(KEPT))).scalars()
        )
    for number, file in files:
        if number not in kept_runs:
            with suppress(OSError):
                file.unlink()


def file_of(engine: Engine, run_id: int) -> Path:
    """Give where the file of a run lies, if it could be written there."""
    return _folders(engine)[0].file(run_id)


def write_arrow(table: pa.Table, path: Path) -> None:
    """Write a table as an Arrow file (IPC, uncompressed) that can be mapped into memory."""
    with pa.OSFile(str(path), "wb") as out, pa.ipc.new_file(out, table.schema) as writer:
        writer.write_table(table, max_chunksize=BATCH_ROWS)


def _made(engine: Engine, run_id: int, fingerprint: str, files: list[Path]) -> pa.Table:
    """Make the table and give it as mapped from the first file that could be written."""
    for file in files:
        _remove_parts(file)
    if is_sqlite(engine) and _customers(engine, run_id) >= LEAST_APART:
        from db.customers.making import make_apart  # noqa: PLC0415 - that one writes by us

        is_made = make_apart(database_file(engine), run_id)
        mapped = _first_mapped(files, fingerprint) if is_made else None
        if mapped is not None:
            return mapped
    table = _stamped(customers_table(engine, run_id), run_id, fingerprint)
    for file in files:
        mapped = _mapped(file, fingerprint) if _is_written(table, file) else None
        if mapped is not None:
            return mapped
    return table


def _stamped(table: pa.Table, run_id: int, fingerprint: str) -> pa.Table:
    return table.replace_schema_metadata({RUN_KEY: str(run_id), FINGERPRINT_KEY: fingerprint})


def _fingerprint(engine: Engine, run_id: int) -> str:
    """Tell a run from every other, also of another database that has the same number.

    Of columns that are written when a run begins: the file is there before it is published.
    """
    columns = (RUN.c.dataset_id, RUN.c.started_at, RUN.c.seed, RUN.c.settings, RUN.c.version)
    with reading(engine) as connection:
        row = connection.execute(sa.select(*columns).where(RUN.c.run_id == run_id)).first()
    if row is None:
        raise NotPublished(f"There is no run {run_id}.")
    text = "\n".join(map(str, (LAYOUT, _version(), run_id, *row)))
    return hashlib.sha256(text.encode()).hexdigest()


def _customers(engine: Engine, run_id: int) -> int:
    with reading(engine) as connection:
        query = sa.select(RUN.c.customers).where(RUN.c.run_id == run_id)
        return int(connection.execute(query).scalar() or 0)


@cache
def _version() -> str:
    return version("clientele")


def _there(files: list[Path], place: Place) -> pa.Table | None:
    table = _first_mapped(files, place[1])
    if table is None:
        with _keeping:
            return _unwritten.get(place)
    return table


def _first_mapped(files: list[Path], fingerprint: str) -> pa.Table | None:
    tables = (_mapped(file, fingerprint) for file in files)
    return next((table for table in tables if table is not None), None)


def _mapped(file: Path, fingerprint: str) -> pa.Table | None:
    """Map a file; `None` where it is missing, damaged or not that run's."""
    try:
        with pa.memory_map(str(file)) as source, pa.ipc.open_file(source) as reader:
            metadata = reader.schema.metadata or {}
            if metadata.get(FINGERPRINT_KEY) != fingerprint.encode():
                return None
            table = reader.read_all()
            table.validate()
    except (OSError, pa.ArrowException):
        return None
    return table


def _is_written(table: pa.Table, file: Path) -> bool:
    """Write a file at once and whole: beside its place first, then moved there."""
    try:
        handle, name = tempfile.mkstemp(prefix=f"{file.name}.", suffix=".part", dir=file.parent)
        os.close(handle)
        part = Path(name)
        try:
            write_arrow(table, part)
            _allow_as_database(part, file)
            _force_to_disk(part)
            part.replace(file)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        _force_to_disk(file.parent)
    except OSError:
        return False
    return True


def _allow_as_database(part: Path, file: Path) -> None:
    """Let those read the file who may read the database that it lies beside; others nobody."""
    database = file.with_name(file.name.rpartition(".customers-")[0])
    if database.is_file():
        part.chmod(stat.S_IMODE(database.stat().st_mode) & 0o666)


def _force_to_disk(path: Path) -> None:
    """Have a file, or the names in a folder, written before going on."""
    if path.is_dir() and os.name == "nt":  # Windows opens no folders
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _alone(engine: Engine, run_id: int, files: list[Path]) -> Iterator[None]:
    """Let one process make a file while the others wait, so that memory is taken once.

    Without a folder for the lock, or after long waiting, each makes its own: files are moved to
    their place whole, so two of them do no harm.
    """
    with ExitStack() as stack:
        with suppress(OSError, Timeout, DatabaseError):
            if files and is_sqlite(engine):
                name = f"customers {run_id}"
                stack.enter_context(waited_for(database_file(engine), name, WAIT_SECONDS))
            elif files:
                stack.enter_context(FileLock(f"{files[0]}.lock", timeout=WAIT_SECONDS))
        yield


def _remove_parts(file: Path) -> None:
    """Remove what a process that died while it made this file has left."""
    for part in file.parent.glob(f"{_escaped(file.name)}.*.part"):
        with suppress(OSError):
            part.unlink()


def _files_in(folder: Folder) -> Iterator[tuple[str, Path]]:
    """Give the files of runs, their locks and parts, each with its run."""
    pattern = re.compile(rf"{re.escape(folder.begin)}\.customers-(\d+)\.arrow(\..*)?")
    with suppress(OSError):
        for file in folder.path.iterdir():
            if match := pattern.fullmatch(file.name):
                yield match[1], file


def _folders(engine: Engine) -> list[Folder]:
    """Give where files of a database may lie, the best first."""
    temporary = temporary_folder()
    if is_sqlite(engine):
        database = database_file(engine)
        own = f"{database.name}-{digest(str(database))}"
        beside = Folder(database.parent, database.name, is_private=False)
        return [beside, Folder(temporary, own)]
    own = named_after(engine)
    return [Folder(cache_folder(), own), Folder(temporary, own)]


def _usable(folders: list[Folder]) -> list[Folder]:
    return [folder for folder in folders if not folder.is_private or is_private(folder.path)]


def _escaped(name: str) -> str:
    return re.sub(r"([*?\[])", r"[\1]", name)
