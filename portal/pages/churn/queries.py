"""What the churn page asks: probabilities, profit by cut, members of a group, the model."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import pandas as pd

from db.frames import read_frame
from portal.pages.churn.costs import costs_of
from portal.reading import risk
from portal.reading.filters import Filters
from portal.reading.published import PublishedRun
from portal.reading.statements import Statement, listed, of_database
from portal.words.titles import title

STEPS = 1_000
"""Places of the slider from 0 to 1."""

BINS = """
with {known},
counted as (
    select cast(least(floor(probability * 50), 49) as integer) as bin, count(*) as customers
    from known
    group by bin
)
select bin / 50 as least, coalesce(customers, 0) as customers
from unnest(range(50)) as bins(bin)
left join counted using (bin)
order by bin
"""
CURVE = """
with cells as ({cells}),
running as (
    select
        cut,
        sum(customers) over down as customers,
        sum(leavers) over down as leavers,
        sum(at_risk) over down as at_risk
    from cells
    window down as (order by cut desc)
)
select
    cut, customers, leavers, at_risk,
    :success_rate * :kept * at_risk
        - :contact_cost * customers
        - :incentive * (customers - leavers + :success_rate * leavers) as profit
from running
order by cut desc
"""
OWN_GROUPS = """
select risk_value, count(*) as customers
from customers
where {filters} and risk_value is not null
group by risk_value
order by risk_value
"""
MEMBERS = """
with {known},
grouped as (
    select
        customer_id, probability as churn_probability, value as clv_12m,
        {group} as risk_value,
        segment
    from known
)
select customer_id, churn_probability, clv_12m, risk_value, segment
from grouped
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

EVERYONE = "Everyone"
"""Chosen in place of a group."""


def bins(run: PublishedRun, filters: Filters, **_choices: Any) -> Statement | None:
    """One row per bin of two points of probability: where it starts, how many are in it."""
    return risk.of_known(run, BINS, filters)


def curve(
    run: PublishedRun, filters: Filters, *, cut: float | None, **costs: float | None
) -> Statement | None:
    """One row per cut, the highest first: what contacting everyone who reaches it brings."""
    del cut  # every cut is a row
    counted = costs_of(run, costs)
    if counted is None:
        return None
    return risk.of_known(
        run,
        CURVE.replace("{cells}", risk.CELLS.strip()),
        filters,
        success_rate=counted.success_rate,
        kept=counted.kept,
        contact_cost=counted.contact_cost,
        incentive=counted.incentive,
    )


def groups(run: PublishedRun, filters: Filters, *, cut: float | None) -> Statement | None:
    """One row per group at the cut of the page."""
    return risk.totals(run, filters, meant(run, cut))


def own_groups(run: PublishedRun, filters: Filters, **_choices: Any) -> Statement | None:
    """One row per group as the run drew it, whatever cut the page shows."""
    if not run.table.knows("risk_value"):
        return None
    return run.of_customers(OWN_GROUPS, filters._replace(risks=()))


def members(
    run: PublishedRun, filters: Filters, *, cut: float | None, group: str | None
) -> Statement | None:
    """One row per customer of a group at the cut of the page, or of all of them."""
    known = risk.of_run(run)
    if known is None:
        return None
    is_chosen = group not in (None, EVERYONE)
    sql = MEMBERS.replace("{chosen}", "risk_value = :group" if is_chosen else "true")
    return risk.of_known(
        run,
        sql,
        filters,
        cut=meant(run, cut),
        value_cut=known.value_cut,
        group=str(group),
    )


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


def meant(run: PublishedRun, cut: float | None) -> float:
    """Give the cut of a place of the slider: the run's own where it stands on that."""
    place, own = float(cut or 0.0), risk.cut_of_run(run)
    return own if own is not None and placed(own) == placed(place) else place


def placed(cut: float) -> float:
    """Give the place of the slider for a cut, so that who reaches the cut reaches the place."""
    return min(int(cut * STEPS) / STEPS, 1.0)
