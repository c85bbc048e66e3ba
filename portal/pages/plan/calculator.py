"""The return calculator of the plan: ranges in, what a campaign brings out.

A page lays out `calculator()` and calls `follow_calculator()` at its module level.
"""

from typing import Any, cast

import dash_bootstrap_components as dbc
from dash import Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from portal.kit.cards import grid
from portal.kit.choices import choice
from portal.kit.page import Page
from portal.kit.states import text_card
from portal.pages.plan import scenarios
from portal.pages.plan.entered import (
    CUSTOMERS,
    ENDS,
    ENTERED,
    FIELD_STATES,
    FIELDS,
    FILLED,
    SEGMENT,
    field,
    offered,
    own,
    usual,
)
from portal.pages.plan.named import RANGES
from portal.pages.plan.playbook.playbook_editor import SAVED
from portal.pages.plan.returns_shown import follow_returns, outcome_cards
from portal.pages.plan.scenarios import Entered
from portal.reading.filters import URL, Filters, from_query
from portal.reading.predicting.reckoned import reckoned
from portal.reading.published import PublishedRun, published_run

LOADED = "plan-loaded"
"""The store, outside of the tabs, of which scenario was loaded, beside what was entered."""
SHARED_SAID = "plan-shared-said"


def calculator() -> Component:
    """Lay out the ranges, what comes of them, and two charts."""
    heads = [html.Th(title, scope="col") for title in ("Range", *map(str.capitalize, ENDS))]
    body = [
        html.Tr(
            [html.Th(title, scope="row"), *(html.Td(_cell(title, name, end)) for end in ENDS)],
            id=range_row(name),
        )
        for name, title in RANGES.items()
    ]
    inputs = html.Table([html.Thead(html.Tr(heads)), html.Tbody(body)], className="ranges")
    return grid(
        text_card(
            "Assumptions of one campaign",
            html.Div(
                [
                    html.P(id=SHARED_SAID, className="plan-shared", role="status"),
                    html.Div(
                        [
                            choice(SEGMENT, "Customers of", [], show_label=True),
                            labelled("Customers contacted", CUSTOMERS, min=0, step=1),
                        ],
                        className="plan-fields",
                    ),
                    inputs,
                ],
                className="card-text",
            ),
        ),
        *outcome_cards(),
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


def range_row(name: str) -> str:
    """Name the row of a range."""
    return f"plan-range-{name.replace('_', '-')}"


def follow_calculator(page: Page) -> None:
    """Let the calculator follow the address, the segment, the playbook and its fields."""
    page.callback(
        Output(SEGMENT, "options"),
        Output(SEGMENT, "value"),
        Output(CUSTOMERS, "value"),
        *(Output(field(name, end), "value") for name, end in FIELDS),
        Output(FILLED, "data"),
        Output(SHARED_SAID, "children"),
        Input(URL, "search"),
        Input(SEGMENT, "value"),
        Input(LOADED, "data"),
        Input(SAVED, "data"),
        State(ENTERED, "data"),
        State(FILLED, "data"),
        State(CUSTOMERS, "value"),
        *FIELD_STATES,
        late=True,
    )(fill)
    page.callback(
        *(Output(range_row(name), "hidden") for name in RANGES), Input(URL, "search")
    )(show_ranges)
    follow_returns(page)


def fill(search: str | None, segment: str | None, *states: Any) -> tuple[Any, ...]:
    """Begin with what was entered or what the address carries, else with the playbook's.

    A change of the segment or the playbook brings the playbook's figures; where someone has
    entered others, a saved playbook leaves those alone.
    """
    loaded, _saved, entered, before, customers, *values = states
    cause, filters = _cause(), from_query(search)
    with published_run(search) as run:
        if cause == SEGMENT:
            return _filled_anew(run, filters, segment)
        if cause == SAVED:
            if before != [customers, *values]:
                raise PreventUpdate
            return _filled_anew(run, filters, segment)
        own_entries = own(entered, search)
        if own_entries is not None:
            return _filled(run, filters, own_entries, str(loaded or ""))
        shared = scenarios.from_query(search)
        if shared.entered:
            first = shared.entered[0]
            sentence = (
                f"“{first.name}” came with the address; it is not saved here."
                " Give it a name under “Scenarios” to keep it."
            )
            return _filled(run, filters, first, sentence)
        options, first_segment = offered(run, filters)
        assumed = usual(run, filters, first_segment)
        return (options, first_segment, *assumed, assumed, shared.problem)


def show_ranges(search: str | None) -> tuple[bool, ...]:
    """Hide the ranges that the formula of a run doesn't have."""
    with published_run(search) as run:
        fixed = reckoned(run).fixed
    return tuple(name in fixed for name in RANGES)


def _cause() -> str:
    """Tell what a callback answers to; the address if in doubt."""
    triggered = [trigger for trigger in ctx.triggered if trigger["value"] is not None]
    names = [trigger["prop_id"].rsplit(".", 1)[0] for trigger in triggered]
    if URL in names or LOADED in names or not ctx.triggered:
        return URL
    if not names:
        only = ctx.triggered[0]["prop_id"].rsplit(".", 1)[0]
        if only in (URL, LOADED, "", "."):
            return URL
        raise PreventUpdate
    return str(ctx.triggered_id)


def _filled(
    run: PublishedRun, filters: Filters, scenario: Entered, sentence: str
) -> tuple[Any, ...]:
    options, segment = offered(run, filters, scenario.segment)
    return (options, segment, scenario.customers, *scenario.ranges, None, sentence)


def _filled_anew(run: PublishedRun, filters: Filters, segment: str | None) -> tuple[Any, ...]:
    values = usual(run, filters, segment)
    if values[0] is None:
        raise PreventUpdate
    return (no_update, no_update, *values, values, "")
