"""Reading in a process of its own, where a file may ask for more memory than there is.

The module that reads runs as a child (`python -m`) with a limit on its memory, and what it read
comes back as Arrow files.
"""

import contextlib
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

PATIENCE = 1800


def run_apart(module: str, arguments: Sequence[Path], memory: int) -> int:
    """Run a module as a child that may take so many bytes, and give its exit code."""
    places = os.pathsep.join(map(os.path.abspath, sys.path))
    child = subprocess.run(  # noqa: S603 - our own module and paths
        [sys.executable, "-P", "-m", module, *map(str, arguments), str(memory)],
        env={**os.environ, "PYTHONPATH": places},
        capture_output=True,
        check=False,
        timeout=PATIENCE,
    )
    return child.returncode


def begin_apart() -> tuple[Path, Path]:
    """Let the system refuse more memory, where it can; give the file and where to write."""
    file, folder, most = sys.argv[1:4]
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - there is none on Windows

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (int(most), hard))
    return Path(file), Path(folder)


def opened_apart(written: Path) -> pa.NativeFile:
    """Map what the child wrote; copy it where the system deletes no file in use."""
    return pa.memory_map(str(written)) if os.name == "posix" else pa.OSFile(str(written))
