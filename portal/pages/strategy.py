"""Strategy: what to do with each segment, and how a budget is divided over them."""

from collections.abc import Mapping
from functools import partial
from typing import Any, cast

import dash
import dash_bootstrap_components as dbc
import pandas as pd
import plotly.graph_objects as go
from dash import (
    ALL,
    ClientsideFunction,
    Input,
    Output,
    State,
    callback,
    clientside_callback,
    ctx,
    dcc,
    html,
    no_update,
)
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from db.errors import DatabaseError
from db.workspace.playbooks import BUILT_IN, PlaybookChanged
from portal import budgets, economics, playbooks, scenarios, wording
from portal.budgets import DAYS, Plan, plan
from portal.components import (
    Chart,
    Drawn,
    Evidence,
    chart_card,
    chart_outputs,
    choice,
    drawn,
    empty_state,
    error_state,
    grid,
    section,
    text_card,
)
from portal.components import playbooks as versions
from portal.components import scenarios as listed
from portal.components import strategy as shown
from portal.components.attributes import aria
from portal.economics import Assumptions, StrategyError
from portal.figures import strategy as figures
from portal.filters import URL, Filters
from portal.jobs import now
from portal.queries import segments as segment_queries
from portal.queries import strategy as queries
from portal.queries.playbook import saved
from portal.rows import each_row
from portal.scenarios import Entered
from portal.snapshot import Snapshot, here, remember, snapshot
from portal.theme import marks

BUDGET = "strategy-budget"
DIVIDE = "strategy-divide"
FOLLOWED = "strategy-followed"
CARDS = "strategy-cards"
GROUPS = "strategy-groups"
GROUPS_SAID = "strategy-groups-said"
SAID = "strategy-said"
DIVISION = "strategy-division"
SENSITIVITY = "strategy-sensitivity"
CURVES = "strategy-curves"
SEGMENT = "strategy-segment"
CUSTOMERS = "strategy-customers"
FILLED = "strategy-filled"
SHARED_SAID = "strategy-shared-said"
OUTCOME = "strategy-outcome"
PROFIT = "strategy-profit"
TORNADO = "strategy-tornado"
NAME = "strategy-name"
KEEP = "strategy-keep"
KEPT = "strategy-kept"
KEPT_SAID = "strategy-kept-said"
ADDRESS = "strategy-address"
SCENARIOS = "strategy-scenarios"
TYPES = listed.Types("strategy-compare", "strategy-load", "strategy-delete")
COMPARISON = "strategy-comparison"
COMPARISON_SAID = "strategy-comparison-said"
BESIDE = "strategy-beside"
COMPARED = "strategy-compared"
EDITOR = "strategy-editor"
GUTTER = "strategy-gutter"
FAULTS = "strategy-faults"
NOTE = "strategy-note"
SAVE = "strategy-save"
RESET = "strategy-reset"
BASED = "strategy-based"
SAVED = "strategy-saved"
SAVED_SAID = "strategy-saved-said"
HISTORY = "strategy-history"
RESTORE = "strategy-restore"
BEFORE = "strategy-before"
AFTER = "strategy-after"
CHANGES = "strategy-changes"
BY_PLAYBOOK, BY_PROFIT = "by_playbook", "by_profit"
WAYS = {BY_PLAYBOOK: "By the playbook's shares", BY_PROFIT: "For the most profit"}
ENDS = scenarios.ENDS
RANGES = {
    "response": "Response, % of contacted",
    "uplift": "Uplift, % of these",
    "basket": "Basket, money per order",
    "margin": "Margin, %",
    "discount": "Discount, %",
    "contact_cost": "Cost of a contact",
}
FIELDS = tuple((name, end) for name in RANGES for end in ENDS)
SEED = scenarios.SEED
QUIET = 500
"""Milliseconds without a key after which a playbook is checked."""

NEEDS_BASKETS = (
    "This data set knows no order values; a file of order lines would bring budgets."
)
NEEDS_RISK = (
    "This data set has no churn probabilities with values; a file of order lines would bring"
    " these groups."
)
NEEDS_RANGES = "Fill in the customers and every range to see what comes of it."
NEEDS_BUDGET = "Enter a budget of 1 or more."
NEEDS_TWO = "Choose two to four scenarios above to see them side by side."


def begun(at: Snapshot) -> Plan | None:
    """Divide the budget that one begins with."""
    first = remember(at, budgets.start)
    return None if first is None else remember(at, plan, first.amount)


def division_rows(at: Snapshot, filters: Filters) -> pd.DataFrame:  # noqa: ARG001
    """Give the best budget divided both ways."""
    found = begun(at)
    if found is None:
        return pd.DataFrame()
    both = {
        "playbook": found.division.by_playbook.rows,
        "profit": found.division.by_profit.rows,
    }
    return pd.concat([rows.assign(divided_by=name) for name, rows in both.items()])


def sensitivity_rows(at: Snapshot, filters: Filters) -> pd.DataFrame:  # noqa: ARG001
    """Give how the most profit depends on the budget, about the best one."""
    found = begun(at)
    return pd.DataFrame() if found is None else found.division.sensitivity.rows


