"""Clusterings to choose from: every algorithm with its defaults and as tuned."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from pipeline.segments.algorithms import AGGLOMERATIVE, ALGORITHMS, Algorithm, Fit, Params
from pipeline.segments.evidence import Evidence, Yardstick, evidence, evidences, yardstick
from pipeline.settings import SegmentSettings


class Workbench(NamedTuple):
    """What every candidate is made from and measured by.

    Attributes
    ----------
    scaler
        Fitted on all customers.
    points
        All customers as they are clustered, scaled, n × d.
    inputs
        All customers as indices measure them, n × p: the inputs before any projection.
    fits
        Each algorithm, prepared with the customers on whom it is fitted.
    measure
        The customers on whom silhouettes are measured.
    """

    scaler: Any
    points: np.ndarray
    inputs: np.ndarray
    fits: dict[str, Fit]
    measure: Yardstick


class Candidate(NamedTuple):
    """One fitted clustering of all customers with its evidence.

    `model` scales and assigns; `bic` is the mixture's alone (Schwarz 1978), lower is better;
    `steps` are the iterations of the fit, 0 where there are none.
    """

    algorithm: Algorithm
    tuned: bool
    n_clusters: int
    params: dict[str, Any]
    model: Pipeline
    labels: np.ndarray
    evidence: Evidence
    bic: float | None
    steps: int


def workbench(
    values: np.ndarray,
    settings: SegmentSettings,
    *,
    scaler: Any,
    seed: int,
    inputs: np.ndarray | None = None,
) -> Workbench:
    """Scale the customers, and draw those to fit on and to measure by where there are many.

    `inputs` is n × p, what `values` is a projection of; without one the scaled values are the
    inputs themselves. In a projection every clustering looks better separated than it is.
    """
    scaler = clone(scaler).fit(values)
    points = scaler.transform(values)
    inputs = points if inputs is None else inputs
    names = ALGORITHMS if settings.algorithm == "best" else (settings.algorithm,)
    return Workbench(
        scaler=scaler,
        points=points,
        inputs=inputs,
        fits={
            name: ALGORITHMS[name].prepare(
                drawn(
                    points,
                    at_most=settings.tree_customers
                    if name == AGGLOMERATIVE.name
                    else settings.fit_customers,
                    seed=seed,
                )
            )
            for name in names
        },
        measure=yardstick(inputs, at_most=settings.exact_customers, seed=seed),
    )


def drawn(points: np.ndarray, *, at_most: int, seed: int) -> np.ndarray:
    """Give all points, or so many of them at random."""
    if len(points) <= at_most:
        return points
    chosen = np.random.default_rng(seed).choice(len(points), at_most, replace=False)
    some: np.ndarray = points[np.sort(chosen)]
    return some


def candidate(
    bench: Workbench,
    algorithm: Algorithm,
    n_clusters: int,
    params: Params,
    *,
    tuned: bool,
    seed: int,
    candidates: Sequence[Candidate] = (),
) -> Candidate:
    """Fit one clustering, assign everyone and measure it, unless it is in `candidates`."""
    fitted = bench.fits[algorithm.name](n_clusters, params, seed)
    labels = fitted.predict(bench.points)
    again = (
        earlier.evidence for earlier in candidates if np.array_equal(earlier.labels, labels)
    )
    measured = next(again, None) or evidence(labels, n_clusters, bench.inputs, bench.measure)
    return _candidate(
        bench, Fitted(algorithm, n_clusters, params, fitted, labels), measured, tuned=tuned
    )


def untuned(bench: Workbench, numbers: Sequence[int], *, seed: int) -> list[Candidate]:
    """Fit every algorithm with its defaults for every number of clusters."""
    clusterings = []
    for algorithm in map(ALGORITHMS.__getitem__, bench.fits):
        for k in numbers:
            fitted = bench.fits[algorithm.name](k, algorithm.defaults, seed)
            clusterings.append(
                Fitted(algorithm, k, algorithm.defaults, fitted, fitted.predict(bench.points))
            )
    measured = evidences(
        [clustering.labels for clustering in clusterings],
        [clustering.n_clusters for clustering in clusterings],
        bench.inputs,
        bench.measure,
    )
    return [
        _candidate(bench, clustering, evidence, tuned=False)
        for clustering, evidence in zip(clusterings, measured, strict=True)
    ]


class Fitted(NamedTuple):
    """A clustering of all customers that is not measured yet."""

    algorithm: Algorithm
    n_clusters: int
    params: Params
    model: Any
    labels: np.ndarray


def _candidate(
    bench: Workbench, fitted: Fitted, measured: Evidence, *, tuned: bool
) -> Candidate:
    model = fitted.model
    return Candidate(
        algorithm=fitted.algorithm,
        tuned=tuned,
        n_clusters=fitted.n_clusters,
        params=dict(fitted.params),
        model=Pipeline([("scale", bench.scaler), ("cluster", model)]),
        labels=fitted.labels,
        evidence=measured,
        bic=float(model.bic(bench.points)) if hasattr(model, "bic") else None,
        steps=int(getattr(model, "n_iter_", 0)),
    )


def numbers_of_clusters(values: np.ndarray, settings: SegmentSettings) -> list[int]:
    """List the numbers that the evidence and the publishing ask for and the customers allow."""
    distinct = len(np.unique(values, axis=0))
    low, high = settings.evidence
    numbers = {*range(low, high + 1), *range(settings.k[0], settings.k[1] + 1)}
    return sorted(k for k in numbers if k < distinct)


def numbers_to_publish(numbers: Sequence[int], settings: SegmentSettings) -> list[int]:
    """List those that may be published: tuning searches among them alone.

    Where the customers allow none of them, any other may be: then all of `numbers`.
    """
    low, high = settings.k
    return [k for k in numbers if low <= k <= high] or list(numbers)
