"""Published probabilities of customers on one day, whose labels may be known already.

Of a customer whose label the model has learned, it would only recite it. So those customers
get the answer of a model that had not seen them, fitted on the other folds; the model that
serves answers for the others, and for whoever is scored later.
"""

import numpy as np
import pandas as pd

from pipeline.learning.done import Fitting
from pipeline.learning.evaluation import wilson
from pipeline.learning.examples import sample
from pipeline.learning.folds import inner_folds
from pipeline.learning.tasks import Material
from pipeline.learning.training import out_of_fold, prepare_folds
from pipeline.run.threads import mapped
from pipeline.scoring.served import Served, decided
from pipeline.settings import ModelSettings

CHUNK = 100_000
FOLDS = 5
BINS = 10


def known_predictions(
    served: Served,
    fitting: Fitting,
    material: Material,
    settings: ModelSettings,
    *,
    seed: int,
    workers: int = 1,
) -> pd.DataFrame:
    """Give every customer's probability, out of fold where the label is known.

    Returns
    -------
    One row per customer of the newest day: `task`, `customer_id`, `predicted` (a class),
    `probability` (of the positive class; of many, of the predicted one), `low` and `high`
    (among customers told alike, the 95 % interval of the share for whom it was right) and
    `known` (whether the label is).
    """
    probabilities = _served(served, material.newest)
    labels = material.everyone.labels
    is_known = labels >= 0
    if is_known.any():
        probabilities[is_known] = _out_of_fold(
            fitting, material, settings, seed=seed, workers=workers
        )[is_known]
    places = decided(probabilities)
    is_binary = material.task.is_binary
    probability = probabilities[:, 1] if is_binary else probabilities.max(axis=1)
    came = (labels == 1) if is_binary else (labels == places)
    low, high = _shares_of_alike(probability, came, is_known)
    return pd.DataFrame(
        {
            "task": served.task,
            "customer_id": material.newest["customer_id"].astype(str).to_numpy(),
            "predicted": np.asarray(served.classes, dtype=object)[places],
            "probability": probability.round(6),
            "low": np.minimum(low, probability).round(6),
            "high": np.maximum(high, probability).round(6),
            "known": is_known,
        }
    )


def _served(served: Served, newest: pd.DataFrame) -> np.ndarray:
    parts = [
        served.probabilities(newest.iloc[start : start + CHUNK])
        for start in range(0, len(newest), CHUNK)
    ]
    return np.concatenate(parts) if parts else np.empty((0, len(served.classes)))


def _out_of_fold(
    fitting: Fitting,
    material: Material,
    settings: ModelSettings,
    *,
    seed: int,
    workers: int,
) -> np.ndarray:
    """Give everyone the recalibrated answer of a model fitted on the other folds' labels."""
    whole, groups = material.everyone, material.everyone_groups
    is_known = np.flatnonzero(whole.labels >= 0)
    labels = whole.labels[is_known]
    fewest = int(np.bincount(labels).min())
    folds = inner_folds(groups[is_known], labels, max(2, min(FOLDS, fewest)), seed=seed)
    sampled_folds = [
        (
            is_known[inside[sample(labels[inside], settings.train_rows, seed=seed)]],
            is_known[outside],
        )
        for inside, outside in folds
    ]
    shape = (len(whole.labels), len(material.task.classes))

    def of_fold(fold: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
        ready = prepare_folds(whole, material.features, [fold])
        return out_of_fold(
            fitting.family, fitting.params, ready, outside=[fold[1]], shape=shape,
            settings=settings, seed=seed,
        )  # fmt: skip

    raw = sum(mapped(of_fold, sampled_folds, workers=workers), np.zeros(shape))
    recalibrated: np.ndarray = fitting.calibration(raw)
    return recalibrated


def _shares_of_alike(
    probability: np.ndarray, came: np.ndarray, is_known: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Give Wilson's interval (1927) of the share among the tenth told alike, for everyone."""
    known_probability, right = probability[is_known], came[is_known]
    low, high = np.zeros(len(probability)), np.ones(len(probability))
    if not len(known_probability):
        return low, high
    edges = np.unique(np.quantile(known_probability, np.linspace(0, 1, BINS + 1))[1:-1])
    mine = np.searchsorted(edges, probability, side="right")
    theirs = np.searchsorted(edges, known_probability, side="right")
    for place in range(len(edges) + 1):
        alike = right[theirs == place]
        ends = wilson(int(alike.sum()), len(alike))
        low[mine == place], high[mine == place] = ends
    return low, high
