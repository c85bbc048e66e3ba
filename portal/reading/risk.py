"""Who is likely to leave, what they are worth, and what keeping them would bring."""

import json
from typing import Any, NamedTuple

import sqlalchemy as sa

from db.workspace.playbooks import BUILT_IN
from portal.reading.contacts import Chosen
from portal.reading.economics import RetentionCosts
from portal.reading.filters import Filters
from portal.reading.playbook import in_force
from portal.reading.published import PublishedRun, remember
from portal.reading.statements import Statement

NO_LIMIT = 1e300
"""A budget that pays for everybody."""

KNOWN = """known as (
    select
        customer_id, churn_probability as probability, clv_12m as value, segment,
        value_at_stake as at_stake, risk_band, value_band, risk_value,
        churn_probability * value_at_stake as at_risk, {profit} as profit,
        churn_probability * :success_rate
            + (1 - churn_probability) * :staying_accept as accepting,
        {promotional} as promotional
    from customers
    where {filters} and churn_probability is not null and value_at_stake is not null
)"""
PROFIT = """round(
            churn_probability * :success_rate * (:margin * value_at_stake - :incentive)
                - (1 - churn_probability) * :staying_accept * :incentive - :contact_cost, 2)"""
"""The definition of `contact_profit`, at costs that differ from the run's."""
TOTALS = """
with {known}
select
    risk_value,
    count(*) as customers,
    avg(probability) as churn_probability,
    sum(value) as clv_12m,
    sum(at_risk) as at_risk,
    count(*) filter (where promotional) as promotional
from known
where risk_value is not null
group by risk_value
order by risk_value
"""
LISTED = """
with {known},
listed as (
    select
        *,
        row_number() over down as number,
        sum(profit) over down as running_profit,
        sum(:contact_cost + accepting * :incentive) over down as running_cost
    from known
    window down as (order by profit desc, customer_id)
)"""
CHOSEN = """
select
    count(*) as customers,
    coalesce(sum(probability), 0) as leavers,
    coalesce(sum(at_stake), 0) as at_stake,
    coalesce(sum(at_risk), 0) as at_risk,
    coalesce(sum(:contact_cost + accepting * :incentive), 0) as cost,
    coalesce(sum(profit), 0) as profit,
    coalesce(sum({moved_down}), 0) as low,
    coalesce(sum({moved_up}), 0) as high,
    coalesce(sum({p_down}), 0) as leavers_low,
    coalesce(sum({p_up}), 0) as leavers_high,
    coalesce(sum({p_down} * at_stake), 0) as at_risk_low,
    coalesce(sum({p_up} * at_stake), 0) as at_risk_high
from listed
where profit > 0 and running_cost <= :budget
"""
MOVED = """(1 / (1 + exp({way} * :miss - ln(
            greatest(least(probability, 1 - 1e-6), 1e-6)
            / (1 - greatest(least(probability, 1 - 1e-6), 1e-6))))))"""
"""A probability whose log odds are moved by what the level may be off by, two standards."""
AT = """({p} * :success_rate * (:margin * at_stake - :incentive)
        - (1 - {p}) * :staying_accept * :incentive - :contact_cost)"""
EVERYBODY = """
with {known}
select
    count(*) as customers,
    count(*) filter (where profit > 0) as paying,
    count(*) filter (where {down} > 0) as fewest,
    count(*) filter (where {up} > 0) as most
from known
"""
TASK = """
select status, message, question, horizon_days, test_day, warning, chosen, base_rate_test,
       expected_rate, expected_low, expected_high, rows_scored, level_miss
from task_result
where run_id = :run_id and task = 'churn'
"""
SETTINGS = "select settings from run where run_id = :run_id"
COSTS = """
select contact_cost, incentive, success_rate, staying_accept, margin, months
from contact_cost
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
    level_miss: float | None


def task(run: PublishedRun) -> Task | None:
    """Give how the task went, `None` where it was not asked."""
    row = run.connection.execute(sa.text(TASK), {"run_id": run.run_id}).one_or_none()
    return Task(*row) if row else None


def of_run(run: PublishedRun) -> RetentionCosts | None:
    """Give the costs that the run reckoned with, `None` where it weighed no risks."""
    row = run.connection.execute(sa.text(COSTS), {"run_id": run.run_id}).one_or_none()
    return None if row is None else RetentionCosts(**row._asdict())


def band_ends(run: PublishedRun) -> tuple[float, ...]:
    """Give the probabilities that part the run's bands of risk; none where it kept none."""
    said = run.connection.execute(sa.text(SETTINGS), {"run_id": run.run_id}).scalar()
    return tuple(json.loads(said or "{}").get("strategy", {}).get("risk_bands", ()))


