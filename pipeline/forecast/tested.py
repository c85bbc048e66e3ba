"""Which way tells a series, judged on earlier weeks beside its seasonal naive."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.forecast import intervals
from pipeline.forecast.models import NAIVE, YEAR
from pipeline.forecast.origins import (
    Origin,
    Traded,
    actual_months,
    actual_weeks,
    looked_ahead,
    month_naive,
    months_ahead,
    weeks_ahead,
)
from pipeline.forecast.weeks import WEEK
from pipeline.sales.ledger import Floats

SEASONS = {YEAR: 13, 12: 3}
"""Periods of a second year from which on changes on the year before scale errors."""


class Tested(NamedTuple):
    """One step (weeks or months) of one series, judged: everything is by part.

    `errors` has origins × horizons × parts on the scale of `intervals`; `mase` and `mase_naive`
    are mean absolute errors by the mean change on the period a year (else one period) before.
    """

    errors: Floats
    base: Floats
    change: Floats
    mase: Floats
    mase_naive: Floats
    apart: int


class Judged(NamedTuple):
    """The ways chosen for one series and how they did."""

    method: str
    naive_parts: NDArray[np.bool_]
    naive_months: bool
    weeks: Tested
    months: Tested
    origins: int


def judged(
    series: Traded, origins: list[int], *, weeks: int, months: int, ahead: int
) -> Judged:
    """Forecast from every origin, choose what errs least, and say how far off it was."""
    looked = [looked_ahead(series, until, ahead) for until in origins]
    came = np.stack([actual_weeks(series, until, weeks) for until in origins])
    method = _best_way(looked, came[:, :, 0], weeks)
    parts = _naive_parts(series, looked, method, came, weeks)
    forecasts = [weeks_ahead(series, origin, method, parts) for origin in looked]
    rivals = np.stack([_naive_weeks(origin, weeks) for origin in looked])
    step = origins[1] - origins[0] if len(origins) > 1 else 1
    by_week = _tested(
        np.stack([forecast[:weeks] for forecast in forecasts]), came, rivals, series.weeks,
        YEAR, apart=weeks // step,
    )  # fmt: skip
    begins = [series.calendar.start + WEEK * until for until in origins]
    month_came = np.stack([actual_months(series, begin, months) for begin in begins])
    month_rivals = np.stack([month_naive(series, begin, months) for begin in begins])
    # Both are judged by the same months: those that the rival knows too.
    month_came = np.where(np.isnan(month_rivals), np.nan, month_came)
    month_told = np.stack(
        [
            months_ahead(series, origin, own, months)
            for origin, own in zip(looked, forecasts, strict=True)
        ]
    )
    rival, own = (
        _missed(month_came - month_forecasts)[0]
        for month_forecasts in (month_rivals, month_told)
    )
    is_naive = bool(rival < own)
    if is_naive:
        month_told = _as_whole(month_told, month_rivals)
    whole = series.months[: len(series.calendar.whole_months)][series.calendar.whole_months]
    by_month = _tested(
        month_told, month_came, month_rivals, whole, 12, apart=months * 30 // (WEEK * step)
    )
    return Judged(method, parts, is_naive, by_week, by_month, len(origins))


def _best_way(looked: list[Origin], came: Floats, weeks: int) -> str:
    """Choose the way that errs least over all origins; seasonal naive where none errs less."""
    methods = set.intersection(*(set(origin.paths) for origin in looked))
    errors = {
        method: float(
            np.nanmean(
                np.abs(came - np.stack([origin.paths[method][:weeks] for origin in looked]))
            )
        )
        for method in methods
    }
    return min(sorted(methods), key=lambda method: (errors[method], method != NAIVE))


def _naive_parts(
    series: Traded, looked: list[Origin], method: str, came: Floats, weeks: int
) -> NDArray[np.bool_]:
    """Mark the parts whose seasonal naive errs less than their share of the whole."""
    none = np.zeros(series.parts - 1, dtype=np.bool_)
    if not len(none):
        return none
    shared = np.stack([weeks_ahead(series, origin, method, none)[:weeks] for origin in looked])
    rivals = np.stack([_naive_weeks(origin, weeks) for origin in looked])
    own, rival = _missed(came - shared), _missed(came - rivals)
    return np.asarray(rival < own)[1:]


def _naive_weeks(origin: Origin, weeks: int) -> Floats:
    return np.column_stack([origin.paths[NAIVE][:weeks], origin.apart.naive[:weeks]])


def _as_whole(forecasts: Floats, rivals: Floats) -> Floats:
    """Take the whole's months of a year before, and the parts' shares of what was told."""
    whole = np.where(np.isnan(rivals[..., :1]), forecasts[..., :1], rivals[..., :1])
    times = np.divide(
        whole, forecasts[..., :1], out=np.ones_like(whole), where=forecasts[..., :1] > 0
    )
    return np.asarray(forecasts * times, dtype=float)


def _missed(errors: Floats) -> Floats:
    """Mean absolute errors by part; nan errors are of periods not known yet."""
    is_known = ~np.isnan(errors)
    total = np.where(is_known, np.abs(errors), 0).sum(axis=(0, 1))
    return np.asarray(total / np.maximum(is_known.sum(axis=(0, 1)), 1), dtype=float)


def _tested(
    forecasts: Floats, came: Floats, rivals: Floats, history: Floats, year: int, *, apart: int
) -> Tested:
    base = intervals.BASE * np.maximum(history[-year:].mean(axis=0), 1e-9)
    errors = intervals.off_by(np.maximum(came, 0), forecasts, base)
    lag = year if len(history) >= year + SEASONS[year] else 1
    scale = (
        np.abs(history[lag:] - history[:-lag]).mean(axis=0) if len(history) > lag else np.nan
    )
    logs = np.log(np.maximum(history[-year:], 0) + base)
    change = (
        np.sqrt((np.diff(logs, axis=0) ** 2).mean(axis=0)) if len(logs) > 1 else 1 + 0 * base
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        mase, mase_naive = (
            _missed(came - forecast) / scale for forecast in (forecasts, rivals)
        )
    return Tested(errors, base, change, mase, mase_naive, max(apart, 1))
