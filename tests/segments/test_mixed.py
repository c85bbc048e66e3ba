"""Segments of numbers and categories together: fair weights, no column in disguise, names."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import (
    calinski_harabasz_score,
    davies_bouldin_score,
    homogeneity_score,
    silhouette_score,
)

from pipeline.features.attributes import ATTRIBUTES
from pipeline.run.progress import Silent
from pipeline.segments.agreement import (
    agreements,
    coded,
    disguised_column,
    told_by,
)
from pipeline.segments.distinguishing import name_by_profile, personas
from pipeline.segments.mixed import input_attributes, mixed_space
from pipeline.segments.space import prepare
from pipeline.segments.stage import segments
from pipeline.settings import OutlierSettings, SegmentSettings

ROLES = ("spend", "behaviour")


def buyers(*, size: int = 300, seed: int = 0) -> pd.DataFrame:
    """Make up customers of three habits, spread evenly over cities."""
    rng = np.random.default_rng(seed)
    habit = np.arange(size) % 3
    wines = np.array([20.0, 200.0, 900.0])[habit] * rng.lognormal(0, 0.2, size)
    return pd.DataFrame(
        {
            "as_of": "2014-06-29",
            "customer_id": [f"{number:04}" for number in range(size)],
            "spend_wines": wines,
            "spend_meat": wines * rng.lognormal(0, 0.2, size),
            "monetary": wines * 2,
            "frequency": 3.0,
            "recency_days": rng.integers(0, 100, size).astype(float),
            "service_type": np.where(rng.random(size) < 0.5, "standard", "premium"),
            "city": np.array(["Rome", "Oslo", "Bern"])[rng.integers(0, 3, size)],
            "country": None,
            "income": np.where(rng.random(size) < 0.1, np.nan, wines * 40),
        }
    )


def test_every_attribute_weighs_the_same():
    customers = buyers()
    space = mixed_space(customers, ROLES)
    assert space.inputs == ("recency_days", "spend_wines", "spend_meat", "service_type")
    encoder = dict(space.steps)["encode"]
    encoded = pd.DataFrame(
        encoder.transform(prepare(customers, space.inputs)),
        columns=encoder.get_feature_names_out(),
    )
    variance = encoded.var(ddof=0)
    by_input = {
        name: variance[[c for c in encoded if name in c]].sum() for name in space.inputs
    }
    assert by_input == pytest.approx(dict.fromkeys(space.inputs, 1.0))


def test_identifiers_targets_and_labels_are_no_inputs():
    customers = buyers().assign(activity="x", response="yes", is_vip=True)
    customers.loc[:9, ["activity", "response"]] = ["y", "no"]
    every_role = {known.role for known in ATTRIBUTES} - {"target", "rule"}
    inputs = input_attributes(customers, sorted(every_role))
    assert not {"customer_id", "as_of", "activity", "response", "is_vip"} & set(inputs)


def test_a_constant_is_no_input_and_a_gap_is_filled():
    customers = buyers().assign(service_type="standard")
    customers.loc[:20, "spend_meat"] = np.nan
    space = mixed_space(customers, ROLES)
    assert "service_type" not in space.inputs
    assert np.isfinite(space.encode(customers)).all()


def test_spend_as_a_whole_counts_where_it_is_not_split():
    whole = buyers().drop(columns=["spend_wines", "spend_meat"])
    assert "monetary" in input_attributes(whole, ROLES)
    assert "monetary" not in input_attributes(buyers(), ROLES)


def grouped(customers: pd.DataFrame, *, outliers: str = "mark", **settings: object):
    return segments(
        customers,
        SegmentSettings(algorithm="kmeans", tuning=False, bootstraps=4, **settings),
        outlying=OutlierSettings(method=outliers),
        seed=0,
        progress=Silent(),
        space_of=lambda newest: mixed_space(newest, ROLES),
    )


def test_indices_are_measured_on_the_inputs_and_not_on_their_projection():
    """By scikit-learn on the standardised inputs, made here by hand."""
    customers = buyers()
    found = grouped(customers, k=3)
    numbers = customers[["recency_days", "spend_wines", "spend_meat"]]
    numbers = numbers.apply(lambda each: np.log1p(each) if each.skew() > 1 else each)
    inputs = (numbers - numbers.mean()) / numbers.std(ddof=0)
    shares = customers["service_type"].value_counts(normalize=True)
    weight = 1 / np.sqrt((shares * (1 - shares)).sum())
    for level in shares.index:
        inputs[level] = (customers["service_type"] == level) * weight
    points, labels = inputs.to_numpy(), found.customers["segment"]
    chosen = found.clusterings[found.clusterings["chosen"]].iloc[0]
    assert chosen["silhouette"] == pytest.approx(silhouette_score(points, labels), abs=1e-4)
    assert chosen["davies_bouldin"] == pytest.approx(
        davies_bouldin_score(points, labels), abs=1e-5
    )
    assert chosen["calinski_harabasz"] == pytest.approx(
        calinski_harabasz_score(points, labels), rel=1e-5
    )
    projected = silhouette_score(mixed_space(customers, ROLES).encode(customers), labels)
    assert projected > chosen["silhouette"] + 0.05
    variances = np.linalg.eigvalsh(np.cov(points.T))[::-1]
    explained = found.loadings.drop_duplicates("component")["explained"]
    assert explained.tolist() == pytest.approx(
        (variances[:2] / variances.sum()).tolist(), abs=1e-5
    )
    assert explained.sum() < 0.95


def test_the_space_is_made_anew_from_other_customers():
    customers = buyers()
    space = mixed_space(customers, ROLES)
    few = customers.iloc[:40].assign(service_type="standard")
    again = space.refitted(few)
    assert "service_type" not in again.inputs
    assert again.encode(customers).shape[0] == 300
    assert not np.allclose(again.encode(customers)[:, :2], space.encode(customers)[:, :2])


@pytest.mark.parametrize("method", ["cap", "mark"])
def test_stability_makes_the_space_anew_whatever_is_done_with_outliers(method: str):
    found = grouped(buyers().assign(service_type="standard"), k=3, outliers=method)
    assert found.profiles["stability"].between(0.75, 1).all()


def test_habits_are_found_and_named():
    found = grouped(buyers(), k=3)
    sizes = found.customers.groupby("segment")["monetary"].agg(["size", "mean"])
    assert len(sizes) == 3
    assert sizes["size"].between(90, 110).all()
    assert sizes["mean"].idxmax() == "Top Spenders"
    assert found.moves.empty
    assert found.voxels["customers"].sum() == 300
    assert set(found.agreements["attribute"]) >= {"city", "spend_wines"}


def test_one_column_in_disguise_is_refused_or_said():
    """Six cities that each buy alike: the segments are the cities (as in a public project)."""
    customers = buyers(size=600).assign(service_type="standard")
    city = np.arange(600) % 6
    rng = np.random.default_rng(1)
    customers["city"] = np.array(list("ABCDEF"))[city]
    customers["spend_wines"] = 3.0**city * 50 * rng.lognormal(0, 0.02, 600)
    customers["spend_meat"] = customers["spend_wines"]
    customers["monetary"] = customers["spend_wines"] * 2
    customers["recency_days"] = city * 10 + rng.random(600)
    found = grouped(customers, k=6)
    chosen = found.clusterings[found.clusterings["chosen"]].iloc[0]
    assert "repeats the column “city”" in chosen["verdict"]
    assert found.agreements.set_index("attribute")["mutual_information"]["city"] > 0.9


@given(st.lists(st.tuples(st.integers(-1, 3), st.integers(-1, 9)), min_size=1, max_size=60))
def test_what_a_column_tells_is_that_of_scikit_learn(pairs: list[tuple[int, int]]):
    left, right = np.array(pairs).T
    expected = homogeneity_score(left, right)
    assert told_by(left, right) == pytest.approx(expected, abs=1e-9)
    assert told_by(left, left) == pytest.approx(1)


def test_what_a_column_tells_knows_its_ends():
    labels = np.arange(400) % 4
    columns = coded(
        pd.DataFrame({"city": np.array(list("abcd"))[labels], "gender": ["x", "y"] * 200}),
        ["city", "gender"],
    )
    rng = np.random.default_rng(0)
    assert agreements(labels, columns)["city"] == pytest.approx(1)
    assert agreements(rng.integers(0, 4, 400), columns)["city"] < 0.05
    assert "city" in str(disguised_column(labels, columns))
    merged = labels // 2  # each segment is a union of two cities
    assert agreements(merged, columns)["city"] == pytest.approx(1)
    assert "city" in str(disguised_column(merged, columns))
    assert disguised_column(rng.integers(0, 4, 400), columns) is None


def test_names_are_distinct_and_personas_compare_with_everybody():
    customers = buyers()
    labels = np.arange(300) % 6
    names = name_by_profile(customers, labels)
    assert len(set(names.values())) == len(names) == 6
    told = personas(customers.assign(segment=[names[label] for label in labels]))
    assert all(sentence.startswith("Spend ") for sentence in told.values())
