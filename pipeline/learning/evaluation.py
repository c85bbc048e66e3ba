"""How well probabilities did on customers that no model had seen, and how sure that is.

Every metric is computed for the test as it is and for resamples of its customers at once: a
resample is a row of weights, how often each customer was drawn. Models measured with the same
weights are compared in pairs.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.scoring.calibration import EDGE
from pipeline.scoring.served import decided

METRICS = (
    "accuracy", "balanced_accuracy", "f1", "f1_macro", "roc_auc", "average_precision", "brier",
    "log_loss", "ece", "lift_at_10",
)  # fmt: skip
LOWER_IS_BETTER = frozenset({"brier", "log_loss", "ece"})
TOP = 0.1
BINS = 10
CURVE_POINTS = 101
LARGE = 5_000_000
"""Weights held at once: with more customers there are fewer resamples, but at least 100."""
SURE = 1.96
"""Standard errors on either side of a 95 % interval."""
LIFT_WORDS = ((0.1, "poor"), (0.3, "fair"), (0.6, "good"))


class Compared(NamedTuple):
    """The lead of one model over another on the same resamples."""

    difference: float
    low: float
    high: float
    p_value: float


def resamples(rows: int, bootstraps: int, *, seed: int) -> np.ndarray:
    """Give weights, resamples × rows; the first row is 1 everywhere, the test as it is."""
    number = min(bootstraps, max(100, LARGE // max(rows, 1)))
    rng = np.random.default_rng(seed)
    weights = np.ones((number + 1, rows), dtype=np.float32)
    for place in range(1, number + 1):
        weights[place] = np.bincount(rng.integers(0, rows, rows), minlength=rows)
    return weights


def measured(
    probabilities: np.ndarray, labels: np.ndarray, weights: np.ndarray
) -> dict[str, np.ndarray]:
    """Compute every metric that applies for each row of weights.

    Parameters
    ----------
    probabilities
        n × k, rows add up to 1; of two classes the second is the positive one.
    labels
        Places of the true classes.
    weights
        As `resamples` gives them.

    Returns
    -------
    Metric to one value per row of weights. Where classes are many, ROC-AUC and average
    precision are means over one class against the rest, F1 is weighted by class size,
    Brier's score is summed over classes, the calibration error is that of the predicted
    class, and there is no lift.
    """
    classes = probabilities.shape[1]
    total = weights.sum(axis=1)
    predicted = decided(probabilities)
    truth, guesses = _indicators(labels, classes), _indicators(predicted, classes)
    hits = weights @ (truth * guesses)
    actual, guessed = weights @ truth, weights @ guesses
    recall = _ratio(hits, actual)
    f1 = _ratio(2 * hits, actual + guessed)
    has_cases = actual > 0
    metrics = {
        "accuracy": hits.sum(axis=1) / total,
        "balanced_accuracy": (recall * has_cases).sum(axis=1) / has_cases.sum(axis=1),
        "f1": f1[:, 1] if classes == 2 else (f1 * actual).sum(axis=1) / total,
        "f1_macro": (f1 * has_cases).sum(axis=1) / has_cases.sum(axis=1),
        "log_loss": weights @ _surprise(probabilities, labels) / total,
    }
    if classes == 2:
        score = probabilities[:, 1]
        ranks = _ranked(score, labels == 1, weights)
        metrics |= {
            "roc_auc": _roc_auc(ranks),
            "average_precision": _average_precision(ranks),
            "brier": weights @ (score - (labels == 1)) ** 2 / total,
            "ece": calibration_error(score, labels == 1, weights),
            "lift_at_10": _lift(ranks),
        }
    else:
        ranks_by_class = [
            _ranked(probabilities[:, k], labels == k, weights) for k in range(classes)
        ]
        sure = probabilities.max(axis=1)
        metrics |= {
            "roc_auc": _mean_known([_roc_auc(ranks) for ranks in ranks_by_class]),
            "average_precision": _mean_known(
                [_average_precision(ranks) for ranks in ranks_by_class]
            ),
            "brier": weights @ ((probabilities - truth) ** 2).sum(axis=1) / total,
            "ece": calibration_error(sure, predicted == labels, weights),
        }
    return {name: metrics[name] for name in METRICS if name in metrics}


def interval(values: np.ndarray) -> tuple[float, float, float]:
    """Give the value of the test as it is and the 95 % percentile interval over resamples."""
    drawn = values[1:][np.isfinite(values[1:])]
    if not len(drawn) or not np.isfinite(values[0]):
        return float(values[0]), float("nan"), float("nan")
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(values[0]), float(min(low, values[0])), float(max(high, values[0]))


def compared(chosen: np.ndarray, rival: np.ndarray) -> Compared:
    """Compare two models by one metric of both on the same resamples, two-sided."""
    lead = chosen - rival
    drawn = lead[1:][np.isfinite(lead[1:])]
    low, high = np.quantile(drawn, [0.025, 0.975])
    tail = min((drawn <= 0).sum(), (drawn >= 0).sum())
    return Compared(
        float(lead[0]), float(low), float(high), min(1.0, 2 * (tail + 1) / (len(drawn) + 1))
    )


def calibration_error(score: np.ndarray, true: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Give the expected calibration error over ten bins of equal width (Naeini et al. 2015)."""
    bins = np.minimum((score * BINS).astype(np.int64), BINS - 1)
    gap = np.zeros(len(weights))
    for place in np.unique(bins):
        inside = bins == place
        gap += np.abs(weights[:, inside] @ (score[inside] - true[inside]))
    return gap / weights.sum(axis=1)


