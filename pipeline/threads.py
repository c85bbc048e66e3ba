"""One place that says how many threads the numerical libraries may use."""

from collections.abc import Iterator
from contextlib import contextmanager

from threadpoolctl import threadpool_limits


@contextmanager
def one_thread() -> Iterator[None]:
    """Give BLAS and OpenMP one thread each, so that no result depends on the machine."""
    with threadpool_limits(limits=1):
        yield
