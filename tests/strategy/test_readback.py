"""Reading campaigns back: by hand, on made-up campaigns whose truth is known, and in a soak."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.base.errors import StrategyError
from pipeline.strategy.campaigns.readback import (
    ADJUSTED,
    CRITICAL,
    TEXTBOOK,
    ReadBack,
    read_back,
)
from tests.strategy.made_up_campaigns import Campaign, campaign

BEFORE = ["revenue_before"]


def small() -> tuple[pd.DataFrame, pd.DataFrame]:
    members = pd.DataFrame(
        {
            "customer_id": list("abcdef"),
            "contacted": [True, True, True, True, False, False],
            "stratum": ["x"] * 6,
        }
    )
    outcomes = pd.DataFrame(
        {
            "customer_id": list("acez"),
            "orders": [1, 2, 1, 9],
            "revenue": [10.0, 30.0, 8.0, 900.0],
        }
    )
    return members, outcomes


def test_by_hand() -> None:
    found = read_back(*small())
    assert (found.contacted, found.held_out) == (4, 2)
    revenue = found.revenue
    assert (revenue.contacted, revenue.held_out, revenue.difference) == (10, 4, 6)
    # variances of 10 0 30 0 and of 8 0: 200 and 32
    error = np.sqrt(200 / 4 + 32 / 2)
    assert revenue.high - revenue.difference == pytest.approx(CRITICAL * error)
    assert (revenue.total, revenue.total_low) == (24, pytest.approx(4 * revenue.low))
    assert found.conversion.contacted == found.conversion.held_out == 0.5
    assert revenue.verdict == "unclear"
    assert "Only 1 customers of one side ordered" in found.warnings[0]


def test_without_strata_and_earlier_figures_it_is_the_textbook() -> None:
    """Beside scipy's Welch test, whose degrees of freedom are replaced by the normal."""
    from scipy.stats import ttest_ind

    made = campaign(4)
    alone = made.members.assign(stratum="all")
    found = read_back(alone, made.outcomes).revenue
    joined = alone.merge(made.outcomes, on="customer_id")
    one, other = (joined.loc[joined["contacted"] == arm, "revenue"] for arm in (True, False))
    welch = ttest_ind(one, other, equal_var=False)
    assert found.difference == pytest.approx(one.mean() - other.mean())
    error = (found.high - found.difference) / CRITICAL
    assert found.difference / error == pytest.approx(welch.statistic)
    assert (found.low, found.high) == pytest.approx((found.textbook_low, found.textbook_high))


def test_strata_are_averaged_with_the_contacted_customers_weights() -> None:
    """Two strata of unequal shares: effects 10 and 1, of 30 and 10 contacted."""
    rows = []
    for stratum, contacted, held_out, effect in (("x", 30, 10, 10.0), ("y", 10, 10, 1.0)):
        base = 5.0 if stratum == "x" else 500.0
        wave = np.resize([-1.0, 1.0], contacted + held_out)
        is_in = np.arange(contacted + held_out) < contacted
        rows += [
            (f"{stratum}{n}", bool(arm), stratum, base + shake + effect * arm)
            for n, (arm, shake) in enumerate(zip(is_in, wave, strict=True))
        ]
    frame = pd.DataFrame(rows, columns=["customer_id", "contacted", "stratum", "revenue"])
    found = read_back(frame.drop(columns="revenue"), frame.assign(orders=1)).revenue
    assert found.difference == pytest.approx((30 * 10 + 10 * 1) / 40)
    assert found.total == pytest.approx(310)
    assert found.method == ADJUSTED
    assert found.high - found.low < (found.textbook_high - found.textbook_low) / 10


def test_what_earlier_revenue_explains_is_taken_out() -> None:
    rng = np.random.default_rng(1)
    made = campaign(1)
    before = rng.normal(100, 30, len(made.members))
    outcomes = pd.DataFrame(
        {
            "customer_id": made.members["customer_id"],
            "orders": 1,
            "revenue": before + 5.0 * made.members["contacted"] + rng.normal(0, 1, len(before)),
            "revenue_before": before,
        }
    )
    found = read_back(made.members, outcomes, before=BEFORE).revenue
    assert found.difference == pytest.approx(5, abs=3 * np.sqrt(1 / 1_600 + 1 / 400))
    width, textbook = found.high - found.low, found.textbook_high - found.textbook_low
    assert width < textbook / 10


def test_the_order_of_rows_means_nothing() -> None:
    made = campaign(2)
    mixed = made.members.sample(frac=1, random_state=0)
    one = read_back(made.members, made.outcomes, before=BEFORE)
    other = read_back(mixed, made.outcomes.iloc[::-1], before=BEFORE)
    pd.testing.assert_frame_equal(one.effects, other.effects)
    pd.testing.assert_frame_equal(one.strata, other.strata)