def lift_words(lift: float, base_rate: float) -> str:
    """Say how good a lift is: which share of what a perfect ranking would add it reaches.

    A perfect ranking fills the first tenth with the positive class, as far as that suffices.
    """
    best = min(1.0, base_rate / TOP) / base_rate if base_rate else 1.0
    reached = (lift - 1) / (best - 1) if best > 1 else 0.0
    return next((word for below, word in LIFT_WORDS if reached < below), "excellent")


def curves(probabilities: np.ndarray, labels: np.ndarray) -> pd.DataFrame:
    """Draw ROC, precision and recall, calibration and gain: columns curve, point, x, y.

    Where classes are many, every class of every customer is one case: it is the class or not.
    """
    classes = probabilities.shape[1]
    if classes == 2:
        score, true = probabilities[:, 1], labels == 1
    else:
        score = probabilities.ravel()
        true = _indicators(labels, classes).astype(bool).ravel()
    ranks = _ranked(score, true, np.ones((1, len(score)), dtype=np.float32))
    yes, no = ranks.yes.sum(), ranks.no.sum()
    caught, false = np.cumsum(ranks.yes[0]), np.cumsum(ranks.no[0])
    share = (caught + false) / (yes + no)
    precision = caught / (caught + false)
    steps = np.linspace(0, 1, CURVE_POINTS)
    with_start = {
        "roc": (np.r_[0, false / max(no, 1)], np.r_[0, caught / max(yes, 1)]),
        "gain": (np.r_[0, share], np.r_[0, caught / max(yes, 1)]),
    }
    rows = [
        _curve(name, steps, np.interp(steps, *_increasing(x, y)))
        for name, (x, y) in with_start.items()
    ]
    recall = caught / max(yes, 1)
    places = np.minimum(np.searchsorted(recall, steps), len(recall) - 1)
    rows.append(_curve("precision_recall", recall[places], precision[places]))
    rows.append(_calibration_curve(score, true))
    return pd.concat(rows, ignore_index=True)


def confusion(
    probabilities: np.ndarray, labels: np.ndarray, classes: Sequence[str]
) -> pd.DataFrame:
    """Count customers by actual and predicted class; pairs without any count 0."""
    counts = np.zeros((len(classes), len(classes)), dtype=np.int64)
    np.add.at(counts, (labels, decided(probabilities)), 1)
    return pd.DataFrame(
        [
            {"actual": actual, "predicted": predicted, "customers": int(counts[i, j])}
            for i, actual in enumerate(classes)
            for j, predicted in enumerate(classes)
        ]
    )


