"""Customers by band of risk, and by the groups of any attribute: one sum for every page."""

from typing import NamedTuple

from portal.reading.filters import Filters
from portal.reading.predicting import risk
from portal.reading.published import PublishedRun, remember
from portal.reading.rows import each_row
from portal.reading.statements import Statement, quoted

STAYING, UNSURE, LEAVING = "likely to stay", "unsure", "likely to leave"
BANDS = (STAYING, UNSURE, LEAVING)
"""Bands of risk, by the probability of leaving alone."""

BY_BAND = """
with {known}
select
    risk_band,
    count(*) as customers,
    sum(probability) as leavers,
    sum({p_down}) as leavers_low,
    sum({p_up}) as leavers_high,
    sum(at_risk) as at_risk,
    sum({p_down} * at_stake) as at_risk_low,
    sum({p_up} * at_stake) as at_risk_high,
    count(*) filter (where profit > 0) as paying,
    coalesce(sum(profit) filter (where profit > 0), 0) as profit
from known
group by risk_band
order by risk_band
"""
BY_GROUP = """
with {known}
select
    cast(customers.{group} as varchar) as level,
    count(*) as customers,
    avg(known.probability) as probability,
    count(*) filter (where known.risk_band = :leaving) as leaving,
    sum(known.at_risk) as at_risk,
    count(*) filter (where known.profit > 0) as paying,
    coalesce(sum(known.profit) filter (where known.profit > 0), 0) as profit
from known
join customers using (customer_id)
where customers.{group} is not null
group by level
order by at_risk desc, level
"""
NAMED_BY_GROUP = """
select
    cast({group} as varchar) as level,
    count(*) as customers,
    cast(null as double) as probability,
    cast(null as bigint) as leaving,
    cast(null as double) as at_risk,
    count(contact_reason) as paying,
    cast(null as double) as profit
from customers
where {filters} and {group} is not null
group by level
order by paying desc, level
"""


class Whole(NamedTuple):
    """Everybody of whom a probability and what is at stake are known.

    `leavers` are probabilities added up: whoever leaves, or answers where that is reckoned;
    amounts are money, ranges hold what the level of the probabilities may be off by.
    """

    customers: int
    leaving: int
    leavers: float
    leavers_range: tuple[float, float]
    at_risk: float
    at_risk_range: tuple[float, float]
    paying: int
    profit: float


def by_band(run: PublishedRun, filters: Filters) -> Statement | None:
    """One row per band: customers, who is expected to leave, at risk, whom contacting pays."""
    return risk.of_known(run, BY_BAND, filters, costs=risk.costs_in_force(run))


def by_group(run: PublishedRun, filters: Filters, attribute: str) -> Statement | None:
    """One row per group of an attribute, most at risk first; `None` where it is not known.

    Where nothing tells what a contact brings, `paying` counts whom a rule names.
    """
    column = run.table.group_column(attribute)
    if column is None:
        return None
    if risk.are_known(run):
        text = BY_GROUP.replace("{group}", quoted(column))
        costs = risk.costs_in_force(run)
        return risk.of_known(run, text, filters, costs=costs, leaving=LEAVING)
    if run.table.knows("contact_reason"):
        return run.of_customers(NAMED_BY_GROUP, filters, columns={"group": column})
    return None


def whole(run: PublishedRun, filters: Filters) -> Whole | None:
    """Add up the bands; `None` where no probability is known of anybody kept."""
    return remember(run, _whole, filters)


def _whole(run: PublishedRun, filters: Filters) -> Whole | None:
    statement = by_band(run, filters)
    rows = [] if statement is None else list(each_row(run.ask(statement)))
    if not rows:
        return None
    return Whole(
        customers=sum(row.customers for row in rows),
        leaving=sum(row.customers for row in rows if row.risk_band == LEAVING),
        leavers=sum(row.leavers for row in rows),
        leavers_range=_ends(
            sum(row.leavers_low for row in rows), sum(row.leavers_high for row in rows)
        ),
        at_risk=sum(row.at_risk for row in rows),
        at_risk_range=_ends(
            sum(row.at_risk_low for row in rows), sum(row.at_risk_high for row in rows)
        ),
        paying=sum(row.paying for row in rows),
        profit=sum(row.profit for row in rows),
    )


def _ends(first: float, second: float) -> tuple[float, float]:
    low, high = sorted((first, second))
    return low, high
