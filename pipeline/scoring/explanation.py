"""Why a model answers as it does: the Shapley values of single answers.

One convention holds for the whole product. Contributions are towards the second of two classes,
or towards the class predicted where classes are many, one per feature of the source: those of
all columns that `prepare` makes of it are added. With `base` they add up to the model's output,

* in log odds, after recalibration, for logistic regression, XGBoost, support vector machines
  and the blend
  (of many classes: log of the class's probability less the mean of all classes' logs);
* in probability, before recalibration (which changes no order), for a tree, a forest, which
  averages its trees' probabilities, and nearest neighbours.

They are computed exactly for linear models (features independent, against the mean of the rows
learned from) and trees (path-dependent), and estimated for others by drawing permutations.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.scoring.inputs import columns
from pipeline.scoring.machines import Blend, Linear, Neighbours, VectorMachine
from pipeline.scoring.plain import Model, Plain, plain
from pipeline.scoring.reference import Reference, is_exact
from pipeline.scoring.served import Served
from pipeline.scoring.tree_shapley import Ways, expected, rows_within, shapley, ways
from pipeline.scoring.trees import AVERAGE, Trees

LOG_ODDS, PROBABILITY = "log odds", "probability"
SECONDS_PER_ROW, SECONDS_PER_LIKENESS = 1e-5, 8e-9
"""What it costs to explain a row of a linear model and to compare two customers; measured."""
AT_ONCE = 20_000
"""Points that a model is asked about at once while contributions are estimated."""


class Contributions(NamedTuple):
    """What each feature adds to the answer for each customer.

    Attributes
    ----------
    values
        n × features; above 0 speaks for the class.
    base
        n: what is answered where nothing is known of the customer.
    towards
        n: places of the classes that contributions speak for.
    unit
        `log odds` or `probability`.
    is_exact
        Whether they are computed, not estimated.
    """

    values: np.ndarray
    base: np.ndarray
    towards: np.ndarray
    unit: str
    is_exact: bool


def unit_of(model: Plain) -> str:
    """Give the unit of a model's contributions."""
    match model.model:
        case Trees(link=link) if link == AVERAGE:
            return PROBABILITY
        case Neighbours():
            return PROBABILITY
        case _:
            return LOG_ODDS


