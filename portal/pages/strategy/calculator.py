"""The return calculator on the strategy page: ranges in, what a campaign brings out.

A page lays out `calculator()` and calls `follow_calculator()` at its module level.
"""

from typing import Any, cast

import dash_bootstrap_components as dbc
import plotly.graph_objects as go
from dash import ALL, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from portal.kit.cards import grid
from portal.kit.chart import Chart
from portal.kit.charts import chart_card, chart_outputs, drawn
from portal.kit.choices import choice
from portal.kit.page import Page
from portal.kit.states import error_state, text_card
from portal.pages.strategy import budgets, figures, queries, scenarios
from portal.pages.strategy import parts as shown
from portal.pages.strategy.budgets import DAYS
from portal.pages.strategy.plan import NEEDS_BASKETS
from portal.pages.strategy.playbook_editor import SAVED
from portal.pages.strategy.scenario_table import LOAD, row_of
from portal.pages.strategy.scenarios import Entered
from portal.reading import economics
from portal.reading.economics import Assumptions, StrategyError
from portal.reading.filters import URL
from portal.reading.published import PublishedRun, published_run, remember
from portal.words import wording

BUDGET = "strategy-budget"
SEGMENT = "strategy-segment"
CUSTOMERS = "strategy-customers"
FILLED = "strategy-filled"
SHARED_SAID = "strategy-shared-said"
OUTCOME = "strategy-outcome"
PROFIT = "strategy-profit"
TORNADO = "strategy-tornado"
RANGES = {
    "response": "Response, % of contacted",
    "uplift": "Uplift, % of these",
    "basket": "Basket, money per order",
    "margin": "Margin, %",
    "discount": "Discount, %",
    "contact_cost": "Cost of a contact",
}
ENDS = scenarios.ENDS
FIELDS = tuple((name, end) for name in RANGES for end in ENDS)
NEEDS_RANGES = "Fill in the customers and every range to see what comes of it."


def calculator() -> Component:
    """Lay out the ranges, what comes of them, and two charts."""
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
                            labelled("Customers contacted", CUSTOMERS, min=0, step=1),
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
            subject="Profit in 10,000 draws from the ranges",
        ),
        chart_card(
            TORNADO,
            subject="Profit with one range at a time at its ends, the rest at the likeliest",
        ),
        dcc.Store(id=FILLED),
    )


def labelled(title: str, control: str, **limits: Any) -> Component:
    """Ask for a number under a label."""
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


def _cell(title: str, name: str, end: str) -> list[Component]:
    control = field(name, end)
    return [
        html.Label(f"{title}, {end}", htmlFor=control, className="visually-hidden"),
        dbc.Input(id=control, type="number", min=0, step="any", debounce=True, size="sm"),
    ]


def field(name: str, end: str) -> str:
    """Name the input of one end of a range."""
    return f"strategy-{name.replace('_', '-')}-{end}"


FIELD_INPUTS = [Input(field(name, end), "value") for name, end in FIELDS]
FIELD_STATES = [State(field(name, end), "value") for name, end in FIELDS]


def follow_calculator(page: Page) -> None:
    """Let the calculator follow the address, the segment, the playbook and its fields."""
    page.callback(
        Output(SEGMENT, "options"),
        Output(SEGMENT, "value"),
        Output(CUSTOMERS, "value"),
        *(Output(field(name, end), "value") for name, end in FIELDS),
        Output(BUDGET, "value"),
        Output(FILLED, "data"),
        Output(SHARED_SAID, "children"),
        Input(URL, "search"),
        Input(SEGMENT, "value"),
        Input({"type": LOAD, "scenario": ALL}, "n_clicks"),
        Input(SAVED, "data"),
        State(FILLED, "data"),
        State(CUSTOMERS, "value"),
        *FIELD_STATES,
    )(fill)
    page.callback(
        Output(OUTCOME, "children"),
        *chart_outputs(PROFIT),
        *chart_outputs(TORNADO),
        *FIELD_INPUTS,
        Input(CUSTOMERS, "value"),
        State(SEGMENT, "value"),
        State(URL, "search"),
    )(show_returns)


