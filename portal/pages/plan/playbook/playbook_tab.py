"""The playbook's tab: a form for each segment, the cards of segments and groups, the text."""

from typing import Any

from dash import Input, Output, html
from dash.development.base_component import Component

from portal.kit.disclosures import disclosure
from portal.kit.page import Page
from portal.kit.states import empty_state, error_state
from portal.pages.plan import parts, planned, queries, sentences
from portal.pages.plan.planned import budget_from, way_from
from portal.pages.plan.playbook.playbook_editor import (
    SAVED,
    follow_playbook,
    playbook_changes,
    playbook_editor,
    playbook_history,
)
from portal.pages.plan.playbook.playbook_form import follow_form, playbook_form
from portal.pages.plan.segment_cards import segment_cards
from portal.reading.contacting import economics
from portal.reading.contacting.economics import PROFIT
from portal.reading.filters import URL, from_query
from portal.reading.predicting.reckoned import reckoned
from portal.reading.published import published_run, remember
from portal.reading.rows import each_row

FOLLOWED = "plan-followed"
CARDS = "plan-cards"
GROUPS = "plan-groups"
GROUPS_SAID = "plan-groups-said"
NEEDS_RISK = (
    "This data set has no churn probabilities with values; a file of order lines would bring"
    " these groups."
)


def playbook_tab() -> Component:
    """Lay out the form, and what stands behind titles."""
    groups = (
        html.P(id=GROUPS_SAID, className="section-lead"),
        html.Div(id=GROUPS, className="plan-cards"),
    )
    return html.Div(
        [
            html.Div(id=FOLLOWED, className="plan-followed", role="status"),
            playbook_form(),
            disclosure("Versions", *playbook_history(), lead="restore an earlier one"),
            disclosure("What changed", *playbook_changes(), lead="between any two versions"),
            disclosure("Edit as text", playbook_editor(), lead="costs and groups too"),
            disclosure(
                "Who each segment is",
                html.Div(id=CARDS, className="plan-cards"),
                lead="and what the plan spends on it",
            ),
            disclosure("By risk and value", *groups, lead="four groups"),
        ],
        id="plan-playbook",
    )


def follow_playbook_tab(page: Page) -> None:
    """Let the tab follow the address, the budget and the versions."""
    follow_playbook(page)
    follow_form(page)
    page.callback(
        Output(CARDS, "children"),
        Input(URL, "search"),
        Input(SAVED, "data"),
    )(show_cards)
    page.callback(Output(FOLLOWED, "children"), Input(URL, "search"), Input(SAVED, "data"))(
        show_followed
    )
    page.callback(
        Output(GROUPS, "children"),
        Output(GROUPS_SAID, "children"),
        Input(URL, "search"),
        Input(SAVED, "data"),
    )(show_groups)


def show_cards(search: str | None, _saved: Any) -> list[Component]:
    """Write a card per segment by priority, with what the plan spends on it."""
    with published_run(search) as run:
        plan_shown = planned.shown(
            run, from_query(search), budget=budget_from(search), allocation=way_from(search)
        )
        return segment_cards(run, plan_shown.plan)


def show_followed(search: str | None, _saved: Any) -> list[Component | None]:
    """Say which playbook the figures follow."""
    with published_run(search) as run:
        problem = queries.in_force(run).problem
        return [
            html.P(sentences.followed(run)),
            error_state(problem) if problem else None,
        ]


def show_groups(search: str | None, _saved: Any = None) -> tuple[list[Component], str]:
    """Write a card per group by risk and value."""
    with published_run(search) as run:
        risk_groups = remember(run, queries.risk_groups)
        if risk_groups.empty:
            return [
                empty_state("No groups by risk and value", reckoned(run).note or NEEDS_RISK)
            ], ""
        plays = queries.in_force(run).playbook.groups
        cards = [
            parts.group_card(
                row,
                plays[row.risk_value],
                run.currency,
                is_profit=reckoned(run).basis == PROFIT,
            )
            for row in each_row(risk_groups)
        ]
        empty = [
            name for name in economics.GROUPS if name not in set(risk_groups["risk_value"])
        ]
        return cards, " ".join([sentences.PARTED, *map(sentences.nobody, empty)])
