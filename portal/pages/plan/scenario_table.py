"""What the plan shows of scenarios: the list, and some of them side by side."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import dash_bootstrap_components as dbc
import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from portal.kit.attributes import aria, data
from portal.pages.plan import scenarios
from portal.pages.plan.named import Named
from portal.pages.plan.parts import scrolled, written
from portal.pages.plan.scenarios import Entered, Outcome
from portal.reading.contacting.contact_plan import ContactPlan
from portal.reading.published import PublishedRun
from portal.words import wording

COMPARE, LOAD, DELETE = "plan-compare", "plan-load", "plan-delete"
"""The types of the ids in a row."""
NOW = "now"
SHARED_KEY, SAVED_KEY = "shared-", "saved-"
COMPARED = ("revenue", "cost", "profit")


class Row(NamedTuple):
    """A scenario in the list: `key` tells it from the others."""

    key: str
    name: str
    when: str
    entered: Entered | None
    deletes: bool = False


def scenario_table(
    rows: list[Row], *, chosen: set[str], dataset: Any, currency: str
) -> Component:
    """List scenarios, each with a box to compare it; `dataset` makes a row's address."""
    titles = ("Compare", "Scenario", "Customers of", "Contacted", "Budget", "Saved", "Actions")
    numeric = {"Contacted", "Budget"}
    head = [
        html.Th(title, scope="col", className="number" if title in numeric else "")
        for title in titles
    ]
    body = [_row(row, dataset, currency, chosen=chosen) for row in rows]
    return scrolled(
        html.Table([html.Thead(html.Tr(head)), html.Tbody(body)], className="plain-table wide"),
        "Scenarios of this data set",
    )


def _row(
    row: Row,
    dataset: Any,
    currency: str,
    *,
    chosen: set[str],
) -> Component:
    scenario = row.entered
    box = dbc.Checkbox(
        id={"type": COMPARE, "scenario": row.key},
        value=row.key in chosen and (scenario is not None or row.key == NOW),
        disabled=scenario is None and row.key != NOW,
        label=html.Span(f"Compare {row.name}", className="visually-hidden"),
    )
    return html.Tr(
        [
            html.Td(box),
            html.Th(row.name, scope="row"),
            html.Td(scenario.segment if scenario else wording.NOTHING),
            html.Td(wording.number(scenario.customers) if scenario else "", className="number"),
            html.Td(_budget(scenario, currency) if scenario else "", className="number"),
            html.Td(row.when, className="nowrap"),
            html.Td(_actions(row, dataset), className="nowrap"),
        ]
    )


def _actions(row: Row, dataset: Any) -> Component:
    buttons: list[Component] = []
    if row.key == NOW:
        return html.Div(buttons)
    if row.entered is not None:
        buttons = [
            html.Button(
                "Load",
                id={"type": LOAD, "scenario": row.key},
                type="button",
                className="button",
                **aria(label=f"Load {row.name}"),
                **data(action="lead-to-tab", tab="campaign"),
            ),
            dcc.Link("Address", href=f"{dataset(row.entered)}#campaign", className="button"),
        ]
    if row.deletes:
        buttons.append(
            html.Button(
                "Delete",
                id={"type": DELETE, "scenario": row.key},
                type="button",
                className="button danger",
                **aria(label=f"Delete {row.name}"),
            )
        )
    return html.Div(buttons, className="button-row tight")


def _budget(entered: Entered, currency: str) -> str:
    if entered.budget is None:
        return "no limit"
    return wording.money_short(entered.budget, currency)


def comparison_rows(outcomes: list[Outcome], *, titles: Mapping[str, str]) -> pd.DataFrame:
    """Give one row per scenario and amount of money, for the picture."""
    records = [
        {
            "scenario": outcome.entered.name,
            "measure": titles[name],
            **outcome.returns.measures.set_index("measure").loc[
                name, ["likely", "low", "high"]
            ],
        }
        for outcome in _distinct(outcomes)
        for name in COMPARED
    ]
    return pd.DataFrame(records, columns=["scenario", "measure", "likely", "low", "high"])


