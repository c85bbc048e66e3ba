"""What a return is called: words follow the figures, and praise needs its low end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.strategy.ratings import THRESHOLDS, rating

PRAISE = {"very high", "high", "fair"}
money = st.floats(-1e6, 1e6)


@pytest.mark.parametrize(
    ("cost", "profit", "low", "word"),
    [
        (100, 300, 1, "very high"),
        (100, 299, 1, "high"),
        (100, 100, 1, "high"),
        (100, 99, 1, "fair"),
        (100, 30, 1, "fair"),
        (100, 29, 1, "low"),
        (100, 29, 0, "unsure"),
        (100, 500, -0.01, "unsure"),
        (100, 0, -5, "a loss"),
        (100, -11, -20, "a loss"),
        (0, 0, 0, "nothing is spent"),
        (0, 5, 1, "very high"),
    ],
)
def test_words_follow_the_figures(cost: float, profit: float, low: float, word: str) -> None:
    assert rating(cost=cost, profit=profit, low=low) == word


@given(st.floats(0, 1e6), money, money)
def test_no_praise_stands_beside_a_loss(cost: float, profit: float, low: float) -> None:
    if rating(cost=cost, profit=profit, low=low) in PRAISE:
        assert profit > 0
        assert low > 0


def test_thresholds_fall() -> None:
    least = [each for each, _word in THRESHOLDS]
    assert least == sorted(least, reverse=True)
    assert least[-1] == 0
