"""The engagement score is the sum of its parts, and says so."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.strategy.engagement import PARTS, by_segment, engagement, explained
from pipeline.strategy.playbook import EngagementWeights, default_playbook

WEIGHTS = EngagementWeights(recency=40, frequency=30, monetary=10, order_probability=20)
scores = st.one_of(st.none(), st.integers(1, 5))
rows = st.lists(
    st.tuples(scores, scores, scores, st.one_of(st.none(), st.floats(0, 1))),
    min_size=1,
    max_size=10,
)


def frame(rows: list[tuple[float | None, ...]]) -> pd.DataFrame:
    columns = ["r_score", "f_score", "m_score", "order_probability_90d"]
    return pd.DataFrame(rows, columns=columns).astype(float)


def test_by_hand() -> None:
    found = engagement(frame([(5, 3, 1, 0.25)]), WEIGHTS).iloc[0]
    assert found["recency_points"] == 40
    assert found["frequency_points"] == 15
    assert found["monetary_points"] == 0
    assert found["order_probability_points"] == 5
    assert found["engagement"] == 60
    assert explained(found) == (
        "60 of 100: 40 of 40 for how recently they ordered, 15 of 30 for how often they"
        " ordered, 5 of 20 for how probable an order in the next 90 days is, 0 of 10 for how"
        " much they spent."
    )


def test_the_weight_of_what_is_not_known_goes_to_the_rest() -> None:
    found = engagement(frame([(5, 3, 1, None)]), WEIGHTS).iloc[0]
    assert found["recency_most"] == 50
    assert found["engagement"] == 50 + 37.5 / 2
    assert "probable" not in explained(found)


@given(rows)
def test_parts_add_up_and_stay_within_100(rows: list[tuple[float | None, ...]]) -> None:
    customers = frame(rows)
    found = engagement(customers, WEIGHTS)
    known = customers.notna().any(axis=1)
    assert (found["engagement"].notna() == known).all()
    some = found[known]
    points = some[[f"{part}_points" for part in PARTS]]
    most = some[[f"{part}_most" for part in PARTS]]
    assert np.allclose(points.sum(axis=1), some["engagement"])
    assert np.allclose(most.sum(axis=1), 100)
    assert (points.to_numpy() <= most.to_numpy() + 1e-9).all()
    assert some["engagement"].between(-1e-9, 100 + 1e-9).all()


def test_forms_without_scores_have_no_engagement() -> None:
    found = engagement(pd.DataFrame({"customer_id": ["a"]}), WEIGHTS).iloc[0]
    assert np.isnan(found["engagement"])
    assert explained(found).startswith("No engagement score")


def test_segments_are_the_means_of_their_customers() -> None:
    parts = engagement(frame([(5, 5, 5, 1), (1, 1, 1, 0), (3, 3, 3, 0.5)]), WEIGHTS)
    found = by_segment(parts, pd.Series(["a", "a", "b"])).set_index("segment")
    assert found["engagement"].to_dict() == {"a": 50, "b": 50}
    assert found.loc["a", "recency_points"] == 20


def test_more_of_anything_never_lowers_the_score() -> None:
    weights = default_playbook().engagement
    base = engagement(frame([(3, 3, 3, 0.5)]), weights)["engagement"][0]
    for better in ((4, 3, 3, 0.5), (3, 4, 3, 0.5), (3, 3, 4, 0.5), (3, 3, 3, 0.6)):
        assert engagement(frame([better]), weights)["engagement"][0] > base
    assert base == pytest.approx(50)
