"""Making probabilities mean what they say, on rows that the model had not seen.

Two classes: Platt's logistic regression on the log odds (Platt 1999). More: one exponent on all
probabilities (temperature scaling, Guo et al. 2017). Neither changes who is ranked before whom.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import expit, logit

EDGE = 1e-6
"""Probabilities are held this far from 0 and 1."""
STEEPEST, FLATTEST = 5.0, 0.05


class Calibration(NamedTuple):
    """How log odds are moved: `intercept + slope · logit`; of many classes, the slope alone."""

    slope: float = 1.0
    intercept: float = 0.0

    def __call__(self, probabilities: np.ndarray) -> np.ndarray:
        """Recalibrate n × k probabilities; each row adds up to 1."""
        clipped = np.clip(probabilities, EDGE, 1 - EDGE)
        if clipped.shape[1] == 2:
            moved = expit(self.intercept + self.slope * logit(clipped[:, 1]))
            return np.column_stack([1 - moved, moved])
        powers = clipped**self.slope
        whole: np.ndarray = powers / powers.sum(axis=1, keepdims=True)
        return whole


AS_IS = Calibration()


def calibrate(probabilities: np.ndarray, labels: np.ndarray) -> Calibration:
    """Fit a calibration to n × k probabilities and the classes that came true.

    Platt's targets keep a small sample from certainty. The slope stays between 0.05 and 5, so
    that ranks never turn round.
    """
    if len(np.unique(labels)) < 2:
        return AS_IS
    clipped = np.clip(probabilities, EDGE, 1 - EDGE)
    return (
        _platt(logit(clipped[:, 1]), labels)
        if clipped.shape[1] == 2
        else _tempered(clipped, labels)
    )


def _platt(odds: np.ndarray, labels: np.ndarray) -> Calibration:
    yes, no = (labels == 1).sum(), (labels == 0).sum()
    target = np.where(labels == 1, (yes + 1) / (yes + 2), 1 / (no + 2))

    def loss(at: np.ndarray) -> tuple[float, np.ndarray]:
        z = at[0] * odds + at[1]
        wrong = expit(z) - target
        value = float((np.logaddexp(0, z) - target * z).mean())
        return value, np.array([(wrong * odds).mean(), wrong.mean()])

    from scipy.optimize import minimize  # noqa: PLC0415 - scoring needs none

    optimum = minimize(
        loss, [1.0, 0.0], jac=True, method="L-BFGS-B",
        bounds=[(FLATTEST, STEEPEST), (-20.0, 20.0)],
    )  # fmt: skip
    return Calibration(float(optimum.x[0]), float(optimum.x[1]))


def _tempered(clipped: np.ndarray, labels: np.ndarray) -> Calibration:
    logs = np.log(clipped)
    rows = np.arange(len(labels))

    def loss(slope: float) -> float:
        scaled = slope * logs
        top = scaled.max(axis=1)
        whole = top + np.log(np.exp(scaled - top[:, None]).sum(axis=1))
        return float((whole - scaled[rows, labels]).mean())

    from scipy.optimize import minimize_scalar  # noqa: PLC0415

    optimum = minimize_scalar(loss, bounds=(FLATTEST, STEEPEST), method="bounded")
    return Calibration(float(optimum.x))
