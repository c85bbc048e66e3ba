"""Customers on a plane: the two directions in which they differ most."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.decomposition import PCA


class Projection(NamedTuple):
    """Coordinates of the customers, n × 2, and one row per component and measure."""

    coordinates: np.ndarray
    loadings: pd.DataFrame


def projection(
    points: np.ndarray,
    axes: Sequence[str],
    weights: np.ndarray | None = None,
    *,
    inputs: np.ndarray | None = None,
) -> Projection:
    """Project scaled points on their first two principal components (Pearson 1901).

    `explained` is a component's share of the variance of `inputs`, n × p: where the points are
    themselves a projection, what that left out counts too. Without them, of the points.

    `axes` names what the points measure; where the points are themselves mixtures of the axes,
    `weights` has a row per dimension and a column per axis. The sign of a component is free;
    it is set so that its largest loading is positive.
    """
    fitted = PCA(n_components=2, svd_solver="full").fit(points)
    loadings = fitted.components_ if weights is None else fitted.components_ @ weights
    largest = np.abs(loadings).argmax(axis=1)
    signs = np.sign(loadings[np.arange(2), largest])
    whole = np.var(points if inputs is None else inputs, axis=0, ddof=1).sum()
    shares = fitted.explained_variance_ / whole
    rows = [
        {
            "component": component + 1,
            "measure": measure,
            "loading": round(float(signs[component] * loadings[component, place]), 6),
            "explained": round(float(shares[component]), 6),
        }
        for component in range(2)
        for place, measure in enumerate(axes)
    ]
    coordinates = (fitted.transform(points) * signs).round(5)
    return Projection(coordinates, pd.DataFrame(rows))
