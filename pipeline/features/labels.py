"""What came after a day: the labels of outcome tasks, of whoever a task concerns.

A label looks at `(day, day + horizon]` and at what stands at its end, and at nothing later.
"""

import numpy as np
import pandas as pd

CHURN, ACTIVITY_DROP, HIGH_VALUE = "churn", "activity_drop", "high_value"
OUTCOMES = (CHURN, ACTIVITY_DROP, HIGH_VALUE)
GIVEN_OUTCOME = "given_outcome"
"""An outcome that the source gives in a column; of several, each has its column behind it."""


def is_given(task: str) -> bool:
    """Tell whether a task is an outcome that the source gives.

    >>> is_given("given_outcome"), is_given("given_outcome:Churn"), is_given("churn")
    (True, True, False)
    """
    return task.partition(":")[0] == GIVEN_OUTCOME


def outcomes(
    states: pd.DataFrame,
    features: pd.DataFrame,
    day: int,
    *,
    horizon_days: int = 90,
    active_days: int = 365,
    drop_share: float = 0.5,
    high_value_share: float = 0.2,
) -> pd.DataFrame:
    """Label customers by what they did after `day`.

    Parameters
    ----------
    states
        One row per order and period.
    known
        `history(states, day)`.
    day
        Number of the day up to whose end everything is known.

    Returns
    -------
    A row per row of `known`, columns 1.0, 0.0 or missing where a task does not concern the
    customer: `churn` no order in the window that stands at its end; `activity_drop` of those
    who spent in as many days before, less than `drop_share` of it; `high_value` in the top
    share by spend in the window, with spend above 0 (equal spends at the cut count too).
    """
    end = day + horizon_days
    after = states[
        (states["from_day"] <= end)
        & (states["to_day"] > end)
        & (states["net"] > 0)
        & (states["ordered_day"] > day)
        & (states["ordered_day"] <= end)
    ]
    customers = pd.Index(features["customer_id"])
    codes = customers.get_indexer(pd.Index(after["customer_id"]))
    matched = codes >= 0
    spent = np.bincount(
        codes[matched],
        weights=after["net"].to_numpy(dtype=float)[matched],
        minlength=len(features),
    )
    ordered = np.bincount(codes[matched], minlength=len(features)) > 0
    is_active = (features["recency_days"] < active_days).to_numpy()
    before = spent_before(states, features, day, horizon_days)
    labels = {
        CHURN: (~ordered).astype(float),
        ACTIVITY_DROP: (spent < drop_share * before).astype(float),
        HIGH_VALUE: _top(spent, is_active, high_value_share),
    }
    is_concerned = concerned(features, before, active_days=active_days)
    return pd.DataFrame(
        {name: np.where(is_concerned[name], labels[name], np.nan) for name in OUTCOMES}
    )


def concerned(
    features: pd.DataFrame, before: np.ndarray, *, active_days: int
) -> dict[str, np.ndarray]:
    """Tell which rows of `known` each outcome is asked of, from what was known on the day."""
    is_active = (features["recency_days"] < active_days).to_numpy()
    return {
        CHURN: is_active,
        ACTIVITY_DROP: is_active & (before > 0),
        HIGH_VALUE: is_active,
    }


def spent_before(
    states: pd.DataFrame, features: pd.DataFrame, day: int, horizon_days: int
) -> np.ndarray:
    """Give what each customer spent in the `horizon_days` up to `day`, as known then."""
    name = f"spend_{horizon_days}d"
    if name in features:
        return features[name].to_numpy(dtype=float)
    orders = states[
        (states["from_day"] <= day)
        & (states["to_day"] > day)
        & (states["net"] > 0)
        & (states["ordered_day"] > day - horizon_days)
    ]
    codes = pd.Index(features["customer_id"]).get_indexer(pd.Index(orders["customer_id"]))
    return np.bincount(
        codes, weights=orders["net"].to_numpy(dtype=float), minlength=len(features)
    )


def _top(spent: np.ndarray, is_active: np.ndarray, share: float) -> np.ndarray:
    if not is_active.any():
        return np.zeros(len(spent))
    cut = np.quantile(spent[is_active], 1 - share)
    return ((spent >= cut) & (spent > 0)).astype(float)
