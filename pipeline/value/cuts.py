"""Earlier days from which the value of customers is foretold, and what then happened."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.settings import ValueSettings
from pipeline.value.customers import Known, Transactions, known, transactions
from pipeline.value.history import Floats

APART = 30
"""Hold-outs whose cuts lie nearer than so many days to each other are one."""


class Span(NamedTuple):
    """Transactions and money of each customer in a span of days, one element each."""

    orders: Floats
    revenue: Floats


class Cut(NamedTuple):
    """A day on which all that follows is held out, and the span that then came.

    Parameters
    ----------
    day, days : the day and the length of what follows.
    before : what stood on the day; `people` what was known of each customer by it.
    after : what the same customers ordered by the end, as it stands on the newest day.
    came : what each of them brought in the span.
    """

    day: int
    days: int
    before: Transactions
    people: Known
    after: Transactions
    came: Span


def cut_days(first: int, newest: int, settings: ValueSettings) -> tuple[list[int], int]:
    """Give the days to hold out from, the newest first, and the length of what follows.

    A third of the record follows each (within the settings' bounds), at least as much comes
    before; the cuts lie evenly, no two spans further apart than end to end. No day where the
    record is too short.
    """
    record = newest - first
    days = max(min(record // 3, settings.holdout_most_days), settings.holdout_least_days)
    room = record - 2 * days
    if room < 0:
        return [], days
    number = min(settings.holdout_cuts, 1 + room // APART)
    step = min(room // (number - 1), days) if number > 1 else 0
    return [newest - days - place * step for place in range(number)], days


def cut(states: pd.DataFrame, day: int, days: int, *, newest: int) -> Cut:
    """Look at the shop as it was known on `day`, and at what came in the `days` after."""
    before = transactions(states, day)
    people = known(before, day)
    after = same_customers(transactions(states, newest), people)
    after = after.of(after.day <= day + days)
    return Cut(day, days, before, people, after, span(after, since=day, until=day + days))


def same_customers(later: Transactions, people: Known) -> Transactions:
    """Give the later transactions of those who were customers already."""
    place = pd.Index(people.customers).get_indexer(pd.Index(later.customers))
    customer = place[later.customer].astype(np.int64)
    return later._replace(customers=people.customers, customer=customer).of(customer >= 0)


def span(order_days: Transactions, *, since: int, until: int) -> Span:
    """Add up what each customer did after the day `since`, up to `until`."""
    part = order_days.of((order_days.day > since) & (order_days.day <= until))
    number = len(order_days.customers)
    return Span(
        np.bincount(part.customer, minlength=number).astype(float),
        np.bincount(part.customer, weights=part.net, minlength=number).astype(float),
    )