def curve_rows(at: Snapshot, filters: Filters) -> pd.DataFrame:  # noqa: ARG001
    """Give what spending brings in each segment, up to the best budget."""
    found, first = begun(at), remember(at, budgets.start)
    if found is None or first is None:
        return pd.DataFrame()
    curves = _curves(found, first.amount)
    return pd.concat([rows.assign(segment=name) for name, rows in curves.items()])


HOW = (
    "A contact costs itself and the discount that it is expected to lead to; a customer reached"
    " gains the margin on additional orders, at the playbook's responses and uplifts and the"
    " segment's own order values. Each further unit of money in a segment reaches fewer new"
    " customers. The rows shown here are those of the budget that the page begins with."
)
EVIDENCE = {
    DIVISION: Evidence(
        "segment_result", division_rows, queries.SEGMENTS, ("average_basket",), HOW
    ),
    SENSITIVITY: Evidence(
        "segment_result", sensitivity_rows, queries.SEGMENTS, ("average_basket",), HOW
    ),
    CURVES: Evidence("segment_result", curve_rows, queries.SEGMENTS, ("average_basket",), HOW),
}

dash.register_page(
    __name__,
    path="/strategy",
    title="Strategy · Clientele",
    name="Strategy",
    group="Act",
    order=10,
    icon="signpost-split",
    lead="What to do with each segment, with how much money, and what it should bring.",
    evidence=EVIDENCE,
)


def layout(**_query: str) -> Component:
    """Lay out the page; callbacks fill it."""
    return html.Div(
        [
            html.Div(
                [
                    _labelled(f"Budget of {DAYS} days", BUDGET, min=1, max=int(1e12)),
                    choice(
                        DIVIDE,
                        "The cards divide it",
                        [{"label": title, "value": way} for way, title in WAYS.items()],
                        BY_PLAYBOOK,
                        show_label=True,
                    ),
                    html.Div(id=SAID, className="strategy-said", role="status"),
                ],
                className="strategy-head",
            ),
            html.Div(id=FOLLOWED, className="strategy-followed", role="status"),
            section("By segment", html.Div(id=CARDS, className="strategy-cards")),
            section("The budget", _budget()),
            section("What a campaign brings", _calculator()),
            section("Scenarios", _scenarios()),
            section(
                "By risk and value",
                html.P(id=GROUPS_SAID, className="section-lead"),
                html.Div(id=GROUPS, className="strategy-cards"),
            ),
            html.Div(section("The playbook", _editor()), id="strategy-playbook"),
            *(dcc.Store(id=each) for each in (FILLED, KEPT, BASED, SAVED)),
        ],
        className="strategy-page",
    )


def _budget() -> Component:
    return grid(
        chart_card(
            DIVISION,
            evidence=EVIDENCE[DIVISION],
            subject="Spend by segment, both ways within the playbook's bounds",
            columns=12,
            height=360,
        ),
        chart_card(
            SENSITIVITY,
            evidence=EVIDENCE[SENSITIVITY],
            subject="Profit with more or less budget, divided for the most profit",
        ),
        chart_card(
            CURVES,
            evidence=EVIDENCE[CURVES],
            subject="Expected profit by spend in each segment",
        ),
    )


def _calculator() -> Component:
    heads = [html.Th(title, scope="col") for title in ("Range", *map(str.capitalize, ENDS))]
    body = [
        html.Tr(
            [html.Th(title, scope="row"), *(html.Td(_cell(title, name, end)) for end in ENDS)]
        )
        for name, title in RANGES.items()
    ]
    inputs = html.Table([html.Thead(html.Tr(heads)), html.Tbody(body)], className="ranges")
    return grid(
        text_card(
            f"Assumptions of one campaign in {DAYS} days",
            html.Div(
                [
                    html.P(id=SHARED_SAID, className="strategy-shared", role="status"),
                    html.Div(
                        [
                            choice(SEGMENT, "Customers of", [], show_label=True),
                            _labelled("Customers contacted", CUSTOMERS, min=0, step=1),
                        ],
                        className="strategy-fields",
                    ),
                    inputs,
                ],
                className="card-text",
            ),
        ),
        text_card("What comes of them", html.Div(id=OUTCOME, role="status")),
        chart_card(
            PROFIT,
            evidence=None,
            subject="Profit in 10,000 draws from the ranges",
        ),
        chart_card(
            TORNADO,
            evidence=None,
            subject="Profit with one range at a time at its ends, the rest at the likeliest",
        ),
    )


def _cell(title: str, name: str, end: str) -> list[Component]:
    control = _field(name, end)
    return [
        html.Label(f"{title}, {end}", htmlFor=control, className="visually-hidden"),
        dbc.Input(id=control, type="number", min=0, step="any", debounce=True, size="sm"),
    ]


