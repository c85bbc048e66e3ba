"""Segments under other names: everywhere at once, and nothing else."""

import pandas as pd

from pipeline.quality.findings import Finding
from pipeline.segments.renaming import renamed
from pipeline.segments.stage import Segments, finalist_key


def grouped() -> Segments:
    nothing = pd.DataFrame()
    named = pd.DataFrame({"segment": ["At Risk", "Average Customers", "Other"]})
    frames = {
        name: named.copy()
        for name in ("assignments", "customers", "profiles", "shapes", "silhouettes", "voxels")
    }
    return Segments(
        **frames,
        moves=pd.DataFrame({"before": ["At Risk"], "after": ["Other"], "customers": [3]}),
        clusterings=nothing,
        sizes=nothing,
        overlaps=pd.DataFrame(
            {
                "left": ["kmeans, tuned, 3", "ward, tuned, 3"],
                "right": ["ward, tuned, 3", "kmeans, tuned, 3"],
                "left_segment": ["At Risk", "At Risk"],
                "right_segment": ["Average Customers", "Average Customers"],
                "customers": [1, 1],
            }
        ),
        trials=nothing,
        importances=nothing,
        loadings=nothing,
        agreements=nothing,
        model=None,
        inputs=(),
        cluster_names=("At Risk", None, "Average Customers"),
        findings=(
            Finding("segments", "doubt", "At Risk is doubtful", "At Risk and At Riskier.", 0),
        ),
    )


NAMES = {"At Risk": "Average Customers", "Average Customers": "At Risk"}


def test_names_change_in_every_frame_at_once():
    found = renamed(grouped(), NAMES, published="kmeans, tuned, 3")
    for name in ("assignments", "customers", "profiles", "shapes", "silhouettes", "voxels"):
        assert list(getattr(found, name)["segment"]) == [
            "Average Customers", "At Risk", "Other",
        ], name  # fmt: skip
    assert found.moves.iloc[0].tolist() == ["Average Customers", "Other", 3]
    assert found.cluster_names == ("Average Customers", None, "At Risk")
    (finding,) = found.findings
    assert finding.title == "Average Customers is doubtful"
    assert finding.explanation == "Average Customers and At Riskier."


def test_other_clusterings_keep_the_names_of_their_segments():
    found = renamed(grouped(), NAMES, published="kmeans, tuned, 3").overlaps
    assert list(found["left_segment"]) == ["Average Customers", "At Risk"]
    assert list(found["right_segment"]) == ["Average Customers", "At Risk"]


def test_no_new_name_changes_nothing():
    whole = grouped()
    assert renamed(whole, {}, published=None) is whole


def test_the_published_clustering_is_named_as_in_the_table_of_overlaps():
    row = pd.Series({"algorithm": "kmeans", "tuned": True, "n_clusters": 4})
    assert finalist_key(row) == "kmeans, tuned, 4"
