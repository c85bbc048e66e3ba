"""Models: how well each task is predicted, beside naive rivals, and what drives the chosen."""

from typing import Any
from urllib.parse import urlencode

import pandas as pd
from dash import ClientsideFunction, Input, Output, dcc, html
from dash.development.base_component import Component

from portal.kit.attributes import aria
from portal.kit.cards import grid
from portal.kit.chart import Chart
from portal.kit.charts import (
    Drawn,
    card_foot,
    chart_card,
    chart_outputs,
    drawn,
    open_on_click,
    problem_of,
)
from portal.kit.choices import choice
from portal.kit.evidence import Evidence
from portal.kit.page import Page
from portal.kit.states import empty_state
from portal.pages.models import figures, queries
from portal.pages.models import model_table as tables
from portal.pages.models.model_card import model_card
from portal.pages.models.sentences import Told, facts, headline, paired_said
from portal.reading.filters import CARD as ALONE
from portal.reading.filters import TASK, URL, Filters, card_from, task_from, to_query
from portal.reading.published import PublishedRun, published_run, remember
from portal.words import wording
from portal.words.titles import feature_title

TABS = "models-tabs"
HEADLINE = "models-headline"
RESULTS = "models-results"
TABLE = "models-table"
SORT = "models-sort"
METRIC = "models-metric"
SCORES = "models-scores"
CURVE = "models-curve"
SHOWN = "models-shown"
CURVES = "models-curves"
FIRST = "models-first"
SECOND = "models-second"
UNIT = "models-unit"
FIRST_CONFUSION = "models-first-confusion"
SECOND_CONFUSION = "models-second-confusion"
AGREEMENT = "models-agreement"
PLANE = "models-plane"
DIFFERENT = "models-different"
TRIALS = "models-trials"
SETTINGS = "models-settings"
TIMES = "models-times"
DRIVERS = "models-drivers"
SHAP_KIND = "models-shap-kind"
SHAP = "models-shap"
FEATURE = "models-feature"
DEPENDENCE = "models-dependence"
CHECKS = "models-checks"
CARD = "models-card"
PRINT = "models-print"
CONTENT = "models-page"
ELSEWHERE = "models-elsewhere"

MOST_DIFFERENT = 20
EVIDENCE_ROWS = 1_000
Options = list[dict[str, Any]]


def task_rows(run: PublishedRun, filters: Filters) -> pd.DataFrame:  # noqa: ARG001
    """Give every task."""
    return queries.tasks(run)


def model_rows(run: PublishedRun, filters: Filters) -> pd.DataFrame:  # noqa: ARG001
    """Give every model and naive rival of every task."""
    return queries.models(run)


def score_rows(run: PublishedRun, filters: Filters) -> pd.DataFrame:  # noqa: ARG001
    """Give every score of every task."""
    return queries.scores(run)


def curve_rows(run: PublishedRun, filters: Filters) -> pd.DataFrame:  # noqa: ARG001
    """Give the points of every curve."""
    return queries.curves(run)


def confusion_rows(run: PublishedRun, filters: Filters) -> pd.DataFrame:  # noqa: ARG001
    """Give the cells of every confusion matrix."""
    return queries.confusions(run)


def answer_rows(run: PublishedRun, filters: Filters) -> pd.DataFrame:  # noqa: ARG001
    """Give the largest disagreements of the chosen model and the next, task by task."""
    frames = []
    for name in queries.tasks(run)["task"]:
        told = _told(run, str(name))
        first, second = _usual_pair(told)
        found = _compared(run, told, first, second)
        if len(found):
            found = tables.most_different(found, EVIDENCE_ROWS)
            frames.append(found.assign(task=name, first_model=first, second_model=second))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def trial_rows(run: PublishedRun, filters: Filters) -> pd.DataFrame:  # noqa: ARG001
    """Give every trial of every model."""
    return queries.trials(run)


def setting_rows(run: PublishedRun, filters: Filters) -> pd.DataFrame:  # noqa: ARG001
    """Give the importances of the settings that were searched."""
    return queries.importances(run)


def driver_rows(run: PublishedRun, filters: Filters) -> pd.DataFrame:  # noqa: ARG001
    """Give the permutation importances."""
    return queries.drivers(run)


def shap_rows(run: PublishedRun, filters: Filters) -> pd.DataFrame:  # noqa: ARG001
    """Give the mean absolute Shapley values."""
    return queries.shap_sizes(run)


