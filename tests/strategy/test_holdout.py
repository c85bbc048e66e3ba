"""Who is held out: exact sizes, balanced, and the same whatever the order of rows."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.base.errors import StrategyError
from pipeline.strategy.campaigns.holdout import assign, balance, strata

audiences = st.lists(st.sampled_from("abcde"), min_size=2, max_size=120)


def audience(size: int = 2_000, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "customer_id": [str(17_000 + number) for number in range(size)],
            "segment": rng.choice(["At Risk", "VIP Champions", "Promising"], size),
            "spend_band": rng.choice(["Top 20 %", "Middle", None], size),
            "monetary": rng.lognormal(5, 1, size),
            "recency_days": np.where(
                rng.random(size) < 0.1, np.nan, rng.integers(0, 365, size)
            ),
        }
    )


def ids(size: int) -> pd.Series:
    return pd.Series([f"c{number}" for number in range(size)])


@given(audiences, st.floats(0.02, 0.98), st.integers(0, 10_000))
def test_sizes_are_exact_in_all_and_in_each_stratum(
    names: list[str], share: float, seed: int
) -> None:
    stratum = pd.Series(names)
    held_in_all = int(np.floor(len(names) * share + 0.5))
    if held_in_all in (0, len(names)):
        with pytest.raises(StrategyError, match="too small"):
            assign(ids(len(names)), stratum, share=share, seed=seed)
        return
    contacted = assign(ids(len(names)), stratum, share=share, seed=seed)
    assert (~contacted).sum() == held_in_all
    exact = held_in_all / len(names) * stratum.value_counts()
    held = (~contacted).groupby(stratum).sum()
    assert ((held - exact).abs() < 1).all()


@given(audiences, st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_the_order_of_rows_means_nothing(names: list[str], seed: int, random) -> None:
    frame = pd.DataFrame({"customer_id": ids(len(names)), "stratum": names})
    mixed = frame.sample(frac=1, random_state=random.randrange(2**31))
    one, other = (
        assign(each["customer_id"], each["stratum"], share=0.5, seed=seed)
        for each in (frame, mixed)
    )
    assert one.equals(other.sort_index())


def test_the_assignment_is_the_same_on_every_machine() -> None:
    """Written down once: a change here breaks the promise that stamps give."""
    contacted = assign(ids(12), pd.Series(["a", "b"] * 6), share=0.25, seed=7)
    assert [place for place, is_in in enumerate(contacted) if not is_in] == [0, 10, 11]


def test_another_seed_holds_out_others() -> None:
    stratum = pd.Series(["a"] * 1_000)
    one, other = (assign(ids(1_000), stratum, share=0.2, seed=seed) for seed in (1, 2))
    both = (~one & ~other).sum()
    assert 20 < both < 60  # 40 by chance


def test_everyone_is_as_likely_to_be_held_out() -> None:
    stratum = pd.Series(["a"] * 28 + ["b"] * 12)
    times = sum(
        (~assign(ids(40), stratum, share=0.25, seed=seed)).astype(int) for seed in range(2_000)
    )
    assert times.sum() == 10 * 2_000
    # binomial: 500 ± 4.5 standard deviations of 19.4
    assert times.between(412, 588).all()


def test_strata_are_segment_by_spend_band() -> None:
    names = strata(audience())
    assert set(names) >= {"At Risk · Top 20 %", "Promising · Unknown"}
    assert names.value_counts().min() >= 20


def test_small_strata_are_pooled() -> None:
    customers = pd.DataFrame({"segment": ["a"] * 50 + ["b"] * 15 + ["c"] * 8})
    assert strata(customers, ["segment"]).value_counts().to_dict() == {"a": 50, "Others": 23}
    few = customers.iloc[:60]
    assert set(strata(few, ["segment"])) == {"a"}
    assert set(strata(customers, [])) == {"All"}
    assert strata(customers.iloc[:0]).empty


def test_the_arms_are_balanced_and_a_biased_choice_is_seen() -> None:
    customers = audience(4_000)
    stratum = strata(customers)
    contacted = assign(customers["customer_id"], stratum, share=0.2, seed=3)
    attributes = customers[["segment", "spend_band", "monetary", "recency_days"]]
    fair = balance(attributes, contacted)
    assert (fair["difference"].abs() < 0.1).all()
    assert (fair.loc[fair["attribute"] == "segment", "difference"].abs() < 0.01).all()

    biased = balance(attributes, customers["monetary"] > customers["monetary"].median())
    row = biased[biased["attribute"] == "monetary"].iloc[0]
    assert row["difference"] > 1 > row["by_chance"]
    assert row["contacted"] > row["held_out"]


def test_balance_by_hand() -> None:
    customers = pd.DataFrame(
        {"age": [1.0, 3.0, 2.0, 6.0, None], "city": ["x", "y", "x", "x", "y"]}
    )
    found = balance(customers, pd.Series([True, True, False, False, False]))
    age = found.iloc[0]
    assert (age["contacted"], age["held_out"]) == (2, 4)
    assert age["difference"] == pytest.approx(-2 / np.sqrt((1 + 4) / 2))
    city = found[found["level"] == "x"].iloc[0]
    assert (city["contacted"], city["held_out"]) == (0.5, pytest.approx(2 / 3))


@pytest.mark.parametrize(
    ("customer_ids", "share", "said"),
    [
        (["a", "a", "b"], 0.5, "an identifier of its own"),
        (["a", None, "b"], 0.5, "an identifier of its own"),
        (["a", "b", "c"], 0.0, "must lie between 0 and 1"),
        (["a", "b", "c"], 1.0, "must lie between 0 and 1"),
        (["a", "b", "c"], 0.1, "An audience of 3 is too small to hold 10 % out"),
    ],
)
def test_an_audience_that_can_not_be_divided(
    customer_ids: list[str | None], share: float, said: str
) -> None:
    with pytest.raises(StrategyError, match=said):
        assign(pd.Series(customer_ids), pd.Series(["s"] * 3), share=share, seed=0)


def test_everyone_needs_a_stratum() -> None:
    with pytest.raises(StrategyError, match="needs a stratum"):
        assign(ids(3), pd.Series(["a", None, "a"]), share=0.5, seed=0)
