"""The audience that the filters keep: its figures, whether it suffices, a campaign of it."""

import secrets
from collections.abc import Mapping
from typing import Any

import dash_bootstrap_components as dbc
import pandas as pd
from dash import Input, Output, State, html, no_update
from dash.development.base_component import Component

from db.errors import DatabaseError
from portal.kit.drawing.tiles import Tile, kpi_tiles
from portal.kit.states import error_state
from portal.pages.campaigns import planning, queries, sizing
from portal.pages.campaigns.declared import CHANGED, PAGE
from portal.pages.campaigns.wanted import (
    EVERYONE,
    OWN,
    Told,
    Wanted,
    brings,
    from_address,
    offered,
    said_costs,
    told,
    wanted,
)
from portal.reading.contacting.economics import RetentionCosts, StrategyError
from portal.reading.filters import URL, from_query
from portal.reading.jobs import now
from portal.reading.predicting import risk
from portal.reading.predicting.reckoned import Reckoned, reckoned
from portal.reading.published import PublishedRun, here, published_run
from portal.words import wording

TILES = "campaigns-tiles"
NAME = "campaigns-name"
SHARE = "campaigns-share"
SEED = "campaigns-seed"
CREATE = "campaigns-create"
SAID = "campaigns-said"

AUDIENCE = "campaigns-audience"
BUDGET = "campaigns-budget"
EXPECTED = "campaigns-expected"
OWN_TITLES = {
    "incentive": "Offer per taker",
    "contact_cost": "Cost of a contact",
    "success_rate": "Leavers it keeps, %",
    "margin": "Margin, %",
    "staying_accept": "Staying take it, %",
}
OWN_FIELDS = {name: f"campaigns-{name.replace('_', '-')}" for name in OWN}

SHARES = tuple(f"{100 * share:g}" for share in sizing.SHARES)
MOST_SEED = 2**32 - 1


def _usual(costs: RetentionCosts | None, name: str, by: Reckoned) -> str:
    """Write a cost in force in the unit of its field; a dash where answers have none."""
    if costs is None:
        return ""
    if by.is_answer and name in by.fixed:
        return wording.NOTHING
    return f"{getattr(costs, name) * OWN[name]:g}"


def options(titles: Mapping[str, str]) -> list[dict[str, str]]:
    """Offer whom to contact."""
    return [{"label": title, "value": whom} for whom, title in titles.items()]


def amount(control: str, placeholder: str, **limits: Any) -> Component:
    """Ask for an amount."""
    return dbc.Input(
        id=control, type="number", step="any", size="sm", debounce=True,
        placeholder=placeholder, **limits,
    )  # fmt: skip


FORM = [
    Input(AUDIENCE, "value"),
    Input(BUDGET, "value"),
    *(Input(control, "value") for control in OWN_FIELDS.values()),
]
FORM_STATES = [State(control.component_id, control.component_property) for control in FORM]


@PAGE.callback(
    Output(AUDIENCE, "options"),
    Output(AUDIENCE, "value"),
    Output(BUDGET, "value"),
    *(Output(control, "value") for control in OWN_FIELDS.values()),
    *(Output(control, "placeholder") for control in OWN_FIELDS.values()),
    *(Output(control, "disabled") for control in OWN_FIELDS.values()),
    Input(URL, "search"),
    State(AUDIENCE, "value"),
)
def begin(search: str | None, before: str | None) -> tuple[Any, ...]:
    """Offer whom to contact, beginning with the list that the address leads to."""
    with published_run(search) as run:
        audiences, costs, by = offered(run), risk.costs_in_force(run), reckoned(run)
    usual = [_usual(costs, name, by) for name in OWN]
    closed = [name in by.fixed for name in OWN]
    led = from_address(search)
    if led is None:
        selected = before if before in audiences else EVERYONE
        return (
            options(audiences),
            selected,
            no_update,
            *([no_update] * len(OWN)),
            *usual,
            *closed,
        )
    whom = led.whom if led.whom in audiences else EVERYONE
    return (options(audiences), whom, led.budget, *led.own.values(), *usual, *closed)