def _scenarios() -> Component:
    return grid(
        text_card(
            "Keep what stands above",
            html.Div(
                [
                    html.Div(
                        [
                            html.Label("Name", htmlFor=NAME, className="quiet"),
                            dbc.Input(
                                id=NAME,
                                type="text",
                                maxLength=scenarios.LONGEST_NAME,
                                debounce=True,
                                size="sm",
                            ),
                        ],
                        className="control",
                    ),
                    html.Button(
                        "Save the scenario", id=KEEP, type="button", className="button primary"
                    ),
                    html.Span(id=ADDRESS),
                ],
                className="strategy-fields card-text",
            ),
            html.Div(id=KEPT_SAID, role="status", className="strategy-answer"),
            html.Div(id=SCENARIOS),
            html.Div(id=COMPARISON_SAID, role="status", className="card-text quiet"),
            columns=12,
        ),
        html.Div(
            grid(
                text_card("Side by side", html.Div(id=COMPARISON)),
                chart_card(
                    COMPARED,
                    evidence=None,
                    subject="Revenue, cost and profit of the scenarios chosen above",
                    height=380,
                ),
            ),
            id=BESIDE,
            hidden=True,
            className="span-12",
        ),
    )


def _editor() -> Component:
    return grid(
        text_card(
            "Edit it",
            html.P(
                "Shares, rates and discounts are in per cent. It is checked while you type;"
                " each save is a new version that every figure on the page follows.",
                className="card-text quiet",
            ),
            html.Div(
                [
                    html.Pre(id=GUTTER, className="playbook-gutter", **aria(hidden="true")),
                    html.Div(
                        [
                            html.Label(
                                "Playbook as YAML", htmlFor=EDITOR, className="visually-hidden"
                            ),
                            dbc.Textarea(
                                id=EDITOR,
                                debounce=QUIET,
                                spellcheck="false",
                                wrap="off",
                                className="playbook-text",
                            ),
                        ],
                        className="playbook-field",
                    ),
                ],
                className="playbook-editor",
            ),
            html.Div(id=FAULTS, role="status", className="card-text"),
            html.Div(
                [
                    html.Div(
                        [
                            html.Label("Why (optional)", htmlFor=NOTE, className="quiet"),
                            dbc.Input(
                                id=NOTE,
                                type="text",
                                maxLength=playbooks.LONGEST_NOTE,
                                size="sm",
                            ),
                        ],
                        className="control",
                    ),
                    html.Button(
                        "Save a new version", id=SAVE, type="button", className="button primary"
                    ),
                    html.Button("Discard changes", id=RESET, type="button", className="button"),
                ],
                className="strategy-fields card-text",
            ),
            html.Div(id=SAVED_SAID, role="status", className="strategy-answer"),
            columns=7,
        ),
        html.Div(
            [
                text_card("Versions", html.Div(id=HISTORY), columns=12),
                text_card(
                    "What changed",
                    html.Div(
                        [
                            choice(BEFORE, "From", [], show_label=True),
                            choice(AFTER, "To", [], show_label=True),
                        ],
                        className="strategy-fields card-text",
                    ),
                    html.Div(id=CHANGES),
                    columns=12,
                ),
            ],
            className="stack span-5",
        ),
    )


def _labelled(title: str, control: str, **limits: Any) -> Component:
    return html.Div(
        [
            html.Label(title, htmlFor=control, className="quiet"),
            dbc.Input(
                id=control,
                type="number",
                debounce=True,
                size="sm",
                **cast(Any, {"step": "any", **limits}),
            ),
        ],
        className="control",
    )


def _field(name: str, end: str) -> str:
    return f"strategy-{name.replace('_', '-')}-{end}"


FIELD_INPUTS = [Input(_field(name, end), "value") for name, end in FIELDS]
FIELD_STATES = [State(_field(name, end), "value") for name, end in FIELDS]


@callback(
    Output(CARDS, "children"),
    Output(SAID, "children"),
    Output(BUDGET, "placeholder"),
    Input(URL, "search"),
    Input(BUDGET, "value"),
    Input(DIVIDE, "value"),
    Input(SAVED, "data"),
)
def show_cards(
    search: str | None, budget: float | None, way: str, _saved: Any
) -> tuple[list[Component], Any, str]:
    """Write a card per segment by priority, and what the budget is expected to bring."""
    with snapshot(search) as at:
        first = remember(at, budgets.start)
        usual = f"{first.amount:.0f}" if first else ""
        amount = _amount(at, budget)
        try:
            found = _planned(at, amount)
        except StrategyError as error:
            return _cards(at, None, way), error_state(str(error)), usual
        chosen = first.said if first and budget is None else ""
        said = _told(found, amount, at.currency)
        return _cards(at, found, way), html.P(f"{chosen} {said}".strip()), usual


@callback(Output(FOLLOWED, "children"), Input(URL, "search"), Input(SAVED, "data"))
def show_followed(search: str | None, _saved: Any) -> list[Component | None]:
    """Say which playbook the figures follow."""
    with snapshot(search) as at:
        problem = queries.in_force(at).problem
        return [
            html.P([_followed(at), " ", html.A("Edit it", href="#strategy-playbook")]),
            error_state(problem) if problem else None,
        ]


@callback(
    Output(GROUPS, "children"),
    Output(GROUPS_SAID, "children"),
    Input(URL, "search"),
    Input(SAVED, "data"),
)
def show_groups(search: str | None, _saved: Any = None) -> tuple[list[Component], str]:
    """Write a card per group by risk and value."""
    with snapshot(search) as at:
        found = remember(at, queries.risk_groups)
        if found.rows.empty:
            return [empty_state("No groups by risk and value", NEEDS_RISK)], ""
        plays = queries.in_force(at).playbook.groups
        cards = [
            shown.group_card(row, plays[row.risk_value], at.currency)
            for row in each_row(found.rows)
        ]
        return cards, _parted(at, found.cut)


