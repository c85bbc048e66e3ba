"""From snapshots to published segments: shares, stability, names, degenerate shops."""

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import silhouette_samples
from sklearn.preprocessing import RobustScaler

from pipeline.features.rfm import MEASURES
from pipeline.run.progress import Silent
from pipeline.segments.algorithms import K_MEANS
from pipeline.segments.candidates import untuned, workbench
from pipeline.segments.choice import choose
from pipeline.segments.naming import BIG_SPENDERS, CHAMPIONS, name_clusters
from pipeline.segments.stage import EVERYONE, NEWCOMERS, Segments, segments
from pipeline.settings import OutlierSettings, SegmentSettings
from pipeline.strategy.names import LEAVING
from tests.segments.snapshots import EARLIER, NEWEST, completed, snapshot

QUICK = {"algorithm": "kmeans", "tuning": False, "bootstraps": 3}
EVERYTHING = {"algorithm": "best", "tuning": True, "trials": 6, "bootstraps": 2}


def grouped(
    customers: pd.DataFrame, *, seed: int = 0, outliers: str = "off", **settings
) -> Segments:
    chosen = SegmentSettings(**(QUICK | settings))
    outlying = OutlierSettings(method=outliers, share=0.05)
    return segments(customers, chosen, outlying=outlying, seed=seed, progress=Silent())


def assert_sound(found: Segments) -> None:
    """Check what holds of every published segmentation."""
    profiles = found.profiles
    chosen = found.clusterings[found.clusterings["chosen"]]
    assert len(chosen) == 1
    verdict = chosen["verdict"].item()
    assert (profiles["share"] >= 0.01).all() or "under 1 %" in verdict
    assert profiles["stability"].notna().all() or "under 1 %" in verdict
    assert len(profiles) <= chosen["n_clusters"].item()
    assert profiles["share"].sum() == pytest.approx(1, abs=1e-5)
    assert profiles["revenue_share"].sum() == pytest.approx(1, abs=1e-5)
    assert profiles["customers"].sum() == len(found.customers)
    assert profiles["segment"].is_unique
    assert profiles["position"].tolist() == list(range(len(profiles)))
    assert profiles["monetary"].is_monotonic_decreasing
    assert found.clusterings["verdict"].str.len().min() > 10
    means = found.customers.groupby("segment")[["recency_days", "monetary"]].mean()
    if CHAMPIONS in means.index:
        assert means.loc[CHAMPIONS, "monetary"] == means["monetary"].max()
        assert means.loc[CHAMPIONS, "recency_days"] == means["recency_days"].min()
    else:
        assert means.loc[BIG_SPENDERS, "monetary"] == pytest.approx(means["monetary"].max())
        assert means.loc[BIG_SPENDERS, "recency_days"] > means["recency_days"].min()


@pytest.mark.parametrize("k", range(2, 9))
def test_whatever_the_seed_and_number(k: int):
    """VIP Champions, where the name is given, spend most and came last."""
    for seed in range(5):
        found = grouped(snapshot(seed), seed=seed, k=(k, k), evidence=(k, k), bootstraps=2)
        assert_sound(found)


def test_the_chosen_has_the_highest_silhouette_of_the_stable():
    found = grouped(snapshot(), bootstraps=6)
    assert_sound(found)
    table = found.clusterings
    assert sorted(table["n_clusters"]) == list(range(2, 11))
    finalists = table[table["stability"].notna()]
    assert finalists["n_clusters"].isin([4, 5, 6]).all()
    stable = finalists[finalists["stability"] >= 0.75]
    chosen = table[table["chosen"]].iloc[0]
    if len(stable):
        assert chosen["silhouette"] == stable["silhouette"].max()
    else:
        assert chosen["stability"] == finalists["stability"].max()
    outside = table[~table["n_clusters"].between(4, 6)]
    assert outside["verdict"].str.contains("outside the published range|smallest").all()


def test_unstable_ones_give_way_to_the_most_stable():
    found = grouped(snapshot(), k=(6, 8), least_stability=1.0, bootstraps=4)
    chosen = found.clusterings[found.clusterings["chosen"]].iloc[0]
    assert "none reaches a stability of 1.00" in chosen["verdict"]
    assert chosen["stability"] == found.clusterings["stability"].max()


def test_too_small_ones_are_published_with_a_word():
    found = grouped(snapshot(), least_share=0.4)
    chosen = found.clusterings[found.clusterings["chosen"]].iloc[0]
    assert "every number in range has a segment under 40 %" in chosen["verdict"]
    assert chosen["smallest_share"] == found.clusterings["smallest_share"].max()
    assert "under 40 %" in found.findings[0].explanation


