"""Plan: whom a budget reaches, what that should bring, and what to do with each segment."""

from typing import Any

from dash import Input, Output, dcc, html
from dash.development.base_component import Component

from portal.kit.attributes import data
from portal.kit.cards import Asked, Control, grid
from portal.kit.choices import choice
from portal.kit.page import Page
from portal.kit.tables.rows_table import Column, Sort
from portal.kit.tabs import Tab
from portal.pages.plan import planned, scenarios, sentences
from portal.pages.plan.calculator import LOADED, calculator, follow_calculator, labelled
from portal.pages.plan.entered import ENTERED
from portal.pages.plan.plan_table import by_segment
from portal.pages.plan.planned import BUDGET, DIVIDE, WAYS, Shown, budget_from, way_from
from portal.pages.plan.playbook.playbook_editor import SAVED
from portal.pages.plan.playbook.playbook_tab import follow_playbook_tab, playbook_tab
from portal.pages.plan.scenario_list import follow_scenarios, scenario_cards
from portal.pages.plan.weighed import follow_weighed, weighed
from portal.reading.contacting import costs_said, economics
from portal.reading.contacting.contact_plan import BEST, campaign_address
from portal.reading.contacting.economics import Playbook
from portal.reading.contacting.playbook import in_force
from portal.reading.filters import (
    URL,
    Filters,
    dataset_from,
    from_query,
    parts_of,
    to_query,
)
from portal.reading.predicting.reckoned import measures, reckoned
from portal.reading.published import PublishedRun, published_run

SAID = "plan-said"
CAMPAIGN = "plan-campaign"
WEIGHED = "plan-weighed"
SHARED = "plan-shared"

PAGE = Page(
    path="/plan",
    title="Plan · Clientele",
    name="Plan",
    group="Act",
    order=40,
    icon="signpost-split",
    lead="Whom a budget reaches, what it should bring, and what to do with each segment.",
    filtered=True,
    formerly={"/strategy": ""},
)


def playbook(run: PublishedRun, _filters: Filters, **_choices: Any) -> Playbook:
    """Give the playbook in force."""
    return in_force(run).playbook


CONTROLS = (Control("saved", SAVED, property="data"),)
READS = {"budget": budget_from, "allocation": way_from}
PLAN = PAGE.panel(
    "plan-plan",
    query=planned.by_segment,
    draw=by_segment,
    knowing={"plan_shown": planned.shown, "playbook": playbook},
    controls=CONTROLS,
    reads=READS,
    source="customers",
    measures=measures,
    note="Each customer is contacted once, and nobody who costs more than they bring. The range"
    " is that of the same customers, were the level of the probabilities as far off as must be"
    " reckoned with.",
    title="Whom the budget reaches",
    subject="By segment; a count leads to its customers",
    columns=12,
)


def left_out(run: PublishedRun, question: Asked) -> tuple[str, ...]:
    """Name what isn't weighed of each customer; by a rule, what that doesn't go by."""
    is_by_rule = planned.shown(run, question.filters).is_by_rule
    return planned.without(run, is_by_rule=is_by_rule)


LISTED = PAGE.table(
    "plan-list",
    query=planned.members,
    shown=(
        Column("number", "Place", "number", width=92),
        Column("customer_id", "Customer", width=100),
        Column("segment", "Segment", measure="segment", width=150),
        *(Column(name, *about) for name, about in planned.WEIGHED.items()),
        *(Column(name, *about) for name, about in planned.BY_RULE.items()),
    ),
    write=planned.written_list,
    without=left_out,
    measured=lambda run: {"contact_profit": reckoned(run).profit},
    controls=CONTROLS,
    reads=READS,
    sort=Sort("number", descending=False),
    source="customers",
    measures=measures,
    title="The list",
    columns=12,
    rows_shown=6,
)


def first() -> Component:
    """Lay out whom the budget reaches, by segment and one by one."""
    return html.Div([grid(PLAN), html.Div(grid(LISTED), className="plan-lists")])


def campaign() -> Component:
    """Lay out the calculator of one campaign's return."""
    return weighed(
        "campaign",
        html.P(
            "One campaign to as many customers as you enter, the highest expected profit first."
            " With the costs in force it brings what the plan without a budget says, to the"
            " penny.",
            className="section-lead",
        ),
        calculator(),
    )


def compared() -> Component:
    """Lay out the scenarios that are kept, and some of them side by side."""
    return weighed("scenarios", scenario_cards())


