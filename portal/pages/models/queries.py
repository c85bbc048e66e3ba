"""What the page of models asks of the database: tasks, models, scores, answers, drivers."""

import json
from typing import NamedTuple

import numpy as np
import pandas as pd
import sqlalchemy as sa
from numpy.typing import NDArray

from portal.pages.models import figures
from portal.pages.models.shapley import Shapley
from portal.reading.filters import Filters
from portal.reading.predicting import backtest
from portal.reading.predicting.class_report import class_report
from portal.reading.published import PublishedRun, remember
from portal.reading.statements import Statement, Value, of_database

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

GROUPED_BY = {"all": "probability", "segment": "segment", "value_band": "value band"}
"""How the tested customers can be grouped: as the table calls it, as people do."""

TASKS = """
select t.*, r.seed, r.version
from task_result t
join run r on r.run_id = t.run_id
where t.run_id = :run_id
order by t.position
"""
TASK = """
select t.*, r.seed, r.version
from task_result t
join run r on r.run_id = t.run_id
where t.run_id = :run_id and t.task = :task
"""

MODELS = """
select task, model, position, title, meaning, baseline, chosen, selection, rows, seconds, params
from model_result
where run_id = :run_id and task = :task
order by position
"""

SCORES = """
select s.task, s.model, m.title, m.position, s.metric, s.value, s.low, s.high, s.baseline,
       s.chosen
from model_score s
join model_result m on m.run_id = s.run_id and m.task = s.task and m.model = s.model
where s.run_id = :run_id and s.task = :task
order by s.metric, m.position
"""

PAIRED = """
select p.task, p.rival, m.title, p.role, p.metric, p.difference, p.low, p.high, p.p_value
from paired_test p
left join model_result m on m.run_id = p.run_id and m.task = p.task and m.model = p.rival
where p.run_id = :run_id and p.task = :task
order by p.role, p.rival
"""

CURVES = """
select c.task, c.model, m.title, m.baseline, m.chosen, m.position, c.curve, c.point, c.x, c.y
from curve c
join model_result m on m.run_id = c.run_id and m.task = c.task and m.model = c.model
where c.run_id = :run_id and c.task = :task and c.curve = :curve
order by m.position, c.point
"""

CONFUSIONS = """
select task, model, actual, predicted, customers
from confusion
where run_id = :run_id and task = :task and model = :model
order by actual, predicted
"""

TRIALS = """
select study, trial, state, value, seconds, params
from trial
where run_id = :run_id and study in (
    select 'models.' || task || '.' || model from model_result
    where run_id = :run_id and task = :task
)
order by study, trial
"""

IMPORTANCES = """
select study, parameter, importance
from tuning_importance
where run_id = :run_id and study in (
    select 'models.' || task || '.' || model from model_result
    where run_id = :run_id and task = :task
)
order by study, importance desc
"""

DRIVERS = """
select d.task, d.model, d.feature, d.importance, d.low, d.high,
       (select count(*) from driver o where o.run_id = d.run_id and o.task = d.task
            and o.model = d.model and o.together = d.together) as alike
from driver d
where d.run_id = :run_id and d.task = :task
    and (d.together is null or d.together = d.feature)
order by d.importance desc, d.feature
"""

SHAP = """
select feature, importance, words, feature_values, contributions
from shap_column
where run_id = :run_id and task = :task
order by position
"""
SHAP_SIZES = """
select task, feature, position, importance, customers
from shap_column
where run_id = :run_id and task = :task
order by position
"""

CHECKS = """
select task, earlier_run, predicted_on, model, customers, base_rate, mean_probability, roc_auc,
       brier, ece
from prediction_check
where run_id = :run_id and task = :task
order by predicted_on, earlier_run
"""

TESTED = """
select model, customers
from test_outcome
where run_id = :run_id and task = :task and model in (:first, :second)
order by model
"""
OUTCOMES = """
select model, customers, data
from test_outcome
where run_id = :run_id and task = :task and model in (:customer, :actual, :first, :second)
"""
ACTUAL, CUSTOMER = "(actual)", "(customer)"


class Answers(NamedTuple):
    """What two models said of every customer of the test, in the test's order.

    Attributes
    ----------
    actual
        Places in `classes`.
    first, second
        Probabilities, customer by class.
    """

    customers: list[str]
    classes: list[str]
    actual: Places
    first: Floats
    second: Floats


def tasks(run: PublishedRun) -> pd.DataFrame:
    """One row per task, in the order shown."""
    return remember(run, _tasks)


def _tasks(run: PublishedRun) -> pd.DataFrame:
    rows = run.ask(of_database(TASKS, run_id=run.run_id))
    return rows.astype(object).where(rows.notna(), None)


def task_named(run: PublishedRun, task: str | None) -> str:
    """Give a task if there is one of that name, or else the first that was not refused."""
    every = tasks(run)
    names = list(every["task"])
    if task in names:
        return str(task)
    done = list(every.loc[every["status"] == "done", "task"])
    return str((*done, *names, "")[0])


def _of_task(run: PublishedRun, sql: str, task: str | None, **bound: Value) -> Statement:
    return of_database(sql, run_id=run.run_id, task=task_named(run, task), **bound)


def task_row(run: PublishedRun, _filters: Filters, *, task: str | None) -> Statement:
    """Ask for the row of a task."""
    return _of_task(run, TASK, task)


def models(run: PublishedRun, _filters: Filters, *, task: str | None) -> Statement:
    """One row per model or naive rival of a task."""
    return _of_task(run, MODELS, task)


def scores(
    run: PublishedRun, _filters: Filters, *, task: str | None, **_choices: Value
) -> Statement:
    """One row per metric and model of a task, with the ends of its 95 % interval."""
    return _of_task(run, SCORES, task)


