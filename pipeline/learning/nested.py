"""Repeated nested cross-validation, where one split of one day alone would say little."""

from typing import NamedTuple

import numpy as np
from sklearn.metrics import accuracy_score, roc_auc_score

from pipeline.learning.candidates import Family
from pipeline.learning.examples import sample
from pipeline.learning.folds import inner_folds
from pipeline.learning.tasks import Material
from pipeline.learning.training import fit, prepare_folds, tune
from pipeline.settings import ModelSettings

OUTER_FOLDS = 3
INNER_FOLDS = 2
TRIALS = 3
MOST_ROWS = 3_000


class Nested(NamedTuple):
    """Mean of the metric over the outer folds of all repeats, with its interval."""

    nested_metric: str | None = None
    nested_value: float | None = None
    nested_low: float | None = None
    nested_high: float | None = None


def nested(material: Material, family: Family, settings: ModelSettings, *, seed: int) -> Nested:
    """Tune and test the chosen family anew in each outer fold of the training rows.

    The interval is the mean plus or minus twice its standard error, corrected for training sets
    that overlap (Nadeau and Bengio 2003).
    """
    if settings.nested_repeats == 0:
        return Nested()
    metric = "roc_auc" if material.task.is_binary else "accuracy"
    values: list[float] = []
    places = sample(material.train.labels, MOST_ROWS, seed=seed)
    rows, groups = material.train.take(places), material.groups[places]
    for repeat in range(settings.nested_repeats):
        folds = inner_folds(groups, rows.labels, OUTER_FOLDS, seed=seed + 1 + repeat)
        for inside, outside in folds:
            train, test = rows.take(inside), rows.take(outside)
            inner = inner_folds(groups[inside], train.labels, INNER_FOLDS, seed=seed)
            tuned = tune(
                family,
                prepare_folds(train, material.features, inner),
                settings,
                study="",
                trials=TRIALS,
                seed=seed,
            )
            model = fit(family, tuned.params, train, material.features, settings, seed=seed)
            probabilities = model.predict_proba(test.features)
            values.append(
                float(roc_auc_score(test.labels, probabilities[:, 1]))
                if metric == "roc_auc"
                else float(accuracy_score(test.labels, probabilities.argmax(axis=1)))
            )
    mean, spread = float(np.mean(values)), float(np.var(values, ddof=1))
    half = 2 * np.sqrt((1 / len(values) + 1 / (OUTER_FOLDS - 1)) * spread)
    return Nested(
        metric, round(mean, 6), round(max(mean - half, 0.0), 6), round(min(mean + half, 1.0), 6)
    )
