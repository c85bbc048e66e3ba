"""Models side by side as a table, and the customers on whom two of them disagree."""

from typing import Any

import numpy as np
import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from portal.kit.attributes import aria
from portal.kit.drawing.tiles import explained
from portal.kit.states import empty_state
from portal.pages.models.agreement import Seen
from portal.pages.models.figures import (
    LOWER_IS_BETTER,
    METRICS,
)
from portal.pages.models.sentences import Told
from portal.pages.models.tuning import settings_said
from portal.reading.filters import customer_link
from portal.reading.rows import each_row
from portal.words import wording
from portal.words.measures import MEASURES
from portal.words.scores import score, score_interval

NOBODY = pd.DataFrame(
    {
        "customer_id": pd.Series(dtype=object),
        "actual": pd.Series(dtype=object),
        "first": pd.Series(dtype=float),
        "second": pd.Series(dtype=float),
        "first_says": pd.Series(dtype=object),
        "second_says": pd.Series(dtype=object),
        "first_right": pd.Series(dtype=bool),
        "second_right": pd.Series(dtype=bool),
    }
)
"""Answers of two models where there are none."""


def score_table(task: Told, *, sort: str) -> Component | None:
    """Write one row per model and naive rival with every metric and its interval.

    `sort` is a metric, the best first, or else the order in which they were trained.
    """
    if task.models.empty:
        return None
    metrics = [metric for metric in METRICS if metric in set(task.scores["metric"])]
    head = html.Tr(
        [
            html.Th("Model", scope="col"),
            *(
                html.Th(
                    [MEASURES[metric].title, explained(metric)],
                    className="number",
                    scope="col",
                    **(aria(sort=_direction(metric)) if metric == sort else {}),
                )
                for metric in metrics
            ),
            html.Th("Loss that decided", className="number", scope="col"),
            html.Th("Rows", className="number", scope="col"),
            html.Th("Seconds", className="number", scope="col"),
        ]
    )
    best = {metric: _best(task.scores, metric) for metric in metrics}
    body = [_row(row, task, metrics, best) for row in each_row(_ordered(task, sort))]
    return html.Div(
        [
            html.Div(
                html.Table(
                    [html.Thead(head), html.Tbody(body)], className="plain-table model-table"
                ),
                className="table-scroll tall",
                tabIndex=0,
                role="region",
                **aria(label="Models and naive rivals"),
            ),
            html.P(
                "The highlighted row is the model that serves; the best of a column is bold."
                " Ends of 95 % intervals stand below each score. The loss that decided is the"
                " log loss on inner folds of the training rows.",
                className="quiet table-note",
            ),
        ]
    )


def most_different(compared: pd.DataFrame, most: int) -> pd.DataFrame:
    """Keep the customers on whom two models disagree most."""
    apart = (compared["first"] - compared["second"]).abs().to_numpy(dtype=float)
    order = np.argsort(-apart, kind="stable")[:most]
    return compared.iloc[order].reset_index(drop=True)


def difference_table(rows: pd.DataFrame, *, titles: Seen, of: str, dataset: str) -> Component:
    """Write what two models said of some customers and what happened."""
    if rows.empty or not (rows["first"] != rows["second"]).any():
        return empty_state(
            "No disagreement", "The two give every customer of the test the same probability."
        )
    head = html.Tr(
        [
            html.Th("Customer", scope="col"),
            html.Th("What happened", scope="col"),
            html.Th(titles.first, scope="col", className="number"),
            html.Th("says", scope="col"),
            html.Th(titles.second, scope="col", className="number"),
            html.Th("says", scope="col"),
            html.Th("Apart", scope="col", className="number"),
        ]
    )
    body = [
        html.Tr(
            [
                html.Th(
                    dcc.Link(row.customer_id, href=customer_link(row.customer_id, dataset)),
                    scope="row",
                ),
                html.Td(row.actual),
                html.Td(wording.percent(row.first, 1), className="number"),
                _says(row.first_says, right=row.first_right),
                html.Td(wording.percent(row.second, 1), className="number"),
                _says(row.second_says, right=row.second_right),
                html.Td(wording.percent(abs(row.first - row.second), 1), className="number"),
            ]
        )
        for row in each_row(rows)
    ]
    return html.Div(
        [
            html.P(f"{of}, and the class that each names.", className="quiet table-note"),
            html.Div(
                html.Table([html.Thead(head), html.Tbody(body)], className="plain-table wide"),
                className="table-scroll tall",
                tabIndex=0,
                role="region",
                **aria(label="Customers on whom the two models disagree most"),
            ),
        ]
    )


def _ordered(task: Told, sort: str) -> pd.DataFrame:
    if sort not in METRICS:
        return task.models
    mine = task.scores[task.scores["metric"] == sort].set_index("model")["value"]
    values = task.models["model"].map(mine).astype(float)
    order = values if sort in LOWER_IS_BETTER else -values
    return task.models.iloc[order.argsort(kind="stable").to_numpy()]


def _direction(metric: str) -> str:
    return "ascending" if metric in LOWER_IS_BETTER else "descending"


def _best(scores: pd.DataFrame, metric: str) -> float:
    values = scores.loc[scores["metric"] == metric, "value"].astype(float)
    return float(values.min() if metric in LOWER_IS_BETTER else values.max())


def _row(row: Any, task: Told, metrics: list[str], best: dict[str, float]) -> Component:
    settings = settings_said(row.params)
    kind = "naive rival" if row.baseline else "serves" if row.chosen else ""
    return html.Tr(
        [
            html.Th(
                [
                    html.Span(row.title, className="model-name"),
                    " ",
                    html.Span(kind, className="model-kind") if kind else None,
                    html.Div(row.meaning, className="verdict quiet"),
                    html.Div(settings, className="quiet settings") if settings else None,
                ],
                scope="row",
            ),
            *(_score_cell(task, row.model, metric, best[metric]) for metric in metrics),
            html.Td(wording.number(row.selection, 4), className="number"),
            html.Td(wording.number(row.rows), className="number"),
            html.Td(wording.number(row.seconds, 1), className="number"),
        ],
        className="is-chosen" if row.chosen else "",
    )


def _score_cell(task: Told, model: str, metric: str, best: float) -> Component:
    value, low, high = task.score_of(model, metric)
    text = score(value, metric)
    is_best = value is not None and value == best
    return html.Td(
        [
            html.Strong(text) if is_best else text,
            html.Div(score_interval(low, high, metric), className="quiet score-ends"),
        ],
        className="number",
    )


def _says(class_name: str, *, right: bool) -> Component:
    return html.Td(
        [
            html.I(className=f"bi bi-{'check' if right else 'x'}", **aria(hidden="true")),
            html.Span(f" {class_name}"),
            html.Span(", right" if right else ", wrong", className="visually-hidden"),
        ],
        className="says-right" if right else "says-wrong",
    )
