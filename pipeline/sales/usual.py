"""What a day or a week usually brings, and how far off one may be.

All of it is robust, so that what is unusual does not hide itself.

Amounts are looked at as logarithms, since weekdays and growth act by factors. The level at a
period is the repeated median line (Siegel, Robust regression using repeated medians,
Biometrika 69, 1982) through the periods around it; at the ends of the series the same number of
periods is taken from within (Davies, Fried and Gather, Robust signal extraction for on-line
monitoring data, 2004). A weekday's effect is the median of what is left over on its days. The
spread is 1.4826 times the median absolute deviation, above and below apart (the double MAD),
as amounts have a longer tail to one side.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.sales.ledger import Floats, Whole

NORMAL = 1.4826
"""What makes a median absolute deviation the standard deviation of normal values."""
ROUNDS = 2
"""Level and weekdays are told from each other in turn; a third round changes little."""
ANSCOMBE = 0.375
"""Added to counts before their root is taken, which makes the spread of chance 1 / 2."""
LEAST_OF_SEASON = 5
"""Days of a weekday below which its days are not judged."""
TOGETHER = 400
"""Periods whose lines are fitted at once, so that memory stays small."""


class Usual(NamedTuple):
    """One element per period: what was to be expected, the limits and the score.

    `score` is the distance from what was expected in spreads, above 0 where more came; it is
    nan where a period can't be judged.
    """

    expected: Floats
    low: Floats
    high: Floats
    score: Floats


def usual(
    place: Whole,
    values: Floats,
    season: Whole,
    *,
    around: int,
    limit: float,
    are_counts: bool = False,
) -> Usual:
    """Tell what was to be expected of periods with `values` above 0.

    Parameters
    ----------
    place
        When each period is, in days or weeks, rising.
    values
        What it brought, each above 0.
    season
        A number for each period that is alike with others, such as its weekday.
    around
        Periods on each side that the level is taken from.
    limit
        Spreads from which on a period is unusual.
    are_counts
        Whether values are counts: their roots are compared, and no spread is taken smaller
        than the one that chance alone gives.
    """
    logs = np.log(values)
    effect = np.zeros(len(logs))
    level = logs
    for _ in range(ROUNDS):
        level = _level(place, logs - effect, around)
        effect = _effects(logs - level, season)
    expected = np.exp(level + effect)
    if are_counts:
        residuals, least = _root(values) - _root(expected), 1.0
    else:
        residuals, least = logs - level - effect, 0.0
    above = max(_spread(residuals[residuals > 0]), least)
    below = max(_spread(residuals[residuals < 0]), least)
    spread = np.where(residuals >= 0, above, below)
    score = np.divide(residuals, spread, out=np.zeros(len(residuals)), where=spread > 0)
    few = np.bincount(season)[season] < LEAST_OF_SEASON
    low, high = _limits(expected, limit * below, limit * above, are_counts=are_counts)
    return Usual(expected, low, high, np.where(few, np.nan, score))


def _root(counts: Floats) -> Floats:
    """Give values of counts whose spread by chance is 1, whatever the count.

    Anscombe, The transformation of Poisson, binomial and negative-binomial data, Biometrika 35,
    1948.
    """
    rooted: Floats = 2 * np.sqrt(counts + ANSCOMBE)
    return rooted


def _limits(
    expected: Floats, below: float, above: float, *, are_counts: bool
) -> tuple[Floats, Floats]:
    """Give the least and the most that is not unusual."""
    if not are_counts:
        return expected * np.exp(-below), expected * np.exp(above)
    middle = _root(expected)
    low, high = (
        (np.maximum(end, 0) / 2) ** 2 - ANSCOMBE for end in (middle - below, middle + above)
    )
    return np.maximum(low, 0), high


def _level(place: Whole, values: Floats, around: int) -> Floats:
    """Fit a repeated median line around each period and give where it stands there."""
    many = len(values)
    width = min(2 * around + 1, many)
    first = np.clip(np.arange(many) - around, 0, many - width)
    levels = np.empty(many)
    for begin in range(0, many, TOGETHER):
        rows = slice(begin, begin + TOGETHER)
        near = first[rows, None] + np.arange(width)
        levels[rows] = _lines_at(
            (place[near] - place[rows, None]).astype(float), values[near], width
        )
    return levels


def _lines_at(apart: Floats, values: Floats, width: int) -> Floats:
    """Give the height at 0 of repeated median lines, one line per row."""
    off_diagonal = ~np.eye(width, dtype=bool)
    rise = (values[:, None, :] - values[:, :, None])[:, off_diagonal]
    run = (apart[:, None, :] - apart[:, :, None])[:, off_diagonal]
    slopes = (rise / run).reshape(len(values), width, width - 1)
    slope = np.median(np.median(slopes, axis=2), axis=1)
    heights: NDArray[np.float64] = np.median(values - slope[:, None] * apart, axis=1)
    return heights


def _effects(residuals: Floats, season: Whole) -> Floats:
    """Give the median of what is left over on each kind of day, their mean taken off."""
    medians = np.zeros(season.max() + 1)
    for kind in np.unique(season):
        medians[kind] = np.median(residuals[season == kind])
    effects = medians[season]
    centred: Floats = effects - effects.mean()
    return centred


def _spread(residuals: Floats) -> float:
    return NORMAL * float(np.median(np.abs(residuals))) if len(residuals) else 0.0
