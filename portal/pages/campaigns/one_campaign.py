"""One campaign: what it was made from, from when its orders count, what it brought."""

import datetime as dt
from typing import Any

import dash_bootstrap_components as dbc
from dash import Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from db.errors import DatabaseError
from db.workspace import campaigns as kept
from portal.kit.attributes import aria
from portal.kit.cards import Control, grid
from portal.kit.choices import choice
from portal.kit.disclosures import disclosure
from portal.kit.states import error_state, text_card
from portal.pages.campaigns import outcome, parts, planning
from portal.pages.campaigns.by_risk import BY_RISK
from portal.pages.campaigns.declared import CHANGED, CHOSEN, PAGE, SHOWN, labelled, number_of
from portal.pages.campaigns.description import COST, NOTE, OFFER, SAVED, TITLE, description
from portal.pages.campaigns.take_along import list_form
from portal.reading.contacting.economics import StrategyError
from portal.reading.filters import URL
from portal.reading.published import here, published_run, remember
from portal.words import wording

FACTS = "campaigns-facts"
STARTS = "campaigns-starts"
ENDS = "campaigns-ends"
RECORD = "campaigns-record"
RECORDED = "campaigns-recorded"
RESULT = "campaigns-result"
BALANCE = "campaigns-balance"

EFFECTS = PAGE.chart(
    "campaigns-effects",
    query=outcome.outcomes,
    draw=outcome.effects,
    knowing={"waiting": outcome.waiting},
    controls=(Control("campaign", SHOWN, property="data"),),
    source="campaign_member",
    measures=("orders", "revenue"),
    note=(
        "Contacted and not contacted are compared in these rows: whether a member ordered, and"
        f" the revenue of each. {parts.ADJUSTED} The plain difference is that of the two means."
    ),
    subject="Contacted less not contacted, with 95 % intervals; plain: two means",
    height=300,
    columns=4,
)


def one_campaign() -> Component:
    """Lay out what there is to see and to do of the campaign that is chosen."""
    days = html.Div(
        [
            labelled(
                "First day of contacts", dbc.Input(id=STARTS, type="date", size="sm"), STARTS
            ),
            labelled(
                "Last day that counts (optional)",
                dbc.Input(id=ENDS, type="date", size="sm"),
                ENDS,
            ),
            html.Button("Record the days", id=RECORD, type="button", className="button"),
        ],
        className="campaign-fields",
    )
    return html.Section(
        [
            dcc.Store(id=SHOWN),
            choice(CHOSEN, "What it brought: campaign", [], show_label=True),
            grid(
                text_card(
                    "What it brought",
                    days,
                    html.Div(id=RECORDED, role="status", className="campaign-part"),
                    html.Div(id=RESULT, className="campaign-part"),
                    columns=8,
                ),
                EFFECTS,
                BY_RISK,
            ),
            disclosure("Name, offer and cost", description(), lead="note, delete"),
            disclosure("Take the list along", list_form(), lead="CSV, Excel, Parquet"),
            disclosure(
                "Details",
                grid(
                    text_card("What it was made from", html.Div(id=FACTS)),
                    text_card("Were the groups alike?", html.Div(id=BALANCE)),
                ),
                lead="filters, stamp, balance",
            ),
        ],
        className="section",
        **aria(label="One campaign"),
    )


@PAGE.callback(
    Output(FACTS, "children"),
    Output(RESULT, "children"),
    Output(BALANCE, "children"),
    Output(STARTS, "value"),
    Output(ENDS, "value"),
    Output(TITLE, "value"),
    Output(OFFER, "value"),
    Output(COST, "value"),
    Output(NOTE, "value"),
    Output(SHOWN, "data"),
    Input(CHOSEN, "value"),
    Input(RECORDED, "children"),
    Input(SAVED, "children"),
    State(URL, "search"),
)
def show_campaign(
    chosen: str | None, _recorded: Any, _saved: Any, search: str | None
) -> tuple[Any, ...]:
    """Show what the chosen campaign was made from and what it brought."""
    with published_run(search) as run:
        campaign = planning.one(run.connection, number_of(chosen))
        if campaign is None:
            return (None,) * 10
        return (
            parts.facts(campaign, run.currency),
            parts.brought(outcome.result(run, campaign), campaign, run),
            parts.evenness(remember(run, outcome.evenness, campaign)),
            campaign.starts_on and campaign.starts_on.isoformat(),
            campaign.ends_on and campaign.ends_on.isoformat(),
            campaign.name,
            campaign.offer,
            campaign.cost,
            campaign.note,
            outcome.shown(campaign),
        )


@PAGE.callback(
    Output(RECORDED, "children"),
    Output(CHANGED, "data", allow_duplicate=True),
    Input(RECORD, "n_clicks"),
    State(CHOSEN, "value"),
    State(STARTS, "value"),
    State(ENDS, "value"),
    prevent_initial_call=True,
)
def record(
    _clicks: int | None, chosen: str | None, starts: str | None, ends: str | None
) -> tuple[Any, Any]:
    """Keep from when to when orders count."""
    campaign_id = number_of(chosen)
    try:
        if campaign_id is None or not starts:
            raise StrategyError("Give the first day of contacts.")
        first = dt.date.fromisoformat(starts)
        last = dt.date.fromisoformat(ends) if ends else None
        if last is not None and last < first:
            raise StrategyError("The last day must not lie before the first one.")
        writer = here().workspace.engine
        kept.start(writer, campaign_id, on=first)
        if last is not None:
            kept.end(writer, campaign_id, on=last)
    except (StrategyError, DatabaseError, ValueError) as error:
        return error_state(str(error)), no_update
    until = f" to {wording.date(last)}" if last else " on, with no last day yet"
    sentence = f"Orders from {wording.date(first)}{until} are compared."
    return html.P(sentence, className="campaign-verdict"), {"campaign": campaign_id}
