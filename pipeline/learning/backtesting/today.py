"""The day that is served: a ranking brought to its level, what it says of each customer.

The same whether the ranking was fitted in this refresh or by an earlier one.
"""

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from pipeline.learning.backtesting import backtest
from pipeline.learning.backtesting.backtest import Forecast, forecast
from pipeline.learning.backtesting.forecast_words import level_words
from pipeline.learning.backtesting.levels import Level
from pipeline.learning.backtesting.rankings import (
    CUSTOMER_BASE,
    RULES,
    Ranking,
    blend_parts,
    customer_base_ranking,
)
from pipeline.learning.tasks import Rolling
from pipeline.scoring.calibration import EDGE, Calibration
from pipeline.scoring.customer_base import QUIET, CustomerBase
from pipeline.scoring.plain import plain
from pipeline.scoring.served import Served, decided


def shifted(calibration: Calibration, shift: float) -> Calibration:
    """Put a shift of the log odds behind a calibration."""
    return calibration._replace(intercept=calibration.intercept + shift)


def at_todays_level(served: Served, rolling: Rolling) -> tuple[Served, Forecast, Ranking]:
    """Bring a model that an earlier refresh fitted to today's level.

    Gives the model with today's customer-base model and level, its forecast for the customers
    of the newest day, and the ranking before any level.
    """
    model = plain(served.pipeline)
    ranking = Ranking(
        model,
        served.features,
        shifted(served.calibration, -served.level_shift),
        blend_parts(model),
    )
    today = forecast(ranking, rolling.newest, rolling.timeline, None, is_trained=True)
    brought = served._replace(
        calibration=shifted(ranking.calibration, today.shift),
        level_shift=today.shift,
        base=base_of(rolling, ranking),
    )
    return brought, today, ranking


def base_of(rolling: Rolling, ranking: Ranking) -> CustomerBase | None:
    """Give today's customer-base model where a ranking sees what it says; else `None`."""
    sees_silence = any(feature.name == QUIET for feature in ranking.features)
    return rolling.base if sees_silence else None


def predictions(
    served: Served, ranking: Ranking, today: Forecast, rolling: Rolling
) -> pd.DataFrame:
    """Give every customer's probability and its range.

    The range is that of the level (its misses in the back-test) and of the blend's parts,
    whose log odds differ: twice the root of both squares.
    """
    newest = rolling.newest
    probabilities = today.probabilities
    odds = logit(np.clip(probabilities[:, 1], EDGE, 1 - EDGE))
    half = backtest.SURE * np.hypot(today.level.miss, ranking.disagreement(newest))
    return pd.DataFrame(
        {
            "task": served.task,
            "customer_id": newest.customers.astype(str),
            "predicted": np.asarray(served.classes, dtype=object)[decided(probabilities)],
            "probability": probabilities[:, 1].round(6),
            "low": expit(odds - half).round(6),
            "high": expit(odds + half).round(6),
            "known": False,
        }
    )


def window_rows(rolling: Rolling, chosen: str, today: Forecast) -> list[dict[str, object]]:
    """Give the rows of the table of windows that tell of the day that is served."""
    models = [(chosen, today)]
    if rolling.tells_silence and chosen != CUSTOMER_BASE:
        base = forecast(
            customer_base_ranking(), rolling.newest, rolling.timeline, None, is_trained=False
        )
        models.append((CUSTOMER_BASE, base))
    return [
        backtest.window_row(
            rolling.task.name, name, is_rule=name in RULES, is_chosen=name == chosen,
            day=rolling.timeline.now.day, horizon_days=rolling.timeline.horizon_days,
            probabilities=expected.probabilities, level=expected.level, labels=None,
        )
        for name, expected in models
    ]  # fmt: skip


def level_fields(rolling: Rolling, level: Level) -> dict[str, object]:
    """Give the fields of a task's row that tell of the day that is served."""
    return {
        "rows_scored": len(rolling.newest.labels),
        "level_rule": level.rule,
        "level_words": level_words(rolling, level),
        "level_miss": round(level.miss, 6),
        "expected_rate": round(level.rate, 6),
        "expected_low": round(level.low, 6),
        "expected_high": round(level.high, 6),
    }
