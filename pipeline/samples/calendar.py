"""When people order: seasons, weekdays and shop hours, as a clock that runs faster or slower.

Orders are drawn on a shop clock on which they come evenly, a day of it being a day of the real
one on average; `Calendar.minutes` turns shop days into minutes since the first midnight. The
clock is monotone, so what is later on one is never earlier on the other.
"""

import datetime as dt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

MINUTES_A_DAY = 1_440

_MONTHS = (0.74, 0.76, 0.86, 0.84, 0.95, 0.92, 0.86, 0.88, 1.12, 1.30, 1.58, 1.28)
_WEEKDAYS = (1.0, 1.12, 1.1, 1.22, 1.0, 0.35, 0.8)
_HOLIDAYS = {(12, 24), (12, 25), (12, 26), (12, 31), (1, 1)}
_HOLIDAY = 0.04
_OPENS = 8
_HOURS = (0.5, 1.0, 1.5, 1.6, 1.9, 1.7, 1.5, 1.3, 1.0, 0.6, 0.4, 0.2)


class Calendar(NamedTuple):
    """A span of days with the pace of orders on each.

    Parameters
    ----------
    first : the first day.
    clock : shop days gone by at each midnight, days + 1 increasing values that begin with 0.
    """

    first: dt.date
    clock: NDArray[np.float64]

    @property
    def length(self) -> float:
        """Shop days in the span: as many as real ones."""
        return float(self.clock[-1])

    @property
    def last_minute(self) -> int:
        """The last minute of the last day, counted from the first midnight."""
        return (len(self.clock) - 1) * MINUTES_A_DAY - 1

    def minutes(self, shop_days: NDArray[np.float64]) -> NDArray[np.int64]:
        """Minutes since the first midnight at which the shop clock shows `shop_days`."""
        day = np.searchsorted(self.clock, shop_days, side="right") - 1
        day = np.clip(day, 0, len(self.clock) - 2)
        part = (shop_days - self.clock[day]) / (self.clock[day + 1] - self.clock[day])
        hours = np.concatenate([[0.0], np.cumsum(_HOURS)]) / sum(_HOURS)
        hour = np.interp(part, hours, _OPENS + np.arange(len(hours)))
        return (day * MINUTES_A_DAY + (hour * 60).astype(np.int64)).astype(np.int64)


def calendar(first: dt.date, days: int) -> Calendar:
    """Build the clock of `days` days from `first` on."""
    dates = [first + dt.timedelta(days=day) for day in range(days)]
    pace = np.array([_pace(date) for date in dates])
    clock = np.concatenate([[0.0], np.cumsum(pace)])
    return Calendar(first, clock * (days / clock[-1]))


def _pace(date: dt.date) -> float:
    if (date.month, date.day) in _HOLIDAYS:
        return _HOLIDAY
    return _MONTHS[date.month - 1] * _WEEKDAYS[date.weekday()]