@pytest.mark.parametrize("k", range(2, 9))
@pytest.mark.parametrize("most_days", [0, 25])
def test_where_all_ordered_of_late_nobody_is_called_lost(k: int, most_days: int):
    """A shop of a single day, and one of few weeks, has nobody lost or at risk."""
    customers = snapshot()
    recency = customers["recency_days"] * most_days // customers["recency_days"].max()
    names = name_clusters(customers.assign(recency_days=recency), np.arange(len(customers)) % k)
    assert not set(names.values()) & set(LEAVING)
    assert len(set(names.values())) == k


def test_whom_nobody_has_seen_for_long_is_called_lost():
    customers = snapshot()
    labels = np.repeat(np.arange(5), [30, 50, 50, 70, 15])
    names = name_clusters(customers, labels)
    assert names[3] == "Lost or Hibernating"
    recent = customers.assign(recency_days=customers["recency_days"].clip(upper=29))
    assert not set(name_clusters(recent, labels).values()) & set(LEAVING)


def test_names_do_not_follow_numbers():
    customers = snapshot()
    labels = np.repeat(np.arange(5), [30, 50, 50, 70, 15])
    names = pd.Series(labels).map(name_clusters(customers, labels))
    assert names.nunique() == 5
    for seed in range(10):
        renamed = np.random.default_rng(seed).permutation(5)[labels]
        assert (pd.Series(renamed).map(name_clusters(customers, renamed)) == names).all()


def test_names_do_not_follow_numbers_where_clusters_tie():
    """Two clusters alike in every measure keep their names by who is in them."""
    customers = completed(
        pd.DataFrame({m: [1.0, 1.0, 5.0, 5.0, 9.0, 9.0, 9.0, 9.0] for m in MEASURES})
    )
    labels = np.array([0, 0, 1, 1, 2, 2, 3, 3])
    names = pd.Series(labels).map(name_clusters(customers, labels))
    for order in ([3, 2, 1, 0], [1, 0, 3, 2], [0, 1, 3, 2]):
        renamed = np.array(order)[labels]
        assert (pd.Series(renamed).map(name_clusters(customers, renamed)) == names).all()


@pytest.mark.parametrize("k", [2, 5, 6, 11, 14])
def test_names_are_distinct(k: int):
    customers = snapshot()
    labels = np.arange(len(customers)) % k
    names = name_clusters(customers, labels)
    assert sorted(names) == list(range(k))
    assert len(set(names.values())) == k


def test_earlier_customers_are_assigned_by_the_newest_model():
    before = snapshot(1, as_of=EARLIER).iloc[:150]
    found = grouped(pd.concat([before, snapshot(0)], ignore_index=True))
    assert len(found.assignments) == 150 + len(snapshot(0))
    assert found.assignments["segment"].notna().all()
    assert set(found.customers["as_of"]) == {NEWEST}
    assert found.moves["customers"].sum() == len(found.customers)
    newcomers = found.moves[found.moves["before"] == NEWCOMERS]
    assert newcomers["customers"].sum() == len(found.customers) - 150


def test_who_lies_nearer_to_another_segment_is_counted_exactly():
    """By scikit-learn's silhouettes over the whole of the customers."""
    found = grouped(snapshot())
    points = RobustScaler().fit_transform(np.log1p(found.customers[MEASURES].to_numpy(float)))
    segments_of = found.customers["segment"]
    below = pd.Series(silhouette_samples(points, segments_of) < 0).groupby(segments_of).mean()
    stored = found.profiles.set_index("segment")["nearer_elsewhere"]
    assert stored[below.index].tolist() == pytest.approx(below.tolist(), abs=1e-6)
    assert stored.max() > 0


def test_one_snapshot_alone_has_no_moves():
    assert grouped(snapshot()).moves.empty


def test_the_stored_model_gives_the_published_segments():
    found = grouped(snapshot())
    space = np.log1p(found.customers[MEASURES].to_numpy(dtype=float))
    labels = pd.Series(found.model.predict(space))
    pairs = pd.DataFrame({"label": labels, "segment": found.customers["segment"]})
    assert len(pairs.drop_duplicates()) == labels.nunique() == len(found.profiles)


def test_samples_keep_the_proportions_of_segments():
    customers = grouped(snapshot()).customers
    assert customers["sample_position"].between(0, 1, inclusive="right").all()
    sizes = customers["segment"].value_counts()
    for share in (0.1, 0.25, 0.5, 0.9, 1.0):
        sample = customers[customers["sample_position"] <= share]
        drawn = sample["segment"].value_counts().reindex(sizes.index, fill_value=0)
        assert (abs(drawn - share * sizes) <= 0.5 + 1e-9).all()


