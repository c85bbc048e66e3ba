"""Models: how well each task is predicted, beside naive rivals, and what drives the chosen."""

from typing import Any
from urllib.parse import urlencode

import pandas as pd
from dash import ClientsideFunction, Input, Output, dcc, html
from dash.development.base_component import Component

from portal.kit.attributes import aria
from portal.kit.cards import Panel, grid
from portal.kit.chart import Scope
from portal.kit.choices import choice
from portal.kit.states import empty_state
from portal.pages.models import cards, queries
from portal.pages.models.model_card import model_card
from portal.pages.models.sentences import Told, facts, headline, paired_said
from portal.pages.models.told import told, usual_pair
from portal.reading.filters import CARD as ALONE
from portal.reading.filters import (
    NO_FILTERS,
    TASK,
    URL,
    Filters,
    card_from,
    task_from,
    to_query,
)
from portal.reading.published import PublishedRun, published_run
from portal.words.titles import feature_title

TABS = "models-tabs"
RESULTS = "models-results"
PRINT = "models-print"
CONTENT = "models-page"
ELSEWHERE = "models-elsewhere"
Options = list[dict[str, Any]]

PAGE = cards.PAGE
PAGE.clientside_callback(
    ClientsideFunction("models", "print"),
    Output(PRINT, "title"),
    Input(PRINT, "n_clicks"),
    prevent_initial_call=True,
)


def outcome(_rows: pd.DataFrame, _scope: Scope, *, task: Told) -> Panel:
    """Say what came out of the task, or why nothing did."""
    if task.task is None:
        return Panel(_nothing())
    return Panel(_refusal(task) if task.refused else _headline(task))


def record(_rows: pd.DataFrame, _scope: Scope, *, task: Told, made: PublishedRun) -> Panel:
    """Write the card of the model that serves."""
    return Panel(None if task.task is None or task.refused else model_card(task, made))


def run_of(run: PublishedRun, _filters: Filters, **_choices: Any) -> PublishedRun:
    """Give the run itself, of which the model card tells day and seed."""
    return run


HEADLINE = PAGE.panel(
    "models-headline",
    query=queries.task_row,
    draw=outcome,
    knowing={"task": cards.task_of},
    source="task_result",
    note=cards.ON_TEST,
    subject="Task",
    columns=12,
    **cards.OF_TASK,
)
CARD = PAGE.panel(
    "models-card",
    query=queries.task_row,
    draw=record,
    knowing={"task": cards.task_of, "made": run_of},
    source="task_result",
    note=cards.ON_TEST,
    subject="Model card",
    columns=12,
    **cards.OF_TASK,
)


@PAGE.layout
def layout() -> Component:
    """Lay out the page; its cards fill themselves."""
    return html.Div(
        [
            html.Nav(id=TABS, className="tabs", **aria(label="Tasks")),
            grid(HEADLINE),
            html.Div(
                [
                    grid(cards.TABLE, cards.SCORES, cards.CURVES),
                    _section("Window by window", grid(cards.WINDOWS, cards.CALIBRATIONS)),
                    _any_two(),
                    _section(
                        "How they were tuned", grid(cards.TRIALS, cards.SETTINGS, cards.TIMES)
                    ),
                    _section(
                        "What drives the chosen model",
                        grid(cards.DRIVERS, cards.SHAP, cards.DEPENDENCE, cards.CHECKS),
                    ),
                    _record(),
                ],
                id=RESULTS,
                className="results",
            ),
        ],
        id=CONTENT,
        className="models",
    )


def _section(title: str, *content: Component) -> Component:
    return html.Section(
        [html.H2(title, className="section-title"), *content], className="section"
    )


def _any_two() -> Component:
    units = {"count": "customers", "share": "shares of the actual class"}
    return _section(
        "Any two of them",
        html.Div(
            [
                choice(cards.FIRST, "First", [], show_label=True),
                choice(cards.SECOND, "Second", [], show_label=True),
                choice(
                    cards.UNIT,
                    "Matrices in",
                    [{"label": label, "value": value} for value, label in units.items()],
                    "count",
                    show_label=True,
                ),
            ],
            className="pair",
        ),
        grid(
            cards.FIRST_CONFUSION,
            cards.SECOND_CONFUSION,
            cards.AGREEMENT,
            cards.PLANE,
            cards.DIFFERENT,
        ),
    )


