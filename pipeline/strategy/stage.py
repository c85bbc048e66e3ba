"""From churn probabilities and values to the groups that a retention campaign tells apart."""

from typing import NamedTuple

import pandas as pd

from pipeline.settings import StrategySettings
from pipeline.strategy.contact import contact_list, contact_profit, risk_bands
from pipeline.strategy.groups import group_totals, risk_value_groups, value_cut
from pipeline.strategy.playbook import default_playbook
from pipeline.strategy.retention import RetentionCosts


class RiskValue(NamedTuple):
    """What is told of each customer, and one frame per result table, without the run.

    `groups`, `bands` and `profit` have an entry per customer, null for whoever lacks what they
    rest on; `totals`, `cut` and `costs` have no row where nobody has both figures.
    """

    groups: pd.Series
    bands: pd.Series
    profit: pd.Series
    totals: pd.DataFrame
    cut: pd.DataFrame
    costs: pd.DataFrame


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
    customers: pd.DataFrame,
    settings: StrategySettings,
    *,
    median: float | None,
    miss: float,
) -> RiskValue:
    """Weigh each customer's risk against what is at stake and against the value.

    Parameters
    ----------
    customers
        `churn_probability`, `value_at_stake` and `clv_12m` (money), one row per customer.
    median
        What parts high from low value, of the data set's first run; `None` on the first, where
        it is today's median.
    miss
        What the level of the probabilities may be off by, in log odds.
    """
    probability, value = customers["churn_probability"], customers["clv_12m"]
    at_stake = customers["value_at_stake"]
    costs, cut = retention_costs(settings), settings.risk_cut
    least = value_cut(value) if median is None else median
    groups = risk_value_groups(probability, value, cut=cut, above=least)
    found = contact_list(probability, at_stake, costs=costs, miss=miss)
    number = min(int((probability.notna() & value.notna()).sum()), 1)
    named = {
        "contact_cost": costs.contact_cost,
        "incentive": costs.incentive,
        "success_rate": costs.success_rate,
        "margin": costs.margin,
    }
    row = {
        "cut": cut, "cut_low": None, "cut_high": None, "value_cut": least,
        "profit": found.profit,
    } | named  # fmt: skip
    spent = named | {
        "staying_accept": costs.staying_accept,
        "months": costs.months,
        "cost": round(found.cost, 2),
        "profit": round(found.profit, 2),
        "profit_low": round(found.low, 2),
        "profit_high": round(found.high, 2),
        "customers": found.customers,
        "fewest": found.fewest,
        "most": found.most,
    }
    return RiskValue(
        groups,
        risk_bands(probability, ends=settings.risk_bands),
        contact_profit(probability, at_stake, costs=costs),
        group_totals(groups, probability, value, at_stake),
        pd.DataFrame([row | {"customers": found.customers}]).head(number),
        pd.DataFrame([spent]).head(number),
    )
