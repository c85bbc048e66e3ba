"""Revenue of a coming span: expected, discounted, with the range in which it will lie."""

import itertools
from typing import NamedTuple

import numpy as np
from scipy.special import gammaincinv, ndtri

from pipeline.value.groups import group_of
from pipeline.value.history import Floats, Whole
from pipeline.value.models.gamma_gamma import GammaGamma, Spend
from pipeline.value.models.posterior import Kinds, Posterior, expected_orders, kinds

DAYS_PER_YEAR = 365
MONTHS = 12
YEAR = DAYS_PER_YEAR / 7
"""Twelve months, in weeks."""
CELLS = 1_000_000
"""Draws that are held at a time."""
MOST_DRAWS, LEAST_DRAWS = 50_000_000, 200
"""Draws of all kinds of customers together; where these are many, each gets fewer."""
LEAST_LEAVING = 1e-9


class Unforeseen(NamedTuple):
    """Variance of the factor (mean 1) by which a coming period multiplies a customer's rate.

    One by group of repeat orders: 0, 1 to 2, 3 to 6, 7 and more.
    """

    none: float
    one: float
    some: float
    many: float


NOTHING_UNFORESEEN = Unforeseen(0.0, 0.0, 0.0, 0.0)


class Revenue(NamedTuple):
    """Each customer's expected revenue of a span and the bounds of its predictive interval."""

    value: Floats
    low: Floats
    high: Floats


def revenue(
    belief: Posterior,
    spend: Spend,
    model: GammaGamma,
    *,
    weeks: float,
    discount_rate: float,
    interval: float,
    draws: int,
    seed: int,
    unforeseen: Unforeseen = NOTHING_UNFORESEEN,
) -> Revenue:
    """Foretell the revenue of the coming `weeks`, discounted by month.

    `spend` holds all transactions of each customer, the first included, so that equal shapes in
    `belief` go with equal numbers of transactions.

    The value is exact: expected orders of each month × expected spend × the month's discount
    (a year's `discount_rate`, taken to the middle of the month). The interval holds what one
    customer's revenue will be with probability `interval`: a customer is alive or gone, and if
    alive has a rate, a patience and a mean spend by what is believed of that very customer, and
    by these a number of orders and their sum, simulated, the rate times a factor of mean 1 for
    what is `unforeseen`. Where the value lies outside of it — the customer most likely orders
    nothing, yet might — it is stretched to hold the value; that of whoever has ordered once
    begins at 0.
    """
    alike = kinds(belief)
    orders, discounted = discounted_orders(alike, weeks=weeks, discount_rate=discount_rate)
    worth = model.expected_spend(spend) * (belief.alive * discounted[alike.place])
    factor = np.divide(discounted, orders, out=np.ones_like(orders), where=orders > 0)
    _, scale = model.posterior(spend)
    low, high = _bounds(
        belief, alike, spend.orders, model,
        weeks=weeks, interval=interval, draws=draws, seed=seed, unforeseen=unforeseen,
    )  # fmt: skip
    low = np.where(spend.orders > 1, low, 0.0)
    scale = scale * factor[alike.place]
    return Revenue(worth, np.minimum(low * scale, worth), np.maximum(high * scale, worth))


def discounted_orders(
    alike: Kinds, *, weeks: float, discount_rate: float
) -> tuple[Floats, Floats]:
    """Give the expected orders of the living in the coming `weeks`, plain and discounted."""
    month = YEAR / MONTHS
    before: Floats = np.zeros(len(alike.first))
    discounted, began = np.zeros_like(before), 0.0
    for edge in [*np.arange(month, weeks - 1e-9, month), weeks]:
        so_far = expected_orders(alike.belief, edge)
        middle = (began + edge) / 2 / YEAR
        discounted += (so_far - before) * (1 + discount_rate) ** -middle
        before, began = so_far, edge
    return before, discounted


