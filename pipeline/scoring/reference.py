"""What a customer is compared with where an answer is explained: the rows learned from."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.scoring.inputs import Feature
from pipeline.scoring.machines import Blend, Linear, VectorMachine
from pipeline.scoring.plain import Plain, Predictor, plain
from pipeline.scoring.trees import Trees

LEVELS = (0.0, 0.1, 0.5, 0.9, 1.0)
LEAST, LOW, TYPICAL, HIGH, MOST = range(len(LEVELS))
"""Places of the levels of a number: extremes, tenths at both ends, the median."""
BACKGROUND = 16
"""Customers that estimates compare with."""


class Reference(NamedTuple):
    """The rows that a model learned from, in brief.

    Attributes
    ----------
    means
        Of each column after the first step.
    levels
        Features × `LEVELS`: quantiles of the numbers that are known; missing for words.
    words
        The commonest word of each feature; empty for numbers.
    background
        Some rows after the first step, spread evenly over what the model answers; none for
        models that are explained exactly.
    """

    means: np.ndarray
    levels: np.ndarray
    words: tuple[str, ...]
    background: np.ndarray


def reference(
    pipeline: Predictor, features: Sequence[Feature], rows: pd.DataFrame
) -> Reference:
    """Describe the rows that a pipeline learned from, as `prepared` gives them."""
    model = plain(pipeline)
    points = model.prepare.transform(rows)
    return Reference(
        means=points.mean(axis=0),
        levels=np.array([_levels(rows[feature.name], feature) for feature in features]),
        words=tuple(_commonest(rows[feature.name], feature) for feature in features),
        background=_background(model, points),
    )


def is_exact(model: Plain) -> bool:
    """Tell whether a model's Shapley values are computed, not estimated."""
    match model.model:
        case Trees() | Linear() | Blend():
            return True
        case VectorMachine() as machine:
            return machine.linear() is not None
        case _:
            return False


def _levels(values: pd.Series, feature: Feature) -> np.ndarray:
    numbers = values.to_numpy(dtype=float) if feature.is_number else np.empty(0)
    numbers = numbers[np.isfinite(numbers)]
    return np.quantile(numbers, LEVELS) if len(numbers) else np.full(len(LEVELS), np.nan)


def _commonest(values: pd.Series, feature: Feature) -> str:
    return "" if feature.is_number else str(values.value_counts().index[0])


def _background(model: Plain, points: np.ndarray) -> np.ndarray:
    if is_exact(model):
        return points[:0]
    probabilities = model.model.probabilities(points)
    order = np.lexsort((probabilities.max(axis=1), probabilities.argmax(axis=1)))
    number = min(BACKGROUND, len(points))
    middles = ((np.arange(number) + 0.5) / number * len(points)).astype(int)
    return points[order[middles]]
