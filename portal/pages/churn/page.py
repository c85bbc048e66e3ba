"""Churn: who is likely to leave, whom to contact, and what that is expected to bring."""

from collections.abc import Mapping
from typing import Any

import dash_bootstrap_components as dbc
from dash import Input, Output, html
from dash.development.base_component import Component

from portal.kit.cards import Control, grid
from portal.kit.choices import choice
from portal.kit.page import Page
from portal.kit.states import empty_state
from portal.kit.table_cards import Column, Sort
from portal.kit.tiles import Tile, kpi_tiles, tile_row
from portal.pages.churn import figures, queries, sentences
from portal.pages.churn.costs import (
    BUDGET_FIELD,
    CONTROLS,
    COSTS,
    budget_of,
    check,
    costs_of,
    in_fields,
)
from portal.pages.churn.groups import crossed, groups
from portal.pages.churn.narrowing import follow_narrowing, narrowing
from portal.reading import risk
from portal.reading.economics import (
    GroupPlay,
    StrategyError,
    default_playbook,
)
from portal.reading.filters import URL, Filters, from_query
from portal.reading.playbook import in_force
from portal.reading.published import PublishedRun, published_run
from portal.words import wording

NOTE = "churn-note"
SLICE = "churn-slice"
COSTS_PROBLEM = "churn-costs-problem"
MEASURES = ("churn_probability", "value_at_stake", "contact_profit")

PAGE = Page(
    path="/churn",
    title="Churn · Clientele",
    name="Churn",
    group="Predict",
    order=20,
    icon="person-dash",
    lead="Who is likely to leave, whom to contact, and what that is expected to bring.",
    filtered=True,
)
follow_narrowing(PAGE)


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
    )


def plays(run: PublishedRun, _filters: Filters, **_choices: Any) -> Mapping[str, GroupPlay]:
    """Give what the playbook in force does with each group."""
    return in_force(run).playbook.groups


def missing(run: PublishedRun, _filters: Filters, **_choices: Any) -> str:
    """Say why there is nothing to show."""
    return sentences.missing(run)


def drivers_missing(run: PublishedRun, _filters: Filters) -> str:
    """Say why no drivers are shown."""
    return sentences.drivers_missing(run)


HISTOGRAM = PAGE.chart(
    "churn-histogram",
    query=queries.bins,
    draw=figures.histogram,
    knowing={"listed": listed},
    controls=CONTROLS,
    source="customers",
    measures=MEASURES,
    note="Customers are counted in bins of two points. Dotted lines part the bands of risk:"
    " likely to stay, unsure, likely to leave.",
    subject="Customers by churn probability, and who of them pays to contact",
    height=376,
)
PROFIT = PAGE.chart(
    "churn-profit",
    query=queries.curve,
    draw=figures.profit,
    knowing={"listed": listed},
    controls=CONTROLS,
    source="customers",
    measures=MEASURES,
    note=(
        "Expected profit of a contact: churn probability × success rate × (value at stake ×"
        " margin less incentive), less the incentive of those who stay anyway and take it, less"
        " the contact. The shaded range is how many would pay were the level of the"
        " probabilities as far off as must be reckoned with."
    ),
    subject="Expected profit by number contacted, the highest first",
    height=376,
)
CROSSED = PAGE.panel(
    "churn-bands",
    query=queries.crossed,
    draw=crossed,
    knowing={"missing": missing},
    controls=CONTROLS,
    source="customers",
    measures=MEASURES,
    note="Bands of risk are probability alone; those of value two amounts of the 12 months'"
    " value, set at the data set's first run and then kept.",
    title="Risk by value",
    subject="How many customers, what is at risk, and what contacting those who pay brings",
    columns=12,
)
RISK_GROUPS = PAGE.panel(
    "churn-groups",
    query=queries.groups,
    knowing={"plays": plays, "missing": missing},
    draw=groups,
    source="customers",
    measures=MEASURES,
    note="At risk is, by default, a churn probability of one half; valuable is above the median"
    " customer of the data set's first run. Both borders are kept from run to run.",
    title="Four groups by risk and value",
    subject="What is done with each; the actions come from the playbook.",
    columns=12,
)
MEMBERS = PAGE.table(
    "churn-members",
    query=queries.members,
    shown=(
        Column("number", "Place", "number", width=76),
        Column("customer_id", "Customer", width=96),
        Column("contact_profit", "Expected profit", "money", "contact_profit", 128),
        Column("churn_probability", "Churn probability", "percent", "churn_probability", 140),
        Column("at_stake", "At stake", "money", "value_at_stake", 112),
        Column("clv_12m", "Value, 12 months", "money", "clv_12m", 136),
        Column("risk_band", "Risk", width=124),
        Column("segment", "Segment", measure="segment", width=150),
        Column("reason", "Weightiest reason", width=260, sortable=False),
    ),
    details=queries.reasons,
    controls=(
        *CONTROLS,
        Control(
            "listed",
            "churn-listed",
            choice(
                "churn-listed",
                "Show",
                [{"label": name, "value": name} for name in (queries.LIST, queries.EVERYONE)],
                queries.LIST,
                show_label=True,
            ),
        ),
    ),
    sort=Sort("number", descending=False),
    source="customers",
    measures=MEASURES,
    note="The weightiest reasons of the customers in view come from customer_reason.",
    title="Whom to contact",
    columns=12,
)
DRIVERS = PAGE.chart(
    "churn-drivers",
    query=queries.drivers,
    draw=figures.drivers,
    knowing={"missing": drivers_missing},
    source="driver",
    note="How much worse the model does once a feature's values are shuffled.",
    subject="Features by how much the model needs them",
    columns=12,
    height=360,
)


