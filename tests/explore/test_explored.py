"""The overview and the associations: known values, gaps, constants, segments, samples."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from pipeline.explore import stage
from pipeline.explore.stage import explored
from pipeline.features.attributes import BY_NAME

GENDERS = np.array(["Female", "Male", None], dtype=object)


@pytest.fixture(scope="module")
def customers() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    many = 400
    income = rng.normal(50_000, 9_000, many)
    spend = income / 60 + rng.normal(0, 120, many)
    income[:7] = np.nan
    return pd.DataFrame(
        {
            "customer_id": [str(number) for number in range(many)],
            "segment": np.where(
                np.arange(many) < 390, np.array(["A", "B"])[rng.integers(0, 2, many)], "C"
            ),
            "age": rng.integers(18, 70, many).astype(float),
            "income": income,
            "monetary": spend,
            "children": pd.array(rng.integers(0, 3, many), dtype="Int64"),
            "gender": GENDERS[rng.integers(0, 3, many)],
            "membership": "Gold",
            "response": np.where(spend > np.median(spend), "yes", "no"),
            "city": None,
            "is_vip": spend > 900,
        }
    )  # fmt: skip


def pair(
    found: pd.DataFrame, method: str, left: str, right: str, scope: str = "all"
) -> pd.Series:
    rows = found[
        (found[["scope", "method", "left", "right"]] == [scope, method, left, right]).all(
            axis=1
        )
    ]
    assert len(rows) == 1
    return rows.iloc[0]


def test_every_filled_attribute_in_its_order(customers):
    found = explored(customers, seed=1).attributes.set_index("attribute")
    assert list(found.index) == [
        "age",
        "gender",
        "income",
        "children",
        "membership",
        "monetary",
        "response",
    ]
    assert found["position"].tolist() == list(range(7))
    assert found.loc["income", "filled"] == 393
    assert found.loc["membership", ["role", "most_frequent"]].tolist() == ["constant", "Gold"]
    for name in ("income", "children"):
        known = customers[name].dropna().astype(float)
        row = found.loc[name]
        assert row["mean"] == pytest.approx(known.mean())
        assert row["deviation"] == pytest.approx(known.std())
        assert row["skew"] == pytest.approx(stats.skew(known, bias=False))
        assert [row["lowest"], row["median"], row["highest"]] == pytest.approx(
            [known.min(), known.median(), known.max()]
        )
        assert row["unit"] == BY_NAME[name].unit


def test_outliers_are_beyond_the_whiskers():
    frame = pd.DataFrame({"segment": "A", "age": [*range(20, 60), 400.0, 0.5]})
    frame["customer_id"] = frame.index.astype(str)
    assert explored(frame, seed=1).attributes.loc[0, "outliers"] == 1


def test_pearson_and_spearman_as_scipy_has_them(customers):
    found = explored(customers, seed=1).associations
    both = customers[["income", "monetary"]].dropna()
    for method, theirs in (
        ("pearson", stats.pearsonr(both["income"], both["monetary"])),
        ("spearman", stats.spearmanr(both["income"], both["monetary"])),
    ):
        row = pair(found, method, "income", "monetary")
        assert row["value"] == pytest.approx(theirs.statistic)
        assert row["p_value"] == pytest.approx(theirs.pvalue, rel=1e-6)
        assert row["customers"] == 393


def test_categories_only_by_phik_and_constants_not_at_all(customers):
    found = explored(customers, seed=1).associations
    with_gender = found[(found["left"] == "gender") | (found["right"] == "gender")]
    assert set(with_gender["method"]) == {"phik"}
    for name in ("membership", "city", "is_vip"):
        assert name not in set(found["left"]) | set(found["right"])
    assert pair(found, "phik", "monetary", "response")["value"] > 0.9
    assert pair(found, "pearson", "monetary", "response")["value"] > 0.6


def test_small_segments_have_none(customers):
    found = explored(customers, seed=1).associations
    assert set(found["scope"]) == {"all", "A", "B"}
    assert not found.duplicated(["scope", "method", "left", "right"]).any()


def test_what_is_left_out_is_said(customers, monkeypatch):
    monkeypatch.setattr(stage, "MOST_CUSTOMERS", 300)
    wordy = customers.assign(city=[f"city {number % 60}" for number in range(len(customers))])
    first, again, other = (explored(wordy, seed=seed) for seed in (1, 1, 2))
    assert [each.rule for each in first.findings] == [
        "constant",
        "many_values",
        "association_sample",
    ]
    assert first.associations["customers"].max() == 300
    pd.testing.assert_frame_equal(first.associations, again.associations)
    assert not first.associations.equals(other.associations)


def test_one_customer_and_none():
    frame = pd.DataFrame(
        {"customer_id": ["1"], "segment": ["A"], "age": [30.0], "gender": ["Male"]}
    )
    found = explored(frame, seed=1)
    assert len(found.attributes) == 2
    assert found.associations.empty
    assert explored(frame.iloc[:0], seed=1).attributes.empty
