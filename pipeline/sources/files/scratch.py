"""A folder for what is unpacked: gone when its reader is done, swept when that was killed."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

BEGIN = "clientele-scratch-"


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    """Make a folder, and remove it with all that is in it.

    A lock of the kernel on the folder says that it is in use, as long as this process lives.
    """
    folder, handle = _made()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if handle is not None:
            os.close(handle)


def sweep_scratch() -> int:
    """Remove the folders of processes that were killed; give how many."""
    swept = 0
    for folder in Path(tempfile.gettempdir()).glob(f"{BEGIN}*"):
        handle = _locked(folder, is_patient=False)
        if handle is not None:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(handle)
            swept += 1
    return swept


def _made() -> tuple[Path, int | None]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=BEGIN))
        handle = _locked(folder, is_patient=True)
        if folder.exists():
            return folder, handle
        if handle is not None:  # swept before it was locked
            os.close(handle)


def _locked(folder: Path, *, is_patient: bool) -> int | None:
    """Lock a folder; None where another process has it, or the system knows no such lock."""
    try:
        import fcntl  # noqa: PLC0415 - not on Windows

        handle = os.open(folder, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except (ImportError, OSError):
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if is_patient else fcntl.LOCK_NB))
    except OSError:
        os.close(handle)
        return None
    return handle