@PAGE.layout
def layout() -> Component:
    """Lay out the page; its cards fill themselves."""
    return grid(
        html.Div(id=NOTE, className="gate span-12", role="status"),
        narrowing(),
        html.Div(tile_row(SLICE, 5), className="span-12"),
        _costs(),
        HISTOGRAM,
        PROFIT,
        MEMBERS,
        CROSSED,
        RISK_GROUPS,
        DRIVERS,
    )


def _costs() -> Component:
    fields = [
        html.Div(
            [
                html.Label(label, htmlFor=control, className="quiet"),
                dbc.Input(
                    id=control, type="number", min=0, step="any", size="sm", debounce=True
                ),
            ],
            className="churn-field",
        )
        for control, label in (
            *((control, label) for control, label, _scale in COSTS.values()),
            (BUDGET_FIELD, "Budget"),
        )
    ]
    said = (
        "Empty fields count as in grey: as the playbook that someone saved, else as the run; an"
        " empty budget is no limit. What is entered counts at once, on this page alone."
    )
    return html.Section(
        [
            html.Header(
                html.Div(
                    [
                        html.H2("What a campaign costs and saves", className="card-title"),
                        html.P(said, className="card-subject"),
                    ]
                ),
                className="card-head",
            ),
            html.Div(fields, className="card-body churn-costs"),
            html.Div(id=COSTS_PROBLEM, role="alert", className="card-text"),
        ],
        className="card span-12",
    )


COST_INPUTS = [Input(control.id, "value") for control in CONTROLS]
NAMES = [control.name for control in CONTROLS]


@PAGE.callback(
    Output(NOTE, "children"),
    *[Output(control, "placeholder") for control, _label, _scale in COSTS.values()],
    Input(URL, "search"),
)
def show_note(search: str | None) -> tuple[Any, ...]:
    """Say how far to believe it, and with which costs the run counted."""
    with published_run(search) as run:
        usual = risk.costs_in_force(run) or default_playbook().costs.retention
        return (_note(run), *in_fields(usual))


@PAGE.callback(Output(COSTS_PROBLEM, "children"), *COST_INPUTS)
def show_problem(*entered: float | None) -> str:
    """Say which cost can't be."""
    try:
        check(dict(zip(NAMES, entered, strict=True)))
    except StrategyError as error:
        return str(error)
    return ""


@PAGE.callback(Output(SLICE, "children"), Input(URL, "search"), *COST_INPUTS)
def show_slice(search: str | None, *entered: float | None) -> list[Component]:
    """Say what contacting whoever pays means."""
    with published_run(search) as run:
        found = listed(run, from_query(search), **dict(zip(NAMES, entered, strict=True))).within
        if found is None:
            return []
        ends = [wording.money_short(each, run.currency) for each in (found.low, found.high)]
        return kpi_tiles(
            [
                Tile(
                    "customers",
                    wording.number(found.customers),
                    since=f"of {wording.number(found.known)} whose risk is known",
                    title="Contact",
                ),
                Tile(
                    "expected_leavers",
                    wording.number(found.leavers),
                    since=" to ".join(map(wording.number, found.leavers_range)),
                ),
                Tile(
                    "money_at_risk",
                    wording.money_short(found.at_risk, run.currency),
                    since=" to ".join(
                        wording.money_short(each, run.currency) for each in found.at_risk_range
                    ),
                ),
                Tile("contact_cost", wording.money_short(found.cost, run.currency)),
                Tile(
                    "contact_profit",
                    wording.money_short(found.profit, run.currency),
                    since=f"{ends[0]} to {ends[1]}",
                ),
            ]
        )


def _note(run: PublishedRun) -> Component:
    task = risk.task(run)
    if task is None or task.status != "done":
        return empty_state("No churn probabilities", sentences.missing(run))
    return html.Div(
        [
            html.P(sentences.how_sure(run, task)),
            html.P(task.warning, className="churn-warning") if task.warning else None,
        ]
    )
