"""Clustering: what each index, trial and overlap says, and whom the overlap compares."""

import pandas as pd
import pytest
from dash import Dash

from portal.kit.cards import rows_of
from portal.kit.chart import Scope
from portal.pages.clustering import figures, queries
from portal.pages.clustering.candidates import summary
from portal.reading.filters import NO_FILTERS
from tests.portal.looking import looking

CANDIDATES = pd.DataFrame(
    {
        "algorithm": ["kmeans", "agglomerative"],
        "tuned": [0, 1],
        "n_clusters": [4, 6],
        "silhouette": [0.5, 0.3],
        "davies_bouldin": [0.9, 0.7],
        "inertia": [10.0, 8.0],
        "chosen": [1, 0],
        "verdict": ["chosen", "refused: a segment is too small"],
    }
)


@pytest.mark.parametrize(
    ("index", "expected"),
    [
        ("silhouette", "Silhouette alone would choose 4 segments by k-means with its defaults"),
        (
            "davies_bouldin",
            "Davies-Bouldin alone would choose 6 segments by Agglomerative tuned",
        ),
        ("inertia", "Inertia by number of segments"),
    ],
)
def test_an_index_chooses_the_highest_or_the_lowest(index: str, expected: str) -> None:
    assert figures.index_finding(CANDIDATES, index=index) == expected


def test_the_index_that_is_drawn_follows_the_choice() -> None:
    chosen = figures.index(CANDIDATES, Scope(choices={"index": "davies_bouldin"}))
    assert chosen.finding.startswith("Davies-Bouldin alone")
    unknown = figures.index(CANDIDATES, Scope(choices={"index": "no such"}))
    assert unknown.finding == "Inertia by number of segments"
    published = chosen.figure.data[-1]
    assert (list(published.x), list(published.y)) == ([4], [0.9])


def test_refused_clusterings_are_counted() -> None:
    assert summary(CANDIDATES).startswith("2 clusterings were fitted, 1 refused")


def test_customers_nearer_to_another_segment_count_by_the_size_of_theirs() -> None:
    silhouettes = pd.DataFrame(
        {
            "segment": ["A", "A", "B", "B"],
            "place": [0.0, 1.0, 0.0, 1.0],
            "silhouette": [-0.1, 0.4, 0.2, 0.3],
            "customers": [80, 80, 20, 20],
        }
    )
    assert figures.silhouette_finding(silhouettes).startswith("40 % of customers")


def test_trials_sizes_and_settings_are_put_in_words() -> None:
    trials = pd.DataFrame({"state": ["complete", "pruned", "pruned"]})
    assert figures.trial_finding(trials).startswith("3 trials, 2 refused")
    assert figures.trial_finding(trials.head(1)) == "1 trial, none refused"
    sizes = pd.DataFrame(
        {
            "algorithm": ["kmeans"] * 3,
            "tuned": [0, 0, 1],
            "n_clusters": [2, 2, 1],
            "customers": [90, 10, 100],
        }
    )
    assert "10.0 % of customers" in figures.size_finding(sizes)
    importances = pd.DataFrame(
        {"parameter": ["n_init", "max_iter", "n_init"], "importance": [0.9, 0.4, 0.1]}
    )
    assert figures.importance_finding(importances) == "“n init” matters most: 50 %"


def test_customers_stay_or_move_between_two_clusterings() -> None:
    overlaps = pd.DataFrame(
        {
            "left_segment": ["A", "A", "B"],
            "right_segment": ["A", "B", "B"],
            "customers": [60, 25, 15],
        }
    )
    assert figures.overlap_finding(overlaps) == (
        "75 % of customers are in a segment of the same name in both; 25 customers move"
    )


def test_the_overlap_is_of_the_two_finalists_chosen(app: Dash) -> None:
    with looking(app, "shop") as at:
        names = queries.finalists(at)
        first = rows_of(at, queries.overlaps(at))
        other = rows_of(at, queries.overlaps(at, left=names[1], right=names[0]))
        same = rows_of(at, queries.overlaps(at, left=names[0], right=names[0]))
        customers = at.customers
        sizes = rows_of(at, queries.sizes(at, NO_FILTERS))
    assert set(first["left"]) == {names[0]}
    assert set(first["right"]) == {names[1]}
    assert set(other["left"]) == {names[1]}
    assert first["customers"].sum() == other["customers"].sum() == customers
    assert same.empty
    assert set(sizes.groupby(["algorithm", "tuned", "n_clusters"])["customers"].sum()) == {
        customers
    }
