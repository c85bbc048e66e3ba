"""Which purchase a cancellation takes back: the latest earlier one that has enough left."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.quality.netting import KEY, match_cancellations
from tests.quality.order_lines import as_lines, histories


def split(events: list[dict]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Separate what was bought from what came back, known customers alone."""
    lines = as_lines(events)
    lines = lines[lines["customer_id"].notna() & (lines["unit_price"] > 0)]
    return lines[lines["quantity"] > 0], lines[lines["quantity"] < 0]


def by_hand(purchases: pd.DataFrame, cancellations: pd.DataFrame) -> dict[int, int]:
    """Match slowly: for each cancellation in turn look at every purchase, the latest first."""
    left = purchases["quantity"].to_dict()
    matches = {}
    latest_first = purchases.iloc[::-1].sort_values(
        "ordered_at", ascending=False, kind="stable"
    )
    for place, back in cancellations.sort_values("ordered_at", kind="stable").iterrows():
        for candidate, bought in latest_first.iterrows():
            same = all(bought[column] == back[column] for column in KEY)
            earlier = bought["ordered_at"] <= back["ordered_at"]
            if same and earlier and left[candidate] >= -back["quantity"]:
                left[candidate] += back["quantity"]
                matches[place] = candidate
                break
    return matches


def pairs(matched: pd.DataFrame) -> dict[int, int]:
    assert matched["cancellation"].is_unique
    return dict(zip(matched["cancellation"], matched["purchase"], strict=True))


@settings(max_examples=40)
@given(histories())
def test_the_latest_earlier_purchase_with_enough_left(events):
    purchases, cancellations = split(events)
    assert pairs(match_cancellations(purchases, cancellations)) == by_hand(
        purchases, cancellations
    )


@settings(max_examples=40)
@given(histories(at_least=10))
def test_never_more_than_was_bought_and_never_before(events):
    purchases, cancellations = split(events)
    matched = match_cancellations(purchases, cancellations)
    taken = matched.groupby("purchase")["quantity"].sum()
    assert (taken <= purchases["quantity"][taken.index]).all()
    assert (matched["quantity"] > 0).all()
    assert (matched["value"] > 0).all()
    bought_at = purchases["ordered_at"].loc[matched["purchase"]].to_numpy()
    assert (bought_at <= matched["cancelled_at"].to_numpy()).all()
    paid = purchases["unit_price"].loc[matched["purchase"]].to_numpy() * matched["quantity"]
    assert paid.tolist() == matched["value"].tolist()


@settings(max_examples=40)
@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_rows_matters_within_an_instant_alone(events, chance):
    purchases, cancellations = split(events)

    def shuffled(lines: pd.DataFrame) -> pd.DataFrame:
        instants = [group for _, group in lines.groupby("ordered_at")]
        chance.shuffle(instants)
        return pd.concat(instants) if instants else lines

    again = match_cancellations(shuffled(purchases), shuffled(cancellations))
    assert pairs(again) == pairs(match_cancellations(purchases, cancellations))


@settings(max_examples=40)
@given(histories(), st.integers(0, 12))
def test_what_comes_later_changes_no_match(events, day):
    def until(lines: pd.DataFrame) -> pd.DataFrame:
        first = pd.Timestamp("2024-01-01")
        return lines[lines["ordered_at"] < first + pd.Timedelta(days=day + 1)]

    purchases, cancellations = split(events)
    whole = pairs(match_cancellations(purchases, cancellations))
    cut = pairs(match_cancellations(until(purchases), until(cancellations)))
    assert cut == {k: v for k, v in whole.items() if k in until(cancellations).index}


EXAMPLES = {
    "the later of two": ([(0, 5), (1, 5), (2, -5)], {2: 1}),
    "the later one has too little": ([(0, 5), (1, 3), (2, -5)], {2: 0}),
    "in two steps": ([(0, 5), (1, -3), (2, -2)], {1: 0, 2: 0}),
    "more than there is": ([(0, 5), (1, -3), (2, -3)], {1: 0}),
    "not from the future": ([(0, -5), (1, 5)], {}),
    "at the same minute": ([(0, 5), (0, -5)], {1: 0}),
    "never over two purchases": ([(0, 3), (1, 3), (2, -6)], {}),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples(name: str):
    events, expected = EXAMPLES[name]
    rows = [{"day": day, "quantity": quantity} for day, quantity in events]
    assert pairs(match_cancellations(*split(rows))) == expected


@pytest.mark.parametrize("other", [{"customer_id": "B"}, {"product": "JAM"}, {"unit_price": 2}])
def test_another_customer_product_or_price_is_no_match(other):
    rows = [{"quantity": 5}, {"day": 1, "quantity": -5, **other}]
    assert pairs(match_cancellations(*split(rows))) == {}