@callback(
    *chart_outputs(DIVISION),
    Input(URL, "search"),
    Input(BUDGET, "value"),
    Input(SAVED, "data"),
)
def show_division(search: str | None, budget: float | None, _saved: Any) -> Drawn:
    """Draw how the budget is divided."""
    with snapshot(search) as at:
        return drawn(at, _division, _amount(at, budget))


@callback(
    *chart_outputs(SENSITIVITY),
    Input(URL, "search"),
    Input(BUDGET, "value"),
    Input(SAVED, "data"),
)
def show_sensitivity(search: str | None, budget: float | None, _saved: Any) -> Drawn:
    """Draw what more or less budget brings."""
    with snapshot(search) as at:
        return drawn(at, _sensitivity, _amount(at, budget))


@callback(
    *chart_outputs(CURVES),
    Input(URL, "search"),
    Input(BUDGET, "value"),
    Input(SAVED, "data"),
)
def show_curves(search: str | None, budget: float | None, _saved: Any) -> Drawn:
    """Draw what spending brings in each segment."""
    with snapshot(search) as at:
        return drawn(at, _responses, _amount(at, budget))


@callback(
    Output(SEGMENT, "options"),
    Output(SEGMENT, "value"),
    Output(CUSTOMERS, "value"),
    *(Output(_field(name, end), "value") for name, end in FIELDS),
    Output(BUDGET, "value"),
    Output(FILLED, "data"),
    Output(SHARED_SAID, "children"),
    Input(URL, "search"),
    Input(SEGMENT, "value"),
    Input({"type": TYPES.load, "scenario": ALL}, "n_clicks"),
    Input(SAVED, "data"),
    State(FILLED, "data"),
    State(CUSTOMERS, "value"),
    *FIELD_STATES,
)
def fill(search: str | None, segment: str | None, *rest: Any) -> tuple[Any, ...]:
    """Begin with what the address carries, else with what the playbook assumes.

    A change of the segment or the playbook brings the playbook's figures; where someone has
    entered others, a saved playbook leaves those alone.
    """
    _clicks, _saved, before, customers, *values = rest
    cause = _cause()
    with snapshot(search) as at:
        if cause == TYPES.load:
            loaded = _row_of(at, search, str(ctx.triggered_id["scenario"])).entered
            if loaded is None:
                raise PreventUpdate
            said = f"“{loaded.name}” is loaded."
            return _filled(at, loaded, said)
        if cause == SEGMENT:
            return _filled_anew(at, segment)
        if cause == SAVED:
            if before != [customers, *values]:
                raise PreventUpdate
            return _filled_anew(at, segment)
        shared = scenarios.from_query(search)
        if shared.entered:
            first = shared.entered[0]
            said = (
                f"“{first.name}” came with the address; it is not saved here."
                " Give it a name below to keep it."
            )
            return _filled(at, first, said)
        options, first_segment = _offered(at)
        assumed = _usual(at, first_segment)
        return (options, first_segment, *assumed, None, assumed, shared.problem)


@callback(
    Output(OUTCOME, "children"),
    *chart_outputs(PROFIT),
    *chart_outputs(TORNADO),
    *FIELD_INPUTS,
    Input(CUSTOMERS, "value"),
    State(SEGMENT, "value"),
    State(URL, "search"),
)
def show_returns(*values: Any) -> tuple[Any, ...]:
    """Simulate the campaign and say what comes of it."""
    *ranges, customers, segment, search = values
    with snapshot(search) as at:
        try:
            entered = scenarios.entered(
                ranges, segment=segment, customers=customers, budget=None
            )
            found = None if entered is None else scenarios.assumed(entered)
        except StrategyError as error:
            blank = drawn(at, _blank, str(error))
            return error_state(str(error)), *blank, *blank
        if found is None:
            sentence = NEEDS_BASKETS if segment is None else NEEDS_RANGES
            blank = drawn(at, _blank, sentence)
            return html.P(sentence, className="card-text"), *blank, *blank
        said = found.model_dump_json()
        return (
            _outcome(at, found),
            *drawn(at, _profit, said),
            *drawn(at, _tornado, said),
        )


@callback(
    Output(KEPT, "data"),
    Output(KEPT_SAID, "children"),
    Output(NAME, "value"),
    Input(KEEP, "n_clicks"),
    State(NAME, "value"),
    State(SEGMENT, "value"),
    State(CUSTOMERS, "value"),
    State(BUDGET, "value"),
    State(URL, "search"),
    *FIELD_STATES,
    running=[(Output(KEEP, "disabled"), True, False)],
    prevent_initial_call=True,
)
def keep(
    _clicks: int | None,
    name: str | None,
    segment: str | None,
    customers: float | None,
    budget: float | None,
    search: str | None,
    *values: Any,
) -> tuple[Any, ...]:
    """Save the calculator and the budget under a name."""
    try:
        entered = scenarios.entered(
            values,
            segment=segment,
            customers=customers,
            budget=budget,
            name=" ".join((name or "").split()),
        )
        if entered is None:
            raise StrategyError(NEEDS_RANGES)
        with snapshot(search) as at:
            dataset = at.dataset
            is_there = any(each.name == entered.name for each in scenarios.every(at))
        scenarios.save(here().workspace.engine, entered, dataset=dataset, at=now())
    except (StrategyError, DatabaseError) as error:
        return no_update, error_state(str(error)), no_update
    verb = "saved in place of the earlier one" if is_there else "saved"
    return now().isoformat(), html.P(f"“{entered.name}” is {verb}."), ""


