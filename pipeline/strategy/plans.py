"""Dividing a budget by the playbook: each segment's share as money, to the cent."""

import numpy as np
import pandas as pd

from pipeline.base.errors import StrategyError
from pipeline.strategy.sharing import whole_parts


def amounts(shares: pd.DataFrame, *, budget: float) -> pd.Series:
    """Give each segment's money by its share (rows of `Shares`), to the cent, budget in all."""
    if not np.isfinite(budget) or budget < 0:
        raise StrategyError("The budget must be an amount of 0 or more.")
    cents = whole_parts(shares["share"], round(budget * 100))
    return pd.Series(cents / 100, index=shares["segment"], name="amount")