def test_strata_tell_both_arms() -> None:
    made = campaign(3)
    found = read_back(made.members, made.outcomes)
    sizes = made.members.groupby("stratum")["contacted"].agg(["sum", "size"])
    rows = found.strata.set_index("stratum")
    assert rows["customers_contacted"].to_dict() == sizes["sum"].to_dict()
    everyone = rows["customers_contacted"] + rows["customers_held_out"]
    assert everyone.to_dict() == sizes["size"].to_dict()
    mean = (rows["revenue_contacted"] * rows["customers_contacted"]).sum() / found.contacted
    assert mean == pytest.approx(found.revenue.contacted)


@given(
    st.lists(
        st.tuples(
            st.booleans(),
            st.sampled_from("abc"),
            st.integers(0, 2),
            st.sampled_from([0.0, 1.0, 5.0, 1_000.0]),
            st.one_of(st.none(), st.floats(-100, 1e5)),
        ),
        min_size=1,
        max_size=60,
    )
)
def test_no_interval_is_wider_than_the_textbooks(rows: list[tuple]) -> None:
    columns = ["contacted", "stratum", "orders", "revenue", "revenue_before"]
    frame = pd.DataFrame(rows, columns=columns)
    frame["customer_id"] = [str(place) for place in range(len(frame))]
    arms = frame["contacted"].value_counts()
    if len(arms) < 2 or arms.min() < 2:
        with pytest.raises(StrategyError, match="held out"):
            read_back(frame, frame, before=BEFORE)
        return
    found = read_back(
        frame[["customer_id", "contacted", "stratum"]],
        frame.drop(columns=["contacted", "stratum"]),
        before=BEFORE,
    )
    for effect in (found.conversion, found.revenue):
        assert effect.low <= effect.difference <= effect.high
        width, textbook = effect.high - effect.low, effect.textbook_high - effect.textbook_low
        assert width <= textbook + 1e-9
        assert effect.method in (ADJUSTED, TEXTBOOK)
        assert effect.total == pytest.approx(effect.difference * found.contacted)


def test_a_few_large_orders_are_warned_of() -> None:
    made = campaign(5)
    outcomes = made.outcomes.copy()
    assert read_back(made.members, outcomes, before=BEFORE).warnings == ()
    held = made.members.loc[~made.members["contacted"], "customer_id"].iloc[0]
    outcomes.loc[outcomes["customer_id"] == held, "revenue"] = 1e6
    assert "few large orders" in read_back(made.members, outcomes).warnings[0]


def test_doubled_customers_are_refused() -> None:
    members, outcomes = small()
    with pytest.raises(StrategyError, match="once among members and outcomes"):
        read_back(members, pd.concat([outcomes, outcomes]))


def coverage(campaigns: list[tuple[Campaign, ReadBack]]) -> dict[str, float]:
    """Give how often the intervals held the truth."""
    held: dict[str, list[bool]] = {"conversion": [], "revenue": []}
    for made, read in campaigns:
        for measure, found in held.items():
            effect = getattr(read, measure)
            found.append(effect.low <= getattr(made, measure) <= effect.high)
    return {measure: float(np.mean(found)) for measure, found in held.items()}


def read_all(count: int, **figures: float) -> list[tuple[Campaign, ReadBack]]:
    found = []
    for seed in range(count):
        made = campaign(seed, **figures)
        found.append((made, read_back(made.members, made.outcomes, before=BEFORE)))
    return found


def narrower(campaigns: list[tuple[Campaign, ReadBack]], measure: str) -> float:
    """Check that no interval is wider than the textbook's; give how wide they are of it."""
    ratios = []
    for _, read in campaigns:
        effect = getattr(read, measure)
        ratios.append((effect.high - effect.low) / (effect.textbook_high - effect.textbook_low))
    assert max(ratios) <= 1 + 1e-9
    return float(np.mean(ratios))


def test_intervals_hold_the_truth() -> None:
    """Of 150 campaigns 0.95 is 142.5 ± 2.7: at least 134 and, at 3.5 deviations, not all."""
    campaigns = read_all(150)
    held = coverage(campaigns)
    assert 0.893 <= held["conversion"] <= 1
    assert 0.893 <= held["revenue"] <= 1
    assert narrower(campaigns, "revenue") < 0.95
    mean = np.mean([read.revenue.difference - made.revenue for made, read in campaigns])
    error = np.std([read.revenue.difference for _, read in campaigns]) / np.sqrt(150)
    assert abs(mean) < 3.5 * error


@pytest.mark.soak
@pytest.mark.parametrize(
    "figures",
    [
        {"size": 2_000, "share": 0.2},
        {"size": 2_000, "share": 0.2, "uplift": 0.0},
        {"size": 3_000, "share": 0.1},
        {"size": 600, "share": 0.5},
        {"size": 10_000, "share": 0.1, "uplift": 0.02},
    ],
)
def test_of_a_thousand_campaigns_93_to_97_in_100_hold_the_truth(
    figures: dict[str, float],
) -> None:
    campaigns = read_all(1_000, **figures)
    held = coverage(campaigns)
    assert 0.93 <= held["conversion"] <= 0.97, held
    assert 0.93 <= held["revenue"] <= 0.97, held
    assert narrower(campaigns, "conversion") < 1
    assert narrower(campaigns, "revenue") < 0.95
