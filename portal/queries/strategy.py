"""What the strategy page asks: segments, order values, engagement, groups, playbook."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from db.frames import read_frame
from db.workspace import database, playbooks
from portal import economics
from portal.economics import Estimate, Playbook
from portal.filters import NO_FILTERS
from portal.queries import value
from portal.queries.columns import groups, read
from portal.snapshot import Snapshot

SEGMENTS = """
select segment, position, customers, share, revenue, revenue_share, recency_days, frequency,
    monetary, average_basket, persona
from segment_result
where run_id = :run_id
order by position
"""
SCORES = """
select c.segment, s.r_score, s.f_score, s.m_score, count(*) as customers,
    avg(c.order_probability_90d) as order_probability_90d
from customer_result c
join customer_snapshot s
    on s.run_id = c.run_id and s.customer_id = c.customer_id and s.as_of = c.as_of
where c.run_id = :run_id and c.segment is not null
group by c.segment, s.r_score, s.f_score, s.m_score, c.order_probability_90d is null
"""
GROUPS = """
select risk_value, position, customers, churn_probability, clv_12m, at_risk
from risk_value_group
where run_id = :run_id
order by position
"""


class InForce(NamedTuple):
    """The playbook that a data set follows and its version, 0 for the built-in one."""

    playbook: Playbook
    version: int


def in_force(at: Snapshot) -> InForce:
    """Give the newest playbook of the data set, or the one that the product comes with."""
    saved = None
    if database.is_there(at.connection):
        saved = playbooks.current(at.connection, at.dataset)
    if saved is None:
        return InForce(economics.default_playbook(), playbooks.BUILT_IN)
    return InForce(economics.load_playbook(saved.text), saved.version)


def segments(at: Snapshot) -> pd.DataFrame:
    """One row per segment by value, with its expected `value` where that is known."""
    rows = read_frame(at.connection, SEGMENTS, run_id=at.run_id)
    worth = value.by_segment(at, NO_FILTERS)[["segment", "value"]]
    return rows.merge(worth, on="segment", how="left")


def baskets(at: Snapshot) -> dict[str, Estimate]:
    """Give the quartiles of the average basket of each segment in which any is known."""
    there, across = read(at, "average_basket"), groups(at, "segment")
    if across is None or "average_basket" not in there:
        return {}
    values = there["average_basket"].values
    found = {}
    for place, name in enumerate(across.names):
        some = values[(across.codes == place) & (values > 0)]
        if len(some):
            found[name] = economics.quartiles(some)
    return found


def engagement(at: Snapshot, playbook: Playbook) -> pd.DataFrame:
    """Average the engagement score and its parts over each segment's customers.

    Customers with equal scores count together: the score is a sum of its parts, so that the
    mean probability of theirs gives the mean of their scores.
    """
    rows = read_frame(at.connection, SCORES, run_id=at.run_id)
    if rows.empty:
        return pd.DataFrame(columns=["segment", "engagement"])
    parts = economics.engagement(rows, playbook.engagement)
    weight = rows["customers"].where(parts["engagement"].notna(), 0)
    summed = parts.mul(weight, axis=0).groupby(rows["segment"]).sum()
    many = weight.groupby(rows["segment"]).sum().replace(0, np.nan)
    return summed.div(many, axis=0).reset_index()


def risk_groups(at: Snapshot) -> pd.DataFrame:
    """One row per group by risk and value, the most urgent first."""
    return read_frame(at.connection, GROUPS, run_id=at.run_id)
