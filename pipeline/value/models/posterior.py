"""What is believed of each customer once a model has seen them, and what follows from it.

All order models here leave the same kind of belief: the customer is still with the shop or has
left; who is still there orders at a rate λ ~ gamma(shape, rate), and independently of it either
leaves after each coming order with a probability p ~ beta(leaving, staying), or leaves at any
time at a rate μ ~ gamma(leaving, staying). So one set of formulas serves them all.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import hyp2f1

from pipeline.value.history import Floats, Whole

NEAR = 1e-6
"""So near to a place where the closed form is 0 / 0, the mean of both sides is taken."""
NODES, WEIGHTS = np.polynomial.legendre.leggauss(32)
CHUNK = 50_000
"""Customers whose integrals are held at a time."""
STEPS = 30
"""Newton steps towards the median wait; they stop where nobody moves any more."""


class Posterior(NamedTuple):
    """Beliefs, one element a customer; rates per week.

    Parameters
    ----------
    alive : probability to be still with the shop.
    shape, rate : of the gamma distribution of one's order rate, if alive.
    leaving, staying : of the beta distribution of one's drop-out probability after an order;
        leaving 0 where nobody leaves.
    any_time : whether customers leave at any time instead: `leaving`, `staying` are then shape
        and rate of the gamma distribution of one's rate of leaving.
    """

    alive: Floats
    shape: Floats
    rate: Floats
    leaving: Floats
    staying: Floats
    any_time: bool = False

    def part(self, where: NDArray[np.bool_] | NDArray[np.intp] | slice) -> "Posterior":
        """Give the beliefs about some of the customers."""
        return Posterior(
            self.alive[where],
            self.shape[where],
            self.rate[where],
            self.leaving[where],
            self.staying[where],
            self.any_time,
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
    Fader, Hardie and Lee (2005), equation 10. Who leaves at any time orders for
    E[(1 − e^(−μ·weeks)) / μ] weeks on average (Fader and Hardie 2005, Pareto/NBD, equation 41).
    """
    span = np.broadcast_to(np.asarray(weeks, dtype=float), belief.alive.shape)
    if belief.any_time:
        return belief.alive * belief.shape / belief.rate * _weeks_there(belief, span)
    expected = belief.shape * span / belief.rate
    leaves = (belief.leaving > 0) & (span > 0)
    if leaves.any():
        expected[leaves] = _with_leaving(belief.part(leaves), span[leaves])
    return belief.alive * expected


def _weeks_there(belief: Posterior, weeks: Floats) -> Floats:
    """Give how many of the coming weeks the living stay on average: at most all of them."""
    exponent, logs = belief.leaving - 1, np.log1p(weeks / belief.staying)
    near = np.abs(exponent) < NEAR
    safe = np.where(near, 1.0, exponent)
    weeks_there = belief.staying * np.where(near, logs, -np.expm1(-safe * logs) / safe)
    return np.clip(weeks_there, 0, weeks)


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
    _, shape, rate, leaving, staying, _ = belief
    both = leaving + staying - 1
    none = np.exp(-shape * np.log1p(weeks / rate))
    series = hyp2f1(shape, staying, both, weeks / (rate + weeks))
    orders = both / (leaving - 1) * (1 - none * series)
    return np.clip(orders, 0, shape * weeks / rate)


def order_probability(belief: Posterior, weeks: float) -> Floats:
    """Give the probability of at least one order in the coming `weeks`.

    Where nobody leaves but after an order, it is P(alive) × (1 − P(no arrival | alive)): the
    complement of P(alive and silent) + P(gone).
    """
    arrives = -np.expm1(-belief.shape * np.log1p(weeks / belief.rate))
    return belief.alive * (_in_time(belief, arrives) if belief.any_time else arrives)


def _in_time(belief: Posterior, arrives: Floats) -> Floats:
    """Give the probability of an order before leaving, up to when one arrives with `arrives`.

    The integral of P(still there at u) over the distribution of the first arrival's time u,
    by Gauss-Legendre in that distribution's own probability.
    """
    probability = np.empty(len(arrives))
    for begin in range(0, len(arrives), CHUNK):
        some = slice(begin, begin + CHUNK)
        part, half = belief.part(some), arrives[some, None] / 2
        still_there = _still_there(part, half * (1 + NODES))
        probability[some] = half[:, 0] * (still_there @ WEIGHTS)
    return probability


def _still_there(belief: Posterior, arrives: Floats) -> Floats:
    """Give P(not left yet) when an order arrives with so much probability, a row a customer."""
    shape, rate, leaving, staying = (parameter[:, None] for parameter in belief[1:5])
    weeks = rate * np.expm1(-np.log1p(-arrives) / shape)
    return np.exp(-leaving * np.log1p(weeks / staying))


def weeks_to_next_order(belief: Posterior, *, at_most: float) -> Floats:
    """Give the median wait for the next order; NaN where more likely than not none comes.

    The wait's distribution has mass 1 − P(alive) at never; its median lies where
    `order_probability` reaches one half. Later than `at_most` counts as never.
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        arrives = 0.5 / belief.alive
        if belief.any_time:
            arrives = _arrival_for(belief, arrives)
        weeks = belief.rate * np.expm1(-np.log1p(-arrives) / belief.shape)
    return np.where((belief.alive > 0.5) & (weeks <= at_most), weeks, np.nan)


def _arrival_for(belief: Posterior, probability: Floats) -> Floats:
    """Invert `_in_time`: it rises ever more slowly, so Newton's steps come from below."""
    arrival = np.full(len(probability), np.nan)
    place = np.flatnonzero(probability < 1)
    part, target = belief.part(place), probability[place]
    arrives = target
    for _ in range(STEPS):
        still = _still_there(part, arrives[:, None])[:, 0]
        step = (target - _in_time(part, arrives)) / still
        arrives = np.where(arrives + step < 1, arrives + step, np.nan)
        if not (np.abs(step) > NEAR).any():
            break
    arrival[place] = arrives
    return arrival


def order_counts(belief: Posterior, weeks: float, *, most: int) -> Floats:
    """Give P(N ≥ n) of orders in the coming `weeks` for n = 0 to `most`, a row a customer.

    The n-th order comes if the rate brings it and one has stayed after the n − 1 before it;
    only for those who leave after an order.
    """
    chance = weeks / (belief.rate + weeks)
    mass = np.exp(-belief.shape * np.log1p(weeks / belief.rate))
    below, stayed = np.zeros_like(mass), np.ones_like(mass)
    chances = np.ones((len(mass), most + 1))
    for n in range(1, most + 1):
        below = below + mass
        chances[:, n] = belief.alive * np.clip(1 - below, 0, 1) * stayed
        mass = mass * (belief.shape + n - 1) / n * chance
        still = belief.staying + n - 1
        stayed = stayed * still / (belief.leaving + still)
    return chances