@PAGE.callback(
    Output(TILES, "children"),
    Output(NAME, "placeholder"),
    Output(EXPECTED, "children"),
    Input(URL, "search"),
    *FORM,
    Input(CHANGED, "data"),
)
def show_audience(search: str | None, *values: Any) -> tuple[Any, ...]:
    """Write the figures of the audience and what contacting it should bring; propose a name."""
    filters, form = from_query(search), values[:-1]
    with published_run(search) as run:
        try:
            targeting = meant_by(run, form)
        except StrategyError as error:
            return no_update, no_update, str(error)
        name = planning.free_name(filters, run, targeting)
        figures = run.ask(queries.figures(run, filters)).iloc[0]
        forecast = told(run, filters, targeting)
        tiles = kpi_tiles(_tiles(figures, forecast, targeting, run))
        return tiles, name, _said(forecast, targeting, run)


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
    *FORM_STATES,
    running=[(Output(CREATE, "disabled"), True, False)],
    prevent_initial_call=True,
)
def create(
    _clicks: int | None,
    search: str | None,
    name: str | None,
    share: str,
    seed: Any,
    *form: Any,
) -> tuple[Any, ...]:
    """Store the audience, divided, as a campaign."""
    try:
        drawn = _seed(seed)
        with published_run(search) as run:
            filters, targeting = from_query(search), meant_by(run, form)
            planned = planning.plan(
                run,
                filters,
                name=(name or "").strip() or planning.free_name(filters, run, targeting),
                share=int(share) / 100,
                seed=drawn,
                targeting=targeting,
            )
        campaign_id = planning.create(here().workspace.engine, planned, at=now())
    except (StrategyError, DatabaseError, ValueError) as error:
        return no_update, error_state(str(error)), no_update, no_update
    held_out = int((~planned.members["contacted"]).sum())
    confirmation = html.P(
        f"“{planned.stamp.name}” is created:"
        f" {wording.number(len(planned.members) - held_out)} to contact,"
        f" {wording.number(held_out)} not contacted, to compare. Its list is ready:",
        className="campaign-verdict",
    )
    return {"campaign": campaign_id}, confirmation, "", None


def meant_by(run: PublishedRun, form: Any) -> Wanted:
    """Read the values of the form; raises `StrategyError` where one can't be."""
    whom, budget, *own = form
    return wanted(run, whom, budget, dict(zip(OWN_FIELDS, own, strict=True)))


def _said(forecast: Told | None, targeting: Wanted, run: PublishedRun) -> str:
    if forecast is None:
        return ""
    if not forecast.known:
        return f"Nobody of them is worth contacting. {said_costs(run, targeting)}".strip()
    return f"{brings(forecast, run.currency)} {said_costs(run, targeting)}".strip()


def _tiles(
    figures: pd.Series, forecast: Told | None, targeting: Wanted, run: PublishedRun
) -> list[Tile]:
    is_list = forecast is not None and targeting.whom != EVERYONE
    customers = (
        forecast.known if forecast is not None and is_list else int(figures["customers"])
    )
    whole = f"of {wording.number(run.customers)}"
    audience = Tile("customers", wording.number_short(customers), since=whole, title="Audience")
    by = reckoned(run)
    if forecast is None:
        revenue = wording.money_short(float(figures["revenue"]), run.currency)
        name = "answer_probability" if by.is_answer else "churn_probability"
        scored = int(figures["answering" if by.is_answer else "scored"])
        return [
            audience,
            Tile("revenue", revenue, since="so far"),
            Tile(
                name,
                wording.percent(figures[name]),
                since=f"mean of {wording.number(scored)} scored"
                if scored
                else "not predicted for these customers",
            ),
        ]
    ends = (wording.money_short(bound, run.currency) for bound in (forecast.low, forecast.high))
    return [
        audience,
        Tile(
            by.counted,
            wording.number(forecast.leavers),
            since="if all are contacted" if by.is_answer else "if nobody is contacted",
        ),
        Tile("contact_cost", wording.money_short(forecast.cost, run.currency), since="for all"),
        Tile(
            by.profit,
            wording.money_short(forecast.profit, run.currency),
            since=" to ".join(ends),
        ),
    ]


def _seed(seed: Any) -> int:
    if seed in (None, ""):
        return secrets.randbelow(MOST_SEED)
    if not 0 <= int(seed) <= MOST_SEED:
        raise StrategyError(f"The number that draws must be from 0 to {MOST_SEED:,}.")
    return int(seed)
