"""Campaigns: an audience with a hold-out, its list to take along, and what it brought."""

import datetime as dt
import secrets
from typing import Any
from urllib.parse import urlencode

import dash_bootstrap_components as dbc
import pandas as pd
from dash import Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component

from db.errors import DatabaseError
from db.workspace import campaigns as kept
from db.workspace.campaigns import Campaign
from portal.kit.attributes import aria
from portal.kit.cards import grid
from portal.kit.chart import Chart
from portal.kit.charts import Drawn, chart_card, chart_outputs, drawn
from portal.kit.choices import choice
from portal.kit.evidence import download_link
from portal.kit.page import Page
from portal.kit.states import empty_state, error_state, text_card
from portal.kit.tiles import Tile, kpi_tiles, tile_row
from portal.pages.campaigns import figures as pictures
from portal.pages.campaigns import making, queries
from portal.pages.campaigns import parts as shown
from portal.reading.economics import StrategyError
from portal.reading.filters import NO_FILTERS, URL, Filters, from_query, to_query
from portal.reading.jobs import now
from portal.reading.published import ORDER_LINES, PublishedRun, here, published_run, remember
from portal.words import wording

TILES = "campaigns-tiles"
NAME = "campaigns-name"
SHARE = "campaigns-share"
SEED = "campaigns-seed"
MEANT = "campaigns-meant"
EFFECT = "campaigns-effect"
EFFECT_LABEL = "campaigns-effect-label"
POWER = "campaigns-power"
REACH = "campaigns-reach"
CREATE = "campaigns-create"
SAID = "campaigns-said"
CHANGED = "campaigns-changed"
LIST = "campaigns-list"
CHOSEN = "campaigns-chosen"
DETAIL = "campaigns-detail"
FACTS = "campaigns-facts"
COLUMNS = "campaigns-columns"
WHOM = "campaigns-whom"
LINKS = "campaigns-links"
STARTS = "campaigns-starts"
ENDS = "campaigns-ends"
RECORD = "campaigns-record"
RECORDED = "campaigns-recorded"
TAKEN = "campaigns-taken"
RESULT = "campaigns-result"
EFFECTS = "campaigns-effects"
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
BALANCE = "campaigns-balance"

SHARES = tuple(f"{100 * share:g}" for share in making.SHARES)
POWERS = ("70", "80", "90", "95")
MOST_SEED = 2**32 - 1
HOPES = {
    making.CONVERSION: "More customers who order, points",
    making.REVENUE: "More revenue per customer, %",
}
NOBODY = "Nobody fits the filters; take one away."
NO_SPEND = (
    "Nobody of them spent anything in the last 90 days, so nothing tells how much is usual."
)
TEST = "Two-sided test at 95 %."
FORMATS = {"csv": "CSV", "xlsx": "Excel", "parquet": "Parquet"}

PAGE = Page(
    path="/campaigns",
    name="Campaigns",
    title="Campaigns · Clientele",
    lead="Choose whom to contact, hold some out at random, and learn whether it worked.",
    group="Act",
    icon="megaphone",
    order=30,
    filtered=True,
)


@PAGE.layout
def layout() -> Component:
    """Lay out the audience, the form, the campaigns and the one that is looked at."""
    return html.Div(
        [
            dcc.Store(id=CHANGED),
            tile_row(TILES, 4),
            grid(_form(), text_card("Does the audience suffice?", _asked(), columns=5)),
            grid(
                text_card(
                    "Campaigns",
                    html.Div(id=LIST),
                    html.Div(id=DELETED, role="status", className="campaign-part"),
                    columns=8,
                ),
                text_card("To take along", _whole(), columns=4),
            ),
            html.Div(_detail(), id=DETAIL, hidden=True),
        ],
        className="campaigns-page",
    )


@PAGE.callback(
    Output(TILES, "children"),
    Output(NAME, "placeholder"),
    Input(URL, "search"),
    Input(CHANGED, "data"),
)
def show_audience(search: str | None, _changed: Any) -> tuple[list[Component], str]:
    """Write the figures of the audience and propose a name."""
    filters = from_query(search)
    with published_run(search) as run:
        figures = remember(run, queries.figures, filters).iloc[0]
        return kpi_tiles(_tiles(figures, run)), making.free_name(filters, run)


