"""Refreshes in processes of their own that can be watched, interrupted and killed."""

import contextlib
import ctypes
import io
import os
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path

from scripts.refresh import main
from tests.forks import FORKS


class Child:
    """One refresh; its standard error is read line by line while it runs."""

    def __init__(self, process: BaseProcess, errors: io.TextIOWrapper) -> None:
        self.process, self.errors, self.said = process, errors, []

    def wait_for(self, stage: str) -> None:
        """Read progress until a stage begins."""
        while line := self.errors.readline():
            self.said.append(line)
            if line.rstrip().endswith(f"] {stage}"):
                return
        raise AssertionError(f"never came to {stage}: {self.said}")

    def signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process.pid, number)

    def kill(self) -> int | None:
        """Kill it without warning."""
        self.signal(signal.SIGKILL)
        return self.end()

    def end(self, seconds: float = 60) -> int | None:
        """Read the rest of what it says; give its exit code."""
        self.said += self.errors.readlines()
        self.process.join(seconds)
        return self.process.exitcode


@contextlib.contextmanager
def refreshing(
    *arguments: object, limits: dict[int, int] | None = None, privileged: bool = True
) -> Iterator[Child]:
    """Begin a refresh in a process of its own; what is left of it is killed at the end.

    `limits` are resource limits; without privileges permissions bind root too.
    """
    with tempfile.TemporaryDirectory() as folder:
        pipe = Path(folder) / "stderr"
        os.mkfifo(pipe)
        process = FORKS.Process(
            target=_refresh, args=([*map(str, arguments)], str(pipe), limits or {}, privileged)
        )
        process.start()
        with pipe.open(encoding="utf-8") as errors:
            try:
                yield Child(process, errors)
            finally:
                process.kill()
                process.join()
                process.close()


def finished(
    *arguments: object, limits: dict[int, int] | None = None, privileged: bool = True
) -> tuple[int | None, str]:
    """Run a refresh to its end; give its exit code and the one line that is no progress."""
    with refreshing(*arguments, limits=limits, privileged=privileged) as child:
        code = child.end()
        said = [line.rstrip("\n") for line in child.said if not line.startswith("[")]
        assert len(said) == 1, "".join(child.said)
        return code, said[0]


def _refresh(
    arguments: list[str], errors: str, limits: dict[int, int], privileged: bool
) -> None:
    with open(errors, "w", encoding="utf-8", buffering=1) as sys.stderr:
        for which, size in limits.items():
            resource.setrlimit(which, (size, size))
        if not privileged:
            _drop_capabilities()
        with open(os.devnull, "w", encoding="utf-8") as sys.stdout:
            code = _exit_code(arguments)
        sys.stderr.flush()
        os._exit(code)


def _drop_capabilities() -> None:
    """Give up what lets root pass over permissions (capset, version 3)."""
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    nothing = (ctypes.c_uint32 * 6)()
    if ctypes.CDLL(None, use_errno=True).capset(header, nothing):
        raise OSError(ctypes.get_errno(), "capset")


def _exit_code(arguments: list[str]) -> int:
    try:
        return main(arguments)
    except BaseException:
        traceback.print_exc()
        return 1


def until(moment: float) -> None:
    """Sleep until a moment of the monotonic clock."""
    time.sleep(max(0.0, moment - time.monotonic()))
