"""Churn: who is likely to leave, whom to contact, and what that is expected to bring."""

from collections.abc import Mapping
from typing import Any

import dash_bootstrap_components as dbc
from dash import Input, Output, dcc, html, no_update
from dash.development.base_component import Component

from portal.kit.cards import Control, grid
from portal.kit.choices import choice
from portal.kit.page import Page
from portal.kit.states import empty_state
from portal.kit.table_cards import Column, Sort
from portal.kit.tiles import Tile, kpi_tiles, tile_row
from portal.pages.churn import figures, queries, sentences
from portal.pages.churn.costs import CONTROLS, COSTS, check, costs_of, in_fields
from portal.pages.churn.groups import groups
from portal.pages.churn.narrowing import follow_narrowing, narrowing
from portal.reading import risk
from portal.reading.economics import (
    GROUPS,
    GroupPlay,
    StrategyError,
    above,
    default_playbook,
)
from portal.reading.filters import URL, Filters, from_query
from portal.reading.playbook import in_force
from portal.reading.published import PublishedRun, published_run
from portal.words import wording

NOTE = "churn-note"
CUT = "churn-cut"
SLICE = "churn-slice"
COSTS_PROBLEM = "churn-costs-problem"
AT = Control("cut", CUT)
MEASURES = ("churn_probability", "clv_12m")

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


def cuts(
    run: PublishedRun, filters: Filters, *, cut: float | None, **costs: float | None
) -> figures.Cuts:
    """Give the cut of the page and the best one of the costs entered."""
    chosen, counted = queries.meant(run, cut), costs_of(run, costs)
    cells = risk.cells_at(run, filters)
    return figures.Cuts(
        chosen,
        int(cells.loc[cells["cut"] >= chosen, "customers"].sum()),
        risk.best(run, filters, counted) if counted is not None else None,
        sentences.missing(run),
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
    knowing={"cuts": cuts},
    controls=(AT, *CONTROLS),
    source="customers",
    measures=MEASURES[:1],
    note="Customers are counted in bins of two points.",
    subject="Customers by churn probability; move the cut below the chart",
    columns=12,
    height=300,
)
PROFIT = PAGE.chart(
    "churn-profit",
    query=queries.curve,
    draw=figures.profit,
    knowing={"cuts": cuts},
    controls=(AT, *CONTROLS),
    source="customers",
    measures=MEASURES,
    note=(
        "Profit of each cut: what staying customers bring less incentives and contacts, at the"
        " costs entered. The shaded interval is 95 % over customers drawn again."
    ),
    subject="Expected profit of contacting everyone above a cut",
    height=376,
)
RISK_GROUPS = PAGE.panel(
    "churn-groups",
    query=queries.groups,
    beside={"own": queries.own_groups},
    knowing={"plays": plays, "missing": missing},
    draw=groups,
    controls=(AT,),
    source="customers",
    measures=MEASURES,
    note="Whom a campaign reaches is counted by the group as the run drew it.",
    title="Four groups by risk and value",
    subject=(
        "At risk reaches the cut; valuable is above the median customer. The actions come from"
        " the playbook."
    ),
    columns=12,
)
MEMBERS = PAGE.table(
    "churn-members",
    query=queries.members,
    shown=(
        Column("customer_id", "Customer", width=96),
        Column("churn_probability", "Churn probability", "percent", "churn_probability", 150),
        Column("clv_12m", "Value, 12 months", "money", "clv_12m", 150),
        Column("risk_value", "Group", width=150),
        Column("segment", "Segment", measure="segment", width=164),
        Column("reason", "Weightiest reason", width=280, sortable=False),
    ),
    details=queries.reasons,
    controls=(
        AT,
        Control(
            "group",
            "churn-group",
            choice(
                "churn-group",
                "Group",
                [{"label": name, "value": name} for name in (queries.EVERYONE, *GROUPS)],
                queries.EVERYONE,
                show_label=True,
            ),
        ),
    ),
    sort=Sort("clv_12m"),
    source="customers",
    measures=MEASURES,
    note="The weightiest reasons of the customers in view come from customer_reason.",
    title="Customers by risk and value",
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
        html.Div([HISTOGRAM.layout(), _slider()], className="churn-cut span-6"),
        PROFIT,
        _costs(),
        RISK_GROUPS,
        MEMBERS,
        DRIVERS,
    )


def _slider() -> Component:
    return html.Div(
        [
            html.Div("Cut on the churn probability", className="quiet"),
            dcc.Slider(
                id=CUT,
                min=0,
                max=1,
                step=1 / queries.STEPS,
                value=None,  # until the best cut is known
                marks=None,
                updatemode="mouseup",
                allow_direct_input=False,
                tooltip={
                    "placement": "bottom",
                    "always_visible": True,
                    "transform": "inPercent",
                },
            ),
        ],
        className="churn-slider",
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
        for control, label, _scale in COSTS.values()
    ]
    said = (
        "Empty fields count as in grey: as the playbook that someone saved, else as the run."
        " The cut moves to the best one when a cost changes."
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


@PAGE.callback(
    Output(NOTE, "children"),
    *[Output(control.id, "placeholder") for control in CONTROLS],
    Input(URL, "search"),
)
def show_note(search: str | None) -> tuple[Any, ...]:
    """Say how far to believe it, and with which costs the run counted."""
    with published_run(search) as run:
        known = risk.defaults(run)
        usual = known.costs if known else default_playbook().costs.retention
        return (_note(run), *in_fields(usual))


@PAGE.callback(
    Output(CUT, "value"),
    Output(COSTS_PROBLEM, "children"),
    Input(URL, "search"),
    *COST_INPUTS,
)
def move_cut(search: str | None, *costs: float | None) -> tuple[Any, str]:
    """Move the cut to the best one of these costs."""
    entered = dict(zip(COSTS, costs, strict=True))
    with published_run(search) as run:
        try:
            check(entered)
        except StrategyError as error:
            return no_update, str(error)
        counted = costs_of(run, entered)
        best = None if counted is None else risk.best(run, from_query(search), counted)
        return (1.0 if best is None else queries.placed(best.cut)), ""


@PAGE.callback(
    Output(SLICE, "children"), Input(CUT, "value"), Input(URL, "search"), *COST_INPUTS
)
def show_slice(cut: float | None, search: str | None, *costs: float | None) -> list[Component]:
    """Say what contacting everyone above the cut means."""
    with published_run(search) as run:
        counted = costs_of(run, dict(zip(COSTS, costs, strict=True)))
        if counted is None:
            return []
        cells = risk.cells_at(run, from_query(search))
        found = above(cells, queries.meant(run, cut), costs=counted)
        many = wording.number(cells["customers"].sum())
        return kpi_tiles(
            [
                Tile(
                    "customers",
                    wording.number(found.customers),
                    since=f"of {many} whose risk and value are known",
                    title="Contacted",
                ),
                Tile("expected_leavers", wording.number(found.leavers)),
                Tile("false_alarms", wording.number(found.false_alarms)),
                Tile("money_at_risk", wording.money_short(found.at_risk, run.currency)),
                Tile("retention_profit", wording.money_short(found.profit, run.currency)),
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
