"""Ranges of forecasts, from how far off the same forecasts were at earlier times.

Conformal: the share of earlier errors within a range is what the range promises, whatever their
distribution. Errors of all horizons tell its width together, each divided by how far off
forecasts of its horizon usually were; few origins alone would tell too little of any one.
"""

import numpy as np

from pipeline.sales.ledger import Floats

LEVELS = (0.80, 0.95)
BASE = 0.5
"""Share of a mean week that is added before logarithms are taken, so that 0 has one."""
PRIOR = 0.5
"""Errors that changes from week to week stand for, beside those of earlier forecasts."""
ENOUGH = 30
"""Errors from which on their own quantile is taken; with fewer the normal distribution's."""
NORMAL = {0.80: 1.2816, 0.95: 1.9600}


def off_by(actual: Floats, expected: Floats, base: Floats) -> Floats:
    """Take errors as ranges are made of them: log((actual + base) ÷ (expected + base))."""
    return np.asarray(np.log((actual + base) / (expected + base)), dtype=float)


def scales(errors: Floats, change: float) -> Floats:
    """Root mean squared error by horizon, never less than at a shorter one.

    `errors` has origins × horizons, nan where the horizon is not known yet; `change` is the
    usual change from one period to the next, which stands for errors where there are few.
    """
    count = (~np.isnan(errors)).sum(axis=0)
    squares = np.nansum(errors**2, axis=0)
    prior = change**2 * np.sqrt(np.arange(1, errors.shape[1] + 1))
    rmse = np.sqrt((squares + PRIOR * prior) / (count + PRIOR))
    return np.maximum(np.maximum.accumulate(rmse), 1e-6)


def half_widths(errors: Floats, change: float, level: float, *, apart: int) -> Floats:
    """Half widths by horizon of ranges that hold the share `level` of errors.

    Origins fewer than `apart` places from each other share most of what came, so that they tell
    as much as a few: ranges are wider by √(1 + 1 ÷ these few), as a mean of so many would be.
    """
    scale = scales(errors, change)
    is_known = ~np.isnan(errors)
    relative = np.sort(np.abs(errors / scale)[is_known])
    few = max(2 * int(is_known.any(axis=1).sum()) / max(apart, 1), 1.0)
    wider = np.sqrt(1 + 1 / few)
    if len(relative) < ENOUGH:
        return np.asarray(scale * NORMAL[level] * wider, dtype=float)
    place = min(int(np.ceil(level * len(relative))), len(relative) - 1)
    return np.asarray(scale * relative[place] * wider, dtype=float)


def coverage(errors: Floats, change: float, level: float, *, apart: int) -> float:
    """Share of errors within the range that other origins' errors give; nan without any.

    Each origin is judged by the origins at least `apart` places, or a third of all, away: what
    came after nearer ones is mostly its own answer.
    """
    covered, count = 0, 0
    places = np.arange(len(errors))
    away = max(min(apart, len(errors) // 3), 1)
    for place in places:
        own = errors[place][~np.isnan(errors[place])]
        is_away = np.abs(places - place) >= away
        if not len(own) or not is_away.any():
            continue
        widths = half_widths(errors[is_away], change, level, apart=apart)
        covered += int((np.abs(errors[place]) <= widths).sum())
        count += len(own)
    return covered / count if count else float("nan")


def ends(expected: Floats, base: Floats, widths: Floats) -> tuple[Floats, Floats]:
    """Lower and upper ends around what is expected, never below 0."""
    low = (expected + base) * np.exp(-widths) - base
    high = (expected + base) * np.exp(widths) - base
    return np.clip(low, 0, expected), np.maximum(high, expected)
