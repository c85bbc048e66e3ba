"""Which forecast of value serves, and the checks that it has passed."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.settings import ValueSettings
from pipeline.value.backtest import (
    FACTORS,
    PRIOR,
    Backtest,
    better_rule,
    counts_of,
    follows_season,
    interval_at,
    scores,
    widths,
)
from pipeline.value.groups import GROUPS, group_of
from pipeline.value.history import Floats
from pipeline.value.lifetime import NOTHING_UNFORESEEN, Revenue, Unforeseen
from pipeline.value.models.family import Choice
from pipeline.value.rules import RULES, with_interval

SHARED = "_shared"
"""Behind a model's key: with the period that all customers share in its interval."""
CHECKS = [
    "as_of", "model", "chosen", "repeat_orders", "customers", "expected_revenue", "revenue",
    "coverage", "above", "winkler",
]  # fmt: skip


class Served(NamedTuple):
    """What values are foretold by.

    Parameters
    ----------
    choice : the model of orders.
    rule : the naive rule that foretells revenue better, where one did.
    season : whether last year's season bends what comes within a year.
    unforeseen : how much a coming period may differ.
    checks : a row per cut, model or rule, and group of repeat orders, as published.
    """

    choice: Choice
    rule: str | None
    season: bool
    unforeseen: Unforeseen
    checks: pd.DataFrame

    @property
    def name(self) -> str:
        """How `checks` calls it."""
        return self.rule or f"{self.choice.model.key}{SHARED}"


def serve(
    choice: Choice, tests: Sequence[Backtest], settings: ValueSettings, *, seed: int
) -> Served:
    """Choose between the model and the rules, the season and the width; check them all."""
    key = choice.model.key
    rule, season = better_rule(tests, key), follows_season(tests, key)
    tried = {
        factor: [
            scores(
                test,
                _interval(
                    test, rule or key, _times(factor), settings, seed=seed, season=season
                ),
                settings.interval,
            )
            for test in tests
        ]
        for factor in (FACTORS if tests else ())
    }
    width = widths(tried, [counts_of(test) for test in tests])
    served = Served(choice, rule, season, width.served, pd.DataFrame(columns=CHECKS))
    frames = [
        _checked(test, served._replace(unforeseen=unforeseen), settings, seed=seed)
        for test, unforeseen in zip(tests, width.checked, strict=True)
    ]
    return served._replace(checks=pd.concat(frames, ignore_index=True)) if frames else served


def _times(factor: float) -> Unforeseen:
    return Unforeseen(*(factor * variance for variance in PRIOR))


def _interval(
    test: Backtest,
    key: str,
    unforeseen: Unforeseen,
    settings: ValueSettings,
    *,
    seed: int,
    season: bool = False,
) -> Revenue:
    if key not in RULES:
        return interval_at(test, key, unforeseen, settings, seed=seed, season=season)
    foretold = with_interval(
        test.rules[key], test.cut.people, interval=settings.interval, unforeseen=unforeseen
    )
    return Revenue(*(column[test.some] for column in foretold))


def _checked(
    test: Backtest, served: Served, settings: ValueSettings, *, seed: int
) -> pd.DataFrame:
    """Check every model's own interval, the rules', and what is served with its width."""
    rows = []
    for key in (*test.fitted, *RULES):
        unforeseen = PRIOR if key in RULES else NOTHING_UNFORESEEN
        if key != served.rule:
            foretold = _interval(test, key, unforeseen, settings, seed=seed)
            rows.append(_rows(test, foretold, key, settings.interval).assign(chosen=0))
    foretold = _interval(
        test, served.rule or served.choice.model.key, served.unforeseen, settings, seed=seed,
        season=served.season,
    )  # fmt: skip
    rows.append(_rows(test, foretold, served.name, settings.interval).assign(chosen=1))
    return pd.concat(rows, ignore_index=True)[CHECKS]


def _rows(test: Backtest, foretold: Revenue, model: str, interval: float) -> pd.DataFrame:
    group = group_of(test.cut.people.histories.x[test.some])

    def total(values: Floats) -> Floats:
        return np.bincount(group, weights=values, minlength=len(GROUPS)).astype(float)

    frame = pd.DataFrame(
        {
            "as_of": pd.Timestamp(test.cut.day, unit="D").date(),
            "model": model,
            "repeat_orders": GROUPS,
            "customers": counts_of(test),
            "expected_revenue": total(foretold.value).round(2),
            "revenue": total(test.cut.came.revenue[test.some]).round(2),
            **{
                name: values.round(6)
                for name, values in scores(test, foretold, interval)._asdict().items()
            },
        }
    )
    return frame[frame["customers"] > 0]
