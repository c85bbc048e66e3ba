"""What the churn page asks: probabilities, profit by cut, members of a group, the model."""

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from db.frames import read_frame
from portal.pages.churn.costs import budget_of, costs_of
from portal.reading import risk
from portal.reading.filters import Filters
from portal.reading.published import PublishedRun
from portal.reading.statements import Statement, listed, of_database
from portal.words.titles import title

POINTS = 400
"""Points of the curve at most; every number of customers up to as many."""
BINS = """
with {known},
counted as (
    select
        cast(least(floor(probability * 50), 49) as integer) as bin,
        count(*) as customers,
        count(*) filter (where profit > 0) as paying
    from known
    group by bin
)
select
    bin / 50 as least, coalesce(customers, 0) as customers, coalesce(paying, 0) as paying
from unnest(range(50)) as bins(bin)
left join counted using (bin)
order by bin
"""
CURVE = """
select number, running_profit as profit, running_cost as cost
from listed
where number % greatest(1, (select count(*) from known) // :points) = 0
    or number = 1 or number = (select count(*) from known)
    or number = (select count(*) from known where profit > 0)
order by number
"""
CROSSED = """
with {known}
select
    risk_band, value_band, count(*) as customers, sum(at_risk) as at_risk,
    count(*) filter (where profit > 0) as paying,
    coalesce(sum(profit) filter (where profit > 0), 0) as profit
from known
where risk_band is not null and value_band is not null
group by risk_band, value_band
order by risk_band, value_band
"""
MEMBERS = """
select
    number, customer_id, profit as contact_profit, probability as churn_probability, at_stake,
    value as clv_12m, risk_band, risk_value, segment
from listed
where {chosen}
"""
REASONS = """
select customer_id, reason
from customer_reason
where run_id = :run_id and task = 'churn' and place = 1 and customer_id in {names}
"""
LEVELS = """
select {group} as level, count(*) as customers
from customers
where {filters} and churn_probability is not null and clv_12m is not null
    and {group} is not null
group by level
"""
RIVALS = """
select p.role, m.title, p.metric, p.difference, p.low, p.high, s.value as rival_score,
    (select c.value from model_score c where c.run_id = p.run_id and c.task = p.task
        and c.metric = p.metric and c.chosen) as score
from paired_test p
join model_result m on m.run_id = p.run_id and m.task = p.task and m.model = p.rival
left join model_score s on s.run_id = p.run_id and s.task = p.task and s.model = p.rival
    and s.metric = p.metric
where p.run_id = :run_id and p.task = 'churn'
order by case p.role when 'naive' then 0 when 'customer_base' then 1 else 2 end
"""
DRIVERS = """
select d.feature, d.importance, d.low, d.high,
       (select count(*) from driver o where o.run_id = d.run_id and o.task = d.task
            and o.model = d.model and o.together = d.together) as alike
from driver d
join task_result t on t.run_id = d.run_id and t.task = d.task and t.chosen = d.model
where d.run_id = :run_id and d.task = 'churn'
    and (d.together is null or d.together = d.feature)
order by d.importance desc, d.feature
limit 15
"""

LIST, EVERYONE = "Whom to contact", "Everyone"
"""Whom the table shows: those on the list, or all of whom risk and stake are known."""


def bins(run: PublishedRun, filters: Filters, **entered: float | None) -> Statement | None:
    """One row per bin of two points of probability: where it starts, how many are in it."""
    return risk.of_known(run, BINS, filters, costs=costs_of(run, entered))


def curve(run: PublishedRun, filters: Filters, **entered: float | None) -> Statement | None:
    """One row per number of customers contacted, the best first: what they bring and cost."""
    counted = costs_of(run, entered)
    if counted is None:
        return None
    return risk.of_known(run, risk.LISTED + CURVE, filters, costs=counted, points=POINTS)


def groups(run: PublishedRun, filters: Filters) -> Statement | None:
    """One row per group by risk and value."""
    return risk.totals(run, filters)


def crossed(run: PublishedRun, filters: Filters, **entered: float | None) -> Statement | None:
    """One row per band of risk and of value."""
    return risk.of_known(run, CROSSED, filters, costs=costs_of(run, entered))


def members(
    run: PublishedRun, filters: Filters, *, listed: str | None, **entered: float | None
) -> Statement | None:
    """One row per customer on the list, or of all, in the order of expected profit."""
    counted = costs_of(run, entered)
    if counted is None:
        return None
    budget = budget_of(entered)
    chosen = "profit > 0 and running_cost <= :budget" if listed != EVERYONE else "true"
    more = {} if listed == EVERYONE else {"budget": risk.NO_LIMIT if budget is None else budget}
    sql = risk.LISTED + MEMBERS.replace("{chosen}", chosen)
    return risk.of_known(run, sql, filters, costs=counted, **more)


def reasons(run: PublishedRun, customers: Sequence[str]) -> Statement:
    """One row per customer: what moves the prediction most, in words."""
    names, bound = listed("name", tuple(customers))
    return of_database(REASONS.replace("{names}", names), run_id=run.run_id, **bound)


def drivers(run: PublishedRun, _filters: Filters) -> Statement:
    """One row per feature of the model that serves, the most important first."""
    return of_database(DRIVERS, run_id=run.run_id)


def rivals(run: PublishedRun) -> pd.DataFrame:
    """One row per rival of the model that serves, the best simple rule first."""
    return read_frame(run.connection, RIVALS, run_id=run.run_id)


class Level(NamedTuple):
    """A group of an attribute, and how many of those with a risk are in it."""

    name: str
    customers: int


BARRED = frozenset({"segment", "country", "spend_band", "risk_value"})
"""Attributes that have a filter of their own."""


def attributes(run: PublishedRun) -> list[str]:
    """Name the attributes in whose groups customers can be looked at, by their titles."""
    return sorted(set(run.table.attributes) - BARRED, key=title)


def levels(run: PublishedRun, filters: Filters, attribute: str) -> list[Level]:
    """Give the groups of an attribute with how many of the customers kept are in each."""
    column = run.table.group_column(attribute)
    if column is None or not risk.are_known(run):
        return []
    rows = run.ask(run.of_customers(LEVELS, filters, columns={"group": column}))
    counts = dict(zip(rows["level"], rows["customers"], strict=True))
    return [
        Level(name, int(counts[name])) for name in run.table.groups(attribute) if name in counts
    ]