def paired(run: PublishedRun, _filters: Filters, *, task: str | None) -> Statement:
    """One row per rival that the chosen model of a task was tested against."""
    return _of_task(run, PAIRED, task)


def curves(
    run: PublishedRun, _filters: Filters, *, task: str | None, curve: str | None, models: Value
) -> Statement:
    """One row per model and point of a curve of a task."""
    del models  # which of them are drawn is no matter of the rows
    return _of_task(run, CURVES, task, curve=curve if curve in figures.CURVES else "roc")


def confusion(
    run: PublishedRun, _filters: Filters, *, task: str | None, model: str | None, unit: Value
) -> Statement:
    """One row per actual and predicted class of a model."""
    del unit
    return _of_task(run, CONFUSIONS, task, model=model or "")


def by_class(
    run: PublishedRun, _filters: Filters, *, task: str | None, model: str | None
) -> Statement:
    """One row per class: customers, precision, recall and F1 of a model."""
    return class_report(run, task=task_named(run, task), model=model or "")


def windows(run: PublishedRun, _filters: Filters, *, task: str | None) -> Statement:
    """One row per window of the back-test and model, and one of the day that is served."""
    return backtest.windows(run, task_named(run, task))


def calibrations(
    run: PublishedRun, _filters: Filters, *, task: str | None, by: str | None
) -> Statement:
    """One row per group of the tested customers: what was expected of it and what came."""
    by = by if by in GROUPED_BY else "all"
    return backtest.calibrations(run, task_named(run, task), by=by)


def tested(
    run: PublishedRun,
    _filters: Filters,
    *,
    task: str | None,
    first: str | None,
    second: str | None,
) -> Statement:
    """One row per model of two: of how many customers of the test its answers are packed."""
    return _of_task(run, TESTED, task, first=first or "", second=second or "")


def trials(run: PublishedRun, _filters: Filters, *, task: str | None) -> Statement:
    """One row per study (“models.task.model”) and trial of a task."""
    return _of_task(run, TRIALS, task)


def importances(run: PublishedRun, _filters: Filters, *, task: str | None) -> Statement:
    """One row per study (“models.task.model”) and setting of a task that was searched."""
    return _of_task(run, IMPORTANCES, task)


def drivers(run: PublishedRun, _filters: Filters, *, task: str | None) -> Statement:
    """One row per feature of the tested model of a task, the most important first."""
    return _of_task(run, DRIVERS, task)


def shap_sizes(
    run: PublishedRun, _filters: Filters, *, task: str | None, **_choices: Value
) -> Statement:
    """One row per feature of a task: its mean absolute Shapley value."""
    return _of_task(run, SHAP_SIZES, task)


def checks(run: PublishedRun, _filters: Filters, *, task: str | None) -> Statement:
    """One row per earlier run whose label window has closed since, of a task."""
    return _of_task(run, CHECKS, task)


def shapley(run: PublishedRun, task: str) -> list[Shapley]:
    """Unpack the Shapley values of a task, the most important feature first."""
    rows = run.connection.execute(sa.text(SHAP), {"run_id": run.run_id, "task": task})
    return [
        Shapley(
            str(row.feature),
            float(row.importance),
            [str(word) for word in json.loads(row.words)],
            np.frombuffer(row.feature_values, "<f4").astype(np.float64),
            np.frombuffer(row.contributions, "<f4").astype(np.float64),
        )
        for row in rows
    ]


def answers(
    run: PublishedRun, task: str, first: str, second: str, *, classes: list[str]
) -> Answers | None:
    """Unpack what two models said of every customer of a task's test."""
    names = {"customer": CUSTOMER, "actual": ACTUAL, "first": first, "second": second}
    rows = run.connection.execute(
        sa.text(OUTCOMES), {"run_id": run.run_id, "task": task, **names}
    )
    packed_by_model = {str(row.model): bytes(row.data) for row in rows}
    if not set(names.values()) <= set(packed_by_model):
        return None
    return Answers(
        packed_by_model[CUSTOMER].decode().split("\n"),
        classes,
        np.frombuffer(packed_by_model[ACTUAL], "<i2").astype(np.int64),
        _probabilities(packed_by_model[first], len(classes)),
        _probabilities(packed_by_model[second], len(classes)),
    )


def decided(probabilities: Floats) -> Places:
    """Give the class that a model names: the positive one from 0.5 on, or the likeliest."""
    if probabilities.shape[1] == 2:
        return (probabilities[:, 1] >= 0.5).astype(np.int64)
    return probabilities.argmax(axis=1).astype(np.int64)


def compared(answers: Answers) -> pd.DataFrame:
    """One row per customer of the test: what happened and what either model said of it.

    `first` and `second` are probabilities of the positive class, or where classes are many of
    the class that came true.
    """
    first_places, second_places = decided(answers.first), decided(answers.second)
    rows = np.arange(len(answers.actual))
    class_places = (
        np.ones_like(answers.actual) if answers.first.shape[1] == 2 else answers.actual
    )
    names = np.array(answers.classes, dtype=object)
    return pd.DataFrame(
        {
            "customer_id": answers.customers,
            "actual": names[answers.actual],
            "first": answers.first[rows, class_places],
            "second": answers.second[rows, class_places],
            "first_says": names[first_places],
            "second_says": names[second_places],
            "first_right": first_places == answers.actual,
            "second_right": second_places == answers.actual,
        }
    )


def _probabilities(packed: bytes, classes: int) -> Floats:
    """Unpack probabilities; of two classes only the positive one's are kept."""
    flat = np.frombuffer(packed, "<f4").astype(np.float64)
    return np.column_stack([1 - flat, flat]) if classes == 2 else flat.reshape(-1, classes)
