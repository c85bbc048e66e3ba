"""From churn probabilities and values to the groups that a retention campaign tells apart."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.strategy.groups import group_totals, risk_value_groups, value_cut
from pipeline.strategy.retention import RetentionCosts, best_cut, risk_cells


class RiskValue(NamedTuple):
    """Each customer's group, and one frame per result table, without the run.

    `groups` is null for whoever lacks a probability or a value; `totals` and `cut` have no row
    where nobody has both.
    """

    groups: pd.Series
    totals: pd.DataFrame
    cut: pd.DataFrame


def risk_value(
    probability: pd.Series,
    value: pd.Series,
    *,
    costs: RetentionCosts,
    seed: int,
    bootstraps: int = 500,
) -> RiskValue:
    """Find the profit-optimal cut at these costs and put customers into the four groups."""
    cells = risk_cells(probability, value)
    median = value_cut(value)
    best = best_cut(cells, costs=costs, seed=seed, bootstraps=bootstraps)
    groups = risk_value_groups(probability, value, cut=best.cut, above=median)
    row = {
        "cut": best.cut,
        "cut_low": best.low,
        "cut_high": best.high,
        "value_cut": median,
        "profit": best.profit,
        "customers": best.customers,
        **costs.model_dump(include={"contact_cost", "incentive", "success_rate"}),
        "margin": costs.kept,
    }
    rows = pd.DataFrame([row]).iloc[: int(np.sign(len(cells)))]
    return RiskValue(groups, group_totals(groups, probability, value), rows)
