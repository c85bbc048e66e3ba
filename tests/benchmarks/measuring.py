"""What a process costs: a child of its own, its processor time and memory told by the system.

* BenchError
  x NotMeasurable   this system does not tell what a child cost
  x ChildFailed     a measured process ended with an error
  x Disagreement    two ways to do the same work gave different results
"""

import contextlib
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent
CHEAP_SECONDS = 20.0
"""What took longer is not measured again."""

ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1"
)


class BenchError(Exception):
    """Base of what a benchmark raises; its text is for the person who asked for it."""


class NotMeasurable(BenchError):
    """The system does not tell what a child cost."""


class ChildFailed(BenchError):
    """A measured process ended with an error."""

    def __init__(self, arguments: Sequence[str], code: int, said: str) -> None:
        self.arguments, self.code, self.said = tuple(arguments), code, said
        tail = "\n".join(said.strip().splitlines()[-15:])
        super().__init__(f"“{' '.join(arguments)}” ended with exit code {code}:\n{tail}")


class Disagreement(BenchError):
    """Two ways to do the same work gave different results."""


class Cost(NamedTuple):
    """What a process took, and the last line that it printed, read as JSON.

    `cpu` is user and system time of the process and of the children that it waited for;
    `peak` the largest resident memory of any one of them, in bytes.
    """

    wall: float
    cpu: float
    peak: int
    told: dict[str, Any]


Run = Callable[[Sequence[str]], Cost]
"""From a module and its arguments to what running it cost."""


def check_measurable() -> None:
    """Raise `NotMeasurable` where the system does not tell what a child cost."""
    if not hasattr(os, "wait4") or importlib.util.find_spec("resource") is None:
        raise NotMeasurable(
            "Processor time and memory of a process can't be measured on this system;"
            " run it on Linux or macOS."
        )


def run(arguments: Sequence[str]) -> Cost:
    """Run a Python module (`-m` and its arguments) as a child and give what it cost.

    The caller should be small itself: on Linux a child's peak counts from that of its parent.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        began = time.perf_counter()
        child = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=ROOT,
            env=os.environ | ONE_THREAD,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
        )
        with _ended(child):
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - began
        if child.returncode:
            raise ChildFailed(arguments, child.returncode, _text(err))
        lines = _text(out).splitlines()
    unit = 1 if sys.platform == "darwin" else 1024
    return Cost(
        wall=wall,
        cpu=usage.ru_utime + usage.ru_stime,
        peak=usage.ru_maxrss * unit,
        told=json.loads(lines[-1]) if lines else {},
    )


def measured(
    once: Run,
    arguments: Sequence[str],
    *,
    repeats: int,
    before: Callable[[], None] | None = None,
) -> Cost:
    """Give the median of so many runs, or of one where that takes long.

    `before` is called before each, to clear away what the last one wrote.
    """
    costs: list[Cost] = []
    while len(costs) < repeats and all(cost.wall <= CHEAP_SECONDS for cost in costs):
        if before is not None:
            before()
        costs.append(once(arguments))
    return median(costs)


def median(costs: Sequence[Cost]) -> Cost:
    """Give the medians of several measurements, for every number that they told too."""
    return Cost(
        wall=statistics.median(each.wall for each in costs),
        cpu=statistics.median(each.cpu for each in costs),
        peak=round(statistics.median(each.peak for each in costs)),
        told=_median_of([each.told for each in costs]),
    )


def _median_of(told: Sequence[Any]) -> Any:
    first = told[0]
    if isinstance(first, dict):
        return {name: _median_of([each[name] for each in told]) for name in first}
    if isinstance(first, int | float) and not isinstance(first, bool):
        return statistics.median(told)
    return first


@contextlib.contextmanager
def _ended(child: subprocess.Popen[bytes]) -> Iterator[None]:
    """Take the child away where waiting for it is interrupted."""
    try:
        yield
    except BaseException:
        if child.returncode is None:
            child.kill()
            child.wait()
        raise


def _text(stream: IO[bytes]) -> str:
    stream.seek(0)
    return stream.read().decode("utf-8", errors="replace")
