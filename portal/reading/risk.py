"""Who is likely to leave, what they are worth, and what keeping them would bring."""

from typing import Any, NamedTuple

import pandas as pd
import sqlalchemy as sa

from db.workspace.playbooks import BUILT_IN
from portal.reading.economics import (
    RetentionCosts,
    RetentionCut,
    best_cut,
    default_playbook,
)
from portal.reading.filters import Filters
from portal.reading.playbook import in_force
from portal.reading.published import PublishedRun, remember
from portal.reading.statements import Statement

SEED = 0
"""Of the customers drawn again for the interval of the best cut."""

KNOWN = """known as (
    select
        customer_id, churn_probability as probability, clv_12m as value, segment,
        churn_probability * clv_12m as at_risk, {promotional} as promotional
    from customers
    where {filters} and churn_probability is not null and clv_12m is not null
)"""
CELLS = """
with {known},
placed as (
    select
        probability, at_risk,
        case when (select count(*) from known) <= 200000 then probability
            else floor(probability / 0.001)
        end as place
    from known
)
select
    min(probability) as cut,
    count(*) as customers,
    sum(probability) as leavers,
    sum(at_risk) as at_risk,
    sum(at_risk * at_risk) as at_risk_squared
from placed
group by place
order by cut desc
"""
"""Exact up to 200,000 customers, in cells of a thousandth above."""
GROUP = """case
            when value > :value_cut and probability >= :cut then 'Valuable at risk'
            when value > :value_cut then 'Valuable and safe'
            when probability >= :cut then 'Low value at risk'
            else 'Low value and safe'
        end"""
TOTALS = """
with {known},
grouped as (
    select
        probability, value, at_risk, promotional,
        {group} as risk_value
    from known
)
select
    risk_value,
    count(*) as customers,
    avg(probability) as churn_probability,
    sum(value) as clv_12m,
    sum(at_risk) as at_risk,
    count(*) filter (where promotional) as promotional
from grouped
group by risk_value
order by risk_value
"""
TASK = """
select status, message, question, horizon_days, test_day, warning, chosen, base_rate_test,
       expected_rate, expected_low, expected_high, rows_scored
from task_result
where run_id = :run_id and task = 'churn'
"""
CUT = """
select cut, cut_low, cut_high, value_cut, profit, contact_cost, incentive, success_rate, margin
from retention_cut
where run_id = :run_id
"""


class Task(NamedTuple):
    """How predicting who leaves went."""

    status: str
    message: str
    question: str
    horizon_days: int | None
    test_day: Any
    warning: str | None
    chosen: str | None
    base_rate_test: float | None
    expected_rate: float | None
    expected_low: float | None
    expected_high: float | None
    rows_scored: int | None


class Defaults(NamedTuple):
    """The costs to count with, and where the run parts high from low value."""

    costs: RetentionCosts
    value_cut: float


def task(run: PublishedRun) -> Task | None:
    """Give how the task went, `None` where it was not asked."""
    row = run.connection.execute(sa.text(TASK), {"run_id": run.run_id}).one_or_none()
    return Task(*row) if row else None


def defaults(run: PublishedRun) -> Defaults | None:
    """Give the costs to begin with and the run's median value, `None` where nobody has both.

    The costs are those of the playbook that someone saved, else those of the run.
    """
    known, followed = of_run(run), in_force(run)
    if known is None or followed.version == BUILT_IN:
        return known
    return known._replace(costs=followed.playbook.costs.retention)


def of_run(run: PublishedRun) -> Defaults | None:
    """Give the run's costs and median value, `None` where nobody has both figures."""
    row = run.connection.execute(sa.text(CUT), {"run_id": run.run_id}).one_or_none()
    if row is None:
        return None
    months = max(default_playbook().costs.retention.months, row.margin * 12)
    costs = RetentionCosts(
        contact_cost=row.contact_cost,
        incentive=row.incentive,
        success_rate=row.success_rate,
        margin=row.margin * 12 / months,
        months=months,
    )
    return Defaults(costs, float(row.value_cut))


def cut_of_run(run: PublishedRun) -> float | None:
    """Give the cut that the run draws its groups at, `None` where it has none."""
    row = run.connection.execute(sa.text(CUT), {"run_id": run.run_id}).one_or_none()
    return float(row.cut) if row else None


def are_known(run: PublishedRun) -> bool:
    """Tell whether risk and value of anybody are known."""
    return run.table.knows("churn_probability") and run.table.knows("clv_12m")


def of_known(
    run: PublishedRun, sql: str, filters: Filters, **parameters: float | str
) -> Statement | None:
    """Ask those of whom risk and value are known, `None` where there is nobody.

    In `sql`, `{known}` stands for them as the common table `known`, a row per customer, and
    `{group}` for the name of a customer's group at the parameters `cut` and `value_cut`.
    """
    if not are_known(run):
        return None
    promotional = "coalesce(is_promotional = 'yes', false)" if run.has.promotional else "false"
    text = sql.replace("{known}", KNOWN).replace("{group}", GROUP)
    text = text.replace("{promotional}", promotional)
    return run.of_customers(text, filters, columns=None, **parameters)


def cells(run: PublishedRun, filters: Filters) -> Statement | None:
    """One row per probability, the highest first, as `risk_cells` gives them."""
    return of_known(run, CELLS, filters)


def cells_at(run: PublishedRun, filters: Filters) -> pd.DataFrame:
    """Add customers up by probability, the highest first, as profit curves need it."""
    statement = cells(run, filters)
    if statement is None:
        return pd.DataFrame(
            columns=["cut", "customers", "leavers", "at_risk", "at_risk_squared"], dtype=float
        )
    return run.ask(statement)


def best(run: PublishedRun, filters: Filters, costs: RetentionCosts) -> RetentionCut | None:
    """Give the cut that brings most at some costs, `None` where nobody is kept."""
    return remember(run, _best, filters, costs)


def totals(run: PublishedRun, filters: Filters, cut: float) -> Statement | None:
    """One row per group at a cut: customers, mean probability, value, what is at risk of it."""
    known = of_run(run)
    if known is None:
        return None
    return of_known(run, TOTALS, filters, cut=cut, value_cut=known.value_cut)


def _best(run: PublishedRun, filters: Filters, costs: RetentionCosts) -> RetentionCut | None:
    found = cells_at(run, filters)
    return None if found.empty else best_cut(found, costs=costs, seed=SEED)
