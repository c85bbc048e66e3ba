"""Campaigns: an audience with a hold-out, its list to take along, and what it brought."""

from typing import Any

from dash import Input, Output, State, ctx, dcc, html
from dash.development.base_component import Component

from portal.kit.cards import grid
from portal.kit.states import empty_state, text_card
from portal.kit.tiles import tile_row
from portal.pages.campaigns import parts, planning
from portal.pages.campaigns.audience import TILES, audience_size, campaign_form
from portal.pages.campaigns.declared import CHANGED, CHOSEN, PAGE
from portal.pages.campaigns.description import DELETED
from portal.pages.campaigns.one_campaign import one_campaign
from portal.pages.campaigns.take_along import run_card
from portal.reading.filters import URL
from portal.reading.published import published_run

__all__ = ["PAGE"]

LIST = "campaigns-list"
DETAIL = "campaigns-detail"


@PAGE.layout
def layout() -> Component:
    """Lay out the audience, the form, the campaigns and the one that is looked at."""
    return html.Div(
        [
            dcc.Store(id=CHANGED),
            tile_row(TILES, 4),
            grid(campaign_form(), audience_size()),
            grid(
                text_card(
                    "Campaigns",
                    html.Div(id=LIST),
                    html.Div(id=DELETED, role="status", className="campaign-part"),
                    columns=8,
                ),
                run_card(),
            ),
            html.Div(one_campaign(), id=DETAIL, hidden=True),
        ],
        className="campaigns-page",
    )


@PAGE.callback(
    Output(LIST, "children"),
    Output(CHOSEN, "options"),
    Output(CHOSEN, "value"),
    Output(DETAIL, "hidden"),
    Input(URL, "search"),
    Input(CHANGED, "data"),
    State(CHOSEN, "value"),
)
def show_campaigns(
    search: str | None, changed: dict[str, int] | None, before: str | None
) -> tuple[Any, ...]:
    """List the campaigns of the data set and choose one to look at."""
    with published_run(search) as run:
        every = planning.every(run)
    if not every:
        nothing = empty_state(
            "No campaign yet.",
            "Narrow the audience down with the filters above, then press “Create campaign”.",
        )
        return nothing, [], None, True
    numbers = [str(each.campaign_id) for each in every]
    made = str((changed or {}).get("campaign", ""))
    wanted = made if ctx.triggered_id == CHANGED else before
    options = [
        {"label": each.name, "value": number}
        for each, number in zip(every, numbers, strict=True)
    ]
    return (
        parts.campaign_table(every),
        options,
        wanted if wanted in numbers else numbers[0],
        False,
    )
