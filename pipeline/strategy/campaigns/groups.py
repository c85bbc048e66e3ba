"""Four groups by the risk of leaving and by value."""

import numpy as np
import pandas as pd

VALUABLE_AT_RISK = "Valuable at risk"
VALUABLE_AND_SAFE = "Valuable and safe"
LOW_VALUE_AT_RISK = "Low value at risk"
LOW_VALUE_AND_SAFE = "Low value and safe"
GROUPS = (VALUABLE_AT_RISK, VALUABLE_AND_SAFE, LOW_VALUE_AT_RISK, LOW_VALUE_AND_SAFE)
"""The most urgent first."""


def value_cut(value: pd.Series) -> float:
    """Give the median of the values that are known: what lies above it is valuable."""
    return float(value.median())


def risk_value_groups(
    probability: pd.Series, value: pd.Series, *, cut: float, above: float | None = None
) -> pd.Series:
    """Give each customer's group; null where the probability or the value is not known.

    At risk is who leaves with a probability of at least `cut`; valuable is whose value is
    above `above`, by default the median of `value`.
    """
    least = value_cut(value) if above is None else above
    is_valuable, is_at_risk = value > least, probability >= cut
    names = np.select(
        [is_valuable & is_at_risk, is_valuable & ~is_at_risk, is_at_risk], GROUPS[:3], GROUPS[3]
    )
    groups = pd.Series(names, index=probability.index, dtype="str", name="risk_value")
    return groups.where(probability.notna() & value.notna())


def group_totals(
    groups: pd.Series, probability: pd.Series, value: pd.Series, at_stake: pd.Series
) -> pd.DataFrame:
    """Add up each group, one row each, the most urgent first.

    Columns `risk_value, position, customers, churn_probability, clv_12m, at_risk`. The
    probability is the mean; the value and the money at risk (probability times what is at
    stake) are sums. A group without a customer has no row.
    """
    customers = pd.DataFrame(
        {
            "risk_value": groups,
            "churn_probability": probability,
            "clv_12m": value,
            "at_risk": probability * at_stake,
        }
    ).dropna()
    sums = customers.groupby("risk_value").agg(
        customers=("clv_12m", "size"),
        churn_probability=("churn_probability", "mean"),
        clv_12m=("clv_12m", "sum"),
        at_risk=("at_risk", "sum"),
    )
    totals = sums.reset_index()
    totals.insert(1, "position", totals["risk_value"].map(GROUPS.index))
    return totals.sort_values("position", ignore_index=True)