@PAGE.callback(
    Output(REACH, "children"),
    Output(EFFECT_LABEL, "children"),
    Input(URL, "search"),
    Input(SHARE, "value"),
    Input(MEANT, "value"),
    Input(EFFECT, "value"),
    Input(POWER, "value"),
)
def show_reach(
    search: str | None, share: str, meant: str, effect: float | None, power: str
) -> tuple[list[Component], str]:
    """Say whether the audience is large enough for the effect that is hoped for."""
    filters = from_query(search)
    with published_run(search) as run:
        customers = int(remember(run, queries.figures, filters).iloc[0]["customers"])
        hope = making.Hope(customers, int(share) / 100, int(power) / 100)
        tell = _reach_in_revenue if meant == making.REVENUE else _reach
        try:
            said = tell(run, filters, hope, float(effect or 0) / 100)
        except (StrategyError, ValueError) as error:
            said = [error_state(str(error))]
    return said, HOPES.get(meant, HOPES[making.CONVERSION])


@PAGE.callback(
    Output(CHANGED, "data"),
    Output(SAID, "children"),
    Output(NAME, "value"),
    Output(SEED, "value"),
    Input(CREATE, "n_clicks"),
    State(URL, "search"),
    State(NAME, "value"),
    State(SHARE, "value"),
    State(SEED, "value"),
    running=[(Output(CREATE, "disabled"), True, False)],
    prevent_initial_call=True,
)
def create(
    _clicks: int | None, search: str | None, name: str | None, share: str, seed: Any
) -> tuple[Any, ...]:
    """Store the audience, divided, as a campaign."""
    try:
        drawn = _seed(seed)
        with published_run(search) as run:
            filters = from_query(search)
            planned = making.plan(
                run,
                filters,
                name=(name or "").strip() or making.free_name(filters, run),
                share=int(share) / 100,
                seed=drawn,
            )
        campaign_id = making.create(here().workspace.engine, planned, at=now())
    except (StrategyError, DatabaseError, ValueError) as error:
        return no_update, error_state(str(error)), no_update, no_update
    held = int((~planned.members["contacted"]).sum())
    said = html.P(
        f"“{planned.stamp.name}” is created: {wording.number(len(planned.members) - held)} to"
        f" contact, {wording.number(held)} held out. Its list is ready below.",
        className="campaign-verdict",
    )
    return {"campaign": campaign_id}, said, "", None


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
        every = making.every(run)
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
        shown.campaign_table(every),
        options,
        wanted if wanted in numbers else numbers[0],
        False,
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
        campaign = making.one(run.connection, _number(chosen))
        if campaign is None:
            return (None,) * 9
        return (
            shown.facts(campaign),
            shown.brought(making.result(run, campaign), campaign, run),
            shown.evenness(remember(run, making.evenness, campaign)),
            campaign.starts_on and campaign.starts_on.isoformat(),
            campaign.ends_on and campaign.ends_on.isoformat(),
            campaign.name,
            campaign.offer,
            campaign.cost,
            campaign.note,
        )


@PAGE.callback(
    *chart_outputs(EFFECTS),
    Input(CHOSEN, "value"),
    Input(RECORDED, "children"),
    State(URL, "search"),
)
def show_effects(chosen: str | None, _recorded: Any, search: str | None) -> Drawn:
    """Draw what the contacted did more than the held out."""
    with published_run(search) as run:
        return drawn(run, _effects, making.one(run.connection, _number(chosen)))


@PAGE.callback(
    Output(LINKS, "children"),
    Input(CHOSEN, "value"),
    Input(COLUMNS, "value"),
    Input(WHOM, "value"),
    State(URL, "search"),
)
def show_links(
    chosen: str | None, columns: list[str] | None, whom: str, search: str | None
) -> list[Component]:
    """Link to the list in each format, with the columns chosen."""
    if _number(chosen) is None:
        return []
    with published_run(search) as run:
        asked = [("dataset", run.dataset), ("list", whom)]
    asked += [("column", name) for name in columns or ["none"]]
    query = f"?{urlencode(asked)}"
    return [
        download_link(f"/export/campaigns/{chosen}.{kind}", query, title)
        for kind, title in FORMATS.items()
    ]


