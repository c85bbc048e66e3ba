"""Profit of a retention campaign on known outcomes: published, integrated and by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta

from pipeline.errors import StrategyError
from pipeline.strategy.profit import (
    Offer,
    campaign_curve,
    expected_maximum_profit,
    maximum_profit,
)

LABELS = [0, 1, 0, 1, 0, 1, 0, 1]
SCORES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.8, 0.9]
OFFER = Offer(value=200, incentive=10, contact_cost=1)

outcomes = st.lists(
    st.tuples(st.integers(0, 1), st.sampled_from([0.1, 0.2, 0.3, 0.5, 0.7, 0.9])),
    min_size=1,
    max_size=25,
)
offers = st.builds(
    Offer,
    value=st.floats(20, 500),
    incentive=st.floats(0, 19),
    contact_cost=st.floats(0, 10),
)


def test_figures_of_the_library_empulse() -> None:
    """Checked values of empulse for Verbraken, Verbeke and Baesens (2013)."""
    found = expected_maximum_profit(LABELS, SCORES, offer=OFFER, alpha=6, beta=14)
    assert found.profit == pytest.approx(23.875593, abs=5e-7)
    assert found.share == pytest.approx(0.874370, abs=5e-7)

    perfect = expected_maximum_profit(LABELS, LABELS, offer=OFFER, alpha=6, beta=14)
    assert perfect.profit == pytest.approx(28.0, abs=5e-7)
    assert perfect.share == pytest.approx(0.5, abs=5e-7)


@given(outcomes, offers, st.floats(1.5, 20), st.floats(1.5, 20))
def test_it_is_the_mean_of_the_best_profit_over_success_rates(
    rows: list[tuple[int, float]], offer: Offer, alpha: float, b: float
) -> None:
    labels, scores = zip(*rows, strict=True)
    levels = (np.arange(2_000) + 0.5) / 2_000
    rates = beta.ppf(levels, alpha, b)
    curve = campaign_curve(labels, scores, offer=offer, success_rate=0)
    size = len(labels)
    worth = (offer.value - offer.incentive) * rates - offer.contact_cost
    profits = np.outer(curve["leavers"], worth) - np.outer(
        curve["stayers"], np.full(len(rates), offer.incentive + offer.contact_cost)
    )
    found = expected_maximum_profit(labels, scores, offer=offer, alpha=alpha, beta=b)
    assert found.profit == pytest.approx(profits.max(axis=0).mean() / size, rel=2e-3, abs=0.02)


@given(outcomes, offers, st.floats(0, 1))
def test_a_certain_success_rate_is_the_limit_of_a_narrow_one(
    rows: list[tuple[int, float]], offer: Offer, rate: float
) -> None:
    rate = min(max(rate, 0.01), 0.99)
    labels, scores = zip(*rows, strict=True)
    narrow = expected_maximum_profit(
        labels, scores, offer=offer, alpha=rate * 1e7, beta=(1 - rate) * 1e7
    )
    certain = maximum_profit(labels, scores, offer=offer, success_rate=rate)
    assert narrow.profit == pytest.approx(certain.profit, abs=0.2)


def test_the_curve_counts_equal_scores_together_and_begins_with_nobody() -> None:
    labels, scores = [1, 0, 1, 0], [0.9, 0.5, 0.5, 0.1]
    curve = campaign_curve(labels, scores, offer=OFFER, success_rate=0.5)
    assert curve["share"].tolist() == [0, 0.25, 0.75, 1]
    assert curve["leavers"].tolist() == [0, 1, 2, 2]
    assert np.isnan(curve["cut"][0])
    # by hand: one leaver kept brings 0.5 (200 − 10) − 1 = 94, one stayer costs 11
    assert curve["profit"].tolist() == [0, 94 / 4, (188 - 11) / 4, (188 - 22) / 4]
    best = maximum_profit(labels, scores, offer=OFFER, success_rate=0.5)
    assert best == (177 / 4, 0.75)


@given(outcomes)
def test_the_order_of_customers_means_nothing(rows: list[tuple[int, float]]) -> None:
    labels, scores = zip(*rows, strict=True)
    there = expected_maximum_profit(labels, scores, offer=OFFER)
    back = expected_maximum_profit(labels[::-1], scores[::-1], offer=OFFER)
    assert there == pytest.approx(back)


@pytest.mark.parametrize(
    ("labels", "scores"), [([], []), ([1, 0], [0.5]), ([1, 0], [0.5, float("nan")])]
)
def test_missing_figures_are_refused(labels: list[int], scores: list[float]) -> None:
    with pytest.raises(StrategyError, match="one outcome and one score"):
        expected_maximum_profit(labels, scores, offer=OFFER)


def test_nobody_is_contacted_where_the_incentive_is_worth_more_than_the_customer() -> None:
    found = expected_maximum_profit(LABELS, SCORES, offer=Offer(5, 10, 1))
    assert found == (0, 0)
