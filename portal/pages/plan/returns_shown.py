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
            scenario = scenarios.entered(
                ranges, segment=segment, customers=customers, budget=None
            )
            campaign = scenarios.listed(run, from_query(search), scenario) if scenario else None
        except StrategyError as error:
            blank = drawn(run, blank_chart, str(error))
            return error_state(str(error)), *blank, *blank, entered_now
        if campaign is None:
            is_known = risk.are_known(run) and risk.of_run(run) is not None
            sentence = NEEDS_RANGES if is_known else planned.needs_profit(run)
            blank = drawn(run, blank_chart, sentence)
            return html.P(sentence, className="card-text"), *blank, *blank, entered_now
        assumptions_json = campaign.assumed.model_dump_json()
        return (
            _outcome(run, campaign),
            *drawn(run, _profit, assumptions_json),
            *drawn(run, _tornado, assumptions_json),
            entered_now,
        )


def _outcome(run: PublishedRun, campaign: scenarios.Campaign) -> list[Component]:
    """Write what comes of a campaign, with intervals, and where it breaks even."""
    returns = economics.simulate(campaign.assumed, seed=scenarios.SEED)
    by = reckoned(run)
    break_even = where_it_pays(economics.break_even_success(campaign.assumed), by=by)
    lose = (
        f" {wording.number(campaign.losing)} of them cost more than they bring: contact"
        f" {wording.number(campaign.assumed.customers - campaign.losing)}."
        if campaign.losing
        else ""
    )
    return [
        html.P(
            f"{wording.count(campaign.assumed.customers, 'customer')}, the highest expected"
            f" profit first.{lose} {wording.percent(returns.loss)} of the simulated campaigns"
            f" lose money. {break_even}",
            className="card-text",
        ),
        shown.outcome_table(returns, run.currency, titles=named(by).measures),
    ]


def blank_chart(_at: PublishedRun, sentence: str) -> Chart:
    """Say why there is no chart yet."""
    return Chart(go.Figure(), "No outcome yet", "", sentence)


def _profit(run: PublishedRun, assumptions_json: str) -> Chart:
    returns = economics.simulate(
        Assumptions.model_validate_json(assumptions_json), seed=scenarios.SEED
    )
    finding = f"{wording.percent(1 - returns.loss)} of the simulated campaigns earn money"
    figure = figures.profits(returns.draws, currency=run.currency)
    return Chart(figure, finding, f"Histogram of profit. {finding}.")


def _tornado(run: PublishedRun, assumptions_json: str) -> Chart:
    rows = economics.tornado(Assumptions.model_validate_json(assumptions_json))
    titles = named(reckoned(run)).moving
    name = titles[str(rows["input"].iloc[0])].split(",")[0]
    finding = f"{name} matters most"
    figure = figures.tornado(rows, titles=titles, currency=run.currency)
    return Chart(figure, finding, f"Bars of profit by range. {finding}.")
