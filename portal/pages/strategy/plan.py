"""What the cards and the charts of one budget are made from."""

from typing import NamedTuple

import pandas as pd

from portal.reading.economics import Division

NEEDS_BASKETS = (
    "This data set knows no order values; a file of order lines would bring budgets."
)
NEEDS_BUDGET = "Enter a budget of 1 or more."


class Plan(NamedTuple):
    """A budget divided over the segments both ways, and what was known of each segment."""

    division: Division
    inputs: pd.DataFrame


def missing(amount: float) -> str:
    """Say why there is no plan for an amount."""
    return NEEDS_BASKETS if amount else NEEDS_BUDGET
