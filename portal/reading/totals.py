"""What the overview asks of the database: totals over time, revenue, shares, data quality."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from db.frames import read_frame
from portal.reading import summed
from portal.reading.columns import kept, stored
from portal.reading.customers import where
from portal.reading.filters import NO_FILTERS, Filters
from portal.reading.published import PublishedRun
from portal.reading.summed import NOWHERE


class AtRisk(NamedTuple):
    """A group by risk and value, and the churn probability from which its customers count."""

    customers: int
    cut: float


TOTALS = """
select as_of, customers, active_customers, orders, revenue
from snapshot
where run_id = :run_id
order by as_of
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

MONTHLY_BY_KIND = """
select c.month, sum(c.revenue) as revenue, sum(c.orders) as orders
from monthly_total c
where c.run_id = :run_id and {filters}
group by c.month
"""

SUMS = """
    sum(c.customers) as customers,
    sum(c.revenue) as revenue"""
NEWEST = "c.as_of = (select max(as_of) from customer_total where run_id = :run_id)"

SHARES = f"""
select
    c.segment,{SUMS},
    sum(c.recency_days) / nullif(sum(c.recency_known), 0) as recency_days,
    1.0 * sum(c.orders) / nullif(sum(c.frequency_known), 0) as frequency,
    sum(c.revenue) / nullif(sum(c.monetary_known), 0) as monetary,
    sum(c.average_basket) / nullif(sum(c.basket_known), 0) as average_basket
from customer_total c
where c.run_id = :run_id and {NEWEST} and {{filters}}
group by c.segment
"""  # noqa: S608 - names of this module only

CONCENTRATION = """
select customer_share, revenue_share
from concentration
where run_id = :run_id
order by customer_share
"""

COUNTRIES = f"""
select
    coalesce(c.country, '{NOWHERE}') as country,{SUMS},
    sum(c.orders) as orders
from customer_total c
where c.run_id = :run_id and {NEWEST} and {{filters}}
group by coalesce(c.country, '{NOWHERE}')
"""  # noqa: S608 - names of this module only

ADDED_UP = (
    "The rows of published_customer, added up at the refresh by all that filters ask for; a"
    " customer's identifier is looked for among all customers."
)

QUALITY = """
select rule, title, explanation, rows, amount
from finding
where run_id = :run_id and removes = :removes
order by position
"""

AT_RISK = """
select g.customers, c.cut
from risk_value_group g
join retention_cut c on c.run_id = g.run_id
where g.run_id = :run_id and g.risk_value = :group
"""

RUN = """
select rows_read, rows_kept, customers, as_of, seed, published_at
from run
where run_id = :run_id
"""


def totals(run: PublishedRun, filters: Filters) -> pd.DataFrame:
    """One row per snapshot, oldest first: customers, active customers, orders, revenue."""
    if filters == NO_FILTERS:
        return read_frame(run.connection, TOTALS, run_id=run.run_id)
    if not filters.by_customer:
        return _filtered(run, TOTALS_BY_KIND, filters)
    keep = kept(run, filters)
    days = read_frame(run.connection, TOTALS, run_id=run.run_id)["as_of"]
    earlier = summed.in_periods(run, summed.SNAPSHOT, keep).rename(columns={"day": "as_of"})
    newest = pd.DataFrame([{"as_of": days.iloc[-1], **summed.newest(run, keep)}])
    rows = pd.concat([earlier, newest]) if len(earlier) else newest
    return rows[rows["customers"] > 0].reset_index(drop=True)


def monthly(run: PublishedRun, filters: Filters) -> pd.DataFrame:
    """One row per month: revenue, orders, is_complete; without filters all lines count."""
    months = read_frame(run.connection, MONTHLY, run_id=run.run_id)
    months["is_complete"] = months["is_complete"].astype(bool)
    if filters == NO_FILTERS or months.empty or run.as_of is None:
        return months
    if filters.by_customer:
        found = summed.in_periods(run, summed.MONTH, kept(run, filters))
        sums = found.rename(columns={"day": "month"})
    else:
        sums = _filtered(run, MONTHLY_BY_KIND, filters)
    found = months[["month", "is_complete"]].merge(
        sums[["month", "revenue", "orders"]], on="month", how="left"
    )
    return found.astype({"revenue": float, "orders": float}).fillna(0.0)


def shares(run: PublishedRun, filters: Filters) -> pd.DataFrame:
    """One row per segment, the one that spends most per customer first, with its shares."""
    if filters.by_customer:
        rows = summed.by_segment(run, kept(run, filters))
    else:
        rows = _filtered(run, SHARES, filters)
    found = rows.sort_values("monetary", ascending=False, kind="stable", ignore_index=True)
    customers, revenue = found["customers"].sum() or 1, found["revenue"].sum() or 1
    return found.assign(
        share=found["customers"] / customers, revenue_share=found["revenue"] / revenue
    )


def concentration(run: PublishedRun, filters: Filters) -> pd.DataFrame:
    """Which share of revenue the most valuable share of customers brings, 0 to 1 each."""
    if filters == NO_FILTERS:
        return read_frame(run.connection, CONCENTRATION, run_id=run.run_id)
    there = stored(run, "monetary").get("monetary")
    found = there.values[kept(run, filters)].astype(float) if there else np.zeros(0)
    spend = np.sort(found[~np.isnan(found)])[::-1]
    running = np.concatenate([[0.0], np.cumsum(spend)])
    steps = np.linspace(0, 1, 101)
    brought = np.interp(steps * len(spend), np.arange(len(running)), running)
    return pd.DataFrame(
        {"customer_share": steps, "revenue_share": brought / (running[-1] or 1.0)}
    )


def countries(run: PublishedRun, filters: Filters) -> pd.DataFrame:
    """One row per country of the customers, the one with most revenue first."""
    if filters.by_customer:
        rows = summed.by_country(run, kept(run, filters))
    else:
        rows = _filtered(run, COUNTRIES, filters)
    return rows.sort_values("revenue", ascending=False, kind="stable", ignore_index=True)


def quality(run: PublishedRun) -> pd.DataFrame:
    """One row per cleaning rule that left rows out, in the order in which they ran."""
    return read_frame(run.connection, QUALITY, run_id=run.run_id, removes=True)


def at_risk(run: PublishedRun, group: str) -> AtRisk | None:
    """Count the customers of a group by risk and value, `None` where the run has none."""
    found = read_frame(run.connection, AT_RISK, run_id=run.run_id, group=group)
    if found.empty or not found["customers"].iloc[0]:
        return None
    return AtRisk(int(found["customers"].iloc[0]), float(found["cut"].iloc[0]))


def run(run: PublishedRun) -> pd.Series:
    """Give the published run: rows read and kept, customers, day, seed, moment."""
    return read_frame(run.connection, RUN, run_id=run.run_id).iloc[0]


def _filtered(run: PublishedRun, query: str, filters: Filters) -> pd.DataFrame:
    condition, parameters = where(filters)
    return read_frame(
        run.connection, query.format(filters=condition), run_id=run.run_id, **parameters
    )
