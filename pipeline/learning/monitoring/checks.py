"""What earlier runs predicted, against what then happened."""

from typing import Any

import numpy as np
import pandas as pd

from pipeline.features.days import day_number
from pipeline.features.history import history
from pipeline.features.labels import OUTCOMES, outcomes
from pipeline.learning.evaluation import measured
from pipeline.settings import ModelSettings

LEAST = 30
"""Customers of whom both a prediction and its outcome are known."""


def checked(
    predictions: pd.DataFrame, states: pd.DataFrame, *, newest: int, settings: ModelSettings
) -> pd.DataFrame:
    """Compare predictions of earlier runs with what followed, where their windows have closed.

    Parameters
    ----------
    predictions
        One row per `earlier_run`, `task` and `customer_id`: `predicted_on` (date), `model`,
        `horizon_days` and `probability` of the positive class.
    states
        Orders as they are known now.
    newest
        Number of the newest day.

    Returns
    -------
    One row per task and earlier run, as in `prediction_check`.
    """
    rows: list[dict[str, Any]] = []
    for run, mine in predictions.groupby("earlier_run", sort=True):
        day, horizon = mine["predicted_on"].iloc[0], int(mine["horizon_days"].iloc[0])
        number = day_number(day)
        if number + horizon > newest:
            continue
        customers = history(states, number)
        came = outcomes(
            states,
            customers,
            number,
            horizon_days=horizon,
            active_days=settings.active_days,
            drop_share=settings.drop_share,
            high_value_share=settings.high_value_share,
        ).set_index(customers["customer_id"].astype(str))
        for task, of_task in mine[mine["task"].isin(OUTCOMES)].groupby("task", sort=True):
            row = _compared(of_task, came[str(task)])
            if row:
                rows.append({"task": task, "earlier_run": run, "predicted_on": day, **row})
    return pd.DataFrame(rows)


def _compared(predictions: pd.DataFrame, came: pd.Series) -> dict[str, Any] | None:
    actual = came.reindex(predictions["customer_id"].astype(str)).to_numpy(dtype=float)
    is_known = ~np.isnan(actual)
    if is_known.sum() < LEAST:
        return None
    yes, labels = (
        predictions["probability"].to_numpy()[is_known],
        actual[is_known].astype(np.int64),
    )
    once = np.ones((1, len(labels)), dtype=np.float32)
    metrics = measured(np.column_stack([1 - yes, yes]), labels, once)
    both = len(np.unique(labels)) == 2
    return {
        "model": str(predictions["model"].iloc[0]),
        "customers": int(is_known.sum()),
        "base_rate": round(float(labels.mean()), 6),
        "mean_probability": round(float(yes.mean()), 6),
        "roc_auc": round(float(metrics["roc_auc"][0]), 6) if both else None,
        "brier": round(float(metrics["brier"][0]), 6),
        "ece": round(float(metrics["ece"][0]), 6),
    }
