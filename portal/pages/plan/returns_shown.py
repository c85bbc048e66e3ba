"""What comes of one campaign: the outcome of its ranges, simulated and drawn."""

from typing import Any

import plotly.graph_objects as go
from dash import Input, Output, State, html
from dash.development.base_component import Component

from portal.kit.drawing.chart import Chart
from portal.kit.drawing.charts import chart_card, chart_outputs, drawn
from portal.kit.page import Page
from portal.kit.states import error_state, text_card
from portal.pages.plan import figures, planned, scenarios
from portal.pages.plan import parts as shown
from portal.pages.plan.entered import (
    CUSTOMERS,
    ENTERED,
    FIELD_INPUTS,
    FILLED,
    NEEDS_RANGES,
    SEGMENT,
    kept,
)
from portal.pages.plan.named import named, where_it_pays
from portal.reading.contacting import economics
from portal.reading.contacting.economics import Assumptions, StrategyError
from portal.reading.filters import URL, from_query
from portal.reading.predicting import risk
from portal.reading.predicting.reckoned import reckoned
from portal.reading.published import PublishedRun, published_run
from portal.words import wording

OUTCOME = "plan-outcome"
PROFIT = "plan-profit"
TORNADO = "plan-tornado"


def outcome_cards() -> list[Component]:
    """Lay out what comes of the ranges, in words and in two charts."""
    return [
        text_card("What comes of them", html.Div(id=OUTCOME, role="status")),
        chart_card(
            PROFIT, subject="Profit in 10,000 simulated campaigns within the ranges", height=260
        ),
        chart_card(
            TORNADO,
            subject="Profit with one range at a time at its ends, the rest at the likeliest",
            height=260,
        ),
    ]


def follow_returns(page: Page) -> None:
    """Let the outcome follow the fields, and keep what stands in them for other tabs."""
    page.callback(
        Output(OUTCOME, "children"),
        *chart_outputs(PROFIT),
        *chart_outputs(TORNADO),
        Output(ENTERED, "data"),
        *FIELD_INPUTS,
        Input(CUSTOMERS, "value"),
        State(SEGMENT, "value"),
        State(FILLED, "data"),
        State(URL, "search"),
        late=True,
    )(show_returns)


def show_returns(*values: Any) -> tuple[Any, ...]:
    """Simulate the campaign and say what comes of it."""
    *ranges, customers, segment, filled, search = values
    entered_now = kept(search, segment, customers, ranges, filled)
    with published_run(search) as run:
        try:
            meant = scenarios.entered(ranges, segment=segment, customers=customers, budget=None)
            found = scenarios.listed(run, from_query(search), meant) if meant else None
        except StrategyError as error:
            blank = drawn(run, blank_chart, str(error))
            return error_state(str(error)), *blank, *blank, entered_now
        if found is None:
            known = risk.are_known(run) and risk.of_run(run) is not None
            sentence = NEEDS_RANGES if known else planned.needs_profit(run)
            blank = drawn(run, blank_chart, sentence)
            return html.P(sentence, className="card-text"), *blank, *blank, entered_now
        said = found.assumed.model_dump_json()
        return (
            _outcome(run, found),
            *drawn(run, _profit, said),
            *drawn(run, _tornado, said),
            entered_now,
        )


def _outcome(run: PublishedRun, found: scenarios.Campaign) -> list[Component]:
    """Write what comes of a campaign, with intervals, and where it breaks even."""
    returns = economics.simulate(found.assumed, seed=scenarios.SEED)
    by = reckoned(run)
    said = where_it_pays(economics.break_even_success(found.assumed), by=by)
    lose = (
        f" {wording.number(found.losing)} of them cost more than they bring: contact"
        f" {wording.number(found.assumed.customers - found.losing)}."
        if found.losing
        else ""
    )
    return [
        html.P(
            f"{wording.count(found.assumed.customers, 'customer')}, the highest expected profit"
            f" first.{lose} {wording.percent(returns.loss)} of the simulated campaigns lose"
            f" money. {said}",
            className="card-text",
        ),
        shown.outcome_table(returns, run.currency, titles=named(by).measures),
    ]


def blank_chart(_at: PublishedRun, sentence: str) -> Chart:
    """Say why there is no chart yet."""
    return Chart(go.Figure(), "No outcome yet", "", sentence)


def _profit(run: PublishedRun, said: str) -> Chart:
    returns = economics.simulate(Assumptions.model_validate_json(said), seed=scenarios.SEED)
    finding = f"{wording.percent(1 - returns.loss)} of the simulated campaigns earn money"
    figure = figures.profits(returns.draws, currency=run.currency)
    return Chart(figure, finding, f"Histogram of profit. {finding}.")


def _tornado(run: PublishedRun, said: str) -> Chart:
    rows = economics.tornado(Assumptions.model_validate_json(said))
    titles = named(reckoned(run)).moving
    name = titles[str(rows["input"].iloc[0])].split(",")[0]
    finding = f"{name} matters most"
    figure = figures.tornado(rows, titles=titles, currency=run.currency)
    return Chart(figure, finding, f"Bars of profit by range. {finding}.")
