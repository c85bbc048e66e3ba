"""What is known on the day from which values are foretold."""

from typing import NamedTuple

from pipeline.value.customers import DAYS_PER_WEEK, Known, Transactions


class Now(NamedTuple):
    """What is known on the newest day, and how it is looked ahead from there."""

    day: int
    order_days: Transactions
    people: Known
    stretch: float
    """By how much a constant rate over the horizon follows the season; 1 not at all."""


def history_days(people: Known) -> int:
    """Give for how many days the oldest customer is known."""
    return round(people.histories.T.max(initial=0) * DAYS_PER_WEEK)