DEGENERATE = {
    "all equal": pd.DataFrame(
        {"recency_days": [5] * 40, "frequency": [2] * 40, "monetary": [9.5] * 40}
    ),
    "two points": pd.DataFrame(
        {"recency_days": [1, 90] * 20, "frequency": [9, 1] * 20, "monetary": [900.0, 5] * 20}
    ),
    "nine customers": snapshot()[MEASURES].iloc[::25].iloc[:9],
    "one customer": snapshot()[MEASURES].iloc[:1],
}


@pytest.mark.parametrize("name", DEGENERATE)
def test_too_few_to_group_is_said(name: str):
    for outliers in ("off", "mark"):
        found = grouped(completed(DEGENERATE[name]), outliers=outliers)
        assert found.profiles["segment"].tolist() == [EVERYONE]
        assert found.profiles["customers"].tolist() == [len(DEGENERATE[name])]
        assert found.model is None
        assert found.findings[0].rule == "refused"


UNUSUAL = {
    "ten customers": snapshot()[MEASURES].iloc[::21].iloc[:10],
    "five points": pd.DataFrame({m: [1.0, 2.0, 30.0, 400.0, 5000.0] * 8 for m in MEASURES}),
    "one order each": snapshot()[MEASURES].assign(frequency=1),
    "one day": snapshot()[MEASURES].assign(recency_days=0),
    "one price": snapshot()[MEASURES].assign(monetary=1.0),
    "one giant": pd.concat(
        [
            snapshot()[MEASURES],
            pd.DataFrame({"recency_days": [0], "frequency": [90_000], "monetary": [1e12]}),
        ]
    ),
    "fractions of pence": snapshot()[MEASURES].assign(monetary=0.0001),
}


@pytest.mark.parametrize("name", UNUSUAL)
def test_unusual_shops_end_in_sound_segments(name: str):
    for settings in (QUICK, EVERYTHING):
        found = grouped(completed(UNUSUAL[name].reset_index(drop=True)), **settings)
        assert_sound(found)
        assert found.profiles.notna().drop(columns="stability").all(axis=None)


def test_every_algorithm_is_compared_with_and_without_tuning():
    found = grouped(snapshot(), **(EVERYTHING | {"trials": 12}))
    assert_sound(found)
    table = found.clusterings
    assert not table.duplicated(["algorithm", "tuned", "n_clusters"]).any()
    untuned = table[~table["tuned"]].groupby("algorithm")["n_clusters"].apply(list)
    assert sorted(untuned.index) == ["agglomerative", "gaussian_mixture", "kmeans"]
    assert untuned.map(lambda numbers: numbers == list(range(2, 11))).all()
    assert set(table.loc[table["tuned"], "algorithm"]) == set(untuned.index)
    assert found.trials.groupby("study").size().tolist() == [12, 12, 12]
    assert set(found.trials["state"]) <= {"complete", "pruned"}
    assert table.loc[table["gap"].notna(), "algorithm"].eq("kmeans").all()
    assert (table["bic"].notna() == (table["algorithm"] == "gaussian_mixture")).all()
    sums = found.sizes.groupby(["algorithm", "tuned", "n_clusters"])["customers"].sum()
    assert (sums == len(found.customers)).all()
    finalists = table["stability"].notna().sum()
    pairs = found.overlaps.groupby(["left", "right"])["customers"].sum()
    assert len(pairs) == finalists * (finalists - 1)
    assert (pairs == len(found.customers)).all()


@pytest.mark.parametrize("trials", [3, 15])
def test_tuning_tries_every_number_that_may_be_published_and_no_other(trials: int):
    for seed in range(3):
        found = grouped(snapshot(seed), **(EVERYTHING | {"trials": trials}), seed=seed)
        asked = found.trials.assign(
            k=[json.loads(params)["n_clusters"] for params in found.trials["params"]]
        )
        for study, some in asked.groupby("study"):
            assert set(some["k"]) == {4, 5, 6}, study
            assert 4 in set(some.loc[some["state"] == "complete", "k"]), study
        assert set(asked["study"]) == {
            "segments.kmeans", "segments.agglomerative", "segments.gaussian_mixture",
        }  # fmt: skip
        assert sorted(found.clusterings["n_clusters"].unique()) == list(range(2, 11))