@callback(
    Output(KEPT, "data", allow_duplicate=True),
    Output(KEPT_SAID, "children", allow_duplicate=True),
    Input({"type": TYPES.delete, "scenario": ALL}, "n_clicks"),
    State(URL, "search"),
    prevent_initial_call=True,
)
def delete(clicks: list[int | None], search: str | None) -> tuple[Any, Any]:
    """Delete a saved scenario."""
    pressed = ctx.triggered_id
    if pressed is None or not any(clicks):
        raise PreventUpdate
    number = str(pressed["scenario"]).removeprefix(SAVED_KEY)
    with snapshot(search) as at:
        name = scenarios.delete(here().workspace.engine, at, int(number))
    said = f"“{name}” is deleted." if name else "It was deleted already."
    return now().isoformat(), html.P(said)


@callback(
    Output(SCENARIOS, "children"),
    Input(URL, "search"),
    Input(KEPT, "data"),
    State({"type": TYPES.compare, "scenario": ALL}, "value"),
    State({"type": TYPES.compare, "scenario": ALL}, "id"),
)
def show_scenarios(
    search: str | None, _kept: Any, chosen: list[bool | None], ids: list[dict[str, str]]
) -> Component:
    """List what is entered, what came with the address, and what is saved."""
    with snapshot(search) as at:
        rows = _rows(at, search)
        keys = {each["scenario"] for each, is_on in zip(ids, chosen, strict=True) if is_on}
        if not ids:
            keys = {row.key for row in rows if row.key.startswith(SHARED_KEY)}
        return listed.scenario_table(
            rows,
            chosen=keys if ids or len(keys) > 1 else set(),
            dataset=partial(_address, at.dataset),
            currency=at.currency,
            types=TYPES,
        )


@callback(
    Output(COMPARISON, "children"),
    Output(BESIDE, "hidden"),
    Output(COMPARISON_SAID, "children"),
    *chart_outputs(COMPARED),
    Output(ADDRESS, "children"),
    Input({"type": TYPES.compare, "scenario": ALL}, "value"),
    Input(SEGMENT, "value"),
    Input(CUSTOMERS, "value"),
    Input(BUDGET, "value"),
    Input(NAME, "value"),
    Input(SAVED, "data"),
    *FIELD_INPUTS,
    State({"type": TYPES.compare, "scenario": ALL}, "id"),
    State(URL, "search"),
)
def show_comparison(
    chosen: list[bool | None],
    segment: str | None,
    customers: float | None,
    budget: float | None,
    name: str | None,
    _saved: Any,
    *rest: Any,
) -> tuple[Any, ...]:
    """Set the chosen scenarios side by side, and give the address of what is entered."""
    *values, ids, search = rest
    current = scenarios.entered(
        values, segment=segment, customers=customers, budget=budget, name=name or "As entered"
    )
    keys = [each["scenario"] for each, is_on in zip(ids, chosen, strict=True) if is_on]
    with snapshot(search) as at:
        known = {row.key: row.entered for row in _rows(at, search)}
        known[listed.NOW] = current
        many = [there for key in keys if (there := known.get(key)) is not None]
        address = _addresses(at, current, many)
        try:
            texts = tuple(scenarios.to_text(each) for each in many)
            if not 2 <= len(texts) <= scenarios.MOST:
                raise StrategyError(NEEDS_TWO)
            outcomes = [remember(at, scenarios.outcome, text) for text in texts]
        except StrategyError as error:
            sentence = str(error)
            if not sentence.endswith("."):
                sentence = f"A scenario can't be worked out: {sentence}."
            blank = drawn(at, _blank, sentence)
            return None, True, sentence, *blank, address
        table = listed.comparison_table(outcomes, at.currency)
        return table, False, "", *drawn(at, _compared, texts), address


@callback(
    Output(EDITOR, "value"),
    Output(BASED, "data"),
    Input(URL, "search"),
    Input(RESET, "n_clicks"),
)
def open_editor(search: str | None, _clicks: int | None) -> tuple[str, int]:
    """Show the playbook in force to be edited."""
    with snapshot(search) as at:
        return playbooks.text_of(at, at.playbook), at.playbook


@callback(
    Output(FAULTS, "children"),
    Output(SAVE, "disabled"),
    Input(EDITOR, "value"),
    prevent_initial_call=True,
)
def check(text: str | None) -> tuple[Component, bool]:
    """Say what is wrong with the text."""
    found = economics.faults(text or "")
    return versions.fault_list(found), bool(found)


