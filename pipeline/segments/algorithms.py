"""Ways to cluster, each with its defaults and the ranges that tuning searches."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple, Protocol

import numpy as np
from optuna.trial import Trial
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import pdist
from sklearn.cluster import KMeans
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import KNeighborsClassifier

Params = Mapping[str, Any]

STARTS = 10
"""Random starts of k-means, of which the best counts."""


class Assigner(Protocol):
    """What a fitted clusterer can do: give points, old and new, a cluster from 0."""

    def predict(self, points: np.ndarray) -> np.ndarray:
        """Give the cluster of each point."""


Fit = Callable[[int, Params, int], Assigner]
"""From a number of clusters, settings and a seed to an assigner of the points prepared."""


class Algorithm(NamedTuple):
    """One way to cluster.

    Attributes
    ----------
    name
        As in the published tables.
    defaults
        Settings without tuning.
    resampled
        Settings that differ on resamples, where the start matters less.
    resample_size
        Most customers of a resample.
    suggest
        Draws settings from the ranges of tuning.
    decisive
        Settings that lead to another clustering; the others only say how to get there.
    prepare
        Takes the scaled points (n × d) on which clusterings are then fitted.
    """

    name: str
    defaults: Params
    resampled: Params
    resample_size: int
    suggest: Callable[[Trial], dict[str, Any]]
    decisive: tuple[str, ...]
    prepare: Callable[[np.ndarray], Fit]


def leads_to_the_same(
    algorithm: Algorithm, earlier_params: Params, steps: int, new_params: Params
) -> bool:
    """Tell whether settings can only lead where others led, in so many steps.

    Lloyd's and Elkan's k-means take the same steps, and a bound on the steps that was not
    reached changes nothing.
    """
    return all(earlier_params[name] == new_params[name] for name in algorithm.decisive) and all(
        steps < params.get("max_iter", steps + 1) for params in (earlier_params, new_params)
    )


def prepare_k_means(points: np.ndarray) -> Fit:
    """Fit k-means (Lloyd 1982).

    Elkan's algorithm takes the same steps to the same clusters; in the few dimensions of a
    segmentation its bounds cost thrice the time that they save, so Lloyd's stands in for it.
    """
    return lambda n_clusters, params, seed: KMeans(
        n_clusters, random_state=seed, **{**params, "algorithm": "lloyd"}
    ).fit(points)


def suggest_k_means(trial: Trial) -> dict[str, Any]:
    """Draw the kind of start, the number of iterations and the algorithm."""
    return {
        "init": trial.suggest_categorical("init", ["k-means++", "random"]),
        "n_init": STARTS,
        "max_iter": trial.suggest_int("max_iter", 100, 1000, step=100),
        "algorithm": trial.suggest_categorical("algorithm", ["lloyd", "elkan"]),
    }


def prepare_agglomerative(points: np.ndarray) -> Fit:
    """Merge points step by step; one tree per linkage is cut at every number of clusters.

    Everyone belongs to the nearest centroid of the cut, also the points of the tree: so new
    customers and earlier snapshots belong by the same rule.
    """
    trees: dict[str, np.ndarray] = {}
    distances = cache(lambda: pdist(points))

    def fit(n_clusters: int, params: Params, seed: int) -> Assigner:  # noqa: ARG001 - no chance
        method = str(params["linkage"])
        if method not in trees:
            trees[method] = linkage(distances(), method)
        labels = fcluster(trees[method], n_clusters, "maxclust") - 1
        centroids = [points[labels == label].mean(axis=0) for label in np.unique(labels)]
        return KNeighborsClassifier(1).fit(np.array(centroids), np.arange(len(centroids)))

    return fit


def suggest_agglomerative(trial: Trial) -> dict[str, Any]:
    """Draw the linkage."""
    linkages = ["ward", "complete", "average", "single"]
    return {"linkage": trial.suggest_categorical("linkage", linkages)}


def prepare_gaussian_mixture(points: np.ndarray) -> Fit:
    """Fit a mixture of Gaussians by expectation maximisation (Dempster et al. 1977)."""
    return lambda n_clusters, params, seed: GaussianMixture(
        n_clusters, random_state=seed, **params
    ).fit(points)


def suggest_gaussian_mixture(trial: Trial) -> dict[str, Any]:
    """Draw the shape of the components and the number of iterations."""
    shapes = ["full", "tied", "diag", "spherical"]
    return {
        "covariance_type": trial.suggest_categorical("covariance_type", shapes),
        "max_iter": trial.suggest_int("max_iter", 100, 500, step=100),
    }


K_MEANS = Algorithm(
    name="kmeans",
    defaults={"init": "k-means++", "n_init": STARTS, "max_iter": 300, "algorithm": "lloyd"},
    resampled={"n_init": 3},
    resample_size=20_000,
    suggest=suggest_k_means,
    decisive=("init", "n_init"),
    prepare=prepare_k_means,
)
AGGLOMERATIVE = Algorithm(
    name="agglomerative",
    defaults={"linkage": "ward"},
    resampled={},
    resample_size=1_000,
    suggest=suggest_agglomerative,
    decisive=("linkage",),
    prepare=prepare_agglomerative,
)
GAUSSIAN_MIXTURE = Algorithm(
    name="gaussian_mixture",
    defaults={"covariance_type": "full", "max_iter": 200},
    resampled={},
    resample_size=2_000,
    suggest=suggest_gaussian_mixture,
    decisive=("covariance_type",),
    prepare=prepare_gaussian_mixture,
)
ALGORITHMS = {
    algorithm.name: algorithm for algorithm in (K_MEANS, AGGLOMERATIVE, GAUSSIAN_MIXTURE)
}
