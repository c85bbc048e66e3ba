"""Strategy: what to do with each segment, and how a budget is divided over them."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from dash import Input, Output, html
from dash.development.base_component import Component

from db.workspace.playbooks import BUILT_IN
from portal.kit.cards import grid
from portal.kit.chart import Chart
from portal.kit.charts import Drawn, chart_card, chart_outputs, drawn
from portal.kit.choices import choice
from portal.kit.evidence import Evidence
from portal.kit.page import Page
from portal.kit.states import empty_state, error_state, section
from portal.pages.strategy import budgets, figures, queries
from portal.pages.strategy import parts as shown
from portal.pages.strategy.budgets import DAYS, Plan, plan
from portal.pages.strategy.calculator import (
    BUDGET,
    NEEDS_BASKETS,
    calculator,
    follow_calculator,
    labelled,
)
from portal.pages.strategy.playbook_editor import SAVED, follow_playbook, playbook_editor
from portal.pages.strategy.scenario_list import follow_scenarios, scenario_cards
from portal.reading import economics
from portal.reading import segments as segment_queries
from portal.reading.economics import StrategyError
from portal.reading.filters import URL, Filters
from portal.reading.playbook import saved
from portal.reading.published import PublishedRun, published_run, remember
from portal.reading.rows import each_row
from portal.words import wording
from portal.words.theme import marks

DIVIDE = "strategy-divide"
FOLLOWED = "strategy-followed"
CARDS = "strategy-cards"
GROUPS = "strategy-groups"
GROUPS_SAID = "strategy-groups-said"
SAID = "strategy-said"
DIVISION = "strategy-division"
SENSITIVITY = "strategy-sensitivity"
CURVES = "strategy-curves"
BY_PLAYBOOK, BY_PROFIT = "by_playbook", "by_profit"
WAYS = {BY_PLAYBOOK: "By the playbook's shares", BY_PROFIT: "For the most profit"}

NEEDS_RISK = (
    "This data set has no churn probabilities with values; a file of order lines would bring"
    " these groups."
)
NEEDS_BUDGET = "Enter a budget of 1 or more."


def begun(run: PublishedRun) -> Plan | None:
    """Divide the budget that one begins with."""
    first = remember(run, budgets.start)
    return None if first is None else remember(run, plan, first.amount)


def division_rows(run: PublishedRun, filters: Filters) -> pd.DataFrame:  # noqa: ARG001
    """Give the best budget divided both ways."""
    found = begun(run)
    if found is None:
        return pd.DataFrame()
    both = {
        "playbook": found.division.by_playbook.rows,
        "profit": found.division.by_profit.rows,
    }
    return pd.concat([rows.assign(divided_by=name) for name, rows in both.items()])


def sensitivity_rows(run: PublishedRun, filters: Filters) -> pd.DataFrame:  # noqa: ARG001
    """Give how the most profit depends on the budget, about the best one."""
    found = begun(run)
    return pd.DataFrame() if found is None else found.division.sensitivity.rows


def curve_rows(run: PublishedRun, filters: Filters) -> pd.DataFrame:  # noqa: ARG001
    """Give what spending brings in each segment, up to the best budget."""
    found, first = begun(run), remember(run, budgets.start)
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

PAGE = Page(
    path="/strategy",
    title="Strategy · Clientele",
    name="Strategy",
    group="Act",
    order=10,
    icon="signpost-split",
    lead="What to do with each segment, with how much money, and what it should bring.",
    evidence=EVIDENCE,
)


@PAGE.layout
def layout() -> Component:
    """Lay out the page; callbacks fill it."""
    return html.Div(
        [
            html.Div(
                [
                    labelled(f"Budget of {DAYS} days", BUDGET, min=1, max=int(1e12)),
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
            section(
                "By segment",
                html.Div(id=CARDS, className="strategy-cards"),
                lead="Budget, profit and return of a card are those of its share of the budget"
                f" above, from the orders of {DAYS} days.",
            ),
            section("The budget", _budget()),
            section(
                "What a campaign brings",
                calculator(),
                lead="One campaign to as many customers as you enter, whatever the budget is;"
                " so its profit differs from the cards'. Both count the orders of"
                f" {DAYS} days, the churn page what customers who stay bring in 12 months.",
            ),
            section("Scenarios", scenario_cards()),
            section(
                "By risk and value",
                html.P(id=GROUPS_SAID, className="section-lead"),
                html.Div(id=GROUPS, className="strategy-cards"),
            ),
            html.Div(section("The playbook", playbook_editor()), id="strategy-playbook"),
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


follow_calculator(PAGE)
follow_scenarios(PAGE)
follow_playbook(PAGE)


@PAGE.callback(
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
    with published_run(search) as run:
        first = remember(run, budgets.start)
        usual = f"{first.amount:.0f}" if first else ""
        amount = budgets.given(run, budget)
        try:
            found = _planned(run, amount)
        except StrategyError as error:
            return _cards(run, None, way), error_state(str(error)), usual
        chosen = first.said if first and budget is None else ""
        said = _told(found, amount, run.currency)
        return _cards(run, found, way), html.P(f"{chosen} {said}".strip()), usual


@PAGE.callback(Output(FOLLOWED, "children"), Input(URL, "search"), Input(SAVED, "data"))
def show_followed(search: str | None, _saved: Any) -> list[Component | None]:
    """Say which playbook the figures follow."""
    with published_run(search) as run:
        problem = queries.in_force(run).problem
        return [
            html.P([_followed(run), " ", html.A("Edit it", href="#strategy-playbook")]),
            error_state(problem) if problem else None,
        ]


@PAGE.callback(
    Output(GROUPS, "children"),
    Output(GROUPS_SAID, "children"),
    Input(URL, "search"),
    Input(SAVED, "data"),
)
def show_groups(search: str | None, _saved: Any = None) -> tuple[list[Component], str]:
    """Write a card per group by risk and value."""
    with published_run(search) as run:
        found = remember(run, queries.risk_groups)
        if found.rows.empty:
            return [empty_state("No groups by risk and value", NEEDS_RISK)], ""
        plays = queries.in_force(run).playbook.groups
        cards = [
            shown.group_card(row, plays[row.risk_value], run.currency)
            for row in each_row(found.rows)
        ]
        empty = [name for name in economics.GROUPS if name not in set(found.rows["risk_value"])]
        return cards, " ".join([_parted(run, found.cut), *map(_nobody, empty)])


@PAGE.callback(
    *chart_outputs(DIVISION),
    Input(URL, "search"),
    Input(BUDGET, "value"),
    Input(SAVED, "data"),
)
def show_division(search: str | None, budget: float | None, _saved: Any) -> Drawn:
    """Draw how the budget is divided."""
    with published_run(search) as run:
        return drawn(run, _division, budgets.given(run, budget))


@PAGE.callback(
    *chart_outputs(SENSITIVITY),
    Input(URL, "search"),
    Input(BUDGET, "value"),
    Input(SAVED, "data"),
)
def show_sensitivity(search: str | None, budget: float | None, _saved: Any) -> Drawn:
    """Draw what more or less budget brings."""
    with published_run(search) as run:
        return drawn(run, _sensitivity, budgets.given(run, budget))


@PAGE.callback(
    *chart_outputs(CURVES),
    Input(URL, "search"),
    Input(BUDGET, "value"),
    Input(SAVED, "data"),
)
def show_curves(search: str | None, budget: float | None, _saved: Any) -> Drawn:
    """Draw what spending brings in each segment."""
    with published_run(search) as run:
        return drawn(run, _responses, budgets.given(run, budget))


def _followed(run: PublishedRun) -> str:
    """Say which playbook is in force, and what the refresh counted with."""
    version = saved(run)
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


def _nobody(group: str) -> str:
    return f"At this cut nobody belongs to “{group}”."


def _parted(run: PublishedRun, cut: float | None) -> str:
    """Say at which costs the groups are parted, and which the refresh used."""
    if cut is None:
        said = "Parted at the costs that the refresh counted with"
        if run.playbook == BUILT_IN:
            return f"{said}."
        return f"{said}; those of version {run.playbook} of the playbook are the same."
    return (
        f"Parted at a churn probability of {wording.percent(cut, 1)}, the best cut at the costs"
        f" of version {run.playbook} of the playbook. The refresh used its own costs (the"
        " built-in playbook's unless its settings say otherwise): filters by churn risk,"
        " campaigns, customer lists and published_customer keep the groups that it made."
    )


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


def _cards(run: PublishedRun, found: Plan | None, way: str = BY_PLAYBOOK) -> list[Component]:
    playbook = queries.in_force(run).playbook
    rows = remember(run, queries.segments)
    scores = remember(run, queries.engagement, playbook.engagement).set_index("segment")
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
            currency=run.currency,
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


def _planned(run: PublishedRun, amount: float) -> Plan | None:
    return remember(run, plan, amount) if amount else None


def _division(run: PublishedRun, amount: float) -> Chart:
    found = _planned(run, amount)
    if found is None:
        return Chart(go.Figure(), "How the budget is divided", "", _missing(amount))
    gain = found.division.by_profit.profit - found.division.by_playbook.profit
    finding = f"Divided for the most profit it brings {wording.money(gain, run.currency)} more"
    if gain < 0.005:
        finding = "The playbook's shares already bring the most profit"
    figure = figures.division(
        found.division.by_playbook.rows, found.division.by_profit.rows, currency=run.currency
    )
    return Chart(figure, finding, f"Bars of spend by segment. {finding}.")


def _sensitivity(run: PublishedRun, amount: float) -> Chart:
    found = _planned(run, amount)
    if found is None:
        return Chart(go.Figure(), "What more budget brings", "", _missing(amount))
    price = found.division.sensitivity.shadow_price
    finding = (
        f"The next {wording.money(1, run.currency)} of budget changes the profit by"
        f" {wording.money(price, run.currency)}"
    )
    figure = figures.sensitivity(found.division.sensitivity.rows, currency=run.currency)
    return Chart(figure, finding, f"Bars of profit by budget. {finding}.")


def _responses(run: PublishedRun, amount: float) -> Chart:
    found = _planned(run, amount)
    if found is None:
        return Chart(go.Figure(), "What spending brings", "", _missing(amount))
    curves = _curves(found, amount)
    best = max(curves, key=lambda name: float(curves[name]["profit"].max()))
    most = float(curves[best]["profit"].max())
    finding = f"Most can be earned from {best}: {wording.money_short(most, run.currency)}"
    figure = figures.curves(curves, order=segment_queries.order(run), currency=run.currency)
    return Chart(figure, finding, f"Lines of profit by spend. {finding}.")
