"""Linear models, support vector machines and nearest neighbours as plain arrays."""

from typing import Any, NamedTuple

import numpy as np
from scipy.special import expit, softmax

from pipeline.scoring.trees import Trees

ROWS = 2_048


class Linear(NamedTuple):
    """Logistic regression: `weights` outputs × columns; of two classes one output."""

    weights: np.ndarray
    intercepts: np.ndarray

    @classmethod
    def of(cls, model: Any) -> "Linear":
        """Take over a fitted logistic regression."""
        return cls(np.array(model.coef_), np.array(model.intercept_))

    def outputs(self, points: np.ndarray) -> np.ndarray:
        """Give log odds: of the second of two classes, else of each up to a constant."""
        log_odds: np.ndarray = points @ self.weights.T + self.intercepts
        return log_odds

    def probabilities(self, points: np.ndarray) -> np.ndarray:
        """Give n × k probabilities."""
        outputs = self.outputs(points)
        if outputs.shape[1] > 1:
            return softmax(outputs, axis=1)
        return np.column_stack([expit(-outputs), expit(outputs)])


class Blend(NamedTuple):
    """The weighted mean of linear models' and boosted trees' log odds, of two classes.

    `linear` is the sum of the linear models' shares, `share` what the trees' log odds count.
    """

    linear: Linear
    trees: Trees
    share: float

    def outputs(self, points: np.ndarray) -> np.ndarray:
        """Give log odds of the second class, n × 1."""
        return self.linear.outputs(points) + self.share * self.trees.outputs(points)

    def probabilities(self, points: np.ndarray) -> np.ndarray:
        """Give n × 2 probabilities."""
        outputs = self.outputs(points)
        return np.column_stack([expit(-outputs), expit(outputs)])


class VectorMachine(NamedTuple):
    """A support vector machine whose decisions a sigmoid turns into probabilities.

    Attributes
    ----------
    vectors
        Support vectors × columns, class by class.
    duals
        (classes - 1) × vectors, as libsvm orders them.
    intercepts
        One for each pair of classes.
    counts
        Support vectors of each class.
    gamma
        Of the radial kernel; 0 for the linear one.
    slopes, shifts
        Of the sigmoids, one for each class; of two classes one.
    """

    vectors: np.ndarray
    duals: np.ndarray
    intercepts: np.ndarray
    counts: np.ndarray
    gamma: float
    slopes: np.ndarray
    shifts: np.ndarray

    @classmethod
    def of(cls, model: Any) -> "VectorMachine":
        """Take over a support vector machine that was calibrated as a whole."""
        calibrated = model.calibrated_classifiers_[0]
        machine = calibrated.estimator
        return cls(
            vectors=np.array(machine.support_vectors_),
            duals=np.array(machine.dual_coef_),
            intercepts=np.array(machine.intercept_),
            counts=np.array(machine.n_support_),
            gamma=0.0 if machine.kernel == "linear" else float(machine.gamma),
            slopes=np.array([calibrator.a_ for calibrator in calibrated.calibrators]),
            shifts=np.array([calibrator.b_ for calibrator in calibrated.calibrators]),
        )

    def linear(self) -> Linear | None:
        """Give the same as a linear model, where it is one: a linear kernel, two classes."""
        if self.gamma or len(self.counts) > 2:
            return None
        slope, shift = -self.slopes[0], -self.shifts[0]
        return Linear(slope * (self.duals @ self.vectors), slope * self.intercepts + shift)

    def decisions(self, points: np.ndarray) -> np.ndarray:
        """Give n × 1 distances from the border of two classes, else n × k votes."""
        pair_decisions = np.concatenate(
            [self._pairs(points[start : start + ROWS]) for start in range(0, len(points), ROWS)]
        )
        return (
            pair_decisions
            if len(self.counts) == 2
            else _voted(pair_decisions, len(self.counts))
        )

    def _pairs(self, points: np.ndarray) -> np.ndarray:
        likeness = points @ self.vectors.T
        if self.gamma:
            squares = (points**2).sum(axis=1)[:, None] + (self.vectors**2).sum(axis=1)
            likeness = np.exp(-self.gamma * np.maximum(squares - 2 * likeness, 0))
        if len(self.counts) == 2:
            two: np.ndarray = likeness @ self.duals.T + self.intercepts
            return two
        ends = np.concatenate([[0], np.cumsum(self.counts)])
        classes = range(len(self.counts))
        pair_decisions = []
        for first in classes:
            first_vectors = slice(ends[first], ends[first + 1])
            for second in classes[first + 1 :]:
                second_vectors = slice(ends[second], ends[second + 1])
                pair_decisions.append(
                    likeness[:, first_vectors] @ self.duals[second - 1, first_vectors]
                    + likeness[:, second_vectors] @ self.duals[first, second_vectors]
                )
        return np.column_stack(pair_decisions) + self.intercepts

    def outputs(self, points: np.ndarray) -> np.ndarray:
        """Give log odds of the second of two classes, else log probabilities."""
        log_odds = -(self.decisions(points) * self.slopes + self.shifts)
        if len(self.counts) == 2:
            return log_odds
        shares = expit(log_odds)
        whole = shares.sum(axis=1, keepdims=True)
        even = np.full_like(shares, 1 / shares.shape[1])
        return np.log(np.where(whole > 0, shares / np.where(whole > 0, whole, 1), even))

    def probabilities(self, points: np.ndarray) -> np.ndarray:
        """Give n × k probabilities."""
        outputs = self.outputs(points)
        if outputs.shape[1] > 1:
            return np.exp(outputs)
        return np.column_stack([expit(-outputs), expit(outputs)])


def _voted(pairs: np.ndarray, classes: int) -> np.ndarray:
    """Turn decisions between pairs into one for each class: votes, ties by confidence.

    As scikit-learn does: confidence is squeezed into a third either side, so that it never
    outweighs a vote.
    """
    votes = np.zeros((len(pairs), classes))
    confidence = np.zeros_like(votes)
    place = 0
    for first in range(classes):
        for second in range(first + 1, classes):
            decisions = pairs[:, place]
            votes[:, first] += decisions > 0
            votes[:, second] += decisions <= 0
            confidence[:, first] += decisions
            confidence[:, second] -= decisions
            place += 1
    squeezed: np.ndarray = votes + confidence / (3 * (np.abs(confidence) + 1))
    return squeezed


class Neighbours(NamedTuple):
    """The customers that k nearest neighbours asks, and how many of them and how."""

    points: np.ndarray
    labels: np.ndarray
    neighbours: int
    weighting: str
    power: float

    @classmethod
    def of(cls, model: Any) -> "Neighbours":
        """Take over fitted nearest neighbours."""
        return cls(
            np.array(model._fit_X),
            np.array(model.classes_[model._y]),
            int(model.n_neighbors),
            str(model.weights),
            float(model.p),
        )

    def outputs(self, points: np.ndarray) -> np.ndarray:
        """Give probabilities: of the second of two classes, else of each."""
        probabilities = self.probabilities(points)
        return probabilities[:, 1:] if probabilities.shape[1] == 2 else probabilities

    def probabilities(self, points: np.ndarray) -> np.ndarray:
        """Give n × k probabilities."""
        from sklearn.neighbors import KNeighborsClassifier  # noqa: PLC0415 - a second; no other

        model = KNeighborsClassifier(self.neighbours, weights=self.weighting, p=self.power)
        probabilities: np.ndarray = model.fit(self.points, self.labels).predict_proba(points)
        return probabilities
