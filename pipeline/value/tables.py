"""What the stage of value publishes of its models, what they rest on and what they foretold."""

import json
from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.value.backtest import Backtest
from pipeline.value.customers import DAYS_PER_WEEK, Known
from pipeline.value.models.family import Choice
from pipeline.value.models.fitting import Fit
from pipeline.value.models.gamma_gamma import FittedSpend
from pipeline.value.now import Now, history_days
from pipeline.value.serving import Served

FITS = [
    "part", "model", "chosen", "converged", "customers", "log_likelihood", "aic", "iterations",
    "params", "errors", "message", "holdout_loss", "single_order_loss",
]  # fmt: skip
BASIS = [
    "model", "rule", "history_days", "holdouts", "holdout_days", "is_seasonal", "stretch",
    "unforeseen_none", "unforeseen_one", "unforeseen_some", "unforeseen_many",
]  # fmt: skip
GAMMA_GAMMA = "gamma_gamma"


def basis(now: Now, served: Served, tests: Sequence[Backtest]) -> pd.DataFrame:
    """One row: what the values rest on."""
    row = (
        served.choice.model.key,
        served.rule,
        history_days(now.people),
        len(tests),
        tests[0].cut.days if tests else None,
        served.season,
        round(now.stretch, 4),
        *served.unforeseen,
    )
    return pd.DataFrame([row], columns=BASIS)


def foretold(
    now: Now, customers: pd.DataFrame, served: Served, tests: Sequence[Backtest]
) -> pd.DataFrame:
    """One row per day and customer: what was expected, and what came where it is known."""
    frames = [_told(now.day, now.people, customers["clv_12m"].to_numpy(), None)]
    for test in tests:
        foretold = test.foretold(served.rule or served.choice.model.key, season=served.season)
        frames.append(
            _told(test.cut.day, test.cut.people, foretold.revenue, test.cut.came.revenue)
        )
    return pd.concat(frames, ignore_index=True)


def _told(
    day: int, people: Known, expected: np.ndarray, came: np.ndarray | None
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "as_of_day": day,
            "customer_id": pd.Series(people.customers, dtype="str"),
            "first_day": day - np.round(people.histories.T * DAYS_PER_WEEK).astype(np.int64),
            "expected": expected,
            "revenue": np.nan if came is None else came,
        }
    )


def fits(choice: Choice, spend: FittedSpend, people: Known) -> pd.DataFrame:
    """One row per model that was tried."""
    customers, buyers = len(people.customers), int((people.histories.x > 0).sum())
    return pd.DataFrame(
        [
            *(
                _row(fitted.fit, chosen=fitted is choice.chosen)
                | {"part": "orders", "model": fitted.model.key, "customers": customers}
                | _losses(choice, fitted.model.key)
                for fitted in choice.tried
            ),
            _row(spend.fit, chosen=True)
            | {"part": "spend", "model": GAMMA_GAMMA, "customers": buyers},
        ],
        columns=FITS,
    )


def _losses(choice: Choice, key: str) -> dict[str, float]:
    evidence = choice.evidence.get(key)
    if evidence is None:
        return {}
    return {
        "holdout_loss": round(evidence.log_loss, 4),
        "single_order_loss": round(evidence.once, 4),
    }


def _row(fit: Fit, *, chosen: bool) -> dict[str, object]:
    """Give what a fit tells; its numbers only where they are to be used."""
    is_usable = fit.converged or chosen
    return {
        "chosen": chosen,
        "converged": fit.converged,
        "log_likelihood": round(fit.log_likelihood, 4),
        "aic": round(fit.aic, 4),
        "iterations": fit.iterations,
        "params": json.dumps(fit.params if is_usable else {}),
        "errors": json.dumps(fit.errors if is_usable else {}),
        "message": fit.message,
    }
