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
    {summed}
from known
group by risk_band
order by risk_band
"""
EVERYBODY = """
with {known}
select
    count(*) as customers,
    count(*) filter (where risk_band = :leaving) as leaving,
    {summed}
from known
"""
SUMMED = """sum(probability) as leavers,
    sum(at_risk) as at_risk,
    {ranges},
    count(*) filter (where profit > 0) as paying,
    coalesce(sum(profit) filter (where profit > 0), 0) as profit"""
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
    amounts are money, ranges hold what the level of the probabilities may be off by and chance.
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
    return risk.of_known(
        run, BY_BAND.replace("{summed}", SUMMED), filters, costs=risk.costs_in_force(run)
    )


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
    text = EVERYBODY.replace("{summed}", SUMMED)
    costs = risk.costs_in_force(run)
    statement = risk.of_known(run, text, filters, costs=costs, leaving=LEAVING)
    if statement is None:
        return None
    row = next(each_row(run.ask(statement)))
    if not row.customers:
        return None
    return Whole(
        customers=int(row.customers),
        leaving=int(row.leaving),
        leavers=float(row.leavers),
        leavers_range=(float(row.leavers_low), float(row.leavers_high)),
        at_risk=float(row.at_risk),
        at_risk_range=(float(row.at_risk_low), float(row.at_risk_high)),
        paying=int(row.paying),
        profit=float(row.profit),
    )
