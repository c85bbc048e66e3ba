"""What the overview asks of the database: totals over time, revenue, shares, data quality."""

import datetime as dt

import numpy as np
import pandas as pd

from db.frames import read_frame
from portal.filters import NO_FILTERS, Filters
from portal.queries.customers import where
from portal.snapshot import Snapshot

TOTALS = """
select as_of, customers, active_customers, orders, revenue
from snapshot
where run_id = :run_id
order by as_of
"""

FILTERED_TOTALS = """
select
    s.as_of,
    count(*) as customers,
    sum(case when s.recency_days < 90 then 1 else 0 end) as active_customers,
    sum(s.frequency) as orders,
    sum(s.monetary) as revenue
from customer_result c
join customer_snapshot s on s.run_id = c.run_id and s.customer_id = c.customer_id
where c.run_id = :run_id and {filters}
group by s.as_of
order by s.as_of
"""

TOTALS_BY_KIND = """
select
    c.as_of,
    sum(c.customers) as customers,
    sum(c.active_customers) as active_customers,
    sum(c.orders) as orders,
    sum(c.revenue) as revenue
from customer_total c
where c.run_id = :run_id and {filters}
group by c.as_of
order by c.as_of
"""

MONTHLY = """
select month, revenue, anonymous_revenue, orders, customers, new_customers, is_complete
from monthly_sales
where run_id = :run_id
order by month
"""

FILTERED_DAYS = """
select o.ordered_day, sum(o.net) as revenue, count(*) as orders
from customer_result c
join order_state o on o.run_id = c.run_id and o.customer_id = c.customer_id
where c.run_id = :run_id and {filters}
    and o.from_day <= :as_of_day and o.to_day > :as_of_day and o.net > 0
group by o.ordered_day
order by o.ordered_day
"""

SHARES = """
select
    c.segment,
    count(*) as customers,
    sum(c.monetary) as revenue,
    avg(c.recency_days) as recency_days,
    avg(c.frequency) as frequency,
    avg(c.monetary) as monetary,
    avg(c.average_basket) as average_basket
from customer_result c
where c.run_id = :run_id and {filters}
group by c.segment
order by avg(c.monetary) desc
"""

CONCENTRATION = """
select customer_share, revenue_share
from concentration
where run_id = :run_id
order by customer_share
"""

SPEND = """
select c.monetary
from customer_result c
where c.run_id = :run_id and {filters}
order by c.monetary desc
"""

NOWHERE = "Not known"
COUNTRIES = """
select
    coalesce(c.country, 'Not known') as country,
    count(*) as customers,
    sum(c.frequency) as orders,
    sum(c.monetary) as revenue
from customer_result c
where c.run_id = :run_id and {filters}
group by coalesce(c.country, 'Not known')
order by sum(c.monetary) desc
"""

QUALITY = """
select rule, title, explanation, rows, amount
from finding
where run_id = :run_id and removes = :removes
order by position
"""

AT_RISK = (
    "select customers from risk_value_group where run_id = :run_id and risk_value = :group"
)

RUN = """
select rows_read, rows_kept, customers, as_of, seed, published_at
from run
where run_id = :run_id
"""


def totals(at: Snapshot, filters: Filters) -> pd.DataFrame:
    """One row per snapshot, oldest first: customers, active customers, orders, revenue."""
    if filters == NO_FILTERS:
        return read_frame(at.connection, TOTALS, run_id=at.run_id)
    by_kind = not filters.text
    return _filtered(at, TOTALS_BY_KIND if by_kind else FILTERED_TOTALS, filters)


def monthly(at: Snapshot, filters: Filters) -> pd.DataFrame:
    """One row per month: revenue, orders, is_complete; without filters all lines count."""
    months = read_frame(at.connection, MONTHLY, run_id=at.run_id)
    months["is_complete"] = months["is_complete"].astype(bool)
    if filters == NO_FILTERS or months.empty or at.as_of is None:
        return months
    as_of_day = (at.as_of - dt.date(1970, 1, 1)).days
    days = _filtered(at, FILTERED_DAYS, filters, as_of_day=as_of_day)
    month = days["ordered_day"].to_numpy(dtype="datetime64[D]").astype("datetime64[M]")
    sums = days.groupby(month.astype("datetime64[D]").astype(str))[["revenue", "orders"]].sum()
    found = months[["month", "is_complete"]].merge(
        sums, left_on=months["month"].astype(str), right_index=True, how="left"
    )
    return found.fillna({"revenue": 0.0, "orders": 0}).drop(columns="key_0")


def shares(at: Snapshot, filters: Filters) -> pd.DataFrame:
    """One row per segment, the one that spends most per customer first, with its shares."""
    found = _filtered(at, SHARES, filters)
    customers, revenue = found["customers"].sum() or 1, found["revenue"].sum() or 1
    return found.assign(
        share=found["customers"] / customers, revenue_share=found["revenue"] / revenue
    )


def concentration(at: Snapshot, filters: Filters) -> pd.DataFrame:
    """Which share of revenue the most valuable share of customers brings, 0 to 1 each."""
    if filters == NO_FILTERS:
        return read_frame(at.connection, CONCENTRATION, run_id=at.run_id)
    spend = _filtered(at, SPEND, filters)["monetary"].to_numpy(dtype=float)
    running = np.concatenate([[0.0], np.cumsum(spend)])
    steps = np.linspace(0, 1, 101)
    brought = np.interp(steps * len(spend), np.arange(len(running)), running)
    return pd.DataFrame(
        {"customer_share": steps, "revenue_share": brought / (running[-1] or 1.0)}
    )


def countries(at: Snapshot, filters: Filters) -> pd.DataFrame:
    """One row per country of the customers, the one with most revenue first."""
    return _filtered(at, COUNTRIES, filters)


def quality(at: Snapshot) -> pd.DataFrame:
    """One row per cleaning rule that left rows out, in the order in which they ran."""
    return read_frame(at.connection, QUALITY, run_id=at.run_id, removes=True)


def at_risk(at: Snapshot, group: str) -> int:
    """Count the customers of a group by risk and value, 0 where the run has none."""
    found = read_frame(at.connection, AT_RISK, run_id=at.run_id, group=group)["customers"]
    return int(found.sum())


def run(at: Snapshot) -> pd.Series:
    """Give the published run: rows read and kept, customers, day, seed, moment."""
    return read_frame(at.connection, RUN, run_id=at.run_id).iloc[0]


def _filtered(at: Snapshot, query: str, filters: Filters, **more: object) -> pd.DataFrame:
    condition, parameters = where(filters)
    return read_frame(
        at.connection,
        query.format(filters=condition),
        run_id=at.run_id,
        **parameters,
        **more,
    )
