"""The processes of a job: its supervisor and the command that it watches."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.portal.waiting import until
from tests.shops import Shop, rows


def supervisor(shop: Shop, job: int) -> int:
    """Give the process that supervises a job."""
    return rows(shop.path, "select pid from job where job_id = ?", job)[0][0]


def children(pid: int) -> list[int]:
    """List the children of a process."""
    found = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in found.read_text().split()] if found.exists() else []


def is_alive(pid: int) -> bool:
    """Tell whether a process is there and no zombie."""
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0]
    except FileNotFoundError:
        return False


@contextmanager
def paused(shop: Shop, job: int) -> Iterator[None]:
    """Stop what a job does, but not its supervisor, and let it go on at the end."""
    (child,) = until(lambda: children(supervisor(shop, job)))
    os.kill(child, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(child, signal.SIGCONT)
