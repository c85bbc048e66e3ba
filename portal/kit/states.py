"""Sections and the states of a page: nothing there, something failed."""

from dash import html
from dash.development.base_component import Component

from portal.kit.attributes import aria


def text_card(title: str, *content: Component | None, columns: int = 6) -> Component:
    """Put anything but a chart or a big table on a card."""
    return html.Section(
        [html.Header(html.H2(title, className="card-title"), className="card-head"), *content],
        className=f"card span-{columns}",
    )


def section(title: str, *content: Component | None, lead: str = "") -> Component:
    """Put a heading over a part of a page."""
    return html.Section(
        [
            html.H2(title, className="section-title"),
            html.P(lead, className="section-lead") if lead else None,
            *content,
        ],
        className="section",
    )


def empty_state(title: str, sentence: str, action: Component | None = None) -> Component:
    """Say what is missing and the one action that mends it."""
    return html.Div(
        [html.P(title, className="state-title"), html.P(sentence), action],
        className="state",
    )


def error_state(sentence: str, detail: str = "") -> Component:
    """Say what happened, where the content would stand."""
    return html.Div(
        [
            html.I(className="bi bi-exclamation-triangle", **aria(hidden="true")),
            html.Div([html.P(sentence), html.P(detail, className="quiet") if detail else None]),
        ],
        className="state state-error",
        role="alert",
    )
