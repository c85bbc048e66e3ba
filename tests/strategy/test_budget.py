"""Dividing a budget: never over it or the bounds, and never worse than any other division."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import minimize

from pipeline.errors import StrategyError
from pipeline.strategy.budget import (
    best_budget,
    by_profit,
    by_shares,
    gains,
    response_curve,
    sensitivity,
)

amounts = st.floats(0, 1e5)
segment_rows = st.lists(
    st.tuples(
        st.integers(0, 20_000),  # customers
        st.floats(0.05, 50),  # cost per contact
        st.floats(0, 200),  # gain per customer
        st.one_of(st.just(0.0), amounts),  # least
        st.one_of(st.just(np.inf), amounts),  # room above it
        st.floats(0, 100),  # share by the playbook
    ),
    min_size=1,
    max_size=6,
)
budgets = st.floats(0, 5e5)


def frame(rows: list[tuple[float, ...]]) -> pd.DataFrame:
    columns = ["customers", "cost_per_contact", "gain_per_customer", "least", "room", "target"]
    found = pd.DataFrame(rows, columns=columns).astype(float)
    found.insert(0, "segment", [f"s{place}" for place in range(len(rows))])
    found["most"] = found["least"] + found["room"]
    return found


def shop() -> pd.DataFrame:
    """Four segments of a middling shop, money between 0 and what a campaign costs."""
    return frame(
        [
            (400, 3.0, 9.0, 200, 4_000, 35),
            (1_500, 1.5, 4.0, 500, 5_000, 30),
            (2_000, 1.0, 1.5, 0, 3_000, 25),
            (900, 2.0, 1.0, 100, 900, 10),
        ]
    )


@given(segment_rows, budgets)
def test_no_division_exceeds_the_budget_or_a_bound(
    rows: list[tuple[float, ...]], budget: float
) -> None:
    segments = frame(rows)
    slack = 1e-6 * max(budget, 1)
    for found in (
        by_profit(segments, budget=budget),
        by_shares(segments, segments["target"], budget=budget),
    ):
        spend = found.rows["spend"]
        assert found.spend <= budget + slack
        assert (spend <= segments["most"] + slack).all()
        assert (spend >= -slack).all()
        assert found.spend + found.unspent == pytest.approx(budget, abs=slack)
        if segments["least"].sum() > budget:
            assert "least amounts" in str(found.note)
        else:
            assert (spend >= segments["least"] - slack).all()
        if segments["most"].sum() < budget:
            assert "left unspent" in str(found.note)
            assert found.spend == pytest.approx(segments["most"].sum(), abs=slack)
        else:
            assert found.spend == pytest.approx(budget, abs=slack)


@given(segment_rows, budgets)
def test_the_best_is_never_worse_than_the_playbook(
    rows: list[tuple[float, ...]], budget: float
) -> None:
    segments = frame(rows)
    best = by_profit(segments, budget=budget)
    usual = by_shares(segments, segments["target"], budget=budget)
    assert best.profit >= usual.profit - 1e-6 * max(budget, 1)


@given(segment_rows, st.floats(100, 2e5), st.integers(0, 2**32 - 1))
def test_moving_money_never_brings_more(
    rows: list[tuple[float, ...]], budget: float, seed: int
) -> None:
    segments = frame(rows)
    assume(len(segments) > 1)
    best = by_profit(segments, budget=budget)
    spend = best.rows["spend"].to_numpy()
    rng = np.random.default_rng(seed)
    one, other = rng.permutation(len(segments))[:2]
    room = min(spend[one] - best.rows["least"][one], best.rows["most"][other] - spend[other])
    moved = spend.copy()
    amount = rng.random() * min(max(room, 0), budget)
    moved[one], moved[other] = spend[one] - amount, spend[other] + amount
    assert gains(segments, moved).sum() <= gains(segments, spend).sum() + 1e-6 * budget


@pytest.mark.parametrize("budget", [1_000, 3_000, 6_000, 10_000, 13_000])
def test_scipy_finds_nothing_better(budget: float) -> None:
    """SLSQP of scipy.optimize from the playbook's shares, bounds and total as constraints."""
    segments = shop()
    start = by_shares(segments, segments["target"], budget=budget)
    solved = minimize(
        lambda spend: -gains(segments, spend).sum(),
        start.rows["spend"],
        method="SLSQP",
        bounds=list(zip(segments["least"], segments["most"], strict=True)),
        constraints={"type": "eq", "fun": lambda spend: spend.sum() - start.spend},
        options={"ftol": 1e-10, "maxiter": 500},
    )
    assert solved.success
    best = by_profit(segments, budget=budget)
    assert best.profit == pytest.approx(-solved.fun - best.spend, abs=0.01)
    assert best.rows["spend"].to_numpy() == pytest.approx(solved.x, abs=budget / 100)


