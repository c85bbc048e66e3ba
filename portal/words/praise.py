"""From when on words of praise and doubt are used: each threshold stands here once.

What is called sure, stable, good or excellent on any page is so by these rules, and a figure of
fewer than 20 customers is no finding anywhere.
"""

import math

import pandas as pd

LEAST_CUSTOMERS = 20
"""Customers below which nothing is said of a group, a cell or a segment."""
SIGNIFICANT = 0.05
"""A p-value from which on a difference may be chance."""
SAME_COLUMN = 0.9
"""Share of what sets segments apart from which on a column is told to be them."""
STABLE = (
    (0.85, "highly stable"),
    (0.75, "stable"),
    (0.6, "doubtful"),
    (0.0, "not to be trusted"),
)
"""Mean Jaccard similarities (Hennig 2007), the highest first."""
REACHED = ((0.6, "excellent"), (0.3, "good"), (0.1, "fair"), (-math.inf, "poor"))
"""Shares of what a perfect ranking would add to a lift of 1, the highest first."""
TOP = 0.1
"""The share of customers that a lift looks at."""
WEAK, STRONG = 0.2, 0.6
"""Sizes of a correlation under which numbers hardly, from which they closely go together."""
TELLING = 0.3
"""Size of a rank correlation from which on high values are said to raise or lower something."""
Z = 1.959964
"""The 97.5 % point of the normal distribution."""


def enough(rows: pd.DataFrame, column: str = "customers") -> pd.DataFrame:
    """Keep the rows of which anything may be said: of 20 customers or more."""
    return rows[rows[column] >= LEAST_CUSTOMERS]


def is_sure(low: float, high: float, p_value: float | None = None) -> bool:
    """Tell whether a difference is more than chance, by its 95 % interval and its p-value.

    Both have to say so: near the border they can differ, and then nothing is sure.
    """
    is_apart = low > 0 or high < 0
    is_significant = p_value is None or math.isnan(p_value) or p_value < SIGNIFICANT
    return bool(is_apart and is_significant)


def overlap(first: tuple[float, float], second: tuple[float, float]) -> bool:
    """Tell whether two intervals overlap; where an end is missing they may."""
    ends = (*first, *second)
    if any(end is None or pd.isna(end) for end in ends):
        return True
    return first[0] <= second[1] and second[0] <= first[1]


def stability(value: float) -> str:
    """Say how stable a segment or a clustering is."""
    return next(word for least, word in STABLE if value >= least)


def lift(low: float, base_rate: float) -> str:
    """Say how good a lift is by the lower end of its interval.

    By which share of what a perfect ranking would add it reaches: that one fills the first
    tenth with the positive class, as far as that suffices.
    """
    best = min(1.0, base_rate / TOP) / base_rate if base_rate else 1.0
    reached = (low - 1) / (best - 1) if best > 1 else 0.0
    return next(word for least, word in REACHED if reached >= least)


def correlation(value: float, customers: int) -> str:
    """Say how two numbers go together, by Fisher's 95 % interval of their rank correlation."""
    if customers < LEAST_CUSTOMERS:
        return ""
    middle = math.atanh(max(-0.999999, min(0.999999, value)))
    reach = Z / math.sqrt(customers - 3)
    if not is_sure(middle - reach, middle + reach):
        return "do not clearly go together"
    direction = "rise together" if value > 0 else "go against each other"
    if abs(value) < WEAK:
        return f"hardly {direction}"
    return direction if abs(value) < STRONG else f"closely {direction}"
