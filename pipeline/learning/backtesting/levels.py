"""The level of probabilities: which share of customers is expected to leave in the next window.

Rankings hold from window to window, levels don't: a season, growth and the ageing of a shop
move the base rate by tens of points. So models only rank; a rule that knows the calendar says
how many, and one shift of the log odds brings the mean there. Three rules:

season
    The customer-base model's mean with its horizon stretched by the season: orders a day in the
    same window a year ago, over orders a day in the last year. For shops that still gain
    customers and know at least two thirds of that window.
year_ago
    The customer-base model's mean, moved in log odds by what it missed a year ago. For shops
    that had 270 days of history then.
closed
    The mean of the windows that have closed, with the customer-base model's mean counting as
    two of them, as it knows who the customers are.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, logit

SEASON, YEAR_AGO, CLOSED = "season", "year_ago", "closed"
RULES = (SEASON, YEAR_AGO, CLOSED)
YEAR = 365
KNOWN_SHARE = 2 / 3
"""Share of last year's window that must be known for its season to be told."""
STILL_GAINING = 0.2
"""New customers a day lately, at least this share of those a day in the window a year ago."""
GAIN_DAYS = 90
GROWTH = (0.5, 2.0)
GROWTH_YEARS = 138 / YEAR
"""From the middle of the last year to that of last year's window are 138 days more than half a
year back: so much of a year's growth is taken out of the season's quotient."""
PRIOR_WINDOWS = 2
AROUND_A_YEAR = (345, 375)
HISTORY_A_YEAR_AGO = 270
LEAST_COMPARED = 6
"""Closed windows on which another rule must be known to take over."""
CLEARLY = 0.7
"""It must have missed by at most this share of what the usual rule missed."""
LEAST_MISS = 0.25
"""Root mean squared log odds that a level is missed by, at least, whatever was seen so far."""
UNTRIED_MISS = 0.35
"""The same, at most, as long as the rule has not been tried often enough to say more."""
LEAST_TRIED = 3
"""Closed windows that a rule must have forecast for its own misses to tell."""
FURTHEST = 20.0


class Outlook(NamedTuple):
    """What is known on a day of the level of the window after it.

    Attributes
    ----------
    day
        Its number.
    expected
        Mean of the customer-base model over the customers concerned; of the ranking's own
        answers where there is no such model.
    seasonal
        The same with the horizon stretched by the season; missing where last year is not known.
    season
        By how much it is stretched.
    is_gaining
        Whether the shop still gains customers as it did a year ago.
    history_days
        Days since the first order.
    customers
        How many the window concerns.
    """

    day: int
    expected: float
    seasonal: float | None
    season: float | None
    is_gaining: bool
    history_days: int
    customers: int


class Closed(NamedTuple):
    """A window that has closed: what was known on its day, and the share that came true."""

    outlook: Outlook
    rate: float


class Level(NamedTuple):
    """The level that is expected, by which rule, and within which ends it is expected to come.

    `miss` is the root mean squared miss in log odds that is reckoned with, `tried` on how many
    closed windows the rule would have been asked.
    """

    rate: float
    rule: str
    low: float
    high: float
    miss: float
    tried: int


class Timeline(NamedTuple):
    """What is known of the level of a task on the day of every window, and today.

    Attributes
    ----------
    horizon_days
        How long each window is.
    closed
        Windows that have closed, oldest first.
    now
        The day that is served.
    knows_customers
        Whether `expected` is told by the customer-base model; otherwise it is the mean of the
        windows closed before, and today's that of the ranking's own answers.
    """

    horizon_days: int
    closed: tuple[Closed, ...]
    now: Outlook
    knows_customers: bool

    def at(self, place: int | None, own: float) -> Level:
        """Give the level of a closed window by its place, or of the window to come.

        Of what was known on its day alone; `own` is the mean of the ranking's own answers.
        """
        now = self.now if place is None else self.closed[place].outlook
        if not self.knows_customers:
            now = now._replace(expected=own)
        before = closed_by(self.closed, now.day, horizon_days=self.horizon_days)
        return level(now, before, horizon_days=self.horizon_days)

    def days(self) -> list[int]:
        """Give the days of the closed windows."""
        return [window.outlook.day for window in self.closed]


def season_of(
    orders_then: int, days_known: int, orders_lately: int, days_lately: int, growth: float
) -> float | None:
    """Give by how much the coming window is busier than the last year was, a day.

    `orders_then` are those of the `days_known` of last year's window, `orders_lately` those of
    the last year, or what is known of it; `growth` is orders now over those a year ago.
    """
    if min(days_known, days_lately, orders_then, orders_lately) <= 0:
        return None
    quotient = (orders_then / days_known) / (orders_lately / days_lately)
    return float(quotient * np.clip(growth, *GROWTH) ** GROWTH_YEARS)


def rates(now: Outlook, closed: Sequence[Closed]) -> dict[str, float]:
    """Give the level by every rule that can be asked on a day; `closed` are windows by then."""
    share = sum(window.rate for window in closed) + PRIOR_WINDOWS * now.expected
    rate_by_rule = {CLOSED: share / (len(closed) + PRIOR_WINDOWS)}
    if now.seasonal is not None:
        rate_by_rule[SEASON] = now.seasonal
    then = [
        window
        for window in closed
        if AROUND_A_YEAR[0] <= now.day - window.outlook.day <= AROUND_A_YEAR[1]
        and window.outlook.history_days >= HISTORY_A_YEAR_AGO
        and np.isfinite(window.outlook.expected)
    ]
    if then:
        missed = np.mean([miss_of(window, window.outlook.expected) for window in then])
        rate_by_rule[YEAR_AGO] = float(
            expit(logit(_held(now.expected, now.customers)) + missed)
        )
    return rate_by_rule