def best(scores: Mapping[str, np.ndarray], metric: str) -> str:
    """Name the model with the best value of a metric on the test as it is."""
    sign = -1.0 if metric in LOWER_IS_BETTER else 1.0
    return max(scores, key=lambda name: sign * float(np.nan_to_num(scores[name][0], nan=-9.0)))


def wilson(yes: int, of: int) -> tuple[float, float]:
    """Give Wilson's 95 % interval of a share (1927); none of none is anything."""
    if not of:
        return 0.0, 1.0
    share, square = yes / of, SURE**2
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = SURE * np.sqrt(share * (1 - share) / of + square / (4 * of**2)) / (1 + square / of)
    return float(max(middle - half, 0.0)), float(min(middle + half, 1.0))


class _Ranks(NamedTuple):
    """Weight of the positive and the negative cases at each distinct score, highest first."""

    yes: np.ndarray
    no: np.ndarray


def _ranked(score: np.ndarray, true: np.ndarray, weights: np.ndarray) -> _Ranks:
    order = np.argsort(-score, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(score[order]) != 0])
    sorted_weights = weights[:, order]
    positive = true[order].astype(np.float32)
    yes = np.add.reduceat(sorted_weights * positive, starts, axis=1, dtype=np.float64)
    whole = np.add.reduceat(sorted_weights, starts, axis=1, dtype=np.float64)
    return _Ranks(yes, whole - yes)


def _roc_auc(ranks: _Ranks) -> np.ndarray:
    """Probability that a positive case stands before a negative one, ties counting half."""
    above = np.cumsum(ranks.yes, axis=1) - ranks.yes / 2
    pairs = ranks.yes.sum(axis=1) * ranks.no.sum(axis=1)
    return _ratio((above * ranks.no).sum(axis=1), pairs)


def _average_precision(ranks: _Ranks) -> np.ndarray:
    caught = np.cumsum(ranks.yes, axis=1)
    precision = _ratio(caught, caught + np.cumsum(ranks.no, axis=1))
    return _ratio((precision * ranks.yes).sum(axis=1), ranks.yes.sum(axis=1))


def _lift(ranks: _Ranks) -> np.ndarray:
    """Compare the positive rate among the first tenth with that of all; ties count in part."""
    whole = ranks.yes + ranks.no
    total = whole.sum(axis=1)
    passed = np.cumsum(whole, axis=1) - whole
    part = np.clip((TOP * total[:, None] - passed) / np.maximum(whole, 1e-12), 0, 1)
    caught = (part * ranks.yes).sum(axis=1)
    return _ratio(caught / TOP, ranks.yes.sum(axis=1))


def _mean_known(by_class: Sequence[np.ndarray]) -> np.ndarray:
    """Average over the classes of which a resample has any."""
    values = np.stack(by_class)
    is_finite = np.isfinite(values)
    return _ratio(np.where(is_finite, values, 0.0).sum(axis=0), is_finite.sum(axis=0))


def _surprise(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    likelihood = probabilities[np.arange(len(labels)), labels]
    surprise: np.ndarray = -np.log(np.clip(likelihood, EDGE, 1.0))
    return surprise


def _indicators(places: np.ndarray, classes: int) -> np.ndarray:
    return np.eye(classes, dtype=np.float32)[places]


def _ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    out = np.full(np.broadcast(above, below).shape, np.nan if np.ndim(above) == 1 else 0.0)
    result: np.ndarray = np.divide(above, below, out=out, where=below > 0)
    return result


def _increasing(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Keep the highest y at each x, so that steps are drawn from above."""
    last = np.r_[np.diff(x) > 0, True]
    last[0] = True
    return x[last], y[last]


def _curve(name: str, x: np.ndarray, y: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(
        {"curve": name, "point": np.arange(len(x)), "x": x.round(6), "y": y.round(6)}
    )


def _calibration_curve(score: np.ndarray, true: np.ndarray) -> pd.DataFrame:
    """Give mean probability and observed share in ten bins with as many cases each."""
    order = np.argsort(score, kind="stable")
    parts = [part for part in np.array_split(order, BINS) if len(part)]
    x = np.array([score[part].mean() for part in parts])
    y = np.array([true[part].mean() for part in parts])
    return _curve("calibration", x, y)