def _bounds(
    belief: Posterior,
    alike: Kinds,
    orders: Whole,
    model: GammaGamma,
    *,
    weeks: float,
    interval: float,
    draws: int,
    seed: int,
    unforeseen: Unforeseen,
) -> tuple[Floats, Floats]:
    """Give the quantiles of each customer's revenue, in units of what scales one's spend.

    A customer's revenue is that of a living one with probability P(alive), else nothing: the
    quantile of the one is a quantile of the other, so a kind is simulated once for everybody.
    """
    number = len(alike.first)
    draws = max(min(draws, MOST_DRAWS // number), LEAST_DRAWS)
    by_kind = np.argsort(alike.place, kind="stable")
    ends = np.searchsorted(alike.place[by_kind], np.arange(number + 1))
    tail = (1 - interval) / 2
    with np.errstate(divide="ignore", over="ignore"):
        above = np.floor(tail / belief.alive * draws)
        below = np.floor((tail - (1 - belief.alive)) / belief.alive * draws)
    low, high = np.zeros(len(orders)), np.zeros(len(orders))
    rng = np.random.default_rng([seed, len(orders)])
    for begin, end in _blocks(orders[alike.first], at_most=max(1, CELLS // draws)):
        drawn = _draws(
            rng, alike.belief.part(slice(begin, end)), int(orders[alike.first[begin]]), model,
            weeks=weeks, draws=draws, unforeseen=unforeseen,
        )  # fmt: skip
        people = by_kind[ends[begin] : ends[end]]
        row = alike.place[people] - begin
        for bound, rank in ((low, below[people]), (high, draws - 1 - above[people])):
            has_rank = rank >= 0
            bound[people[has_rank]] = drawn[row[has_rank], rank[has_rank].astype(np.int64)]
    return low, high


def _blocks(orders: Whole, *, at_most: int) -> list[tuple[int, int]]:
    """Cut kinds, sorted by their number of orders, where it changes and by size."""
    cuts = [0, *(np.flatnonzero(np.diff(orders)) + 1).tolist(), len(orders)]
    return [
        (begin, min(begin + at_most, end))
        for start, end in itertools.pairwise(cuts)
        for begin in range(start, end, at_most)
    ]


def _draws(
    rng: np.random.Generator,
    living: Posterior,
    orders: int,
    model: GammaGamma,
    *,
    weeks: float,
    draws: int,
    unforeseen: Unforeseen,
) -> Floats:
    """Draw the revenue of living customers with equally many `orders`: a row each, sorted.

    What depends on the number of orders alone is drawn once for all of them: the gamma of the
    rate, what is unforeseen, the order after which one leaves or the lifetime, the gamma of
    spend. The rest is drawn for each.
    """
    rates = _stratified_gamma(rng, float(living.shape[0]), draws)
    variance = unforeseen[int(group_of(np.array(orders - 1)))]
    if variance > 0:
        rates = rates * _stratified_period(rng, variance, draws)
    spending = _stratified_gamma(rng, model.q + model.p * orders, draws)
    weeks_stayed: float | Floats = weeks
    if living.any_time:
        leaving = np.maximum(rng.standard_gamma(living.leaving[0], draws), LEAST_LEAVING)
        lifetimes = rng.standard_exponential(draws) / leaving
        weeks_stayed = np.minimum(np.outer(living.staying, lifetimes), weeks)
    coming = rng.poisson(weeks_stayed * np.outer(1 / living.rate, rates))
    if living.leaving[0] > 0 and not living.any_time:
        leaving = rng.beta(living.leaving[0], living.staying[0], draws)
        last = rng.geometric(np.maximum(leaving, LEAST_LEAVING))
        np.minimum(coming, last, out=coming)
    drawn = np.zeros(coming.shape)
    row, column = np.nonzero(coming)
    money = rng.standard_gamma(model.p * coming[row, column])
    drawn[row, column] = money / spending[column]
    drawn.sort(axis=1)
    return drawn


def _stratified_gamma(rng: np.random.Generator, shape: float, draws: int) -> Floats:
    """Draw one value from each of `draws` equal parts of a gamma distribution, shuffled."""
    return np.asarray(gammaincinv(shape, _strata(rng, draws)))


def _stratified_period(rng: np.random.Generator, variance: float, draws: int) -> Floats:
    """Draw what a coming period makes of rates: log-normal with mean 1 and this variance.

    A gamma of the same variance comes near to nothing too often: no period lets all order
    next to nothing, and on hold-outs its intervals score worse in every shop.
    """
    spread = np.log1p(variance)
    return np.exp(np.sqrt(spread) * np.asarray(ndtri(_strata(rng, draws))) - spread / 2)


def _strata(rng: np.random.Generator, draws: int) -> Floats:
    return (rng.permutation(draws) + rng.random(draws)) / draws


def historic(spend: Spend, age: Floats, *, weeks: float, least_age: float) -> Floats:
    """Give the simple formula for comparison: average order × orders a week × `weeks`.

    Orders a week are those of the time that a customer is known, at least `least_age` weeks,
    or a newcomer of yesterday would order daily for ever.
    """
    return spend.mean * spend.orders / np.maximum(age, least_age) * weeks
