"""Rows to learn from: features, label, whose row it is and on which day it was known."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd


class Examples(NamedTuple):
    """Rows with a label; every part has one entry per row.

    Attributes
    ----------
    features
        Floats and words as `prepared` gives them, in the order of the task's features.
    labels
        Places in the task's classes.
    customers
        Identifiers: for grouping, never a feature.
    days
        Numbers of the days on which the features were known.
    """

    features: pd.DataFrame
    labels: np.ndarray
    customers: np.ndarray
    days: np.ndarray

    def take(self, rows: np.ndarray) -> "Examples":
        """Give some of the rows, by place."""
        return Examples(
            self.features.iloc[rows].reset_index(drop=True),
            self.labels[rows],
            self.customers[rows],
            self.days[rows],
        )

    def __bool__(self) -> bool:
        return len(self.labels) > 0


def together(parts: Sequence[Examples]) -> Examples:
    """Put rows below each other."""
    return Examples(
        pd.concat([part.features for part in parts], ignore_index=True),
        np.concatenate([part.labels for part in parts]),
        np.concatenate([part.customers for part in parts]),
        np.concatenate([part.days for part in parts]),
    )


def twins(features: pd.DataFrame) -> np.ndarray:
    """Give rows numbers that those with equal values share."""
    return pd.util.hash_pandas_object(features, index=False).to_numpy()


def sample(labels: np.ndarray, at_most: int, *, seed: int) -> np.ndarray:
    """Give the places of at most so many rows, each class in proportion, in order."""
    if len(labels) <= at_most:
        return np.arange(len(labels))
    rng = np.random.default_rng(seed)
    drawn = []
    for label in np.unique(labels):
        places = np.flatnonzero(labels == label)
        number = max(1, round(at_most * len(places) / len(labels)))
        drawn.append(rng.choice(places, min(number, len(places)), replace=False))
    return np.sort(np.concatenate(drawn))
