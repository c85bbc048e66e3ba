"""Whole weeks of trade, days of the week, and days on which the shop was shut."""

import datetime as dt
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.forecast.days import MONDAY, Days
from pipeline.sales.ledger import Floats, Whole

WEEK = 7
PROFILE_WEEKS = 26
"""Weeks that tell how a week's trade is spread over its days."""
USUAL = 0.03
"""Share of a week's trade from which a day of the week is one of trade."""
NEARLY_EVERY = 0.9
"""Share of such days with trade from which one without is a day on which the shop was shut."""
SHUT_IN_A_ROW = 3
"""So many days of trade shut in a row come again on the same dates a year later."""
LEAST_OPEN = 0.25
"""A week that is less open than that tells nothing of a whole one."""


class Weeks(NamedTuple):
    """The calendar of a data set, days counted from its first.

    Attributes
    ----------
    start : day of the first whole week's Monday; below 0 if only that Monday is missing.
    many : whole weeks that are known.
    known_days : days that are known.
    months : month of each day, some way into what is to come.
    weekday : 0 for Monday, of the same days.
    open : whether the shop was open on the known days.
    shut_again : whether the shop is expected to be shut on those days, as a year before.
    whole_months : whether each known month is covered whole.
    """

    start: int
    many: int
    known_days: int
    months: Whole
    weekday: Whole
    open: NDArray[np.bool_]
    shut_again: NDArray[np.bool_]
    whole_months: NDArray[np.bool_]

    @property
    def end(self) -> int:
        """First day after the last whole week."""
        return self.start + WEEK * self.many

    def sums(self, values: Floats) -> Floats:
        """Add days × parts up to whole weeks × parts."""
        before = np.zeros((max(-self.start, 0), values.shape[1]))
        rows = np.vstack([before, values])[max(self.start, 0) :][: WEEK * self.many]
        return np.asarray(rows.reshape(self.many, WEEK, -1).sum(axis=1), dtype=float)


def weeks_of(days: Days, *, ahead: int) -> Weeks:
    """Lay the calendar out, with `ahead` days to come; a week or month may begin a day late.

    A week or month that is covered in part is none: neither learned from nor compared with.
    """
    revenue = days.values["revenue"][:, 0]
    known_days = len(revenue)
    dates = days.first + np.arange(known_days + ahead)
    weekday = (dates - MONDAY).astype(np.int64) % WEEK
    late = int(weekday[0])
    start = -late if late <= 1 else WEEK - late
    many = max((known_days - start) // WEEK, 0)
    is_open = _open(revenue > 0, weekday[:known_days])
    months = dates.astype("datetime64[M]").astype(np.int64)
    months -= months[0]
    return Weeks(
        start, many, known_days, months, weekday, is_open,
        _shut_again(dates, revenue > 0, is_open), _whole(days.first, months, known_days),
    )  # fmt: skip


def profile(weeks: Weeks, values: Floats, until: int) -> Floats:
    """Share of an open week's trade on each day of the week, by the weeks before `until`."""
    first = max(weeks.end - WEEK * (weeks.many - until) - WEEK * PROFILE_WEEKS, 0)
    rows = np.arange(first, weeks.start + WEEK * until)
    rows = rows[weeks.open[rows]]
    total = np.bincount(
        weeks.weekday[rows], weights=np.maximum(values[rows], 0), minlength=WEEK
    )
    means = total / np.maximum(np.bincount(weeks.weekday[rows], minlength=WEEK), 1)
    if means.sum() <= 0:
        return np.full(WEEK, 1 / WEEK)
    return np.asarray(means / means.sum(), dtype=float)


def openness(weeks: Weeks, shares: Floats) -> Floats:
    """Share of its usual trade that every known week was open for."""
    is_open = np.concatenate([np.ones(max(-weeks.start, 0)), weeks.open])
    is_open = is_open[max(weeks.start, 0) :][: WEEK * weeks.many].reshape(-1, WEEK)
    return np.asarray(is_open @ shares, dtype=float)


def as_if_open(values: Floats, share: Floats) -> Floats:
    """Weeks as they would have been without days shut; what can't tell is filled between."""
    tells = share >= LEAST_OPEN
    if not tells.any():
        return values
    filled = np.where(tells, values / np.maximum(share, LEAST_OPEN), np.nan)
    places = np.arange(len(values))
    return np.interp(places, places[tells], filled[tells])


def _open(traded: NDArray[np.bool_], weekday: Whole) -> NDArray[np.bool_]:
    """Tell the days without trade on which there usually is some: then the shop was shut."""
    count = np.bincount(weekday, minlength=WEEK)
    share = np.bincount(weekday, weights=traded, minlength=WEEK) / np.maximum(count, 1)
    usual = share >= USUAL * WEEK
    trades = usual[weekday]
    if not trades.any() or traded[trades].mean() < NEARLY_EVERY:
        return np.ones(len(traded), dtype=np.bool_)
    return np.asarray(traded | ~trades)


def _shut_again(
    dates: NDArray[np.datetime64], traded: NDArray[np.bool_], is_open: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Tell the days whose date, a year before, lay in a run of days on which it was shut."""
    quiet = pd.Series(~traded)
    run = (quiet != quiet.shift()).cumsum()
    # Days of the week without any trade neither make such a run nor break one.
    long = quiet & (pd.Series(~is_open).groupby(run).transform("sum") >= SHUT_IN_A_ROW)
    before = (pd.DatetimeIndex(dates) - pd.DateOffset(years=1)).to_numpy("datetime64[D]")
    place = (before - dates[0]).astype(np.int64)
    is_covered = (place >= 0) & (place < len(traded))
    again = np.zeros(len(dates), dtype=np.bool_)
    again[is_covered] = long.to_numpy()[place[is_covered]]
    return again


def _whole(first: np.datetime64, months: Whole, known_days: int) -> NDArray[np.bool_]:
    is_whole = np.ones(int(months[known_days - 1]) + 1, dtype=np.bool_)
    day: dt.date = first.astype("datetime64[D]").astype(object)
    is_whole[0] = day.day <= 2
    is_whole[-1] &= known_days < len(months) and months[known_days] != months[known_days - 1]
    return is_whole
