"""What a campaign is called, what it offered and cost, a note; and deleting it."""

from typing import Any

import dash_bootstrap_components as dbc
from dash import Input, Output, State, ctx, html, no_update
from dash.development.base_component import Component

from db.errors import DatabaseError
from db.workspace import campaigns as kept
from portal.kit.states import error_state
from portal.pages.campaigns import parts, planning
from portal.pages.campaigns.declared import CHANGED, CHOSEN, PAGE, labelled, number_of
from portal.reading.economics import StrategyError
from portal.reading.filters import URL
from portal.reading.published import here, published_run

TITLE = "campaigns-title"
OFFER = "campaigns-offer"
COST = "campaigns-cost"
NOTE = "campaigns-note"
SAVE = "campaigns-save"
SAVED = "campaigns-saved"
DELETE = "campaigns-delete"
CONFIRMATION = "campaigns-confirmation"
CONFIRM = "campaigns-confirm"
FOR_GOOD = "campaigns-for-good"
KEEP = "campaigns-keep"
DELETED = "campaigns-deleted"


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
                    html.Button("Delete …", id=DELETE, type="button", className="button"),
                ],
                className="button-row",
            ),
            html.Div(
                [
                    html.P(id=CONFIRM),
                    html.Div(
                        [
                            html.Button(
                                "Delete for good", id=FOR_GOOD, type="button",
                                className="button danger",
                            ),
                            html.Button("Keep it", id=KEEP, type="button", className="button"),
                        ],
                        className="button-row",
                    ),
                ],
                id=CONFIRMATION,
                hidden=True,
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
    Output(CONFIRMATION, "hidden"),
    Output(CONFIRM, "children"),
    Output(DELETED, "children"),
    Output(CHANGED, "data", allow_duplicate=True),
    Input(DELETE, "n_clicks"),
    Input(FOR_GOOD, "n_clicks"),
    Input(KEEP, "n_clicks"),
    Input(CHOSEN, "value"),
    State(URL, "search"),
    prevent_initial_call=True,
)
def delete(
    _delete: int | None,
    _for_good: int | None,
    _keep: int | None,
    chosen: str | None,
    search: str | None,
) -> tuple[Any, ...]:
    """Delete a campaign once that is confirmed; choosing another takes the question back."""
    if ctx.triggered_id not in (DELETE, FOR_GOOD):
        return True, "", no_update, no_update
    with published_run(search) as run:
        campaign = planning.one(run.connection, number_of(chosen))
    if campaign is None:
        return True, "", "That campaign is not there any more.", {}
    if ctx.triggered_id == DELETE:
        return False, parts.confirmation(campaign), "", no_update
    try:
        kept.delete(here().workspace.engine, campaign.campaign_id)
    except DatabaseError as error:
        return True, "", error_state(str(error)), no_update
    return True, "", f"“{campaign.name}” is deleted.", {}
