"""One place that says how the numerical libraries work: on one thread, without rechecks."""

from collections.abc import Iterator
from contextlib import contextmanager

import sklearn
from threadpoolctl import threadpool_limits


@contextmanager
def one_thread() -> Iterator[None]:
    """Give BLAS and OpenMP one thread each, so that no result depends on the machine.

    Scikit-learn, called hundreds of times with the same finite points, is spared its checks of
    them and of our parameters.
    """
    unchecked = sklearn.config_context(assume_finite=True, skip_parameter_validation=True)
    with threadpool_limits(limits=1), unchecked:
        yield
