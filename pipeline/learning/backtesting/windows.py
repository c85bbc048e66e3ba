"""Windows: what was known of customers on a day, what came after it, and what to expect of it.

Windows begin every so many days back from the newest day, as snapshots do, but all the way to
where there is enough history. Each sees only what was known on its day, its customer-base model
is fitted to that, and its label window lies after it.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.features.history import history
from pipeline.features.labels import CHURN, OUTCOMES, concerned, outcomes, spent_before
from pipeline.learning.backtesting.levels import (
    GAIN_DAYS,
    KNOWN_SHARE,
    STILL_GAINING,
    YEAR,
    season_of,
)
from pipeline.scoring.customer_base import CustomerBase, with_silence
from pipeline.settings import ModelSettings

LEAST_HISTORY = 90
"""Days of orders before the day of a window that is learned from or forecast."""
FEWEST_HISTORY = 30
"""The same where there is nothing else to learn from."""
BaseModel = Callable[[pd.DataFrame], CustomerBase | None]
"""From what is known of all customers on a day to the customer-base model fitted to it."""


class Season(NamedTuple):
    """What the calendar tells on a day: see `levels.Outlook`."""

    factor: float | None
    is_gaining: bool
    history_days: int


class Window(NamedTuple):
    """Customers on one day, drawn where they are many.

    Attributes
    ----------
    day
        Its number; the label window is the horizon after it.
    customers
        Features of customers with an order in the last year; `labels` in the same order, each
        missing where a task does not concern the customer, all of them where the window has
        not closed.
    base
        The customer-base model fitted to what was known of everybody; `None` where too little.
    season
        What the calendar tells.
    """

    day: int
    customers: pd.DataFrame
    labels: pd.DataFrame
    base: CustomerBase | None
    season: Season


class Orders(NamedTuple):
    """Orders by day with the periods in which they stood, to be counted."""

    customer: np.ndarray
    ordered: np.ndarray
    begins: np.ndarray
    ends: np.ndarray
    first: int

    @classmethod
    def of(cls, states: pd.DataFrame) -> "Orders":
        """Take what is needed of the states of orders; of those with a value alone."""
        valued = states[states["net"] > 0]
        codes, _ = pd.factorize(valued["customer_id"])
        return cls(
            customer=codes,
            ordered=valued["ordered_day"].to_numpy(dtype=np.int64),
            begins=valued["from_day"].to_numpy(dtype=np.int64),
            ends=valued["to_day"].to_numpy(dtype=np.int64),
            first=int(states["ordered_day"].min()),
        )

    def season(self, day: int, horizon_days: int) -> Season:
        """Compare the same window a year ago with the last year, as known on a day."""
        stood = (self.begins <= day) & (self.ends > day)
        ordered, customer = self.ordered[stood], self.customer[stood]

        def count(after: int, until: int) -> int:
            return int(((ordered > after) & (ordered <= until)).sum())

        before = self.first - 1
        after, until = max(day - YEAR, before), day - YEAR + horizon_days
        days_known = until - after
        history_days = day - self.first
        if days_known < KNOWN_SHARE * horizon_days:
            return Season(factor=None, is_gaining=False, history_days=history_days)
        began = np.full(int(customer.max(initial=-1)) + 1, np.iinfo(np.int64).max)
        np.minimum.at(began, customer, ordered)

        def newcomers(after: int, until: int) -> int:
            return int(((began > after) & (began <= until)).sum())

        knows_a_year_before = day - YEAR - GAIN_DAYS >= before
        then = count(day - YEAR - GAIN_DAYS, day - YEAR) if knows_a_year_before else 0
        growth = count(day - GAIN_DAYS, day) / then if then else 1.0
        lately = newcomers(day - GAIN_DAYS, day) / GAIN_DAYS
        return Season(
            season_of(
                count(after, until), days_known,
                count(day - YEAR, day), min(YEAR, day - before), growth,
            ),
            lately > 0 and lately >= STILL_GAINING * newcomers(after, until) / days_known,
            history_days,
        )  # fmt: skip


def window_days(first: int, newest: int, *, every: int, horizon_days: int) -> list[int]:
    """List the days of the windows that have closed, oldest first.

    Those with at least 90 days of orders before them: earlier, features mean something else.
    Where nothing would be left to train the newest on, those with 30 days do for that.
    """
    days = [
        day for day in range(newest - every, first - 1, -every) if day + horizon_days <= newest
    ]
    usual = [day for day in days if day - first >= LEAST_HISTORY]
    if usual and usual[-1] + horizon_days > usual[0]:
        usual += [
            day
            for day in days
            if FEWEST_HISTORY <= day - first < LEAST_HISTORY and day + horizon_days <= usual[0]
        ]
    return sorted(usual)


def window(
    states: pd.DataFrame,
    orders: Orders,
    day: int,
    settings: ModelSettings,
    *,
    base_model: BaseModel,
    is_closed: bool,
    at_most: int | None,
    seed: int,
) -> Window:
    """Look at customers on a day; of many, at so many drawn at random.

    `states` have one row per order and period, `orders` are the same to be counted.
    """
    everybody = history(states, day)
    base = base_model(everybody)
    places = np.flatnonzero((everybody["recency_days"] < settings.active_days).to_numpy())
    if at_most is not None and len(places) > at_most:
        places = np.sort(
            np.random.default_rng((seed, day)).choice(places, at_most, replace=False)
        )
    labels = (
        outcomes(
            states,
            everybody,
            day,
            horizon_days=settings.horizon_days,
            active_days=settings.active_days,
            drop_share=settings.drop_share,
            high_value_share=settings.high_value_share,
        )
        if is_closed
        else _asked(states, everybody, day, settings)
    )
    return Window(
        day,
        with_silence(everybody.iloc[places].reset_index(drop=True), base),
        labels.iloc[places].reset_index(drop=True),
        base,
        orders.season(day, settings.horizon_days),
    )


def _asked(
    states: pd.DataFrame, everybody: pd.DataFrame, day: int, settings: ModelSettings
) -> pd.DataFrame:
    """Tell whom tasks concern where the outcome is not known yet: 0 for them, else missing."""
    is_concerned = concerned(
        everybody,
        spent_before(states, everybody, day, settings.horizon_days),
        active_days=settings.active_days,
    )
    return pd.DataFrame({name: np.where(is_concerned[name], 0.0, np.nan) for name in OUTCOMES})


def share_of(window: Window, task: str = CHURN) -> float:
    """Give the share of whom a task came true in a closed window."""
    return float(np.nanmean(window.labels[task].to_numpy(dtype=float)))
