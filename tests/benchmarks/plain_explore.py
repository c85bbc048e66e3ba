"""The last part of the plain way: what is known of customers, and what goes with what.

With the packages that one would take: scipy for correlations with their p-values, the authors'
own for phik.
"""

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import phik  # noqa: F401 - gives frames what is called below
from scipy.stats import chi2_contingency, pearsonr, spearmanr
from sklearn.metrics import homogeneity_score

NUMBERS = ["recency_days", "frequency", "monetary", "average_basket", "tenure_days"]
WORDS = ["country"]
COLUMNS = ["scope", "method", "left", "right", "value", "p_value"]
LEAST_IN_SEGMENT = 30
BINS = 10


def explored(customers: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Describe and associate the attributes of customers with their segment."""
    rows = associations("all", customers)
    for segment, group in customers.groupby("segment"):
        if LEAST_IN_SEGMENT <= len(group) < len(customers):
            rows += associations(str(segment), group)
    return {
        "attribute": pd.DataFrame([described(customers[name]) for name in NUMBERS + WORDS]),
        "association": pd.DataFrame(rows, columns=COLUMNS),
        "agreement": pd.DataFrame(agreements(customers)),
        "concentration": concentration(customers),
    }


def described(values: pd.Series) -> dict[str, Any]:
    """Describe an attribute."""
    found = {"attribute": values.name, "filled": values.count(), "distinct": values.nunique()}
    if values.name in WORDS:
        return {**found, "most_frequent": values.value_counts().index[0]}
    low, high = values.quantile(0.25), values.quantile(0.75)
    reach = 1.5 * (high - low)
    outliers = values[(values < low - reach) | (values > high + reach)]
    return {**found, **values.describe(), "skew": values.skew(), "outliers": len(outliers)}


def associations(scope: str, customers: pd.DataFrame) -> list[tuple[Any, ...]]:
    """Measure every pair of attributes that vary, by each method, with its p-value."""
    varied = [name for name in NUMBERS + WORDS if len(customers[name].unique()) > 1]
    numbers = [name for name in NUMBERS if name in varied]
    rows = []
    for left, right in combinations(numbers, 2):
        for method, measure in (("pearson", pearsonr), ("spearman", spearmanr)):
            found = measure(customers[left], customers[right])
            rows.append((scope, method, left, right, found.statistic, found.pvalue))
    some = customers[varied]
    values = some.phik_matrix(interval_cols=numbers, bins=BINS, njobs=1)
    binned = some.assign(**{name: pd.cut(some[name], BINS, labels=False) for name in numbers})
    for left, right in combinations(varied, 2):
        p_value = chi2_contingency(pd.crosstab(binned[left], binned[right])).pvalue
        rows.append((scope, "phik", left, right, values.loc[left, right], p_value))
    return rows


def agreements(customers: pd.DataFrame) -> list[dict[str, Any]]:
    """Tell how much each attribute alone tells of the segments."""
    rows = []
    for name in NUMBERS + WORDS:
        values = customers[name]
        if name in NUMBERS:
            values = pd.qcut(values, BINS, labels=False, duplicates="drop")
        codes = values.astype("category").cat.codes
        told = homogeneity_score(customers["segment"], codes)
        rows.append({"attribute": name, "mutual_information": told})
    return rows


def concentration(customers: pd.DataFrame) -> pd.DataFrame:
    """Trace which share of revenue the most valuable share of customers brings."""
    spend = customers["monetary"].sort_values(ascending=False).cumsum().to_numpy()
    shares = np.linspace(0, 1, 101)
    places = np.concatenate([[0], spend / spend[-1]])
    brought = np.interp(shares * len(spend), np.arange(len(places)), places)
    return pd.DataFrame({"customer_share": shares, "revenue_share": brought})
