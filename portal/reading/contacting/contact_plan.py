"""A plan is a list: whom a budget reaches, what that costs, and what it should bring.

Either the highest expected profit of all comes first, or each segment gets its share of the
budget by the playbook and its own customers come highest first. Both contact a customer once,
and nobody who costs more than they bring.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pandas as pd

from portal.reading.contacting.economics import (
    RetentionCosts,
    amounts,
    segment_shares,
)
from portal.reading.contacting.plan_statements import (
    BY_SEGMENT,
    GROUP,
    MEMBERS,
    SEGMENTS_KNOWN,
    WITHIN,
)
from portal.reading.contacting.playbook import in_force
from portal.reading.filters import Filters, dataset_from, from_query, to_query
from portal.reading.predicting import risk
from portal.reading.published import PublishedRun, remember
from portal.reading.statements import Statement

BEST, SHARED = "best", "playbook"
"""The highest expected profit of all first, or parted by the playbook's shares."""
LIST, PLAN_BUDGET = "list", "budget"
"""Names in an address that leads to a campaign of a list."""


class Part(NamedTuple):
    """A segment's part of the budget: money by the playbook's share of it."""

    segment: str
    share: float
    amount: float


class ContactPlan(NamedTuple):
    """Whom a budget reaches.

    `rows`: one per segment at hand, zero where nothing is spent: `segment, customers, cost,
    profit, low, high` (its range), `leavers, at_risk, paying` (of whom contacting pays),
    `known`. `parts` are what the playbook gives each, empty where the highest come first;
    `budget` is `None` for no limit; `note` says how bounds were scaled.
    """

    rows: pd.DataFrame
    budget: float | None
    costs: RetentionCosts
    parts: tuple[Part, ...] = ()
    note: str = ""

    @property
    def customers(self) -> int:
        """How many are contacted."""
        return int(self.rows["customers"].sum())

    @property
    def paying(self) -> int:
        """How many it would pay to contact."""
        return int(self.rows["paying"].sum())

    def total(self, measure: str) -> float:
        """Add a measure up over the segments, money to the penny."""
        return round(float(self.rows[measure].sum()), 2)

    @property
    def left(self) -> float | None:
        """What is left of the budget; `None` where there is no limit."""
        return None if self.budget is None else round(self.budget - self.total("cost"), 2)


def plan(
    run: PublishedRun,
    filters: Filters,
    *,
    budget: float | None = None,
    allocation: str = BEST,
    costs: RetentionCosts | None = None,
) -> ContactPlan | None:
    """Give the plan of a budget at the costs in force; `None` where no profit is known."""
    return remember(run, _plan, filters, budget, allocation, costs)


def _plan(
    run: PublishedRun,
    filters: Filters,
    budget: float | None,
    allocation: str,
    costs: RetentionCosts | None,
) -> ContactPlan | None:
    applied_costs = costs or risk.costs_in_force(run)
    statement = by_segment(run, filters, budget=budget, allocation=allocation, costs=costs)
    if statement is None or applied_costs is None:
        return None
    segment_parts, note = parts(run, filters, budget=budget, allocation=allocation, costs=costs)
    limit = budget
    if allocation == SHARED and budget is None:
        limit = round(sum(part.amount for part in segment_parts), 2)
    return ContactPlan(run.ask(statement), limit, applied_costs, segment_parts, note)


def by_segment(
    run: PublishedRun,
    filters: Filters,
    *,
    budget: float | None = None,
    allocation: str = BEST,
    costs: RetentionCosts | None = None,
) -> Statement | None:
    """One row per segment at hand: contacts, cost, profit with its range; zeros included."""
    return _of_list(run, BY_SEGMENT, filters, budget=budget, allocation=allocation, costs=costs)


def members(
    run: PublishedRun,
    filters: Filters,
    *,
    budget: float | None = None,
    allocation: str = BEST,
    costs: RetentionCosts | None = None,
) -> Statement | None:
    """One row per customer on the list, numbered from the highest expected profit down."""
    return _of_list(run, MEMBERS, filters, budget=budget, allocation=allocation, costs=costs)


