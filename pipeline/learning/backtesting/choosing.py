"""Which model serves: by the log loss of the back-test, but for the newest window."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from pipeline.learning.backtesting import backtest
from pipeline.learning.backtesting.backtest import Forecast
from pipeline.learning.backtesting.rankings import BLEND, CONSTANT, CUSTOMER_BASE, title_of
from pipeline.learning.tasks import Rolling

LEAST_WINDOWS = 3
"""Windows of the back-test on which another model must be better for it to serve."""


class Choice(NamedTuple):
    """Which model serves, why, and the mean log losses by which it was chosen."""

    name: str
    reason: str
    means: Mapping[str, float]


def choice(
    rolling: Rolling, over: Sequence[Mapping[str, Forecast]], competing: Sequence[str]
) -> Choice:
    """Choose by the mean log loss over all closed windows but the newest.

    `over` holds the forecasts of every closed window by name, oldest first. Where the blend is
    a candidate, another takes its place only if it was better on three windows at least and by
    more than one standard error of the difference; a model that beats the blend but not a
    constant gives way to the constant.
    """
    usual = BLEND if rolling.is_ranked else CUSTOMER_BASE
    names = list(dict.fromkeys([usual, *competing]))
    loss = _losses(rolling, over, names, usual)
    looked_at = len(loss[usual])
    means = {name: float(losses.mean()) for name, losses in loss.items() if len(losses)}
    if not rolling.is_ranked:
        return Choice(usual, f"{title_of(usual)} serves alone: {rolling.why_no_ranking}", means)
    if looked_at < LEAST_WINDOWS:
        few = f"{looked_at} window{'' if looked_at == 1 else 's'}"
        return Choice(
            usual,
            f"{title_of(usual)} serves unless another model is clearly better on"
            f" {LEAST_WINDOWS} windows before the newest; {few} could be looked at.",
            means,
        )
    chosen = usual
    for name in names:
        lead = loss[usual] - loss[name]
        error = lead.std(ddof=1) / np.sqrt(looked_at)
        if lead.mean() > error and means[name] < means[chosen]:
            chosen = name
    if chosen != usual and CONSTANT in loss:
        behind = loss[CONSTANT] - loss[chosen]
        if behind.mean() <= behind.std(ddof=1) / np.sqrt(looked_at):
            chosen = CONSTANT  # what ranks no better than nothing is not worth its name
    return Choice(chosen, _reason(chosen, usual, means, looked_at), means)


def _losses(
    rolling: Rolling, over: Sequence[Mapping[str, Forecast]], names: Sequence[str], usual: str
) -> dict[str, np.ndarray]:
    """Give each name's log loss on the windows that all of them forecast."""
    common = [
        (window, forecasts)
        for window, forecasts in zip(rolling.windows[:-1], over[:-1], strict=True)
        if all(name in forecasts for name in names) and forecasts[usual].is_trained
    ]
    return {
        name: np.array(
            [
                backtest.metrics_of(forecasts[name].probabilities, window.labels)["log_loss"]
                for window, forecasts in common
            ]
        )
        for name in names
    }


def _reason(chosen: str, usual: str, means: Mapping[str, float], looked_at: int) -> str:
    second = min((name for name in means if name != chosen), key=lambda name: means[name])
    reason = (
        f"{title_of(chosen)} had a mean log loss of {means[chosen]:.4f} on {looked_at} windows"
        f" before the newest, each trained on those closed before it; {title_of(second)}"
        f" {means[second]:.4f}."
    )
    if chosen == usual and means[second] < means[chosen]:
        reason += f" That lead lies within one standard error: {title_of(chosen)} stays."
    if chosen == CONSTANT:
        reason += " No ranking beat telling everyone the same, so everyone is told the same."
    return f"{reason} The newest window had no say in it."