def fill(search: str | None, segment: str | None, *rest: Any) -> tuple[Any, ...]:
    """Begin with what the address carries, else with what the playbook assumes.

    A change of the segment or the playbook brings the playbook's figures; where someone has
    entered others, a saved playbook leaves those alone.
    """
    _clicks, _saved, before, customers, *values = rest
    cause = _cause()
    with published_run(search) as run:
        if cause == LOAD:
            loaded = row_of(run, search, str(ctx.triggered_id["scenario"])).entered
            if loaded is None:
                raise PreventUpdate
            said = f"“{loaded.name}” is loaded."
            return _filled(run, loaded, said)
        if cause == SEGMENT:
            return _filled_anew(run, segment)
        if cause == SAVED:
            if before != [customers, *values]:
                raise PreventUpdate
            return _filled_anew(run, segment)
        shared = scenarios.from_query(search)
        if shared.entered:
            first = shared.entered[0]
            said = (
                f"“{first.name}” came with the address; it is not saved here."
                " Give it a name below to keep it."
            )
            return _filled(run, first, said)
        options, first_segment = offered(run)
        assumed = usual(run, first_segment)
        return (options, first_segment, *assumed, None, assumed, shared.problem)


def show_returns(*values: Any) -> tuple[Any, ...]:
    """Simulate the campaign and say what comes of it."""
    *ranges, customers, segment, search = values
    with published_run(search) as run:
        try:
            entered = scenarios.entered(
                ranges, segment=segment, customers=customers, budget=None
            )
            found = None if entered is None else scenarios.assumed(entered)
        except StrategyError as error:
            blank = drawn(run, blank_chart, str(error))
            return error_state(str(error)), *blank, *blank
        if found is None:
            sentence = NEEDS_BASKETS if segment is None else NEEDS_RANGES
            blank = drawn(run, blank_chart, sentence)
            return html.P(sentence, className="card-text"), *blank, *blank
        said = found.model_dump_json()
        return (
            _outcome(run, found),
            *drawn(run, _profit, said),
            *drawn(run, _tornado, said),
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


def offered(
    run: PublishedRun, also: str | None = None
) -> tuple[list[dict[str, str]], str | None]:
    """Offer the segments whose order values are known, and one that an address names."""
    known = remember(run, queries.baskets)
    names = [name for name in run.segments if name in known]
    options = [{"label": name, "value": name} for name in names]
    if also is not None and also not in names:
        options.append({"label": f"{also} (not in this data set)", "value": also})
    return options, also or (names[0] if names else None)


def usual(run: PublishedRun, segment: str | None) -> list[float | None]:
    """Give how many a segment is, and what the playbook assumes of it."""
    plans = budgets.assumed(run)
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


def _filled(run: PublishedRun, scenario: Entered, said: str) -> tuple[Any, ...]:
    options, segment = offered(run, scenario.segment)
    values = [scenario.customers, *scenario.ranges]
    return (options, segment, *values, scenario.budget, None, said)


def _filled_anew(run: PublishedRun, segment: str | None) -> tuple[Any, ...]:
    values = usual(run, segment)
    if values[0] is None:
        raise PreventUpdate
    return (no_update, no_update, *values, no_update, values, "")


def _outcome(run: PublishedRun, assumed: Assumptions) -> list[Component]:
    """Write what comes of a campaign, with intervals, and where it breaks even."""
    returns = economics.simulate(assumed, seed=scenarios.SEED)
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
        shown.outcome_table(returns, run.currency),
    ]


def blank_chart(_at: PublishedRun, sentence: str) -> Chart:
    """Say why there is no chart yet."""
    return Chart(go.Figure(), "No outcome yet", "", sentence)


def _profit(run: PublishedRun, said: str) -> Chart:
    returns = economics.simulate(Assumptions.model_validate_json(said), seed=scenarios.SEED)
    finding = f"{wording.percent(1 - returns.loss)} of the draws earn money"
    figure = figures.profits(returns.draws, currency=run.currency)
    return Chart(figure, finding, f"Histogram of profit. {finding}.")


def _tornado(run: PublishedRun, said: str) -> Chart:
    rows = economics.tornado(Assumptions.model_validate_json(said))
    name = RANGES[str(rows["input"].iloc[0])].split(",")[0]
    finding = f"{name} matters most"
    figure = figures.tornado(rows, titles=RANGES, currency=run.currency)
    return Chart(figure, finding, f"Bars of profit by range. {finding}.")
