"""Phik against values of its authors' package (phik 0.12.5) and its own properties."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from pipeline.explore.phik import contingency, levels, phik

TABLES = arrays.arrays(
    np.float64,
    st.tuples(st.integers(2, 8), st.integers(2, 8)),
    elements=st.integers(1, 60).map(float),
)


@pytest.mark.parametrize(
    ("table", "theirs"),
    [
        ([[30, 10, 5], [8, 25, 12], [4, 9, 27]], 0.78850),
        ([[30, 10], [8, 25]], 0.66926),
        ([[3, 9, 20, 4, 1], [8, 25, 2, 2, 9]], 0.48121),
        ([[50, 0], [0, 50]], 1.0),
        ([[25, 25], [25, 25]], 0.0),
    ],
)
def test_values_of_the_authors_package(table, theirs):
    found = phik(np.array(table, dtype=float))
    assert found is not None
    assert found.value == pytest.approx(theirs, abs=0.03 if theirs == 1 else 2e-5)


def test_a_normal_shows_its_correlation():
    rng = np.random.default_rng(3)
    x = rng.normal(size=40_000)
    y = 0.6 * x + 0.8 * rng.normal(size=40_000)
    found = phik(contingency(levels(pd.Series(x)), levels(pd.Series(y))))
    assert found is not None
    assert found.value == pytest.approx(0.6, abs=0.03)
    assert found.p_value < 1e-9


@given(TABLES)
def test_neither_order_nor_sides_matter(table):
    found, turned = phik(table), phik(table[::-1].T)
    assert found is not None
    assert turned is not None
    assert 0 <= found.value <= 1
    assert found.value == pytest.approx(turned.value, abs=1e-9)
    assert found.p_value == pytest.approx(turned.p_value)


def test_one_level_says_nothing():
    assert phik(np.array([[5.0, 7.0]])) is None
    assert phik(np.zeros((0, 0))) is None


def test_levels_keep_gaps_and_ends():
    found = levels(pd.Series([0.0, np.nan, 10.0, 5.1]))
    assert found.tolist() == [0, -1, 9, 5]
    assert levels(pd.Series(["b", None, "a", "b"])).tolist() == [0, -1, 1, 0]