def costs_in_force(run: PublishedRun) -> RetentionCosts | None:
    """Give the costs of the playbook that someone saved, else those of the run.

    The months whose revenue is at stake are the run's: what is at stake was reckoned with them.
    """
    known, followed = of_run(run), in_force(run)
    if known is None or followed.version == BUILT_IN:
        return known
    return followed.playbook.costs.retention.model_copy(
        update={"months": known.months, "staying_accept": known.staying_accept}
    )


def are_known(run: PublishedRun) -> bool:
    """Tell whether risk and what is at stake of anybody are known."""
    return run.table.knows("churn_probability") and run.table.knows("value_at_stake")


def of_known(
    run: PublishedRun,
    sql: str,
    filters: Filters,
    *,
    costs: RetentionCosts | None = None,
    **parameters: float | str,
) -> Statement | None:
    """Ask those of whom risk and what is at stake are known, `None` where there is nobody.

    In `sql`, `{known}` stands for them as the common table `known`, a row per customer. Without
    `costs` they are the run's: then profits are the published ones, to the penny.
    """
    usual = of_run(run)
    if usual is None or not are_known(run):
        return None
    meant = usual if costs is None else costs
    is_usual = meant == usual
    promotional = "coalesce(is_promotional = 'yes', false)" if run.has.promotional else "false"
    text = sql.replace("{known}", KNOWN).replace("{promotional}", promotional)
    text = text.replace("{profit}", "contact_profit" if is_usual else PROFIT)
    asked = {
        "contact_cost": meant.contact_cost,
        "incentive": meant.incentive,
        "success_rate": meant.success_rate,
        "staying_accept": meant.staying_accept,
        "margin": meant.margin,
    }
    return run.of_customers(text, filters, columns=None, **asked, **parameters)


def totals(run: PublishedRun, filters: Filters) -> Statement | None:
    """One row per group by risk and value: customers, mean probability, value, at risk."""
    return of_known(run, TOTALS, filters)


def chosen(
    run: PublishedRun, filters: Filters, costs: RetentionCosts, *, budget: float | None = None
) -> Chosen | None:
    """Give what contacting whoever pays means, as many as a budget pays, the best first."""
    return remember(run, _chosen, filters, costs, budget)


def _chosen(
    run: PublishedRun, filters: Filters, costs: RetentionCosts, budget: float | None
) -> Chosen | None:
    off = task(run)
    miss = 0.0 if off is None or off.level_miss is None else 2 * off.level_miss
    p_down, p_up = (MOVED.replace("{way}", way) for way in ("1", "-1"))
    down, up = (AT.replace("{p}", each) for each in (p_down, p_up))
    listed = LISTED + CHOSEN.replace("{moved_down}", down).replace("{moved_up}", up)
    listed = listed.replace("{p_down}", p_down).replace("{p_up}", p_up)
    some = of_known(
        run, listed, filters, costs=costs, miss=miss,
        budget=NO_LIMIT if budget is None else budget,
    )  # fmt: skip
    every = of_known(
        run,
        EVERYBODY.replace("{down}", down).replace("{up}", up),
        filters,
        costs=costs,
        miss=miss,
    )
    if some is None or every is None:
        return None
    row, all_ = run.ask(some).iloc[0], run.ask(every).iloc[0]
    low, high = sorted((float(row["low"]), float(row["high"])))
    numbers = sorted((int(all_["fewest"]), int(all_["most"])))
    return Chosen(
        customers=int(row["customers"]),
        leavers=float(row["leavers"]),
        at_stake=float(row["at_stake"]),
        at_risk=float(row["at_risk"]),
        cost=float(row["cost"]),
        profit=float(row["profit"]),
        low=low,
        high=high,
        known=int(all_["customers"]),
        paying=int(all_["paying"]),
        fewest=numbers[0],
        most=numbers[1],
        leavers_range=(float(row["leavers_low"]), float(row["leavers_high"])),
        at_risk_range=(float(row["at_risk_low"]), float(row["at_risk_high"])),
    )
