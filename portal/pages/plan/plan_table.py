"""The plan as a table: a row per segment with contacts, cost and profit; zero rows included."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from portal.kit.cards import Panel
from portal.kit.drawing.chart import Scope
from portal.kit.states import empty_state
from portal.pages.plan.parts import NOTHING_SPENT, returned, scrolled
from portal.pages.plan.planned import Shown
from portal.reading.contacting.contact_plan import ContactPlan
from portal.reading.contacting.economics import Playbook, play_for
from portal.reading.leading import to_customers
from portal.reading.rows import each_row
from portal.words import wording

TITLE = "Whom the budget reaches"
BY_RULE_TITLE = "By the playbook's priority"
NAMED_TITLE = "Whom a rule names"
NOTHING = "Nobody fits the filters; take one away."


def by_segment(
    rows: pd.DataFrame, scope: Scope, *, plan_shown: Shown, playbook: Playbook
) -> Panel:
    """Write the plan by segment, or by the playbook's rule where no profit is known."""
    if plan_shown.is_by_rule:
        return _by_rule(
            rows, playbook, title=NAMED_TITLE if plan_shown.are_named else BY_RULE_TITLE
        )
    if plan_shown.plan is None or rows.empty:
        return Panel(empty_state("No plan", plan_shown.problem or NOTHING), TITLE)
    plan = plan_shown.plan
    shares = {budget_part.segment: budget_part for budget_part in plan.parts}
    heads = ["Segment", "What to do", "Worth contacting"]
    heads += ["Its part of the budget"] if shares else []
    heads += ["Contacts", "Cost", "Expected profit", "Range", "Return"]
    body = []
    for row in each_row(rows):
        part = shares.get(row.segment)
        body.append(
            [
                row.segment,
                play_for(playbook, row.segment).play.strategy,
                _paying(row, scope),
                *([_part(part, scope.currency)] if shares else []),
                *_spent(row, scope.currency),
            ]
        )
    total = _total(plan, scope.currency)
    return Panel(_table(heads, body, total, text=2, look="weighed"), TITLE)


def _paying(row: Any, scope: Scope) -> str | Component:
    """Lead from how many of a segment are worth contacting to the list of them."""
    count = f"{wording.number(row.paying)} of {wording.number(row.known)}"
    if not row.paying or row.segment not in scope.segments:
        return count
    href = to_customers(scope.filters, scope.dataset, segment=row.segment, is_worth=True)
    return dcc.Link(count, href=href, title="See the list")


def _spent(row: Any, currency: str) -> list[str]:
    if not row.customers:
        nothing = wording.money(0, currency)
        return ["nobody", nothing, nothing, "", NOTHING_SPENT]
    return [
        wording.number(row.customers),
        wording.money(row.cost, currency),
        wording.money(row.profit, currency),
        _range(row.low, row.high, currency),
        returned(row.profit, row.cost),
    ]


def _total(plan: ContactPlan, currency: str) -> list[str]:
    cost, profit, low = (plan.total(column) for column in ("cost", "profit", "low"))
    return [
        "All",
        "",
        f"{wording.number(plan.paying)} of {wording.number(plan.rows['known'].sum())}",
        *([wording.money(plan.budget, currency)] if plan.parts else []),
        wording.number(plan.customers),
        wording.money(cost, currency),
        wording.money(profit, currency),
        _range(low, plan.total("high"), currency) if plan.customers else "",
        returned(profit, cost),
    ]


def _part(part: Any, currency: str) -> str:
    if part is None:
        return wording.NOTHING
    return f"{wording.money(part.amount, currency)} ({part.share:g} %)"


def _range(low: float, high: float, currency: str) -> str:
    return wording.interval(
        wording.money_short(low, currency), wording.money_short(high, currency)
    )


def _by_rule(rows: pd.DataFrame, playbook: Playbook, *, title: str) -> Panel:
    if rows.empty:
        return Panel(empty_state("No list", NOTHING), title)
    body = []
    for row in each_row(rows):
        play = play_for(playbook, row.segment).play
        channels = wording.plain_list(play.channels)
        body.append(
            [
                row.segment, play.strategy, channels, wording.number(row.priority),
                wording.number(row.customers),
            ]
        )  # fmt: skip
    heads = ["Segment", "What to do", "Channels", "Priority", "Customers"]
    total = ["All", "", "", "", wording.number(rows["customers"].sum())]
    return Panel(_table(heads, body, total, text=3), title)


def _table(
    heads: Sequence[str],
    body: Sequence[Sequence[str | Component]],
    total: Sequence[str],
    *,
    text: int,
    look: str = "",
) -> Component:
    """Write a table of which the first `text` columns hold words."""

    def cells(row: Sequence[str | Component]) -> list[Component]:
        return [
            html.Th(cell, scope="row")
            if not place
            else html.Td(cell, className="" if place < text else "number nowrap")
            for place, cell in enumerate(row)
        ]

    head = [
        html.Th(title, scope="col", className="" if place < text else "number")
        for place, title in enumerate(heads)
    ]
    return scrolled(
        html.Table(
            [
                html.Thead(html.Tr(head)),
                html.Tbody([html.Tr(cells(row)) for row in body]),
                html.Tfoot(html.Tr(cells(total))),
            ],
            className=f"plain-table wide plan-table {look}".strip(),
        ),
        "The plan by segment",
    )
