"""Outcome tasks on orders: forecast over windows, each from what was known on its day."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from pipeline.features.history import COUNTRY, HISTORY
from pipeline.features.labels import CHURN
from pipeline.learning.backtesting.levels import Closed, Outlook, Timeline, closed_by
from pipeline.learning.backtesting.windows import (
    LEAST_HISTORY,
    Orders,
    Window,
    share_of,
    window,
    window_days,
)
from pipeline.learning.base_models import fitted_base
from pipeline.learning.examples import Examples
from pipeline.learning.tasks import Prepared, Refused, Rolling, Task, outcome_task
from pipeline.run.threads import mapped
from pipeline.scoring.customer_base import QUIET_FEATURE
from pipeline.scoring.inputs import Feature, prepared
from pipeline.settings import ModelSettings, ValueSettings

CUT_OFF = "tenure_days"
"""Days since the first order: on an earlier day no longer than records reach back from it, so
that it means something else on every day; no model sees it."""
FEATURES = (
    *(
        Feature(feature.name, feature.title, feature.unit, is_skewed=feature.is_skewed)
        for feature in HISTORY
        if feature.name != CUT_OFF
    ),
    Feature(COUNTRY, "Country", is_number=False),
)


def outcome_materials(
    states: pd.DataFrame,
    *,
    newest: int,
    every_days: int,
    names: Sequence[str],
    settings: ModelSettings,
    value: ValueSettings,
    seed: int,
    workers: int = 1,
) -> list[Prepared]:
    """Prepare outcome tasks from the states of orders.

    Parameters
    ----------
    states
        One row per order and period.
    newest
        Number of the day that is served.
    every_days
        Days between windows, counted back from it.
    names
        Tasks: churn, activity_drop, high_value.
    value
        Below which customers and days no customer-base model is fitted.
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
    orders = Orders.of(states)
    coded = states.assign(customer_id=states["customer_id"].astype("category"))
    closed = window_days(
        orders.first, newest, every=every_days, horizon_days=settings.horizon_days
    )[-settings.windows :]

    def seen(day: int) -> Window:
        return window(
            coded,
            orders,
            day,
            settings,
            base_model=lambda everybody: fitted_base(
                everybody, horizon_days=settings.horizon_days, settings=value, seed=seed
            ),
            is_closed=day != newest,
            at_most=None if day == newest else max(settings.train_rows, settings.test_rows),
            seed=seed,
        )

    windows = mapped(seen, [*closed, newest], workers=workers)
    thin = _too_thin(states, newest - orders.first, len(closed), settings)
    return [_rolling(task, windows[:-1], windows[-1], thin, settings) for task in tasks]


def _too_thin(states: pd.DataFrame, days: int, closed: int, settings: ModelSettings) -> str:
    """Say why nothing can be learned from windows; nothing where it can."""
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
    if not closed:
        return (
            f"There are {days} days of orders: a window of {settings.horizon_days} days after"
            f" {LEAST_HISTORY} days of history has not closed yet. Come back with a longer"
            " history."
        )
    return ""


def _rolling(
    task: Task, closed: Sequence[Window], now: Window, thin: str, settings: ModelSettings
) -> Prepared:
    features = tuple(
        feature
        for feature in (*FEATURES, *([QUIET_FEATURE] if now.base else []))
        if feature.is_number or len(now.customers[feature.name].unique()) > 1
    )
    usable = [window for window in closed if window.labels[task.name].notna().any()]
    examples = tuple(_examples(window, task, features) for window in usable)
    why_not = (
        thin
        or _too_few(task, examples, settings)
        or _untested(task, usable, settings.horizon_days)
    )
    if why_not and (task.name != CHURN or now.base is None):
        return Refused(task, why_not)
    today = _examples(now, task, features)
    return Rolling(
        task=task,
        features=features,
        windows=examples,
        timeline=_timeline(task, usable, now, settings.horizon_days),
        newest=today._replace(labels=np.full(len(today.labels), -1)),
        base=now.base,
        why_no_ranking=why_not,
    )


def _too_few(task: Task, windows: Sequence[Examples], settings: ModelSettings) -> str:
    """Say that a class is too rare to be learned and tested; nothing where it isn't."""
    counts: Mapping[int, int] = {
        place: int(sum((window.labels == place).sum() for window in windows))
        for place in (0, 1)
    }
    fewest = min(counts.values(), default=0)
    if fewest >= settings.least_in_class:
        return ""
    return (
        f"Of “{task.classes[min(counts, key=lambda place: counts[place])]}” there are"
        f" {fewest:,} rows in all closed windows; {settings.least_in_class} are asked for"
        " (setting models.least_in_class). Add more records."
    )


def _untested(task: Task, windows: Sequence[Window], horizon_days: int) -> str:
    """Say that nothing closed before the window to test on; of churn others answer then."""
    newest = windows[-1].day
    if task.name == CHURN or any(window.day + horizon_days <= newest for window in windows):
        return ""
    return (
        f"{len(windows)} window{' has' if len(windows) == 1 else 's have'} closed, none of them"
        f" before the newest began: one of {horizon_days} days is needed to learn from and"
        " another to test on. Come back with a longer history."
    )


def _timeline(
    task: Task, windows: Sequence[Window], now: Window, horizon_days: int
) -> Timeline:
    """Tell what is known of a task's level: by the customer-base model where it is churn."""
    knows = task.name == CHURN and now.base is not None
    closed: list[Closed] = []
    for day_window in windows:
        before = closed_by(closed, day_window.day, horizon_days=horizon_days)
        outlook = _outlook(day_window, task, knows=knows)
        if not knows and before:
            outlook = outlook._replace(
                expected=float(np.mean([window.rate for window in before]))
            )
        closed.append(Closed(outlook, share_of(day_window, task.name)))
    return Timeline(horizon_days, tuple(closed), _outlook(now, task, knows=knows), knows)


def _outlook(day_window: Window, task: Task, *, knows: bool) -> Outlook:
    is_concerned = day_window.labels[task.name].notna().to_numpy()
    base, season = day_window.base, day_window.season
    expected, seasonal = float("nan"), None
    if knows and base is not None:
        customers = day_window.customers[is_concerned]
        expected = float(base.silence(customers).mean())
        if season.factor is not None:
            seasonal = float(base.silence(customers, stretched=season.factor).mean())
    return Outlook(
        day=day_window.day,
        expected=expected,
        seasonal=seasonal,
        season=season.factor,
        is_gaining=season.is_gaining,
        history_days=season.history_days,
        customers=int(is_concerned.sum()),
    )


def _examples(day_window: Window, task: Task, features: Sequence[Feature]) -> Examples:
    labels = day_window.labels[task.name].to_numpy(dtype=float)
    concerned = np.flatnonzero(~np.isnan(labels))
    customers = day_window.customers.iloc[concerned].reset_index(drop=True)
    return Examples(
        prepared(customers, features),
        labels[concerned].astype(np.int64),
        customers["customer_id"].astype(object).to_numpy(),
        np.full(len(concerned), day_window.day),
    )
