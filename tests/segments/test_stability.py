"""Whether clusters come back: Jaccard similarities, and the silhouette's yardstick."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.cluster import KMeans
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score, silhouette_samples
from sklearn.preprocessing import RobustScaler

from pipeline.segments.algorithms import (
    AGGLOMERATIVE,
    ALGORITHMS,
    K_MEANS,
    leads_to_the_same,
)
from pipeline.segments.candidates import candidate, workbench
from pipeline.segments.evidence import evidence, gap_statistic, inertia, silhouettes, yardstick
from pipeline.segments.resamples import Resamples
from pipeline.segments.space import segment_space
from pipeline.segments.stability import best_jaccard, jaccard_stability
from pipeline.settings import SegmentSettings
from tests.segments.snapshots import snapshot

LABELS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=40)


@given(LABELS)
def test_the_best_jaccard_is_that_of_sets(pairs):
    before, after = (np.array(side) for side in zip(*pairs, strict=True))
    found = best_jaccard(before, after, 4)
    for label in range(4):
        ours = set(np.flatnonzero(before == label))
        theirs = [set(np.flatnonzero(after == other)) for other in range(4)]
        if not ours:
            assert np.isnan(found[label])
        else:
            assert found[label] == max(len(ours & t) / len(ours | t) for t in theirs)


@given(LABELS, st.permutations(range(4)))
def test_numbers_of_clusters_mean_nothing(pairs, order):
    before, after = (np.array(side) for side in zip(*pairs, strict=True))
    renamed = np.array(order)[after]
    np.testing.assert_array_equal(
        best_jaccard(before, after, 4), best_jaccard(before, renamed, 4)
    )


def drawn_again(values: np.ndarray, points: np.ndarray, *, bootstraps: int = 6) -> Resamples:
    """Draw customers again and scale them anew each time."""

    def refit(places):
        scaler = RobustScaler().fit(values[places])
        return lambda some: scaler.transform(values[some])

    return Resamples(points, refit, bootstraps=bootstraps, seed=1)


def test_resamples_are_the_same_for_every_clustering_and_only_their_own_customers_count():
    values = segment_space(snapshot())
    resamples = drawn_again(values, values)
    first = resamples.of_size(100)
    assert resamples.of_size(100) is first
    assert len(first) == 6
    for draw in first:
        assert len(draw.drawn) == 100
        assert len(draw.points) == len(draw.unique) == len(np.unique(draw.unique)) <= 100
    alike = np.ones((30, 3))
    assert drawn_again(alike, alike).of_size(30) == [None] * 6


def test_a_space_that_hangs_on_few_customers_is_not_stable():
    """With the space as it is two clusters return; made anew, what sets them apart is gone."""
    values = np.r_[np.zeros((50, 1)), np.ones((50, 1))]
    bench = workbench(values, SegmentSettings(), scaler=RobustScaler(), seed=1)
    fitted = candidate(bench, K_MEANS, 2, K_MEANS.defaults, tuned=False, seed=1)

    def lost(_places):
        chance = np.random.default_rng(0).normal(size=values.shape)
        return lambda some: chance[some]

    kept = jaccard_stability(fitted, drawn_again(values, bench.points))
    made_anew = jaccard_stability(fitted, Resamples(bench.points, lost, bootstraps=6, seed=1))
    assert kept.mean() == pytest.approx(1)
    assert made_anew.mean() < 0.6


def test_clusters_far_apart_are_stable_and_cuts_through_one_are_not():
    chance = np.random.default_rng(0)
    apart = np.concatenate([chance.normal(place, 0.05, (60, 3)) for place in (0, 5, 10)])
    one = chance.normal(0, 1, (180, 3))
    for algorithm in ALGORITHMS.values():
        stabilities = []
        for space in (apart, one):
            bench = workbench(space, SegmentSettings(), scaler=RobustScaler(), seed=1)
            fitted = candidate(bench, algorithm, 3, algorithm.defaults, tuned=False, seed=1)
            stabilities.append(jaccard_stability(fitted, drawn_again(space, bench.points)))
        assert stabilities[0] == pytest.approx([1, 1, 1])
        assert stabilities[1].mean() < 0.75


def test_a_sample_measures_nearly_the_same_silhouette():
    space = segment_space(snapshot())
    labels = KMeans(4, n_init=2, random_state=0).fit_predict(space)
    exact = evidence(labels, 4, space, yardstick(space, at_most=1000, seed=0))
    sampled = evidence(labels, 4, space, yardstick(space, at_most=150, seed=0))
    assert len(exact.silhouettes) == len(space)
    assert len(sampled.silhouettes) == 150
    assert sampled.silhouette == pytest.approx(exact.silhouette, abs=0.05)
    assert sampled.davies_bouldin == exact.davies_bouldin


@given(st.lists(st.integers(0, 4), min_size=3, max_size=40), st.integers(0, 99))
def test_indices_are_those_of_scikit_learn(labels, seed):
    labels = np.array(labels)
    if not 1 < len(np.unique(labels)) < len(labels):
        return
    points = np.random.default_rng(seed).normal(size=(len(labels), 3))
    found = evidence(labels, 5, points, yardstick(points, at_most=100, seed=0))
    assert found.davies_bouldin == pytest.approx(davies_bouldin_score(points, labels))
    assert found.calinski_harabasz == pytest.approx(calinski_harabasz_score(points, labels))


@given(st.lists(st.integers(0, 4), min_size=3, max_size=40), st.integers(0, 99))
def test_silhouettes_are_those_of_scikit_learn(labels, seed):
    labels = np.array(labels)
    if not 1 < len(np.unique(labels)) < len(labels):
        (found,) = silhouettes(np.zeros((len(labels),) * 2, np.float32), [labels])
        assert (found == 0).all()
        return
    points = np.random.default_rng(seed).normal(size=(len(labels), 3))
    distances = yardstick(points, at_most=100, seed=0).distances
    others = np.arange(len(labels)) % 2
    found = silhouettes(distances, [labels, others])
    np.testing.assert_allclose(found[0], silhouette_samples(points, labels), atol=1e-5)
    np.testing.assert_allclose(found[1], silhouette_samples(points, others), atol=1e-5)


def test_inertia_is_that_of_k_means():
    points = segment_space(snapshot())
    fitted = KMeans(4, n_init=2, random_state=0).fit(points)
    assert inertia(points, fitted.labels_, 4) == pytest.approx(fitted.inertia_)


def test_the_gap_finds_three_groups():
    chance = np.random.default_rng(0)
    apart = np.concatenate([chance.normal(place, 0.2, (80, 3)) for place in (0, 5, 10)])
    gaps = gap_statistic(apart, [2, 3, 4, 5], seed=0)
    assert max(gaps, key=gaps.__getitem__) == 3


def test_a_tree_is_built_once_and_everyone_belongs_to_the_nearest_centroid():
    points = segment_space(snapshot())
    fit = AGGLOMERATIVE.prepare(points)
    for k in (2, 5):
        assigner = fit(k, {"linkage": "ward"}, 0)
        labels = assigner.predict(points)
        centroids = assigner._fit_X
        distances = np.linalg.norm(points[:, None] - centroids[None], axis=2)
        np.testing.assert_array_equal(labels, distances.argmin(axis=1))


def test_no_configuration_is_fitted_twice():
    from pipeline.segments import tuning

    space = segment_space(snapshot())
    bench = workbench(space, SegmentSettings(algorithm="kmeans"), scaler=RobustScaler(), seed=0)
    asked = []

    def fit(n_clusters, params, seed):
        asked.append((n_clusters, tuple(sorted(params.items()))))
        return bench.fits["kmeans"](n_clusters, params, seed)

    watched = bench._replace(fits={"kmeans": fit})
    settings = SegmentSettings(algorithm="kmeans", trials=60)
    found = tuning.tune(watched, [3, 4], settings, seed=0)
    assert len(asked) == len(set(asked)) < len(found.trials) == 60
    assert found.importances["importance"].sum() == pytest.approx(1, abs=1e-4)
    assert K_MEANS.name in found.trials["study"].iloc[0]


def test_only_the_way_differs():
    base = K_MEANS.defaults
    elkan = {**base, "algorithm": "elkan", "max_iter": 900}
    assert leads_to_the_same(K_MEANS, base, 20, elkan)
    assert not leads_to_the_same(K_MEANS, base, 300, elkan)
    assert not leads_to_the_same(K_MEANS, base, 20, {**base, "max_iter": 20})
    assert not leads_to_the_same(K_MEANS, base, 20, {**base, "init": "random"})
    points = segment_space(snapshot())
    taken = K_MEANS.prepare(points)(4, elkan, 0)
    asked = KMeans(4, random_state=0, **elkan).fit(points)
    np.testing.assert_array_equal(taken.labels_, asked.labels_)
    np.testing.assert_allclose(taken.cluster_centers_, asked.cluster_centers_)
    assert taken.n_iter_ == asked.n_iter_


def test_trials_are_answered_from_the_defaults():
    from pipeline.segments import tuning
    from pipeline.segments.candidates import untuned

    settings = SegmentSettings(algorithm="gaussian_mixture", trials=8)
    bench = workbench(segment_space(snapshot()), settings, scaler=RobustScaler(), seed=0)
    defaults = untuned(bench, [2, 3], seed=0)
    answered = tuning.tune(bench, [2, 3], settings, seed=0, fitted=defaults)
    anew = tuning.tune(bench, [2, 3], settings, seed=0)
    columns = ["study", "trial", "state", "params"]
    assert answered.trials[columns].equals(anew.trials[columns])
    assert answered.trials["value"].to_numpy() == pytest.approx(anew.trials["value"], abs=1e-6)
    assert all(each.tuned for each in answered.candidates)