def _record() -> Component:
    return html.Section(
        [
            html.Div(
                [
                    html.H2("Model card", className="section-title"),
                    html.Div(
                        [
                            html.Span(id=ELSEWHERE),
                            html.Button(
                                [
                                    html.I(className="bi bi-printer", **aria(hidden="true")),
                                    "Print this card",
                                ],
                                id=PRINT,
                                className="button",
                                type="button",
                            ),
                        ],
                        className="button-row print-button",
                    ),
                ],
                className="card-line",
            ),
            grid(CARD),
        ],
        className="section",
    )


@PAGE.callback(Output(TABS, "children"), Output(RESULTS, "hidden"), Input(URL, "search"))
def show_task(search: str | None) -> tuple[list[Component], bool]:
    """Write the tabs, and hide the rest where the task brought nothing."""
    with published_run(search) as run:
        task = told(run, task_from(search))
        dataset = run.dataset if "dataset=" in (search or "") else None
        tabs = _tabs(queries.tasks(run), task, dataset)
        return tabs, task.task is None or task.refused


@PAGE.callback(
    Output(CONTENT, "className"), Output(ELSEWHERE, "children"), Input(URL, "search")
)
def show_alone(search: str | None) -> tuple[str, Component]:
    """Show the model card alone where the address asks for it, and lead there or back."""
    with published_run(search) as run:
        query = to_query(Filters(), run.dataset)
        here = f"/models{query}&{urlencode({TASK: queries.task_named(run, task_from(search))})}"
    if card_from(search):
        return "models alone", dcc.Link(
            "Everything of this task", href=here, className="button"
        )
    link = dcc.Link("This card alone", href=f"{here}&{ALONE}=1", className="button")
    return "models", link


@PAGE.callback(
    Output(cards.METRIC, "value"),
    Output(cards.FIRST, "options"),
    Output(cards.FIRST, "value"),
    Output(cards.SECOND, "options"),
    Output(cards.SECOND, "value"),
    Output(cards.FEATURE, "options"),
    Output(cards.FEATURE, "value"),
    Input(URL, "search"),
)
def show_choices(
    search: str | None,
) -> tuple[str, Options, str | None, Options, str | None, Options, str | None]:
    """Offer the models and features of the task."""
    with published_run(search) as run:
        task = told(run, task_from(search))
        columns = cards.columns_of(run, NO_FILTERS, task=task.name)
    options: Options = [
        {"label": title, "value": model} for model, title in task.titles.items()
    ]
    first, second = usual_pair(task)
    features: Options = [
        {"label": feature_title(each.feature), "value": each.feature} for each in columns
    ]
    top = columns[0].feature if columns else None
    return task.metric, options, first or None, options, second or None, features, top


def _tabs(tasks: pd.DataFrame, task: Told, dataset: str | None) -> list[Component]:
    start = to_query(Filters(), dataset)
    found: list[Component] = []
    for row in tasks.itertuples(index=False):
        here = row.task == task.name
        found.append(
            dcc.Link(
                [
                    str(row.title),
                    html.Span(" (this task)", className="visually-hidden") if here else None,
                    html.Span("refused", className="tab-note")
                    if row.status == "refused"
                    else None,
                ],
                href=f"{start}{'&' if start else '?'}{urlencode({TASK: row.task})}",
                className="tab current" if here else "tab",
            )
        )
    return found


def _nothing() -> Component:
    return empty_state(
        "No models yet",
        "This run trained none; a refresh of the data set with its usual settings does.",
        dcc.Link("Refresh the data", href="/data", className="button"),
    )


def _refusal(task: Told) -> Component:
    return empty_state(
        f"{task.value('title')} is not predicted",
        str(task.value("message") or "There is too little data for this task."),
        dcc.Link("Add data", href="/data", className="button"),
    )


def _headline(task: Told) -> Component:
    warning, note = task.value("warning"), task.note
    return html.Div(
        [
            html.H2(headline(task), className="task-finding"),
            html.P(str(task.value("question")), className="task-question"),
            html.P(str(warning), className="task-warning") if warning else None,
            html.P(note, className="task-warning") if note else None,
            html.P([html.Strong("How it was tested. "), str(task.value("design"))]),
            html.P([html.Strong("Why this model. "), str(task.value("reason"))]),
            html.P([html.Strong("How many. "), str(task.value("level_words"))])
            if task.value("level_words")
            else None,
            html.Ul([html.Li(said) for said in paired_said(task)], className="task-list"),
            html.Dl(
                [html.Div([html.Dt(name), html.Dd(said)]) for name, said in facts(task)],
                className="task-facts",
            ),
        ],
        className="task",
    )
