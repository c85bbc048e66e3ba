"""The audience that the filters keep: its figures, whether it suffices, a campaign of it."""

import secrets
from typing import Any

import dash_bootstrap_components as dbc
import pandas as pd
from dash import Input, Output, State, html, no_update
from dash.development.base_component import Component

from db.errors import DatabaseError
from portal.kit.attributes import aria
from portal.kit.choices import choice
from portal.kit.states import error_state, text_card
from portal.kit.tiles import Tile, kpi_tiles
from portal.pages.campaigns import planning, queries, sizing
from portal.pages.campaigns.declared import CHANGED, PAGE, labelled, percents
from portal.reading.economics import StrategyError
from portal.reading.filters import URL, Filters, from_query
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

SHARES = tuple(f"{100 * share:g}" for share in sizing.SHARES)
POWERS = ("70", "80", "90", "95")
MOST_SEED = 2**32 - 1
HOPES = {
    sizing.CONVERSION: "More customers who order, points",
    sizing.REVENUE: "More revenue per customer, %",
}
NOBODY = "Nobody fits the filters; take one away."
NO_SPEND = (
    "Nobody of them spent anything in the last 90 days, so nothing tells how much is usual."
)
TEST = "Two-sided test at 95 %."


def campaign_form() -> Component:
    """Lay out what a campaign of the audience is made with."""
    return text_card(
        "Make a campaign of this audience",
        html.P(
            "The audience is who the filters above keep. Customers held out are not contacted:"
            " only against them can be told what the campaign brought.",
            className="card-text",
        ),
        html.Div(
            [
                labelled(
                    "Name", dbc.Input(id=NAME, type="text", maxLength=100, size="sm"), NAME
                ),
                choice(
                    SHARE, "Hold out", percents(SHARES), "10", show_label=True
                ),
                labelled(
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


def audience_size() -> Component:
    """Lay out the effect that is hoped for and whether the audience shows it."""
    asked = html.Div(
        [
            html.Div(
                [
                    choice(
                        MEANT, "To raise",
                        [
                            {"label": "Orders", "value": sizing.CONVERSION},
                            {"label": "Revenue", "value": sizing.REVENUE},
                        ],
                        sizing.CONVERSION, show_label=True,
                    ),
                    html.Div(
                        [
                            html.Label(
                                HOPES[sizing.CONVERSION], id=EFFECT_LABEL, htmlFor=EFFECT,
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
                        POWER, "Show it with probability", percents(POWERS), "80",
                        show_label=True,
                    ),
                ],
                className="campaign-fields narrow",
            ),
            html.Div(id=REACH, role="status", className="campaign-part"),
        ]
    )  # fmt: skip
    return text_card("Does the audience suffice?", asked, columns=5)


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
        figures = run.ask(queries.figures(run, filters)).iloc[0]
        return kpi_tiles(_tiles(figures, run)), planning.free_name(filters, run)


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
        customers = int(run.ask(queries.figures(run, filters)).iloc[0]["customers"])
        hope = sizing.Hope(customers, int(share) / 100, int(power) / 100)
        tell = _reach_in_revenue if meant == sizing.REVENUE else _reach
        try:
            said = tell(run, filters, hope, float(effect or 0) / 100)
        except (StrategyError, ValueError) as error:
            said = [error_state(str(error))]
    return said, HOPES.get(meant, HOPES[sizing.CONVERSION])


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
            planned = planning.plan(
                run,
                filters,
                name=(name or "").strip() or planning.free_name(filters, run),
                share=int(share) / 100,
                seed=drawn,
            )
        campaign_id = planning.create(here().workspace.engine, planned, at=now())
    except (StrategyError, DatabaseError, ValueError) as error:
        return no_update, error_state(str(error)), no_update, no_update
    held = int((~planned.members["contacted"]).sum())
    said = html.P(
        f"“{planned.stamp.name}” is created: {wording.number(len(planned.members) - held)} to"
        f" contact, {wording.number(held)} held out. Its list is ready below.",
        className="campaign-verdict",
    )
    return {"campaign": campaign_id}, said, "", None


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


def _reach(
    run: PublishedRun, filters: Filters, hope: sizing.Hope, effect: float
) -> list[Component]:
    if hope.customers == 0:
        return [html.P(NOBODY)]
    base, source = sizing.base_rate(run.ask(queries.figures(run, filters)).iloc[0])
    found = sizing.reach(hope, base=base, effect=effect)
    said = (
        f"Without contact {wording.percent(base, 1)} are expected to order in {sizing.DAYS}"
        f" days ({source}). {TEST}"
    )
    return [_suffices(found), html.P(said, className="quiet")]


def _reach_in_revenue(
    run: PublishedRun, filters: Filters, hope: sizing.Hope, effect: float
) -> list[Component]:
    if hope.customers == 0:
        return [html.P(NOBODY)]
    usual = remember(run, sizing.usual_spend, filters)
    if usual is None:
        return [html.P(NO_SPEND if run.form == ORDER_LINES else wording.NEEDS_ORDERS)]
    found = sizing.reach_in_revenue(hope, usual=usual, effect=effect, currency=run.currency)
    said = (
        f"In the last {sizing.DAYS} days these customers spent"
        f" {wording.money(usual.mean, run.currency)} on average (standard deviation"
        f" {wording.money(usual.deviation, run.currency)}, correlation with the year before"
        f" {wording.number(usual.correlation, 2)}). {TEST}"
    )
    return [_suffices(found), html.P(said, className="quiet")]


def _suffices(found: sizing.Reach) -> Component:
    icon = "bi-check-circle tone-good" if found.suffices else "bi-exclamation-triangle tone-bad"
    return html.P(
        [html.I(className=f"bi {icon}", **aria(hidden="true")), f" {found.sentence}"],
        className="campaign-verdict",
    )


def _seed(given: Any) -> int:
    if given in (None, ""):
        return secrets.randbelow(MOST_SEED)
    if not 0 <= int(given) <= MOST_SEED:
        raise StrategyError(f"The seed must be from 0 to {MOST_SEED:,}.")
    return int(given)
