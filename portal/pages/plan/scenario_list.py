"""The scenarios of the plan: kept under a name, listed, set side by side.

A page lays out `scenario_cards()` and calls `follow_scenarios()` at its module level.
"""

from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlencode

import dash_bootstrap_components as dbc
from dash import ALL, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from db.errors import DatabaseError
from portal.kit.cards import grid
from portal.kit.drawing.chart import Chart
from portal.kit.drawing.charts import chart_card, chart_outputs, drawn
from portal.kit.page import Page
from portal.kit.states import error_state, text_card
from portal.kit.undo import asked_back, deleted_list, restoring, said_with_undo
from portal.pages.plan import figures, scenarios
from portal.pages.plan import scenario_table as shown
from portal.pages.plan.calculator import LOADED
from portal.pages.plan.entered import ENTERED, NEEDS_RANGES, current, kept
from portal.pages.plan.named import named
from portal.pages.plan.playbook.playbook_editor import SAVED
from portal.pages.plan.returns_shown import blank_chart
from portal.pages.plan.scenario_table import (
    COMPARE,
    DELETE,
    LOAD,
    SAVED_KEY,
    SHARED_KEY,
    row_of,
    rows_of,
)
from portal.pages.plan.scenarios import Entered
from portal.reading.contacting.contact_plan import PLAN_BUDGET
from portal.reading.contacting.economics import StrategyError
from portal.reading.filters import URL, Filters, from_query
from portal.reading.jobs import now
from portal.reading.predicting.reckoned import reckoned
from portal.reading.published import PublishedRun, here, published_run, remember
from portal.words import wording
from portal.words.plain_text import masked

NAME = "plan-name"
KEEP = "plan-keep"
KEPT = "plan-kept"
KEPT_SAID = "plan-kept-said"
RESTORE = "plan-scenario-restore"
ADDRESS = "plan-address"
SCENARIOS = "plan-scenarios"
LISTED = "plan-listed"
"""The keys of the rows listed. The comparison waits for it: boxes that come with a later
answer would let it run twice."""
COMPARISON = "plan-comparison"
COMPARISON_SAID = "plan-comparison-said"
BESIDE = "plan-beside"
COMPARED = "plan-compared"
NEEDS_TWO = "Choose two to four scenarios to see them side by side."


def scenario_cards() -> Component:
    """Lay out the name, the list, and the place for a comparison."""
    return grid(
        text_card(
            "Keep what stands under “One campaign”",
            html.Div(
                [
                    html.Div(
                        [
                            html.Label("Name", htmlFor=NAME, className="quiet"),
                            dbc.Input(
                                id=NAME,
                                type="text",
                                maxLength=scenarios.LONGEST_NAME,
                                placeholder="by itself if left empty",
                                debounce=True,
                                size="sm",
                            ),
                        ],
                        className="control",
                    ),
                    html.Button(
                        "Save the scenario", id=KEEP, type="button", className="button primary"
                    ),
                    html.Div(id=ADDRESS, className="button-row"),
                ],
                className="plan-fields card-text",
            ),
            html.Div(id=KEPT_SAID, role="status", className="plan-answer"),
            html.Div(id=SCENARIOS),
            html.Div(id=COMPARISON_SAID, role="status", className="card-text quiet"),
            columns=12,
        ),
        html.Div(
            grid(
                text_card("Side by side", html.Div(id=COMPARISON), columns=7),
                chart_card(
                    COMPARED,
                    subject="Revenue, cost and profit of the scenarios chosen above",
                    height=380,
                    columns=5,
                ),
            ),
            id=BESIDE,
            hidden=True,
            className="span-12",
        ),
        dcc.Store(id=KEPT),
        dcc.Store(id=LISTED),
    )


