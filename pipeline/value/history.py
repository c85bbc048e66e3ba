"""What an order model knows of each customer: repeat orders, time of the last, age."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Whole = NDArray[np.int64]


class Histories(NamedTuple):
    """Customers as the models of this field see them, one element each; times in weeks.

    Parameters
    ----------
    x : orders after the first.
    t_x : time from the first order to the last; 0 where there is one only.
    T : time from the first order to the day of looking.
    weight : how many customers are of this kind.
    """

    x: Whole
    t_x: Floats
    T: Floats
    weight: Floats

    @property
    def customers(self) -> float:
        """Number of customers, each counted as often as it weighs."""
        return float(self.weight.sum())

    @property
    def most(self) -> int:
        """The largest number of repeat orders."""
        return int(self.x.max(initial=0))

    def part(self, where: NDArray[np.bool_] | NDArray[np.intp] | slice) -> "Histories":
        """Give some of the customers."""
        return Histories(self.x[where], self.t_x[where], self.T[where], self.weight[where])


def histories(
    x: Whole | list[int], t_x: Floats | list[float], age: Floats | list[float]
) -> Histories:
    """Put customers together, each weighing 1.

    Raises `ValueError` where x is no whole number from 0 or not 0 <= t_x <= age.
    """
    whole = np.asarray(x, dtype=np.int64)
    last, ages = np.asarray(t_x, dtype=float), np.asarray(age, dtype=float)
    if not np.array_equal(whole, np.asarray(x)) or (whole < 0).any():
        raise ValueError("x must count orders: whole numbers from 0")
    if not ((last >= 0) & (last <= ages) & np.isfinite(ages)).all():
        raise ValueError("times must be finite, with 0 <= t_x <= T")
    if ((whole == 0) & (last > 0)).any():
        raise ValueError("t_x must be 0 where x is 0")
    return Histories(whole, last, ages, np.ones(len(whole)))


def grouped(customers: Histories) -> Histories:
    """Count equal customers once, with their number as weight: the likelihood is the same."""
    if not len(customers.x):
        return customers
    columns = (customers.T, customers.t_x, customers.x)
    order = np.lexsort(columns)
    in_order = customers.part(order)
    begins = np.ones(len(order), dtype=bool)
    begins[1:] = (
        (np.diff(in_order.x) != 0) | (np.diff(in_order.t_x) != 0) | (np.diff(in_order.T) != 0)
    )
    first = np.flatnonzero(begins)
    return in_order.part(first)._replace(weight=np.add.reduceat(in_order.weight, first))


def cumulated(values: Floats) -> Floats:
    """Give the sums of the first 0, 1, 2, … values."""
    return np.concatenate([[0.0], np.cumsum(values)])
