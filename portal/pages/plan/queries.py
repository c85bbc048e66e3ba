"""What the strategy page asks: segments, engagement, groups, the list by rule, playbook."""

from typing import Any

import numpy as np
import pandas as pd

from portal.reading.contacting import economics
from portal.reading.contacting.economics import EngagementWeights
from portal.reading.contacting.playbook import InForce, in_force
from portal.reading.filters import Filters
from portal.reading.published import PublishedRun
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
BY_RULE = """
select segment, priority, count(*) as customers
from (
    select segment, {priority} as priority from customers where {filters} and {named}
) as ranked
where segment is not null
group by segment, priority
order by priority, segment
"""
LIST_BY_RULE = """
select
    row_number() over (
        order by {urgency}, priority, monetary desc nulls last, customer_id
    ) as number,
    customer_id, segment, {reason}priority, monetary
from (
    select *, {priority} as priority from customers where {filters} and {named}
) as ranked
where segment is not null
"""
URGENCY = "case contact_reason {} end".format(
    " ".join(f"when '{name}' then {place}" for place, name in enumerate(economics.REASONS))
)
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


def are_named(run: PublishedRun) -> bool:
    """Tell whether a rule names customers to contact in a run."""
    return run.table.knows("contact_reason")


def by_rule(run: PublishedRun, filters: Filters) -> Statement:
    """One row per segment at hand by the playbook's priority: how many customers to contact.

    Those whom a rule names, where it names any in the run; else all.
    """
    return _by_priority(run, BY_RULE, filters)


def list_by_rule(run: PublishedRun, filters: Filters, **_followed: object) -> Statement:
    """One row per customer to contact: the most urgent first, then by priority and spend."""
    return _by_priority(run, LIST_BY_RULE, filters)


def engagement(run: PublishedRun, weights: EngagementWeights) -> pd.DataFrame:
    """Average the engagement score and its parts over each segment's customers.

    Customers with equal scores count together: the score is a sum of its parts, so that the
    mean probability of theirs gives the mean of their scores.
    """
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


def _by_priority(run: PublishedRun, sql: str, filters: Filters) -> Statement:
    playbook = in_force(run).playbook
    bound: dict[str, Any] = {}
    cases = []
    for place, name in enumerate(run.segments):
        bound |= {
            f"segment_name_{place}": name,
            f"priority_{place}": economics.play_for(playbook, name).play.priority,
        }
        cases.append(f"when :segment_name_{place} then :priority_{place}")
    priority = f"(case segment {' '.join(cases)} end)" if cases else "1"
    is_named = are_named(run)
    for name, text in (
        ("{priority}", priority),
        ("{named}", "contact_reason is not null" if is_named else "true"),
        ("{urgency}", URGENCY if is_named else "1"),
        ("{reason}", "contact_reason, " if is_named else ""),
    ):
        sql = sql.replace(name, text)
    return run.of_customers(sql, filters, **bound)
