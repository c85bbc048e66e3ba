"""One refresh per data set at a time: a lock that is gone when its process is."""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy.engine import Engine

from db.engine import is_sqlite, place, sqlite_path
from db.errors import DatabaseUnavailable, DatasetLocked


@contextmanager
def refreshing(engine: Engine, dataset: str) -> Iterator[None]:
    """Hold the lock of a data set, or raise `DatasetLocked` where another process has it."""
    path = _lock_file(engine, dataset)
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise DatasetLocked(f"Another refresh of “{dataset}” is running.") from error
    except OSError as error:
        raise DatabaseUnavailable(
            f"The lock file {path} can't be made ({error.strerror}); make its folder writable."
        ) from error
    try:
        yield
    finally:
        lock.release()


def _lock_file(engine: Engine, dataset: str) -> Path:
    digest = hashlib.sha256(dataset.encode()).hexdigest()[:16]
    if is_sqlite(engine):
        path = sqlite_path(engine.url).resolve()
        return path.with_name(f"{path.name}.{digest}.lock")
    where = hashlib.sha256(place(engine).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"clientele-{where}-{digest}.lock"
