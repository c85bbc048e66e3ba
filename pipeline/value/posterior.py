"""What is believed of each customer once a model has seen them, and what follows from it.

All order models here leave the same kind of belief: the customer is still with the shop or has
left; who is still there orders at a rate λ ~ gamma(shape, rate) and leaves after each coming
order with a probability p ~ beta(leaving, staying), the two independent of each other. So one
set of formulas serves them all.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import hyp2f1

from pipeline.value.history import Floats, Whole

NEAR = 1e-6
"""So near to a place where the closed form is 0 / 0, the mean of both sides is taken."""


class Posterior(NamedTuple):
    """Beliefs, one element a customer; rates per week.

    Parameters
    ----------
    alive : probability to be still with the shop.
    shape, rate : of the gamma distribution of one's order rate, if alive.
    leaving, staying : of the beta distribution of one's drop-out probability after an order;
        leaving 0 where nobody leaves.
    """

    alive: Floats
    shape: Floats
    rate: Floats
    leaving: Floats
    staying: Floats

    def part(self, where: NDArray[np.bool_] | NDArray[np.intp] | slice) -> "Posterior":
        """Give the beliefs about some of the customers."""
        return Posterior(
            self.alive[where],
            self.shape[where],
            self.rate[where],
            self.leaving[where],
            self.staying[where],
        )


class Kinds(NamedTuple):
    """Beliefs of one model that differ but for P(alive), each once, as of the living.

    Parameters
    ----------
    first : a customer of each kind; `place` the kind of each customer. Sorted by shape.
    """

    belief: Posterior
    first: Whole
    place: Whole


def kinds(belief: Posterior) -> Kinds:
    """Find who differs in P(alive) alone: what else follows is to be computed but once."""
    order = np.lexsort((belief.rate, belief.shape))
    shape, rate = belief.shape[order], belief.rate[order]
    begins = np.ones(len(order), dtype=bool)
    begins[1:] = (np.diff(shape) != 0) | (np.diff(rate) != 0)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.cumsum(begins) - 1
    first = order[begins]
    living = belief.part(first)._replace(alive=np.ones(len(first)))
    return Kinds(living, first, place)


def expected_orders(belief: Posterior, weeks: float | Floats) -> Floats:
    """Give the expected number of orders in the coming `weeks` (one span, or one for each).

    P(alive) × E[(1 − (rate / (rate + p·weeks))^shape) / p] over p; the closed form is that of
    Fader, Hardie and Lee (2005), equation 10.
    """
    span = np.broadcast_to(np.asarray(weeks, dtype=float), belief.alive.shape)
    expected = belief.shape * span / belief.rate
    leaves = (belief.leaving > 0) & (span > 0)
    if leaves.any():
        expected[leaves] = _with_leaving(belief.part(leaves), span[leaves])
    return belief.alive * expected


def _with_leaving(belief: Posterior, weeks: Floats) -> Floats:
    singular = (np.abs(belief.leaving - 1) < NEAR) | (
        np.abs(belief.leaving + belief.staying - 1) < NEAR
    )
    if not singular.any():
        return _closed_form(belief, weeks)
    away = np.where(singular, 2 * NEAR, 0.0)
    low, high = (
        _closed_form(belief._replace(leaving=belief.leaving + side), weeks)
        for side in (-away, away)
    )
    return (low + high) / 2


def _closed_form(belief: Posterior, weeks: Floats) -> Floats:
    _, shape, rate, leaving, staying = belief
    both = leaving + staying - 1
    none = np.exp(-shape * np.log1p(weeks / rate))
    series = hyp2f1(shape, staying, both, weeks / (rate + weeks))
    found = both / (leaving - 1) * (1 - none * series)
    return np.clip(found, 0, shape * weeks / rate)


def order_probability(belief: Posterior, weeks: float) -> Floats:
    """Give the probability of at least one order in the coming `weeks`.

    Nobody leaves but after an order, so it is P(alive) × (1 − P(no arrival | alive)): the
    complement of P(alive and silent) + P(gone).
    """
    return belief.alive * -np.expm1(-belief.shape * np.log1p(weeks / belief.rate))


def weeks_to_next_order(belief: Posterior, *, at_most: float) -> Floats:
    """Give the median wait for the next order; NaN where more likely than not none comes.

    The wait's distribution has mass 1 − P(alive) at never; its median lies where
    `order_probability` reaches one half. Later than `at_most` counts as never.
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        silent = np.log1p(-0.5 / belief.alive)
        weeks = belief.rate * np.expm1(-silent / belief.shape)
    return np.where((belief.alive > 0.5) & (weeks <= at_most), weeks, np.nan)


def order_counts(belief: Posterior, weeks: float, *, most: int) -> Floats:
    """Give P(N ≥ n) of orders in the coming `weeks` for n = 0 to `most`, a row a customer.

    The n-th order comes if the rate brings it and one has stayed after the n − 1 before it.
    """
    chance = weeks / (belief.rate + weeks)
    mass = np.exp(-belief.shape * np.log1p(weeks / belief.rate))
    below, stayed = np.zeros_like(mass), np.ones_like(mass)
    found = np.ones((len(mass), most + 1))
    for n in range(1, most + 1):
        below = below + mass
        found[:, n] = belief.alive * np.clip(1 - below, 0, 1) * stayed
        mass = mass * (belief.shape + n - 1) / n * chance
        still = belief.staying + n - 1
        stayed = stayed * still / (belief.leaving + still)
    return found
