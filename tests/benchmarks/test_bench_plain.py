"""The plain way does what the product's settings ask for, also what they may ask one day."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from pipeline.settings import SegmentSettings
from tests.benchmarks import plain_segments

TODAY = {
    "algorithm": "kmeans", "starts": 2, "k": (2, 3), "evidence": (2, 4), "bootstraps": 2,
    "least_share": 0.01, "least_stability": 0.75, "exact_customers": 6_000,
}  # fmt: skip
TUNED = {**TODAY, "algorithm": "best", "tuning": True, "trials": 3, "tree_customers": 40}


@pytest.fixture
def snapshots() -> pd.DataFrame:
    """Two snapshots of customers in three clouds."""
    generator = np.random.default_rng(0)
    days = [pd.Timestamp("2025-01-01"), pd.Timestamp("2025-01-31")]
    cloud = np.repeat([1.0, 3.0, 5.0], 20)
    measures = np.expm1(cloud[:, None] + generator.normal(0, 0.1, (60, 3)))
    frame = pd.DataFrame(measures, columns=plain_segments.MEASURES)
    frame["customer_id"] = [f"{place:03}" for place in range(60)]
    return pd.concat([frame.assign(as_of=day) for day in days], ignore_index=True)


def test_the_product_s_own_settings_are_understood():
    settings = SegmentSettings()
    assert set(plain_segments.algorithms(settings)) <= set(plain_segments.EVERY_ALGORITHM)
    assert plain_segments.trials(settings) >= 0


def test_k_means_alone_without_tuning(snapshots: pd.DataFrame):
    found = plain_segments.segments(snapshots, SimpleNamespace(**TODAY), seed=0)
    assert found["clustering"][["algorithm", "tuned", "n_clusters"]].to_numpy().tolist() == [
        ["kmeans", False, k] for k in (2, 3, 4)
    ]
    assert found["segment"]["customers"].tolist() == [20, 20, 20]
    assert found["trial"].empty


def test_three_algorithms_untuned_and_tuned(snapshots: pd.DataFrame):
    found = plain_segments.segments(snapshots, SimpleNamespace(**TUNED), seed=0)
    clusterings, trials = found["clustering"], found["trial"]
    for algorithm in plain_segments.EVERY_ALGORITHM:
        some = clusterings[clusterings["algorithm"] == algorithm]
        assert some.loc[~some["tuned"], "n_clusters"].tolist() == [2, 3, 4]
        assert some["tuned"].any()
        assert (trials["study"] == algorithm).sum() == 3
    assert found["segment"]["customers"].tolist() == [20, 20, 20]


def test_trials_count_only_where_the_product_tunes():
    settings = SimpleNamespace(**{**TUNED, "tuning": False})
    assert plain_segments.trials(settings) == 0
