"""One place that says how the numerical libraries work: on one thread, without rechecks."""

from collections.abc import Iterator
from contextlib import contextmanager

from threadpoolctl import threadpool_limits


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
