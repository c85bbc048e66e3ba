"""Scores by quintiles, spend bands and totals."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.features.rfm import SPEND_BANDS, score, scored, spend_bands, totals
from pipeline.sales.concentration import concentration

VALUES = st.lists(
    st.one_of(st.integers(0, 12).map(float), st.floats(0, 1e6, allow_nan=False)),
    min_size=1,
    max_size=60,
)


@given(VALUES)
def test_scores_follow_the_quintiles(values):
    """A value scores 1 more than there are quintiles below it."""
    cuts = np.quantile(values, [0.2, 0.4, 0.6, 0.8])
    expected = [1 + sum(value > cut for cut in cuts) for value in values]
    assert score(pd.Series(values)).tolist() == expected


@given(VALUES)
def test_equal_values_score_equally_and_larger_ones_no_less(values):
    table = pd.DataFrame({"value": values, "score": score(pd.Series(values))})
    table = table.sort_values("value")
    assert len(table.drop_duplicates()) == len(table["value"].unique())
    assert table["score"].is_monotonic_increasing
    assert table["score"].between(1, 5).all()


@given(VALUES)
def test_recency_is_scored_the_other_way_round(values):
    numbers = pd.Series(values)
    assert (score(numbers, best_is_low=True) == 6 - score(numbers)).all()


def test_five_is_the_best():
    days = pd.Series(range(100))
    assert score(days, best_is_low=True).iloc[[0, 99]].tolist() == [5, 1]
    assert score(days).iloc[[0, 99]].tolist() == [1, 5]
    assert score(days).value_counts().tolist() == [20] * 5


def test_what_is_missing_has_no_score():
    scores = score(pd.Series([1.0, None, 3.0]))
    assert scores.isna().tolist() == [False, True, False]
    assert score(pd.Series([None, None], dtype=float)).isna().all()
    assert len(score(pd.Series([], dtype=float))) == 0


def snapshots(**columns) -> pd.DataFrame:
    size = len(columns["monetary"])
    base = {
        "as_of": [dt.date(2024, 1, 1)] * size,
        "customer_id": [str(number) for number in range(size)],
        "recency_days": range(size),
        "frequency": [1] * size,
    }
    return pd.DataFrame(base | columns)


def test_each_snapshot_has_its_own_quintiles():
    first, second = dt.date(2024, 1, 1), dt.date(2024, 2, 1)
    table = scored(
        snapshots(
            as_of=[first] * 5 + [second] * 5, monetary=[1, 2, 3, 4, 5, 50, 40, 30, 20, 10]
        )
    )
    assert table["m_score"].tolist() == [1, 2, 3, 4, 5, 5, 4, 3, 2, 1]
    assert table["r_score"].tolist() == [5, 4, 3, 2, 1, 5, 4, 3, 2, 1]


def test_amounts_that_are_shown_as_equal_score_equally():
    """0.1 + 0.2 is shown as 0.3 and must not be scored above it."""
    table = scored(snapshots(monetary=[0.3, 0.1 + 0.2, 0.3, 0.1 + 0.2, 0.3]))
    assert len(table["monetary"].unique()) == 1
    assert len(table["m_score"].unique()) == 1


def test_spend_bands_are_the_outer_fifths():
    bands = spend_bands(pd.Series(range(1, 101), dtype=float))
    top, middle, bottom = SPEND_BANDS
    assert bands.value_counts().to_dict() == {middle: 60, top: 20, bottom: 20}
    assert bands.iloc[[0, 50, 99]].tolist() == [bottom, middle, top]


def test_totals_count_the_active():
    (row,) = totals(
        snapshots(recency_days=[0, 89, 90], frequency=[2, 1, 1], monetary=[1.5, 2, 3])
    ).to_dict("records")
    assert row == {
        "as_of": dt.date(2024, 1, 1), "customers": 3, "active_customers": 2, "orders": 4,
        "revenue": 6.5,
    }  # fmt: skip


@given(VALUES)
def test_concentration_rises_from_nothing_to_everything(values):
    curve = concentration(pd.Series(values))
    assert curve["customer_share"].iloc[[0, -1]].tolist() == [0, 1]
    assert curve["revenue_share"].is_monotonic_increasing
    assert curve["revenue_share"].iloc[0] == 0
    assert curve["revenue_share"].iloc[-1] == pytest.approx(1 if sum(values) else 0, abs=1e-5)
    assert (curve["revenue_share"] >= curve["customer_share"] - 1e-4).all() or not sum(values)
