"""What was sold, by month, country, category and product, and what was ordered lately.

Months, countries, the last 30 days, moves and scores obey filters, since customers tell them.
Everything that hangs on lines (products, categories, returns) is of all customers: pages say
`OF_ALL` beside it where filters are set.
"""

from typing import Any

from portal.reading.filters import NO_FILTERS, Filters
from portal.reading.published import PublishedRun
from portal.reading.statements import Statement, of_database

OF_ALL = "These figures are of all customers; filters don’t narrow them down."

MONTHS = """
select month, revenue, anonymous_revenue, orders, customers, new_customers, is_complete,
    items, cancelled, returned_revenue
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
COUNTRIES = """
select country, iso, revenue, orders, customers, average_basket, returned_share, items
from country_sales
where run_id = :run_id
order by revenue desc, country
"""
COUNTRIES_OF_SOME = """
select
    coalesce(country, 'Unspecified') as country,
    sum(monetary) as revenue,
    sum(frequency) as orders,
    count(*) as customers,
    sum(monetary) / nullif(sum(frequency), 0) as average_basket
from customers
where {filters}
group by coalesce(country, 'Unspecified')
order by revenue desc nulls last, country
"""
CODES = "select country, iso from country_sales where run_id = :run_id order by country"
MONTHS_OF_COUNTRIES = """
select c.country, s.iso, c.month, c.revenue, c.orders, c.customers, c.cancelled, m.is_complete
from monthly_country c
join country_sales s on s.run_id = c.run_id and s.country = c.country
join monthly_sales m on m.run_id = c.run_id and m.month = c.month
where c.run_id = :run_id
order by s.revenue desc, c.country, c.month
"""
RECENT = """
select
    sum(orders_30d) as orders,
    sum(revenue_30d) as revenue,
    count(*) filter (where orders_30d > 0) as customers,
    count(*) filter (where first_order_on > as_of - 30) as new_customers,
    sum(orders_before_30d) as orders_before,
    sum(revenue_before_30d) as revenue_before,
    case when count(orders_before_30d) > 0
        then count(*) filter (where orders_before_30d > 0) end as customers_before,
    sum(orders_30d_year_ago) as orders_year_ago,
    sum(revenue_30d_year_ago) as revenue_year_ago,
    case when count(orders_30d_year_ago) > 0
        then count(*) filter (where orders_30d_year_ago > 0) end as customers_year_ago
from customers
where {filters}
"""
SCORES = """
select r_score, f_score, m_score, count(*) as customers, sum(monetary) as revenue
from customers
where {filters} and r_score is not null
group by r_score, f_score, m_score
order by r_score desc, f_score desc, m_score desc
"""
KINDS = """
select
    {kind} as kind,
    count(*) as customers,
    sum(monetary) as revenue,
    sum(frequency) as orders,
    avg(average_basket) as average_basket,
    avg(pieces_per_line) as pieces_per_line
from customers
where {filters} and {kind} is not null
group by {kind}
order by kind
"""
UNUSUAL = """
select
    customer_id, segment, outlier_reason, monetary, frequency, average_basket, pieces_per_line,
    recency_days
from customers
where {filters} and is_outlier
order by monetary desc nulls last, customer_id
"""
FIGURES = "select figure, value from sales_figure where run_id = :run_id order by figure"
ITEM_CLASSES = """
select item_class, rows, amount, codes, examples
from item_class
where run_id = :run_id
order by rows desc, item_class
"""


def months(run: PublishedRun, filters: Filters) -> Statement:
    """One row per month: revenue, orders, is_complete; without filters all lines count."""
    everyone = of_database(MONTHS, run_id=run.run_id)
    if filters == NO_FILTERS or not run.has.orders:
        return everyone
    monthly_sales = run.ask(everyone)
    names = [(f"month_{place}", f"whole_{place}") for place in range(len(monthly_sales))]
    rows = ", ".join(f"(cast(:{month} as date), :{whole})" for month, whole in names)
    bound: dict[str, Any] = {
        name: value
        for (month, whole), day, is_complete in zip(
            names, monthly_sales["month"], monthly_sales["is_complete"], strict=True
        )
        for name, value in ((month, str(day)), (whole, bool(is_complete)))
    }
    return run.of_customers(MONTHS_OF_SOME.replace("{calendar}", rows), filters, **bound)


def countries(run: PublishedRun, filters: Filters) -> Statement:
    """One row per country, the one with most revenue first; without filters all lines count.

    Under filters a customer's whole spend counts in the country of the latest order, and `iso`
    and `returned_share` are not there: `country_codes` has the first.
    """
    if filters == NO_FILTERS:
        return of_database(COUNTRIES, run_id=run.run_id)
    return run.of_customers(COUNTRIES_OF_SOME, filters)


def country_codes(run: PublishedRun) -> Statement:
    """One row per country with its two-letter code, null for what is on no map."""
    return of_database(CODES, run_id=run.run_id)


def monthly_countries(run: PublishedRun) -> Statement:
    """One row per country and month, countries of most revenue first; of all customers."""
    return of_database(MONTHS_OF_COUNTRIES, run_id=run.run_id)


def recent(run: PublishedRun, filters: Filters) -> Statement:
    """One row: the last 30 days, the 30 before, the same days a year ago; null if unknown."""
    return run.of_customers(RECENT, filters)


def scores(run: PublishedRun, filters: Filters) -> Statement:
    """One row per three RFM scores that somebody has: customers and revenue."""
    return run.of_customers(SCORES, filters)


def wholesale(run: PublishedRun, filters: Filters) -> Statement:
    """One row for wholesale (`yes`) and retail (`no`): customers, revenue, orders, means."""
    return run.of_customers(KINDS, filters, columns={"kind": "is_wholesale"})


def unusual_customers(run: PublishedRun, filters: Filters) -> Statement:
    """One row per outlier with the reasons in words, who spends most first."""
    return run.of_customers(UNUSUAL, filters)


def figures(run: PublishedRun) -> Statement:
    """One row per single figure, such as the horizon and the usual gap of orders."""
    return of_database(FIGURES, run_id=run.run_id)


def item_classes(run: PublishedRun) -> Statement:
    """One row per class of codes in the source (product, postage, voucher …), all rows."""
    return of_database(ITEM_CLASSES, run_id=run.run_id)
