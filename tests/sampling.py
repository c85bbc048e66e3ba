"""Long suites: what `make test` takes of them; `make soak` has the rest."""

from collections.abc import Collection, Iterable
from typing import Any

import pytest


def sampled(every: Iterable[Any], sample: Collection[Any]) -> list[Any]:
    """Give the values of a parameter, those outside the sample only for `make soak`."""
    values = list(every)
    assert all(each in values for each in sample), "the sample is no part of it"
    return [
        each if each in sample else pytest.param(each, marks=pytest.mark.soak)
        for each in values
    ]
