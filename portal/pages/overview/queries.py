"""What the overview asks: totals over time, revenue, shares, countries, data quality."""

from typing import Any, NamedTuple

from portal.reading.filters import NO_FILTERS, Filters
from portal.reading.published import PublishedRun
from portal.reading.statements import Statement, of_database

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

MONTHS = """
select month, revenue, anonymous_revenue, orders, customers, new_customers, is_complete
from monthly_sales
where run_id = :run_id
order by month
"""
MONTHS_OF_SOME = """
with calendar(month, is_complete) as (values {calendar}),
ordered as (select unnest(months) as each from customers where {filters})
select
    calendar.month,
    calendar.is_complete,
    coalesce(sum(each.revenue), 0) as revenue,
    coalesce(sum(each.orders), 0) as orders
from calendar
left join ordered on each.month = calendar.month
group by calendar.month, calendar.is_complete
order by calendar.month
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

AT_RISK = """
select g.customers, c.cut
from risk_value_group g
join retention_cut c on c.run_id = g.run_id
where g.run_id = :run_id and g.risk_value = :group
"""


class AtRisk(NamedTuple):
    """A group by risk and value, and the churn probability from which its customers count."""

    customers: int
    cut: float


def totals(run: PublishedRun, filters: Filters) -> Statement:
    """One row per day looked at, oldest first: customers, active customers, orders, revenue.

    Without filters everyone counts who was a customer on that day, with filters those who still
    are one.
    """
    if filters == NO_FILTERS:
        return of_database(TOTALS, run_id=run.run_id)
    text = TOTALS_OF_SOME if run.has.orders else TOTALS_OF_ONE_DAY
    return run.of_customers(text, filters)


def months(run: PublishedRun, filters: Filters) -> Statement:
    """One row per month: revenue, orders, is_complete; without filters all lines count."""
    everyone = of_database(MONTHS, run_id=run.run_id)
    if filters == NO_FILTERS or not run.has.orders:
        return everyone
    months = run.ask(everyone)
    names = [(f"month_{place}", f"whole_{place}") for place in range(len(months))]
    rows = ", ".join(f"(cast(:{month} as date), :{whole})" for month, whole in names)
    bound: dict[str, Any] = {
        name: value
        for (month, whole), day, is_complete in zip(
            names, months["month"], months["is_complete"], strict=True
        )
        for name, value in ((month, str(day)), (whole, bool(is_complete)))
    }
    return run.of_customers(MONTHS_OF_SOME.replace("{calendar}", rows), filters, **bound)


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


def at_risk(run: PublishedRun, group: str) -> AtRisk | None:
    """Count the customers of a group by risk and value, `None` where the run has none."""
    found = run.ask(of_database(AT_RISK, run_id=run.run_id, group=group))
    if found.empty or not found["customers"].iloc[0]:
        return None
    return AtRisk(int(found["customers"].iloc[0]), float(found["cut"].iloc[0]))
