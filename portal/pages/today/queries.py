"""What today asks: the last 30 days, who moved, revenue by month, shares, row quality."""

from portal.reading.contacting import contact_plan
from portal.reading.contacting.economics import RULE
from portal.reading.filters import NO_FILTERS, Filters
from portal.reading.predicting.reckoned import reckoned
from portal.reading.published import PublishedRun
from portal.reading.statements import Statement, of_database
from portal.reading.trade.sales import months, recent

__all__ = ["months"]

TOTALS = """
select as_of, customers, active_customers, orders, revenue
from snapshot
where run_id = :run_id
order by as_of
"""
TOTALS_OF_SOME = """
select
    day.as_of,
    count(*) as customers,
    count(*) filter (where day.active) as active_customers,
    sum(day.orders) as orders,
    sum(day.revenue) as revenue
from (select unnest(days) as day from customers where {filters})
group by day.as_of
order by day.as_of
"""
TOTALS_OF_ONE_DAY = """
select
    as_of,
    count(*) as customers,
    count(*) filter (where recency_days < 90) as active_customers,
    sum(frequency) as orders,
    sum(monetary) as revenue
from customers
where {filters}
group by as_of
"""
NAMED = """
select contact_reason, count(*) as customers
from customers
where {filters} and contact_reason is not null
group by contact_reason
order by customers desc
"""

CONCENTRATION = """
select customer_share, revenue_share
from concentration
where run_id = :run_id
order by customer_share
"""
CONCENTRATION_OF_SOME = """
with ranked as (
    select
        row_number() over (order by monetary desc) as place,
        monetary,
        sum(monetary) over (order by monetary desc rows unbounded preceding) as running
    from customers
    where {filters} and monetary is not null
),
everyone as (select count(*) as customers, sum(monetary) as revenue from ranked),
steps as (
    select step / 100 as customer_share, step / 100 * customers as place
    from (select unnest(range(101)) as step), everyone
)
select
    steps.customer_share,
    (coalesce(reached.running, 0)
        + (steps.place - floor(steps.place)) * coalesce(following.monetary, 0))
    / coalesce(nullif(revenue, 0), 1) as revenue_share
from steps
cross join everyone
left join ranked as reached on reached.place = floor(steps.place)
left join ranked as following on following.place = floor(steps.place) + 1
order by steps.customer_share
"""

NOWHERE = "Not known"
COUNTRIES = """
select
    coalesce(country, 'Not known') as country,
    count(*) as customers,
    sum(monetary) as revenue,
    sum(frequency) as orders
from customers
where {filters}
group by coalesce(country, 'Not known')
order by revenue desc nulls last, country
"""

QUALITY = """
select rule, title, explanation, rows, amount
from finding
where run_id = :run_id and removes = true
order by position
"""
ROWS = """
select rows_read, rows_kept
from run
where run_id = :run_id
"""


def last_30_days(run: PublishedRun, filters: Filters) -> Statement | None:
    """One row: revenue, orders and who ordered, of 30 days, those before and a year ago."""
    return recent(run, filters) if "orders_30d" in run.table else None


def totals(run: PublishedRun, filters: Filters) -> Statement:
    """One row per day looked at, oldest first: customers, active customers, orders, revenue.

    Without filters everyone counts who was a customer on that day, with filters those who still
    are one.
    """
    if filters == NO_FILTERS:
        return of_database(TOTALS, run_id=run.run_id)
    text = TOTALS_OF_SOME if run.has.orders else TOTALS_OF_ONE_DAY
    return run.of_customers(text, filters)


def worth(run: PublishedRun, filters: Filters) -> Statement | None:
    """One row per segment: whom contacting pays for; by the reason where a rule names them."""
    if reckoned(run).basis == RULE and run.table.knows("contact_reason"):
        return run.of_customers(NAMED, filters)
    return contact_plan.by_segment(run, filters)


def concentration(run: PublishedRun, filters: Filters) -> Statement:
    """Which share of revenue the most valuable share of customers brings, 0 to 1 each."""
    if filters == NO_FILTERS:
        return of_database(CONCENTRATION, run_id=run.run_id)
    return run.of_customers(CONCENTRATION_OF_SOME, filters)


def countries(run: PublishedRun, filters: Filters) -> Statement:
    """One row per country of the customers, the one with most revenue first."""
    return run.of_customers(COUNTRIES, filters)


def quality(run: PublishedRun, _filters: Filters) -> Statement:
    """One row per cleaning rule that left rows out, in the order in which they ran."""
    return of_database(QUALITY, run_id=run.run_id)


def rows_of_source(run: PublishedRun, _filters: Filters) -> Statement:
    """How many rows the run read and kept."""
    return of_database(ROWS, run_id=run.run_id)
