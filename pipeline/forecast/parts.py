"""Share the whole out among its parts, so that they add up to it."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.forecast.models import LEAST_RATIOS, YEAR, smoothed
from pipeline.sales.ledger import Floats

LATELY = 8
"""Weeks whose shares, or whose growth on last year, go on."""
MOST_GROWTH = 10.0


class Sharing(NamedTuple):
    """Weeks ahead × parts by two ways, before they are made to add up."""

    recent: Floats
    naive: Floats


def told_apart(weeks: Floats, ahead: int, *, since: NDArray[np.int64]) -> Sharing:
    """Tell each part for itself: its weeks of last year times its growth, or its recent mean.

    `weeks` has weeks × parts, `since` the first week in which each is known.
    """
    known_weeks, many = weeks.shape
    mean = weeks[-LATELY:].mean(axis=0)
    recent = np.tile(mean, (ahead, 1))
    if known_weeks >= YEAR + LEAST_RATIOS:
        year = smoothed(weeks)
        base = year[known_weeks - YEAR - LATELY : known_weeks - YEAR].mean(axis=0)
        usable = (base > 0) & (since <= known_weeks - YEAR - LATELY)
        growth = np.divide(mean, base, out=np.ones(many), where=usable)
        seasonal = year[known_weeks - YEAR + np.arange(ahead) % YEAR] * np.minimum(
            growth, MOST_GROWTH
        )
        recent = np.where(usable, seasonal, recent)
    naive = np.tile(weeks[-1], (ahead, 1))
    if known_weeks >= YEAR:
        last_year = weeks[known_weeks - YEAR + np.arange(ahead) % YEAR]
        naive = np.where(since <= known_weeks - YEAR, last_year, naive)
    return Sharing(recent, naive)


def adding_up(apart: Floats, whole: Floats) -> Floats:
    """Scale each week's parts so that they add up to the whole; equal ones where all are 0.

    The proportional reconciliation of Athanasopoulos, Ahmed and Hyndman (2009).
    """
    apart = np.maximum(apart, 0)
    total = apart.sum(axis=1, keepdims=True)
    shares = np.divide(
        apart, total, out=np.full_like(apart, 1 / max(apart.shape[1], 1)), where=total > 0
    )
    return np.asarray(shares * whole[:, None], dtype=float)
