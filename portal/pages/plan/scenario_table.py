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
    body = [_row(each, dataset, currency, chosen=chosen) for each in rows]
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
    there = row.entered
    box = dbc.Checkbox(
        id={"type": COMPARE, "scenario": row.key},
        value=row.key in chosen and (there is not None or row.key == NOW),
        disabled=there is None and row.key != NOW,
        label=html.Span(f"Compare {row.name}", className="visually-hidden"),
    )
    return html.Tr(
        [
            html.Td(box),
            html.Th(row.name, scope="row"),
            html.Td(there.segment if there else wording.NOTHING),
            html.Td(wording.number(there.customers) if there else "", className="number"),
            html.Td(_budget(there, currency) if there else "", className="number"),
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
    found = [
        {
            "scenario": each.entered.name,
            "measure": titles[name],
            **each.returns.measures.set_index("measure").loc[name, ["likely", "low", "high"]],
        }
        for each in _distinct(outcomes)
        for name in COMPARED
    ]
    return pd.DataFrame(found, columns=["scenario", "measure", "likely", "low", "high"])


def _distinct(outcomes: list[Outcome]) -> list[Outcome]:
    """Give names that several scenarios have a number each."""
    found, seen = [], dict[str, int]()
    for each in outcomes:
        name = each.entered.name
        seen[name] = seen.get(name, 0) + 1
        named = name if seen[name] == 1 else f"{name} ({seen[name]})"
        found.append(each._replace(entered=each.entered._replace(name=named)))
    return found


def comparison_table(outcomes: list[Outcome], currency: str, *, named: Named) -> Component:
    """Write scenarios side by side, a column each."""
    every = _distinct(outcomes)
    lines: list[tuple[str, list[str]]] = [
        ("Customers of", [each.entered.segment for each in every]),
        ("Contacted", [wording.number(each.entered.customers) for each in every]),
    ]
    lines += [
        (named.measures[name], [_interval(each, name, currency) for each in every])
        for name in (*COMPARED, "roi")
    ]
    lines += [
        (
            "Simulated campaigns that lose money",
            [wording.percent(each.returns.loss) for each in every],
        ),
        (named.pays_from, [_even(each) for each in every]),
        ("Budget over all segments", [_budget(each.entered, currency) for each in every]),
        ("Its profit, the highest first", [_profit(each.best, currency) for each in every]),
        (
            "Its profit, as the playbook parts it",
            [_profit(each.shared, currency) for each in every],
        ),
    ]
    head = [html.Th("Measure", scope="col"), *(_head(each.entered.name) for each in every)]
    body = [
        html.Tr(
            [
                html.Th(title, scope="row"),
                *(html.Td(said, className="number") for said in cells),
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
    likely, low, high = (float(row[each]) for each in ("likely", "low", "high"))
    if measure == "roi":
        said = [wording.percent(each) for each in (low, high)]
    else:
        said = [wording.money_short(each, currency) for each in (low, high)]
    return [
        written(measure, likely, currency),
        html.Span(wording.interval(*said), className="interval"),
    ]


def _even(outcome: Outcome) -> str:
    return "none" if outcome.break_even is None else wording.percent(outcome.break_even, 1)


def _profit(plan: ContactPlan | None, currency: str) -> str:
    return wording.NOTHING if plan is None else wording.money(plan.total("profit"), currency)


def rows_of(run: PublishedRun, search: str | None) -> list[Row]:
    """List scenarios: what is entered, what came with the address, what is saved."""
    found = [Row(NOW, "As entered", "not saved", None)]
    for place, each in enumerate(scenarios.from_query(search).entered):
        key = f"{SHARED_KEY}{place}"
        found.append(Row(key, each.name, "came with the address", each))
    for kept in scenarios.every(run):
        key = f"{SAVED_KEY}{kept.scenario_id}"
        when = wording.moment(kept.saved_at)
        found.append(Row(key, kept.name, when, kept.entered, deletes=True))
    return found


def row_of(run: PublishedRun, search: str | None, key: str) -> Row:
    """Give the scenario of that key; nothing changes where it is gone."""
    for row in rows_of(run, search):
        if row.key == key:
            return row
    raise PreventUpdate
