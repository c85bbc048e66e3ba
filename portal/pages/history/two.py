"""Two updates compared: what two runs were told, how they score, and who changed segment."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pandas as pd
from dash import Input, Output, dcc, html
from dash.development.base_component import Component

from portal.kit.cards import Control, grid
from portal.kit.choices import choice
from portal.kit.evidence import frame_table
from portal.kit.states import empty_state, text_card
from portal.pages.history import moved
from portal.pages.history import two_queries as queries
from portal.pages.history.declared import PAGE
from portal.reading.filters import DATASET, URL, Filters
from portal.reading.published import PublishedRun, published_run, remember
from portal.reading.rows import each_row
from portal.words import wording
from portal.words.scores import algorithm_title, score, score_interval

FIRST = "history-two-first"
SECOND = "history-two-second"
STATE = "history-two-state"
FIGURES = "history-two-figures"
MODELS = "history-two-models"
SETTINGS = "history-two-settings"

METRICS = {"roc_auc": "ROC-AUC", "accuracy": "Accuracy"}
ALONE = (
    "This data set has one update: refresh it again, with newer files or other settings,"
    " and the two can be compared."
)

PLACES = {"silhouette": 3, "davies_bouldin": 3, "stability": 2}
WRITTEN: dict[str, Callable[[Any], str]] = {
    "as_of": lambda day: wording.date(dt.date.fromisoformat(str(day))),
    "algorithm": lambda name: algorithm_title(str(name)),
    "tuned": lambda is_tuned: "tuned" if is_tuned else "defaults",
    "smallest_share": lambda share: wording.percent(float(share), 1),
    "seconds": lambda duration: wording.seconds(float(duration)),
}
"""How figures of a run are written that are not plain numbers."""

Choices = tuple[list[dict[str, Any]], str, list[dict[str, Any]], str, Component | None]


def runs_of(
    run: PublishedRun, _filters: Filters, *, first: str | None, second: str | None
) -> tuple[int, int]:
    """Give the numbers of the two runs that are compared."""
    return queries.of_data_set(run, first, second)


MOVES = PAGE.chart(
    "history-two-moves",
    query=queries.moves,
    draw=moved.moves,
    source="customer_result",
    measures=("segment",),
    note="Customers are matched by their identifier.",
    subject="Customers by segment in the first run and in the second",
    columns=12,
    height=420,
    controls=(Control("first", FIRST), Control("second", SECOND)),
    knowing={"runs": runs_of},
)


def two_compared() -> Component:
    """Lay out the tab; callbacks fill it."""
    return html.Div(
        [
            html.Div(id=STATE, className="gate", role="status"),
            html.Div(
                [
                    choice(FIRST, "First update", [], show_label=True),
                    choice(SECOND, "Second update", [], show_label=True),
                ],
                className="pair",
            ),
            grid(
                text_card("Figures", html.Div(id=FIGURES, className="keep-6"), columns=6),
                text_card(
                    "Settings that differ", html.Div(id=SETTINGS, className="keep-6"), columns=6
                ),
                text_card(
                    "Models in use and how they did on the test",
                    html.Div(id=MODELS, className="keep-6"),
                    columns=12,
                ),
                MOVES,
            ),
        ]
    )


@PAGE.callback(
    Output(FIRST, "options"),
    Output(FIRST, "value"),
    Output(SECOND, "options"),
    Output(SECOND, "value"),
    Output(STATE, "children"),
    Input(URL, "search"),
)
def show_choices(search: str | None) -> Choices:
    """Offer the published runs, the newest beside the one before it."""
    with published_run(search) as run:
        runs = queries.comparable(run)
        dataset = run.dataset
    options: list[dict[str, Any]] = [
        {
            "label": f"Update {row.run_id}, {wording.moment(pd.Timestamp(row.started_at))}",
            "value": str(row.run_id),
        }
        for row in each_row(runs)
    ]
    newest = options[0]["value"]
    if len(options) < 2:
        link = dcc.Link(
            "Refresh the data set",
            href=f"/data?{urlencode({DATASET: dataset})}",
            className="button",
        )
        alone = empty_state("Nothing to compare yet", ALONE, link)
        return options, newest, options, newest, alone
    return options, options[1]["value"], options, newest, None


@PAGE.callback(
    Output(FIGURES, "children"),
    Output(SETTINGS, "children"),
    Output(MODELS, "children"),
    Input(FIRST, "value"),
    Input(SECOND, "value"),
    Input(URL, "search"),
)
def show_tables(
    first: str | None, second: str | None, search: str | None
) -> tuple[Component, Component, Component]:
    """Write the figures, the settings that differ and the models."""
    with published_run(search) as run:
        first_id, second_id = queries.of_data_set(run, first, second)
        figures = remember(run, queries.figures, first_id, second_id)
        changed = remember(run, queries.changed_settings, first_id, second_id)
        served = remember(run, queries.models, first_id, second_id)
    names = {
        "first": f"Update {first_id}",
        "second": f"Update {second_id}{', again' if first_id == second_id else ''}",
    }
    return (
        frame_table(
            written_figures(figures).rename(columns=names), label="Figures of both runs"
        ),
        frame_table(
            changed.rename(columns={"setting": "Setting", **names}),
            label="Settings that differ",
        )
        if len(changed)
        else empty_state(
            "No setting differs",
            "Both runs were told the same; differences come from their sources or the seed.",
        ),
        frame_table(
            written_models(served, first_id, second_id).rename(columns=names),
            label="Models of both runs",
        )
        if len(served)
        else empty_state("No models", "Neither run was asked to predict anything."),
    )


def written_figures(figures: pd.DataFrame) -> pd.DataFrame:
    """Write each figure as it is read."""
    return pd.DataFrame(
        {
            "Figure": [queries.FIGURE_NAMES[name] for name in figures["figure"]],
            **{
                side: [
                    _figure(name, value)
                    for name, value in zip(figures["figure"], figures[side], strict=True)
                ]
                for side in ("first", "second")
            },
        }
    )


def _figure(name: str, value: Any) -> str:
    if value is None or pd.isna(value):
        return wording.NOTHING
    written = WRITTEN.get(name)
    if written is not None:
        return written(value)
    return wording.number(float(value), PLACES.get(name, 0))


def written_models(served: pd.DataFrame, first: int, second: int) -> pd.DataFrame:
    """Write the model of each task and its score; what one run lacks stays empty there."""
    model_texts = {(row.task, row.run_id): _served(row) for row in each_row(served)}
    tasks = served.drop_duplicates("task")
    return pd.DataFrame(
        {
            "Task": tasks["title"].tolist(),
            **{
                side: [model_texts.get((task, run), wording.NOTHING) for task in tasks["task"]]
                for side, run in (("first", first), ("second", second))
            },
        }
    )


def _served(row: Any) -> str:
    if row.status != "done":
        return "refused"
    if pd.isna(row.value):
        return str(row.model)
    text = f"{row.model}, {METRICS[row.metric]} {score(row.value, row.metric)}"
    if pd.isna(row.low) or pd.isna(row.high):
        return text
    return f"{text} ({score_interval(row.low, row.high, row.metric)})"
