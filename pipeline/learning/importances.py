"""How much a model loses when a feature is shuffled: permutation importances.

Features that tell nearly the same stand in for each other: shuffled one by one, none of them
seems to matter. They change hands together, and each carries the importance of all of them.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from pipeline.learning.examples import Examples, sample
from pipeline.scoring.inputs import Feature, prepared
from pipeline.scoring.machines import Neighbours, VectorMachine
from pipeline.scoring.plain import plain
from pipeline.scoring.served import Served

ROWS, ROWS_OF_SLOW = 3_000, 1_000
"""Rows that importances are measured on at most, and those of slow models."""
ALIKE = 0.8
"""Rank correlation, whatever its sign, from which on features tell nearly the same."""
SURE = 2.0
RESAMPLES = 50
Metric = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]
"""From n × k probabilities, labels and rows of weights to a figure each; higher is better."""


class Importance(NamedTuple):
    """By how much a metric falls, the 95 % interval, and the feature that stands for the group.

    `together` is the first of the features that changed hands at once; the feature's own name
    where it stands alone.
    """

    value: float
    low: float
    high: float
    together: str


def permutation_importances(
    served: Served, examples: Examples, *, metric: Metric, repeats: int = 5, seed: int = 0
) -> dict[str, Importance]:
    """Give by how much a metric falls when a group's values change hands among the rows.

    The mean over repeats, by feature, on a stratified sample where rows are many. The interval
    holds what permutations and customers vary by: twice the root of the variance of the mean
    over repeats and of the fall over resamples of the rows.
    Whole features change hands, before `prepare`; as each column that it makes belongs to one
    feature, they are moved after it, which is the same and quicker.
    """
    model = plain(served.pipeline)
    most = ROWS_OF_SLOW if isinstance(model.model, VectorMachine | Neighbours) else ROWS
    examples = examples.take(sample(examples.labels, most, seed=seed))
    rows = prepared(examples.features, served.features)
    points = model.prepare.transform(rows)
    owners = model.prepare.owners([feature.name for feature in served.features])
    rng = np.random.default_rng(seed)
    weights = np.ones((RESAMPLES + 1, len(points)), dtype=np.float32)
    for place in range(1, RESAMPLES + 1):
        drawn = rng.integers(0, len(points), len(points))
        weights[place] = np.bincount(drawn, minlength=len(points))

    def told(inputs: np.ndarray) -> np.ndarray:
        probabilities = served.calibration(model.model.probabilities(inputs))
        return metric(probabilities, examples.labels, weights)

    whole = told(points)
    orders = [rng.permutation(len(points)) for _ in range(repeats)]
    importance_by_feature: dict[str, Importance] = {}
    for group in groups_of_alike(rows, served.features):
        mine = np.isin(owners, group)
        falls = []
        for order in orders:
            moved = points.copy()
            moved[:, mine] = points[order][:, mine]
            falls.append(whole - told(moved))
        by_repeat = np.nan_to_num(np.stack(falls))  # of a resample with one class: no fall
        fall = float(by_repeat[:, 0].mean())
        of_rows = float(by_repeat[:, 1:].mean(axis=0).var())
        of_orders = float(by_repeat[:, 0].var(ddof=1)) / repeats if repeats > 1 else 0.0
        half = SURE * np.sqrt(of_rows + of_orders)
        together = served.features[group[0]].name
        for place in group:
            importance_by_feature[served.features[place].name] = Importance(
                fall, float(fall - half), float(fall + half), together
            )
    return {feature.name: importance_by_feature[feature.name] for feature in served.features}


def groups_of_alike(rows: pd.DataFrame, features: Sequence[Feature]) -> list[list[int]]:
    """Group the places of numbers whose rank correlation is high; words stand alone.

    By average linkage, so that not everything hangs together through a chain of neighbours.
    """
    numbers = [
        place
        for place, feature in enumerate(features)
        if feature.is_number and _varies(rows[feature.name].to_numpy(dtype=float))
    ]
    grouped: dict[int, list[int]] = {}
    if len(numbers) > 1:
        ranks = rows[[features[place].name for place in numbers]].rank().to_numpy()
        filled = np.where(np.isnan(ranks), np.nanmean(ranks, axis=0), ranks)
        likeness = np.abs(np.nan_to_num(np.corrcoef(filled, rowvar=False)))
        apart = np.clip(1 - (likeness + likeness.T) / 2, 0, 1)
        np.fill_diagonal(apart, 0)
        number = fcluster(
            linkage(squareform(apart, checks=False), "average"), 1 - ALIKE, "distance"
        )
        for place, group in zip(numbers, number.tolist(), strict=True):
            grouped.setdefault(group, []).append(place)
    elif numbers:
        grouped[0] = numbers
    inside = {place for group in grouped.values() for place in group}
    alone = [[place] for place in range(len(features)) if place not in inside]
    return sorted([*grouped.values(), *alone])


def _varies(values: np.ndarray) -> bool:
    """Tell whether a number is known to be different for some."""
    finite = values[np.isfinite(values)]
    return len(finite) > 0 and bool(finite.min() < finite.max())
