"""From the states of orders to what the models ask of each customer, as known on one day."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.value.history import Floats, Histories, Whole
from pipeline.value.models.gamma_gamma import Spend

DAYS_PER_WEEK = 7


class Transactions(NamedTuple):
    """Orders that stand on a day, those of a customer's day as one, by customer and day.

    Parameters
    ----------
    customers : the identifiers, sorted; `customer` is a place among them.
    day : number of the day; `net` the money of all of the customer's orders of that day.
    """

    customers: NDArray[np.object_]
    customer: Whole
    day: Whole
    net: Floats

    def of(self, where: NDArray[np.bool_]) -> "Transactions":
        """Give some of the transactions, all customers staying."""
        return self._replace(
            customer=self.customer[where], day=self.day[where], net=self.net[where]
        )


class Known(NamedTuple):
    """What is known of each customer on a day, an element each.

    Parameters
    ----------
    customers : the identifiers, sorted.
    histories : x, t_x and T in weeks.
    spend : number and mean of all transactions, the first included.
    repeat_mean : mean of the transactions after the first; NaN where there is one only.
    """

    customers: NDArray[np.object_]
    histories: Histories
    spend: Spend
    repeat_mean: Floats

    @property
    def repeat_spend(self) -> Spend:
        """Give the repeat buyers' repeat transactions: what Gamma-Gamma is fitted to."""
        repeat = self.histories.x > 0
        return Spend(self.histories.x[repeat], self.repeat_mean[repeat])


def transactions(states: pd.DataFrame, day: int) -> Transactions:
    """Give what stood at the end of `day`: the orders that `features.rfm.known_on` counts."""
    is_standing = states["from_day"].to_numpy() <= day
    is_standing &= (states["to_day"].to_numpy() > day) & (states["net"].to_numpy() > 0)
    codes, customers = pd.factorize(states["customer_id"][is_standing], sort=True)
    ordered = states["ordered_day"].to_numpy()[is_standing].astype(np.int64)
    return _by_day(
        codes.astype(np.int64),
        ordered,
        states["net"].to_numpy()[is_standing].astype(float),
        np.asarray(customers, dtype=object),
    )


def _by_day(
    customer: Whole, day: Whole, net: Floats, customers: NDArray[np.object_]
) -> Transactions:
    """Add up the orders of each customer's day."""
    order = np.lexsort((day, customer))
    customer, day, net = customer[order], day[order], net[order]
    if not len(order):
        return Transactions(customers, customer, day, net)
    first = np.flatnonzero(
        np.concatenate([[True], (np.diff(customer) != 0) | (np.diff(day) != 0)])
    )
    return Transactions(customers, customer[first], day[first], np.add.reduceat(net, first))


def known(order_days: Transactions, day: int) -> Known:
    """Give x, t_x, T and spend of every customer with a transaction up to `day`.

    Transactions of one day are one; a customer's age counts from the first of them.
    """
    number = len(order_days.customers)
    count = np.bincount(order_days.customer, minlength=number)
    first_row = np.cumsum(count) - count
    first, last = order_days.day[first_row], order_days.day[first_row + count - 1]
    total = np.bincount(order_days.customer, weights=order_days.net, minlength=number)
    repeat = count - 1
    histories = Histories(
        x=repeat,
        t_x=(last - first) / DAYS_PER_WEEK,
        T=(day - first) / DAYS_PER_WEEK,
        weight=np.ones(number),
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        repeat_mean = (total - order_days.net[first_row]) / np.where(repeat > 0, repeat, np.nan)
    return Known(order_days.customers, histories, Spend(count, total / count), repeat_mean)