@callback(
    Output(SAVED, "data"),
    Output(BASED, "data", allow_duplicate=True),
    Output(SAVED_SAID, "children"),
    Output(NOTE, "value"),
    Input(SAVE, "n_clicks"),
    State(EDITOR, "value"),
    State(NOTE, "value"),
    State(BASED, "data"),
    State(URL, "search"),
    prevent_initial_call=True,
)
def save(
    _clicks: int | None, text: str | None, note: str | None, based: int, search: str | None
) -> tuple[Any, ...]:
    """Save the text as a new version."""
    return *_saved_as(text or "", note or "", based, search), ""


@callback(
    Output(SAVED, "data", allow_duplicate=True),
    Output(BASED, "data", allow_duplicate=True),
    Output(SAVED_SAID, "children", allow_duplicate=True),
    Output(EDITOR, "value", allow_duplicate=True),
    Input({"type": RESTORE, "version": ALL}, "n_clicks"),
    State(URL, "search"),
    prevent_initial_call=True,
)
def restore(clicks: list[int | None], search: str | None) -> tuple[Any, ...]:
    """Save an earlier version, or the built-in one, as a new version."""
    pressed = ctx.triggered_id
    if pressed is None or not any(clicks):
        raise PreventUpdate
    version = int(pressed["version"])
    with snapshot(search) as at:
        text, based = playbooks.text_of(at, version), at.playbook
    note = f"Restored {versions.title_of(version)}"
    return *_saved_as(text, note, based, search), text


@callback(
    Output(HISTORY, "children"),
    Output(BEFORE, "options"),
    Output(BEFORE, "value"),
    Output(AFTER, "options"),
    Output(AFTER, "value"),
    Input(URL, "search"),
    Input(SAVED, "data"),
)
def show_history(search: str | None, _saved: Any) -> tuple[Any, ...]:
    """List the versions and offer any two to be compared."""
    with snapshot(search) as at:
        every = playbooks.versions(at)
    numbers = [*(each.version for each in every), BUILT_IN]
    options = [
        {"label": versions.title_of(number).capitalize(), "value": str(number)}
        for number in numbers
    ]
    before = str(numbers[1] if len(numbers) > 1 else BUILT_IN)
    return (
        versions.version_table(every, RESTORE),
        options,
        before,
        options,
        str(numbers[0]),
    )


@callback(
    Output(CHANGES, "children"),
    Input(BEFORE, "value"),
    Input(AFTER, "value"),
    State(URL, "search"),
    prevent_initial_call=True,
)
def show_changes(before: str | None, after: str | None, search: str | None) -> Component:
    """Show what changed from one version to another."""
    with snapshot(search) as at:
        try:
            texts = [playbooks.text_of(at, _version(each)) for each in (before, after)]
        except StrategyError as error:
            return error_state(str(error))
    return versions.difference_view(playbooks.difference(*texts))


clientside_callback(
    ClientsideFunction("strategy", "number_lines"),
    Output(GUTTER, "children"),
    Input(EDITOR, "value"),
)

SHARED_KEY, SAVED_KEY = "shared-", "saved-"


