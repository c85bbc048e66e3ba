"""How scores of models and names of algorithms are written."""

import pandas as pd

from portal.words.wording import NOTHING, interval, number

ALGORITHMS = {
    "kmeans": "k-means",
    "agglomerative": "Agglomerative",
    "gaussian_mixture": "Gaussian mixture",
}


def score(value: float | None, metric: str) -> str:
    """Write a score as its metric is read: 0.741, or for lift 1.62×."""
    if value is None or pd.isna(value):
        return NOTHING
    return f"{number(value, 2)}×" if metric == "lift_at_10" else number(value, 3)


def score_interval(low: float | None, high: float | None, metric: str) -> str:
    """Write the two ends of a score's interval."""
    return interval(score(low, metric), score(high, metric))


def algorithm_title(algorithm: str) -> str:
    """Write an algorithm's name."""
    return ALGORITHMS.get(algorithm, algorithm)
