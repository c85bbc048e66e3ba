"""Sample sizes and power against published figures and against simulated tests."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.base.errors import StrategyError
from pipeline.strategy.campaigns.power import (
    power_for_conversion,
    power_for_revenue,
    size_for_conversion,
    size_for_revenue,
    smallest_conversion_effect,
    smallest_revenue_effect,
)


def test_figures_of_r_power_prop_test() -> None:
    """The examples on the help page of R's `power.prop.test`: 0.740 and 76.7 per group."""
    found = power_for_conversion(customers=100, base=0.5, effect=0.25, held_share=0.5)
    assert found == pytest.approx(0.740, abs=5e-4)
    size = size_for_conversion(base=0.5, effect=0.25, held_share=0.5, power=0.9)
    assert (size.contacted, size.held_out, size.customers) == (77, 77, 154)


def test_a_medium_effect_needs_63_a_group() -> None:
    """Half a standard deviation, 80 % power: 2 (1.96 + 0.84)² / 0.5² = 62.8 (Lehr: 64)."""
    size = size_for_revenue(deviation=2, effect=1, held_share=0.5)
    assert (size.contacted, size.held_out) == (63, 63)


@given(st.floats(0.01, 0.5), st.floats(0.01, 0.4), st.floats(0.05, 0.95), st.floats(0.55, 0.99))
def test_the_size_just_reaches_the_power(
    base: float, effect: float, held_share: float, power: float
) -> None:
    size = size_for_conversion(base=base, effect=effect, held_share=held_share, power=power)
    reached, before = (
        power_for_conversion(
            customers=customers, base=base, effect=effect, held_share=held_share
        )
        for customers in (size.customers, size.customers - 3)
    )
    assert reached >= power - 1e-9
    assert before < power


@given(st.floats(0.1, 100), st.floats(0.05, 0.95), st.floats(0, 0.95), st.integers(50, 10**6))
def test_the_smallest_effect_just_reaches_the_power(
    deviation: float, held_share: float, correlation: float, customers: int
) -> None:
    figures = {"deviation": deviation, "held_share": held_share, "correlation": correlation}
    effect = smallest_revenue_effect(customers=customers, **figures)
    power = power_for_revenue(customers=customers, effect=effect, **figures)
    assert power == pytest.approx(0.8)
    size = size_for_revenue(effect=effect, **figures)
    assert size.customers == pytest.approx(customers, abs=2)


def test_the_smallest_rise_of_conversion() -> None:
    found = smallest_conversion_effect(customers=5_000, base=0.1, held_share=0.2)
    assert found is not None
    assert power_for_conversion(
        customers=5_000, base=0.1, effect=found, held_share=0.2
    ) == pytest.approx(0.8, abs=1e-6)
    assert smallest_conversion_effect(customers=4, base=0.5, held_share=0.5) is None


def test_a_simulated_test_shows_as_often_as_promised() -> None:
    size = size_for_conversion(base=0.08, effect=0.03, held_share=0.2)
    rng = np.random.default_rng(0)
    one = rng.binomial(size.contacted, 0.11, 20_000) / size.contacted
    other = rng.binomial(size.held_out, 0.08, 20_000) / size.held_out
    together = (one * size.contacted + other * size.held_out) / size.customers
    error = np.sqrt(together * (1 - together) * (1 / size.contacted + 1 / size.held_out))
    assert (np.abs(one - other) > 1.959964 * error).mean() == pytest.approx(0.8, abs=0.015)


def test_knowing_earlier_revenue_saves_customers() -> None:
    figures = {"deviation": 100.0, "effect": 5.0, "held_share": 0.2}
    plain = size_for_revenue(**figures)
    knowing = size_for_revenue(**figures, correlation=0.6)
    assert knowing.customers == pytest.approx(plain.customers * 0.64, abs=2)


def test_an_effect_either_way_needs_the_same() -> None:
    one = size_for_revenue(deviation=10, effect=1, held_share=0.3)
    assert one == size_for_revenue(deviation=10, effect=-1, held_share=0.3)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"effect": 0.0}, "effect of 0"),
        ({"effect": 0.95}, "Conversion must stay from 0 to 1"),
        ({"base": -0.1}, "Conversion must stay from 0 to 1"),
        ({"held_share": 0.0}, "The share held out must lie between 0 and 1"),
        ({"power": 1.0}, "The power must lie between 0 and 1"),
        ({"level": 1.0}, "The level must lie between 0 and 1"),
    ],
)
def test_what_can_not_be_asked(change: dict[str, float], said: str) -> None:
    figures = {"base": 0.1, "effect": 0.05, "held_share": 0.2, **change}
    with pytest.raises(StrategyError, match=said):
        size_for_conversion(**figures)


def test_figures_of_revenue_that_make_no_sense() -> None:
    with pytest.raises(StrategyError, match="correlation"):
        size_for_revenue(deviation=1, effect=1, held_share=0.5, correlation=2)
    with pytest.raises(StrategyError, match="effect of 0"):
        size_for_revenue(deviation=1, effect=0, held_share=0.5)
    with pytest.raises(StrategyError, match="audience is empty"):
        smallest_revenue_effect(customers=0, deviation=1, held_share=0.5)
