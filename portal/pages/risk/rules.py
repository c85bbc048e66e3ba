"""Whom a rule names where nothing tells what a contact brings, and what they are offered."""

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from portal.kit.cards import Panel
from portal.kit.drawing.chart import Scope
from portal.kit.states import empty_state
from portal.reading.contacting.economics import BOTH, LIKELY, REASONS, SILENT, UNSATISFIED
from portal.reading.filters import WHERE, to_query
from portal.reading.leading import of_attribute, to_customers
from portal.reading.rows import each_row
from portal.words import wording

OFFERS = {
    LIKELY: "A call in person: what would they need to stay, and the plan that fits it.",
    UNSATISFIED: "Ask what went wrong, make good for it, then a loyalty card whose points begin"
    " above nought.",
    SILENT: "A word that they are missed, with double loyalty points on the next purchase.",
    BOTH: "A call or a letter in person first; then the loyalty card with a welcome gift.",
}
"""What is offered to whom a rule names: no discount, as nothing tells what it would bring."""


def reasons(rows: pd.DataFrame, scope: Scope, *, missing: str) -> Panel:
    """Write whom the rules name, what they are offered, and the ways on."""
    if rows.empty:
        return Panel(empty_state("Nobody is named by a rule", missing))
    many = {row.contact_reason: int(row.customers) for row in each_row(rows)}
    return Panel(
        html.Div(
            [
                _reason(name, many.get(name, 0), scope)
                for name in REASONS
                if name in many or name != LIKELY
            ],
            className="risk-groups",
        )
    )


def _reason(name: str, customers: int, scope: Scope) -> Component:
    named = f"{name.capitalize()}: {wording.count(customers, 'customer')}"
    return html.Article(
        [
            html.H3(named, className="risk-group-title"),
            html.P(OFFERS[name]),
            _ways_on(name, customers, scope),
        ],
        className="risk-group",
    )


def _ways_on(name: str, customers: int, scope: Scope) -> Component | None:
    if not customers:
        return None
    condition = of_attribute("contact_reason", name)
    filters = scope.filters if condition in scope.filters.where else (
        scope.filters.toggled(WHERE, condition)
    )  # fmt: skip
    many = wording.count(customers, "customer")
    return html.Div(
        [
            dcc.Link(
                f"Contact {many}",
                href=f"/campaigns{to_query(filters, scope.dataset)}",
                className="button",
            ),
            dcc.Link("See the list", href=to_customers(filters, scope.dataset)),
        ],
        className="risk-contact",
    )
