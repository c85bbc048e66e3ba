"""Forecasts of one series from one week, and the same from earlier weeks to see how far off.

What is served and what is tested are made by the same function of the weeks before a week.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.forecast.days import Days
from pipeline.forecast.models import LEAST_RATIOS, NAIVE, WAYS, YEAR, seasonal_naive
from pipeline.forecast.parts import Sharing, adding_up, told_apart
from pipeline.forecast.weeks import WEEK, Weeks, as_if_open, openness, profile
from pipeline.sales.ledger import Floats, Whole

LEAST_WEEKS = 8
"""Whole weeks before which nothing is told."""
FIRST_WEEKS = 13
"""Weeks that the first origin knows where there are enough after it."""
FEW = 16
"""Weeks after the first origin with which every one is an origin, else every other."""
BUYER_MONTHS = 6


class Origin(NamedTuple):
    """What the weeks before week `until` say of what comes.

    Attributes
    ----------
    paths : weeks ahead of the whole by name of the way, as they are expected on the calendar.
    apart : weeks ahead × parts (without the whole), each told for itself.
    spread : share of each day ahead in the trade of its week.
    open : share of its usual days that the shop is expected to be open on, each week ahead.
    ratio : different buyers of a month by those of its weeks, of each part; else 1.
    """

    until: int
    paths: dict[str, Floats]
    apart: Sharing
    spread: Floats
    open: Floats
    ratio: Floats


class Traded(NamedTuple):
    """One series: its days × parts and weeks × parts, its months × parts, the calendar."""

    name: str
    days: Floats
    weeks: Floats
    months: Floats
    calendar: Weeks
    since: Whole
    groups: tuple[NDArray[np.int64], ...]

    @property
    def parts(self) -> int:
        """How many columns there are, the whole among them."""
        return int(self.days.shape[1])


def traded(days: Days, calendar: Weeks, name: str) -> Traded:
    """Take one series; `groups` are the columns of the parts of each dimension."""
    values = days.values[name]
    dimensions = [part.dimension for part in days.parts]
    since = np.array([part.since for part in days.parts], dtype=np.int64)
    known_months = calendar.months[: calendar.known_days]
    by_month = np.zeros((int(known_months[-1]) + 1, values.shape[1]))
    np.add.at(by_month, known_months, values)
    return Traded(
        name,
        values,
        calendar.sums(values),
        days.month_buyers if name == "buyers" else by_month,
        calendar,
        np.maximum(-((calendar.start - since) // WEEK), 0),
        tuple(
            np.flatnonzero([part_dimension == dimension for part_dimension in dimensions])
            for dimension in dict.fromkeys(dimensions[1:])
        ),
    )


def origins_of(weeks: int, *, most: int) -> list[int]:
    """Weeks from which earlier forecasts are made, oldest first, each known by its number."""
    first = YEAR + LEAST_RATIOS
    if weeks - first < FEW:
        first = min(FIRST_WEEKS, max(LEAST_WEEKS, weeks // 2))
    step = 1 if weeks - first < 2 * FEW else 2
    return list(range(weeks - 1, first - 1, -step))[:most][::-1]


def looked_ahead(series: Traded, until: int, ahead: int) -> Origin:
    """Tell `ahead` weeks from the weeks before `until`."""
    calendar = series.calendar
    shares = profile(calendar, series.days[:, 0], until)
    was_open = openness(calendar, shares)[:until]
    weeks = np.maximum(series.weeks[:until], 0)
    usual = np.column_stack([as_if_open(column, was_open) for column in weeks.T])
    begin = calendar.start + WEEK * until
    rows = np.arange(begin, begin + WEEK * ahead)
    spread = shares[calendar.weekday[rows]] * ~calendar.shut_again[rows]
    open_ahead = spread.reshape(ahead, WEEK).sum(axis=1)
    paths = {NAIVE: seasonal_naive(weeks[:, 0], ahead)}
    for name, method in WAYS.items():
        path = None if name == NAIVE else method(usual[:, 0], ahead)
        if path is not None:
            paths[name] = path * open_ahead
    apart = told_apart(usual[:, 1:], ahead, since=series.since[1:])
    rival = told_apart(weeks[:, 1:], ahead, since=series.since[1:])
    with_days = np.divide(
        spread.reshape(ahead, WEEK), open_ahead[:, None],
        out=np.full((ahead, WEEK), 1 / WEEK), where=open_ahead[:, None] > 0,
    )  # fmt: skip
    return Origin(
        until, paths, Sharing(apart.recent * open_ahead[:, None], rival.naive),
        with_days.ravel(), open_ahead, _ratio(series, begin),
    )  # fmt: skip


def weeks_ahead(
    series: Traded, origin: Origin, method: str, chosen: NDArray[np.bool_]
) -> Floats:
    """Weeks ahead × all parts: the whole by `method`, its parts made to add up to it.

    `chosen` marks the parts that are told by their seasonal naive. Buyers of the parts don't
    add up to those of the whole: each is scaled as the whole is to what its own way tells.
    """
    whole = origin.paths[method]
    apart = np.where(chosen, origin.apart.naive, origin.apart.recent)
    expected_weeks = np.zeros((len(whole), series.parts))
    expected_weeks[:, 0] = whole
    for group in series.groups:
        own = apart[:, group - 1]
        if series.name == "buyers":
            own = own * _overlap(series, group, origin.until, own, whole)[:, None]
            expected_weeks[:, group] = np.minimum(own, whole[:, None])
        else:
            expected_weeks[:, group] = adding_up(own, whole)
    return expected_weeks


def months_ahead(series: Traded, origin: Origin, expected_weeks: Floats, many: int) -> Floats:
    """Months × parts: the first `many` months that begin after the origin, from its weeks."""
    begin = series.calendar.start + WEEK * origin.until
    month = series.calendar.months[begin : begin + len(origin.spread)]
    first = int(series.calendar.months[begin - 1]) + 1
    by_day = np.repeat(expected_weeks, WEEK, axis=0) * origin.spread[:, None]
    expected_months = np.zeros((many, expected_weeks.shape[1]))
    is_inside = (month >= first) & (month < first + many)
    np.add.at(expected_months, month[is_inside] - first, by_day[is_inside])
    return expected_months * origin.ratio


def month_naive(series: Traded, begin: int, many: int, *, first: int | None = None) -> Floats:
    """Repeat the months of a year before those ahead, else the last whole one before `begin`.

    The first is `first`, or the one after that of the day before `begin`.
    """
    if first is None:
        first = int(series.calendar.months[begin - 1]) + 1
    before = _whole_before(series, begin)
    naive_months = np.full((many, series.parts), np.nan)
    for place in range(many):
        year = first + place - 12
        if year in before:
            naive_months[place] = series.months[year]
        elif before:
            naive_months[place] = series.months[before[-1]]
    return naive_months


def actual_months(series: Traded, begin: int, many: int) -> Floats:
    """Give the first `many` months from day `begin` on, nan where not known whole."""
    whole = series.calendar.whole_months
    first = int(series.calendar.months[begin - 1]) + 1
    actual = np.full((many, series.parts), np.nan)
    for place in range(many):
        if first + place < len(whole) and whole[first + place]:
            actual[place] = series.months[first + place]
    return actual


def actual_weeks(series: Traded, until: int, many: int) -> Floats:
    """Give the `many` weeks from `until` on, nan where not known whole."""
    actual = np.full((many, series.parts), np.nan)
    known_weeks = series.weeks[until : until + many]
    actual[: len(known_weeks)] = known_weeks
    return actual


def _whole_before(series: Traded, begin: int) -> list[int]:
    whole = series.calendar.whole_months
    current = int(series.calendar.months[begin - 1])
    over = int(series.calendar.months[begin]) > current
    last = current if over else current - 1
    return [month for month in range(min(last + 1, len(whole))) if whole[month]]


def _ratio(series: Traded, begin: int) -> Floats:
    """Different buyers of the last whole months by the sum of those of their weeks."""
    before = _whole_before(series, begin)[-BUYER_MONTHS:]
    if series.name != "buyers" or not before:
        return np.ones(series.parts)
    rows = np.isin(series.calendar.months[: series.calendar.known_days], before)
    weekly = series.days[rows].sum(axis=0)
    monthly = series.months[before].sum(axis=0)
    return np.divide(monthly, weekly, out=np.ones(series.parts), where=weekly > 0)


def _overlap(
    series: Traded, group: NDArray[np.int64], until: int, own: Floats, whole: Floats
) -> Floats:
    """By what parts that are told apart must be multiplied to overlap as they lately did."""
    lately = series.weeks[max(until - LEAST_WEEKS, 0) : until]
    parts, all_of_them = lately[:, group].sum(), lately[:, 0].sum()
    several = parts / all_of_them if all_of_them > 0 else 1.0
    total = own.sum(axis=1)
    return np.divide(whole * several, total, out=np.ones(len(whole)), where=total > 0)
