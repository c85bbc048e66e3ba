"""From models that serve to what drives them, and to reasons for each customer."""

import json
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.models.evaluation import measured
from pipeline.models.examples import Feature, prepared
from pipeline.models.explanation import (
    Contributions,
    Explainer,
    explainer,
    permutation_importances,
)
from pipeline.models.reasons import reasons
from pipeline.models.served import Served
from pipeline.models.stage import Evaluated
from pipeline.progress import Progress
from pipeline.quality.findings import Finding
from pipeline.settings import ModelSettings

SECONDS = 5.0
"""Time for the reasons of one task; where exact ones cost more, fewer customers have them."""
PLACES = 6


class Explained(NamedTuple):
    """One frame per result table, without the run; remarks."""

    drivers: pd.DataFrame
    columns: pd.DataFrame
    reasons: pd.DataFrame
    findings: tuple[Finding, ...]


def explained(
    evaluated: Sequence[Evaluated],
    served: Sequence[Served],
    settings: ModelSettings,
    *,
    currency: str,
    seed: int,
    progress: Progress,
) -> Explained:
    """Explain every task: what drives its model, a sample of answers, reasons for customers.

    Importances are falls of ROC-AUC on the test, of the model that was tested; answers are
    those of the model that serves, for customers of the newest snapshot. Reasons are given
    where there are two classes, to those with the highest probabilities.
    """
    drivers, columns, told, findings = [], [], [], []
    for place, (tested, model) in enumerate(zip(evaluated, served, strict=True)):
        progress.step(place, len(served), f"explaining {model.task}")
        ready = explainer(model)
        newest = tested.newest.reset_index(drop=True)
        drivers.append(_drivers(tested, seed=seed))
        columns.append(_columns(ready, _some(newest, ready, settings, seed=seed), seed=seed))
        if len(model.classes) == 2:
            riskiest = _riskiest(newest, model, min(settings.explained, _most(ready)))
            found = ready.contributions(riskiest, seed=seed)
            told.append(reasons(model, riskiest, found, currency=currency))
            findings += _remarks(model, len(riskiest), len(newest), found)
    return Explained(_stacked(drivers), _stacked(columns), _stacked(told), tuple(findings))


def _drivers(tested: Evaluated, *, seed: int) -> pd.DataFrame:
    found = permutation_importances(tested.served, tested.test, metric=_roc_auc, seed=seed)
    return pd.DataFrame(
        {
            "task": tested.served.task,
            "model": tested.served.family,
            "feature": list(found),
            "importance": [round(fall, PLACES) for fall in found.values()],
        }
    )


def _roc_auc(probabilities: np.ndarray, labels: np.ndarray) -> float:
    once = np.ones((1, len(labels)), dtype=np.float32)
    return float(measured(probabilities, labels, once)["roc_auc"][0])


def _most(ready: Explainer) -> int:
    return ready.rows_within(SECONDS)


def _some(
    newest: pd.DataFrame, ready: Explainer, settings: ModelSettings, *, seed: int
) -> pd.DataFrame:
    """Draw the customers whose contributions are stored."""
    number = min(settings.shap_sample, _most(ready), len(newest))
    chosen = np.random.default_rng(seed).choice(len(newest), number, replace=False)
    return newest.iloc[np.sort(chosen)].reset_index(drop=True)


def _riskiest(newest: pd.DataFrame, model: Served, number: int) -> pd.DataFrame:
    """Keep so many customers, those with the highest probabilities, in their order."""
    if number >= len(newest):
        return newest
    order = np.argsort(-model.probabilities(newest)[:, 1], kind="stable")
    return newest.iloc[np.sort(order[:number])].reset_index(drop=True)


def _columns(ready: Explainer, some: pd.DataFrame, *, seed: int) -> pd.DataFrame:
    """Pack contributions and values of a sample, one row per feature, the weightiest first."""
    found = ready.contributions(some, seed=seed)
    weights = (
        np.abs(found.values).mean(axis=0) if len(some) else np.zeros(found.values.shape[1])
    )
    told = prepared(some, ready.served.features)
    rows = []
    for position, place in enumerate(np.argsort(-weights, kind="stable")):
        feature = ready.served.features[place]
        numbers, words = _packed(told[feature.name], feature)
        rows.append(
            {
                "task": ready.served.task,
                "feature": feature.name,
                "position": position,
                "importance": round(float(weights[place]), PLACES),
                "unit": found.unit,
                "is_exact": found.is_exact,
                "words": json.dumps(words, ensure_ascii=False),
                "customers": len(some),
                "feature_values": numbers.astype("<f4").tobytes(),
                "contributions": found.values[:, place].astype("<f4").tobytes(),
            }
        )
    return pd.DataFrame(rows)


def _packed(values: pd.Series, feature: Feature) -> tuple[np.ndarray, list[str]]:
    """Give numbers, or places in a sorted list of words."""
    if feature.is_number:
        return values.to_numpy(dtype=float), []
    places, words = pd.factorize(values, sort=True)
    return places, [str(word) for word in words]


def _remarks(
    model: Served, explained_rows: int, rows: int, found: Contributions
) -> list[Finding]:
    if explained_rows == rows and found.is_exact:
        return []
    how = "" if found.is_exact else " They are estimates: this kind of model allows no others."
    return [
        Finding(
            "models",
            f"reasons_{model.task}",
            f"Reasons for {explained_rows:,} of {rows:,} customers",
            "Reasons are stored for the customers with the highest probabilities, as many as"
            f" settings and time allow.{how}",
            explained_rows,
        )
    ]


def _stacked(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    full = [frame for frame in frames if len(frame)]
    return pd.concat(full, ignore_index=True) if full else pd.DataFrame()