def _distinct(outcomes: list[Outcome]) -> list[Outcome]:
    """Give names that several scenarios have a number each."""
    distinct, count_by_name = [], dict[str, int]()
    for outcome in outcomes:
        name = outcome.entered.name
        count_by_name[name] = count_by_name.get(name, 0) + 1
        named = name if count_by_name[name] == 1 else f"{name} ({count_by_name[name]})"
        distinct.append(outcome._replace(entered=outcome.entered._replace(name=named)))
    return distinct


def comparison_table(outcomes: list[Outcome], currency: str, *, named: Named) -> Component:
    """Write scenarios side by side, a column each."""
    every = _distinct(outcomes)
    lines: list[tuple[str, list[str]]] = [
        ("Customers of", [outcome.entered.segment for outcome in every]),
        ("Contacted", [wording.number(outcome.entered.customers) for outcome in every]),
    ]
    lines += [
        (named.measures[name], [_interval(outcome, name, currency) for outcome in every])
        for name in (*COMPARED, "roi")
    ]
    lines += [
        (
            "Simulated campaigns that lose money",
            [wording.percent(outcome.returns.loss) for outcome in every],
        ),
        (named.pays_from, [_even(outcome) for outcome in every]),
        ("Budget over all segments", [_budget(outcome.entered, currency) for outcome in every]),
        (
            "Its profit, the highest first",
            [_profit(outcome.best, currency) for outcome in every],
        ),
        (
            "Its profit, as the playbook parts it",
            [_profit(outcome.shared, currency) for outcome in every],
        ),
    ]
    head = [
        html.Th("Measure", scope="col"),
        *(_head(outcome.entered.name) for outcome in every),
    ]
    body = [
        html.Tr(
            [
                html.Th(title, scope="row"),
                *(html.Td(text, className="number") for text in cells),
            ]
        )
        for title, cells in lines
    ]
    return scrolled(
        html.Table(
            [html.Thead(html.Tr(head)), html.Tbody(body)],
            className="plain-table wide scenario-table",
        ),
        "Scenarios side by side",
    )


def _head(name: str) -> Component:
    return html.Th(name, scope="col", className="number")


def _interval(outcome: Outcome, measure: str, currency: str) -> Any:
    rows = outcome.returns.measures
    row = rows[rows["measure"] == measure].iloc[0]
    likely, low, high = (float(row[column]) for column in ("likely", "low", "high"))
    if measure == "roi":
        ends = [wording.percent(bound) for bound in (low, high)]
    else:
        ends = [wording.money_short(bound, currency) for bound in (low, high)]
    return [
        written(measure, likely, currency),
        html.Span(wording.interval(*ends), className="interval"),
    ]


def _even(outcome: Outcome) -> str:
    return "none" if outcome.break_even is None else wording.percent(outcome.break_even, 1)


def _profit(plan: ContactPlan | None, currency: str) -> str:
    return wording.NOTHING if plan is None else wording.money(plan.total("profit"), currency)


def rows_of(run: PublishedRun, search: str | None) -> list[Row]:
    """List scenarios: what is entered, what came with the address, what is saved."""
    rows = [Row(NOW, "As entered", "not saved", None)]
    for place, scenario in enumerate(scenarios.from_query(search).entered):
        key = f"{SHARED_KEY}{place}"
        rows.append(Row(key, scenario.name, "came with the address", scenario))
    for saved in scenarios.every(run):
        key = f"{SAVED_KEY}{saved.scenario_id}"
        when = wording.moment(saved.saved_at)
        rows.append(Row(key, saved.name, when, saved.entered, deletes=True))
    return rows


def row_of(run: PublishedRun, search: str | None, key: str) -> Row:
    """Give the scenario of that key; nothing changes where it is gone."""
    for row in rows_of(run, search):
        if row.key == key:
            return row
    raise PreventUpdate
