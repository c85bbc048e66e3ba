"""Whether a clustering comes back when it is made again from resampled customers."""

import numpy as np

from pipeline.segments.candidates import Candidate
from pipeline.segments.resamples import Resamples


def jaccard_stability(candidate: Candidate, resamples: Resamples) -> np.ndarray:
    """Give the mean Jaccard similarity of each cluster over bootstrap resamples, 0 to 1.

    Each resample draws customers with replacement; the space is made anew from them (scaling,
    projection), they are clustered anew and compared, on the customers drawn, with the
    original: a cluster's similarity is that of the new cluster most like it. From 0.85 a
    cluster is highly stable, from 0.75 stable, from 0.6 doubtful (Hennig 2007, "Cluster-wise
    assessment of cluster stability").
    """
    algorithm = candidate.algorithm
    params = {**candidate.params, **algorithm.resampled}
    draws = resamples.of_size(algorithm.resample_size)
    similarities = np.full((len(draws), candidate.n_clusters), np.nan)
    for place, draw in enumerate(draws):
        if draw is None:
            continue
        fit = algorithm.prepare(draw.drawn)
        n_clusters = min(candidate.n_clusters, draw.different)
        again = fit(n_clusters, params, (resamples.seed + 1 + place) % 2**32)
        similarities[place] = best_jaccard(
            candidate.labels[draw.unique], again.predict(draw.points), candidate.n_clusters
        )
    has_similarity = ~np.isnan(similarities)
    sums: np.ndarray = np.where(has_similarity, similarities, 0).sum(axis=0)
    return sums / np.maximum(has_similarity.sum(axis=0), 1)


def best_jaccard(before: np.ndarray, after: np.ndarray, n_clusters: int) -> np.ndarray:
    """For each cluster of `before`, give its highest Jaccard similarity with one of `after`.

    A cluster of which nobody was drawn has no similarity: NaN.
    """
    together = np.zeros((n_clusters, n_clusters))
    np.add.at(together, (before, after), 1)
    sizes_before, sizes_after = together.sum(axis=1), together.sum(axis=0)
    union = sizes_before[:, None] + sizes_after[None, :] - together
    best: np.ndarray = np.divide(
        together, union, out=np.zeros_like(together), where=union > 0
    ).max(axis=1)
    return np.where(sizes_before > 0, best, np.nan)