def test_the_next_unit_brings_the_same_wherever_no_bound_is_met() -> None:
    rows = by_profit(shop(), budget=6_000).rows
    free = rows[(rows["spend"] > rows["least"] + 1) & (rows["spend"] < rows["most"] - 1)]
    assert len(free) >= 2
    assert free["next_unit"].max() == pytest.approx(free["next_unit"].min())
    at_least = rows[rows["spend"] <= rows["least"] + 1]
    assert (at_least["next_unit"] <= free["next_unit"].max() + 1e-9).all()


def test_the_shadow_price_is_what_one_more_unit_brings() -> None:
    found = sensitivity(lambda _: shop(), budget=6_000)
    more = by_profit(shop(), budget=6_001).profit - by_profit(shop(), budget=6_000).profit
    assert found.shadow_price == pytest.approx(more, abs=1e-3)
    assert found.rows["change"].tolist() == [-0.2, -0.1, 0, 0.1, 0.2]
    assert found.rows["difference"][2] == 0
    assert found.rows["profit"][2] == by_profit(shop(), budget=6_000).profit


def test_one_segment_may_take_more_than_the_budget() -> None:
    alone = frame([(1_000, 1.0, 5.0, 0, np.inf, 100)])
    found = sensitivity(lambda _: alone, budget=500)
    assert found.shadow_price == pytest.approx(5 * np.exp(-0.5) - 1)


def test_more_than_the_best_budget_does_not_pay() -> None:
    segments = shop().assign(least=0.0, most=np.inf)
    best = best_budget(segments)
    at_best = by_profit(segments, budget=best)
    assert at_best.rows["next_unit"].max() == pytest.approx(1)
    assert by_profit(segments, budget=best * 1.1).profit < at_best.profit
    assert by_profit(segments, budget=best * 0.9).profit < at_best.profit


def test_nobody_is_reached_twice() -> None:
    rows = by_profit(shop(), budget=1e6).rows
    assert (rows["reached"] <= shop()["customers"]).all()


def test_a_curve_begins_at_nothing_and_bends() -> None:
    curve = response_curve(shop().iloc[0], upto=5_000)
    assert curve.iloc[0].tolist() == [0, 0, 0]
    steps = np.diff(curve["gain"])
    assert (steps > 0).all()
    assert (np.diff(steps) < 0).all()


@pytest.mark.parametrize(
    ("change", "budget", "said"),
    [
        ({}, -1, "The budget must be an amount"),
        ({}, float("nan"), "The budget must be an amount"),
        ({"gain_per_customer": np.nan}, 100, "must be known and not below 0"),
        ({"cost_per_contact": 0.0}, 100, "The cost per contact must be above 0"),
        ({"least": 1e9}, 100, "must not be above its most"),
    ],
)
def test_figures_that_make_no_sense_are_refused(
    change: dict[str, float], budget: float, said: str
) -> None:
    with pytest.raises(StrategyError, match=said):
        by_profit(shop().assign(**change), budget=budget)
