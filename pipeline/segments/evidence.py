"""How well separated a clustering is, by several indices."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from sklearn.cluster import KMeans
from sklearn.metrics import pairwise_distances

GAP_POINTS = 1_000
GAP_REFERENCES = 10


class Evidence(NamedTuple):
    """The indices of one clustering; `silhouettes` belong to the customers of the yardstick."""

    silhouette: float
    davies_bouldin: float
    calinski_harabasz: float
    inertia: float
    smallest_share: float
    silhouettes: np.ndarray


class Yardstick(NamedTuple):
    """The customers on whom silhouettes are measured, and their mutual distances."""

    places: np.ndarray
    distances: np.ndarray


def yardstick(points: np.ndarray, *, at_most: int, seed: int) -> Yardstick:
    """Measure distances once for all candidates, of at most so many random customers."""
    places = np.arange(len(points))
    if len(points) > at_most:
        places = np.sort(np.random.default_rng(seed).choice(places, at_most, replace=False))
    distances = pairwise_distances(points[places].astype(np.float32))
    np.fill_diagonal(distances, 0)
    return Yardstick(places, distances)


def evidence(
    labels: np.ndarray, n_clusters: int, points: np.ndarray, measure: Yardstick
) -> Evidence:
    """Measure one clustering; see `evidences`."""
    return evidences([labels], [n_clusters], points, measure)[0]


def evidences(
    labels: Sequence[np.ndarray],
    numbers: Sequence[int],
    points: np.ndarray,
    measure: Yardstick,
) -> list[Evidence]:
    """Give silhouette (Rousseeuw 1987), Davies-Bouldin (1979), Calinski-Harabasz (1974).

    Of several clusterings of the same points, each with its number of clusters. One that left a
    cluster empty has a smallest share of 0.
    """
    sampled = silhouettes(
        measure.distances, [clustering[measure.places] for clustering in labels]
    )
    return [
        _evidence(clustering, n_clusters, points, sampled_silhouettes)
        for clustering, n_clusters, sampled_silhouettes in zip(
            labels, numbers, sampled, strict=True
        )
    ]


def _evidence(
    labels: np.ndarray, n_clusters: int, points: np.ndarray, sampled: np.ndarray
) -> Evidence:
    sizes = np.bincount(labels, minlength=n_clusters)
    several = np.count_nonzero(sizes) > 1
    within = inertia(points, labels, n_clusters)
    return Evidence(
        silhouette=float(sampled.mean()),
        davies_bouldin=davies_bouldin(points, labels) if several else np.nan,
        calinski_harabasz=calinski_harabasz(points, labels, within) if several else np.nan,
        inertia=within,
        smallest_share=float(sizes.min() / sizes.sum()),
        silhouettes=sampled,
    )


def silhouettes(distances: np.ndarray, labels: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Give the silhouette of each point in each clustering from their distances, n × n.

    Equal to scikit-learn's `silhouette_samples`, but the distances, too many for the caches of
    a processor, are gone through once for all clusters of all clusterings; a point alone in its
    cluster has 0.
    """
    clusters = [np.unique(clustering, return_inverse=True)[1] for clustering in labels]
    sizes = [np.bincount(codes) for codes in clusters]
    ends = np.cumsum([len(size) for size in sizes])
    belongs = np.zeros((ends[-1], len(distances)), dtype=np.float32)
    own = np.arange(len(distances))
    for codes, size, end in zip(clusters, sizes, ends, strict=True):
        belongs[end - len(size) + codes, own] = 1
    sums = belongs @ distances
    return [
        _silhouettes(sums[end - len(size) : end], codes, size)
        for codes, size, end in zip(clusters, sizes, ends, strict=True)
    ]


def _silhouettes(sums: np.ndarray, labels: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Give silhouettes from the summed distances to each cluster, clusters × n."""
    if len(sizes) < 2:
        return np.zeros(len(labels))
    own = np.arange(len(labels))
    mates = sizes[labels] - 1
    means = sums.astype(np.float64)
    within = means[labels, own] / np.maximum(mates, 1)
    means /= sizes[:, None]
    means[labels, own] = np.inf
    nearest = means.min(axis=0)
    larger = np.maximum(within, nearest)
    ratios = np.divide(nearest - within, larger, out=np.zeros(len(labels)), where=larger > 0)
    return np.where(mates > 0, ratios, 0.0)


def davies_bouldin(points: np.ndarray, labels: np.ndarray) -> float:
    """Give the mean over clusters of the worst spread by distance to another cluster.

    Equal to scikit-learn's `davies_bouldin_score`, without a pass over the points per cluster.
    """
    _, labels = np.unique(labels, return_inverse=True)
    sizes = np.bincount(labels)
    centres = np.stack([np.bincount(labels, weights=axis) / sizes for axis in points.T], axis=1)
    away = np.sqrt(((points - centres[labels]) ** 2).sum(axis=1))
    spreads = np.bincount(labels, weights=away) / sizes
    apart = np.sqrt(((centres[:, None] - centres[None]) ** 2).sum(axis=2))
    if np.allclose(spreads, 0) or np.allclose(apart, 0):
        return 0.0
    apart[apart == 0] = np.inf
    return float(((spreads[:, None] + spreads[None]) / apart).max(axis=1).mean())


def calinski_harabasz(points: np.ndarray, labels: np.ndarray, within: float) -> float:
    """Compare the variance between clusters with that within, each by its freedom.

    Equal to scikit-learn's `calinski_harabasz_score`; `within` is the inertia.
    """
    n_clusters = len(np.unique(labels))
    if within <= 0:
        return 1.0
    between = float(((points - points.mean(axis=0)) ** 2).sum()) - within
    return between * (len(points) - n_clusters) / (within * (n_clusters - 1))


def inertia(points: np.ndarray, labels: np.ndarray, n_clusters: int) -> float:
    """Sum the squared distances of points to the centre of their cluster."""
    sizes = np.bincount(labels, minlength=n_clusters)
    sums = np.stack(
        [np.bincount(labels, weights=axis, minlength=n_clusters) for axis in points.T], axis=1
    )
    return float((points**2).sum() - (sums**2 / np.maximum(sizes, 1)[:, None]).sum())


def gap_statistic(points: np.ndarray, numbers: list[int], *, seed: int) -> dict[int, float]:
    """Give the gap of each number of clusters (Tibshirani, Walther and Hastie 2001).

    The expected log of the within-cluster sum of squares of k-means over uniform points in the
    box along the principal axes, less that of the customers; on a random sample of them.
    """
    generator = np.random.default_rng(seed)
    if len(points) > GAP_POINTS:
        points = points[generator.choice(len(points), GAP_POINTS, replace=False)]
    centred = points - points.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    turned = centred @ axes.T
    low, high = turned.min(axis=0), turned.max(axis=0)
    references = [generator.uniform(low, high, turned.shape) for _ in range(GAP_REFERENCES)]
    return {
        k: float(
            np.mean([_log_within(reference, k, seed) for reference in references])
            - _log_within(turned, k, seed)
        )
        for k in numbers
    }


def _log_within(points: np.ndarray, n_clusters: int, seed: int) -> float:
    fitted = KMeans(n_clusters, n_init=1, random_state=seed).fit(points)
    return float(np.log(max(fitted.inertia_, np.finfo(float).tiny)))