def usual_rule(now: Outlook, rate_by_rule: Mapping[str, float]) -> str:
    """Name the rule that serves unless another has proved clearly better."""
    if SEASON in rate_by_rule and now.is_gaining:
        return SEASON
    return YEAR_AGO if YEAR_AGO in rate_by_rule else CLOSED


def rule_for(now: Outlook, closed: Sequence[Closed], *, horizon_days: int) -> str:
    """Choose the rule of a day by the windows that had closed by then.

    Another rule takes the place of the usual one where both were known on at least six of
    these windows and its misses were clearly smaller.
    """
    rate_by_rule = rates(now, closed)
    usual = usual_rule(now, rate_by_rule)
    misses = [
        {rule: miss_of(window, rate) for rule, rate in rates(window.outlook, before).items()}
        for window, before in _with_those_before(closed, horizon_days)
        if np.isfinite(window.outlook.expected)
    ]
    best, least = usual, np.inf
    for rival in (rule for rule in RULES if rule in rate_by_rule and rule != usual):
        both = [
            miss_by_rule
            for miss_by_rule in misses
            if usual in miss_by_rule and rival in miss_by_rule
        ]
        if len(both) < LEAST_COMPARED:
            continue
        theirs = _root_mean_square([miss_by_rule[rival] for miss_by_rule in both])
        ours = _root_mean_square([miss_by_rule[usual] for miss_by_rule in both])
        if theirs <= CLEARLY * ours and theirs < least:
            best, least = rival, theirs
    return best


def level(now: Outlook, closed: Sequence[Closed], *, horizon_days: int) -> Level:
    """Give the level of the window after a day, from what was known on it.

    `closed` are windows that had closed by the day. The range is the level plus and minus twice
    the root mean squared log odds by which the rule missed those windows of whose day it would
    have been the rule, each from what was known then, and what so many customers scatter by
    themselves. As long as there are fewer than three, the misses of all rules tell, within
    limits: what another rule missed says little of this one.
    """
    rule = rule_for(now, closed, horizon_days=horizon_days)
    rate = _held(rates(now, closed)[rule], now.customers)
    missed: dict[str, list[float]] = {}
    for window, before in _with_those_before(closed, horizon_days):
        if np.isfinite(window.outlook.expected):
            window_rule = rule_for(window.outlook, before, horizon_days=horizon_days)
            window_miss = miss_of(window, rates(window.outlook, before)[window_rule])
            missed.setdefault(window_rule, []).append(window_miss)
    mine = missed.get(rule, [])
    if len(mine) >= LEAST_TRIED:
        miss = max(_root_mean_square(mine), LEAST_MISS)
    else:
        every = [rule_miss for misses in missed.values() for rule_miss in misses]
        mean_miss = _root_mean_square(every) if every else UNTRIED_MISS
        miss = float(np.clip(mean_miss, LEAST_MISS, UNTRIED_MISS))
    scatter = 1 / np.sqrt(max(now.customers, 1) * rate * (1 - rate))
    half = 2 * np.hypot(miss, scatter)
    return Level(
        rate=rate,
        rule=rule,
        low=float(expit(logit(rate) - half)),
        high=float(expit(logit(rate) + half)),
        miss=float(miss),
        tried=len(mine),
    )


def closed_by(closed: Sequence[Closed], day: int, *, horizon_days: int) -> list[Closed]:
    """Give the windows that had closed by a day."""
    return [window for window in closed if window.outlook.day + horizon_days <= day]


def _with_those_before(
    closed: Sequence[Closed], horizon_days: int
) -> list[tuple[Closed, list[Closed]]]:
    return [
        (window, closed_by(closed, window.outlook.day, horizon_days=horizon_days))
        for window in closed
    ]


def miss_of(window: Closed, rate: float) -> float:
    """Give by how much a level was missed, in log odds: above 0 where more left."""
    customers = window.outlook.customers
    return float(logit(_held(window.rate, customers)) - logit(_held(rate, customers)))


def shift_to(probabilities: np.ndarray, rate: float) -> float:
    """Give what must be added to the log odds of probabilities for them to have a mean."""
    odds = logit(np.clip(probabilities, 1e-9, 1 - 1e-9))
    if not len(odds) or not 0 < rate < 1:
        return 0.0
    ends = [float(expit(odds + end).mean()) - rate for end in (-FURTHEST, FURTHEST)]
    if ends[0] >= 0 or ends[1] <= 0:
        return -FURTHEST if ends[0] >= 0 else FURTHEST
    return float(brentq(lambda by: float(expit(odds + by).mean()) - rate, -FURTHEST, FURTHEST))


def _held(rate: float, customers: int) -> float:
    """Keep a share half a customer away from none and all."""
    least = 0.5 / max(customers, 1)
    return float(np.clip(rate, least, 1 - least))


def _root_mean_square(values: Sequence[float]) -> float:
    return float(np.sqrt(np.mean(np.square(values)))) if len(values) else 0.0
