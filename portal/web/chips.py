"""What a page is narrowed down to, as chips that take each filter away."""

from collections.abc import Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from portal.kit.attributes import aria
from portal.reading.filters import NO_FILTERS, TEXT, WHERE, YES, Filters, parts_of, to_query
from portal.words.titles import title as attribute_title

TITLES = {
    "segment": "Segment",
    "country": "Country",
    "risk_band": "Risk",
    "value_band": "Value",
    "moved": "Moved",
    "band": "Spend band",
    "risk": "Risk and value",
}
WORTH, NAMED = "Worth contacting", "Named by a rule"


def chips(
    filters: Filters, dataset: str | None, kept_customers: int, *, by_rule: bool = False
) -> list[Component]:
    """Show what is filtered by, each chip a link without it; say if nobody is left."""
    filter_chips = [
        _chip(field, value, filters, dataset, by_rule=by_rule) for field, value in filters.pairs
    ]
    if not filter_chips:
        return []
    clear = dcc.Link("Clear", href=to_query(NO_FILTERS, dataset) or "?", className="chip-clear")
    if kept_customers:
        return [*filter_chips, clear]
    none = html.P("No customer fits all of these: take one away.", className="filter-none")
    return [*filter_chips, clear, none]


def _chip(
    field: str, value: str, filters: Filters, dataset: str | None, *, by_rule: bool
) -> Component:
    attribute, group = parts_of(value) if field == WHERE else ("", value)
    fewer = filters._replace(text="") if field == TEXT else filters.toggled(field, value)
    title = attribute_title(attribute) if attribute else TITLES.get(field, "Customer")
    named: Sequence[Any] = [html.Span(f"{title}: ", className="chip-field"), group]
    if field == "contact" and value == YES:
        named = [NAMED if by_rule else WORTH]
    return dcc.Link(
        [
            html.Span("Remove the filter ", className="visually-hidden"),
            *named,
            html.I(className="bi bi-x", **aria(hidden="true")),
        ],
        href=to_query(fewer, dataset) or "?",
        className="chip",
    )
