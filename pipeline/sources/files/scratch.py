"""A folder for what is unpacked, gone when its reader is done."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    """Make a folder, and remove it with all that is in it."""
    folder = Path(tempfile.mkdtemp(prefix="clientele-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
