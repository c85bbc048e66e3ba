"""What drives the models that serve: importances, Shapley values, reasons in words."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from pipeline.learning.done import Evaluated, Predicted
from pipeline.learning.evaluation import measured
from pipeline.learning.importances import permutation_importances
from pipeline.scoring.explanation import Explainer, explainer
from pipeline.scoring.inputs import Feature, prepared
from pipeline.scoring.reasons import reasons
from pipeline.scoring.served import REPLICATION, SEGMENT
from pipeline.settings import ModelSettings

SECONDS = 5.0
"""So much processor time, by what it usually costs, may go into the reasons of a task."""


class Explained(NamedTuple):
    """One frame per result table, without the run."""

    drivers: pd.DataFrame
    shap: pd.DataFrame
    reasons: pd.DataFrame


def explained(
    models: Predicted, settings: ModelSettings, *, currency: str, seed: int
) -> Explained:
    """Explain every task's model.

    Importances are those of the tested model on the test; Shapley values and reasons are those
    of the model that serves, for customers of the newest snapshot. Reasons are given to the
    customers most probable to be of the positive class first.
    """
    drivers, shap, reason_frames = [], [], []
    was_tested = {evaluated.served.task: evaluated for evaluated in models.evaluated}
    for served in models.served:
        if served.task not in was_tested:
            continue
        tested = was_tested[served.task]
        drivers.append(_drivers(tested, seed=seed))
        mine = models.predictions[models.predictions["task"] == served.task]
        order = np.argsort(-mine["probability"].to_numpy(), kind="stable")
        ready = explainer(served)
        most = min(settings.explained, ready.rows_within(SECONDS))
        first = tested.newest.iloc[np.sort(order[:most])]
        shap.append(_shap(ready, tested.newest, most=settings.shap_sample, seed=seed))
        if served.task not in {SEGMENT, REPLICATION} and len(first):
            contributions = ready.contributions(first, seed=seed)
            reason_frames.append(reasons(served, first, contributions, currency=currency))
    return Explained(_stacked(drivers), _stacked(shap), _stacked(reason_frames))


def _drivers(tested: Evaluated, *, seed: int) -> pd.DataFrame:
    """Give by how much ROC-AUC falls when a group's values change hands in the test.

    Of a model that an earlier run tested, what that run found.
    """
    if tested.test is None:
        return pd.DataFrame() if tested.drivers is None else tested.drivers

    def metric(
        probabilities: np.ndarray, labels: np.ndarray, weights: np.ndarray
    ) -> np.ndarray:
        return measured(probabilities, labels, weights)["roc_auc"]

    importances = permutation_importances(
        tested.served, tested.test, metric=metric, repeats=3, seed=seed
    )
    return pd.DataFrame(
        {
            "task": tested.served.task,
            "model": tested.served.family,
            "feature": list(importances),
            "importance": [round(importance.value, 6) for importance in importances.values()],
            "low": [round(importance.low, 6) for importance in importances.values()],
            "high": [round(importance.high, 6) for importance in importances.values()],
            "together": [importance.together for importance in importances.values()],
        }
    )


def _shap(ready: Explainer, newest: pd.DataFrame, *, most: int, seed: int) -> pd.DataFrame:
    """Pack values and contributions of a random sample, one row a feature."""
    rng = np.random.default_rng(seed)
    chosen = np.sort(rng.choice(len(newest), min(most, len(newest)), replace=False))
    some = newest.iloc[chosen]
    if some.empty:
        return pd.DataFrame()
    served = ready.served
    contributions = ready.contributions(some, seed=seed)
    values = contributions.values
    weights = np.abs(values).mean(axis=0)
    rows = prepared(some, served.features)
    packed: list[dict[str, Any]] = []
    for position, place in enumerate(np.argsort(-weights, kind="stable")):
        feature = served.features[place]
        column, words = _coded(rows[feature.name], feature)
        packed.append(
            {
                "task": served.task,
                "feature": feature.name,
                "position": position,
                "importance": round(float(weights[place]), 6),
                "unit": contributions.unit,
                "is_exact": contributions.is_exact,
                "words": json.dumps(words, ensure_ascii=False),
                "customers": len(some),
                "feature_values": column.astype("<f4").tobytes(),
                "contributions": values[:, place].astype("<f4").tobytes(),
            }
        )
    return pd.DataFrame(packed)


def _coded(values: pd.Series, feature: Feature) -> tuple[np.ndarray, list[str]]:
    if feature.is_number:
        return values.to_numpy(dtype=float), []
    codes, words = pd.factorize(values, sort=True)
    return codes.astype(float), [str(word) for word in words]


def _stacked(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    full = [frame for frame in frames if len(frame)]
    return pd.concat(full, ignore_index=True) if full else pd.DataFrame()
