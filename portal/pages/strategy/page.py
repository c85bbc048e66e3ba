"""Strategy: what to do with each segment, and how a budget is divided over them."""

from typing import Any

from dash import Input, Output, html
from dash.development.base_component import Component

from portal.kit.cards import Control, grid
from portal.kit.choices import choice
from portal.kit.page import Page
from portal.kit.states import empty_state, error_state, section
from portal.pages.strategy import budgets, figures, queries, sentences
from portal.pages.strategy import parts as shown
from portal.pages.strategy.budgets import DAYS
from portal.pages.strategy.calculator import (
    BUDGET,
    calculator,
    follow_calculator,
    labelled,
)
from portal.pages.strategy.plan import Plan
from portal.pages.strategy.playbook_editor import SAVED, follow_playbook, playbook_editor
from portal.pages.strategy.scenario_list import follow_scenarios, scenario_cards
from portal.pages.strategy.segment_cards import segment_cards
from portal.reading import economics
from portal.reading.economics import StrategyError
from portal.reading.filters import URL, Filters
from portal.reading.published import PublishedRun, published_run, remember
from portal.reading.rows import each_row

DIVIDE = "strategy-divide"
FOLLOWED = "strategy-followed"
CARDS = "strategy-cards"
GROUPS = "strategy-groups"
GROUPS_SAID = "strategy-groups-said"
SAID = "strategy-said"
BY_PLAYBOOK, BY_PROFIT = "by_playbook", "by_profit"
WAYS = {BY_PLAYBOOK: "By the playbook's shares", BY_PROFIT: "For the most profit"}

NEEDS_RISK = (
    "This data set has no churn probabilities with values; a file of order lines would bring"
    " these groups."
)


PAGE = Page(
    path="/strategy",
    title="Strategy · Clientele",
    name="Strategy",
    group="Act",
    order=10,
    icon="signpost-split",
    lead="What to do with each segment, with how much money, and what it should bring.",
)


def planned(
    run: PublishedRun, _filters: Filters, *, budget: float | None, saved: Any
) -> tuple[Plan | None, float]:
    """Divide the budget entered, or the one to begin with, by the playbook in force."""
    del saved  # only tells that another playbook is in force
    amount = budgets.given(run, budget)
    return budgets.planned(run, amount), amount


HOW = (
    "A contact costs itself and the discount that it is expected to lead to; a customer reached"
    " gains the margin on additional orders, at the playbook's responses and uplifts and the"
    " segment's own order values, which are the rows. Each further unit of money in a segment"
    " reaches fewer new customers."
)
BUDGETED: dict[str, Any] = {
    "query": queries.order_values,
    "source": "customers",
    "measures": ("average_basket",),
    "note": HOW,
    "knowing": {"planned": planned},
    "controls": (Control("budget", BUDGET), Control("saved", SAVED, property="data")),
}
DIVISION = PAGE.chart(
    "strategy-division",
    draw=figures.divided,
    subject="Spend by segment, both ways within the playbook's bounds",
    columns=12,
    height=360,
    **BUDGETED,
)
SENSITIVITY = PAGE.chart(
    "strategy-sensitivity",
    draw=figures.more_or_less,
    subject="Profit with more or less budget, divided for the most profit",
    **BUDGETED,
)
CURVES = PAGE.chart(
    "strategy-curves",
    draw=figures.responses,
    subject="Expected profit by spend in each segment",
    **BUDGETED,
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
            section("The budget", grid(DIVISION, SENSITIVITY, CURVES)),
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
            plan = budgets.planned(run, amount)
        except StrategyError as error:
            return segment_cards(run, None), error_state(str(error)), usual
        chosen = first.said if first and budget is None else ""
        brought = sentences.brought(plan, amount, run.currency)
        cards = segment_cards(run, plan, by_profit=way == BY_PROFIT)
        return cards, html.P(f"{chosen} {brought}".strip()), usual


@PAGE.callback(Output(FOLLOWED, "children"), Input(URL, "search"), Input(SAVED, "data"))
def show_followed(search: str | None, _saved: Any) -> list[Component | None]:
    """Say which playbook the figures follow."""
    with published_run(search) as run:
        problem = queries.in_force(run).problem
        return [
            html.P(
                [sentences.followed(run), " ", html.A("Edit it", href="#strategy-playbook")]
            ),
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
        if found.empty:
            return [empty_state("No groups by risk and value", NEEDS_RISK)], ""
        plays = queries.in_force(run).playbook.groups
        cards = [
            shown.group_card(row, plays[row.risk_value], run.currency)
            for row in each_row(found)
        ]
        empty = [name for name in economics.GROUPS if name not in set(found["risk_value"])]
        return cards, " ".join([sentences.PARTED, *map(sentences.nobody, empty)])
