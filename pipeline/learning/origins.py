"""Outcome tasks on orders: trained on earlier days, tested on the newest closed window."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.features.days import day_of
from pipeline.features.history import COUNTRY, HISTORY, history
from pipeline.features.labels import CHURN, concerned, outcomes, spent_before
from pipeline.learning import rivals
from pipeline.learning.examples import Examples, sample, together
from pipeline.learning.rivals import Rival
from pipeline.learning.tasks import Material, Prepared, Refused, Task, outcome_task
from pipeline.scoring.inputs import Feature, prepared
from pipeline.settings import ModelSettings

CUT_OFF = "tenure_days"
"""Days since the first order: on an earlier day no longer than records reach back from it, so
that it means something else on every day; no model sees it."""
FEATURES = (
    *(
        Feature(each.name, each.title, each.unit, is_skewed=each.is_skewed)
        for each in HISTORY
        if each.name != CUT_OFF
    ),
    Feature(COUNTRY, "Country", is_number=False),
)
LEAST_HISTORY = 30
OrderProbability = Callable[[int], pd.DataFrame | None]
"""From a day number to `customer_id` and `probability` of an order in the horizon."""


class Window(NamedTuple):
    """Customers on one day, drawn where they are many, and what came after it."""

    day: int
    known: pd.DataFrame
    labels: pd.DataFrame


class Calendar(NamedTuple):
    """Days to train on, the day to test on, and those to learn from in the end."""

    train: tuple[int, ...]
    test: int
    refit: tuple[int, ...]


def calendar(days: Sequence[int], first: int, newest: int, horizon: int) -> Calendar | None:
    """Choose days whose label windows are closed, from those on which the data is looked at.

    The test is the newest day whose window has closed; training days are those whose windows
    had closed on that day. Days with less history than a window is long are left out, as
    features mean something else on them, unless there are no others. `None` where there is no
    day to train on.
    """
    closed = [day for day in days if day + horizon <= newest]
    if not closed:
        return None
    test = max(closed)
    for least in (horizon, LEAST_HISTORY):
        train = tuple(day for day in closed if day + horizon <= test and day - first >= least)
        if train:
            refit = tuple(day for day in closed if day - first >= least)
            return Calendar(train, test, refit)
    return None


def outcome_materials(
    states: pd.DataFrame,
    days: Sequence[int],
    *,
    newest: int,
    names: Sequence[str],
    settings: ModelSettings,
    seed: int,
    order_probability: OrderProbability = lambda _: None,
) -> list[Prepared]:
    """Prepare outcome tasks from the states of orders.

    Parameters
    ----------
    states
        One row per order and period.
    days
        Numbers of the days on which the data is looked at, `newest` the last.
    names
        Tasks: churn, activity_drop, high_value.
    order_probability
        The customer-base model as a rival, fitted on a day.
    """
    tasks = [
        outcome_task(
            name,
            settings.horizon_days,
            drop_share=settings.drop_share,
            high=settings.high_value_share,
        )
        for name in names
    ]
    if not tasks:
        return []
    first, last = int(states["ordered_day"].min()), int(states["ordered_day"].max())
    thin = _too_thin(states, min(last, newest) - first, settings)
    plan = None if thin else calendar(days, first, newest, settings.horizon_days)
    if plan is None:
        message = thin or (
            f"There are {newest - first} days of orders: none is left to train on, as a window"
            f" of {settings.horizon_days} days must close before the day that is tested and"
            " another after it. Come back with a longer history."
        )
        return [Refused(task, message) for task in tasks]
    coded = states.assign(customer_id=states["customer_id"].astype("category"))
    windows = {
        day: _window(coded, day, settings, seed=seed)
        for day in sorted({*plan.train, *plan.refit, plan.test})
    }
    today = history(coded, newest)
    asked = concerned(
        today,
        spent_before(coded, today, newest, settings.horizon_days),
        active_days=settings.active_days,
    )
    return [
        _material(
            task, windows, plan, today[asked[task.name]], settings,
            seed=seed, order_probability=order_probability,
        )
        for task in tasks
    ]  # fmt: skip


def _too_thin(states: pd.DataFrame, days: int, settings: ModelSettings) -> str:
    customers = states.loc[states["net"] > 0, "customer_id"].nunique()
    if customers < settings.least_customers:
        return (
            f"There are {customers:,} customers with orders; {settings.least_customers:,} are"
            " asked for (setting models.least_customers). Add more records."
        )
    if days < settings.least_days:
        return (
            f"The orders span {days} days; {settings.least_days} are asked for (setting"
            " models.least_days). Add older records."
        )
    return ""


def _window(states: pd.DataFrame, day: int, settings: ModelSettings, *, seed: int) -> Window:
    known = history(states, day)
    labels = outcomes(
        states,
        known,
        day,
        horizon_days=settings.horizon_days,
        active_days=settings.active_days,
        drop_share=settings.drop_share,
        high_value_share=settings.high_value_share,
    )
    most = max(settings.train_rows, settings.test_rows)
    kept = np.flatnonzero(labels[CHURN].notna())
    if len(kept) > most:
        kept = np.sort(np.random.default_rng((seed, day)).choice(kept, most, replace=False))
    return Window(
        day, known.iloc[kept].reset_index(drop=True), labels.iloc[kept].reset_index(drop=True)
    )


def _material(
    task: Task,
    windows: Mapping[int, Window],
    plan: Calendar,
    today: pd.DataFrame,
    settings: ModelSettings,
    *,
    seed: int,
    order_probability: OrderProbability,
) -> Prepared:
    features = tuple(
        each for each in FEATURES if each.is_number or len(today[each.name].unique()) > 1
    )
    train = _rows([windows[day] for day in plan.train], task, features, settings, seed=seed)
    test = _examples(windows[plan.test], task, features)
    test = test.take(sample(test.labels, settings.test_rows, seed=seed))
    for rows, where in ((train, "training"), (test, "test")):
        fewest = int(np.bincount(rows.labels, minlength=2).min())
        if fewest < settings.least_in_class:
            return Refused(
                task,
                f"One of the classes has {fewest} rows in the {where};"
                f" {settings.least_in_class} are asked for (setting models.least_in_class)."
                " Add more records.",
            )

    def answers() -> list[Rival]:
        found = [
            rivals.majority(train, test, 2),
            *rivals.alone(train, test, features, 2),
        ]
        silent = rivals.silence_rule(train, test)
        told = order_probability(plan.test) if task.name == CHURN else None
        if told is not None and told["probability"].isna().all():
            told = None
        return [
            *found,
            *([silent] if silent else []),
            *([rivals.of_orders(told, test)] if told is not None else []),
        ]

    return Material(
        task=task,
        features=features,
        train=train,
        test=test,
        refit=_rows([windows[day] for day in plan.refit], task, features, settings, seed=seed),
        groups=train.customers,
        newest=today,
        rivals=answers,
        design=_design(plan, settings.horizon_days),
        train_days=plan.train,
        test_day=plan.test,
        horizon_days=settings.horizon_days,
    )


def _rows(
    windows: Sequence[Window],
    task: Task,
    features: Sequence[Feature],
    settings: ModelSettings,
    *,
    seed: int,
) -> Examples:
    whole = together([_examples(window, task, features) for window in windows])
    return whole.take(sample(whole.labels, settings.train_rows, seed=seed))


def _examples(window: Window, task: Task, features: Sequence[Feature]) -> Examples:
    labels = window.labels[task.name].to_numpy(dtype=float)
    asked = np.flatnonzero(~np.isnan(labels))
    known = window.known.iloc[asked].reset_index(drop=True)
    return Examples(
        prepared(known, features),
        labels[asked].astype(np.int64),
        known["customer_id"].astype(object).to_numpy(),
        np.full(len(asked), window.day),
    )


def _design(plan: Calendar, horizon: int) -> str:
    days = len(plan.train)
    return (
        f"Trained on the customers of {days} earlier day{'s' if days > 1 else ''}, from"
        f" {day_of(plan.train[0] if days == 1 else min(plan.train)):%-d %B %Y} to"
        f" {day_of(max(plan.train)):%-d %B %Y}, whose {horizon} days after had passed by"
        f" {day_of(plan.test):%-d %B %Y}; tested once on that day's customers and what they did"
        f" until {day_of(plan.test + horizon):%-d %B %Y}. Settings and model were chosen on the"
        " earlier days alone, no customer on both sides of a fold."
    )
