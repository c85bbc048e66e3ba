"""Whom to contact: what contacting each customer is expected to bring, and who pays.

Of a customer with probability p of leaving, v is at stake: the revenue expected over the next
months if the customer orders in them at all, less nothing if not. Contacting keeps a leaver at
the success rate γ, which saves the margin on v and costs the incentive; of those who would have
stayed anyway the share σ takes the incentive all the same; every contact costs:

    profit = p γ (margin v - incentive) - (1 - p) σ incentive - contact

It is π₀[γ(CLV - δ) - φ] - π₁(δ + φ) of Verbraken, Verbeke and Baesens (2013), the value at
stake in place of the lifetime value, which holds leaving already. Since profit differs from
customer to customer in p and in v, no cut on p does as well as contacting whoever pays.

Where a source tells who answers a campaign, p is the probability of answering and v what the
customer spends on an order: whoever answers brings the margin on v and takes the incentive.

    profit = p (margin v - incentive) - contact
"""

from typing import NamedTuple, Protocol

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from pipeline.base.errors import StrategyError
from pipeline.strategy.retention import RetentionCosts

LIKELY_TO_STAY, UNSURE, LIKELY_TO_LEAVE = "likely to stay", "unsure", "likely to leave"
BANDS = (LIKELY_TO_STAY, UNSURE, LIKELY_TO_LEAVE)
"""The bands of risk, the least first."""
EDGE = 1e-6
PENNIES = 2


class Formula(Protocol):
    """What contacting each customer is expected to bring, from p and v at some costs."""

    def __call__(
        self, probability: pd.Series, at_stake: pd.Series, *, costs: RetentionCosts
    ) -> pd.Series:
        """Give money per customer; null where p or v is not known."""


class ContactList(NamedTuple):
    """Whoever pays, and what contacting all of them is expected to bring.

    `low` and `high` are the ends of the profit where the level of the probabilities is as far
    off as it may be, `fewest` and `most` how many would pay then.
    """

    customers: int
    cost: float
    profit: float
    low: float
    high: float
    fewest: int
    most: int


def contact_profit(
    probability: pd.Series, at_stake: pd.Series, *, costs: RetentionCosts
) -> pd.Series:
    """Give what contacting each customer is expected to bring, money to the penny.

    Null where the probability or the value at stake is not known.
    """
    _check(probability, "leaving")
    saved = probability * costs.success_rate * (costs.margin * at_stake - costs.incentive)
    wasted = (1 - probability) * costs.staying_accept * costs.incentive
    return (saved - wasted - costs.contact_cost).round(PENNIES)


def answer_profit(
    probability: pd.Series, at_stake: pd.Series, *, costs: RetentionCosts
) -> pd.Series:
    """Give what contacting each customer is expected to bring who may answer, to the penny.

    `probability` is that of answering, `at_stake` the customer's mean spend of an order, money.
    Null where either is not known.
    """
    _check(probability, "answering")
    earned = probability * (costs.margin * at_stake - costs.incentive)
    return (earned - costs.contact_cost).round(PENNIES)


def expected_cost(
    probability: pd.Series, *, costs: RetentionCosts, formula: Formula = contact_profit
) -> pd.Series:
    """Give what contacting each customer is expected to cost, money to the penny.

    The contact, and the incentive of whoever takes it: of those kept and of those who stay
    anyway, or of those who answer.
    """
    taking = probability
    if formula is not answer_profit:
        taking = probability * costs.success_rate + (1 - probability) * costs.staying_accept
    return (costs.contact_cost + taking * costs.incentive).round(PENNIES)


def risk_bands(probability: pd.Series, *, ends: tuple[float, float]) -> pd.Series:
    """Name each customer's band: below the first end, below the second, from there on.

    Null where the probability is not known.
    """
    below, above = ends
    if not 0 < below < above < 1:
        raise StrategyError(
            "The ends of the risk bands must lie between 0 and 1, the lower first."
        )
    names = np.select([probability < below, probability < above], BANDS[:2], BANDS[2])
    bands = pd.Series(names, index=probability.index, dtype="str", name="risk_band")
    return bands.where(probability.notna())


def contact_list(
    probability: pd.Series,
    at_stake: pd.Series,
    *,
    costs: RetentionCosts,
    miss: float,
    formula: Formula = contact_profit,
) -> ContactList:
    """Add up whoever pays; `miss` is what the level may be off by, in log odds (1 standard).

    The range of the profit is that of the same customers; the range of their number that of
    whoever would pay.
    """
    is_known = probability.notna() & at_stake.notna()
    p, v = probability[is_known], at_stake[is_known]
    profit = formula(p, v, costs=costs)
    pays = profit > 0
    ends = []
    for direction in (-2.0, 2.0):
        odds = logit(p.clip(EDGE, 1 - EDGE)) + direction * miss
        moved = formula(pd.Series(expit(odds), index=p.index), v, costs=costs)
        ends.append((float(moved[pays].sum()), int((moved > 0).sum())))
    cost = expected_cost(p, costs=costs, formula=formula)
    return ContactList(
        customers=int(pays.sum()),
        cost=float(cost[pays].sum()),
        profit=float(profit[pays].sum()),
        low=min(end[0] for end in ends),
        high=max(end[0] for end in ends),
        fewest=min(end[1] for end in ends),
        most=max(end[1] for end in ends),
    )


def _check(probability: pd.Series, of_what: str) -> None:
    known_probability = probability.dropna()
    if ((known_probability < 0) | (known_probability > 1)).any():
        raise StrategyError(f"Probabilities of {of_what} must lie from 0 to 1.")