def follow_scenarios(page: Page) -> None:
    """Let the list and the comparison follow what is entered, kept and chosen."""
    page.callback(
        Output(KEPT, "data"),
        Output(KEPT_SAID, "children"),
        Output(NAME, "value"),
        Input(KEEP, "n_clicks"),
        State(NAME, "value"),
        State(ENTERED, "data"),
        State(URL, "search"),
        running=[(Output(KEEP, "disabled"), True, False)],
        prevent_initial_call=True,
    )(keep)
    page.callback(
        Output(KEPT, "data", allow_duplicate=True),
        Output(KEPT_SAID, "children", allow_duplicate=True),
        Input({"type": DELETE, "scenario": ALL}, "n_clicks"),
        State(URL, "search"),
        prevent_initial_call=True,
    )(delete)
    page.callback(
        Output(KEPT, "data", allow_duplicate=True),
        Output(KEPT_SAID, "children", allow_duplicate=True),
        restoring(RESTORE),
        prevent_initial_call=True,
    )(restore)
    page.callback(
        Output(ENTERED, "data", allow_duplicate=True),
        Output(LOADED, "data"),
        Output(URL, "search", allow_duplicate=True),
        Input({"type": LOAD, "scenario": ALL}, "n_clicks"),
        State(URL, "search"),
        prevent_initial_call=True,
    )(load)
    page.callback(
        Output(SCENARIOS, "children"),
        Output(LISTED, "data"),
        Input(URL, "search"),
        Input(KEPT, "data"),
        State({"type": COMPARE, "scenario": ALL}, "value"),
        State({"type": COMPARE, "scenario": ALL}, "id"),
    )(show_scenarios)
    page.callback(
        Output(COMPARISON, "children"),
        Output(BESIDE, "hidden"),
        Output(COMPARISON_SAID, "children"),
        *chart_outputs(COMPARED),
        Output(ADDRESS, "children"),
        Input({"type": COMPARE, "scenario": ALL}, "value"),
        Input(NAME, "value"),
        Input(SAVED, "data"),
        Input(LISTED, "data"),
        Input(URL, "search"),
        State({"type": COMPARE, "scenario": ALL}, "id"),
        State(ENTERED, "data"),
    )(show_comparison)


def keep(
    _clicks: int | None,
    name: str | None,
    entered_data: dict[str, Any] | None,
    search: str | None,
) -> tuple[Any, ...]:
    """Save the calculator and the budget under a name."""
    try:
        with published_run(search) as run:
            typed_name = " ".join((name or "").split())
            entered = current(run, search, entered_data, name=typed_name)
            if entered is None:
                raise StrategyError(NEEDS_RANGES)
            dataset = run.dataset
            taken_names = {scenario.name for scenario in scenarios.every(run)}
            if not entered.name:
                entered = entered._replace(name=scenarios.free_name(entered, taken_names))
            is_there = entered.name in taken_names
        scenarios.save(here().workspace.engine, entered, dataset=dataset, at=now())
    except (StrategyError, DatabaseError) as error:
        return no_update, error_state(str(error)), no_update
    verb = "saved in place of the earlier one" if is_there else "saved"
    return now().isoformat(), html.P(f"“{entered.name}” is {verb}."), ""


def delete(clicks: list[int | None], search: str | None) -> tuple[Any, Any]:
    """Delete a saved scenario."""
    pressed = ctx.triggered_id
    if pressed is None or not any(clicks):
        raise PreventUpdate
    number = int(str(pressed["scenario"]).removeprefix(SAVED_KEY))
    with published_run(search) as run:
        name = scenarios.delete(here().workspace.engine, run, number, at=now())
    if name is None:
        return now().isoformat(), html.P("It was deleted already.")
    return now().isoformat(), said_with_undo(f"“{name}” is deleted.", RESTORE, number)


def restore(clicks: list[int | None]) -> tuple[Any, Any]:
    """Bring a deleted scenario back."""
    try:
        name = scenarios.restore(here().workspace.engine, asked_back(clicks))
    except DatabaseError as error:
        return no_update, error_state(str(error))
    return now().isoformat(), html.P(f"“{name}” is back.")


def load(clicks: list[int | None], search: str | None) -> tuple[Any, Any, Any]:
    """Put a scenario into the calculator, and its budget into the address."""
    pressed = ctx.triggered_id
    if pressed is None or not any(clicks):
        raise PreventUpdate
    with published_run(search) as run:
        scenario = row_of(run, search, str(pressed["scenario"])).entered
    if scenario is None:
        raise PreventUpdate
    pairs = [
        (name, value)
        for name, value in parse_qsl((search or "").removeprefix("?"))
        if name != PLAN_BUDGET
    ]
    if scenario.budget is not None:
        pairs.append((PLAN_BUDGET, f"{scenario.budget:.10g}"))
    entered = kept(search, scenario.segment, scenario.customers, scenario.ranges, None)
    return entered, f"“{scenario.name}” is loaded.", f"?{urlencode(pairs)}" if pairs else ""


