"""Gamma-Gamma: what customers spend on an order."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.value.models.gamma_gamma import GammaGamma, Spend

TRUE = GammaGamma(p=4.0, q=3.0, gamma=80.0)


def drawn(number: int = 6_000, seed: int = 1) -> Spend:
    rng = np.random.default_rng(seed)
    orders = rng.geometric(0.3, number)
    spending = rng.gamma(TRUE.q, 1 / TRUE.gamma, number)
    return Spend(orders, rng.gamma(TRUE.p * orders) / spending / orders)


def test_a_fit_finds_the_parameters_again():
    model, fit = GammaGamma.fit(drawn())
    assert fit.converged, fit.message
    for name, value in model.params.items():
        assert value == pytest.approx(TRUE.params[name], abs=4 * fit.errors[name]), name
    assert model.log_likelihood(drawn()) == pytest.approx(fit.log_likelihood)
    assert fit.log_likelihood >= TRUE.log_likelihood(drawn())


@settings(max_examples=20)
@given(st.floats(0.01, 1_000))
def test_another_currency_scales_gamma_alone(factor):
    spend = drawn(500)
    one, fit = GammaGamma.fit(spend)
    other, scaled = GammaGamma.fit(Spend(spend.orders, spend.mean * factor))
    assert [other.p, other.q, other.gamma] == pytest.approx(
        [one.p, one.q, one.gamma * factor], rel=1e-6
    )
    assert scaled.errors["gamma"] == pytest.approx(fit.errors["gamma"] * factor, rel=1e-5)


@given(st.integers(0, 50), st.floats(0.5, 5_000))
def test_expected_spend_lies_between_ones_own_mean_and_that_of_all(orders, mean):
    found = TRUE.expected_spend(Spend(np.array([orders]), np.array([mean])))[0]
    everybody = TRUE.p * TRUE.gamma / (TRUE.q - 1)
    low, high = sorted([mean if orders else everybody, everybody])
    assert low * (1 - 1e-12) <= found <= high * (1 + 1e-12)


def test_the_more_orders_the_more_ones_own_mean_counts():
    orders = np.arange(0, 200)
    found = TRUE.expected_spend(Spend(orders, np.full(200, 1_000.0)))
    assert (np.diff(found) > 0).all()
    assert found[-1] == pytest.approx(1_000, rel=0.02)


def test_expected_spend_is_that_of_the_orders_to_come():
    """Drawn customers' next orders average to what was expected of them, by orders so far."""
    rng = np.random.default_rng(8)
    number = 60_000
    spending = rng.gamma(TRUE.q, 1 / TRUE.gamma, number)
    orders = rng.integers(1, 4, number)
    mean = rng.gamma(TRUE.p * orders) / spending / orders
    coming = rng.gamma(TRUE.p, 1, number) / spending
    expected = TRUE.expected_spend(Spend(orders, mean))
    for half in (mean < np.median(mean), mean >= np.median(mean)):
        for count in (1, 2, 3):
            group = half & (orders == count)
            error = 4 * coming[group].std() / np.sqrt(group.sum())
            assert coming[group].mean() == pytest.approx(expected[group].mean(), abs=error)


def test_orders_of_one_price_are_a_bound_and_no_failure():
    spend = Spend(np.array([1, 2, 3] * 20), np.full(60, 9.99))
    model, fit = GammaGamma.fit(spend)
    assert fit.converged
    assert "alike" in fit.message
    assert model.expected_spend(spend) == pytest.approx(np.full(60, 9.99), rel=0.01)


def test_nothing_to_fit_is_refused():
    with pytest.raises(ValueError, match="more than nothing"):
        GammaGamma.fit(Spend(np.array([1]), np.array([0.0])))
    with pytest.raises(ValueError, match="more than nothing"):
        GammaGamma.fit(Spend(np.array([], dtype=int), np.array([])))
