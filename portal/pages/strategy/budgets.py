"""A budget divided over the segments, and the budget that one begins with."""

import math
from typing import NamedTuple

from portal.pages.strategy import queries
from portal.pages.strategy.plan import Plan
from portal.reading import economics
from portal.reading.economics import Assumptions
from portal.reading.published import PublishedRun, remember
from portal.words import wording

DAYS = 90
MOST = 1e12
SHOWN = 1_000.0
"""The budget that is shown divided where none pays."""


class Start(NamedTuple):
    """The budget to begin with, and how it was chosen."""

    amount: float
    said: str


def plan(run: PublishedRun, budget: float) -> Plan | None:
    """Divide a budget over the segments; `None` where order values are not known."""
    plans = assumed(run)
    if not plans:
        return None
    division = economics.divide(plans, queries.in_force(run).playbook, budget=budget)
    return Plan(division, economics.budget_inputs(plans, division.shares, budget=budget))


def planned(run: PublishedRun, budget: float) -> Plan | None:
    """Divide a budget, once; `None` where it is 0 or order values are not known."""
    return remember(run, plan, budget) if budget else None


def start(run: PublishedRun) -> Start | None:
    """Give the best budget, to two digits; `None` where order values are not known."""
    plans = assumed(run)
    if not plans:
        return None
    playbook = queries.in_force(run).playbook
    shares = economics.segment_shares(playbook, plans)
    best = two_digits(
        economics.best_budget(economics.budget_inputs(plans, shares, budget=SHOWN))
    )
    if best < 1 or economics.divide(plans, playbook, budget=best).by_profit.profit <= 0:
        return Start(
            SHOWN,
            "No budget was given, and none pays: within the playbook's bounds contacts cost"
            " more than they earn."
            f" {_rounded(SHOWN, run)} only shows how one would be divided.",
        )
    return Start(
        best,
        f"No budget was given, so it begins with the best one, {_rounded(best, run)} to two"
        f" digits: there the next {_rounded(1, run)} just earns itself in every segment.",
    )


def given(run: PublishedRun, budget: float | None) -> float:
    """Give a budget as entered, the one to begin with where none was, 0 where it can't be."""
    if budget is None:
        first = remember(run, start)
        return first.amount if first else SHOWN
    return float(budget) if 1 <= budget <= MOST else 0.0


def settled(run: PublishedRun, budget: float | None) -> float | None:
    """Give the budget that is shown; `None` where it can't be, or none was given nor known."""
    if budget is None and remember(run, start) is None:
        return None
    return given(run, budget) or None


def assumed(run: PublishedRun) -> dict[str, Assumptions]:
    """Give what the playbook assumes of each segment whose order values are known."""
    known = remember(run, queries.baskets)
    rows = remember(run, queries.segments)
    return economics.segment_plans(
        rows[rows["segment"].isin(list(known))],
        queries.in_force(run).playbook,
        baskets=known,
        days=DAYS,
    )


def two_digits(amount: float) -> float:
    """Round an amount to two significant digits.

    >>> two_digits(5_489.15), two_digits(13.63), two_digits(0)
    (5500.0, 14.0, 0.0)
    """
    if amount <= 0:
        return 0.0
    return float(round(amount, 1 - math.floor(math.log10(amount))))


def _rounded(amount: float, run: PublishedRun) -> str:
    return f"{wording.symbol(run.currency)}{wording.number(amount)}"
