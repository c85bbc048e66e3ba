"""Segment summary and action plan: the playbook applied to the segments at hand."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from portal.reading.contacting import contact_plan
from portal.reading.contacting.contact_plan import BEST, SHARED, ContactPlan
from portal.reading.contacting.economics import amounts, play_for, rating, segment_shares
from portal.reading.contacting.playbook import in_force
from portal.reading.filters import NO_FILTERS
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

    `contacts`, `cost` and `expected_profit` are those of the customers whom contacting
    pays, with a budget of those whom the segment's share of it reaches; `expected_return` says
    in words what their return is. All are missing where no expected profit is known.

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
            }
        )
    plan = pd.DataFrame(rows)
    if budget is not None:
        plan["amount"] = amounts(shares.rows, budget=budget).to_numpy()
    allocation = BEST if budget is None else SHARED
    planned = contact_plan.plan(run, NO_FILTERS, budget=budget, allocation=allocation)
    return ActionPlan(plan.join(_expected(planned, plan["segment"])), shares.note)


def _expected(plan: ContactPlan | None, segments: pd.Series) -> pd.DataFrame:
    """Give what the plan does in each segment, nothing where no expected profit is known."""
    if plan is None:
        nothing = dict.fromkeys(("contacts", "cost", "expected_profit"), np.nan)
        return pd.DataFrame(nothing | {"expected_return": ""}, index=segments.index)
    rows = plan.rows.set_index("segment").reindex(segments)
    ratings = [
        rating(cost=row.cost, profit=row.profit, low=row.low) if pd.notna(row.known) else ""
        for row in each_row(rows)
    ]
    return pd.DataFrame(
        {
            "contacts": rows["customers"].to_numpy(),
            "cost": rows["cost"].to_numpy(),
            "expected_profit": rows["profit"].to_numpy(),
            "expected_return": ratings,
        },
        index=segments.index,
    )