TABS = PAGE.tabs(
    "plan-tabs",
    Tab("plan", "The plan", first),
    Tab("campaign", "One campaign", campaign),
    Tab("scenarios", "Scenarios", compared),
    Tab("playbook", "Playbook", playbook_tab),
)


@PAGE.layout
def layout() -> Component:
    """Lay out the tabs, and what they share."""
    return html.Div(
        [
            dcc.Store(id=SAVED),
            dcc.Store(id=ENTERED),
            dcc.Store(id=LOADED),
            html.Div(
                [
                    html.Div(_budget(), id=WEIGHED, className="plan-weighed"),
                    html.Div(id=CAMPAIGN, className="button-row plan-lead"),
                    html.Div(id=SAID, className="plan-said quiet", role="status"),
                ],
                className="plan-head",
            ),
            html.Div(id=SHARED, role="status"),
            TABS.layout(),
        ],
        className="plan-page",
    )


def _budget() -> list[Component]:
    ways = [{"label": title, "value": allocation} for allocation, title in WAYS.items()]
    return [
        labelled("Budget", BUDGET, min=1, max=int(planned.MOST), placeholder="no limit"),
        choice(DIVIDE, "It goes to", ways, BEST, show_label=True),
    ]


follow_calculator(PAGE)
follow_scenarios(PAGE)
follow_playbook_tab(PAGE)
follow_weighed(PAGE, "campaign", "scenarios")


@PAGE.callback(Output(BUDGET, "value"), Output(DIVIDE, "value"), Input(URL, "search"))
def show_budget(search: str | None) -> tuple[float | None, str]:
    """Show the budget of the address; `plan.js` writes there what is entered."""
    return budget_from(search), way_from(search)


@PAGE.answered_by(Input(URL, "search"), Input(SAVED, "data"))
def answer(search: str | None, _saved: Any) -> str:
    """Say whom the budget reaches and what that should bring."""
    with published_run(search) as run:
        return sentences.reaches(_shown(run, search), run.currency)


@PAGE.callback(
    Output(SAID, "children"),
    Output(CAMPAIGN, "children"),
    Output(WEIGHED, "hidden"),
    Input(URL, "search"),
    Input(SAVED, "data"),
)
def show_plan(search: str | None, _saved: Any) -> tuple[str, list[Component], bool]:
    """Say what is left over and why, lead to the list's campaign; no budget by a rule."""
    with published_run(search) as run:
        plan_shown = _shown(run, search)
        notes = [*sentences.rest(plan_shown, run.currency), costs_said.in_force(run)]
    return " ".join(filter(None, notes)), _leads(plan_shown, search), plan_shown.is_by_rule


@PAGE.callback(Output(SHARED, "children"), Input(URL, "search"))
def show_shared(search: str | None) -> Component | None:
    """Lead to the scenarios that an address carries."""
    shared = scenarios.from_query(search)
    if shared.problem:
        return html.P(shared.problem)
    if not shared.entered:
        return None
    tab, title = (
        ("scenarios", "See them") if len(shared.entered) > 1 else ("campaign", "See it")
    )
    button = html.Button(
        title, className="button", type="button", **data(action="lead-to-tab", tab=tab)
    )
    return html.P([f"{sentences.came(shared.entered)} ", button])


def _shown(run: PublishedRun, search: str | None) -> Shown:
    budget, allocation = budget_from(search), way_from(search)
    return planned.shown(run, from_query(search), budget=budget, allocation=allocation)


def _leads(plan_shown: Shown, search: str | None) -> list[Component]:
    """Lead to a campaign of the list, where there is one."""
    plan = plan_shown.plan
    if plan is not None and not plan.customers:
        return []
    if plan is None and not plan_shown.is_by_rule:
        return []
    led, budget = None if plan is None else way_from(search), budget_from(search)
    if plan_shown.are_named:
        search = to_query(_of_named(from_query(search)), dataset_from(search))
    href = campaign_address(search, allocation=led, budget=budget)
    return [dcc.Link("Make a campaign of this list", href=href, className="button primary")]


def _of_named(filters: Filters) -> Filters:
    """Narrow filters down to whom a rule names, unless they name a reason themselves."""
    if any(parts_of(condition)[0] == "contact_reason" for condition in filters.where):
        return filters
    named = tuple(f"contact_reason={reason}" for reason in economics.REASONS)
    return filters._replace(where=(*filters.where, *named))
