"""Gamma-Gamma: what customers spend on an order (Fader and Hardie 2013).

A customer's orders are gamma distributed with shape p and an own rate ν; the rates are gamma
distributed between customers with shape q and rate γ. How much one spends on an order and how
often one orders are taken as independent.
"""

from dataclasses import asdict, dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
from scipy.special import digamma, gammaln

from pipeline.value.history import Floats, Whole
from pipeline.value.models.fitting import STARTS, Coordinate, Fit, Space, most_likely


class Spend(NamedTuple):
    """What customers spent, one element each: number of orders (at least 1) and their mean."""

    orders: Whole
    mean: Floats


def _parameters(place: Floats) -> Floats:
    regular, spread, mean = place
    p, above = np.exp([regular, spread])
    return np.array([p, 1 + above, np.exp(mean) * above / p])


SPACE = Space(
    (
        Coordinate(
            np.log(1e-2), np.log(1e3), "the shape p", "the orders of a customer all alike"
        ),
        Coordinate(np.log(0.05), np.log(1e3), "the shape q", "mean spend alike for all"),
        Coordinate(np.log(1e-3), np.log(1e3), "mean spend"),
    ),
    ("p", "q", "gamma"),
    _parameters,
)
"""Of ln p, ln(q − 1) and the logarithm of mean spend, in units of the mean that was seen: the
mean p γ / (q − 1) exists only for q above 1."""


@dataclass(frozen=True)
class GammaGamma:
    """z ~ gamma(p, ν) for a customer, ν ~ gamma(q, γ) between customers."""

    p: float
    q: float
    gamma: float

    @classmethod
    def fit(cls, spend: Spend, *, seed: int = 0, starts: int = STARTS) -> "FittedSpend":
        """Find the most likely parameters; the result says whether they are to be trusted."""
        if not len(spend.mean) or not (spend.mean > 0).all() or not (spend.orders > 0).all():
            raise ValueError("spend needs customers with orders of more than nothing")
        unit = float(spend.mean.mean())
        fit = most_likely(
            partial(_likelihood, sums=_sums(Spend(spend.orders, spend.mean / unit))),
            SPACE,
            np.array([np.log(3.0), np.log(2.0), 0.0]),
            customers=len(spend.mean),
            starts=starts,
            seed=seed,
        )
        scaled = fit._replace(
            params=fit.params | {"gamma": fit.params["gamma"] * unit},
            errors=fit.errors
            | {"gamma": None if fit.errors["gamma"] is None else fit.errors["gamma"] * unit},
            log_likelihood=fit.log_likelihood - len(spend.mean) * np.log(unit),
        )
        return FittedSpend(cls(**scaled.params), scaled)

    @property
    def params(self) -> dict[str, float]:
        """Give the parameters by name."""
        return asdict(self)

    def log_likelihood(self, spend: Spend) -> float:
        """Give the logarithm of the likelihood of these means."""
        return _by_parameters(_sums(spend), self.p, self.q, self.gamma)[0]

    def expected_spend(self, spend: Spend) -> Floats:
        """Give the mean of each customer's coming orders: the own mean, drawn to that of all.

        Orders may be 0, where nothing is known but the others.
        """
        shape, rate = self.posterior(spend)
        return self.p * rate / (shape - 1)

    def posterior(self, spend: Spend) -> tuple[Floats, Floats]:
        """Give shape and rate of what is believed of ν, a gamma distribution."""
        return self.q + self.p * spend.orders, self.gamma + spend.orders * spend.mean


class FittedSpend(NamedTuple):
    """A spend model with its most likely parameters and how they were found."""

    model: GammaGamma
    fit: Fit


class _Sums(NamedTuple):
    """What the likelihood needs of the data, once: sums, and counts by number of orders."""

    total: Floats
    orders: Whole
    number: Floats
    kinds: Floats
    log_mean: float
    constant: float


def _sums(spend: Spend) -> _Sums:
    number, count = np.unique(spend.orders, return_counts=True)
    log_mean = np.log(spend.mean)
    return _Sums(
        total=spend.orders * spend.mean,
        orders=spend.orders,
        number=number.astype(float),
        kinds=count.astype(float),
        log_mean=float(spend.orders @ log_mean),
        constant=float(log_mean.sum()),
    )


def _likelihood(place: Floats, sums: _Sums) -> tuple[float, Floats]:
    """Give the log-likelihood at a place of `SPACE` and its gradient there."""
    p, q, gamma = _parameters(place)
    value, (by_p, by_q, by_gamma) = _by_parameters(sums, p, q, gamma)
    above = q - 1
    return value, np.array(
        [p * by_p - gamma * by_gamma, above * by_q + gamma * by_gamma, gamma * by_gamma]
    )


def _by_parameters(sums: _Sums, p: float, q: float, gamma: float) -> tuple[float, Floats]:
    """Give the log-likelihood (equation 1a of the paper) and its gradient by p, q and γ."""
    number, kinds = sums.number, sums.kinds
    rate = gamma + sums.total
    log_rate = np.log(rate)
    shapes = p * number
    value = (
        kinds @ (gammaln(shapes + q) - gammaln(shapes) + shapes * np.log(number))
        + kinds.sum() * (q * np.log(gamma) - gammaln(q))
        + p * sums.log_mean
        - sums.constant
        - (p * sums.orders + q) @ log_rate
    )
    slope = [
        kinds @ (number * (digamma(shapes + q) - digamma(shapes) + np.log(number)))
        + sums.log_mean
        - sums.orders @ log_rate,
        kinds @ digamma(shapes + q)
        + kinds.sum() * (np.log(gamma) - digamma(q))
        - log_rate.sum(),
        kinds.sum() * q / gamma - ((p * sums.orders + q) / rate).sum(),
    ]
    return float(value), np.array(slope)
