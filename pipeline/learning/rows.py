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


def models(task: str, shown: Sequence[Shown], chosen: str) -> pd.DataFrame:
    """One row per model or rule, in this order."""
    table = pd.DataFrame(
        [
            {
                "task": task,
                "model": each.name,
                "title": each.title,
                "meaning": each.meaning,
                "baseline": each.is_rule,
                "chosen": each.name == chosen,
                "selection": None if each.selection is None else round(each.selection, 6),
                "rows": each.rows,
                "seconds": None if each.seconds is None else round(each.seconds, 4),
                "params": json.dumps(dict(each.params), sort_keys=True),
            }
            for each in shown
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
    found: Mapping[str, Mapping[str, np.ndarray]],
    *,
    rules: set[str],
    chosen: str,
    ends: MakesEnds | None = None,
) -> pd.DataFrame:
    """One row per model and metric; `ends` gives the range of a model's metric.

    By default the range is the 95 % bootstrap interval over the customers of the test.
    """
    rows = []
    for model, metrics in found.items():
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
    found: Mapping[str, Mapping[str, np.ndarray]],
    *,
    chosen: str,
    second: str | None,
    rules: Sequence[str],
    customer_base: str | None = None,
) -> pd.DataFrame:
    """Compare the chosen model with the second, the best rule and the customer-base model."""
    metric = "roc_auc" if "lift_at_10" in found[chosen] else "accuracy"
    opponents = [("second", second)] if second else []
    naive = {key: found[key][metric] for key in rules if key != chosen}
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
                **evaluation.compared(found[chosen][metric], found[rival][metric])._asdict(),
            }
            for role, rival in opponents
        ]
    )


def of_each(
    task: str, answers: Mapping[str, np.ndarray], make: Callable[[np.ndarray], pd.DataFrame]
) -> pd.DataFrame:
    """Make rows of every model's answers."""
    return pd.concat(
        [make(answer).assign(task=task, model=key) for key, answer in answers.items()],
        ignore_index=True,
    )


def outcomes(task: Task, test: Examples, answers: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Pack every answer for the test, beside what came true and of whom."""
    rows = [
        (ACTUAL, test.labels.astype("<i2").tobytes()),
        (CUSTOMER, "\n".join(map(str, test.customers)).encode()),
        *(
            (key, (answer[:, 1] if task.is_binary else answer).astype("<f4").tobytes())
            for key, answer in answers.items()
        ),
    ]
    return pd.DataFrame(
        [
            {"task": task.name, "model": key, "customers": len(test.labels), "data": data}
            for key, data in rows
        ]
    )
