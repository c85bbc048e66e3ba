"""Customers on a plane: the two directions in which they differ most."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.decomposition import PCA

from pipeline.features.rfm import MEASURES


class Projection(NamedTuple):
    """Coordinates of the customers, n × 2, and one row per component and measure."""

    coordinates: np.ndarray
    loadings: pd.DataFrame


def projection(points: np.ndarray) -> Projection:
    """Project scaled points on their first two principal components (Pearson 1901).

    The sign of a component is free; it is set so that its largest loading is positive.
    """
    fitted = PCA(n_components=2, svd_solver="full").fit(points)
    largest = np.abs(fitted.components_).argmax(axis=1)
    signs = np.sign(fitted.components_[np.arange(2), largest])
    rows = [
        {
            "component": component + 1,
            "measure": measure,
            "loading": round(float(signs[component] * fitted.components_[component, place]), 6),
            "explained": round(float(fitted.explained_variance_ratio_[component]), 6),
        }
        for component in range(2)
        for place, measure in enumerate(MEASURES)
    ]
    coordinates = (fitted.transform(points) * signs).round(5)
    return Projection(coordinates, pd.DataFrame(rows))
