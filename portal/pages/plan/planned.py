"""The plan that the page shows: a budget, how it is parted, and whom that reaches."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import pandas as pd

from portal.kit.tables.rows_table import Column
from portal.kit.tables.table_cards import written
from portal.pages.plan import queries
from portal.reading.contacting import contact_plan
from portal.reading.contacting.contact_plan import BEST, LIST, PLAN_BUDGET, SHARED, ContactPlan
from portal.reading.filters import LONGEST_QUERY, Filters
from portal.reading.predicting import risk
from portal.reading.predicting.reckoned import reckoned
from portal.reading.published import PublishedRun
from portal.reading.statements import Statement

BUDGET = "plan-budget"
DIVIDE = "plan-divide"
WAYS = {BEST: "The highest expected profit first", SHARED: "As the playbook parts it"}
MOST = 1e12
NEEDS_BUDGET = "Enter a budget of 1 or more, or leave it empty for no limit."


WEIGHED: dict[str, tuple[str, str, str, int]] = {
    "contact_profit": ("Expected profit", "money", "contact_profit", 130),
    "contact_cost": ("Cost", "money", "contact_cost", 90),
    "churn_probability": ("May leave", "percent", "churn_probability", 110),
    "value_at_stake": ("At stake", "money", "value_at_stake", 110),
    "answer_probability": ("May answer", "percent", "answer_probability", 110),
    "average_basket": ("Spend of an order", "money", "average_basket", 150),
}
"""Columns of a list that is weighed: title, kind, measure, width."""
OF_ANSWERS = ("answer_probability", "average_basket")
BY_RULE: dict[str, tuple[str, str, str, int]] = {
    "contact_reason": ("Why", "text", "", 200),
    "priority": ("Priority", "number", "", 100),
    "monetary": ("Spent so far", "money", "monetary", 130),
}
"""Columns of a list by a rule, or by the playbook's priority."""


class Shown(NamedTuple):
    """What the page shows of a plan: the plan, or why there is none.

    Where `is_by_rule`, expected profits are not known, and `problem` says what would tell them;
    `are_named` where a rule names whom to contact, else the playbook's priority ranks all.
    """

    plan: ContactPlan | None
    problem: str = ""
    is_by_rule: bool = False
    are_named: bool = False


def budget_from(search: str | None) -> float | None:
    """Read the budget that an address names; what is no number is none, without limit."""
    try:
        return float(_named(search).get(PLAN_BUDGET, ""))
    except ValueError:
        return None


def way_from(search: str | None) -> str:
    """Read how an address parts its budget."""
    allocation = _named(search).get(LIST, BEST)
    return allocation if allocation in WAYS else BEST


def _named(search: str | None) -> dict[str, str]:
    return dict(parse_qsl((search or "")[:LONGEST_QUERY].removeprefix("?")))


def is_valid(budget: float | None) -> bool:
    """Tell whether a budget can be one; empty means no limit."""
    return budget is None or 1 <= budget <= MOST


def shown(
    run: PublishedRun,
    filters: Filters,
    *,
    budget: float | None = None,
    allocation: str | None = BEST,
    **_followed: Any,
) -> Shown:
    """Plan a budget, or say why that can't be."""
    if not is_valid(budget):
        return Shown(None, NEEDS_BUDGET)
    plan = contact_plan.plan(run, filters, budget=budget, allocation=allocation or BEST)
    if plan is None:
        return Shown(None, needs_profit(run), is_by_rule=True, are_named=queries.are_named(run))
    return Shown(plan)


def without(run: PublishedRun, *, is_by_rule: bool) -> tuple[str, ...]:
    """Name the columns that the list of a run does not have."""
    if is_by_rule:
        return (*WEIGHED, *(() if queries.are_named(run) else ("contact_reason",)))
    columns = risk.COLUMNS[reckoned(run).basis]
    weighed = {"contact_profit", "contact_cost", columns.probability, columns.at_stake}
    return (*BY_RULE, *(name for name in WEIGHED if name not in weighed))


def needs_profit(run: PublishedRun) -> str:
    """Say why no expected profit is known."""
    basis = reckoned(run)
    if basis.costs is None and basis.note:
        return basis.note
    task = risk.task(run)
    if task is not None and task.status != "done" and task.message:
        return task.message
    return "This data set tells neither who leaves nor what is at stake with each."


def by_segment(
    run: PublishedRun,
    filters: Filters,
    *,
    budget: float | None = None,
    allocation: str | None = BEST,
    **_followed: Any,
) -> Statement | None:
    """One row per segment at hand: contacts, cost, profit; by the rule without profits."""
    if not is_valid(budget):
        return None
    statement = contact_plan.by_segment(
        run, filters, budget=budget, allocation=allocation or BEST
    )
    return queries.by_rule(run, filters) if statement is None else statement


def members(
    run: PublishedRun,
    filters: Filters,
    *,
    budget: float | None = None,
    allocation: str | None = BEST,
    **_followed: Any,
) -> Statement | None:
    """One row per customer on the list, the highest profit first, or by the rule without."""
    if not is_valid(budget):
        return None
    statement = contact_plan.members(run, filters, budget=budget, allocation=allocation or BEST)
    return queries.list_by_rule(run, filters) if statement is None else statement


def written_list(
    rows: pd.DataFrame, columns: Sequence[Column], currency: str
) -> list[dict[str, str]]:
    """Write the cells of the list; what a list does not have is hidden on the page."""
    return written(rows, [column for column in columns if column.field in rows], currency)