def check_rows(run: PublishedRun, filters: Filters) -> pd.DataFrame:  # noqa: ARG001
    """Give the checks of earlier predictions."""
    return queries.checks(run)


ON_TEST = (
    "Scores are those on customers whom no model had seen; intervals hold 95 % of bootstrap"
    " resamples of these customers. The chosen model had the least log loss on inner folds of"
    " the training rows; the test had no say in it."
)
PACKED = (
    "The answers for every customer of the test lie packed in test_outcome; the rows are the"
    " largest disagreements of the chosen model and the next best, of every task."
)
SHAPLEY = (
    "Exact Shapley values for trees and linear models, of a random sample of the newest"
    " snapshot's customers, in log odds, or in probability where the model averages votes."
    " Their packed values stand in shap_column as float32."
)
EVIDENCE = {
    HEADLINE: Evidence("task_result", task_rows, queries.TASKS, (), ON_TEST),
    TABLE: Evidence("published_model", score_rows, queries.SCORES, figures.METRICS, ON_TEST),
    SCORES: Evidence("published_model", score_rows, queries.SCORES, figures.METRICS, ON_TEST),
    CURVES: Evidence(
        "published_curve",
        curve_rows,
        queries.CURVES,
        ("roc_auc", "average_precision", "ece", "lift_at_10"),
        "Where classes are many, each customer and class is one case: in the class or not.",
    ),
    FIRST_CONFUSION: Evidence(
        "published_confusion", confusion_rows, queries.CONFUSIONS, ("accuracy",)
    ),
    SECOND_CONFUSION: Evidence(
        "published_confusion", confusion_rows, queries.CONFUSIONS, ("accuracy",)
    ),
    AGREEMENT: Evidence("test_outcome", answer_rows, queries.OUTCOMES, ("accuracy",), PACKED),
    PLANE: Evidence("test_outcome", answer_rows, queries.OUTCOMES, (), PACKED),
    DIFFERENT: Evidence("test_outcome", answer_rows, queries.OUTCOMES, (), PACKED),
    TRIALS: Evidence(
        "published_trial",
        trial_rows,
        queries.TRIALS,
        ("log_loss",),
        "Optuna's tree-structured Parzen estimator proposes settings; a trial that falls behind"
        " after some folds is stopped early.",
    ),
    SETTINGS: Evidence(
        "tuning_importance",
        setting_rows,
        queries.IMPORTANCES,
        (),
        "Share of the loss's variance over the trials that a setting explains (fANOVA).",
    ),
    TIMES: Evidence("model_result", model_rows, queries.MODELS, ("cpu_seconds",)),
    DRIVERS: Evidence(
        "published_driver", driver_rows, queries.DRIVERS, ("permutation_importance",)
    ),
    SHAP: Evidence("shap_column", shap_rows, queries.SHAP_SIZES, ("shapley",), SHAPLEY),
    DEPENDENCE: Evidence("shap_column", shap_rows, queries.SHAP_SIZES, ("shapley",), SHAPLEY),
    CHECKS: Evidence(
        "prediction_check",
        check_rows,
        queries.CHECKS,
        ("roc_auc", "brier", "ece"),
        "Each later refresh compares what earlier runs predicted with what then happened, once"
        " the days they spoke of have passed.",
    ),
    CARD: Evidence("task_result", task_rows, queries.TASKS, (), ON_TEST),
}

PAGE = Page(
    path="/models",
    title="Models · Clientele",
    name="Models",
    group="Predict",
    order=20,
    icon="bullseye",
    lead="How well each question about a customer is answered, beside rules without a model.",
    evidence=EVIDENCE,
)

PAGE.clientside_callback(
    ClientsideFunction("models", "print"),
    Output(PRINT, "title"),
    Input(PRINT, "n_clicks"),
    prevent_initial_call=True,
)


@PAGE.layout
def layout() -> Component:
    """Lay out the page; callbacks fill it."""
    return html.Div(
        [
            html.Nav(id=TABS, className="tabs", **aria(label="Tasks")),
            grid(_card(HEADLINE, "Task", None)),
            html.Div(
                [_side_by_side(), _any_two(), _tuning(), _why(), _record()],
                id=RESULTS,
                className="results",
            ),
        ],
        id=CONTENT,
        className="models",
    )


