"""One place that says how the numerical libraries work: on one thread, without rechecks."""

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import cache
from typing import TypeVar

from threadpoolctl import threadpool_limits

from pipeline.run.progress import Progress, Silent

Item = TypeVar("Item")
Found = TypeVar("Found")


def cores() -> int:
    """Give how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def one_thread() -> Iterator[None]:
    """Give BLAS and OpenMP one thread each, so that no result depends on the machine."""
    with threadpool_limits(limits=1):
        yield


@contextmanager
def learning() -> Iterator[None]:
    """Learn on one thread, without rechecks.

    Scikit-learn, called hundreds of times with the same finite points, is spared its checks of
    them and of our parameters.
    """
    import sklearn  # noqa: PLC0415 - most of a second that scoring does without

    unchecked = sklearn.config_context(assume_finite=True, skip_parameter_validation=True)
    with one_thread(), unchecked:
        yield


def mapped(
    function: Callable[[Item], Found],
    items: Iterable[Item],
    *,
    workers: int,
    progress: Progress | None = None,
    label: Callable[[Item], str] | None = None,
) -> list[Found]:
    """Do something for each item on so many threads; results in the items' order.

    Each item is done by itself and as one thread would do it, so that results are the same on
    any number of threads. `label` names an item while progress is shown.
    """
    every = list(items)
    reporter = progress or Silent()
    if workers <= 1 or len(every) < 2:
        results = []
        for number, item in enumerate(every):
            reporter.step(number, len(every), label(item) if label else "")
            results.append(function(item))
        return results

    stopped = _stopped()

    def alone(item: Item) -> tuple[Found, float]:
        with _turns(workers), learning():
            if stopped.is_set():
                raise Stopped
            began = time.thread_time()
            return function(item), time.thread_time() - began

    with ThreadPoolExecutor(workers) as pool:
        waiting = [pool.submit(alone, item) for item in every]
        try:
            done = []
            for number, (item, future) in enumerate(zip(every, waiting, strict=True)):
                reporter.step(number, len(every), label(item) if label else "")
                result, seconds = future.result()
                _others.seconds = _seconds_of_others() + seconds
                done.append(result)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return done


def side_by_side(
    function: Callable[[Item], Found], items: Iterable[Item], *, workers: int
) -> list[Found]:
    """Do long things next to each other, each of which does some of it by `mapped`.

    What one does by itself then fills the time in which another waits; parts done by `mapped`
    share `workers` turns. Results are in the items' order, and the same as one after the other.
    """
    every = list(items)
    if workers <= 1 or len(every) < 2:
        return [function(item) for item in every]
    stopped = threading.Event()

    def alone(item: Item) -> Found:
        _others.stopped = stopped
        with learning():
            return function(item)

    with ThreadPoolExecutor(workers) as pool:
        waiting = [pool.submit(alone, item) for item in every]
        try:
            ended, _ = wait(waiting, return_when=FIRST_EXCEPTION)
            for future in ended:
                future.result()  # raises what one of them failed with, others still going on
            return [future.result() for future in waiting]
        except BaseException:
            stopped.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise


class Stopped(Exception):
    """Ends what goes on beside something that failed or was interrupted."""


def spent() -> float:
    """Give the processor seconds of this thread and of what it had done by `mapped`."""
    return time.thread_time() + _seconds_of_others()


_others = threading.local()
"""Of this thread: processor seconds of what it had others do, and whether it is to stop."""


def _stopped() -> threading.Event:
    """Give what says that the long thing which this thread does is to stop."""
    stopped: threading.Event | None = getattr(_others, "stopped", None)
    return stopped or threading.Event()


def _seconds_of_others() -> float:
    return float(getattr(_others, "seconds", 0.0))


@cache
def _turns(workers: int) -> threading.Semaphore:
    """Give what lets so many work at a time."""
    return threading.Semaphore(workers)
