"""From probabilities and values to whom it pays to contact, and to the groups of a campaign."""

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from pipeline.settings import StrategySettings
from pipeline.strategy import by_rule
from pipeline.strategy.basis import ANSWER, LEAVING, PROFIT, REVENUE, Basis
from pipeline.strategy.campaigns.groups import group_totals, risk_value_groups, value_cut
from pipeline.strategy.contact import (
    ContactList,
    Formula,
    answer_profit,
    contact_list,
    contact_profit,
    risk_bands,
)
from pipeline.strategy.playbook import default_playbook
from pipeline.strategy.retention import RetentionCosts

NOBODY = ContactList(0, 0.0, 0.0, 0.0, 0.0, 0, 0)
NO_ROW = pd.DataFrame()
WEIGHED = {REVENUE: "clv_12m", PROFIT: "value_at_stake"}
"""What is called valuable by, where leaving is weighed: the 12 months' value, or profit."""


class Contacts(NamedTuple):
    """What is told of each customer by column, and one frame per result table, without the run.

    A column has an entry per customer, null for whoever lacks what it rests on; `totals` and
    `cut` have no row where nobody has both figures, `costs` always has one.
    """

    columns: Mapping[str, pd.Series]
    totals: pd.DataFrame
    cut: pd.DataFrame
    costs: pd.DataFrame


def retention_costs(settings: StrategySettings) -> RetentionCosts:
    """Give the built-in playbook's costs, with those that the settings name instead."""
    named_costs = {
        "contact_cost": settings.contact_cost,
        "incentive": settings.incentive,
        "success_rate": settings.success_rate,
        "margin": settings.margin,
        "months": settings.months,
        "staying_accept": settings.staying_accept,
    }
    costs = default_playbook().costs.retention
    return costs.model_copy(
        update={name: value for name, value in named_costs.items() if value is not None}
    )


def contacts(
    customers: pd.DataFrame,
    settings: StrategySettings,
    *,
    basis: Basis,
    median: float | None,
    miss: float,
) -> Contacts:
    """Tell what contacting each customer brings, and weigh risk against value.

    Parameters
    ----------
    customers
        One row each. Of leavers `churn_probability`, `value_at_stake` and, by revenue,
        `clv_12m` (money); of answers `answer_probability` and `average_basket` (money).
    basis
        What contacting is reckoned by.
    median
        What parts high from low value, of the data set's first run; `None` on the first, where
        it is today's median.
    miss
        What the level of the probabilities may be off by, in log odds.
    """
    costs = retention_costs(settings)
    if basis.kind == PROFIT:
        costs = costs.model_copy(update={"margin": 1.0})  # profit is what is left already
    if basis.kind in LEAVING:
        return _leaving(customers, settings, costs, basis=basis, median=median, miss=miss)
    if basis.kind == ANSWER:
        return _answering(customers, costs, basis=basis, miss=miss)
    columns: dict[str, pd.Series] = {}
    if "churn_probability" in customers and customers["churn_probability"].notna().any():
        columns["risk_band"] = risk_bands(
            customers["churn_probability"], ends=settings.risk_bands
        )
    reasons = by_rule.reasons(customers.assign(**columns))
    return Contacts(
        {"contact_reason": reasons, **columns},
        NO_ROW,
        NO_ROW,
        _spent(NOBODY, costs, basis=basis),
    )


def _leaving(
    customers: pd.DataFrame,
    settings: StrategySettings,
    costs: RetentionCosts,
    *,
    basis: Basis,
    median: float | None,
    miss: float,
) -> Contacts:
    probability, value = customers["churn_probability"], customers[WEIGHED[basis.kind]]
    at_stake, cut = customers["value_at_stake"], settings.risk_cut
    least = value_cut(value) if median is None else median
    groups = risk_value_groups(probability, value, cut=cut, above=least)
    listed, profit = _listed(probability, at_stake, costs, contact_profit, miss=miss)
    row = {
        "cut": cut,
        "cut_low": None,
        "cut_high": None,
        "value_cut": least,
        "profit": listed.profit,
        "contact_cost": costs.contact_cost,
        "incentive": costs.incentive,
        "success_rate": costs.success_rate,
        "margin": costs.margin,
        "customers": listed.customers,
    }
    number = min(int((probability.notna() & value.notna()).sum()), 1)
    return Contacts(
        {
            "risk_value": groups,
            "risk_band": risk_bands(probability, ends=settings.risk_bands),
            "contact_profit": profit,
        },
        group_totals(groups, probability, value, at_stake),
        pd.DataFrame([row]).head(number),
        _spent(listed, costs, basis=basis),
    )


def _answering(
    customers: pd.DataFrame, costs: RetentionCosts, *, basis: Basis, miss: float
) -> Contacts:
    listed, profit = _listed(
        customers["answer_probability"],
        customers["average_basket"],
        costs,
        answer_profit,
        miss=miss,
    )
    return Contacts(
        {"contact_profit": profit}, NO_ROW, NO_ROW, _spent(listed, costs, basis=basis)
    )


def _listed(
    probability: pd.Series,
    at_stake: pd.Series,
    costs: RetentionCosts,
    formula: Formula,
    *,
    miss: float,
) -> tuple[ContactList, pd.Series]:
    listed = contact_list(probability, at_stake, costs=costs, miss=miss, formula=formula)
    return listed, formula(probability, at_stake, costs=costs)


def _spent(listed: ContactList, costs: RetentionCosts, *, basis: Basis) -> pd.DataFrame:
    """One row: what contacting costs, and what contacting whoever pays brings."""
    row = {
        "contact_cost": costs.contact_cost,
        "incentive": costs.incentive,
        "success_rate": costs.success_rate,
        "margin": costs.margin,
        "staying_accept": costs.staying_accept,
        "months": costs.months,
        "cost": round(listed.cost, 2),
        "profit": round(listed.profit, 2),
        "profit_low": round(listed.low, 2),
        "profit_high": round(listed.high, 2),
        "customers": listed.customers,
        "fewest": listed.fewest,
        "most": listed.most,
        "basis": basis.kind,
        "task": basis.task,
        "note": basis.note,
        "middle_from": None,
        "high_from": None,
    }
    return pd.DataFrame([row])
