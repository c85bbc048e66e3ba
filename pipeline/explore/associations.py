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
        attribute.name: _measured(customers[attribute.name], attribute)
        for attribute in attributes
        if attribute.kind != "category"
    }
    ranks = {
        name: rankdata(values) if not np.isnan(values).any() else None
        for name, values in measured.items()
    }
    rows = []
    for left_name, right_name in combinations(measured, 2):
        x, y = measured[left_name], measured[right_name]
        in_both = ~(np.isnan(x) | np.isnan(y))
        rows += _rows("pearson", left_name, right_name, x[in_both], y[in_both])
        first, second = ranks[left_name], ranks[right_name]
        if first is None or second is None:
            first, second = rankdata(x[in_both]), rankdata(y[in_both])
        rows += _rows("spearman", left_name, right_name, first, second)
    cut = {attribute.name: levels(customers[attribute.name]) for attribute in attributes}
    for left_name, right_name in combinations(cut, 2):
        table = contingency(cut[left_name], cut[right_name])
        result = phik(table) if table.sum() >= LEAST_CUSTOMERS else None
        if result is not None:
            rows.append(
                {
                    "method": "phik",
                    "left": left_name,
                    "right": right_name,
                    "value": result.value,
                    "p_value": result.p_value,
                    "customers": int(table.sum()),
                }
            )
    return rows


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


def _rows(
    method: str, left_name: str, right_name: str, x: Floats, y: Floats
) -> list[dict[str, Any]]:
    result = correlation(x, y)
    if result is None:
        return []
    return [
        {
            "method": method,
            "left": left_name,
            "right": right_name,
            "value": result[0],
            "p_value": result[1],
            "customers": len(x),
        }
    ]


def _measured(column: pd.Series, known: Known) -> Floats:
    if known.kind == "number":
        return numbers(column)
    flags = np.asarray(column == YES, dtype=np.float64)
    flags[column.isna().to_numpy()] = np.nan
    return flags
