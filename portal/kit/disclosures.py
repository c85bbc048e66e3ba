"""Parts of a page that stand behind their title until someone opens them."""

from typing import Any

from dash import html
from dash.development.base_component import Component


def disclosure(title: str, *content: Any, lead: str = "", is_open: bool = False) -> Component:
    """Keep a part behind its title; `lead` says quietly beside it what stands there."""
    return html.Details(
        [
            html.Summary(
                [html.H2(title), html.Span(lead, className="quiet") if lead else None]
            ),
            html.Div(list(content), className="disclosure-body"),
        ],
        className="disclosure",
        open=is_open,
    )
