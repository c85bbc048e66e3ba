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
from portal.queries.columns import Longs, Stored, groups, read, stored
from portal.snapshot import Snapshot

SEGMENTS = """
select segment, position, customers, share, revenue, revenue_share, recency_days, frequency,
    monetary, average_basket, persona
from segment_result
where run_id = :run_id
order by position
"""
SCORES = ("r_score", "f_score", "m_score")
PROBABILITY = "order_probability_90d"
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
    rows = _by_scores(at)
    if rows.empty:
        return pd.DataFrame(columns=["segment", "engagement"])
    parts = economics.engagement(rows, playbook.engagement)
    weight = rows["customers"].where(parts["engagement"].notna(), 0)
    summed = parts.mul(weight, axis=0).groupby(rows["segment"]).sum()
    many = weight.groupby(rows["segment"]).sum().replace(0, np.nan)
    return summed.div(many, axis=0).reset_index()


def _by_scores(at: Snapshot) -> pd.DataFrame:
    """One row per segment and scores: customers, and their mean probability of an order."""
    there = stored(at, "segment", *SCORES, PROBABILITY)
    if at.as_of is None or "segment" not in there:
        return pd.DataFrame()
    words = there["segment"].words
    scores = [_whole(there.get(name), at.customers) for name in SCORES]
    chance = (
        there[PROBABILITY].values if PROBABILITY in there else np.full(at.customers, np.nan)
    )
    known = ~np.isnan(chance)
    parts = (len(words), 6, 6, 6, 2)
    place = np.ravel_multi_index((there["segment"].values, *scores, known), parts)
    many = np.bincount(place, minlength=int(np.prod(parts)))
    chances = np.bincount(place, np.where(known, chance, 0.0), minlength=len(many))
    full = np.flatnonzero(many)
    segment, *points, is_known = np.unravel_index(full, parts)
    named = {
        name: np.where(at_ > 0, at_, np.nan) for name, at_ in zip(SCORES, points, strict=True)
    }
    return pd.DataFrame(
        {
            "segment": np.array(words, dtype=object)[segment],
            **named,
            "customers": many[full],
            PROBABILITY: np.where(is_known, chances[full] / many[full], np.nan),
        }
    )


def _whole(column: Stored | None, customers: int) -> Longs:
    """Give scores as whole numbers, 0 where there is none."""
    if column is None:
        return np.zeros(customers, dtype=np.int64)
    return np.nan_to_num(column.values).astype(np.int64)


def risk_groups(at: Snapshot) -> pd.DataFrame:
    """One row per group by risk and value, the most urgent first."""
    return read_frame(at.connection, GROUPS, run_id=at.run_id)
