"""Whether clusters come back: Jaccard similarities, and the silhouette's yardstick."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.segments.candidates import candidates
from pipeline.segments.evidence import evidence, yardstick
from pipeline.segments.space import segment_space
from pipeline.segments.stability import best_jaccard, jaccard_stability
from pipeline.settings import SegmentSettings
from tests.segments.shops import snapshot

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


def test_clusters_far_apart_are_stable_and_cuts_through_one_are_not():
    chance = np.random.default_rng(0)
    apart = np.concatenate([chance.normal(place, 0.05, (60, 3)) for place in (0, 5, 10)])
    one = chance.normal(0, 1, (180, 3))
    settings = SegmentSettings(k=(3, 3), evidence=(3, 3), starts=3)
    stabilities = []
    for space in (apart, one):
        (candidate,) = candidates(space, settings, seed=1)
        stabilities.append(
            jaccard_stability(candidate, space, bootstraps=6, at_most=500, seed=1)
        )
    assert stabilities[0] == pytest.approx([1, 1, 1])
    assert stabilities[1].mean() < 0.75


def test_a_sample_measures_nearly_the_same_silhouette():
    space = segment_space(snapshot())
    settings = SegmentSettings(k=(4, 4), evidence=(4, 4), starts=2)
    (candidate,) = candidates(space, settings, seed=0)
    exact = evidence(candidate, space, yardstick(space, at_most=1000, seed=0))
    sampled = evidence(candidate, space, yardstick(space, at_most=150, seed=0))
    assert len(exact.silhouettes) == len(space)
    assert len(sampled.silhouettes) == 150
    assert sampled.silhouette == pytest.approx(exact.silhouette, abs=0.05)
    assert sampled.davies_bouldin == exact.davies_bouldin
