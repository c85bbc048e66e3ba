"""The back-test: every closed window forecast by what was known on its day.

A window is forecast by rankings trained on the windows that had closed before it, brought to
the level that the rule of that day gave. What it says of the next window holds what windows
differ by, not only what customers do.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from pipeline.features.days import day_of
from pipeline.learning.backtesting.levels import Level, Timeline, shift_to
from pipeline.learning.backtesting.rankings import Ranking, leveled
from pipeline.learning.evaluation import measured
from pipeline.learning.examples import Examples, sample, together
from pipeline.learning.rows import once
from pipeline.settings import ModelSettings

LEAST_DEVIATION = 0.02
"""Windows differ by at least this standard deviation of a score, however alike they were."""
SURE = 2.0
METRICS = ("roc_auc", "brier", "log_loss", "ece")


class Forecast(NamedTuple):
    """What a model forecast for a window: n × 2 probabilities at the level of that day.

    `is_trained` tells whether anything was learned from earlier windows; where none had closed,
    the customer-base model stands in for the blend.
    """

    probabilities: np.ndarray
    level: Level
    shift: float
    is_trained: bool


def trained_before(
    windows: Sequence[Examples],
    timeline: Timeline,
    place: int | None,
    settings: ModelSettings,
    *,
    seed: int,
) -> Examples | None:
    """Put the rows of the windows that had closed by a window's day, or by today, together.

    `None` where none had, or they show one class only.
    """
    day = timeline.now.day if place is None else timeline.closed[place].outlook.day
    closed = [
        rows
        for rows, window in zip(windows, timeline.closed, strict=True)
        if window.outlook.day + timeline.horizon_days <= day
    ]
    if not closed:
        return None
    whole = together(closed)
    if len(np.unique(whole.labels)) < 2:
        return None
    return whole.take(sample(whole.labels, settings.train_rows, seed=seed))


def forecast(
    ranking: Ranking, rows: Examples, timeline: Timeline, place: int | None, *, is_trained: bool
) -> Forecast:
    """Rank the customers of a window and bring them to the level of its day."""
    raw_probabilities = ranking.positive(rows)
    level = timeline.at(place, float(raw_probabilities.mean()))
    shift = shift_to(raw_probabilities, level.rate)
    return Forecast(leveled(raw_probabilities, shift), level, shift, is_trained)


def metrics_of(probabilities: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    """Measure a forecast once, without resamples."""
    return {
        name: float(values[0])
        for name, values in measured(probabilities, labels, once(labels)).items()
    }


def expected_next(
    windows: Sequence[float], value: float, sampling: float, *, most: float = 1.0
) -> tuple[float, float]:
    """Give the range of a score on the next window.

    Parameters
    ----------
    windows
        The score on each window of the back-test, the newest last.
    value
        The score on the newest.
    sampling
        Its standard error over resamples of the customers.
    most
        The greatest value that the score can have.

    Returns
    -------
    The windows' mean plus and minus twice the root of what a new window differs by (their
    variance and that of their mean) and of the sampling error's square; it holds `value`.
    """
    scores = np.array([score for score in windows if np.isfinite(score)])
    if not len(scores) or not np.isfinite(value):
        return float("nan"), float("nan")
    spread = float(scores.std(ddof=1)) if len(scores) > 1 else 0.0
    deviation = max(spread, LEAST_DEVIATION)
    half = SURE * np.sqrt(deviation**2 * (1 + 1 / len(scores)) + sampling**2)
    low = min(max(scores.mean() - half, 0.0), value)
    high = max(min(scores.mean() + half, most), value)
    return float(low), float(high)


def window_row(
    task: str,
    model: str,
    *,
    is_rule: bool,
    is_chosen: bool,
    day: int,
    horizon_days: int,
    probabilities: np.ndarray,
    level: Level | None,
    labels: np.ndarray | None,
) -> dict[str, object]:
    """Make a row of the table of windows; without labels it is that of the day that is served.

    `level` is missing for rules, which keep the level that they learned.
    """
    expected = float(probabilities[:, 1].mean())
    metrics: Mapping[str, float] = {} if labels is None else metrics_of(probabilities, labels)
    return {
        "task": task,
        "as_of": day_of(day),
        "horizon_days": horizon_days,
        "model": model,
        "baseline": is_rule,
        "chosen": is_chosen,
        "customers": len(probabilities),
        "base_rate": None if labels is None else round(float(labels.mean()), 6),
        "expected_rate": round(expected, 6),
        "expected_low": None if level is None else round(level.low, 6),
        "expected_high": None if level is None else round(level.high, 6),
        "level_rule": None if level is None else level.rule,
        **{
            name: round(metrics[name], 6) if np.isfinite(metrics.get(name, np.nan)) else None
            for name in METRICS
        },
    }