def judged_by(table: pd.DataFrame, *, k: tuple[int, int] = (4, 6)) -> pd.Series:
    """Choose as the definition has it, from the published table alone."""
    may = table[table["n_clusters"].between(*k) & (table["smallest_share"] >= 0.01)]
    stable = may[may["stability"] >= 0.75]
    if len(stable):
        return stable.sort_values("silhouette", ascending=False, kind="stable").iloc[0]
    return may.sort_values("stability", ascending=False, kind="stable").iloc[0]


def test_the_published_number_is_the_one_of_the_definition():
    for seed in range(4):
        found = grouped(snapshot(seed), **EVERYTHING, finalists=1, seed=seed)
        expected = judged_by(found.clusterings)
        chosen = found.clusterings[found.clusterings["chosen"]].iloc[0]
        for column in ("silhouette", "stability", "n_clusters"):
            assert chosen[column] == pytest.approx(expected[column])


def test_no_finalist_is_passed_over_before_a_stable_one_was_found():
    settings = SegmentSettings(finalists=1, least_stability=0.75)
    bench = workbench(
        np.log1p(snapshot()[MEASURES].to_numpy()), settings, scaler=RobustScaler(), seed=0
    )
    found = [each for each in untuned(bench, [4, 5, 6], seed=0) if each.algorithm is K_MEANS]
    order = sorted(range(3), key=lambda i: -found[i].evidence.silhouette)
    steady = {id(found[order[2]].labels)}
    judged = choose(found, settings, lambda each: (0.9 if id(each.labels) in steady else 0.5,))
    assert [each.chosen for each in judged].index(True) == order[2]
    assert all(each.stabilities for each in judged)
    none = choose(found, settings, lambda each: (0.5 + each.n_clusters / 100,))
    chosen = next(each for each in none if each.chosen)
    assert chosen.candidate.n_clusters == 6
    first = choose(found, settings, lambda _: (0.9,))
    assert [each.chosen for each in first].index(True) == order[0]
    assert sum(each.stabilities is not None for each in first) == 1


def test_one_customer_against_all_others_is_refused():
    """Single linkage on a giant has the highest silhouette and is not published."""
    giant = completed(UNUSUAL["one giant"].reset_index(drop=True))
    found = grouped(giant, **(EVERYTHING | {"trials": 25, "algorithm": "agglomerative"}))
    chosen = found.clusterings[found.clusterings["chosen"]].iloc[0]
    assert chosen["smallest_share"] >= 0.01
    refused = found.trials[found.trials["state"] == "pruned"]
    assert len(refused)
    assert refused["value"].max() > chosen["silhouette"]
    assert found.clusterings["verdict"].str.startswith("refused").any()


def test_the_same_seed_gives_the_same_everything():
    one, other = (grouped(snapshot(), **EVERYTHING) for _ in range(2))
    for name in ("customers", "clusterings", "sizes", "overlaps", "importances", "voxels"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))
    timeless = [trials.drop(columns="seconds") for trials in (one.trials, other.trials)]
    pd.testing.assert_frame_equal(*timeless)


@pytest.mark.parametrize("method", ["mark", "cap", "remove"])
def test_outliers(method: str):
    giant = completed(UNUSUAL["one giant"].reset_index(drop=True))
    found = grouped(giant, outliers=method)
    assert_sound(found)
    expected = round(0.05 * len(giant))
    who = giant["customer_id"].iloc[-1]
    if method == "remove":
        assert len(giant) - len(found.customers) == pytest.approx(expected, abs=1)
        assert who not in set(found.customers["customer_id"])
    else:
        flagged = found.customers[found.customers["is_outlier"]]
        assert len(flagged) == pytest.approx(expected, abs=1)
        assert who in set(flagged["customer_id"])
        assert flagged["segment"].notna().all()
    assert found.findings[1].rows == pytest.approx(expected, abs=1)


def test_cells_hold_everybody():
    found = grouped(snapshot())
    assert found.voxels["customers"].sum() == len(found.customers)
    assert len(found.voxels) <= 20**3
    assert set(found.voxels["segment"]) <= set(found.customers["segment"])
    for measure in MEASURES:
        values = found.customers[measure]
        assert found.voxels[measure].between(values.min() * 0.9, values.max() * 1.1).all()


def test_the_plane_keeps_what_differs_most():
    found = grouped(snapshot())
    explained = found.loadings.drop_duplicates("component")["explained"]
    assert explained.is_monotonic_decreasing
    assert 0.5 < explained.sum() <= 1
    lengths = found.loadings.groupby("component")["loading"].apply(lambda part: (part**2).sum())
    assert lengths.tolist() == pytest.approx([1, 1], abs=1e-5)
    largest = found.loadings.loc[found.loadings.groupby("component")["loading"].idxmax()]
    assert (largest["loading"] > 0).all()
