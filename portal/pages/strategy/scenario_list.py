"""The scenarios on the strategy page: kept under a name, listed, set side by side.

A page lays out `scenario_cards()` and calls `follow_scenarios()` at its module level.
"""

from functools import partial
from typing import Any

import dash_bootstrap_components as dbc
from dash import ALL, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from db.errors import DatabaseError
from portal.kit.cards import grid
from portal.kit.chart import Chart
from portal.kit.charts import chart_card, chart_outputs, drawn
from portal.kit.page import Page
from portal.kit.states import error_state, text_card
from portal.pages.strategy import budgets, figures, scenarios
from portal.pages.strategy import scenario_table as shown
from portal.pages.strategy.calculator import (
    BUDGET,
    CUSTOMERS,
    FIELD_INPUTS,
    FIELD_STATES,
    NEEDS_RANGES,
    SEGMENT,
    blank_chart,
)
from portal.pages.strategy.parts import MEASURED
from portal.pages.strategy.playbook_editor import SAVED
from portal.pages.strategy.scenario_table import COMPARE, DELETE, SAVED_KEY, SHARED_KEY, rows_of
from portal.pages.strategy.scenarios import Entered
from portal.reading.economics import StrategyError
from portal.reading.filters import URL
from portal.reading.jobs import now
from portal.reading.published import PublishedRun, here, published_run, remember
from portal.words import wording
from portal.words.plain_text import masked

NAME = "strategy-name"
KEEP = "strategy-keep"
KEPT = "strategy-kept"
KEPT_SAID = "strategy-kept-said"
ADDRESS = "strategy-address"
SCENARIOS = "strategy-scenarios"
LISTED = "strategy-listed"
"""The keys of the rows listed. The comparison waits for it: boxes that come with a later
answer would let it run twice."""
COMPARISON = "strategy-comparison"
COMPARISON_SAID = "strategy-comparison-said"
BESIDE = "strategy-beside"
COMPARED = "strategy-compared"
NEEDS_TWO = "Choose two to four scenarios above to see them side by side."


def scenario_cards() -> Component:
    """Lay out the name, the list, and the place for a comparison."""
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
                className="strategy-fields card-text",
            ),
            html.Div(id=KEPT_SAID, role="status", className="strategy-answer"),
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
                    height=460,
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
        State(SEGMENT, "value"),
        State(CUSTOMERS, "value"),
        State(BUDGET, "value"),
        State(URL, "search"),
        *FIELD_STATES,
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
        Input(SEGMENT, "value"),
        Input(CUSTOMERS, "value"),
        Input(BUDGET, "value"),
        Input(NAME, "value"),
        Input(SAVED, "data"),
        Input(LISTED, "data"),
        *FIELD_INPUTS,
        State({"type": COMPARE, "scenario": ALL}, "id"),
        State(URL, "search"),
    )(show_comparison)


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
        with published_run(search) as run:
            entered = scenarios.entered(
                values,
                segment=segment,
                customers=customers,
                budget=budgets.settled(run, budget),
                name=" ".join((name or "").split()),
            )
            if entered is None:
                raise StrategyError(NEEDS_RANGES)
            dataset = run.dataset
            taken = {each.name for each in scenarios.every(run)}
            if not entered.name:
                entered = entered._replace(name=scenarios.free_name(entered, taken))
            is_there = entered.name in taken
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
    number = str(pressed["scenario"]).removeprefix(SAVED_KEY)
    with published_run(search) as run:
        name = scenarios.delete(here().workspace.engine, run, int(number))
    said = f"“{name}” is deleted." if name else "It was deleted already."
    return now().isoformat(), html.P(said)


def show_scenarios(
    search: str | None, _kept: Any, chosen: list[bool | None], ids: list[dict[str, str]]
) -> tuple[Component, list[str]]:
    """List what is entered, what came with the address, and what is saved."""
    with published_run(search) as run:
        rows = rows_of(run, search)
        keys = {each["scenario"] for each, is_on in zip(ids, chosen, strict=True) if is_on}
        came = {row.key for row in rows if row.key.startswith(SHARED_KEY)}
        if ctx.triggered_id != KEPT and len(came) > 1:
            keys = came
        table = shown.scenario_table(
            rows,
            chosen=keys,
            dataset=partial(_address, run.dataset),
            currency=run.currency,
        )
        return table, [row.key for row in rows]


def show_comparison(
    chosen: list[bool | None],
    segment: str | None,
    customers: float | None,
    budget: float | None,
    name: str | None,
    _saved: Any,
    _listed: Any,
    *rest: Any,
) -> tuple[Any, ...]:
    """Set the chosen scenarios side by side, and give the address of what is entered."""
    *values, ids, search = rest
    keys = [each["scenario"] for each, is_on in zip(ids, chosen, strict=True) if is_on]
    with published_run(search) as run:
        current = scenarios.entered(
            values,
            segment=segment,
            customers=customers,
            budget=budgets.settled(run, budget),
            name=name or "As entered",
        )
        known = {row.key: row.entered for row in rows_of(run, search)}
        known[shown.NOW] = current
        many = [there for key in keys if (there := known.get(key)) is not None]
        address = _addresses(run, current, many)
        try:
            texts = tuple(scenarios.to_text(each) for each in many)
            if not 2 <= len(texts) <= scenarios.MOST:
                raise StrategyError(NEEDS_TWO)
            outcomes = [remember(run, scenarios.outcome, text) for text in texts]
        except StrategyError as error:
            sentence = str(error)
            if not sentence.endswith("."):
                sentence = f"A scenario can't be worked out: {sentence}."
            blank = drawn(run, blank_chart, sentence)
            return None, True, sentence, *blank, address
        table = shown.comparison_table(outcomes, run.currency)
        return table, False, "", *drawn(run, _compared, texts), address


def _address(dataset: str, *many: Entered) -> str:
    return f"/strategy{scenarios.to_query(many, dataset)}"


def _addresses(
    run: PublishedRun, current: Entered | None, many: list[Entered]
) -> list[Component]:
    """Link to what is entered, and to what is compared, each with its whole state."""
    links: list[Component] = []
    try:
        if current is not None:
            scenarios.assumed(current)
            links.append(
                dcc.Link(
                    "Address of these figures",
                    href=_address(run.dataset, current),
                    className="button",
                )
            )
        if 2 <= len(many) <= scenarios.MOST:
            href = _address(run.dataset, *many)
            links.append(dcc.Link("Address of the comparison", href=href, className="button"))
    except StrategyError:  # what is wrong stands beside the ranges
        return links
    return links


def _compared(run: PublishedRun, texts: tuple[str, ...]) -> Chart:
    outcomes = [remember(run, scenarios.outcome, text) for text in texts]
    rows = masked(shown.comparison_rows(outcomes))
    profits = rows[rows["measure"] == MEASURED["profit"]]
    best = profits.sort_values("mean", ascending=False, kind="stable").iloc[0]
    earned = wording.money_short(float(best["mean"]), run.currency)
    finding = f"“{best['scenario']}” brings most: {earned}"
    figure = figures.compared(rows, currency=run.currency)
    return Chart(figure, finding, f"Means with intervals by scenario. {finding}.")
