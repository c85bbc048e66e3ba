"""Whether a clustering comes back when it is made again from resampled customers."""

import numpy as np
import pandas as pd

from pipeline.segments.candidates import Candidate


def jaccard_stability(
    candidate: Candidate, points: np.ndarray, *, bootstraps: int, seed: int
) -> np.ndarray:
    """Give the mean Jaccard similarity of each cluster over bootstrap resamples, 0 to 1.

    Each resample draws customers with replacement, is clustered anew and compared, on the
    customers drawn, with the original: a cluster's similarity is that of the new cluster most
    like it. From 0.85 a cluster is highly stable, from 0.75 stable, from 0.6 doubtful (Hennig
    2007, "Cluster-wise assessment of cluster stability").
    """
    algorithm = candidate.algorithm
    params = {**candidate.params, **algorithm.resampled}
    generator = np.random.default_rng(seed)
    size = min(len(points), algorithm.resample_size)
    axes = [pd.Series(axis) for axis in points.T]
    kinds: np.ndarray = axes[0].groupby(axes, sort=False).ngroup().to_numpy()
    similarities = np.full((bootstraps, candidate.n_clusters), np.nan)
    for draw in range(bootstraps):
        drawn = generator.integers(0, len(points), size)
        different = int(np.count_nonzero(np.bincount(kinds[drawn])))
        n_clusters = min(candidate.n_clusters, different)
        if n_clusters < 2:
            continue
        fit = algorithm.prepare(points[drawn])
        again = fit(n_clusters, params, (seed + 1 + draw) % 2**32)
        unique = np.flatnonzero(np.bincount(drawn))
        similarities[draw] = best_jaccard(
            candidate.labels[unique], again.predict(points[unique]), candidate.n_clusters
        )
    seen = ~np.isnan(similarities)
    sums: np.ndarray = np.where(seen, similarities, 0).sum(axis=0)
    return sums / np.maximum(seen.sum(axis=0), 1)


def best_jaccard(before: np.ndarray, after: np.ndarray, n_clusters: int) -> np.ndarray:
    """For each cluster of `before`, give its highest Jaccard similarity with one of `after`.

    A cluster of which nobody was drawn has no similarity: NaN.
    """
    together = np.zeros((n_clusters, n_clusters))
    np.add.at(together, (before, after), 1)
    sizes, others = together.sum(axis=1), together.sum(axis=0)
    union = sizes[:, None] + others[None, :] - together
    best: np.ndarray = np.divide(
        together, union, out=np.zeros_like(together), where=union > 0
    ).max(axis=1)
    return np.where(sizes > 0, best, np.nan)
