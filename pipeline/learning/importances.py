"""How much a model loses when a feature is shuffled: permutation importances."""

from collections.abc import Callable

import numpy as np

from pipeline.learning.examples import Examples, sample
from pipeline.scoring.inputs import prepared
from pipeline.scoring.machines import Neighbours, VectorMachine
from pipeline.scoring.plain import plain
from pipeline.scoring.served import Served

ROWS, ROWS_OF_SLOW = 3_000, 1_000
"""Rows that importances are measured on at most, and those of slow models."""
Metric = Callable[[np.ndarray, np.ndarray], float]
"""From n × k probabilities and labels to a figure; higher is better."""


def permutation_importances(
    served: Served, examples: Examples, *, metric: Metric, repeats: int = 5, seed: int = 0
) -> dict[str, float]:
    """Give by how much a metric falls when one feature's values change hands among the rows.

    The mean over repeats, by feature, on a stratified sample where rows are many.
    Whole features change hands, before `prepare`; as each column that it makes belongs to one
    feature, they are moved after it, which is the same and quicker.
    """
    model = plain(served.pipeline)
    most = ROWS_OF_SLOW if isinstance(model.model, VectorMachine | Neighbours) else ROWS
    examples = examples.take(sample(examples.labels, most, seed=seed))
    points = model.prepare.transform(prepared(examples.features, served.features))
    owners = model.prepare.owners([each.name for each in served.features])

    def told(asked: np.ndarray) -> float:
        return metric(served.calibration(model.model.probabilities(asked)), examples.labels)

    whole = told(points)
    rng = np.random.default_rng(seed)
    orders = [rng.permutation(len(points)) for _ in range(repeats)]
    found = {}
    for place, feature in enumerate(served.features):
        mine = owners == place
        falls = []
        for order in orders:
            moved = points.copy()
            moved[:, mine] = points[order][:, mine]
            falls.append(whole - told(moved))
        found[feature.name] = float(np.mean(falls))
    return found
