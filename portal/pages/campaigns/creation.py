"""A new campaign in four steps: audience, offer and cost, whom not to contact, the list."""

from typing import Any

import dash_bootstrap_components as dbc
from dash import Input, Output, State, html
from dash.development.base_component import Component

from portal.kit.attributes import data
from portal.kit.cards import grid
from portal.kit.choices import choice
from portal.kit.drawing.tiles import tile_row
from portal.kit.states import text_card
from portal.pages.campaigns.audience import (
    AUDIENCE,
    BUDGET,
    CREATE,
    EXPECTED,
    MOST_SEED,
    NAME,
    OWN_FIELDS,
    OWN_TITLES,
    SAID,
    SEED,
    SHARE,
    SHARES,
    TILES,
    amount,
    options,
)
from portal.pages.campaigns.audience_size import LINE, audience_size
from portal.pages.campaigns.declared import CHANGED, PAGE, folded, labelled, percents
from portal.pages.campaigns.lists import CONTACTS
from portal.pages.campaigns.take_along import list_links
from portal.pages.campaigns.wanted import EVERYONE, WHOM
from portal.reading.filters import URL

MADE = "campaigns-made"


def creation() -> Component:
    """Lay the steps out, so short that they stand on one screen."""
    return html.Div(
        [tile_row(TILES, 4), grid(_audience(), _offer(), _compared(), _list())],
        className="campaign-steps",
    )


def _audience() -> Component:
    return text_card(
        "1 · Audience",
        html.Div(
            [
                choice(AUDIENCE, "Contact", options(WHOM), EVERYONE, show_label=True),
                labelled("Budget", amount(BUDGET, "no limit", min=1), BUDGET),
            ],
            className="campaign-fields",
        ),
        html.P(
            "The filters above narrow the audience down; the budget takes the highest expected"
            " profit first.",
            className="campaign-part quiet",
        ),
    )


def _offer() -> Component:
    fields = [
        labelled(title, amount(OWN_FIELDS[name], "", min=0), OWN_FIELDS[name])
        for name, title in OWN_TITLES.items()
    ]
    return text_card(
        "2 · Offer and cost",
        html.Div(fields, className="campaign-fields narrow"),
        html.P(id=EXPECTED, role="status", className="campaign-part campaign-verdict"),
    )


def _compared() -> Component:
    seed = dbc.Input(
        id=SEED, type="number", min=0, max=MOST_SEED, step=1, size="sm", placeholder="by itself"
    )
    return text_card(
        "3 · Not contacted, to compare",
        html.Div(
            choice(SHARE, "Share not contacted", percents(SHARES), "10", show_label=True),
            className="campaign-fields",
        ),
        html.Div(id=LINE, role="status", className="campaign-part campaign-verdict"),
        folded("What it can show", audience_size()),
        folded(
            "Details",
            labelled("Number that picks who is not contacted", seed, SEED),
            html.P(
                "The same number parts the same audience the same way again.",
                className="quiet",
            ),
        ),
    )


def _list() -> Component:
    return text_card(
        "4 · The list",
        html.Div(
            [
                labelled(
                    "Name", dbc.Input(id=NAME, type="text", maxLength=100, size="sm"), NAME
                ),
                html.Button(
                    "Create campaign", id=CREATE, type="button", className="button primary"
                ),
            ],
            className="campaign-fields",
        ),
        html.Div(id=SAID, role="status", className="campaign-part"),
        html.Div(id=MADE, className="campaign-part"),
    )


@PAGE.callback(
    Output(MADE, "children"),
    Input(CHANGED, "data"),
    State(URL, "search"),
    prevent_initial_call=True,
)
def show_made(changed: dict[str, Any] | None, search: str | None) -> Component | None:
    """Hand out the list of the campaign that was just made, and lead to it."""
    campaign_id = (changed or {}).get("campaign")
    if campaign_id is None:
        return None
    leading = html.Button(
        "See the campaign",
        type="button",
        className="button",
        **data(action="lead-to-tab", tab="campaigns"),
    )
    links = list_links(search, str(campaign_id), columns=None, whom=CONTACTS)
    return html.Div([*links, leading], className="button-row")
