"""Models: how well each task is predicted, beside naive rivals, and what drives the chosen."""

from typing import Any

import pandas as pd
from dash import ClientsideFunction, Input, Output, html
from dash.development.base_component import Component

from portal.kit.attributes import aria, data
from portal.kit.cards import Panel, grid
from portal.kit.choices import choice
from portal.kit.disclosures import disclosure
from portal.kit.drawing.chart import Scope
from portal.kit.tabs import Tab
from portal.pages.models import cards, queries
from portal.pages.models.first_screen import RELIABILITY, THREE
from portal.pages.models.lights import lights
from portal.pages.models.missing import nothing, refusal
from portal.pages.models.model_card import model_card
from portal.pages.models.sentences import Told, facts, headline, paired_said
from portal.pages.models.told import told, usual_pair
from portal.reading.filters import NO_FILTERS, URL, Filters, card_from, task_from
from portal.reading.published import PublishedRun, published_run
from portal.words.titles import feature_title

QUESTIONS = "models-questions"
STATE = "models-state"
RESULTS = "models-results"
NOTED = "models-noted"
PRINT = "models-print"
Options = list[dict[str, Any]]

PAGE = cards.PAGE
PAGE.clientside_callback(
    ClientsideFunction("models", "print"),
    Output(PRINT, "title"),
    Input(PRINT, "n_clicks"),
    prevent_initial_call=True,
)


def outcome(_rows: pd.DataFrame, _scope: Scope, *, task: Told, run: PublishedRun) -> Panel:
    """Say what came out of the task, or why nothing did."""
    if task.task is None:
        return Panel(nothing(run))
    return Panel(refusal(task) if task.refused else _headline(task))


def record(_rows: pd.DataFrame, _scope: Scope, *, task: Told, run: PublishedRun) -> Panel:
    """Write the card of the model that serves."""
    return Panel(None if task.task is None or task.refused else model_card(task, run))


def run_of(run: PublishedRun, _filters: Filters, **_choices: Any) -> PublishedRun:
    """Give the run itself, of which the model card tells day and seed."""
    return run


HEADLINE = PAGE.panel(
    "models-headline",
    query=queries.task_row,
    draw=outcome,
    knowing={"task": cards.task_of, "run": run_of},
    source="task_result",
    note=cards.ON_TEST,
    subject="How it was tested, and why it serves",
    columns=12,
    **cards.OF_TASK,
)
CARD = PAGE.panel(
    "models-card",
    query=queries.task_row,
    draw=record,
    knowing={"task": cards.task_of, "run": run_of},
    source="task_result",
    note=cards.ON_TEST,
    subject="Model card",
    columns=12,
    **cards.OF_TASK,
)


def first() -> Component:
    """Lay out the chosen model beside its rivals, and how its probabilities held."""
    return html.Div(
        [
            html.Div(id=NOTED),
            grid(THREE, RELIABILITY),
            disclosure(
                "How it was tested, and why it serves",
                grid(HEADLINE),
                lead="design, paired tests, figures",
            ),
        ]
    )


def everything() -> Component:
    """Lay out every model side by side."""
    return grid(cards.TABLE, cards.SCORES, cards.CURVES)


def windows() -> Component:
    """Lay out how the forecasts held window by window, and later."""
    return grid(cards.WINDOWS, cards.CALIBRATIONS, cards.CHECKS)


def two() -> Component:
    """Lay out any two of the models beside each other."""
    units = {"count": "customers", "share": "shares of the actual class"}
    offered = [{"label": label, "value": value} for value, label in units.items()]
    return html.Div(
        [
            html.Div(
                [
                    choice(cards.FIRST, "First", [], show_label=True),
                    choice(cards.SECOND, "Second", [], show_label=True),
                    choice(cards.UNIT, "Matrices in", offered, "count", show_label=True),
                ],
                className="pair",
            ),
            grid(
                cards.FIRST_CONFUSION,
                cards.SECOND_CONFUSION,
                cards.AGREEMENT,
                cards.PLANE,
            ),
            disclosure(
                "Each class by itself",
                grid(cards.FIRST_CLASSES, cards.SECOND_CLASSES),
                lead="precision, recall, F1",
            ),
            disclosure("Where they disagree most", grid(cards.DIFFERENT), lead="by customer"),
        ]
    )


def tuning() -> Component:
    """Lay out how the models were tuned."""
    return grid(cards.TRIALS, cards.SETTINGS, cards.TIMES)


def drivers() -> Component:
    """Lay out what drives the chosen model."""
    return grid(cards.DRIVERS, cards.SHAP, cards.DEPENDENCE)


