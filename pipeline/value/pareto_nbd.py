"""Pareto/NBD: the elder model in which customers may leave at any time, for comparison.

Schmittlein, Morrison and Colombo (1987). A customer orders at a constant rate λ ~ gamma(r, α)
and leaves after a lifetime with rate μ ~ gamma(s, β). Nothing that the portal shows comes from
it: it is the yardstick by which the field measures its likelihoods.
"""

from dataclasses import asdict, dataclass
from functools import partial
from typing import NamedTuple

import numpy as np

from pipeline.value.fitting import Coordinate, Fit, Space, most_likely
from pipeline.value.history import Floats, Histories, cumulated, grouped

NODES, WEIGHTS = np.polynomial.legendre.leggauss(48)
SPACE = Space(
    tuple(
        Coordinate(np.log(1e-3), np.log(1e4), f"the parameter {name}")
        for name in ("r", "alpha", "s", "beta")
    ),
    ("r", "alpha", "s", "beta"),
    np.exp,
)


@dataclass(frozen=True)
class ParetoNbd:
    """λ ~ gamma(r, α) and μ ~ gamma(s, β) between customers; times are weeks."""

    r: float
    alpha: float
    s: float
    beta: float

    @classmethod
    def fit(cls, customers: Histories, *, seed: int = 0, starts: int = 3) -> "FittedPareto":
        """Find the most likely parameters; the result says whether they are to be trusted."""
        kinds = grouped(customers)
        rate = (kinds.weight @ kinds.x + 1) / (kinds.weight @ kinds.T)
        found = most_likely(
            partial(cls.likelihood, customers=kinds),
            SPACE,
            np.array([0.0, -np.log(rate), 0.0, -np.log(rate)]),
            customers=kinds.customers,
            starts=starts,
            seed=seed,
        )
        return FittedPareto(cls(**found.params), found)

    @staticmethod
    def likelihood(place: Floats, customers: Histories) -> tuple[float, Floats]:
        """Give the log-likelihood at the parameters' logarithms and its gradient there."""
        return _likelihood(place, customers)

    def log_likelihood(self, customers: Histories) -> float:
        """Give the logarithm of the likelihood of what these customers did."""
        return _likelihood(np.log(list(asdict(self).values())), customers)[0]

    def p_alive(self, customers: Histories) -> Floats:
        """Give the probability that each customer is still with the shop."""
        return np.exp(-np.logaddexp(0, _left(customers, *asdict(self).values()).log_odds))


class FittedPareto(NamedTuple):
    """The model with its most likely parameters and how they were found."""

    model: ParetoNbd
    fit: Fit


class _Left(NamedTuple):
    """When customers may have left: log odds that they did, and times with their shares."""

    log_odds: Floats
    times: Floats
    shares: Floats


def _left(customers: Histories, r: float, alpha: float, s: float, beta: float) -> _Left:
    """Integrate over the time of leaving, between the last order and the day of looking.

    P(gone at τ) against P(alive at T) is ∫ s (α + T)^(r+x) (β + T)^s / ((α + τ)^(r+x)
    (β + τ)^(s+1)) dτ, all of it positive: Gauss-Legendre quadrature in the logarithm of τ loses
    no digits where the difference of two hypergeometric functions loses many.
    """
    shift = min(alpha, beta)
    low = np.log(shift + customers.t_x)[:, None]
    half = (np.log(shift + customers.T)[:, None] - low) / 2
    times = np.exp(low + half * (1 + NODES)) - shift
    orders = (r + customers.x)[:, None]
    logs = (
        np.log(s)
        + orders * (np.log(alpha + customers.T)[:, None] - np.log(alpha + times))
        + s * np.log(beta + customers.T)[:, None]
        - (s + 1) * np.log(beta + times)
        + np.log(shift + times)
    )
    top = logs.max(axis=1, keepdims=True)
    parts = np.exp(logs - top) * WEIGHTS * half
    total = parts.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.where(total[:, None] > 0, parts / total[:, None], 0.0)
        return _Left(np.log(total) + top[:, 0], times, shares)


def _likelihood(logs: Floats, customers: Histories) -> tuple[float, Floats]:
    """Give the log-likelihood at the logarithms of r, α, s and β and its gradient there.

    The gradient is that of the complete data, averaged over when a customer may have left.
    """
    r, alpha, s, beta = np.exp(logs)
    x, age, weight = customers.x, customers.T, customers.weight
    steps = r + np.arange(customers.most, dtype=float)
    left = _left(customers, r, alpha, s, beta)
    value = (
        cumulated(np.log(steps))[x]
        + r * np.log(alpha)
        - (r + x) * np.log(alpha + age)
        - s * np.log1p(age / beta)
        + np.logaddexp(0, left.log_odds)
    )
    gone = np.exp(left.log_odds - np.logaddexp(0, left.log_odds))
    by_age = partial(_mixed, left=left, gone=gone)
    slope = [
        cumulated(1 / steps)[x]
        + np.log(alpha)
        - by_age(np.log(alpha + left.times), np.log(alpha + age)),
        r / alpha - (r + x) * by_age(1 / (alpha + left.times), 1 / (alpha + age)),
        np.log(beta) - by_age(np.log(beta + left.times), np.log(beta + age)) + gone / s,
        s / beta - by_age((s + 1) / (beta + left.times), s / (beta + age)),
    ]
    natural = np.array([weight @ each for each in slope])
    return float(weight @ value), natural * (r, alpha, s, beta)


def _mixed(at_times: Floats, at_age: Floats, *, left: _Left, gone: Floats) -> Floats:
    """Average over the times of leaving, or take the day of looking for who is still there."""
    return gone * (at_times * left.shares).sum(axis=1) + (1 - gone) * at_age
