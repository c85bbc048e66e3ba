"""Pairs of purchase and cancellation, and why some are unusual."""

import datetime as dt
from typing import Any

import pandas as pd
import pytest

from pipeline.quality.cleaning import clean
from pipeline.sales.ledger import ledger
from pipeline.sales.returns import Returns, returns
from pipeline.trade_settings import CleaningSettings, SalesSettings
from tests.quality.order_lines import START, as_lines

AS_OF = START + dt.timedelta(days=60)


def told(events: list[dict[str, Any]], **settings: float) -> Returns:
    whole = clean(as_lines(events), CleaningSettings())
    book = ledger(whole.purchases, whole.cancellations, as_of=AS_OF)
    return returns(book, SalesSettings(**settings))


def small(number: int) -> list[dict[str, Any]]:
    """Buy and give back a little, a day later, by a customer of one's own."""
    who = {"customer_id": f"S{number}", "product": f"P{number}"}
    return [
        {"invoice": f"9{number}", "quantity": 10, "day": number, **who},
        {"invoice": f"C9{number}", "quantity": -1, "day": number + 1, **who},
    ]


USUAL = [event for number in range(6) for event in small(number)]
MISTAKE = [
    {"invoice": "1", "quantity": 500, "day": 3},
    {"invoice": "C2", "quantity": -500, "day": 3, "minute": 12},
]


def test_a_pair_names_both_invoices_and_the_time_between():
    pairs = told([*USUAL, *MISTAKE]).pairs
    best = pairs.iloc[0]
    assert (best["purchase"], best["cancellation"], best["customer_id"]) == ("1", "C2", "A")
    assert (best["value"], best["pieces"], best["minutes"]) == (500, 500, 12)
    assert (best["product"], best["share"]) == ("TEA", 1.0)
    assert best["reasons"] == (
        "large: 500 times the middle return; quick: the whole order came back after 12 minutes"
    )
    assert pairs["reasons"].iloc[1:].isna().all()
    assert pairs["position"].tolist() == list(range(7))


def test_what_comes_back_later_or_in_part_is_not_quick():
    later = [MISTAKE[0], MISTAKE[1] | {"minute": 61}]
    assert not told([*USUAL, *later]).pairs["is_quick"].any()
    part = [MISTAKE[0], MISTAKE[1] | {"quantity": -400}]
    assert not told([*USUAL, *part]).pairs["is_quick"].any()
    assert told([*USUAL, *later], quick_minutes=61).pairs["is_quick"].any()


def test_a_middle_return_is_not_large():
    assert not told([*USUAL, *MISTAKE], large_return=501).pairs["is_large"].any()


def test_who_returns_often_and_much_is_unusual():
    often = [
        event
        for number in range(5)
        for event in (
            {"invoice": f"7{number}", "quantity": 2, "day": number, "customer_id": "O"},
            {"invoice": f"C7{number}", "quantity": -2, "day": number + 1, "customer_id": "O"},
        )
    ]
    others = [{"invoice": "5", "quantity": 200, "customer_id": "B"}]
    pairs = told([*USUAL, *others, *often]).pairs
    assert set(pairs.loc[pairs["is_repeated"], "customer_id"]) == {"O"}
    assert pairs["reasons"].dropna().str.contains("from 5 orders, 100 % of what").all()
    assert not told([*USUAL, *others, *often], repeated_returns=6).pairs["is_repeated"].any()


def test_customers_have_the_share_that_came_back():
    shares = told([*USUAL, *MISTAKE]).customers.set_index("customer_id")["returned_share"]
    assert shares["A"] == 1
    assert shares["S1"] == pytest.approx(0.1)


def test_returns_after_the_day_are_not_known():
    late = [{"quantity": 5}, {"invoice": "C2", "quantity": -5, "day": 61}]
    found = told(late)
    assert found.pairs.empty
    assert found.customers["returned"].tolist() == [0]


def test_a_shop_without_returns_has_no_pairs():
    found = told([{"quantity": 5}])
    assert isinstance(found.pairs, pd.DataFrame)
    assert found.pairs.empty
