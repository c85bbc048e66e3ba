"""What an expected return is called: thresholds of praise, defined once.

A return is what is left over what was spent. Praise needs its low end too: where the range
reaches a loss, the word is “unsure”, whatever the figure in its middle.
"""

import math
from typing import Literal

Rating = Literal["very high", "high", "fair", "low", "unsure", "a loss", "nothing is spent"]
THRESHOLDS: tuple[tuple[float, Rating], ...] = (
    (3.0, "very high"),
    (1.0, "high"),
    (0.3, "fair"),
    (0.0, "low"),
)
"""Least return of each word, the best first: at 1 what comes back is twice what was spent."""
NOTHING: Rating = "nothing is spent"


def rating(*, cost: float, profit: float, low: float) -> Rating:
    """Name the return of `profit` on `cost`; `low` is the low end of the profit, all money.

    >>> rating(cost=100, profit=120, low=30), rating(cost=100, profit=120, low=-5)
    ('high', 'unsure')
    >>> rating(cost=100, profit=-11, low=-40), rating(cost=0, profit=0, low=0)
    ('a loss', 'nothing is spent')
    """
    if profit <= 0:
        return NOTHING if cost <= 0 and profit == 0 else "a loss"
    if low <= 0:
        return "unsure"
    back = profit / cost if cost > 0 else math.inf
    return next(word for least, word in THRESHOLDS if back >= least)
