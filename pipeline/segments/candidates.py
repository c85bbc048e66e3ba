"""Clusterings to choose from, each fitted together with its scaler."""

from typing import Any, NamedTuple, Protocol

import numpy as np
from sklearn.cluster import KMeans
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import RobustScaler

from pipeline.settings import SegmentSettings


class Fit(Protocol):
    """A way to cluster: from the space and a number of clusters to a fitted pipeline."""

    def __call__(
        self, space: np.ndarray, n_clusters: int, *, starts: int, seed: int
    ) -> Pipeline:
        """Fit a scaler and a clusterer from `starts` random starts."""


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


def k_means(space: np.ndarray, n_clusters: int, *, starts: int, seed: int) -> Pipeline:
    """Fit k-means on robustly scaled values."""
    clusterer = KMeans(n_clusters, n_init=starts, random_state=seed)
    return make_pipeline(RobustScaler(), clusterer).fit(space)


ALGORITHMS: dict[str, Fit] = {"kmeans": k_means}


def candidates(space: np.ndarray, settings: SegmentSettings, *, seed: int) -> list[Candidate]:
    """Fit every number of clusters that the evidence covers and the customers allow."""
    fit = ALGORITHMS[settings.algorithm]
    distinct = len(np.unique(space, axis=0))
    low, high = settings.evidence
    wanted = sorted({*range(low, high + 1), *range(settings.k[0], settings.k[1] + 1)})
    found = []
    for n_clusters in (k for k in wanted if k < distinct):
        model = fit(space, n_clusters, starts=settings.starts, seed=seed)
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
