"""Clusterings to choose from, each fitted with its scaler so that the two are stored together."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from sklearn.cluster import KMeans
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import RobustScaler

from pipeline.settings import SegmentSettings

Fit = Callable[[np.ndarray, int, int], Pipeline]
"""From the space, the number of clusters and a seed to a fitted scaler and clusterer."""


class Candidate(NamedTuple):
    """One fitted clustering of all customers."""

    algorithm: str
    tuned: bool
    n_clusters: int
    params: dict[str, Any]
    model: Pipeline
    labels: np.ndarray
    inertia: float | None
    fit: Fit


def k_means(settings: SegmentSettings) -> Fit:
    """Give the way to fit k-means on robustly scaled values."""

    def fit(space: np.ndarray, n_clusters: int, seed: int) -> Pipeline:
        model = make_pipeline(
            RobustScaler(), KMeans(n_clusters, n_init=settings.starts, random_state=seed)
        )
        return model.fit(space)

    return fit


ALGORITHMS: dict[str, Callable[[SegmentSettings], Fit]] = {"kmeans": k_means}


def candidates(space: np.ndarray, settings: SegmentSettings, *, seed: int) -> list[Candidate]:
    """Fit every number of clusters that the evidence covers and the customers allow."""
    fit = ALGORITHMS[settings.algorithm](settings)
    distinct = len(np.unique(space, axis=0))
    low, high = settings.evidence
    wanted = sorted({*range(low, high + 1), *range(settings.k[0], settings.k[1] + 1)})
    found = []
    for n_clusters in (k for k in wanted if k < distinct):
        model = fit(space, n_clusters, seed)
        found.append(
            Candidate(
                algorithm=settings.algorithm,
                tuned=False,
                n_clusters=n_clusters,
                params={"n_init": settings.starts, "init": "k-means++", "algorithm": "lloyd"},
                model=model,
                labels=model.predict(space),
                inertia=float(model[-1].inertia_),
                fit=fit,
            )
        )
    return found
