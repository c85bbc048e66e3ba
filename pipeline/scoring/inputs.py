"""What models see: the features of customers as floats and words."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.features.attributes import UNKNOWN

Columns = dict[str, np.ndarray]
"""Floats and words by the names of features."""


class Feature(NamedTuple):
    """A column that models see.

    `unit` is money, days, years, share, count, points, minutes or nothing; skewed numbers are
    never negative and taken by log(1 + x).
    """

    name: str
    title: str
    unit: str = ""
    is_number: bool = True
    is_skewed: bool = False


def prepared(frame: pd.DataFrame, features: Sequence[Feature]) -> pd.DataFrame:
    """Give the features of a frame as floats and words, in order; missing words are a level.

    Skewed numbers below 0 count as 0.
    """
    return pd.DataFrame(columns(frame, features))


def columns(frame: pd.DataFrame, features: Sequence[Feature]) -> Columns:
    """Give the same as `prepared`, as arrays by name: quicker where rows are few."""
    return {feature.name: _column(frame[feature.name], feature) for feature in features}


def _column(values: pd.Series, feature: Feature) -> np.ndarray:
    if feature.is_number:
        numbers = values.to_numpy(dtype=float, na_value=np.nan)
        return np.maximum(numbers, 0.0) if feature.is_skewed else numbers
    words = values.to_numpy(dtype=object)
    return np.where(pd.isna(words), UNKNOWN, words)
