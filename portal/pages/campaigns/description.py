"""What a campaign is called, what it offered and cost, a note; deleting it, with a way back."""

from typing import Any

import dash_bootstrap_components as dbc
from dash import Input, Output, State, html, no_update
from dash.development.base_component import Component

from db.errors import DatabaseError
from db.workspace import campaigns as kept
from portal.kit.states import error_state
from portal.kit.undo import asked_back, restoring, said_with_undo
from portal.pages.campaigns import planning
from portal.pages.campaigns.declared import CHANGED, CHOSEN, PAGE, labelled, number_of
from portal.reading.contacting.economics import StrategyError
from portal.reading.filters import URL
from portal.reading.jobs import now
from portal.reading.published import here, published_run

TITLE = "campaigns-title"
OFFER = "campaigns-offer"
COST = "campaigns-cost"
NOTE = "campaigns-note"
SAVE = "campaigns-save"
SAVED = "campaigns-saved"
DELETE = "campaigns-delete"
DELETED = "campaigns-deleted"
RESTORE = "campaigns-restore"


def description() -> Component:
    """Lay out what can be said of a campaign, and the button that deletes it."""
    return html.Div(
        [
            labelled(
                "Name of the campaign",
                dbc.Input(id=TITLE, type="text", maxLength=100, size="sm"),
                TITLE,
            ),
            labelled(
                "What was offered",
                dbc.Input(
                    id=OFFER, type="text", maxLength=planning.LONGEST_OFFER, size="sm",
                    placeholder="such as 20 % off the next order",
                ),
                OFFER,
            ),
            labelled(
                "What it cost in all",
                dbc.Input(id=COST, type="number", min=0, step="any", size="sm"),
                COST,
            ),
            labelled(
                "Note",
                dbc.Textarea(id=NOTE, maxLength=planning.LONGEST_NOTE, rows=3, size="sm"),
                NOTE,
            ),
            html.Div(
                [
                    html.Button("Save", id=SAVE, type="button", className="button"),
                    html.Button("Delete", id=DELETE, type="button", className="button"),
                ],
                className="button-row",
            ),
            html.Div(id=SAVED, role="status"),
        ],
        className="campaign-part campaign-stack",
    )  # fmt: skip


@PAGE.callback(
    Output(SAVED, "children"),
    Output(CHANGED, "data", allow_duplicate=True),
    Input(SAVE, "n_clicks"),
    State(CHOSEN, "value"),
    State(TITLE, "value"),
    State(OFFER, "value"),
    State(COST, "value"),
    State(NOTE, "value"),
    prevent_initial_call=True,
)
def describe(
    _clicks: int | None,
    chosen: str | None,
    name: str | None,
    offer: str | None,
    cost: float | None,
    note: str | None,
) -> tuple[Any, Any]:
    """Keep what a campaign is called, what it offered, what it cost, and a note."""
    campaign_id = number_of(chosen)
    try:
        if campaign_id is None:
            raise StrategyError("Choose a campaign first.")
        planning.describe(
            here().workspace.engine,
            campaign_id,
            name=(name or "").strip(),
            note=(note or "").strip(),
            offer=(offer or "").strip(),
            cost=None if cost is None else float(cost),
        )
    except (StrategyError, DatabaseError, ValueError) as error:
        return error_state(str(error)), no_update
    return html.P("Saved.", className="campaign-verdict"), {"campaign": campaign_id}


@PAGE.callback(
    Output(DELETED, "children"),
    Output(CHANGED, "data", allow_duplicate=True),
    Input(DELETE, "n_clicks"),
    State(CHOSEN, "value"),
    State(URL, "search"),
    prevent_initial_call=True,
)
def delete(_clicks: int | None, chosen: str | None, search: str | None) -> tuple[Any, Any]:
    """Delete a campaign; beside the sentence stands the way back."""
    with published_run(search) as run:
        campaign = planning.one(run.connection, number_of(chosen))
    if campaign is None:
        return "That campaign is not there any more.", {}
    try:
        kept.delete(here().workspace.engine, campaign.campaign_id, at=now())
    except DatabaseError as error:
        return error_state(str(error)), no_update
    sentence = f"“{campaign.name}” is deleted."
    return said_with_undo(sentence, RESTORE, campaign.campaign_id), {}


@PAGE.callback(
    Output(DELETED, "children", allow_duplicate=True),
    Output(CHANGED, "data", allow_duplicate=True),
    restoring(RESTORE),
    prevent_initial_call=True,
)
def restore(clicks: list[int | None]) -> tuple[Any, Any]:
    """Bring a deleted campaign back and show it."""
    campaign_id = asked_back(clicks)
    try:
        kept.restore(here().workspace.engine, campaign_id)
    except DatabaseError as error:
        return error_state(str(error)), no_update
    return "It is back, as it was.", {"campaign": campaign_id}
