"""Thresholds of praise and doubt, each from both of its sides."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from portal.words import praise


def test_fewer_than_twenty_customers_are_no_finding():
    rows = pd.DataFrame({"customers": [19, 20, 21]})
    assert praise.enough(rows)["customers"].tolist() == [20, 21]


@pytest.mark.parametrize(
    ("low", "high", "p_value", "is_sure"),
    [
        (0.001, 0.03, 0.049, True),
        (0.001, 0.03, 0.052, False),
        (0.001, 0.03, None, True),
        (0.001, 0.03, math.nan, True),
        (-0.001, 0.03, 0.01, False),
        (-0.03, -0.001, 0.01, True),
        (0.0, 0.03, 0.01, False),
    ],
)
def test_a_difference_is_sure_where_interval_and_p_value_say_so(low, high, p_value, is_sure):
    assert praise.is_sure(low, high, p_value) == is_sure


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (0.85, "highly stable"), (0.8499, "stable"), (0.75, "stable"), (0.7499, "doubtful"),
        (0.6, "doubtful"), (0.5999, "not to be trusted"), (0.0, "not to be trusted"),
    ],
)  # fmt: skip
def test_stability_is_called_by_the_published_thresholds(value: float, word: str):
    assert praise.stability(value) == word


def test_a_lift_is_called_by_how_near_its_lower_end_comes_to_a_perfect_ranking():
    """With a tenth sought a perfect ranking reaches 10, with half of all 2."""
    assert praise.lift(10, 0.1) == praise.lift(6.4, 0.1) == "excellent"
    assert praise.lift(6.3, 0.1) == praise.lift(3.7, 0.1) == "good"
    assert praise.lift(3.6, 0.1) == praise.lift(2.0, 0.1) == "fair"
    assert praise.lift(1.8, 0.1) == praise.lift(0.2, 0.1) == "poor"
    assert praise.lift(1.65, 0.5) == "excellent"
    assert praise.lift(1.0, 1.0) == "poor"


@pytest.mark.parametrize(
    ("value", "customers", "said"),
    [
        (0.7, 200, "closely rise together"),
        (-0.7, 200, "closely go against each other"),
        (0.4, 200, "rise together"),
        (-0.4, 200, "go against each other"),
        (0.19, 2_000, "hardly rise together"),
        (-0.19, 2_000, "hardly go against each other"),
        (0.19, 60, "do not clearly go together"),
        (0.9, 19, ""),
        (1.0, 500, "closely rise together"),
    ],
)
def test_numbers_go_together_as_far_as_their_correlation_says(value, customers, said):
    assert praise.correlation(value, customers) == said


def test_a_correlation_is_clear_where_fishers_interval_leaves_out_nothing():
    for customers in (20, 50, 400):
        edge = math.tanh(stats.norm.ppf(0.975) / math.sqrt(customers - 3))
        unclear = "do not clearly go together"
        assert praise.correlation(edge * 0.999, customers) == unclear
        assert praise.correlation(edge * 1.001, customers) != unclear


def test_intervals_overlap_or_do_not():
    assert praise.overlap((0, 2), (1, 3))
    assert praise.overlap((1, 3), (0, 2))
    assert not praise.overlap((0, 1), (2, 3))
    assert not praise.overlap((2, 3), (0, 1))
    assert praise.overlap((np.nan, 1), (2, 3))
