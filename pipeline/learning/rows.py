"""Rows of the result tables of a task, whichever way it was tested."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from pipeline.learning import evaluation
from pipeline.learning.evaluation import measured
from pipeline.learning.examples import Examples
from pipeline.learning.tasks import Task

ACTUAL, CUSTOMER = "(actual)", "(customer)"
Ends = tuple[float, float]
"""The lower and the upper end of a range."""


MakesEnds = Callable[[str, str, np.ndarray], Ends]
"""From model, metric and its values over resamples to the range that is published."""


class Shown(NamedTuple):
    """A model or rule as the tables tell of it.

    `selection` is the figure that decided between models, the least the best; missing where it
    had no part in that.
    """

    name: str
    title: str
    meaning: str
    is_rule: bool
    selection: float | None = None
    rows: int | None = None
    seconds: float | None = None
    params: Mapping[str, Any] = {}


def once(labels: np.ndarray) -> np.ndarray:
    """Give weights for the test as it is, without resamples."""
    return np.ones((1, len(labels)), dtype=np.float32)


def calibration_error(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """Give the calibration error."""
    return float(measured(probabilities, labels, once(labels))["ece"][0])


def lift(scores: Mapping[str, np.ndarray], labels: np.ndarray) -> str | None:
    """Say how good the lift is; nothing where classes are many."""
    if "lift_at_10" not in scores:
        return None
    return evaluation.lift_words(float(scores["lift_at_10"][0]), float(labels.mean()))


def models(task: str, models_and_rules: Sequence[Shown], chosen: str) -> pd.DataFrame:
    """One row per model or rule, in this order."""
    table = pd.DataFrame(
        [
            {
                "task": task,
                "model": model.name,
                "title": model.title,
                "meaning": model.meaning,
                "baseline": model.is_rule,
                "chosen": model.name == chosen,
                "selection": None if model.selection is None else round(model.selection, 6),
                "rows": model.rows,
                "seconds": None if model.seconds is None else round(model.seconds, 4),
                "params": json.dumps(dict(model.params), sort_keys=True),
            }
            for model in models_and_rules
        ]
    )
    return table.assign(
        position=np.arange(len(table)),
        rows=table["rows"].astype("Int64"),
        selection=table["selection"].astype(float),
        seconds=table["seconds"].astype(float),
    )


def scores(
    task: str,
    scores_by_model: Mapping[str, Mapping[str, np.ndarray]],
    *,
    rules: set[str],
    chosen: str,
    ends: MakesEnds | None = None,
) -> pd.DataFrame:
    """One row per model and metric; `ends` gives the range of a model's metric.

    By default the range is the 95 % bootstrap interval over the customers of the test.
    """
    rows = []
    for model, metrics in scores_by_model.items():
        for metric, values in metrics.items():
            value, low, high = evaluation.interval(values)
            if ends is not None:
                low, high = ends(model, metric, values)
            rows.append(
                {
                    "task": task, "model": model, "metric": metric, "value": round(value, 6),
                    "low": round(low, 6), "high": round(high, 6), "baseline": model in rules,
                    "chosen": model == chosen,
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def paired(
    task: str,
    scores_by_model: Mapping[str, Mapping[str, np.ndarray]],
    *,
    chosen: str,
    second: str | None,
    rules: Sequence[str],
    customer_base: str | None = None,
) -> pd.DataFrame:
    """Compare the chosen model with the second, the best rule and the customer-base model."""
    metric = "roc_auc" if "lift_at_10" in scores_by_model[chosen] else "accuracy"
    opponents = [("second", second)] if second else []
    naive = {key: scores_by_model[key][metric] for key in rules if key != chosen}
    if naive:
        opponents.append(("naive", evaluation.best(naive, metric)))
    if customer_base and customer_base not in {chosen, second}:
        opponents.append(("customer_base", customer_base))
    return pd.DataFrame(
        [
            {
                "task": task,
                "rival": rival,
                "role": role,
                "metric": metric,
                **evaluation.compared(
                    scores_by_model[chosen][metric], scores_by_model[rival][metric]
                )._asdict(),
            }
            for role, rival in opponents
        ]
    )


def of_each(
    task: str, answers: Mapping[str, np.ndarray], make: Callable[[np.ndarray], pd.DataFrame]
) -> pd.DataFrame:
    """Make rows of every model's answers."""
    return pd.concat(
        [
            make(probabilities).assign(task=task, model=key)
            for key, probabilities in answers.items()
        ],
        ignore_index=True,
    )


def outcomes(task: Task, test: Examples, answers: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Pack every answer for the test, beside what came true and of whom."""
    rows = [
        (ACTUAL, test.labels.astype("<i2").tobytes()),
        (CUSTOMER, "\n".join(map(str, test.customers)).encode()),
        *(
            (
                key,
                (probabilities[:, 1] if task.is_binary else probabilities)
                .astype("<f4")
                .tobytes(),
            )
            for key, probabilities in answers.items()
        ),
    ]
    return pd.DataFrame(
        [
            {"task": task.name, "model": key, "customers": len(test.labels), "data": data}
            for key, data in rows
        ]
    )
