"""Customers who may leave after an order: what BG/NBD and MBG/NBD share.

While with the shop, a customer orders at a constant rate λ, gamma distributed between customers
(shape r, rate α). After an order the customer leaves for good with probability p, beta
distributed between customers (a, b). The two models differ in one thing: whether one can leave
after the first order. `first` is 1 where one can, so that whoever is still there has stayed
after x + first orders.
"""

import numpy as np
from scipy.special import expit, logit

from pipeline.value.history import Floats, Histories, cumulated
from pipeline.value.models.fitting import Coordinate, Space
from pipeline.value.models.posterior import Posterior

PARAMETERS = ("r", "alpha", "a", "b")
COORDINATES = (
    Coordinate(np.log(1e-3), np.log(1e3), "the shape r", "order rates alike for all"),
    Coordinate(np.log(1e-5), np.log(1e2), "the mean order rate r / α"),
    Coordinate(logit(1e-3), logit(1 - 1e-3), "the mean drop-out probability a / (a + b)"),
    Coordinate(np.log(1e-2), np.log(1e4), "the sum a + b", "drop-out alike for all"),
)
"""A mean drop-out probability below one in a thousand is none that could be told from none."""


def parameters(place: Floats) -> Floats:
    """Give r, α, a and b of ln r, ln(r / α), logit(a / (a + b)) and ln(a + b)."""
    shape, rate, leaving, both = place
    return np.array(
        [
            np.exp(shape),
            np.exp(shape - rate),
            np.exp(both) * expit(leaving),
            np.exp(both) * expit(-leaving),
        ]
    )


SPACE = Space(COORDINATES, PARAMETERS, parameters)


def log_likelihood(place: Floats, customers: Histories, *, first: int) -> tuple[float, Floats]:
    """Give the log-likelihood at a place of `SPACE` and its gradient there."""
    r, alpha, a, b = parameters(place)
    value, (by_r, by_alpha, by_a, by_b) = likelihood(customers, r, alpha, a, b, first=first)
    return value, np.array(
        [
            r * by_r + alpha * by_alpha,
            -alpha * by_alpha,
            a * b / (a + b) * (by_a - by_b),
            a * by_a + b * by_b,
        ]
    )


def likelihood(
    customers: Histories, r: float, alpha: float, a: float, b: float, *, first: int
) -> tuple[float, Floats]:
    """Give the log-likelihood and its gradient by r, α, a and b.

    Γ and B occur only with whole numbers between their arguments, so that products stand for
    them, which lose no digits however large b is (Fader, Hardie and Lee 2005, equation 6,
    rearranged).
    """
    x, stayed, weight = customers.x, customers.x + first, customers.weight
    steps = np.arange(customers.most + first, dtype=float)
    odds = log_odds_of_having_left(customers, r, alpha, a, b, first=first)
    left_weight = weight * expit(odds)
    gone, age = alpha + customers.t_x, alpha + customers.T
    silence, log_age = np.log(age / gone), np.log(age)
    value = (
        cumulated(np.log(r + steps))[x]
        + r * np.log(alpha)
        - (r + x) * log_age
        - cumulated(np.log1p(a / (b + steps)))[stayed]
        + np.logaddexp(0, odds)
    )
    both = cumulated(1 / (a + b + steps))[stayed]
    staying = cumulated(1 / (b + steps))[stayed]
    last = 1 / np.where(stayed > 0, b + stayed - 1, 1.0)
    slope = [
        weight @ (cumulated(1 / (r + steps))[x] + np.log(alpha) - log_age)
        + left_weight @ silence,
        weight @ (r / alpha - (r + x) / age) + left_weight @ ((r + x) * (1 / age - 1 / gone)),
        left_weight.sum() / a - weight @ both,
        weight @ (staying - both) - left_weight @ last,
    ]
    return float(weight @ value), np.array(slope)


def log_odds_of_having_left(
    customers: Histories, r: float, alpha: float, a: float, b: float, *, first: int
) -> Floats:
    """Give ln(P(gone) / P(alive)); minus infinity where one can't have left yet."""
    stayed = customers.x + first
    silence = np.log((alpha + customers.T) / (alpha + customers.t_x))
    odds = np.log(a / np.where(stayed > 0, b + stayed - 1, 1.0))
    return np.where(stayed > 0, odds + (r + customers.x) * silence, -np.inf)


def posterior(
    customers: Histories, r: float, alpha: float, a: float, b: float, *, first: int
) -> Posterior:
    """Give what is believed of each customer.

    If alive, λ ~ gamma(r + x, α + T) and p ~ beta(a, b + x + first), independently.
    """
    odds = log_odds_of_having_left(customers, r, alpha, a, b, first=first)
    return Posterior(
        alive=expit(-odds),
        shape=r + customers.x,
        rate=alpha + customers.T,
        leaving=np.full(len(odds), a),
        staying=b + customers.x + first,
    )


def start(rate: float) -> Floats:
    """Give the place to search from, for customers who order `rate` times a week."""
    return np.array([0.0, np.log(rate), logit(0.2), np.log(3.0)])
