"""What the page of models asks of the database: tasks, models, scores, answers, drivers."""

import json
from typing import NamedTuple

import numpy as np
import pandas as pd
import sqlalchemy as sa
from numpy.typing import NDArray

from db.frames import read_frame
from portal.pages.models.shapley import Shapley
from portal.reading.published import PublishedRun

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

TASKS = """
select t.*, r.seed, r.version
from task_result t
join run r on r.run_id = t.run_id
where t.run_id = :run_id
order by t.position
"""

MODELS = """
select task, model, position, title, meaning, baseline, chosen, selection, rows, seconds, params
from model_result
where run_id = :run_id
order by task, position
"""

SCORES = """
select s.task, s.model, m.title, m.position, s.metric, s.value, s.low, s.high, s.baseline,
       s.chosen
from model_score s
join model_result m on m.run_id = s.run_id and m.task = s.task and m.model = s.model
where s.run_id = :run_id
order by s.task, s.metric, m.position
"""

PAIRED = """
select p.task, p.rival, m.title, p.role, p.metric, p.difference, p.low, p.high, p.p_value
from paired_test p
left join model_result m on m.run_id = p.run_id and m.task = p.task and m.model = p.rival
where p.run_id = :run_id
order by p.task, p.role, p.rival
"""

CURVES = """
select c.task, c.model, m.title, m.baseline, m.chosen, m.position, c.curve, c.point, c.x, c.y
from curve c
join model_result m on m.run_id = c.run_id and m.task = c.task and m.model = c.model
where c.run_id = :run_id
order by c.task, c.curve, m.position, c.point
"""

CONFUSIONS = """
select task, model, actual, predicted, customers
from confusion
where run_id = :run_id
order by task, model, actual, predicted
"""

TRIALS = """
select study, trial, state, value, seconds, params
from trial
where run_id = :run_id and study not like 'segments.%'
order by study, trial
"""

IMPORTANCES = """
select study, parameter, importance
from tuning_importance
where run_id = :run_id and study not like 'segments.%'
order by study, importance desc
"""

DRIVERS = """
select task, model, feature, importance
from driver
where run_id = :run_id
order by task, importance desc, feature
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
where run_id = :run_id
order by task, position
"""

CHECKS = """
select task, earlier_run, predicted_on, model, customers, base_rate, mean_probability, roc_auc,
       brier, ece
from prediction_check
where run_id = :run_id
order by task, predicted_on, earlier_run
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
    found = read_frame(run.connection, TASKS, run_id=run.run_id)
    return found.astype(object).where(found.notna(), None)


def models(run: PublishedRun) -> pd.DataFrame:
    """One row per task and model or naive rival."""
    return _flags(read_frame(run.connection, MODELS, run_id=run.run_id))


def scores(run: PublishedRun) -> pd.DataFrame:
    """One row per task, metric and model, with the ends of its 95 % interval."""
    return _flags(read_frame(run.connection, SCORES, run_id=run.run_id))


def paired(run: PublishedRun) -> pd.DataFrame:
    """One row per task and rival that the chosen model was tested against."""
    return read_frame(run.connection, PAIRED, run_id=run.run_id)


def curves(run: PublishedRun) -> pd.DataFrame:
    """One row per task, curve, model and point."""
    return _flags(read_frame(run.connection, CURVES, run_id=run.run_id))


def confusions(run: PublishedRun) -> pd.DataFrame:
    """One row per task, model, actual and predicted class."""
    return read_frame(run.connection, CONFUSIONS, run_id=run.run_id)


def trials(run: PublishedRun) -> pd.DataFrame:
    """One row per study (“task.model”) and trial."""
    return _studied(read_frame(run.connection, TRIALS, run_id=run.run_id))


def importances(run: PublishedRun) -> pd.DataFrame:
    """One row per study (“task.model”) and setting that was searched."""
    return _studied(read_frame(run.connection, IMPORTANCES, run_id=run.run_id))


def drivers(run: PublishedRun) -> pd.DataFrame:
    """One row per task and feature of the tested model, the most important first."""
    return read_frame(run.connection, DRIVERS, run_id=run.run_id)


def shap_sizes(run: PublishedRun) -> pd.DataFrame:
    """One row per task and feature: its mean absolute Shapley value."""
    return read_frame(run.connection, SHAP_SIZES, run_id=run.run_id)


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


def checks(run: PublishedRun) -> pd.DataFrame:
    """One row per task and earlier run whose label window has closed since."""
    return read_frame(run.connection, CHECKS, run_id=run.run_id)


def answers(
    run: PublishedRun, task: str, first: str, second: str, *, classes: list[str]
) -> Answers | None:
    """Unpack what two models said of every customer of a task's test."""
    names = {"customer": CUSTOMER, "actual": ACTUAL, "first": first, "second": second}
    rows = run.connection.execute(
        sa.text(OUTCOMES), {"run_id": run.run_id, "task": task, **names}
    )
    found = {str(row.model): bytes(row.data) for row in rows}
    if not set(names.values()) <= set(found):
        return None
    return Answers(
        found[CUSTOMER].decode().split("\n"),
        classes,
        np.frombuffer(found[ACTUAL], "<i2").astype(np.int64),
        _probabilities(found[first], len(classes)),
        _probabilities(found[second], len(classes)),
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
    one, other = decided(answers.first), decided(answers.second)
    rows = np.arange(len(answers.actual))
    told = np.ones_like(answers.actual) if answers.first.shape[1] == 2 else answers.actual
    names = np.array(answers.classes, dtype=object)
    return pd.DataFrame(
        {
            "customer_id": answers.customers,
            "actual": names[answers.actual],
            "first": answers.first[rows, told],
            "second": answers.second[rows, told],
            "first_says": names[one],
            "second_says": names[other],
            "first_right": one == answers.actual,
            "second_right": other == answers.actual,
        }
    )


def _probabilities(packed: bytes, classes: int) -> Floats:
    """Unpack probabilities; of two classes only the positive one's are kept."""
    flat = np.frombuffer(packed, "<f4").astype(np.float64)
    return np.column_stack([1 - flat, flat]) if classes == 2 else flat.reshape(-1, classes)


def _flags(found: pd.DataFrame) -> pd.DataFrame:
    return found.assign(
        baseline=found["baseline"].astype(bool), chosen=found["chosen"].astype(bool)
    )


def _studied(found: pd.DataFrame) -> pd.DataFrame:
    parts = [str(study).partition(".") for study in found["study"]]
    return found.assign(task=[each[0] for each in parts], model=[each[2] for each in parts])
