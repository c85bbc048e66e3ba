"""What the cards of the models page show: rows, scope and the task in, a chart out."""

from collections.abc import Sequence

import pandas as pd

from portal.kit.drawing import backtest as over_windows
from portal.kit.drawing.chart import Chart, Scope
from portal.pages.models import agreement as pairs
from portal.pages.models import drivers as reasons
from portal.pages.models import figures
from portal.pages.models import tuning as tuned
from portal.pages.models.agreement import Seen
from portal.pages.models.sentences import Told
from portal.pages.models.shapley import Shapley
from portal.words.measures import MEASURES

NOT_EXPLAINED = "This run kept no explanation of the model; the next refresh makes one."
CHOOSE_TWO = "Choose two models of this task."


def with_flags(rows: pd.DataFrame) -> pd.DataFrame:
    """Give flags, which SQLite keeps as numbers, their own type."""
    return rows.assign(
        baseline=rows["baseline"].astype(bool), chosen=rows["chosen"].astype(bool)
    )


def scores(rows: pd.DataFrame, scope: Scope) -> Chart:
    """Show one metric of every model."""
    choice = scope.choices.get("metric")
    metric = choice if choice in figures.METRICS else "roc_auc"
    rows = with_flags(rows)
    finding = figures.metric_finding(rows, metric=metric)
    return Chart(
        figures.metric_bars(rows, metric=metric),
        finding,
        f"Bars of {MEASURES[metric].title} by model with intervals. {finding}.",
        "This metric is not known for this task.",
    )


def curves(rows: pd.DataFrame, scope: Scope, *, task: Told) -> Chart:
    """Show the curves of models over each other."""
    choice = scope.choices.get("curve")
    curve = choice if choice in figures.CURVES else "roc"
    rows = with_flags(rows)
    if scope.choices.get("models") != "all":
        rows = rows[rows["model"].isin({task.chosen, *task.paired["rival"]})]
    finding = figures.curve_finding(rows, curve=curve)
    return Chart(
        figures.curve_lines(rows, curve=curve, base_rate=task.value("base_rate_test")),
        finding,
        f"{figures.CURVES[curve]} curves of the models over each other. {finding}.",
        "There is no such curve for this task.",
    )


def confusion(rows: pd.DataFrame, scope: Scope, *, task: Told) -> Chart:
    """Show what happened by what a model predicted."""
    model = scope.choices.get("model") or ""
    finding = figures.confusion_finding(rows, title=task.titles.get(model, ""))
    unit = scope.choices.get("unit") or "count"
    return Chart(
        figures.confusion_matrix(rows, classes=task.classes, unit=unit),
        finding,
        f"Matrix of what happened by what was predicted. {finding}.",
        "Choose a model of this task.",
    )


def agreement(
    _rows: pd.DataFrame, _scope: Scope, *, compared: pd.DataFrame, names: Seen
) -> Chart:
    """Show whom both of two models, one or neither got right."""
    finding = pairs.agreement_finding(compared, titles=names)
    return Chart(
        pairs.agreement_bars(compared, titles=names),
        finding,
        f"Bars of customers whom both, one or neither got right. {finding}.",
        CHOOSE_TWO,
    )


def plane(
    _rows: pd.DataFrame, _scope: Scope, *, compared: pd.DataFrame, names: Seen, of: str
) -> Chart:
    """Show the probability of one model against that of another."""
    finding = pairs.probability_finding(compared)
    return Chart(
        pairs.probability_plane(compared, titles=names, of=of),
        finding,
        f"Marks of customers by the probabilities of two models. {finding}.",
        CHOOSE_TWO,
    )


def trials(rows: pd.DataFrame, _scope: Scope, *, task: Told) -> Chart:
    """Show the history of the trials."""
    rows = tuned.with_models(rows)
    finding = tuned.trial_finding(rows, titles=task.titles)
    return Chart(
        tuned.trial_history(rows, titles=task.titles, chosen=task.chosen),
        finding,
        f"Marks of trials by log loss. {finding}.",
        "Nothing was tuned for this task.",
    )


def settings(rows: pd.DataFrame, _scope: Scope, *, task: Told) -> Chart:
    """Show which settings the loss depends on."""
    rows = tuned.with_models(rows)
    finding = tuned.setting_finding(rows, titles=task.titles)
    return Chart(
        tuned.setting_bars(rows, titles=task.titles),
        finding,
        f"Bars by setting. {finding}.",
        "Too few trials to tell which settings matter; refresh with --trials 8.",
    )


def times(rows: pd.DataFrame, _scope: Scope) -> Chart:
    """Show what tuning and fitting took."""
    rows = with_flags(rows)
    finding = tuned.time_finding(rows)
    return Chart(
        tuned.time_bars(rows),
        finding,
        f"Bars of seconds by model. {finding}.",
        "No model was fitted for this task.",
    )


def drivers(rows: pd.DataFrame, _scope: Scope) -> Chart:
    """Show the permutation importances."""
    finding = reasons.driver_finding(rows)
    return Chart(
        reasons.driver_bars(rows), finding, f"Bars by feature. {finding}.", NOT_EXPLAINED
    )


def shap(_rows: pd.DataFrame, scope: Scope, *, columns: Sequence[Shapley]) -> Chart:
    """Show Shapley values, customer by customer or by their mean size."""
    finding = reasons.shap_finding(columns)
    is_bar = scope.choices.get("kind") == "bar"
    draw = reasons.shap_bars if is_bar else reasons.shap_swarm
    return Chart(
        draw(columns), finding, f"Shapley values by feature. {finding}.", NOT_EXPLAINED
    )


def dependence(_rows: pd.DataFrame, scope: Scope, *, columns: Sequence[Shapley]) -> Chart:
    """Show the Shapley values of one feature by its value."""
    feature = scope.choices.get("feature")
    column = next((candidate for candidate in columns if candidate.feature == feature), None)
    finding = reasons.dependence_finding(column)
    return Chart(
        reasons.dependence(column),
        finding,
        f"Marks of customers by value and Shapley value. {finding}.",
        NOT_EXPLAINED,
    )


def windows(rows: pd.DataFrame, _scope: Scope) -> Chart:
    """Show what each window was expected to bring, and what it brought."""
    finding = over_windows.window_finding(rows)
    return Chart(
        over_windows.window_lines(rows),
        finding,
        f"A line of expected shares with their ranges and marks of what came. {finding}.",
        "This task is told of customers on one day: there are no windows to look back on.",
    )


def calibrations(rows: pd.DataFrame, _scope: Scope) -> Chart:
    """Show what was expected of groups of the tested customers, and what came."""
    finding = over_windows.calibration_finding(rows)
    return Chart(
        over_windows.calibration_dots(rows),
        finding,
        f"Marks of expected and real shares by group. {finding}.",
        "Nothing to compare: the tested customers have no such groups on that day.",
    )


def checks(rows: pd.DataFrame, _scope: Scope) -> Chart:
    """Show earlier predictions against what then happened."""
    finding = reasons.check_finding(rows)
    return Chart(
        reasons.check_lines(rows),
        finding,
        f"Lines of what was predicted and what came true, by day. {finding}.",
        "No earlier prediction can be checked yet: a refresh does so once the days that an"
        " earlier run spoke of have passed.",
    )
