"""What comes next, as one stage: weeks and months ahead, their ranges, how good they are.

Sources: Assimakopoulos and Nikolopoulos (2000) for theta; Hyndman and Koehler (2006) for MASE;
Vovk, Gammerman and Shafer (2005) for conformal ranges.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.forecast.days import SERIES, Days, days_of
from pipeline.forecast.intervals import LEVELS, coverage, ends, half_widths
from pipeline.forecast.models import NAIVE, RECENT
from pipeline.forecast.origins import (
    LEAST_WEEKS,
    Origin,
    Traded,
    looked_ahead,
    month_naive,
    origins_of,
    traded,
    weeks_ahead,
)
from pipeline.forecast.tested import Judged, Tested, judged
from pipeline.forecast.weeks import WEEK, Weeks, weeks_of
from pipeline.run.progress import Progress, Silent
from pipeline.sales.days.trade import Trade
from pipeline.sales.ledger import Floats
from pipeline.trade_settings import ForecastSettings

PLACES = 4
LONGEST_MONTH = 31
MONTH, WEEKS = "month", "week"


class Forecasts(NamedTuple):
    """One frame per result table, without the run; `weeks` are the whole weeks known."""

    rows: pd.DataFrame
    checks: pd.DataFrame
    weeks: int


class _Served(NamedTuple):
    """One series, how it is told, and the weeks ahead × parts."""

    series: Traded
    days: Days
    judgement: Judged
    origin: Origin
    expected_weeks: Floats

    def tested(self, step: str) -> Tested:
        """Give how weeks or months were judged."""
        return self.judgement.weeks if step == WEEKS else self.judgement.months

    def names(self, step: str) -> list[str]:
        """Give the way by which each part is told."""
        is_naive = step == MONTH and self.judgement.naive_months
        parts = (NAIVE if naive else RECENT for naive in self.judgement.naive_parts)
        return [NAIVE if is_naive else self.judgement.method, *parts]


class _Ahead(NamedTuple):
    """Periods × parts: what had come of each, what is still expected, where they begin."""

    starts: list[np.datetime64]
    came: Floats
    still_expected: Floats
    horizon: list[int]
    remaining_share: Floats


def forecasts(
    trade: Trade,
    assigned: pd.DataFrame,
    settings: ForecastSettings,
    progress: Progress | None = None,
) -> Forecasts:
    """Tell revenue, orders and buyers ahead; no rows with fewer than nine whole weeks.

    `assigned` has `as_of`, `customer_id` and `segment` of every day looked at.
    """
    reporter = progress or Silent()
    days = days_of(trade, assigned)
    ahead = -(-(settings.months + 1) * LONGEST_MONTH // WEEK)
    calendar = weeks_of(days, ahead=WEEK * (ahead + 1))
    if calendar.many < LEAST_WEEKS + 1:
        return Forecasts(pd.DataFrame(), pd.DataFrame(), calendar.many)
    origins = origins_of(calendar.many, most=settings.origins)
    rows, checks = [], []
    for place, name in enumerate(SERIES):
        reporter.step(place, len(SERIES), name)
        series = traded(days, calendar, name)
        if not series.weeks[:, 0].any():
            continue
        judgement = judged(
            series, origins, weeks=settings.weeks, months=settings.months, ahead=ahead
        )
        origin = looked_ahead(series, calendar.many, ahead)
        expected_weeks = weeks_ahead(series, origin, judgement.method, judgement.naive_parts)
        served = _Served(series, days, judgement, origin, expected_weeks)
        rows += _history(served, settings)
        rows += _expected(served, WEEKS, _weeks(served, settings.weeks))
        rows += _expected(served, MONTH, _months(served, settings.months))
        checks += _checks(served)
    reporter.step(len(SERIES), len(SERIES), "")
    table = pd.DataFrame(rows)
    return Forecasts(table, pd.DataFrame(checks), calendar.many)


def _history(served: _Served, settings: ForecastSettings) -> list[dict[str, object]]:
    series, days = served.series, served.days
    names = {step: served.names(step) for step in (WEEKS, MONTH)}
    calendar = series.calendar
    first = max(calendar.many - settings.history_weeks, 0)
    periods: list[tuple[str, np.datetime64, int, Floats]] = []
    for week in range(first, calendar.many):
        begin = calendar.start + WEEK * week
        periods.append((WEEKS, days.first + begin, begin, series.weeks[week]))
    earliest = calendar.start + WEEK * first
    for month in np.flatnonzero(calendar.whole_months):
        begin = int(np.searchsorted(calendar.months, month))
        if begin + LONGEST_MONTH >= earliest:
            periods.append((MONTH, _month(days, int(month)), begin, series.months[month]))
    return [
        {
            "series": series.name, "step": step, "level": part.level,
            "period_start": start.astype(object), "actual": round(float(values[place]), PLACES),
            "expected": None, "low_80": None, "high_80": None, "low_95": None, "high_95": None,
            "model": names[step][place],
        }
        for step, start, begin, values in periods
        for place, part in enumerate(days.parts)
        if part.since <= max(begin, 0)
    ]  # fmt: skip


def _month(days: Days, month: int) -> np.datetime64:
    return (days.first.astype("datetime64[M]") + month).astype("datetime64[D]")


def _weeks(served: _Served, many: int) -> _Ahead:
    """Lay out the weeks ahead; of one that has begun, what came stands and the rest is told."""
    series, origin, calendar = served.series, served.origin, served.series.calendar
    came = np.zeros((many, series.parts))
    came[0] = series.days[calendar.end : calendar.known_days].sum(axis=0)
    begun = calendar.known_days - calendar.end
    trade_share = np.ones(many)
    trade_share[0] = origin.spread[begun:WEEK].sum()
    remaining_share = trade_share * origin.open[:many]
    starts = [served.days.first + calendar.end + WEEK * week for week in range(many)]
    return _Ahead(
        starts,
        came,
        served.expected_weeks[:many] * trade_share[:, None],
        list(range(many)),
        remaining_share,
    )


def _months(served: _Served, many: int) -> _Ahead:
    """Lay out the months ahead; of the running one what came stands and the rest is told."""
    series, origin, calendar = served.series, served.origin, served.series.calendar
    running = int(calendar.months[calendar.known_days])
    is_begun = int(calendar.months[calendar.known_days - 1]) == running
    came, still_expected = np.zeros((many, series.parts)), np.zeros((many, series.parts))
    by_day = np.repeat(served.expected_weeks, WEEK, axis=0) * origin.spread[:, None]
    day = calendar.end + np.arange(len(by_day))
    ahead = day >= calendar.known_days
    month = calendar.months[day] - running
    is_inside = ahead & (month < many)
    np.add.at(still_expected, month[is_inside], by_day[is_inside])
    still_expected *= origin.ratio
    remaining_share = np.ones(many)
    if is_begun:
        came[0] = series.months[running]
        whole = still_expected[0, 0] + came[0, 0]
        remaining_share[0] = still_expected[0, 0] / whole if whole > 0 else 1.0
    if served.judgement.naive_months:
        whole_month = month_naive(series, calendar.known_days, many, first=running)[:, 0]
        whole_month[0] *= 1 - _gone(calendar, running)
        times = np.divide(
            whole_month, still_expected[:, 0], out=np.ones(many), where=still_expected[:, 0] > 0
        )
        still_expected = still_expected * times[:, None]
    horizon = [max(place - is_begun, 0) for place in range(many)]
    return _Ahead(
        [_month(served.days, running + place) for place in range(many)],
        came,
        still_expected,
        horizon,
        remaining_share,
    )


def _gone(calendar: Weeks, running: int) -> float:
    """Share of the days of the running month that are known."""
    days = np.flatnonzero(calendar.months == running)
    return float((days < calendar.known_days).mean())


def _expected(served: _Served, step: str, ahead: _Ahead) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    series, tested, names = served.series, served.tested(step), served.names(step)
    for place, part in enumerate(served.days.parts):
        errors = tested.errors[:, :, place]
        still_expected, came = ahead.still_expected[:, place], ahead.came[:, place]
        ranges = {}
        for level in LEVELS:
            widths = half_widths(
                errors, float(tested.change[place]), level, apart=tested.apart
            )[ahead.horizon]
            low, high = ends(still_expected, tested.base[place] * ahead.remaining_share, widths)
            ranges[level] = (low + came, high + came)
        for at, start in enumerate(ahead.starts):
            inner, outer = (
                (float(ranges[level][0][at]), float(ranges[level][1][at])) for level in LEVELS
            )
            rows.append(
                {
                    "series": series.name, "step": step, "level": part.level,
                    "period_start": start.astype(object), "actual": None,
                    "expected": round(float(still_expected[at] + came[at]), PLACES),
                    "low_80": round(inner[0], PLACES), "high_80": round(inner[1], PLACES),
                    "low_95": round(min(inner[0], outer[0]), PLACES),
                    "high_95": round(max(inner[1], outer[1]), PLACES),
                    "model": names[place],
                }
            )  # fmt: skip
    return rows


def _checks(served: _Served) -> list[dict[str, object]]:
    """One row per step and level: how far off earlier forecasts were, beside seasonal naive."""
    rows: list[dict[str, object]] = []
    series = served.series
    for step in (WEEKS, MONTH):
        tested, names = served.tested(step), served.names(step)
        for place, part in enumerate(served.days.parts):
            errors = tested.errors[:, :, place]
            inner, outer = (
                coverage(errors, float(tested.change[place]), level, apart=tested.apart)
                for level in LEVELS
            )
            rows.append(
                {
                    "series": series.name, "step": step, "level": part.level,
                    "model": names[place],
                    "origins": int((~np.isnan(errors)).any(axis=1).sum()),
                    "forecasts": int((~np.isnan(errors)).sum()),
                    "mase": _known(tested.mase[place]),
                    "mase_naive": _known(tested.mase_naive[place]),
                    "coverage_80": _known(inner), "coverage_95": _known(outer),
                }
            )  # fmt: skip
    return rows


def _known(value: float) -> float | None:
    return round(float(value), 6) if np.isfinite(value) else None
