"""What a piece of work costs inside a child, imports and preparation left out."""

import json
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

Work = Callable[[], dict[str, Any]]


def tell(work: Work) -> None:
    """Do the work and print what it gives, with its wall and processor seconds, as JSON."""
    cpu, wall = cpu_seconds(), time.perf_counter()
    found = work()
    costs = {"wall": time.perf_counter() - wall, "cpu": cpu_seconds() - cpu}
    say({**found, **costs})


def say(told: dict[str, Any]) -> None:
    """Print what is told as one line of JSON, for the process that waits for it."""
    sys.stdout.write(json.dumps(told) + "\n")


def cpu_seconds() -> float:
    """Give user and system time of this process and of the children that it waited for."""
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )
