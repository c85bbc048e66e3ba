"""Whom contacting pays for: the costs as fields, what the list comes to, where profit peaks."""

from collections.abc import Mapping
from typing import Any

import dash_bootstrap_components as dbc
from dash import Input, Output, dcc, html
from dash.development.base_component import Component

from portal.kit.cards import grid
from portal.kit.drawing.tiles import kpi_tiles, tile_row
from portal.kit.tables.rows_table import Column, Sort
from portal.pages.risk import figures, queries, sentences
from portal.pages.risk.costs import (
    BUDGET_FIELD,
    CONTROLS,
    COSTS,
    budget_of,
    check,
    costs_of,
    fixed,
    in_fields,
)
from portal.pages.risk.declared import PAGE
from portal.pages.risk.groups import groups
from portal.pages.risk.list_tiles import list_tiles
from portal.reading.contacting import costs_said
from portal.reading.contacting.contact_plan import BEST, campaign_address
from portal.reading.contacting.costs_said import SAVED_COSTS
from portal.reading.contacting.economics import GroupPlay, StrategyError, default_playbook
from portal.reading.contacting.playbook import in_force
from portal.reading.filters import URL, Filters, dataset_from, from_query
from portal.reading.leading import to_customers
from portal.reading.predicting import risk
from portal.reading.predicting.reckoned import measures, reckoned
from portal.reading.published import PublishedRun, published_run

SLICE = "risk-slice"
COSTS_PROBLEM = "risk-costs-problem"
LEAD = "risk-lead"
COST_INPUTS = [Input(control.id, "value") for control in CONTROLS]
NAMES = [control.name for control in CONTROLS]


def listed(run: PublishedRun, filters: Filters, **entered: Any) -> figures.Listed:
    """Give whom to contact at the costs entered, within the budget and without one."""
    counted, budget = costs_of(run, entered), budget_of(entered)
    if counted is None:
        return figures.Listed(None, None, budget, sentences.missing(run), ())
    return figures.Listed(
        risk.chosen(run, filters, counted, budget=budget),
        risk.chosen(run, filters, counted),
        budget,
        sentences.missing(run),
        risk.band_ends(run),
        reckoned(run).is_answer,
    )


def plays(run: PublishedRun, _filters: Filters, **_choices: Any) -> Mapping[str, GroupPlay]:
    """Give what the playbook in force does with each group."""
    return in_force(run).playbook.groups


def basis(run: PublishedRun, _filters: Filters, **_choices: Any) -> str:
    """Name what contacting is reckoned by."""
    return reckoned(run).basis


HISTOGRAM = PAGE.chart(
    "risk-histogram",
    query=queries.bins,
    draw=figures.histogram,
    knowing={"listed": listed},
    controls=CONTROLS,
    source="customers",
    measures=measures,
    note="Customers are counted in bins of two points. Dotted lines part the bands of risk:"
    " likely to stay, unsure, likely to leave; where answers to a campaign are told there are"
    " none.",
    subject="Customers by their chance, and for whom of them contacting pays",
    height=340,
)
PROFIT = PAGE.chart(
    "risk-profit",
    query=queries.curve,
    draw=figures.profit,
    knowing={"listed": listed},
    controls=CONTROLS,
    source="customers",
    measures=measures,
    note=(
        "Expected profit of a contact: chance of leaving × success rate × (value at stake ×"
        " margin less incentive), less the incentive of those who stay anyway and take it, less"
        " the contact. Of who may answer a campaign: chance of answering × (mean spend of"
        " an order × margin less incentive), less the contact. The shaded range is how many"
        " would pay were the level of the chances as far off as must be reckoned with."
    ),
    subject="Expected profit by number contacted, the highest first; the line is the budget",
    height=340,
)
RISK_GROUPS = PAGE.panel(
    "risk-groups",
    query=queries.groups,
    knowing={"plays": plays, "missing": sentences.missing_of, "basis": basis},
    draw=groups,
    source="customers",
    measures=measures,
    note="The border is, by default, a chance of leaving of one half; valuable is above the"
    " median customer of the data set's first run. Both are kept from run to run.",
    title="Four groups for the playbook, by risk and value",
    subject="What is done with each; the actions come from the playbook.",
    columns=12,
)
PROMOTIONAL = PAGE.table(
    "risk-promotional",
    query=queries.promotional,
    shown=(
        Column("customer_id", "Customer", width=96),
        Column("offer", "Offer", width=300),
        Column("favourite_category", "Favourite", width=130),
        Column("churn_probability", "May leave", "percent", "churn_probability", 108),
        Column("at_stake", "At stake", "money", "value_at_stake", 112),
        Column("at_risk", "At risk", "money", "money_at_risk", 104),
        Column("segment", "Segment", measure="segment", width=150),
    ),
    sort=Sort("at_risk"),
    source="customers",
    measures=measures,
    note="Promotional buyers are told by the setting rules.promotional_share, an answer to the"
    " last campaign or a discount used.",
    title="Promotional buyers among the valuable at risk",
    columns=12,
    rows_shown=8,
)


def contacting() -> Component:
    """Lay out the tab."""
    return html.Div(
        [
            html.Div(tile_row(SLICE, 5), className="risk-slice"),
            grid(_costs(), PROFIT, HISTOGRAM),
            html.Details(
                [
                    html.Summary("What the playbook does with each group by risk and value"),
                    grid(RISK_GROUPS, PROMOTIONAL),
                ],
                className="more risk-playbook",
            ),
        ]
    )


def _costs() -> Component:
    labels = [*((control, label) for control, label, _scale in COSTS.values()),
              (BUDGET_FIELD, "Budget")]  # fmt: skip
    subject = (
        "Empty fields count as in grey: as the playbook that someone saved, else as the update;"
        " an empty budget is no limit. What is entered counts at once, in this tab and in a"
        " campaign made from it."
    )
    head = html.Div(
        [
            html.H2("What a campaign costs and saves", className="card-title"),
            html.P(subject, className="card-subject"),
        ]
    )
    return html.Section(
        [
            html.Header(head, className="card-head"),
            html.Div([_field(*field) for field in labels], className="card-body risk-costs"),
            html.Div(id=COSTS_PROBLEM, role="alert", className="card-text"),
            html.Div(id=LEAD, role="status", className="card-text risk-lead"),
        ],
        className="card span-12 risk-amounts",
    )


def _field(control: str, label: str) -> Component:
    return html.Div(
        [
            html.Label(label, htmlFor=control, className="quiet"),
            dbc.Input(
                id=control,
                type="number",
                min=0,
                step="any",
                size="sm",
                debounce=True,
                placeholder="no limit" if control == BUDGET_FIELD else "",
            ),
        ],
        className="risk-field",
    )


@PAGE.callback(
    *[Output(control, "placeholder") for control, _label, _scale in COSTS.values()],
    *[Output(control, "disabled") for control, _label, _scale in COSTS.values()],
    Input(URL, "search"),
)
def show_costs(search: str | None) -> tuple[Any, ...]:
    """Say with which costs the run counted, and close those that its formula doesn't have."""
    with published_run(search) as run:
        usual = risk.costs_in_force(run) or default_playbook().costs.retention
        closed = fixed(run)
    return (*in_fields(usual, without=closed), *(name in closed for name in COSTS))


@PAGE.callback(Output(COSTS_PROBLEM, "children"), *COST_INPUTS)
def show_problem(*entered: float | None) -> str:
    """Say which cost can't be."""
    try:
        check(dict(zip(NAMES, entered, strict=True)))
    except StrategyError as error:
        return str(error)
    return ""


@PAGE.callback(Output(LEAD, "children"), Input(URL, "search"), *COST_INPUTS)
def show_lead(search: str | None, *entered: float | None) -> list[Component]:
    """Lead to the list and to a campaign; say which costs are not the update's."""
    entered_by_name = dict(zip(NAMES, entered, strict=True))
    with published_run(search) as run:
        chosen = listed(run, from_query(search), **entered_by_name).within
        counted = costs_of(run, entered_by_name)
        if chosen is None or counted is None:
            return []
        own = {name: entered_by_name[name] for name in COSTS}
        whose = "the entered" if any(cost is not None for cost in own.values()) else SAVED_COSTS
        sentence = costs_said.differing(run, counted, whose=whose)
        dataset = run.dataset
    parts: list[Component] = [html.P(sentence)] if sentence else []
    if not chosen.customers:
        return parts
    href = campaign_address(search, allocation=BEST, budget=budget_of(entered_by_name), own=own)
    listing = to_customers(from_query(search), dataset_from(search) or dataset, is_worth=True)
    return [
        *parts,
        dcc.Link("Make a campaign of this list", href=href, className="button primary"),
        dcc.Link("See the list at the costs in force", href=listing, className="button"),
    ]


@PAGE.callback(Output(SLICE, "children"), Input(URL, "search"), *COST_INPUTS)
def show_slice(search: str | None, *entered: float | None) -> list[Component]:
    """Say what contacting whoever pays means."""
    with published_run(search) as run:
        chosen = listed(
            run, from_query(search), **dict(zip(NAMES, entered, strict=True))
        ).within
        if chosen is None:
            return []
        return kpi_tiles(list_tiles(chosen, run.currency, by=reckoned(run)))
