"""Groups of customers by their repeat orders, in which forecasts of value are checked."""

import numpy as np

from pipeline.value.history import Floats, Whole

GROUPS = ("0", "1-2", "3-6", "7+")
STARTS = np.array([0, 1, 3, 7])
"""The fewest repeat orders of each group."""
MANY = 7


def group_of(repeat_orders: Whole) -> Whole:
    """Give the place of each customer's group in `GROUPS`."""
    return np.searchsorted(STARTS, repeat_orders, side="right") - 1


def mean_by_group(values: Floats, group: Whole) -> Floats:
    """Give the mean of each group; NaN where nobody is in it."""
    number = np.bincount(group, minlength=len(GROUPS))
    total = np.bincount(group, weights=values, minlength=len(GROUPS))
    return np.divide(total, number, out=np.full(len(GROUPS), np.nan), where=number > 0)
