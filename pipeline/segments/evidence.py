"""How well separated a clustering is, by four indices."""

from typing import NamedTuple

import numpy as np
from sklearn.metrics import (
    calinski_harabasz_score,
    davies_bouldin_score,
    pairwise_distances,
    silhouette_samples,
)

from pipeline.segments.candidates import Candidate


class Evidence(NamedTuple):
    """The indices of one candidate; silhouettes belong to the customers at `places`."""

    silhouette: float
    davies_bouldin: float
    calinski_harabasz: float
    smallest_share: float
    silhouettes: np.ndarray


class Yardstick(NamedTuple):
    """The customers on whom silhouettes are measured, and their mutual distances."""

    places: np.ndarray
    distances: np.ndarray


def yardstick(scaled: np.ndarray, *, at_most: int, seed: int) -> Yardstick:
    """Measure distances once for all candidates, of at most so many random customers."""
    places = np.arange(len(scaled))
    if len(scaled) > at_most:
        places = np.sort(np.random.default_rng(seed).choice(places, at_most, replace=False))
    distances = pairwise_distances(scaled[places]).astype(np.float32)
    np.fill_diagonal(distances, 0)
    return Yardstick(places, distances)


def evidence(candidate: Candidate, scaled: np.ndarray, measure: Yardstick) -> Evidence:
    """Give silhouette (Rousseeuw 1987), Davies-Bouldin (1979), Calinski-Harabasz (1974)."""
    labels = candidate.labels
    sampled = labels[measure.places]
    if len(np.unique(sampled)) > 1:
        silhouettes = silhouette_samples(measure.distances, sampled, metric="precomputed")
    else:
        silhouettes = np.zeros(len(sampled))
    sizes = np.bincount(labels, minlength=candidate.n_clusters)
    return Evidence(
        silhouette=float(silhouettes.mean()),
        davies_bouldin=float(davies_bouldin_score(scaled, labels)),
        calinski_harabasz=float(calinski_harabasz_score(scaled, labels)),
        smallest_share=float(sizes.min() / sizes.sum()),
        silhouettes=silhouettes,
    )
