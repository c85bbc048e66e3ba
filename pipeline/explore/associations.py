"""How any two attributes hang together: Pearson, Spearman and phik, each with its p-value."""

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtr
from scipy.stats import rankdata

from pipeline.explore.overview import numbers
from pipeline.explore.phik import Floats, contingency, levels, phik
from pipeline.features.attributes import Known
from pipeline.features.customers import YES

LEAST_CUSTOMERS = 10
"""Customers of whom both are known below whom nothing is said."""


def associations(customers: pd.DataFrame, attributes: list[Known]) -> list[dict[str, Any]]:
    """Measure each pair of attributes by each method that fits, for one group of customers.

    Numbers and flags (yes is 1, no is 0) by Pearson and Spearman, everything by phik. A pair
    that does not vary is left out.
    """
    measured = {
        known.name: _measured(customers[known.name], known)
        for known in attributes
        if known.kind != "category"
    }
    ranks = {
        name: rankdata(values) if not np.isnan(values).any() else None
        for name, values in measured.items()
    }
    found = []
    for left, right in combinations(measured, 2):
        x, y = measured[left], measured[right]
        known = ~(np.isnan(x) | np.isnan(y))
        found += _rows("pearson", left, right, x[known], y[known])
        first, second = ranks[left], ranks[right]
        if first is None or second is None:
            first, second = rankdata(x[known]), rankdata(y[known])
        found += _rows("spearman", left, right, first, second)
    cut = {each.name: levels(customers[each.name]) for each in attributes}
    for left, right in combinations(cut, 2):
        table = contingency(cut[left], cut[right])
        result = phik(table) if table.sum() >= LEAST_CUSTOMERS else None
        if result is not None:
            found.append(
                {
                    "method": "phik",
                    "left": left,
                    "right": right,
                    "value": result.value,
                    "p_value": result.p_value,
                    "customers": int(table.sum()),
                }
            )
    return found


def correlation(x: Floats, y: Floats) -> tuple[float, float] | None:
    """Give Pearson's correlation and its two-sided p-value by the t distribution.

    `None` where there are too few values, or either side does not vary.
    """
    many = len(x)
    if many < LEAST_CUSTOMERS or np.ptp(x) == 0 or np.ptp(y) == 0:
        return None
    a, b = x - x.mean(), y - y.mean()
    value = float(np.clip(a @ b / np.sqrt((a @ a) * (b @ b)), -1, 1))
    if abs(value) == 1:
        return value, 0.0
    t = abs(value) * np.sqrt((many - 2) / (1 - value**2))
    return value, float(2 * stdtr(many - 2, -t))


def _rows(method: str, left: str, right: str, x: Floats, y: Floats) -> list[dict[str, Any]]:
    result = correlation(x, y)
    if result is None:
        return []
    return [
        {
            "method": method,
            "left": left,
            "right": right,
            "value": result[0],
            "p_value": result[1],
            "customers": len(x),
        }
    ]


def _measured(column: pd.Series, known: Known) -> Floats:
    if known.kind == "number":
        return numbers(column)
    said = np.asarray(column == YES, dtype=np.float64)
    said[column.isna().to_numpy()] = np.nan
    return said