def _side_by_side() -> Component:
    ways = [{"label": "order of training", "value": "order"}]
    ways += [{"label": wording.MEASURES[m].title, "value": m} for m in figures.METRICS]
    return grid(
        _card(
            TABLE,
            "Models",
            "Models side by side, naive rivals below",
            choice(SORT, "Sort by", ways, "order"),
        ),
        chart_card(
            SCORES,
            evidence=EVIDENCE[SCORES],
            subject="On the test, with 95 % intervals; hatched bars are rules without a model",
            height=440,
            controls=[
                choice(
                    METRIC,
                    "Metric",
                    [{"label": wording.MEASURES[m].title, "value": m} for m in figures.METRICS],
                    "roc_auc",
                )
            ],
        ),
        chart_card(
            CURVES,
            evidence=EVIDENCE[CURVES],
            subject="On the test, curves over each other",
            height=440,
            controls=[
                choice(
                    CURVE,
                    "Curve",
                    [{"label": said, "value": name} for name, said in figures.CURVES.items()],
                    "roc",
                ),
                choice(
                    SHOWN,
                    "Models shown",
                    [
                        {"label": "Chosen and rivals", "value": "few"},
                        {"label": "All", "value": "all"},
                    ],
                    "few",
                ),
            ],
        ),
    )


def _any_two() -> Component:
    return html.Section(
        [
            html.H2("Any two of them", className="section-title"),
            html.Div(
                [
                    choice(FIRST, "First", [], show_label=True),
                    choice(SECOND, "Second", [], show_label=True),
                    choice(
                        UNIT,
                        "Matrices in",
                        [
                            {"label": "customers", "value": "count"},
                            {"label": "shares of the actual class", "value": "share"},
                        ],
                        "count",
                        show_label=True,
                    ),
                ],
                className="pair",
            ),
            grid(
                chart_card(
                    FIRST_CONFUSION,
                    evidence=EVIDENCE[FIRST_CONFUSION],
                    subject="First: confusion matrix",
                    height=340,
                ),
                chart_card(
                    SECOND_CONFUSION,
                    evidence=EVIDENCE[SECOND_CONFUSION],
                    subject="Second: confusion matrix",
                    height=340,
                ),
                chart_card(
                    AGREEMENT,
                    evidence=EVIDENCE[AGREEMENT],
                    subject="Whom both got right, one of them, neither",
                    height=380,
                ),
                chart_card(
                    PLANE,
                    evidence=EVIDENCE[PLANE],
                    subject="Probability against probability; click a customer to see more",
                    height=380,
                ),
                _card(
                    DIFFERENT,
                    "Largest disagreements",
                    "Where the two disagree most",
                ),
            ),
        ],
        className="section",
    )


def _tuning() -> Component:
    return html.Section(
        [
            html.H2("How they were tuned", className="section-title"),
            grid(
                chart_card(
                    TRIALS,
                    evidence=EVIDENCE[TRIALS],
                    subject="Loss by trial, lines the best so far, thin crosses stopped early",
                    height=380,
                ),
                chart_card(
                    SETTINGS,
                    evidence=EVIDENCE[SETTINGS],
                    subject="What the loss depends on",
                    height=380,
                ),
                chart_card(
                    TIMES,
                    evidence=EVIDENCE[TIMES],
                    subject="Processor time of tuning and fitting",
                    height=320,
                    columns=12,
                ),
            ),
        ],
        className="section",
    )


def _why() -> Component:
    return html.Section(
        [
            html.H2("What drives the chosen model", className="section-title"),
            grid(
                chart_card(
                    DRIVERS,
                    evidence=EVIDENCE[DRIVERS],
                    subject="Permutation importance on the test",
                    height=420,
                ),
                chart_card(
                    SHAP,
                    evidence=EVIDENCE[SHAP],
                    subject="Shapley values of a sample of customers",
                    height=420,
                    controls=[
                        choice(
                            SHAP_KIND,
                            "Drawn as",
                            [
                                {"label": "Customer by customer", "value": "swarm"},
                                {"label": "Mean size", "value": "bar"},
                            ],
                            "swarm",
                        )
                    ],
                ),
                chart_card(
                    DEPENDENCE,
                    evidence=EVIDENCE[DEPENDENCE],
                    subject="Shapley value by value of one feature",
                    height=360,
                    controls=[choice(FEATURE, "Feature", [])],
                ),
                chart_card(
                    CHECKS,
                    evidence=EVIDENCE[CHECKS],
                    subject="Earlier predictions against what then happened",
                    height=360,
                ),
            ),
        ],
        className="section",
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
            grid(_card(CARD, "Model card", None)),
        ],
        className="section",
    )


