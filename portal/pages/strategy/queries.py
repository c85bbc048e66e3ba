"""What the strategy page asks: segments, order values, engagement, groups, playbook."""

import numpy as np
import pandas as pd

from portal.reading import economics
from portal.reading.economics import EngagementWeights, Estimate
from portal.reading.filters import NO_FILTERS, Filters
from portal.reading.playbook import InForce, in_force
from portal.reading.published import PublishedRun
from portal.reading.rows import each_row
from portal.reading.statements import Statement, of_database

__all__ = ["InForce", "in_force"]

SEGMENTS = """
select segment, position, customers, share, revenue, revenue_share, recency_days, frequency,
    monetary, average_basket, persona
from segment_result
where run_id = :run_id
order by position
"""
VALUES = """
select segment, sum(clv_12m) as value
from customers
where clv_12m is not null
group by segment
"""
ORDER_VALUES = """
select
    segment,
    count(*) as customers,
    quantile_cont(average_basket, 0.25) filter (where average_basket > 0) as basket_low,
    quantile_cont(average_basket, 0.5) filter (where average_basket > 0) as basket_likely,
    quantile_cont(average_basket, 0.75) filter (where average_basket > 0) as basket_high
from customers
where segment is not null
group by segment
order by avg(monetary) desc nulls last, segment
"""
BY_SCORES = """
select
    segment, r_score, f_score, m_score,
    count(*) as customers,
    avg(order_probability_90d) as order_probability_90d
from customers
where segment is not null
group by segment, r_score, f_score, m_score, order_probability_90d is null
order by segment, r_score, f_score, m_score, order_probability_90d is null
"""
GROUPS = """
select risk_value, position, customers, churn_probability, clv_12m, at_risk
from risk_value_group
where run_id = :run_id
order by position
"""


def segments(run: PublishedRun) -> pd.DataFrame:
    """One row per segment by value, with its expected `value` where that is known."""
    rows = run.ask(of_database(SEGMENTS, run_id=run.run_id))
    return rows.merge(run.ask(run.of_customers(VALUES)), on="segment", how="left")


def order_values(run: PublishedRun, _filters: Filters, **_choices: object) -> Statement:
    """One row per segment: customers, and the quartiles of their average baskets."""
    return run.of_customers(ORDER_VALUES)


def baskets(run: PublishedRun) -> dict[str, Estimate]:
    """Give the quartiles of the average basket of each segment in which any is known."""
    rows = run.ask(order_values(run, NO_FILTERS)).dropna(subset=["basket_likely"])
    return {
        str(row.segment): Estimate(
            low=row.basket_low, likely=row.basket_likely, high=row.basket_high
        )
        for row in each_row(rows)
    }


def engagement(run: PublishedRun, weights: EngagementWeights) -> pd.DataFrame:
    """Average the engagement score and its parts over each segment's customers.

    Customers with equal scores count together: the score is a sum of its parts, so that the
    mean probability of theirs gives the mean of their scores.
    """
    if run.as_of is None:
        return pd.DataFrame(columns=["segment", "engagement"])
    rows = run.ask(run.of_customers(BY_SCORES))
    parts = economics.engagement(rows, weights)
    weight = rows["customers"].where(parts["engagement"].notna(), 0)
    summed = parts.mul(weight, axis=0).groupby(rows["segment"]).sum()
    many = weight.groupby(rows["segment"]).sum().replace(0, np.nan)
    return summed.div(many, axis=0).reset_index()


def risk_groups(run: PublishedRun) -> pd.DataFrame:
    """Give the groups by risk and value as the run drew them, the most urgent first.

    Their borders are kept from run to run, whatever a campaign costs.
    """
    return run.ask(of_database(GROUPS, run_id=run.run_id))