def printed() -> Component:
    """Lay out the card of the model that serves, to be printed."""
    button = html.Button(
        [html.I(className="bi bi-printer", **aria(hidden="true")), "Print this card"],
        id=PRINT,
        className="button",
        type="button",
    )
    return html.Div([html.Div(button, className="button-row print-button"), grid(CARD)])


TABS = PAGE.tabs(
    "models-tabs",
    Tab("model", "The model", first),
    Tab("all", "All side by side", everything),
    Tab("two", "Two side by side", two),
    Tab("windows", "Window by window", windows),
    Tab("tuning", "Tuning", tuning),
    Tab("drivers", "Drivers", drivers),
    Tab("card", "Card to print", printed),
)


@PAGE.layout
def layout() -> Component:
    """Lay out the questions with their lights, and the tabs of the one that is looked at."""
    return html.Div(
        [
            html.Nav(id=QUESTIONS, className="questions", **aria(label="Questions")),
            html.Div(id=STATE),
            html.Div(TABS.layout(), id=RESULTS),
        ],
        className="models",
    )


@PAGE.answered_by(Input(URL, "search"))
def answer(search: str | None) -> str:
    """Say how well the chosen model of the question does beside the simple rule."""
    with published_run(search) as run:
        task = told(run, task_from(search))
    if task.task is None:
        return "This run trained no models."
    if task.refused:
        return f"{task.value('title')} is not predicted: below stands why."
    return f"{headline(task)}."


@PAGE.callback(
    Output(QUESTIONS, "children"),
    Output(STATE, "children"),
    Output(RESULTS, "hidden"),
    Input(URL, "search"),
)
def show_task(search: str | None) -> tuple[list[Component], Component | None, bool]:
    """Write the questions, and say why one brought nothing where it didn't."""
    with published_run(search) as run:
        task = told(run, task_from(search))
        dataset = run.dataset if "dataset=" in (search or "") else None
        every = [told(run, str(name)) for name in queries.tasks(run)["task"]]
        questions = lights(every, current=task.name, dataset=dataset)
        if task.task is None:
            return questions, nothing(run), True
    return questions, refusal(task) if task.refused else None, task.refused


@PAGE.callback(Output(NOTED, "children"), Input(URL, "search"))
def show_noted(search: str | None) -> list[Component]:
    """Say what the question is, and what to mind of its answer."""
    with published_run(search) as run:
        task = told(run, task_from(search))
    noted = [
        html.P(notice, className="task-warning")
        for notice in (task.value("warning"), task.note)
        if notice
    ]
    question = html.P(str(task.value("question") or ""), className="task-question")
    card = html.Button(
        "Open its card",
        type="button",
        className="button",
        **data(action="lead-to-tab", tab="card"),
    )
    return [question, *noted, *([card] if card_from(search) else [])]


@PAGE.callback(Output(cards.METRIC, "value"), Input(URL, "search"))
def show_metric(search: str | None) -> str:
    """Begin with the metric by which the question is judged."""
    with published_run(search) as run:
        return told(run, task_from(search)).metric


@PAGE.callback(
    Output(cards.FIRST, "options"),
    Output(cards.FIRST, "value"),
    Output(cards.SECOND, "options"),
    Output(cards.SECOND, "value"),
    Input(URL, "search"),
)
def show_pair(search: str | None) -> tuple[Options, str | None, Options, str | None]:
    """Offer the models of the task, the chosen one beside the next best."""
    with published_run(search) as run:
        task = told(run, task_from(search))
    options: Options = [
        {"label": title, "value": model} for model, title in task.titles.items()
    ]
    first, second = usual_pair(task)
    return options, first or None, options, second or None


@PAGE.callback(
    Output(cards.FEATURE, "options"), Output(cards.FEATURE, "value"), Input(URL, "search")
)
def show_features(search: str | None) -> tuple[Options, str | None]:
    """Offer the features of the task."""
    with published_run(search) as run:
        task = told(run, task_from(search))
        columns = cards.columns_of(run, NO_FILTERS, task=task.name)
    options: Options = [
        {"label": feature_title(column.feature), "value": column.feature} for column in columns
    ]
    return options, columns[0].feature if columns else None


def _headline(task: Told) -> Component:
    return html.Div(
        [
            html.P([html.Strong("How it was tested. "), str(task.value("design"))]),
            html.P([html.Strong("Why this model. "), str(task.value("reason"))]),
            html.P([html.Strong("How many. "), str(task.value("level_words"))])
            if task.value("level_words")
            else None,
            html.Ul(
                [html.Li(sentence) for sentence in paired_said(task)], className="task-list"
            ),
            html.Dl(
                [html.Div([html.Dt(name), html.Dd(fact)]) for name, fact in facts(task)],
                className="task-facts",
            ),
        ],
        className="task",
    )