def _card(card: str, title: str, heading: str | None, *controls: Component) -> Component:
    """Lay out a card of text or a table."""
    return html.Section(
        [
            html.Header(
                [
                    html.H2(heading, className="card-title"),
                    html.Div(list(controls), className="card-controls") if controls else None,
                ],
                className="card-head",
            )
            if heading
            else None,
            html.Div(id=card, className="card-body"),
            html.Div(id=problem_of(card), role="status"),
            card_foot(card, EVIDENCE[card], title),
        ],
        className=f"card span-12 {card}",
    )


open_on_click(PAGE, PLANE)


@PAGE.callback(
    Output(TABS, "children"),
    Output(HEADLINE, "children"),
    Output(RESULTS, "hidden"),
    Output(CARD, "children"),
    Input(URL, "search"),
)
def show_task(search: str | None) -> tuple[list[Component], Component, bool, Component | None]:
    """Write the tabs, what came out of the task, and the model card."""
    with published_run(search) as run:
        told = _asked(run, search)
        tasks = remember(run, queries.tasks)
        tabs = _tabs(tasks, told, run.dataset if "dataset=" in (search or "") else None)
        if told.task is None:
            return tabs, _nothing(), True, None
        if told.refused:
            return tabs, _refusal(told), True, None
        return tabs, _headline(told), False, model_card(told, run)


@PAGE.callback(
    Output(CONTENT, "className"), Output(ELSEWHERE, "children"), Input(URL, "search")
)
def show_alone(search: str | None) -> tuple[str, Component]:
    """Show the model card alone where the address asks for it, and lead there or back."""
    with published_run(search) as run:
        query = to_query(Filters(), run.dataset)
        here = f"/models{query}&{urlencode({TASK: _name(run, search)})}"
    if card_from(search):
        return "models alone", dcc.Link(
            "Everything of this task", href=here, className="button"
        )
    link = dcc.Link("This card alone", href=f"{here}&{ALONE}=1", className="button")
    return "models", link


@PAGE.callback(Output(TABLE, "children"), Input(SORT, "value"), Input(URL, "search"))
def show_table(sort: str | None, search: str | None) -> Component | None:
    """Write the models side by side."""
    with published_run(search) as run:
        return tables.score_table(_asked(run, search), sort=sort or "")


@PAGE.callback(
    Output(METRIC, "value"),
    Output(FIRST, "options"),
    Output(FIRST, "value"),
    Output(SECOND, "options"),
    Output(SECOND, "value"),
    Output(FEATURE, "options"),
    Output(FEATURE, "value"),
    Input(URL, "search"),
)
def show_choices(
    search: str | None,
) -> tuple[str, Options, str | None, Options, str | None, Options, str | None]:
    """Offer the models and features of the task."""
    with published_run(search) as run:
        told = _asked(run, search)
        columns = remember(run, queries.shapley, told.name)
    options: Options = [
        {"label": title, "value": model} for model, title in told.titles.items()
    ]
    first, second = _usual_pair(told)
    features: Options = [
        {"label": feature_title(each.feature), "value": each.feature} for each in columns
    ]
    top = columns[0].feature if columns else None
    return told.metric, options, first or None, options, second or None, features, top


@PAGE.callback(*chart_outputs(SCORES), Input(METRIC, "value"), Input(URL, "search"))
def show_scores(metric: str | None, search: str | None) -> Drawn:
    """Draw one metric of every model."""
    known = metric if metric in figures.METRICS else "roc_auc"
    with published_run(search) as run:
        return drawn(run, _scores, _name(run, search), known)


@PAGE.callback(
    *chart_outputs(CURVES), Input(CURVE, "value"), Input(SHOWN, "value"), Input(URL, "search")
)
def show_curves(curve: str | None, shown: str | None, search: str | None) -> Drawn:
    """Overlay curves."""
    known = curve if curve in figures.CURVES else "roc"
    with published_run(search) as run:
        return drawn(
            run, _curves, _name(run, search), known, "all" if shown == "all" else "few"
        )


