"""Clustering: what each index, trial and overlap says, and whom the overlap compares."""

import pandas as pd
import pytest
from dash import Dash

from portal.kit.cards import rows_of
from portal.kit.drawing.chart import Scope
from portal.pages.clustering import figures, queries, tried
from portal.pages.clustering.candidates import summary
from portal.reading.filters import NO_FILTERS
from portal.reading.statements import of_database
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
        "verdict": ["chosen", "refused: its smallest segment has 0.2 % of customers"],
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
    assert summary(CANDIDATES) == (
        "2 clusterings were fitted, 1 refused for a segment that is too small; all of them are"
        " shown."
    )
    repeating = CANDIDATES.assign(verdict=["chosen", "refused: it repeats the column “city”"])
    assert "1 refused for repeating a column under other names" in summary(repeating)
    assert "none refused" in summary(CANDIDATES.assign(verdict="chosen: the best"))
    many = pd.concat([CANDIDATES] * 10, ignore_index=True)
    assert "the published one and the 15 others with the highest silhouette" in summary(many)
    assert summary(CANDIDATES.head(1)).startswith("1 clustering was fitted")


def test_customers_nearer_to_another_segment_count_by_the_size_of_theirs() -> None:
    silhouettes = pd.DataFrame(
        {
            "segment": ["A", "A", "B", "B"],
            "place": [0.0, 1.0, 0.0, 1.0],
            "silhouette": [-0.1, 0.4, 0.2, 0.3],
            "customers": [80, 80, 20, 20],
            "nearer_elsewhere": [0.02, 0.02, 0.005, 0.005],
        }
    )
    assert figures.silhouette_finding(silhouettes) == (
        "1.7 % of customers lie nearer to another segment than to their own"
    )
    swapped = silhouettes.assign(nearer_elsewhere=[0.005, 0.005, 0.02, 0.02])
    assert figures.silhouette_finding(swapped).startswith("0.8 %")
    nobody = silhouettes.assign(nearer_elsewhere=0.0)
    assert figures.silhouette_finding(nobody).startswith("No customer lies nearer")
    older = silhouettes.assign(nearer_elsewhere=float("nan"))
    assert figures.silhouette_finding(older) == "Silhouettes of the published segments"


def test_who_lies_nearer_elsewhere_is_what_the_run_counted(app: Dash) -> None:
    with looking(app, "shop") as at:
        drawn = rows_of(at, queries.silhouettes(at, NO_FILTERS))
        counted = at.ask(
            of_database(
                "select sum(customers * nearer_elsewhere) / sum(customers) as share"
                " from segment_result where run_id = :run_id",
                run_id=at.run_id,
            )
        )["share"].iloc[0]
    assert counted > 0
    assert figures.silhouette_finding(drawn).startswith(f"{100 * counted:.1f} % of customers")


def test_trials_sizes_and_settings_are_put_in_words() -> None:
    trials = pd.DataFrame({"state": ["complete", "pruned", "pruned"]})
    assert tried.trial_finding(trials).startswith("3 trials, 2 refused")
    assert tried.trial_finding(trials.head(1)) == "1 trial, none refused"
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
        {
            "study": ["segments.kmeans", "segments.kmeans", "segments.agglomerative"],
            "parameter": ["n_clusters", "max_iter", "linkage"],
            "importance": [0.3, 0.7, 1.0],
        }
    )
    assert tried.importance_finding(importances) == (
        "k-means: “max iter” matters most, 70 % of what moved the silhouette"
    )
    turned = importances.assign(importance=[0.6, 0.4, 1.0])
    assert "“n clusters” matters most, 60 %" in tried.importance_finding(turned)
    assert tried.importance_finding(importances.tail(1)) == "Which settings matter"


def test_customers_stay_or_move_between_two_clusterings() -> None:
    overlaps = pd.DataFrame(
        {
            "left_segment": ["A", "A", "B"],
            "right_segment": ["A", "B", "B"],
            "customers": [60, 25, 15],
        }
    )
    assert tried.overlap_finding(overlaps) == (
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


PUBLISHED = {
    "algorithm": "kmeans", "tuned": True, "n_clusters": 4, "silhouette": 0.3,
    "stability": 0.9, "chosen": True,
}  # fmt: skip


@pytest.mark.parametrize(
    ("published", "rival", "said"),
    [
        ({}, {}, "silhouette 0.300, the highest of the finalists, and stability 0.90, highly"),
        ({}, {"silhouette": 0.4}, "1 finalist has a higher one but did not meet every rule."),
        ({"stability": 0.7}, {}, "no finalist is stable, and this one is the most so."),
        ({"stability": None}, {}, "how stable they are was not measured."),
    ],
)
def test_why_a_clustering_is_published_from_each_side(
    published: dict[str, float], rival: dict[str, float], said: str
) -> None:
    other = PUBLISHED | {"silhouette": 0.2, "stability": 0.8, "chosen": False} | rival
    rows = pd.DataFrame([PUBLISHED | published, other])
    found = figures.why(rows)
    assert found.startswith("4 segments by k-means are published: silhouette 0.3")
    assert said in found
    assert figures.why(rows.iloc[1:]) == "No clustering is published."


def test_stability_is_told_of_those_measured() -> None:
    rows = pd.DataFrame([PUBLISHED, PUBLISHED | {"stability": 0.5, "chosen": False}])
    assert figures.stability_finding(rows) == (
        "The published segments are highly stable; 1 of 2 finalists reach 0.75"
    )
    assert figures.stability_finding(rows.iloc[1:]) == "Stability of the finalists"
