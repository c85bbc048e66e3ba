"""Phik: an association of 0 to 1 between any two columns, numbers or categories.

After Baak, Koopman, Snoek and Klous, “A new correlation coefficient between categorical,
ordinal and interval variables with Pearson characteristics” (2020,
doi 10.1016/j.csda.2020.107043): the correlation of a bivariate normal, cut into as many cells,
that would show the same χ².
Numbers are cut into ten bins of equal width, as the authors' own package does by default.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import chdtrc, ndtr

Floats = NDArray[np.float64]

BINS = 10
STEPS = 256
NODES, WEIGHTS = np.polynomial.legendre.leggauss(3)


class Phik(NamedTuple):
    """The association and the probability of such a table where there is none."""

    value: float
    p_value: float


def levels(column: pd.Series) -> NDArray[np.int64]:
    """Give each number the number of its bin, each category one of its own; -1 missing."""
    if not pd.api.types.is_numeric_dtype(column):
        return np.asarray(pd.factorize(column)[0], dtype=np.int64)
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    bins = np.full(len(values), -1, dtype=np.int64)
    is_filled = ~np.isnan(values)
    if is_filled.any():
        edges = np.linspace(values[is_filled].min(), values[is_filled].max(), BINS + 1)
        bins[is_filled] = np.searchsorted(edges[1:-1], values[is_filled])
    return bins


def contingency(left_levels: NDArray[np.int64], right_levels: NDArray[np.int64]) -> Floats:
    """Count customers by two columns of levels, those known in both; no empty row or column."""
    in_both = (left_levels >= 0) & (right_levels >= 0)
    if not in_both.any():
        return np.zeros((0, 0))
    wide = int(right_levels[in_both].max()) + 1
    high = int(left_levels[in_both].max()) + 1
    cells = np.bincount(
        left_levels[in_both] * wide + right_levels[in_both], minlength=high * wide
    )
    table = cells.reshape(high, wide).astype(np.float64)
    table = table[table.sum(axis=1) > 0]
    return table[:, table.sum(axis=0) > 0]


def phik(table: Floats) -> Phik | None:
    """Measure the association in a table of counts; `None` where a side has a single level."""
    high, wide = table.shape
    if min(high, wide) < 2:
        return None
    many = table.sum()
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0) / many
    freedom = (high - 1) * (wide - 1)
    gaps = np.abs(table - expected)
    if freedom == 1:
        gaps = gaps - np.minimum(0.5, gaps)  # Yates's correction, as in the authors' package
    chi2 = float((gaps**2 / expected).sum())
    most = many * (min(high, wide) - 1)
    p_value = float(chdtrc(freedom, chi2))
    if chi2 <= freedom:
        return Phik(0.0, p_value)
    if chi2 >= most or most <= freedom:
        return Phik(1.0, p_value)
    roots, correlations = _curve(min(high, wide), max(high, wide))
    share = (chi2 - freedom) / (most - freedom)
    return Phik(float(np.interp(np.sqrt(share), roots, correlations)), p_value)


@lru_cache(maxsize=4_096)
def _curve(high: int, wide: int) -> tuple[Floats, Floats]:
    """Tell √(χ² / largest χ²) of a bivariate normal in `high` × `wide` cells by correlation.

    The normal's cells come from its distribution function at their corners, an integral over
    the angle θ from 0 to arcsin ρ of exp(-(h² + k² - 2hk sin θ) / 2cos²θ) / 2π (Drezner and
    Wesolowsky 1990), taken once for all correlations by adding up its steps.
    """
    h, k = np.linspace(-5, 5, high + 1)[:, None], np.linspace(-5, 5, wide + 1)[None, :]
    angles = np.linspace(0, np.pi / 2, STEPS + 1)
    half = angles[1] / 2
    added = np.zeros((STEPS, high + 1, wide + 1))
    for node, weight in zip(NODES, WEIGHTS, strict=True):
        theta = (angles[:-1] + half * (1 + node))[:, None, None]
        distance = (h**2 + k**2 - 2 * h * k * np.sin(theta)) / (2 * np.cos(theta) ** 2)
        added += weight * np.exp(-distance)
    below = np.zeros((STEPS + 1, high + 1, wide + 1))
    below[1:] = np.cumsum(added, axis=0) * half / (2 * np.pi)
    independent = ndtr(h) * ndtr(k)
    below[-1] = ndtr(np.minimum(h, k)) - independent
    chance = np.diff(np.diff(independent, axis=0), axis=1)
    excess = np.diff(np.diff(below, axis=1), axis=2)
    chi2 = (excess**2 / chance).sum(axis=(1, 2))
    return np.sqrt(np.maximum.accumulate(chi2) / chi2.max()), np.sin(angles)