@PAGE.callback(
    *chart_outputs(FIRST_CONFUSION),
    Input(FIRST, "value"),
    Input(UNIT, "value"),
    Input(URL, "search"),
)
def show_first(first: str | None, unit: str | None, search: str | None) -> Drawn:
    """Draw the confusion matrix of the first model."""
    with published_run(search) as run:
        return drawn(run, _confusion, _name(run, search), first or "", unit or "count")


@PAGE.callback(
    *chart_outputs(SECOND_CONFUSION),
    Input(SECOND, "value"),
    Input(UNIT, "value"),
    Input(URL, "search"),
)
def show_second(second: str | None, unit: str | None, search: str | None) -> Drawn:
    """Draw the confusion matrix of the second model."""
    with published_run(search) as run:
        return drawn(run, _confusion, _name(run, search), second or "", unit or "count")


@PAGE.callback(
    *chart_outputs(AGREEMENT),
    Input(FIRST, "value"),
    Input(SECOND, "value"),
    Input(URL, "search"),
)
def show_agreement(first: str | None, second: str | None, search: str | None) -> Drawn:
    """Draw whom both, one or neither got right."""
    with published_run(search) as run:
        return drawn(run, _agreement, _name(run, search), first or "", second or "")


@PAGE.callback(
    *chart_outputs(PLANE), Input(FIRST, "value"), Input(SECOND, "value"), Input(URL, "search")
)
def show_plane(first: str | None, second: str | None, search: str | None) -> Drawn:
    """Draw probability against probability."""
    with published_run(search) as run:
        return drawn(run, _plane, _name(run, search), first or "", second or "")


@PAGE.callback(
    Output(DIFFERENT, "children"),
    Input(FIRST, "value"),
    Input(SECOND, "value"),
    Input(URL, "search"),
)
def show_different(first: str | None, second: str | None, search: str | None) -> Component:
    """List the largest disagreements."""
    with published_run(search) as run:
        told = _asked(run, search)
        found = _compared(run, told, first or "", second or "")
        return tables.difference_table(
            tables.most_different(found, MOST_DIFFERENT),
            seen=_seen(told, first or "", second or ""),
            of=_probability_of(told),
            dataset=run.dataset,
        )


@PAGE.callback(*chart_outputs(TRIALS), Input(URL, "search"))
def show_trials(search: str | None) -> Drawn:
    """Draw the history of the trials."""
    with published_run(search) as run:
        return drawn(run, _trials, _name(run, search))


@PAGE.callback(*chart_outputs(SETTINGS), Input(URL, "search"))
def show_settings(search: str | None) -> Drawn:
    """Draw the importances of the settings."""
    with published_run(search) as run:
        return drawn(run, _settings, _name(run, search))


@PAGE.callback(*chart_outputs(TIMES), Input(URL, "search"))
def show_times(search: str | None) -> Drawn:
    """Draw what tuning and fitting took."""
    with published_run(search) as run:
        return drawn(run, _times, _name(run, search))


@PAGE.callback(*chart_outputs(DRIVERS), Input(URL, "search"))
def show_drivers(search: str | None) -> Drawn:
    """Draw the permutation importances."""
    with published_run(search) as run:
        return drawn(run, _drivers, _name(run, search))


@PAGE.callback(*chart_outputs(SHAP), Input(SHAP_KIND, "value"), Input(URL, "search"))
def show_shap(kind: str | None, search: str | None) -> Drawn:
    """Draw the Shapley values."""
    with published_run(search) as run:
        return drawn(run, _shap, _name(run, search), "bar" if kind == "bar" else "swarm")


@PAGE.callback(*chart_outputs(DEPENDENCE), Input(FEATURE, "value"), Input(URL, "search"))
def show_dependence(feature: str | None, search: str | None) -> Drawn:
    """Draw the Shapley values of one feature by its value."""
    with published_run(search) as run:
        return drawn(run, _dependence, _name(run, search), feature or "")


@PAGE.callback(*chart_outputs(CHECKS), Input(URL, "search"))
def show_checks(search: str | None) -> Drawn:
    """Draw earlier predictions against what then happened."""
    with published_run(search) as run:
        return drawn(run, _checks, _name(run, search))


