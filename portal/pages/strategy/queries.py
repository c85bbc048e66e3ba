"""What the strategy page asks: segments, order values, engagement, groups, playbook."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from db.frames import read_frame
from portal.reading import economics, value
from portal.reading import risk as churn
from portal.reading.columns import Longs, Stored, groups, read, stored
from portal.reading.economics import EngagementWeights, Estimate
from portal.reading.filters import NO_FILTERS
from portal.reading.playbook import InForce, in_force
from portal.reading.published import PublishedRun, remember

__all__ = ["InForce", "in_force"]

SEGMENTS = """
select segment, position, customers, share, revenue, revenue_share, recency_days, frequency,
    monetary, average_basket, persona
from segment_result
where run_id = :run_id
order by position
"""
SCORES = ("r_score", "f_score", "m_score")
SEED = 0
PROBABILITY = "order_probability_90d"
GROUPS = """
select risk_value, position, customers, churn_probability, clv_12m, at_risk
from risk_value_group
where run_id = :run_id
order by position
"""


def segments(run: PublishedRun) -> pd.DataFrame:
    """One row per segment by value, with its expected `value` where that is known."""
    rows = read_frame(run.connection, SEGMENTS, run_id=run.run_id)
    worth = value.by_segment(run, NO_FILTERS)[["segment", "value"]]
    return rows.merge(worth, on="segment", how="left")


def baskets(run: PublishedRun) -> dict[str, Estimate]:
    """Give the quartiles of the average basket of each segment in which any is known."""
    there, across = read(run, "average_basket"), groups(run, "segment")
    if across is None or "average_basket" not in there:
        return {}
    values = there["average_basket"].values
    found = {}
    for place, name in enumerate(across.names):
        some = values[(across.codes == place) & (values > 0)]
        if len(some):
            found[name] = economics.quartiles(some)
    return found


def engagement(run: PublishedRun, weights: EngagementWeights) -> pd.DataFrame:
    """Average the engagement score and its parts over each segment's customers.

    Customers with equal scores count together: the score is a sum of its parts, so that the
    mean probability of theirs gives the mean of their scores.
    """
    rows = _by_scores(run)
    if rows.empty:
        return pd.DataFrame(columns=["segment", "engagement"])
    parts = economics.engagement(rows, weights)
    weight = rows["customers"].where(parts["engagement"].notna(), 0)
    summed = parts.mul(weight, axis=0).groupby(rows["segment"]).sum()
    many = weight.groupby(rows["segment"]).sum().replace(0, np.nan)
    return summed.div(many, axis=0).reset_index()


def _by_scores(run: PublishedRun) -> pd.DataFrame:
    """One row per segment and scores: customers, and their mean probability of an order."""
    there = stored(run, "segment", *SCORES, PROBABILITY)
    if run.as_of is None or "segment" not in there:
        return pd.DataFrame()
    words = there["segment"].words
    scores = [_whole(there.get(name), run.customers) for name in SCORES]
    chance = (
        there[PROBABILITY].values if PROBABILITY in there else np.full(run.customers, np.nan)
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


class RiskGroups(NamedTuple):
    """The groups by risk and value, the most urgent first, and the cut that parts them.

    `cut` is `None` where the groups are those of the refresh.
    """

    rows: pd.DataFrame
    cut: float | None


def risk_groups(run: PublishedRun) -> RiskGroups:
    """Part customers at the best cut of the costs in force; as the run where it had those."""
    rows = read_frame(run.connection, GROUPS, run_id=run.run_id)
    known, of_run = churn.defaults(run), churn.of_run(run)
    if rows.empty or known is None or of_run is None or known.costs == of_run.costs:
        return RiskGroups(rows, None)
    cells = remember(run, churn.cells, NO_FILTERS)
    if cells.empty:
        return RiskGroups(rows, None)
    cut = economics.best_cut(cells, costs=known.costs, seed=SEED).cut
    totals = churn.group_totals(run, NO_FILTERS, cut)
    place = totals["risk_value"].map(economics.GROUPS.index)
    return RiskGroups(totals.iloc[place.argsort()].reset_index(drop=True), cut)