class Explainer(NamedTuple):
    """A model made ready to explain any number of answers.

    `owners` are the features of the model's columns, `ways` those of its trees, if it has any.
    """

    served: Served
    model: Plain
    owners: np.ndarray
    ways: Ways | None

    def contributions(self, frame: pd.DataFrame, *, seed: int = 0) -> Contributions:
        """Explain the answers for rows that hold the features by name.

        The seed matters where contributions are estimated. Raises `ValueError` where a model
        that is not made of trees has no reference.
        """
        return self.of_points(self.points(frame), seed=seed)

    def points(self, frame: pd.DataFrame) -> np.ndarray:
        """Give the points that the model sees, rows × columns."""
        return self.model.prepare.transform(columns(frame, self.served.features))

    def probabilities(self, points: np.ndarray) -> np.ndarray:
        """Give n × k calibrated probabilities."""
        return self.served.calibration(self.model.model.probabilities(points))

    def of_points(self, points: np.ndarray, *, seed: int = 0) -> Contributions:
        """Explain the answers for points, see `contributions`."""
        classes = len(self.served.classes)
        towards = _towards(self.model, points, classes)
        unit = unit_of(self.model)
        weights = _weights(towards, classes, unit)
        match self.model.model:
            case Trees() as trees if self.ways is not None:
                values = shapley(trees, points, weights, self.owners, self.ways)
                base = weights @ expected(trees, self.ways)
            case Blend() as blend if self.ways is not None:
                values, base = self._of_blend(blend, self.ways, points, weights)
            case machine if linear := _linear(machine):
                values, base = _of_linear(
                    linear, points, weights, self.owners, _known(self.served)
                )
            case VectorMachine() | Neighbours() as machine:
                values, base = _estimated(
                    machine, points, weights, self.owners, _known(self.served), seed=seed
                )
            case unknown:
                raise TypeError(f"no model is a {type(unknown).__name__}")
        if unit == LOG_ODDS:
            slope, intercept = self.served.calibration
            values, base = values * slope, base * slope + intercept * (classes == 2)
        return Contributions(values, base, towards, unit, is_exact(self.model))

    def _of_blend(
        self, blend: Blend, ways: Ways, points: np.ndarray, weights: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Add what the linear part and the trees say, each in its share."""
        linear, at = _of_linear(blend.linear, points, weights, self.owners, _known(self.served))
        grown = shapley(blend.trees, points, weights, self.owners, ways)
        base = (weights @ expected(blend.trees, ways)).reshape(len(points))
        return linear + blend.share * grown, at + blend.share * base

    def rows_within(self, seconds: float) -> int:
        """Give about how many rows can be explained in so many seconds of one processor."""
        match self.model.model:
            case Trees() | Blend() if self.ways is not None:
                return rows_within(self.ways, seconds)
            case machine if _linear(machine):
                return int(seconds / SECONDS_PER_ROW)
            case VectorMachine(vectors=compared) | Neighbours(points=compared):
                number = 2 * len(_known(self.served).background)
                questions = number * (len(self.served.features) + 1)
                return int(seconds / (questions * len(compared) * SECONDS_PER_LIKENESS))
            case unknown:
                raise TypeError(f"no model is a {type(unknown).__name__}")


def explainer(served: Served) -> Explainer:
    """Make a model ready to explain its answers."""
    model = plain(served.pipeline)
    owners = model.prepare.owners([feature.name for feature in served.features])
    tree_ways: Ways | None = None
    match model.model:
        case Trees() as trees:
            tree_ways = ways(trees)
        case Blend(trees=trees):
            tree_ways = ways(trees)
        case _:
            pass
    return Explainer(served, model, owners, tree_ways)


def _towards(model: Plain, points: np.ndarray, classes: int) -> np.ndarray:
    if classes == 2:
        return np.ones(len(points), dtype=np.int64)
    return model.model.probabilities(points).argmax(axis=1)


def _weights(towards: np.ndarray, classes: int, unit: str) -> np.ndarray:
    """Give n × outputs: the class's own output, in log odds less the mean of all classes'."""
    if classes == 2:
        return np.ones((len(towards), 1))
    weights = np.eye(classes)[towards]
    return weights - 1 / classes if unit == LOG_ODDS else weights


def _known(served: Served) -> Reference:
    if served.reference is None:
        raise ValueError("this model is explained with its reference: see reference.reference")
    return served.reference


def _linear(machine: Model) -> Linear | None:
    match machine:
        case Linear():
            return machine
        case VectorMachine():
            return machine.linear()
        case _:
            return None


def _of_linear(
    model: Linear,
    points: np.ndarray,
    weights: np.ndarray,
    owners: np.ndarray,
    reference: Reference,
) -> tuple[np.ndarray, np.ndarray]:
    """Weigh each column's distance from the mean of the rows learned from."""
    by_column = (points - reference.means) * (weights @ model.weights)
    return _by_feature(by_column, owners), (weights * model.outputs(reference.means[None])).sum(
        1
    )


def _by_feature(by_column: np.ndarray, owners: np.ndarray) -> np.ndarray:
    """Add the columns of each feature."""
    belongs = owners[:, None] == np.arange(int(owners.max()) + 1)
    by_feature: np.ndarray = by_column @ belongs.astype(float)
    return by_feature


def _estimated(
    model: VectorMachine | Neighbours,
    points: np.ndarray,
    weights: np.ndarray,
    owners: np.ndarray,
    reference: Reference,
    *,
    seed: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Average what each feature adds when features become known one after the other.

    For each row of the background one permutation and its reverse, the same for all customers
    (Štrumbelj and Kononenko 2014; Mitchell and others 2022). What is not known yet has the
    background row's values, so that contributions add up exactly to the output less its mean
    over the background.
    """
    features = int(owners.max()) + 1
    rng = np.random.default_rng(seed)
    drawn = [rng.permutation(features) for _ in reference.background]
    turns = np.argsort(
        [order for permutation in drawn for order in (permutation, permutation[::-1])], axis=1
    )
    background = np.repeat(reference.background, 2, axis=0)
    is_known = turns[:, None, owners] < np.arange(features + 1)[:, None]
    at_once = max(1, AT_ONCE // (len(turns) * (features + 1)))
    values = np.empty((len(points), features))
    for start in range(0, len(points), at_once):
        part = slice(start, start + at_once)
        mixed_points = np.where(is_known, points[part, None, None, :], background[:, None, :])
        outputs = model.outputs(mixed_points.reshape(-1, points.shape[1]))
        outputs = outputs.reshape(*mixed_points.shape[:3], -1)
        gains = np.diff((outputs * weights[part, None, None, :]).sum(axis=3), axis=2)
        values[part] = np.take_along_axis(gains, turns[None], axis=2).mean(axis=1)
    return values, weights @ model.outputs(reference.background).mean(axis=0)