def _name(run: PublishedRun, search: str | None) -> str:
    """Give the task that the address names, or else the first that was not refused."""
    tasks = remember(run, queries.tasks)
    names = list(tasks["task"])
    asked = task_from(search)
    if asked in names:
        return str(asked)
    done = list(tasks.loc[tasks["status"] == "done", "task"])
    return str((*done, *names, "")[0])


def _asked(run: PublishedRun, search: str | None) -> Told:
    return _told(run, _name(run, search))


def _told(run: PublishedRun, name: str) -> Told:
    """Gather what is known of one task."""
    tasks = remember(run, queries.tasks)
    rows = tasks[tasks["task"] == name]
    return Told(
        name,
        {str(key): value for key, value in rows.iloc[0].items()} if len(rows) else None,
        _of(remember(run, queries.models), name),
        _of(remember(run, queries.scores), name),
        _of(remember(run, queries.paired), name),
    )


def _of(rows: pd.DataFrame, task: str) -> pd.DataFrame:
    return rows[rows["task"] == task].reset_index(drop=True)


def _usual_pair(told: Told) -> tuple[str, str]:
    """Choose two models to compare: the chosen one and the next best."""
    others = [model for model in told.titles if model != told.chosen]
    second = told.paired.loc[told.paired["role"] == "second", "rival"]
    return told.chosen, str((*second, *others, "")[0])


def _seen(told: Told, first: str, second: str) -> figures.Seen:
    return figures.Seen(told.titles.get(first, "First"), told.titles.get(second, "Second"))


def _probability_of(told: Told) -> str:
    positive = told.value("positive")
    return f"Probability of “{positive}”" if positive else "Probability of the true class"


def _compared(run: PublishedRun, told: Told, first: str, second: str) -> pd.DataFrame:
    return remember(run, _compared_anew, told.name, first, second)


def _compared_anew(run: PublishedRun, name: str, first: str, second: str) -> pd.DataFrame:
    told = _told(run, name)
    found = queries.answers(run, name, first, second, classes=told.classes)
    return tables.NOBODY if found is None else queries.compared(found)


def _scores(run: PublishedRun, name: str, metric: str) -> Chart:
    scores = _of(remember(run, queries.scores), name)
    finding = figures.metric_finding(scores, metric=metric)
    return Chart(
        figures.metric_bars(scores, metric=metric),
        finding,
        f"Bars of {wording.MEASURES[metric].title} by model with intervals. {finding}.",
        "This metric is not known for this task.",
    )


def _curves(run: PublishedRun, name: str, curve: str, shown: str) -> Chart:
    told = _told(run, name)
    curves = _of(remember(run, queries.curves), name)
    if shown == "few":
        curves = curves[curves["model"].isin({told.chosen, *told.paired["rival"]})]
    finding = figures.curve_finding(curves, curve=curve)
    rate = told.value("base_rate_test")
    return Chart(
        figures.curve_lines(curves, curve=curve, base_rate=rate),
        finding,
        f"{figures.CURVES[curve]} curves of the models over each other. {finding}.",
        "There is no such curve for this task.",
    )


def _confusion(run: PublishedRun, name: str, model: str, unit: str) -> Chart:
    told = _told(run, name)
    rows = _of(remember(run, queries.confusions), name)
    rows = rows[rows["model"] == model]
    finding = figures.confusion_finding(rows, title=told.titles.get(model, ""))
    return Chart(
        figures.confusion_matrix(rows, classes=told.classes, unit=unit),
        finding,
        f"Matrix of what happened by what was predicted. {finding}.",
        "Choose a model of this task.",
    )


def _agreement(run: PublishedRun, name: str, first: str, second: str) -> Chart:
    told = _told(run, name)
    compared, seen = _compared(run, told, first, second), _seen(told, first, second)
    finding = figures.agreement_finding(compared, seen=seen)
    return Chart(
        figures.agreement_bars(compared, seen=seen),
        finding,
        f"Bars of customers whom both, one or neither got right. {finding}.",
        "Choose two models of this task.",
    )


def _plane(run: PublishedRun, name: str, first: str, second: str) -> Chart:
    told = _told(run, name)
    compared = _compared(run, told, first, second)
    finding = figures.probability_finding(compared)
    return Chart(
        figures.probability_plane(
            compared, seen=_seen(told, first, second), of=_probability_of(told)
        ),
        finding,
        f"Marks of customers by the probabilities of two models. {finding}.",
        "Choose two models of this task.",
    )


