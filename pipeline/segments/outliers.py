"""Customers unlike all others."""

import numpy as np
from sklearn.ensemble import IsolationForest

from pipeline.settings import OutlierSettings

TREES = 100
LEAST_CUSTOMERS = 50


def outliers(values: np.ndarray, settings: OutlierSettings, *, seed: int) -> np.ndarray | None:
    """Mark the share of customers that an isolation forest separates soonest (Liu et al. 2008).

    `values` is n × d; gives n flags, or `None` where outliers are not looked for or where fewer
    than 50 customers say nothing about who is unusual.
    """
    if settings.method == "off" or len(values) < LEAST_CUSTOMERS:
        return None
    forest = IsolationForest(n_estimators=TREES, random_state=seed).fit(values)
    usual = forest.score_samples(values)
    flags: np.ndarray = usual < np.percentile(usual, 100 * settings.share)
    return flags


def capped(values: np.ndarray, flags: np.ndarray) -> np.ndarray:
    """Cut every value to the range of the customers who are no outliers."""
    usual = values[~flags]
    return np.clip(values, usual.min(axis=0), usual.max(axis=0))
