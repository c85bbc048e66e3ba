"""From churn probabilities and values to the groups that a retention campaign tells apart."""

from typing import NamedTuple

import pandas as pd

from pipeline.settings import StrategySettings
from pipeline.strategy.groups import group_totals, risk_value_groups, value_cut
from pipeline.strategy.playbook import default_playbook
from pipeline.strategy.retention import RetentionCosts, best_cut, risk_cells


class RiskValue(NamedTuple):
    """Each customer's group, and one frame per result table, without the run.

    `groups` is null for whoever lacks a probability or a value; `totals` and `cut` have no row
    where nobody has both.
    """

    groups: pd.Series
    totals: pd.DataFrame
    cut: pd.DataFrame


def retention_costs(settings: StrategySettings) -> RetentionCosts:
    """Give the built-in playbook's costs, with those that the settings name instead."""
    said = {
        "contact_cost": settings.contact_cost,
        "incentive": settings.incentive,
        "success_rate": settings.success_rate,
        "margin": settings.margin,
        "months": settings.months,
        "staying_accept": settings.staying_accept,
    }
    costs = default_playbook().costs.retention
    return costs.model_copy(
        update={name: value for name, value in said.items() if value is not None}
    )


def risk_value(
    probability: pd.Series, value: pd.Series, settings: StrategySettings, *, seed: int
) -> RiskValue:
    """Find the profit-optimal cut at these costs and put customers into the four groups.

    `probability` of leaving and `value` of 12 months, money, one of each per customer.
    """
    costs = retention_costs(settings)
    cells, median = risk_cells(probability, value), value_cut(value)
    best = best_cut(cells, costs=costs, seed=seed, bootstraps=settings.bootstraps)
    groups = risk_value_groups(probability, value, cut=best.cut, above=median)
    row = {
        "cut": best.cut,
        "cut_low": best.low,
        "cut_high": best.high,
        "value_cut": median,
        "profit": best.profit,
        "customers": best.customers,
        "contact_cost": costs.contact_cost,
        "incentive": costs.incentive,
        "success_rate": costs.success_rate,
        "margin": costs.kept,
    }
    cut = pd.DataFrame([row]).head(min(len(cells), 1))
    return RiskValue(groups, group_totals(groups, probability, value), cut)
