"""Calibration of what was tested: of all, by segment and by value band, expected and real."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from pipeline.learning.evaluation import wilson

TENTHS = 10
ALL, SEGMENT, VALUE_BAND = "all", "segment", "value_band"
BY = (SEGMENT, VALUE_BAND)


class Tested(NamedTuple):
    """What the model that serves a task said of the newest closed window, and what came.

    Attributes
    ----------
    task, model
        Their names.
    day
        Number of the day on which the window's customers were known.
    customers, probability, came
        An entry per customer: identifier, probability of the outcome, 1 where it came.
    """

    task: str
    model: str
    day: int
    customers: np.ndarray
    probability: np.ndarray
    came: np.ndarray


def calibrations(tested: Tested, groups: pd.DataFrame) -> pd.DataFrame:
    """Compare expected and real shares in tenths of customers and in groups as on that day.

    Parameters
    ----------
    groups
        Of customers as known on the window's day: `customer_id` and any of `segment` and
        `value_band`.

    Returns
    -------
    One row per way to group and level: `task`, `model`, `by` (all, segment, value_band),
    `level` (of all: the tenth by probability, 1 the least probable), `customers`, `expected`
    (mean probability), `actual` (share for whom it came true), `low` and `high` (Wilson's 95 %
    interval of that share).
    """
    order = np.argsort(tested.probability, kind="stable")
    tenth = np.empty(len(order), dtype=np.int64)
    tenth[order] = np.arange(len(order)) * TENTHS // max(len(order), 1) + 1
    rows = [
        _row(tested, ALL, str(level), tenth == level)
        for level in range(1, TENTHS + 1)
        if (tenth == level).any()
    ]
    unique_groups = groups.assign(
        customer_id=groups["customer_id"].astype(str)
    ).drop_duplicates("customer_id")
    tested_groups = unique_groups.set_index("customer_id").reindex(tested.customers.astype(str))
    for by in (name for name in BY if name in tested_groups):
        levels = tested_groups[by].to_numpy(dtype=object)
        known_levels = sorted({str(level) for level in levels if pd.notna(level)})
        rows += [_row(tested, by, level, levels == level) for level in known_levels]
    return pd.DataFrame(rows)


def _row(tested: Tested, by: str, level: str, mine: np.ndarray) -> dict[str, Any]:
    came, probability = tested.came[mine], tested.probability[mine]
    low, high = wilson(int(came.sum()), len(came))
    return {
        "task": tested.task,
        "model": tested.model,
        "by": by,
        "level": level,
        "customers": len(came),
        "expected": round(float(probability.mean()), 6),
        "actual": round(float(came.mean()), 6),
        "low": round(low, 6),
        "high": round(high, 6),
    }
