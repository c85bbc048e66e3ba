"""What each stage of a run cost."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from pipeline.run.memory import give_back
from pipeline.run.progress import Progress


class StageCost(NamedTuple):
    """Wall and processor seconds of one stage, children included, and the largest memory."""

    stage: str
    seconds: float
    cpu_seconds: float
    peak_bytes: int


class Stopwatch:
    """Times stages one after the other and tells the progress which one runs."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.began = time.perf_counter()
        self.costs: list[StageCost] = []

    @contextmanager
    def stage(self, name: str) -> Iterator[Progress]:
        """Time what happens inside as the stage `name`."""
        self.progress.stage(name)
        wall, cpu = time.perf_counter(), _cpu_seconds()
        yield self.progress
        give_back()
        self.costs.append(
            StageCost(
                name,
                round(time.perf_counter() - wall, 4),
                round(_cpu_seconds() - cpu, 4),
                peak_bytes(),
            )
        )

    @property
    def seconds(self) -> float:
        """Wall time since the first stage could begin."""
        return time.perf_counter() - self.began


def _cpu_seconds() -> float:
    """Add up the processor time of this process and of children that have ended."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def peak_bytes() -> int:
    """Give the largest resident memory of this process so far; 0 where it is not told."""
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return 0
    usage = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return usage if sys.platform == "darwin" else usage * 1024
