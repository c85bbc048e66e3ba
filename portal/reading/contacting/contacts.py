"""What a list of customers to contact means, as figures and sentences take it."""

from typing import NamedTuple


class Chosen(NamedTuple):
    """Whom a list contacts, and what that means, expected; amounts are money.

    `low` and `high` are the ends of the profit where the level of the probabilities is as far
    off as must be reckoned with; `paying` of `known` customers pay at all, `fewest` to `most`
    were the level there.
    """

    customers: int
    leavers: float
    at_stake: float
    at_risk: float
    cost: float
    profit: float
    low: float
    high: float
    known: int
    paying: int
    fewest: int
    most: int
    leavers_range: tuple[float, float] = (0.0, 0.0)
    at_risk_range: tuple[float, float] = (0.0, 0.0)
