"""What a retention campaign would have brought on customers whose outcome is known.

Verbraken, Verbeke and Baesens (2013), "A novel profit maximizing metric for measuring
classification performance of customer churn prediction models", IEEE Transactions on
Knowledge and Data Engineering 25 (5). Of the customers with the highest scores, each leaver who
is contacted stays with probability γ and then takes the incentive; each contacted customer who
would have stayed takes it too:

    profit = leavers (γ (value − incentive) − contact) − stayers (incentive + contact)

All profits are money per customer of the whole list, contacted or not, and all shares are of
that list.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import betainc

from pipeline.errors import StrategyError

Numbers = npt.ArrayLike


class Offer(NamedTuple):
    """What a kept customer is worth and what the attempt costs, in money per customer."""

    value: float = 200.0
    incentive: float = 10.0
    contact_cost: float = 1.0


class Best(NamedTuple):
    """The most that a campaign brings, money per customer, and the share contacted for it."""

    profit: float
    share: float


def campaign_curve(
    labels: Numbers, scores: Numbers, *, offer: Offer, success_rate: float
) -> pd.DataFrame:
    """Give the profit of contacting everyone with at least each score, the highest first.

    Columns `cut, share, leavers, stayers, profit`; the first row contacts nobody and has no
    cut. `labels` are 1 for who left, 0 for who stayed.
    """
    ranked = _ranked(labels, scores)
    return pd.DataFrame(
        {
            "cut": ranked.cuts,
            "share": (ranked.leavers + ranked.stayers) / ranked.customers,
            "leavers": ranked.leavers,
            "stayers": ranked.stayers,
            "profit": _profit(ranked, offer, success_rate),
        }
    )


def maximum_profit(
    labels: Numbers, scores: Numbers, *, offer: Offer, success_rate: float
) -> Best:
    """Give the most that a campaign brings at a known success rate (the paper's MP)."""
    ranked = _ranked(labels, scores)
    profit = _profit(ranked, offer, success_rate)
    best = int(profit.argmax())
    share = (ranked.leavers[best] + ranked.stayers[best]) / ranked.customers
    return Best(float(profit[best]), float(share))


def expected_maximum_profit(
    labels: Numbers, scores: Numbers, *, offer: Offer, alpha: float = 6, beta: float = 14
) -> Best:
    """Give the maximum profit expected where γ follows Beta(α, β) (the paper's EMPC).

    For each γ the best list ends at a corner of the ROC curve's convex hull, and the corner
    changes where γ makes the next stretch of the hull pay. Between two changes the profit is
    linear in γ, so that its integral is a difference of incomplete beta functions: exact.
    """
    if offer.value <= offer.incentive:
        return Best(0.0, 0.0)
    ranked = _hull(_ranked(labels, scores))
    more_leavers, more_stayers = np.diff(ranked.leavers), np.diff(ranked.stayers)
    given = offer.incentive + offer.contact_cost
    never = np.full(len(more_leavers), np.inf)
    lost_per_leaver = np.divide(
        given * more_stayers, more_leavers, out=never, where=more_leavers > 0
    )
    pays_from = (lost_per_leaver + offer.contact_cost) / (offer.value - offer.incentive)
    edges = np.concatenate([[0.0], np.clip(pays_from, 0, 1), [1.0]])
    probability = np.diff(betainc(alpha, beta, edges))
    mean = alpha / (alpha + beta)
    partial_mean = mean * np.diff(betainc(alpha + 1, beta, edges))
    kept = ranked.leavers * (
        (offer.value - offer.incentive) * partial_mean - offer.contact_cost * probability
    )
    lost = ranked.stayers * given * probability
    contacted = (ranked.leavers + ranked.stayers) * probability
    return Best(
        float((kept - lost).sum() / ranked.customers),
        float(contacted.sum() / ranked.customers),
    )


class _Ranked(NamedTuple):
    """Leavers and stayers among the customers with at least each score; the first is nobody."""

    cuts: np.ndarray
    leavers: np.ndarray
    stayers: np.ndarray

    @property
    def customers(self) -> float:
        return float(self.leavers[-1] + self.stayers[-1])


def _ranked(labels: Numbers, scores: Numbers) -> _Ranked:
    left, score = np.asarray(labels, dtype=float), np.asarray(scores, dtype=float)
    if left.size == 0 or left.shape != score.shape or not np.isfinite(left + score).all():
        raise StrategyError(
            "The profit of a campaign asks for one outcome and one score of every customer;"
            " leave out customers without."
        )
    order = np.argsort(-score, kind="stable")
    left, score = left[order], score[order]
    last_of_equals = np.append(np.flatnonzero(np.diff(score)), len(score) - 1)
    leavers = np.cumsum(left)[last_of_equals]
    return _Ranked(
        np.concatenate([[np.nan], score[last_of_equals]]),
        np.concatenate([[0.0], leavers]),
        np.concatenate([[0.0], last_of_equals + 1 - leavers]),
    )


def _profit(ranked: _Ranked, offer: Offer, success_rate: float) -> np.ndarray:
    kept = success_rate * (offer.value - offer.incentive) - offer.contact_cost
    lost = offer.incentive + offer.contact_cost
    return (ranked.leavers * kept - ranked.stayers * lost) / ranked.customers


def _hull(ranked: _Ranked) -> _Ranked:
    """Keep the corners of the upper convex hull of leavers over stayers."""
    corners: list[int] = []
    x, y = ranked.stayers, ranked.leavers
    for point in range(len(x)):
        while len(corners) > 1:
            a, b = corners[-2], corners[-1]
            if (x[b] - x[a]) * (y[point] - y[a]) < (x[point] - x[a]) * (y[b] - y[a]):
                break
            corners.pop()
        corners.append(point)
    keep = np.array(corners)
    return _Ranked(ranked.cuts[keep], y[keep], x[keep])