def everyone(
    run: PublishedRun, filters: Filters, *, costs: RetentionCosts | None = None
) -> Statement | None:
    """One row per customer whose profit is known, whether contacting pays or not."""
    applied_costs = costs or risk.costs_in_force(run)
    sql = risk.LISTED + MEMBERS.replace("{chosen}", "true")
    return risk.of_known(run, sql, filters, costs=applied_costs)


def group(
    run: PublishedRun, filters: Filters, *, most: int, costs: RetentionCosts
) -> pd.Series | None:
    """Add up the highest `most` customers that filters keep, whether contacting pays or not.

    `losing` is how many of them cost more than they bring; `None` where no profit is known.
    """
    statement = risk.of_known(run, risk.LISTED + GROUP, filters, costs=costs, most=most)
    return None if statement is None else run.ask(statement).iloc[0]


def parts(
    run: PublishedRun,
    filters: Filters,
    *,
    budget: float | None,
    allocation: str,
    costs: RetentionCosts | None = None,
) -> tuple[tuple[Part, ...], str]:
    """Part a budget over the segments at hand by the playbook; the whole list's without one.

    Nothing where the highest of all come first.
    """
    applied_costs = costs or risk.costs_in_force(run)
    statement = (
        None
        if allocation != SHARED
        else risk.of_known(run, SEGMENTS_KNOWN, filters, costs=applied_costs)
    )
    names = [] if statement is None else run.ask(statement)["segment"].tolist()
    if not names or applied_costs is None:
        return (), ""
    if budget is None:
        whole = risk.chosen(run, filters, applied_costs)
        budget = whole.cost if whole else 0.0
    shares = segment_shares(in_force(run).playbook, names)
    money = amounts(shares.rows, budget=budget)
    by_name = shares.rows.set_index("segment")["share"]
    segment_parts = tuple(
        Part(str(name), float(by_name[name]), float(money[name])) for name in money.index
    )
    return segment_parts, shares.note or ""


def _of_list(
    run: PublishedRun,
    sql: str,
    filters: Filters,
    *,
    budget: float | None,
    allocation: str,
    costs: RetentionCosts | None,
) -> Statement | None:
    applied_costs = costs or risk.costs_in_force(run)
    if applied_costs is None or not risk.are_known(run):
        return None
    if allocation != SHARED:
        limit = risk.NO_LIMIT if budget is None else budget
        text = risk.LISTED + sql.replace("{chosen}", risk.PAID_FOR)
        return risk.of_known(run, text, filters, costs=applied_costs, budget=limit)
    segment_parts, _note = parts(
        run, filters, budget=budget, allocation=allocation, costs=costs
    )
    cases, bound = _cases(segment_parts)
    text = WITHIN + sql.replace("{chosen}", f"profit > 0 and running_cost <= {cases}")
    return risk.of_known(run, text, filters, costs=applied_costs, **bound)


def _cases(segment_parts: tuple[Part, ...]) -> tuple[str, dict[str, Any]]:
    """Write each segment's money as SQL; who has no segment gets none."""
    bound: dict[str, Any] = {}
    lines = []
    for place, part in enumerate(segment_parts):
        bound |= {f"segment_name_{place}": part.segment, f"money_{place}": part.amount}
        lines.append(f"when :segment_name_{place} then :money_{place}")
    if not lines:
        return "-1", {}
    return f"(case segment {' '.join(lines)} else -1 end)", bound


def campaign_address(
    search: str | None,
    *,
    allocation: str | None,
    budget: float | None,
    own: Mapping[str, float | None] | None = None,
) -> str:
    """Lead to a campaign of a list: with the page's filters, a budget, and costs of its own.

    `own` are costs in the units of their fields; without `allocation` to everyone whom filters
    keep.
    """
    query = to_query(from_query(search), dataset_from(search))
    if allocation is None:
        return f"/campaigns{query}#new"
    more = {LIST: allocation, PLAN_BUDGET: budget, **(own or {})}
    pairs = {
        name: value if isinstance(value, str) else f"{value:.10g}"
        for name, value in more.items()
        if value is not None
    }
    return f"/campaigns{query}{'&' if query else '?'}{urlencode(pairs)}#new"
