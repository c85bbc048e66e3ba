"""Campaigns: which there are and what they brought; a new one in four steps."""

from typing import Any

from dash import Input, Output, State, ctx, dcc, html
from dash.development.base_component import Component

from portal.kit.attributes import data
from portal.kit.cards import grid
from portal.kit.disclosures import disclosure
from portal.kit.states import empty_state, text_card
from portal.kit.tabs import Tab
from portal.kit.undo import deleted_list
from portal.pages.campaigns import parts, planning, sentences
from portal.pages.campaigns.creation import creation
from portal.pages.campaigns.declared import CHANGED, CHOSEN, PAGE
from portal.pages.campaigns.description import DELETED, RESTORE
from portal.pages.campaigns.one_campaign import one_campaign
from portal.pages.campaigns.take_along import run_links
from portal.pages.campaigns.wanted import from_address
from portal.reading.filters import NO_FILTERS, URL, from_query
from portal.reading.published import published_run

__all__ = ["PAGE"]

LIST = "campaigns-list"
LED = "campaigns-led"
DETAIL = "campaigns-detail"
NEW = "new"


def every() -> Component:
    """Lay out the campaigns, and the one that is looked at."""
    return html.Div(
        [
            html.Div(id=LED, role="status"),
            grid(
                text_card(
                    "Campaigns",
                    html.Div(id=LIST),
                    html.Div(id=DELETED, role="status", className="campaign-part"),
                    columns=12,
                )
            ),
            html.Div(one_campaign(), id=DETAIL, hidden=True),
            disclosure(
                "To take along", run_links(), lead="report, segment summary, action plan"
            ),
        ]
    )


TABS = PAGE.tabs(
    "campaigns-tabs",
    Tab("campaigns", "Campaigns", every),
    Tab(NEW, "New campaign", creation),
)


@PAGE.layout
def layout() -> Component:
    """Lay out the tabs, and what they share."""
    return html.Div([dcc.Store(id=CHANGED), TABS.layout()], className="campaigns-page")


@PAGE.answered_by(Input(URL, "search"), Input(CHANGED, "data"))
def answer(search: str | None, _changed: Any) -> str:
    """Say how many campaigns there are, and what the latest one brought."""
    with published_run(search) as run:
        return sentences.answer(run, planning.every(run))


@PAGE.callback(Output(LED, "children"), Input(URL, "search"))
def show_led(search: str | None) -> Component | None:
    """Lead to the campaign that an address begins."""
    if from_address(search) is None and from_query(search) == NO_FILTERS:
        return None
    return html.P(["An audience is chosen: ", _new("Make a campaign of it")])


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
        every, as_of = planning.every(run), run.as_of
        away = deleted_list(planning.deleted(run), RESTORE, unnamed="A campaign")
    if not every:
        nothing = empty_state(
            "No campaign yet.",
            "Choose an audience, make its list, and see later what contacting brought.",
            _new("Make the first one"),
        )
        return [nothing, away], [], None, True
    numbers = [str(campaign.campaign_id) for campaign in every]
    changed_number = str((changed or {}).get("campaign", ""))
    chosen = changed_number if ctx.triggered_id == CHANGED else before
    options = [
        {"label": campaign.name, "value": number}
        for campaign, number in zip(every, numbers, strict=True)
    ]
    return (
        [parts.campaign_table(every, as_of), away],
        options,
        chosen if chosen in numbers else numbers[0],
        False,
    )


def _new(title: str) -> Component:
    return html.Button(
        title,
        type="button",
        className="button primary",
        **data(action="lead-to-tab", tab=NEW),
    )
