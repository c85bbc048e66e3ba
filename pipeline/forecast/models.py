"""Ways to tell the weeks ahead from the weeks known; the first two are statsmodels'."""

import warnings
from collections.abc import Callable
from typing import Final

import numpy as np

from pipeline.sales.ledger import Floats

YEAR = 52
LEAST_RATIOS = 8
"""Weeks with one a year before from which on growth on last year is smoothed."""
AROUND = (0.25, 0.5, 0.25)
"""Weights of a week of last year and of those around it, which feasts move between."""
FLOOR = 0.05
"""Share of the mean week below which a week is not looked at on a logarithmic scale."""
ALIKE = 1e-6
"""Range of logarithms within which nothing changes, so that there is nothing to fit."""
TREND_WEEKS = 13
"""A trend goes on for so many weeks; beyond, the level is held."""

SEASON: Final = "last year's weeks, smoothed growth"
THETA: Final = "theta"
NAIVE: Final = "seasonal naive"
RECENT: Final = "share of the whole"
"""Names of the ways, as they are published."""

Way = Callable[[Floats, int], Floats | None]


def seasonal_naive(weeks: Floats, ahead: int) -> Floats:
    """Repeat the weeks of a year before; with less than a year of them, the last one."""
    if len(weeks) < YEAR:
        return np.full(ahead, weeks[-1])
    return weeks[len(weeks) - YEAR + np.arange(ahead) % YEAR]


def theta(weeks: Floats, ahead: int) -> Floats | None:
    """Assimakopoulos and Nikolopoulos' theta of the logarithms, statsmodels' `ThetaModel`."""
    from statsmodels.tsa.forecasting.theta import ThetaModel  # noqa: PLC0415 - takes 2 s

    if not (weeks > 0).any():
        return None
    logs = np.log(floored(weeks))
    if np.ptp(logs) < ALIKE:
        return np.full(ahead, float(weeks[-1]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of searches that ended early: the back-test judges
        fitted = ThetaModel(logs, period=1, deseasonalize=False).fit(use_mle=False)
        logs_ahead = np.asarray(fitted.forecast(min(ahead, TREND_WEEKS)), dtype=float)
    if not np.isfinite(logs_ahead).all():
        return None
    return np.exp(
        np.append(logs_ahead, np.full(max(ahead - len(logs_ahead), 0), logs_ahead[-1]))
    )


def last_year_grown(weeks: Floats, ahead: int) -> Floats | None:
    """Take the weeks of a year before times the growth on them, exponentially smoothed.

    Growth is the logarithm of each week less that of a year before; statsmodels'
    `SimpleExpSmoothing` finds how fast it is forgotten. None with too few weeks.
    """
    from statsmodels.tsa.holtwinters import SimpleExpSmoothing  # noqa: PLC0415

    if len(weeks) < YEAR + LEAST_RATIOS or not (weeks > 0).any():
        return None
    year = smoothed(floored(weeks))
    growth = np.log(floored(weeks)[YEAR:] / year[:-YEAR])
    level = float(growth[-1])
    if np.ptp(growth) >= ALIKE:
        begins = float(growth[:LEAST_RATIOS].mean())
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = SimpleExpSmoothing(
                growth, initialization_method="known", initial_level=begins
            )
            level = float(model.fit().forecast(1)[0])
    return year[len(weeks) - YEAR + np.arange(ahead) % YEAR] * np.exp(level)


WAYS: dict[str, Way] = {SEASON: last_year_grown, THETA: theta, NAIVE: seasonal_naive}


def floored(weeks: Floats) -> Floats:
    """Lift what is next to nothing, so that it has a logarithm."""
    least = FLOOR * float(weeks[weeks > 0].mean())
    return np.maximum(weeks, least)


def smoothed(weeks: Floats) -> Floats:
    """Weigh each week with those around it; works on weeks, and on weeks × parts."""
    before = np.concatenate([weeks[:1], weeks[:-1]])
    after = np.concatenate([weeks[1:], weeks[-1:]])
    return np.asarray(AROUND[0] * before + AROUND[1] * weeks + AROUND[2] * after, dtype=float)
