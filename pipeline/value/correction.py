"""What all customers will bring together, corrected by how totals were missed before."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from pipeline.value.backtest import Backtest
from pipeline.value.history import Floats

TOTALS = ["method", "chosen", "expected", "corrected", "low", "high", "error", "holdouts"]
CAUTION = 2
"""A correction counts as if so many more hold-outs had missed nothing."""
LEAST_MISS = 0.10
"""Totals are never taken for surer than that."""
CLEARLY = 0.2
"""A rule replaces the model's total where it misses less by that share."""
REACH = 2
"""The range reaches so many typical misses to both sides."""


def totals_of_year(
    yearly: Mapping[str, float], tests: Sequence[Backtest], model: str, *, season: bool
) -> pd.DataFrame:
    """Correct the total of the coming year by each method, the best one chosen.

    `yearly` is the expected revenue by method: the model in use (under its key) first, then
    naive rules. A method's misses are ln(came / expected) of the hold-outs. Their mean, drawn
    towards none, corrects the total; how far the misses lie from what the others would have
    corrected (`error`, root of the mean square) says how sure that is, and who is best.
    A rule must miss clearly less than the model to be chosen; without a hold-out the model's
    total stands as it is, without a range.
    """
    rows = []
    for method, expected in yearly.items():
        bends = season and method == model
        misses = np.array([_miss(test, method, season=bends) for test in tests])
        error = _error(misses)
        shift = misses.sum() / (len(misses) + CAUTION)
        reach = REACH * max(error, LEAST_MISS)
        rows.append(
            {
                "method": method,
                "expected": round(expected, 2),
                "corrected": round(expected * np.exp(shift), 2),
                "low": round(expected * np.exp(shift - reach), 2) if tests else np.nan,
                "high": round(expected * np.exp(shift + reach), 2) if tests else np.nan,
                "error": round(error, 6) if tests else np.nan,
                "holdouts": len(tests),
            }
        )
    table = pd.DataFrame(rows)
    missed = table["error"].to_numpy(dtype=float)
    best = int(missed.argmin()) if tests else 0
    best = best if missed[best] < missed[0] * (1 - CLEARLY) else 0
    return table.assign(chosen=np.arange(len(table)) == best)[TOTALS]


def _miss(test: Backtest, method: str, *, season: bool) -> float:
    came = test.cut.came.revenue.sum()
    expected = test.foretold(method, season=season).revenue.sum()
    return float(np.log(max(came, 1.0) / max(expected, 1.0)))


def _error(misses: Floats) -> float:
    """Give how far each miss lies from the correction by the others."""
    if not len(misses):
        return 0.0
    corrections = (misses.sum() - misses) / (len(misses) - 1 + CAUTION)
    return float(np.sqrt(np.square(misses - corrections).mean()))
