"""What decides whether to believe a model: it, its rivals, and how its probabilities held."""

from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from portal.kit.attributes import aria
from portal.kit.cards import Panel
from portal.kit.drawing.chart import Scope
from portal.kit.drawing.tiles import explained
from portal.pages.models import cards, drawings, queries
from portal.pages.models.cards import OF_TASK, ON_TEST, PAGE
from portal.pages.models.sentences import Told, difference, is_nothing
from portal.reading.filters import task_from
from portal.reading.rows import each_row
from portal.words import praise
from portal.words.measures import MEASURES
from portal.words.scores import score, score_interval

ROLES = {
    "second": "Runner-up",
    "naive": "Best simple rule",
    "customer_base": "Customer-base model",
}


def three(_rows: pd.DataFrame, _scope: Scope, *, task: Told) -> Panel:
    """Write the chosen model, the runner-up and the best rivals by one metric."""
    if task.task is None or task.refused:
        return Panel(None)
    name = MEASURES[task.metric].title
    head = [
        html.Th("Role", scope="col"),
        html.Th("Model", scope="col"),
        html.Th([name, explained(task.metric)], scope="col", className="number"),
        html.Th("Next expected", scope="col", className="number"),
        html.Th("Chosen against it", scope="col"),
    ]
    body = [_row("Chosen", task.chosen, task, "")]
    body += [
        _row(ROLES.get(row.role, row.role), row.rival, task, apart(row, task.metric))
        for row in each_row(_in_order(task.paired))
    ]
    table = html.Table(
        [html.Thead(html.Tr(head)), html.Tbody(body)], className="plain-table wide"
    )
    return Panel(
        html.Div(
            table,
            className="table-scroll",
            tabIndex=0,
            role="region",
            **aria(label="The chosen model and its rivals"),
        ),
        f"{name} of the chosen model and its rivals",
    )


def apart(row: Any, metric: str) -> str:
    """Say how far the chosen model is ahead of a rival, and whether that is sure."""
    if is_nothing(row.difference, metric):
        return "equal"
    by = difference(abs(row.difference), metric)
    comparison = f"{by} {'better' if row.difference > 0 else 'worse'}"
    return (
        comparison
        if praise.is_sure(row.low, row.high, row.p_value)
        else f"{comparison}, may be chance"
    )


def _in_order(paired: pd.DataFrame) -> pd.DataFrame:
    """Put the runner-up first, then the rule, then the customer-base model."""
    places = {role: place for place, role in enumerate(ROLES)}
    return paired.sort_values("role", key=lambda roles: roles.map(places), kind="stable")


def _row(role: str, model: str, task: Told, comparison: str) -> Component:
    value, low, high = task.score_of(model, task.metric)
    return html.Tr(
        [
            html.Th(role, scope="row"),
            html.Td(task.titles.get(model, model)),
            html.Td(score(value, task.metric), className="number"),
            html.Td(score_interval(low, high, task.metric), className="number nowrap"),
            html.Td(comparison),
        ],
        className="" if comparison else "is-chosen chosen",
    )


THREE = PAGE.panel(
    "models-three",
    query=queries.scores,
    draw=three,
    knowing={"task": cards.task_of},
    source="published_model",
    note=ON_TEST,
    title="The chosen model and its rivals",
    subject="On customers whom no model had seen",
    columns=7,
    **OF_TASK,
)
RELIABILITY = PAGE.chart(
    "models-reliability",
    query=queries.curves,
    draw=drawings.curves,
    knowing={"task": cards.task_of},
    source="published_curve",
    measures=("ece",),
    note="Customers are grouped by what was predicted of them; on the diagonal as many as"
    " predicted came true.",
    subject="What was predicted, and what came true",
    height=320,
    columns=5,
    reads={
        "task": task_from,
        "curve": lambda _search: "calibration",
        "models": lambda _search: "few",
    },
)