def _trials(run: PublishedRun, name: str) -> Chart:
    told = _told(run, name)
    trials = _of(remember(run, queries.trials), name)
    finding = figures.trial_finding(trials, titles=told.titles)
    return Chart(
        figures.trial_history(trials, titles=told.titles, chosen=told.chosen),
        finding,
        f"Marks of trials by log loss. {finding}.",
        "Nothing was tuned for this task.",
    )


def _settings(run: PublishedRun, name: str) -> Chart:
    told = _told(run, name)
    rows = _of(remember(run, queries.importances), name)
    finding = figures.setting_finding(rows, titles=told.titles)
    return Chart(
        figures.setting_bars(rows, titles=told.titles),
        finding,
        f"Bars by setting. {finding}.",
        "Too few trials to tell which settings matter; refresh with --trials 8.",
    )


def _times(run: PublishedRun, name: str) -> Chart:
    models = _of(remember(run, queries.models), name)
    finding = figures.time_finding(models)
    return Chart(
        figures.time_bars(models), finding, f"Bars of seconds by model. {finding}.",
        "No model was fitted for this task.",
    )  # fmt: skip


NOT_EXPLAINED = "This run kept no explanation of the model; the next refresh makes one."


def _drivers(run: PublishedRun, name: str) -> Chart:
    drivers = _of(remember(run, queries.drivers), name)
    finding = figures.driver_finding(drivers)
    return Chart(
        figures.driver_bars(drivers), finding, f"Bars by feature. {finding}.", NOT_EXPLAINED
    )


def _shap(run: PublishedRun, name: str, kind: str) -> Chart:
    columns = remember(run, queries.shapley, name)
    finding = figures.shap_finding(columns)
    draw = figures.shap_bars if kind == "bar" else figures.shap_swarm
    return Chart(
        draw(columns), finding, f"Shapley values by feature. {finding}.", NOT_EXPLAINED
    )


def _dependence(run: PublishedRun, name: str, feature: str) -> Chart:
    columns = remember(run, queries.shapley, name)
    column = next((each for each in columns if each.feature == feature), None)
    finding = figures.dependence_finding(column)
    return Chart(
        figures.dependence(column),
        finding,
        f"Marks of customers by value and Shapley value. {finding}.",
        NOT_EXPLAINED,
    )


def _checks(run: PublishedRun, name: str) -> Chart:
    checks = _of(remember(run, queries.checks), name)
    finding = figures.check_finding(checks)
    return Chart(
        figures.check_lines(checks),
        finding,
        f"Lines of what was predicted and what came true, by day. {finding}.",
        "No earlier prediction can be checked yet: a refresh does so once the days that an"
        " earlier run spoke of have passed.",
    )


def _tabs(tasks: pd.DataFrame, told: Told, dataset: str | None) -> list[Component]:
    start = to_query(Filters(), dataset)
    found: list[Component] = []
    for row in tasks.itertuples(index=False):
        here = row.task == told.name
        found.append(
            dcc.Link(
                [
                    str(row.title),
                    html.Span(" (this task)", className="visually-hidden") if here else None,
                    html.Span("refused", className="tab-note")
                    if row.status == "refused"
                    else None,
                ],
                href=f"{start}{'&' if start else '?'}{TASK}={row.task}",
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


def _refusal(told: Told) -> Component:
    return empty_state(
        f"{told.value('title')} is not predicted",
        str(told.value("message") or "There is too little data for this task."),
        dcc.Link("Add data", href="/data", className="button"),
    )


def _headline(told: Told) -> Component:
    warning, note = told.value("warning"), told.note
    return html.Div(
        [
            html.H2(headline(told), className="task-finding"),
            html.P(str(told.value("question")), className="task-question"),
            html.P(str(warning), className="task-warning") if warning else None,
            html.P(note, className="task-warning") if note else None,
            html.P([html.Strong("How it was tested. "), str(told.value("design"))]),
            html.P([html.Strong("Why this model. "), str(told.value("reason"))]),
            html.Ul([html.Li(said) for said in paired_said(told)], className="task-list"),
            html.Dl(
                [html.Div([html.Dt(name), html.Dd(said)]) for name, said in facts(told)],
                className="task-facts",
            ),
        ],
        className="task",
    )
