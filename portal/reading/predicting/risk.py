"""Who is likely to leave or to answer, what they are worth, and what contacting would bring."""

from typing import Any, NamedTuple

import sqlalchemy as sa

from portal.reading.contacting.contact_terms import COLUMNS, are_known, pennies
from portal.reading.contacting.contacts import Chosen
from portal.reading.contacting.economics import RetentionCosts
from portal.reading.filters import Filters
from portal.reading.predicting.reckoned import band_ends, costs_in_force, of_run, reckoned
from portal.reading.published import PublishedRun, remember
from portal.reading.statements import Statement
from portal.reading.trade.favourites import favourite

__all__ = ["COLUMNS", "are_known", "band_ends", "costs_in_force", "of_run", "reckoned"]

NO_LIMIT = 1e300
"""A budget that pays for everybody."""
PAID_FOR = "profit > 0 and running_cost <= :budget"
"""Who is on the list: whoever pays, as many as the budget does."""


COST = ":contact_cost + ({taking}) * :incentive"
"""What `expected_cost` says."""
KNOWN = """known as (
    select
        customer_id, {p} as probability, {value} as value, segment,
        {v} as at_stake, risk_band, value_band, risk_value,
        {p} * {v} as at_risk, {profit} as profit,
        {cost} as cost,
        {promotional} as promotional, {favourite} as favourite_category
    from customers
    where {filters} and {p} is not null and {v} is not null
)"""
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
        round(sum(profit) over down, 2) as running_profit,
        round(sum(cost) over down, 2) as running_cost
    from known
    window down as (order by profit desc, customer_id)
)"""
CHOSEN = """
select
    count(*) as customers,
    coalesce(sum(probability), 0) as leavers,
    coalesce(sum(at_stake), 0) as at_stake,
    coalesce(sum(at_risk), 0) as at_risk,
    coalesce(sum(cost), 0) as cost,
    coalesce(sum(profit), 0) as profit,
    coalesce(sum({down}), 0) as low,
    coalesce(sum({up}), 0) as high,
    {ranges}
from listed
where {chosen}
"""
MOVED = """(1 / (1 + exp({way} * :miss - ln(
            greatest(least(probability, 1 - 1e-6), 1e-6)
            / (1 - greatest(least(probability, 1 - 1e-6), 1e-6))))))"""
"""A probability whose log odds are moved by what the level may be off by, two standards."""
RANGE = """coalesce(greatest(
        sum(probability * {w}) - sqrt(
            pow(sum(probability * {w}) - sum({p_down} * {w}), 2)
            + 4 * sum(probability * (1 - probability) * {w} * {w})
        ),
        sum(least({w}, 0))
    ), 0) as {name}_low,
    coalesce(least(
        sum(probability * {w}) + sqrt(
            pow(sum({p_up} * {w}) - sum(probability * {w}), 2)
            + 4 * sum(probability * (1 - probability) * {w} * {w})
        ),
        sum(greatest({w}, 0))
    ), 0) as {name}_high"""
"""What may come of customers: how far the level may be off and chance, two standards of both.

The root of both squares, and never more than all of them or less than none.
"""
RANGES = ",\n    ".join(
    RANGE.replace("{w}", weight).replace("{name}", name)
    for name, weight in (("leavers", "1"), ("at_risk", "at_stake"))
)
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
where run_id = :run_id and task = :task
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
    """Give how predicting who leaves, or who answers, went; `None` where it was not asked."""
    parameters = {"run_id": run.run_id, "task": reckoned(run).task}
    row = run.connection.execute(sa.text(TASK), parameters).one_or_none()
    return Task(*row) if row else None


def of_known(
    run: PublishedRun,
    sql: str,
    filters: Filters,
    *,
    costs: RetentionCosts | None = None,
    **parameters: float | str,
) -> Statement | None:
    """Ask those of whom risk and what is at stake are known, `None` where there is nobody.

    In `sql`, `{known}` stands for them as the common table `known`, a row per customer, and
    `{p_down}`, `{p_up}`, `{down}`, `{up}` for their probabilities as far off as must be
    reckoned with, and their profits at these; `{ranges}` for the ends between which leavers and
    what is at risk of them lie; `{p}` and `{v}` for the columns' names. Without `costs` they
    are the run's: then profits are the published ones, to the penny.
    """
    usual = reckoned(run)
    if usual.costs is None or not are_known(run):
        return None
    applied_costs = usual.costs if costs is None else costs
    columns = COLUMNS[usual.basis]
    promotional = "coalesce(is_promotional = 'yes', false)" if run.has.promotional else "false"
    profit = "contact_profit" if applied_costs == usual.costs else pennies(columns.profit)
    text = sql.replace("{known}", KNOWN).replace("{promotional}", promotional)
    text = text.replace("{ranges}", RANGES)
    text = text.replace("{favourite}", favourite(run) or "cast(null as varchar)")
    text = _moved(text, columns.profit).replace("{cost}", pennies(COST))
    text = text.replace("{profit}", profit).replace("{taking}", columns.taking)
    text = text.replace("{p}", columns.probability).replace("{v}", columns.at_stake)
    text = text.replace("{value}", columns.value)
    cost_parameters = {
        "contact_cost": applied_costs.contact_cost,
        "incentive": applied_costs.incentive,
        "success_rate": applied_costs.success_rate,
        "staying_accept": applied_costs.staying_accept,
        "margin": applied_costs.margin,
    }
    if ":miss" in text:
        cost_parameters["miss"] = level_miss(run)
    return run.of_customers(text, filters, columns=None, **cost_parameters, **parameters)


def totals(run: PublishedRun, filters: Filters) -> Statement | None:
    """One row per group by risk and value: customers, mean probability, value, at risk."""
    return of_known(run, TOTALS, filters)


def level_miss(run: PublishedRun) -> float:
    """Give what the level of the probabilities must be reckoned to be off by, in log odds."""
    outcome = task(run)
    return 0.0 if outcome is None or outcome.level_miss is None else 2 * outcome.level_miss


def _moved(sql: str, profit: str) -> str:
    """Fill in probabilities that far off (`{p_down}`, `{p_up}`), and profits at them."""
    at = pennies(profit).replace("{v}", "at_stake")
    for end, sign in (("down", "1"), ("up", "-1")):
        probability = MOVED.replace("{way}", sign)
        sql = sql.replace(f"{{{end}}}", at.replace("{p}", probability))
        sql = sql.replace(f"{{p_{end}}}", probability)
    return sql


def chosen(
    run: PublishedRun, filters: Filters, costs: RetentionCosts, *, budget: float | None = None
) -> Chosen | None:
    """Give what contacting whoever pays means, as many as a budget pays, the best first."""
    return remember(run, _chosen, filters, costs, budget)


def _chosen(
    run: PublishedRun, filters: Filters, costs: RetentionCosts, budget: float | None
) -> Chosen | None:
    some = of_known(
        run, LISTED + CHOSEN.replace("{chosen}", PAID_FOR), filters, costs=costs,
        budget=NO_LIMIT if budget is None else budget,
    )  # fmt: skip
    every = of_known(run, EVERYBODY, filters, costs=costs)
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
        cost=round(float(row["cost"]), 2),
        profit=round(float(row["profit"]), 2),
        low=low,
        high=high,
        known=int(all_["customers"]),
        paying=int(all_["paying"]),
        fewest=numbers[0],
        most=numbers[1],
        leavers_range=(float(row["leavers_low"]), float(row["leavers_high"])),
        at_risk_range=(float(row["at_risk_low"]), float(row["at_risk_high"])),
    )
