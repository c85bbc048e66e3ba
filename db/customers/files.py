"""Where the table of a run's customers lies: an Arrow file beside the database.

The refresh writes it; whoever finds it missing, damaged or made for another run makes it anew
from the database. PostgreSQL has no file beside which it could lie: there a private folder of
the host holds it.
"""

import hashlib
import os
import stat
import tempfile
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import URL, Engine

from db.customers.table import customers_table
from db.engine import parse_url, reading, sqlite_path
from db.tables import core
from db.tables.runs import Run

ROWS = 122_880
"""Rows of a batch: what DuckDB reads at once."""
LAYOUT = "1"
"""Changes whenever the table's columns do, so that files of earlier versions are made anew."""
MADE_FOR = b"clientele-run"
RUN = core(Run)


def write_customers(engine: Engine, url: str, run_id: int) -> Path | None:
    """Make the table of a run and write it; `None` where no folder takes it.

    Whoever reads meanwhile sees the earlier file or the new one, whole.
    """
    made_for = _made_for(engine, run_id)
    return _write(customers_table(engine, run_id), url, run_id, made_for)


def open_customers(engine: Engine, url: str, run_id: int) -> pa.Table:
    """Map the table of a run into memory, making it anew where there is none of this run."""
    made_for = _made_for(engine, run_id)
    for folder in _folders(url):
        if (found := _mapped(folder / _name(url, run_id), made_for)) is not None:
            return found
    table = customers_table(engine, run_id)
    path = _write(table, url, run_id, made_for)
    mapped = _mapped(path, made_for) if path else None
    return table if mapped is None else mapped


def sweep_customers(engine: Engine, url: str) -> None:
    """Take away the files of runs that are gone."""
    with reading(engine) as connection:
        there = set(connection.execute(sa.select(RUN.c.run_id)).scalars())
    for path, run_id in _files(url):
        if run_id not in there:
            with suppress(OSError):
                path.unlink()


def remove_customers(url: str, runs: Collection[int]) -> None:
    """Take away the files of some runs."""
    for path, run_id in _files(url):
        if run_id in runs:
            with suppress(OSError):
                path.unlink()


def _made_for(engine: Engine, run_id: int) -> bytes:
    """Tell a run from another one of the same number: after a restore, in a copy."""
    query = sa.select(RUN.c.dataset_id, RUN.c.seed, RUN.c.started_at, RUN.c.version)
    with reading(engine) as connection:
        row = connection.execute(query.where(RUN.c.run_id == run_id)).one()
    told = "|".join(map(str, (LAYOUT, run_id, *row)))
    return hashlib.sha256(told.encode()).hexdigest().encode()


def _write(table: pa.Table, url: str, run_id: int, made_for: bytes) -> Path | None:
    whole = table.replace_schema_metadata({MADE_FOR: made_for})
    for folder in _folders(url):
        path = folder / _name(url, run_id)
        with suppress(OSError):
            _put(whole, path)
            return path
    return None


def _put(table: pa.Table, path: Path) -> None:
    handle, name = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            with pa.ipc.new_file(out, table.schema) as writer:
                writer.write_table(table, max_chunksize=ROWS)
            out.flush()
            os.fsync(out.fileno())
        Path(name).chmod(0o644 if _is_open(path.parent) else 0o600)
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def _mapped(path: Path, made_for: bytes) -> pa.Table | None:
    """Map a file; `None` where it is missing, damaged or not this run's."""
    try:
        with pa.memory_map(str(path)) as source, pa.ipc.open_file(source) as file:
            if (file.schema.metadata or {}).get(MADE_FOR) != made_for:
                return None
            table = file.read_all()
            table.validate()
    except (OSError, pa.ArrowException):
        return None
    return table


def _folders(url: str) -> Iterator[Path]:
    """Name the folders in which a file may lie: beside the database, else a private one."""
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        yield sqlite_path(parsed).absolute().parent
    with suppress(OSError):
        yield _private_folder()


def _private_folder() -> Path:
    """Give a folder that nobody else can write to; raises `OSError` where there is none."""
    owner = os.getuid() if hasattr(os, "getuid") else 0
    folder = Path(tempfile.gettempdir()) / f"clientele-customers-{owner}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or (hasattr(os, "getuid") and found.st_uid != owner):
        raise PermissionError(f"{folder} belongs to somebody else")
    folder.chmod(0o700)
    return folder


def _is_open(folder: Path) -> bool:
    """Tell whether others may read what lies in a folder."""
    return bool(folder.stat().st_mode & stat.S_IROTH)


def _stem(url: str) -> str:
    """Name a database by its own name; where files of several may lie, by its address too."""
    parsed: URL = parse_url(url)
    name = Path(str(parsed.database)).name
    if parsed.get_backend_name() == "sqlite":
        where = str(sqlite_path(parsed).absolute())
    else:
        where = f"{parsed.host}:{parsed.port}/{parsed.database}"
    return f"{name}.{hashlib.sha256(where.encode()).hexdigest()[:8]}"


def _name(url: str, run_id: int) -> str:
    return f"{_stem(url)}.customers-{run_id}.arrow"


def _files(url: str) -> Iterator[tuple[Path, int]]:
    """Find every file of a database's runs, half-written ones of the dead among them."""
    for folder in _folders(url):
        for path in folder.glob(f"{_stem(url)}.customers-*.arrow"):
            number = path.name.rsplit("-", 1)[1].removesuffix(".arrow")
            if number.isdecimal():
                yield path, int(number)