def show_scenarios(
    search: str | None, _kept: Any, chosen: list[bool | None], ids: list[dict[str, str]]
) -> tuple[Component, list[str]]:
    """List what is entered, what came with the address, and what is saved."""
    with published_run(search) as run:
        rows = rows_of(run, search)
        keys = {
            component_id["scenario"]
            for component_id, is_on in zip(ids, chosen, strict=True)
            if is_on
        }
        came = {row.key for row in rows if row.key.startswith(SHARED_KEY)}
        if ctx.triggered_id != KEPT and len(came) > 1:
            keys = came
        table = shown.scenario_table(
            rows,
            chosen=keys,
            dataset=partial(_address, run.dataset),
            currency=run.currency,
        )
        away = deleted_list(scenarios.deleted(run), RESTORE, unnamed="A scenario")
        return html.Div([table, away]), [row.key for row in rows]


def show_comparison(
    chosen: list[bool | None],
    name: str | None,
    _saved: Any,
    _listed: Any,
    search: str | None,
    ids: list[dict[str, str]],
    entered_data: dict[str, Any] | None,
) -> tuple[Any, ...]:
    """Set the chosen scenarios side by side, and give the address of what is entered."""
    filters = from_query(search)
    keys = [
        component_id["scenario"]
        for component_id, is_on in zip(ids, chosen, strict=True)
        if is_on
    ]
    with published_run(search) as run:
        now_entered = current(run, search, entered_data, name=name or "As entered")
        scenario_by_key = {row.key: row.entered for row in rows_of(run, search)}
        scenario_by_key[shown.NOW] = now_entered
        many = [scenario for key in keys if (scenario := scenario_by_key.get(key)) is not None]
        address = _addresses(run, now_entered, many)
        try:
            texts = tuple(scenarios.to_text(scenario) for scenario in many)
            if not 2 <= len(texts) <= scenarios.MOST:
                raise StrategyError(NEEDS_TWO)
            outcomes = [remember(run, scenarios.outcome, filters, text) for text in texts]
        except StrategyError as error:
            sentence = str(error)
            if not sentence.endswith("."):
                sentence = f"A scenario can't be worked out: {sentence}."
            blank = drawn(run, blank_chart, sentence)
            return None, True, sentence, *blank, address
        table = shown.comparison_table(outcomes, run.currency, named=named(reckoned(run)))
        return table, False, "", *drawn(run, _compared, filters, texts), address


def _address(dataset: str, *many: Entered) -> str:
    return f"/plan{scenarios.to_query(many, dataset)}"


def _addresses(
    run: PublishedRun, current: Entered | None, many: list[Entered]
) -> list[Component]:
    """Link to what is entered, and to what is compared, each with its whole state."""
    links: list[Component] = []
    try:
        if current is not None:
            scenarios.check(current)
            links.append(
                dcc.Link(
                    "Address of these figures",
                    href=f"{_address(run.dataset, current)}#campaign",
                    className="button",
                )
            )
        if 2 <= len(many) <= scenarios.MOST:
            href = f"{_address(run.dataset, *many)}#scenarios"
            links.append(dcc.Link("Address of the comparison", href=href, className="button"))
    except StrategyError:  # what is wrong stands beside the ranges
        return links
    return links


def _compared(run: PublishedRun, filters: Filters, texts: tuple[str, ...]) -> Chart:
    outcomes = [remember(run, scenarios.outcome, filters, text) for text in texts]
    titles = named(reckoned(run)).measures
    rows = masked(shown.comparison_rows(outcomes, titles=titles))
    profits = rows[rows["measure"] == titles["profit"]]
    best = profits.sort_values("likely", ascending=False, kind="stable").iloc[0]
    earned = wording.money_short(float(best["likely"]), run.currency)
    finding = f"“{best['scenario']}” brings most: {earned}"
    figure = figures.compared(rows, currency=run.currency)
    return Chart(figure, finding, f"Expected amounts with intervals by scenario. {finding}.")
