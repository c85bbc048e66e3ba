"""The return calculator: by hand, as distributions, and never by mixing what doesn't belong."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import StrategyError
from pipeline.strategy.estimate import Estimate, quartiles
from pipeline.strategy.returns import (
    Assumptions,
    Returns,
    break_even_response,
    simulate,
    simulate_all,
    tornado,
)


def certain(**changes: float) -> Assumptions:
    """Assume a campaign without any doubt, to be checked by hand."""
    figures = {
        "response": 0.1, "uplift": 0.6, "basket": 50.0, "margin": 0.4, "discount": 0.1,
        "contact_cost": 0.5,
    }  # fmt: skip
    figures.update({name: value for name, value in changes.items() if name in figures})
    rest = {name: value for name, value in changes.items() if name not in figures}
    estimates = {name: Estimate.certain(value) for name, value in figures.items()}
    return Assumptions(**{"customers": 1_000, "days": 30, **estimates, **rest})


def doubtful() -> Assumptions:
    return Assumptions(
        customers=1_000,
        days=30,
        response=Estimate(low=0.05, likely=0.1, high=0.2),
        uplift=Estimate(low=0.4, likely=0.6, high=0.8),
        basket=Estimate(low=40, likely=50, high=80),
        margin=Estimate(low=0.35, likely=0.4, high=0.45),
        discount=Estimate(low=0.05, likely=0.1, high=0.15),
        contact_cost=Estimate(low=0.4, likely=0.5, high=0.6),
    )


def likely(found: Returns) -> dict[str, float]:
    return dict(zip(found.measures["measure"], found.measures["likely"], strict=True))


def test_by_hand() -> None:
    # 100 respond, ordering for 5,000; 3,000 of it would not have come otherwise
    found = likely(simulate(certain(), seed=0, draws=10))
    assert found["responses"] == pytest.approx(100)
    assert found["revenue"] == pytest.approx(3_000 * 0.9)
    assert found["margin"] == pytest.approx(3_000 * 0.4)
    assert found["cost"] == pytest.approx(1_000 * 0.5 + 5_000 * 0.1)
    assert found["profit"] == pytest.approx(200)
    assert found["roi"] == pytest.approx(0.2)


def test_without_doubt_every_draw_is_the_same() -> None:
    found = simulate(certain(), seed=0, draws=50)
    assert found.draws["profit"].std() == pytest.approx(0, abs=1e-9)
    assert found.loss == 0
    assert simulate(certain(discount=0.3), seed=0, draws=50).loss == 1


def test_orders_that_would_have_come_anyway_bring_only_their_discount() -> None:
    found = likely(simulate(certain(uplift=0), seed=0, draws=10))
    assert found["margin"] == found["revenue"] == 0
    assert found["profit"] == pytest.approx(-1_000)
    assert found["roi"] == -1


def test_return_is_on_margin_never_on_revenue() -> None:
    """A campaign that sells at no margin loses all that it costs, whatever its revenue."""
    found = likely(simulate(certain(margin=0, discount=0, basket=100_000), seed=0, draws=10))
    assert found["revenue"] > 1_000_000
    assert found["roi"] == -1


def test_a_year_of_revenue_against_a_month_of_cost_can_not_be_asked_for() -> None:
    """What led to 8,710 % elsewhere: here an order is counted once, in the same period."""
    month, year = (likely(simulate(certain(days=days), seed=0, draws=10)) for days in (30, 365))
    assert month == year
    with pytest.raises(StrategyError, match="“days” must be at most 366"):
        Assumptions.of({**certain().model_dump(), "days": 3_650}, what="The campaign")


campaigns = st.fixed_dictionaries(
    {
        "customers": st.integers(0, 10_000),
        **dict.fromkeys(("response", "uplift", "margin", "discount"), st.floats(0, 1)),
        "basket": st.floats(0, 1_000),
        "contact_cost": st.floats(0, 50),
        "fixed_cost": st.floats(0, 10_000),
    }
)


@given(campaigns)
def test_profit_is_margin_less_cost_in_every_draw(figures: dict[str, float]) -> None:
    draws = simulate(certain(**figures), seed=1, draws=3).draws
    assert np.allclose(draws["profit"], draws["margin"] - draws["cost"])
    some = draws[draws["cost"] > 0]
    assert (some["roi"] >= -1 - 1e-9).all()
    assert draws.loc[draws["cost"] == 0, "roi"].isna().all()


def test_draws_follow_the_seed_and_keep_to_their_ranges() -> None:
    one, again = (simulate(doubtful(), seed=3) for _ in range(2))
    assert one.draws.equals(again.draws)
    assert not one.draws.equals(simulate(doubtful(), seed=4).draws)
    assert one.draws["responses"].between(50, 200).all()
    quantiles = one.measures[["low", "quarter", "median", "three_quarters", "high"]].to_numpy()
    assert (np.diff(quantiles, axis=1) > 0).all()
    assert 0 < one.loss < 1


def test_draws_have_the_mean_and_spread_of_the_pert_distribution() -> None:
    estimate = Estimate(low=2, likely=3, high=10)
    drawn = estimate.draw(np.random.default_rng(0), 200_000)
    assert drawn.mean() == pytest.approx(estimate.mean, abs=0.01)
    assert estimate.mean == pytest.approx((2 + 4 * 3 + 10) / 6)
    mean = estimate.mean
    assert drawn.var() == pytest.approx((mean - 2) * (10 - mean) / 7, rel=0.02)


def test_segments_add_up_to_the_total() -> None:
    plans = {"a": doubtful(), "b": certain()}
    found = simulate_all(plans, seed=5)
    for measure in ("responses", "revenue", "margin", "cost", "profit"):
        parts = sum(part.draws[measure] for part in found.segments.values())
        assert np.allclose(found.total.draws[measure], parts)
    total = likely(found.total)
    assert total["profit"] == pytest.approx(
        sum(likely(p)["profit"] for p in found.segments.values())
    )
    assert total["roi"] == pytest.approx(total["profit"] / total["cost"])


def test_a_segment_is_drawn_alike_whatever_the_others() -> None:
    alone = simulate_all({"a": doubtful()}, seed=5).segments["a"]
    beside = simulate_all({"b": doubtful(), "a": doubtful()}, seed=5).segments
    assert alone.draws.equals(beside["a"].draws)
    assert not beside["a"].draws.equals(beside["b"].draws)
    with pytest.raises(StrategyError, match="no campaign"):
        simulate_all({}, seed=5)


@given(st.floats(0.05, 1), st.floats(0, 0.5), st.floats(1, 500), st.floats(0, 5))
def test_at_the_break_even_response_nothing_is_left(
    uplift: float, discount: float, basket: float, contact_cost: float
) -> None:
    plan = certain(uplift=uplift, discount=discount, basket=basket, contact_cost=contact_cost)
    response = break_even_response(plan)
    if response is None:
        best = certain(
            uplift=uplift, discount=discount, basket=basket, contact_cost=contact_cost,
            response=1.0,
        )  # fmt: skip
        assert likely(simulate(best, seed=0, draws=1))["profit"] <= 1e-9
        return
    at = plan.model_copy(update={"response": Estimate.certain(response)})
    assert likely(simulate(at, seed=0, draws=1))["profit"] == pytest.approx(0, abs=1e-6)


def test_break_even_by_hand() -> None:
    # each response brings 50 (0.6 × 0.4 − 0.1) = 7; 1,000 contacts at 0.5 and 200 cost 700
    assert break_even_response(certain(fixed_cost=200)) == pytest.approx(0.1)
    assert break_even_response(certain(discount=0.24)) is None
    assert break_even_response(certain(basket=0.1)) is None
    assert break_even_response(certain(contact_cost=0)) == 0


def test_the_tornado_moves_one_input_at_a_time() -> None:
    plan = doubtful()
    found = tornado(plan).set_index("input")
    assert found["swing"].is_monotonic_decreasing
    assert (found["profit"] == 200).all()
    for name, row in found.iterrows():
        for end in ("low", "high"):
            moved = Estimate.certain(getattr(getattr(plan, str(name)), end))
            at = plan.model_copy(update={str(name): moved})
            assert row[f"profit_{end}"] == pytest.approx(
                likely(simulate(at, seed=0, draws=1))["profit"]
            )
    assert found.loc["discount", "profit_low"] > found.loc["discount", "profit_high"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"response": {"low": 0.1, "likely": 0.2, "high": 1.2}}, "“response” must be a share"),
        ({"basket": {"low": -5, "likely": 2, "high": 3}}, "“basket” must not be below 0"),
        ({"margin": {"low": 0.5, "likely": 0.4, "high": 0.6}},
         "“margin” must be in order: low, likely, high"),
        ({"customers": -1}, "“customers” must be at least 0"),
        ({"uplift": {"low": 0, "likely": 0}}, "“uplift.high” is missing"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_said(change: dict[str, object], said: str) -> None:
    values = {**certain().model_dump(), **change}
    with pytest.raises(StrategyError, match=f"^The campaign: {said}"):
        Assumptions.of(values, what="The campaign")


def test_quartiles_pass_over_what_is_not_known() -> None:
    assert quartiles([1, 2, 3, 4, 5, None]) == Estimate(low=2, likely=3, high=4)
