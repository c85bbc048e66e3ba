"""Segment summary and action plan: the playbook applied to the segments at hand."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from portal.pages.strategy import budgets
from portal.reading.economics import amounts, play_for, segment_shares
from portal.reading.playbook import in_force
from portal.reading.published import PublishedRun
from portal.reading.rows import each_row
from portal.report import queries


class ActionPlan(NamedTuple):
    """One row per segment by priority, and a note where the shares had to be scaled."""

    rows: pd.DataFrame
    note: str | None


def summary(run: PublishedRun) -> pd.DataFrame:
    """One row per segment: size, revenue, what is usual in it, value, risk, who they are."""
    return run.ask(queries.summary(run))


def action_plan(run: PublishedRun, *, budget: float | None = None) -> ActionPlan:
    """Apply the playbook to the published segments; with a budget, each share as money.

    `expected_return` is the playbook's rating; beside money stands what it should bring within
    90 days, missing where order values are not known of every segment.

    Raises `StrategyError` where there is no segment or the budget is below 0.
    """
    playbook, segments = in_force(run).playbook, summary(run)
    shares = segment_shares(playbook, segments["segment"].tolist())
    merged = shares.rows.merge(segments[["segment", "customers", "revenue"]], on="segment")
    rows = []
    for row in each_row(merged):
        play = play_for(playbook, row.segment).play
        discount = play.discount
        rows.append(
            {
                "priority": row.priority,
                "segment": row.segment,
                "customers": row.customers,
                "revenue": row.revenue,
                "strategy": play.strategy,
                "actions": "; ".join(play.actions),
                "channels": "; ".join(play.channels),
                "discount": f"{discount.least:g} to {discount.most:g} %" if discount else "",
                "budget_share_percent": row.share,
                "least_percent": row.least,
                "most_percent": row.most,
                "expected_return": play.expected_return,
            }
        )
    plan = pd.DataFrame(rows)
    if budget is not None:
        plan["amount"] = amounts(shares.rows, budget=budget).to_numpy()
        plan["expected_profit"] = _profits(run, plan["segment"], budget)
    return ActionPlan(plan, shares.note)


def _profits(run: PublishedRun, segments: pd.Series, budget: float) -> pd.Series:
    """Give the profit that the playbook's share of the budget should bring in each segment."""
    divided = budgets.plan(run, budget) if budget > 0 else None
    if divided is None:
        return pd.Series(np.nan, index=segments.index)
    profits = divided.division.by_playbook.rows.set_index("segment")["profit"]
    if not segments.isin(profits.index).all():
        return pd.Series(np.nan, index=segments.index)
    return segments.map(profits).round(2)
