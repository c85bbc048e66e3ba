"""A published segmentation as plain numbers: which segment a customer belongs to."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import softmax

from pipeline.scoring.plain import Numbers, Preparation, plain_preparation
from pipeline.segments.space import prepare

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline


class Centres(NamedTuple):
    """Clusters by the nearest of some points."""

    points: np.ndarray

    def nearness(self, points: np.ndarray) -> np.ndarray:
        """Give n × clusters, the largest being the cluster: minus half the squared distance."""
        squares = (points**2).sum(axis=1)[:, None] + (self.points**2).sum(axis=1)
        near: np.ndarray = points @ self.points.T - squares / 2
        return near


class Mixture(NamedTuple):
    """Clusters by the most probable of some Gaussians.

    `roots` are clusters × dimensions × dimensions: Cholesky factors of the inverse covariances.
    """

    shares: np.ndarray
    means: np.ndarray
    roots: np.ndarray

    def nearness(self, points: np.ndarray) -> np.ndarray:
        """Give n × clusters, the largest being the cluster: log densities, shifted."""
        spread = np.einsum("nd,kde->nke", points, self.roots)
        spread -= np.einsum("kd,kde->ke", self.means, self.roots)
        volumes = np.log(np.diagonal(self.roots, axis1=1, axis2=2)).sum(axis=1)
        near: np.ndarray = np.log(self.shares) + volumes - (spread**2).sum(axis=2) / 2
        return near


class Segmentation(NamedTuple):
    """How customers become points, points clusters, and clusters segments.

    Attributes
    ----------
    inputs
        The columns that it looks at.
    prepare
        Makes values of them.
    axes, shift
        Points are `values @ axes - shift`.
    clusters
        Tells how near points are to each cluster.
    names
        Segment of each cluster; empty where nobody was in it.
    """

    inputs: tuple[str, ...]
    prepare: Preparation
    axes: np.ndarray
    shift: np.ndarray
    clusters: Centres | Mixture
    names: tuple[str, ...]

    def nearness(self, customers: pd.DataFrame) -> np.ndarray:
        """Give customers × clusters; no customer is near a cluster without a name."""
        values = self.prepare.transform(prepare(customers, self.inputs))
        near = self.clusters.nearness(values @ self.axes - self.shift)
        near[:, [not name for name in self.names]] = -np.inf
        return near

    def segments(self, customers: pd.DataFrame) -> np.ndarray:
        """Give the name of each customer's segment."""
        return np.array(self.names, dtype=object)[self.nearness(customers).argmax(axis=1)]

    def memberships(self, customers: pd.DataFrame) -> pd.DataFrame | None:
        """Give the probability of each segment, a column each, where a mixture knows it.

        The nearest of some centres is no matter of probability: then there is none.
        """
        if not isinstance(self.clusters, Mixture):
            return None
        probabilities = pd.DataFrame(
            softmax(self.nearness(customers), axis=1), columns=self.names
        )
        return probabilities.loc[:, [name for name in self.names if name]]


def segmentation(
    model: "Pipeline", inputs: Sequence[str], names: Sequence[str | None]
) -> Segmentation:
    """Take over the fitted pipeline of a segmentation.

    Its steps are `scale` and `cluster` where customers are compared by logarithms of their
    inputs, with `encode` and `components` before them where by attributes of all kinds.
    """
    is_mixed = "encode" in model.named_steps
    preparation, axes, shift = _encoded(model) if is_mixed else _logged(model, inputs)
    return Segmentation(
        inputs=tuple(inputs),
        prepare=preparation,
        axes=axes,
        shift=shift,
        clusters=_clusters(model["cluster"]),
        names=tuple(name or "" for name in names),
    )


def _logged(
    model: "Pipeline", inputs: Sequence[str]
) -> tuple[Preparation, np.ndarray, np.ndarray]:
    scale = model["scale"]
    numbers = Numbers(
        names=tuple(inputs),
        fills=(0.0,) * len(inputs),
        marked=(),
        is_logged=True,
        means=tuple(scale.center_.tolist()),
        scales=tuple(scale.scale_.tolist()),
    )
    return Preparation((numbers,)), np.eye(len(inputs)), np.zeros(len(inputs))


def _encoded(model: "Pipeline") -> tuple[Preparation, np.ndarray, np.ndarray]:
    encode, components = model["encode"], model["components"]
    preparation = plain_preparation(encode)
    weights = encode.transformer_weights or {}
    of_columns = np.array(
        [weights.get(owner, 1.0) for part in preparation.parts for owner in part.owners]
    )
    axes = components.components_.T
    return preparation, of_columns[:, None] * axes, components.mean_ @ axes


def _clusters(model: Any) -> Centres | Mixture:
    if hasattr(model, "precisions_cholesky_"):
        return Mixture(model.weights_, model.means_, _roots(model))
    if hasattr(model, "cluster_centers_"):
        return Centres(model.cluster_centers_.astype(float))
    return Centres(np.array(model._fit_X, dtype=float))


def _roots(model: Any) -> np.ndarray:
    clusters, dimensions = model.means_.shape
    factors, whole = model.precisions_cholesky_, np.eye(dimensions)
    match model.covariance_type:
        case "full":
            return factors
        case "tied":
            return np.repeat(factors[None], clusters, axis=0)
        case "diag":
            return factors[:, :, None] * whole
        case _:
            return factors[:, None, None] * whole
