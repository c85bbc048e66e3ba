"""The page “campaigns” as its rooms declare it, and the ids by which they know each other."""

from typing import Any

from dash import html
from dash.development.base_component import Component

from portal.kit.page import Page

CHANGED = "campaigns-changed"
CHOSEN = "campaigns-chosen"
SHOWN = "campaigns-shown"

PAGE = Page(
    path="/campaigns",
    name="Campaigns",
    title="Campaigns · Clientele",
    lead="Whom to contact with what, and what that brought against those not contacted.",
    group="Act",
    icon="megaphone",
    order=30,
    filtered=True,
)


def folded(title: str, *content: Any) -> Component:
    """Keep details of a card behind a quiet title."""
    return html.Details(
        [html.Summary(title, className="quiet"), html.Div(list(content))],
        className="campaign-folded",
    )


def labelled(label: str, control: Component, name: str) -> Component:
    """Put a label over a control."""
    return html.Div(
        [html.Label(label, htmlFor=name, className="quiet"), control], className="control"
    )


def percents(values: tuple[str, ...]) -> list[dict[str, str]]:
    """Offer shares to choose from."""
    return [{"label": f"{value} %", "value": value} for value in values]


def number_of(chosen: str | None) -> int | None:
    """Read the number of the campaign that is chosen."""
    return int(chosen) if chosen and chosen.isdecimal() and len(chosen) < 19 else None
