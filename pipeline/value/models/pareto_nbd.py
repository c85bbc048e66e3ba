"""Pareto/NBD: the elder model, in which customers may leave at any time.

Schmittlein, Morrison and Colombo (1987). A customer orders at a constant rate λ ~ gamma(r, α)
and leaves after a lifetime with rate μ ~ gamma(s, β).
"""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar, NamedTuple

import numpy as np

from pipeline.value.history import Floats, Histories, cumulated
from pipeline.value.models.fitting import Coordinate, Space
from pipeline.value.models.order_model import OrderModel
from pipeline.value.models.posterior import Posterior

NODES, WEIGHTS = np.polynomial.legendre.leggauss(48)
CHUNK = 20_000
"""Customers whose times of leaving are held at a time."""
SPACE = Space(
    tuple(
        Coordinate(np.log(1e-3), np.log(1e4), f"the parameter {name}")
        for name in ("r", "alpha", "s", "beta")
    ),
    ("r", "alpha", "s", "beta"),
    np.exp,
)


@dataclass(frozen=True)
class ParetoNbd(OrderModel):
    """λ ~ gamma(r, α) and μ ~ gamma(s, β) between customers; times are weeks."""

    r: float
    alpha: float
    s: float
    beta: float

    name: ClassVar[str] = "Pareto/NBD"
    key: ClassVar[str] = "pareto_nbd"
    space: ClassVar[Space] = SPACE
    rough: ClassVar[int] = 1_000

    @classmethod
    def likelihood(cls, place: Floats, customers: Histories) -> tuple[float, Floats]:
        """Give the log-likelihood at the parameters' logarithms and its gradient there."""
        return _likelihood(place, customers)

    @classmethod
    def start(cls, rate: float) -> Floats:
        """Give the place to search from, for customers who order `rate` times a week."""
        return np.array([0.0, -np.log(rate), 0.0, -np.log(rate)])

    def log_likelihood(self, customers: Histories) -> float:
        """Give the logarithm of the likelihood of what these customers did."""
        return _likelihood(np.log(list(self.params.values())), customers)[0]

    def posterior(self, customers: Histories) -> Posterior:
        """Give what is believed of each customer.

        If alive, λ ~ gamma(r + x, α + T) and μ ~ gamma(s, β + T), independently.
        """
        alive = np.empty(len(customers.x))
        for begin in range(0, len(alive), CHUNK):
            some = slice(begin, begin + CHUNK)
            odds = _left(customers.part(some), **self.params).log_odds
            alive[some] = np.exp(-np.logaddexp(0, odds))
        return Posterior(
            alive=alive,
            shape=self.r + customers.x,
            rate=self.alpha + customers.T,
            leaving=np.full(len(customers.x), self.s),
            staying=self.beta + customers.T,
            any_time=True,
        )


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
    departures = _left(customers, r, alpha, s, beta)
    value = (
        cumulated(np.log(steps))[x]
        + r * np.log(alpha)
        - (r + x) * np.log(alpha + age)
        - s * np.log1p(age / beta)
        + np.logaddexp(0, departures.log_odds)
    )
    gone = np.exp(departures.log_odds - np.logaddexp(0, departures.log_odds))
    by_age = partial(_mixed, departures=departures, gone=gone)
    slope = [
        cumulated(1 / steps)[x]
        + np.log(alpha)
        - by_age(np.log(alpha + departures.times), np.log(alpha + age)),
        r / alpha - (r + x) * by_age(1 / (alpha + departures.times), 1 / (alpha + age)),
        np.log(beta) - by_age(np.log(beta + departures.times), np.log(beta + age)) + gone / s,
        s / beta - by_age((s + 1) / (beta + departures.times), s / (beta + age)),
    ]
    natural = np.array([weight @ gradient for gradient in slope])
    return float(weight @ value), natural * (r, alpha, s, beta)


def _mixed(at_times: Floats, at_age: Floats, *, departures: _Left, gone: Floats) -> Floats:
    """Average over the times of leaving, or take the day of looking for who is still there."""
    return gone * (at_times * departures.shares).sum(axis=1) + (1 - gone) * at_age
