"""NBD: customers order at an own rate and never leave (Ehrenberg 1959).

The last resort where no drop-out can be told from the data: P(alive) is 1 for everyone, and a
customer's silence speaks through the rate alone.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from pipeline.value.history import Floats, Histories, cumulated
from pipeline.value.models.fitting import Coordinate, Space
from pipeline.value.models.order_model import OrderModel
from pipeline.value.models.posterior import Posterior


def _parameters(place: Floats) -> Floats:
    shape, rate = place
    return np.exp([shape, shape - rate])


SPACE = Space(
    (
        Coordinate(np.log(1e-3), np.log(1e3), "the shape r", "order rates alike for all"),
        Coordinate(np.log(1e-5), np.log(1e2), "the mean order rate r / α"),
    ),
    ("r", "alpha"),
    _parameters,
)


@dataclass(frozen=True)
class Nbd(OrderModel):
    """λ ~ gamma(r, α) between customers."""

    r: float
    alpha: float

    name: ClassVar[str] = "NBD"
    key: ClassVar[str] = "nbd"
    space: ClassVar[Space] = SPACE

    @classmethod
    def likelihood(cls, place: Floats, customers: Histories) -> tuple[float, Floats]:
        """Give the log-likelihood at a place of `space` and its gradient there."""
        r, alpha = _parameters(place)
        value, (by_r, by_alpha) = _likelihood(customers, r, alpha)
        return value, np.array([r * by_r + alpha * by_alpha, -alpha * by_alpha])

    @classmethod
    def start(cls, rate: float) -> Floats:
        """Give the place to search from, for customers who order `rate` times a week."""
        return np.array([0.0, np.log(rate)])

    def log_likelihood(self, customers: Histories) -> float:
        """Give the logarithm of the likelihood of what these customers did."""
        return _likelihood(customers, self.r, self.alpha)[0]

    def posterior(self, customers: Histories) -> Posterior:
        """Give what is believed of each customer: λ ~ gamma(r + x, α + T)."""
        alive = np.ones(len(customers.x))
        return Posterior(
            alive=alive,
            shape=self.r + customers.x,
            rate=self.alpha + customers.T,
            leaving=np.zeros_like(alive),
            staying=alive,
        )


def _likelihood(customers: Histories, r: float, alpha: float) -> tuple[float, Floats]:
    """Give the log-likelihood of the orders' times and its gradient by r and α."""
    x, weight = customers.x, customers.weight
    steps = r + np.arange(customers.most, dtype=float)
    age = alpha + customers.T
    log_age = np.log(age)
    value = cumulated(np.log(steps))[x] + r * np.log(alpha) - (r + x) * log_age
    slope = [
        weight @ (cumulated(1 / steps)[x] + np.log(alpha) - log_age),
        weight @ (r / alpha - (r + x) / age),
    ]
    return float(weight @ value), np.array(slope)