@PAGE.callback(Output(TAKEN, "children"), Input(URL, "search"))
def show_taken(search: str | None) -> list[Component]:
    """Link to the report, the segment summary and the action plan."""
    with published_run(search) as run:
        query = to_query(NO_FILTERS, run.dataset)
    return [
        download_link("/export/report.html", query, "Report"),
        download_link("/export/segments/summary.csv", query, "Segment summary"),
        download_link("/export/segments/actions.csv", query, "Action plan"),
    ]


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
    campaign_id = _number(chosen)
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
    said = f"Orders from {wording.date(first)}{until} are compared."
    return html.P(said, className="campaign-verdict"), {"campaign": campaign_id}


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
    campaign_id = _number(chosen)
    try:
        if campaign_id is None:
            raise StrategyError("Choose a campaign first.")
        making.describe(
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
        campaign = making.one(run.connection, _number(chosen))
    if campaign is None:
        return True, "", "That campaign is not there any more.", {}
    if ctx.triggered_id == DELETE:
        return False, shown.confirmation(campaign), "", no_update
    try:
        kept.delete(here().workspace.engine, campaign.campaign_id)
    except DatabaseError as error:
        return True, "", error_state(str(error)), no_update
    return True, "", f"“{campaign.name}” is deleted.", {}


def _form() -> Component:
    return text_card(
        "Make a campaign of this audience",
        html.P(
            "The audience is who the filters above keep. Customers held out are not contacted:"
            " only against them can be told what the campaign brought.",
            className="card-text",
        ),
        html.Div(
            [
                _labelled(
                    "Name", dbc.Input(id=NAME, type="text", maxLength=100, size="sm"), NAME
                ),
                choice(
                    SHARE, "Hold out", _percents(SHARES), "10", show_label=True
                ),
                _labelled(
                    "Seed (optional)",
                    dbc.Input(
                        id=SEED, type="number", min=0, max=MOST_SEED, step=1, size="sm",
                        placeholder="drawn anew",
                    ),
                    SEED,
                ),
            ],
            className="campaign-fields",
        ),
        html.Div(
            html.Button(
                "Create campaign", id=CREATE, type="button", className="button primary"
            ),
            className="button-row campaign-part",
        ),
        html.Div(id=SAID, role="status", className="campaign-part"),
        columns=7,
    )  # fmt: skip


def _asked() -> Component:
    return html.Div(
        [
            html.Div(
                [
                    choice(
                        MEANT, "To raise",
                        [
                            {"label": "Orders", "value": making.CONVERSION},
                            {"label": "Revenue", "value": making.REVENUE},
                        ],
                        making.CONVERSION, show_label=True,
                    ),
                    html.Div(
                        [
                            html.Label(
                                HOPES[making.CONVERSION], id=EFFECT_LABEL, htmlFor=EFFECT,
                                className="quiet",
                            ),
                            dbc.Input(
                                id=EFFECT, type="number", value=5, min=0.1, max=1000, step=0.1,
                                size="sm",
                            ),
                        ],
                        className="control",
                    ),
                    choice(
                        POWER, "Show it with probability", _percents(POWERS), "80",
                        show_label=True,
                    ),
                ],
                className="campaign-fields narrow",
            ),
            html.Div(id=REACH, role="status", className="campaign-part"),
        ]
    )  # fmt: skip


def _detail() -> Component:
    return html.Section(
        [
            html.H2("One campaign", className="section-title"),
            choice(CHOSEN, "Campaign", [], show_label=True),
            grid(
                text_card("Take the list along", _export(), columns=7),
                text_card("What it was made from", html.Div(id=FACTS), columns=5),
                text_card(
                    "What it brought",
                    html.Div(
                        [
                            _labelled(
                                "First day of contacts",
                                dbc.Input(id=STARTS, type="date", size="sm"),
                                STARTS,
                            ),
                            _labelled(
                                "Last day that counts (optional)",
                                dbc.Input(id=ENDS, type="date", size="sm"),
                                ENDS,
                            ),
                            html.Button(
                                "Record the days", id=RECORD, type="button", className="button"
                            ),
                        ],
                        className="campaign-fields",
                    ),
                    html.Div(id=RECORDED, role="status", className="campaign-part"),
                    html.Div(id=RESULT, className="campaign-part"),
                    columns=7,
                ),
                chart_card(
                    EFFECTS,
                    evidence=None,
                    subject="Contacted less held out, with 95 % intervals; plain: two means",
                    height=340,
                    columns=5,
                ),
                text_card("Were the groups alike?", html.Div(id=BALANCE), columns=7),
                text_card("Name, offer and cost", _description(), columns=5),
            ),
        ],
        className="section",
        **aria(label="One campaign"),
    )


def _description() -> Component:
    return html.Div(
        [
            _labelled(
                "Name of the campaign",
                dbc.Input(id=TITLE, type="text", maxLength=100, size="sm"),
                TITLE,
            ),
            _labelled(
                "What was offered",
                dbc.Input(
                    id=OFFER, type="text", maxLength=making.LONGEST_OFFER, size="sm",
                    placeholder="such as 20 % off the next order",
                ),
                OFFER,
            ),
            _labelled(
                "What it cost in all",
                dbc.Input(id=COST, type="number", min=0, step="any", size="sm"),
                COST,
            ),
            _labelled(
                "Note",
                dbc.Textarea(id=NOTE, maxLength=making.LONGEST_NOTE, rows=3, size="sm"),
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


def _export() -> Component:
    return html.Div(
        [
            choice(
                WHOM,
                "Whom the list holds",
                [
                    {"label": "Customers to contact", "value": making.CONTACTS},
                    {"label": "Everyone, the hold-out marked", "value": making.EVERYONE},
                ],
                making.CONTACTS,
                show_label=True,
            ),
            html.Fieldset(
                [
                    html.Legend("Columns beside the customer and the group", className="quiet"),
                    dbc.Checklist(
                        id=COLUMNS,
                        options=[
                            {"label": title, "value": name}
                            for name, title in shown.NAMES.items()
                        ],
                        value=list(queries.COLUMNS),
                        className="campaign-columns",
                    ),
                ]
            ),
            html.Div(id=LINKS, className="button-row"),
            html.P(
                "Filters, snapshot, run, model and hold-out are stamped in: a file beside the"
                " CSV, the first sheet in Excel, metadata of the schema in Parquet.",
                className="quiet",
            ),
        ],
        className="campaign-part campaign-stack",
    )


def _tiles(figures: pd.Series, run: PublishedRun) -> list[Tile]:
    customers = int(figures["customers"])
    whole = f"of {wording.number(run.customers)}"
    known = figures.astype(float)
    return [
        Tile("customers", wording.number_short(customers), since=whole, title="Audience"),
        Tile("revenue", wording.money_short(known["revenue"], run.currency), since="so far"),
        Tile(
            "churn_probability",
            wording.percent(known["churn_probability"]),
            since=f"mean of {wording.number(known['scored'])} scored"
            if known["scored"]
            else "not predicted for these customers",
        ),
        Tile(
            "clv_12m",
            wording.money_short(known["clv_12m"], run.currency),
            since=f"{wording.money_short(known['at_risk'], run.currency)} of it at risk"
            if known["at_risk"] == known["at_risk"]
            else "in all",
        ),
    ]


def _effects(run: PublishedRun, campaign: Campaign | None) -> Chart:
    told = making.result(run, campaign) if campaign else None
    rows = told.found.effects if told and told.found else pd.DataFrame()
    finding = pictures.effects_finding(rows, currency=run.currency)
    figure = pictures.effects(rows, currency=run.currency)
    missing = told.sentence if told else "Choose a campaign."
    return Chart(figure, finding, f"Differences with intervals. {finding}.", missing)


def _reach(
    run: PublishedRun, filters: Filters, hope: making.Hope, effect: float
) -> list[Component]:
    if hope.customers == 0:
        return [html.P(NOBODY)]
    base, source = making.base_rate(remember(run, queries.figures, filters).iloc[0])
    found = making.reach(hope, base=base, effect=effect)
    said = (
        f"Without contact {wording.percent(base, 1)} are expected to order in {making.DAYS}"
        f" days ({source}). {TEST}"
    )
    return [_suffices(found), html.P(said, className="quiet")]


def _reach_in_revenue(
    run: PublishedRun, filters: Filters, hope: making.Hope, effect: float
) -> list[Component]:
    if hope.customers == 0:
        return [html.P(NOBODY)]
    usual = remember(run, making.usual_spend, filters)
    if usual is None:
        return [html.P(NO_SPEND if run.form == ORDER_LINES else wording.NEEDS_ORDERS)]
    found = making.reach_in_revenue(hope, usual=usual, effect=effect, currency=run.currency)
    said = (
        f"In the last {making.DAYS} days these customers spent"
        f" {wording.money(usual.mean, run.currency)} on average (standard deviation"
        f" {wording.money(usual.deviation, run.currency)}, correlation with the year before"
        f" {wording.number(usual.correlation, 2)}). {TEST}"
    )
    return [_suffices(found), html.P(said, className="quiet")]


def _suffices(found: making.Reach) -> Component:
    icon = "bi-check-circle tone-good" if found.suffices else "bi-exclamation-triangle tone-bad"
    return html.P(
        [html.I(className=f"bi {icon}", **aria(hidden="true")), f" {found.sentence}"],
        className="campaign-verdict",
    )


def _labelled(label: str, control: Component, name: str) -> Component:
    return html.Div(
        [html.Label(label, htmlFor=name, className="quiet"), control], className="control"
    )


def _whole() -> Component:
    return html.Div(
        [
            html.P("What this run found, to print and to pass on."),
            html.Div(id=TAKEN, className="button-row"),
        ],
        className="campaign-part",
    )


def _percents(values: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"label": f"{value} %", "value": value} for value in values]


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 19 else None


def _seed(given: Any) -> int:
    if given in (None, ""):
        return secrets.randbelow(MOST_SEED)
    if not 0 <= int(given) <= MOST_SEED:
        raise StrategyError(f"The seed must be from 0 to {MOST_SEED:,}.")
    return int(given)