def _version(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else BUILT_IN


def _saved_as(text: str, note: str, based: int, search: str | None) -> tuple[Any, Any, Any]:
    """Save a version; give what changed, what the editor is based on now, and a sentence."""
    with snapshot(search) as at:
        dataset, in_force = at.dataset, at.playbook
    try:
        version = playbooks.save(
            here().workspace.engine,
            dataset=dataset,
            text=text,
            note=note,
            based_on=based,
            at=now(),
        )
    except PlaybookChanged as error:
        return now().isoformat(), in_force, error_state(str(error))
    except (StrategyError, DatabaseError) as error:
        return no_update, no_update, error_state(str(error))
    if version == in_force:
        title = versions.title_of(version).capitalize()
        return no_update, version, html.P(f"Nothing changed: {title} says the same.")
    said = f"Version {version} is saved; every figure on this page follows it."
    return now().isoformat(), version, html.P(said)


def _followed(at: Snapshot) -> str:
    """Say which playbook is in force, and what the refresh counted with."""
    version = saved(at)
    if version is None:
        return (
            "The built-in playbook is in force: nobody has saved another one for this data set."
        )
    note = f" (“{version.note}”)" if version.note else ""
    return (
        f"Version {version.version} of the playbook, saved {wording.moment(version.saved_at)}"
        f"{note}, is in force on this page, on the churn page, in the action plan and in the"
        " report."
    )


def _parted(at: Snapshot, cut: float | None) -> str:
    """Say at which costs the groups are parted, and which the refresh used."""
    if cut is None:
        said = "Parted at the costs that the refresh counted with"
        if at.playbook == BUILT_IN:
            return f"{said}."
        return f"{said}; those of version {at.playbook} of the playbook are the same."
    return (
        f"Parted at a churn probability of {wording.percent(cut, 1)}, the best cut at the costs"
        f" of version {at.playbook} of the playbook. The refresh used its own costs (the"
        " built-in playbook's unless its settings say otherwise): filters by churn risk,"
        " campaigns, customer lists and published_customer keep the groups that it made."
    )


def _cause() -> str:
    """Tell what a callback answers to: an id, or the type of one; the address if in doubt."""
    triggered = [each for each in ctx.triggered if each["value"] is not None]
    names = [each["prop_id"].rsplit(".", 1)[0] for each in triggered]
    if URL in names or not ctx.triggered:
        return URL
    if not names:
        only = ctx.triggered[0]["prop_id"].rsplit(".", 1)[0]
        if only in (URL, "", "."):
            return URL
        raise PreventUpdate
    pressed = ctx.triggered_id
    return str(pressed["type"]) if isinstance(pressed, dict) else str(pressed)


def _offered(at: Snapshot, also: str | None = None) -> tuple[list[dict[str, str]], str | None]:
    """Offer the segments whose order values are known, and one that an address names."""
    known = remember(at, queries.baskets)
    names = [name for name in segment_queries.order(at) if name in known]
    options = [{"label": name, "value": name} for name in names]
    if also is not None and also not in names:
        options.append({"label": f"{also} (not in this data set)", "value": also})
    return options, also or (names[0] if names else None)


def _usual(at: Snapshot, segment: str | None) -> list[float | None]:
    """Give how many a segment is, and what the playbook assumes of it."""
    plans = budgets.assumed(at)
    if segment not in plans:
        return [None] * (len(FIELDS) + 1)
    assumed = plans[segment]
    values = [
        round(
            getattr(getattr(assumed, name), end) * (100 if name in scenarios.SHARES else 1), 2
        )
        for name, end in FIELDS
    ]
    return [assumed.customers, *values]


def _filled(at: Snapshot, scenario: Entered, said: str) -> tuple[Any, ...]:
    options, segment = _offered(at, scenario.segment)
    values = [scenario.customers, *scenario.ranges]
    return (options, segment, *values, scenario.budget, None, said)


def _filled_anew(at: Snapshot, segment: str | None) -> tuple[Any, ...]:
    usual = _usual(at, segment)
    if usual[0] is None:
        raise PreventUpdate
    return (no_update, no_update, *usual, no_update, usual, "")


def _rows(at: Snapshot, search: str | None) -> list[listed.Row]:
    """List scenarios: what is entered, what came with the address, what is saved."""
    found = [listed.Row(listed.NOW, "As entered above", "not saved", None)]
    for place, each in enumerate(scenarios.from_query(search).entered):
        key = f"{SHARED_KEY}{place}"
        found.append(listed.Row(key, each.name, "came with the address", each))
    for kept in scenarios.every(at):
        key = f"{SAVED_KEY}{kept.scenario_id}"
        when = wording.moment(kept.saved_at)
        found.append(listed.Row(key, kept.name, when, kept.entered, deletes=True))
    return found


def _row_of(at: Snapshot, search: str | None, key: str) -> listed.Row:
    for row in _rows(at, search):
        if row.key == key:
            return row
    raise PreventUpdate


def _address(dataset: str, *many: Entered) -> str:
    return f"/strategy{scenarios.to_query(many, dataset)}"


def _addresses(at: Snapshot, current: Entered | None, many: list[Entered]) -> list[Component]:
    """Link to what is entered, and to what is compared, each with its whole state."""
    links: list[Component] = []
    try:
        if current is not None:
            scenarios.assumed(current)
            links.append(
                dcc.Link(
                    "Address of these figures",
                    href=_address(at.dataset, current),
                    className="button",
                )
            )
        if 2 <= len(many) <= scenarios.MOST:
            href = _address(at.dataset, *many)
            links.append(dcc.Link("Address of the comparison", href=href, className="button"))
    except StrategyError:  # what is wrong stands beside the ranges
        return links
    return links


def _compared(at: Snapshot, texts: tuple[str, ...]) -> Chart:
    outcomes = [remember(at, scenarios.outcome, text) for text in texts]
    rows = listed.comparison_rows(outcomes)
    profits = rows[rows["measure"] == shown.MEASURED["profit"]]
    best = profits.sort_values("mean", ascending=False, kind="stable").iloc[0]
    earned = wording.money_short(float(best["mean"]), at.currency)
    finding = f"“{best['scenario']}” brings most: {earned}"
    figure = figures.compared(rows, currency=at.currency)
    return Chart(figure, finding, f"Means with intervals by scenario. {finding}.")


def _blank(_at: Snapshot, sentence: str) -> Chart:
    return Chart(go.Figure(), "No outcome yet", "", sentence)


def _outcome(at: Snapshot, assumed: Assumptions) -> list[Component]:
    """Write what comes of a campaign, with intervals, and where it breaks even."""
    returns = economics.simulate(assumed, seed=SEED)
    even = economics.break_even_response(assumed)
    said = (
        "No response would pay: each order costs more discount than it brings margin."
        if even is None
        else f"It breaks even at a response of {wording.percent(even, 2)}."
    )
    return [
        html.P(
            f"{wording.count(assumed.customers, 'customer')} contacted in {assumed.days} days."
            f" {wording.percent(returns.loss)} of the draws lose money. {said}",
            className="card-text",
        ),
        shown.outcome_table(returns, at.currency),
    ]


def _profit(at: Snapshot, said: str) -> Chart:
    returns = economics.simulate(Assumptions.model_validate_json(said), seed=SEED)
    finding = f"{wording.percent(1 - returns.loss)} of the draws earn money"
    figure = figures.profits(returns.draws, currency=at.currency)
    return Chart(figure, finding, f"Histogram of profit. {finding}.")


def _tornado(at: Snapshot, said: str) -> Chart:
    rows = economics.tornado(Assumptions.model_validate_json(said))
    name = RANGES[str(rows["input"].iloc[0])].split(",")[0]
    finding = f"{name} matters most"
    figure = figures.tornado(rows, titles=RANGES, currency=at.currency)
    return Chart(figure, finding, f"Bars of profit by range. {finding}.")


def _amount(at: Snapshot, budget: float | None) -> float:
    """Give the budget, the best one where none was given, 0 where it is none."""
    if budget is None:
        first = remember(at, budgets.start)
        return first.amount if first else 1.0
    return float(budget) if 1 <= budget <= scenarios.MOST_MONEY else 0.0


def _told(found: Plan | None, amount: float, currency: str) -> str:
    if not amount:
        return NEEDS_BUDGET
    if found is None:
        return NEEDS_BASKETS
    division = found.division
    most = division.by_profit.profit
    price = division.sensitivity.shadow_price
    said = [
        f"By the playbook it should bring a profit of"
        f" {wording.money(division.by_playbook.profit, currency)}, divided for the most profit"
        f" {wording.money(most, currency)}.",
        f"The next {wording.money(1, currency)} brings"
        f" {wording.money(price, currency)}; above"
        f" {wording.money(division.sensitivity.best_budget, currency)} no more can pay.",
    ]
    if most < 0:
        said.append("Within the playbook's bounds it loses money, however it is divided.")
    notes = (division.shares.note, division.by_playbook.note, division.by_profit.note)
    return " ".join([*said, *dict.fromkeys(note for note in notes if note)])


def _cards(at: Snapshot, found: Plan | None, way: str = BY_PLAYBOOK) -> list[Component]:
    playbook = queries.in_force(at).playbook
    rows = remember(at, queries.segments)
    scores = remember(at, queries.engagement, playbook.engagement).set_index("segment")
    spent: Mapping[str, Any] = {}
    if found is not None:
        divided = found.division.by_profit if way == BY_PROFIT else found.division.by_playbook
        spent = {row.segment: row for row in each_row(divided.rows)}
    looks = marks(list(rows["segment"]))
    ordered = sorted(
        each_row(rows),
        key=lambda row: (
            economics.play_for(playbook, row.segment).play.priority,
            row.position,
        ),
    )
    return [
        shown.segment_card(
            row,
            economics.play_for(playbook, row.segment).play,
            spend=spent.get(row.segment),
            score=scores.loc[row.segment] if row.segment in scores.index else None,
            colour=looks[row.segment].colour,
            currency=at.currency,
        )
        for row in ordered
    ]


def _curves(found: Plan, budget: float) -> dict[str, pd.DataFrame]:
    return {
        str(row["segment"]): economics.response_curve(row, upto=budget)
        for _, row in found.inputs.iterrows()
    }


def _missing(amount: float) -> str:
    return NEEDS_BASKETS if amount else NEEDS_BUDGET


def _planned(at: Snapshot, amount: float) -> Plan | None:
    return remember(at, plan, amount) if amount else None


def _division(at: Snapshot, amount: float) -> Chart:
    found = _planned(at, amount)
    if found is None:
        return Chart(go.Figure(), "How the budget is divided", "", _missing(amount))
    gain = found.division.by_profit.profit - found.division.by_playbook.profit
    finding = f"Divided for the most profit it brings {wording.money(gain, at.currency)} more"
    if gain < 0.005:
        finding = "The playbook's shares already bring the most profit"
    figure = figures.division(
        found.division.by_playbook.rows, found.division.by_profit.rows, currency=at.currency
    )
    return Chart(figure, finding, f"Bars of spend by segment. {finding}.")


def _sensitivity(at: Snapshot, amount: float) -> Chart:
    found = _planned(at, amount)
    if found is None:
        return Chart(go.Figure(), "What more budget brings", "", _missing(amount))
    price = found.division.sensitivity.shadow_price
    finding = (
        f"The next {wording.money(1, at.currency)} of budget changes the profit by"
        f" {wording.money(price, at.currency)}"
    )
    figure = figures.sensitivity(found.division.sensitivity.rows, currency=at.currency)
    return Chart(figure, finding, f"Bars of profit by budget. {finding}.")


def _responses(at: Snapshot, amount: float) -> Chart:
    found = _planned(at, amount)
    if found is None:
        return Chart(go.Figure(), "What spending brings", "", _missing(amount))
    curves = _curves(found, amount)
    best = max(curves, key=lambda name: float(curves[name]["profit"].max()))
    most = float(curves[best]["profit"].max())
    finding = f"Most can be earned from {best}: {wording.money_short(most, at.currency)}"
    figure = figures.curves(curves, order=segment_queries.order(at), currency=at.currency)
    return Chart(figure, finding, f"Lines of profit by spend. {finding}.")
