"""What columns tell of each other: segments that are one in disguise, inputs said twice."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.base.wording import percent
from pipeline.features.attributes import MOST_LEVELS, attributes_of

BINS = 10
SAME = 0.9
"""Above this segments are the column itself under other names."""
FUNCTION = 0.99
"""From this on a column is a function of another: every level of that has one level of it."""
EACH = 5
"""Customers a level from which on it says something that each level has but one of another."""
MONOTONE = 0.999
"""From this rank correlation on, a number is another one on a different scale."""
ENOUGH = 20_000
"""Customers on whom it is measured, at most twice as many; evenly spaced."""


def told_apart_by(customers: pd.DataFrame) -> list[str]:
    """List the attributes that could tell segments: of several values, but not too many."""
    return [
        attribute.name
        for attribute in attributes_of(customers)
        if attribute.role != "rule"
        and several(customers[attribute.name])
        and (attribute.kind == "number" or customers[attribute.name].nunique() <= MOST_LEVELS)
    ]


def several(column: pd.Series) -> bool:
    """Tell whether a column knows at least two values."""
    return len(column.dropna().unique()) > 1


def disguised_column(segments: np.ndarray, columns: dict[str, np.ndarray]) -> str | None:
    """Name the column that segments repeat, and how far; `None` where there is none."""
    agreement_by_name = agreements(segments, columns)
    name = max(agreement_by_name, key=lambda column: agreement_by_name[column], default=None)
    if name is None or agreement_by_name[name] <= SAME:
        return None
    return f"“{name}” (it tells {percent(agreement_by_name[name])} of what sets segments apart)"


def agreements(segments: np.ndarray, columns: dict[str, np.ndarray]) -> dict[str, float]:
    """Give how far each column alone tells the segment, 0 to 1.

    The uncertainty coefficient (Theil 1970): their mutual information over the entropy of the
    segments. It is 1 where the column tells the segment for certain, also where several of its
    levels are one segment, as where each segment is a union of cities.
    """
    step = max(1, len(segments) // ENOUGH)
    return {name: told_by(segments[::step], codes[::step]) for name, codes in columns.items()}


def told_by(segments: np.ndarray, column: np.ndarray) -> float:
    """Give the share of the entropy of segments that a column tells, both whole numbers.

    Equal to scikit-learn's `homogeneity_score`, from one table of counts.
    """
    segment_codes, column_codes = segments - segments.min(), column - column.min()
    shape = (int(segment_codes.max()) + 1, int(column_codes.max()) + 1)
    counts = np.bincount(segment_codes * shape[1] + column_codes, minlength=shape[0] * shape[1])
    together = counts.reshape(shape) / len(segment_codes)
    alone = _entropy(together.sum(axis=1)), _entropy(together.sum(axis=0))
    if not alone[0]:
        return 1.0
    shared = sum(alone) - _entropy(together.ravel())
    return float(np.clip(shared / alone[0], 0, 1))


def repeats(column: pd.Series, other_column: pd.Series) -> bool:
    """Tell whether a column equals another or is a function of it, gaps being a level.

    By the uncertainty coefficient: the other tells all of it, or both tell nearly all of each
    other. Where nearly every customer has a value of their own, any column would be told: of
    numbers it then counts whether one rises with the other, or steps as it rises.
    """
    step = max(1, len(column) // ENOUGH)
    column, other_column = column.iloc[::step], other_column.iloc[::step]
    codes, other_codes = (pd.factorize(values)[0] for values in (column, other_column))
    if not (several(column) and several(other_column)):
        return False
    if _has_levels(other_codes):
        share = told_by(codes, other_codes)
        return share >= FUNCTION or (
            share > SAME and _has_levels(codes) and told_by(other_codes, codes) > SAME
        )
    if not pd.api.types.is_numeric_dtype(other_column):
        return False
    if _has_levels(codes):
        ordered = codes[np.argsort(other_column.to_numpy(dtype=float), kind="stable")]
        return int(np.count_nonzero(np.diff(ordered))) < len(np.unique(codes))
    if not pd.api.types.is_numeric_dtype(column):
        return False
    ranks = column.astype(float).corr(other_column.astype(float), method="spearman")
    return bool(abs(ranks) >= MONOTONE)


def _has_levels(codes: np.ndarray) -> bool:
    """Tell whether values come back often enough to be levels."""
    return len(codes) >= EACH * len(np.unique(codes))


def _entropy(shares: np.ndarray) -> float:
    filled = shares[shares > 0]
    return float(max(0.0, -(filled * np.log(filled)).sum()))


def coded(customers: pd.DataFrame, attributes: Sequence[str]) -> dict[str, np.ndarray]:
    """Turn attributes into levels: numbers with many values into tenths, gaps into one more."""
    codes_by_attribute = {}
    for name in attributes:
        column = customers[name]
        if pd.api.types.is_numeric_dtype(column) and column.nunique() > BINS:
            column = pd.qcut(column.astype(float), BINS, labels=False, duplicates="drop")
        codes_by_attribute[name] = pd.factorize(column, use_na_sentinel=True)[0]
    return codes_by_attribute
