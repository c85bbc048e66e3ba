"""How figures are written."""

import datetime as dt
import re

import pytest
from babel.core import get_global
from babel.numbers import get_currency_precision
from hypothesis import given
from hypothesis import strategies as st

from portal.words import wording
from portal.words.measures import MEASURES


def test_money_in_full_and_short() -> None:
    assert wording.money(8_887_208.89, "GBP") == "£8,887,208.89"
    assert wording.money_short(8_887_208.89, "GBP") == "£8.9M"
    assert wording.money(-12.5, "EUR") == "−€12.50"
    assert wording.money(1_234.5, "JPY") == "¥1,234"
    assert wording.money(3, "CHF") == "CHF 3.00"
    assert wording.money(3, "XYZ") == "XYZ 3.00"
    assert wording.money_short(999_999, "USD") == "$1.0M"
    assert wording.money_short(472_000, "USD") == "$472K"
    assert wording.money_short(98.68, "GBP") == "£99"
    assert wording.money_short(950, "GBP") == "£950"


@pytest.mark.parametrize("nothing", [None, float("nan"), float("inf")])
def test_what_is_not_known_is_a_dash(nothing: float | None) -> None:
    assert wording.money(nothing, "GBP") == wording.NOTHING
    assert wording.percent(nothing) == wording.NOTHING
    assert wording.count(nothing, "row") == wording.NOTHING
    assert wording.seconds(nothing) == wording.NOTHING


def test_shares_and_changes() -> None:
    assert wording.percent(0.744) == "74 %"
    assert wording.percent(0.0004) == "< 1 %"
    assert wording.percent(-0.05, 1) == "−5.0 %"
    assert wording.change(104.2, 100) == "+4.2 %"
    assert wording.change(95, 100) == "−5.0 %"
    assert wording.change(1, 0) == wording.NOTHING
    assert wording.change(100.001, 100) == "0.0 %"


def test_counts_days_and_times() -> None:
    assert wording.count(1, "customer") == "1 customer"
    assert wording.count(4_338, "customer") == "4,338 customers"
    assert wording.count(2, "country", "countries") == "2 countries"
    assert wording.date(dt.date(2011, 12, 9)) == "9 Dec 2011"
    assert wording.moment(dt.datetime(2011, 12, 9, 14, 5)) == "9 Dec 2011, 14:05 UTC"  # noqa: DTZ001
    assert wording.seconds(0.42) == "0.42 s"
    assert wording.seconds(185) == "3 min 5 s"
    assert wording.plain_list(["a", "b", "c"]) == "a, b and c"


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15))
def test_amounts_never_lose_their_sign(amount: float) -> None:
    for written in (wording.money(amount, "GBP"), wording.number(amount, 1)):
        assert written.startswith(wording.MINUS) == bool(
            amount < 0 and re.search("[1-9]", written)
        )


def test_every_measure_is_one_or_two_sentences() -> None:
    for name, measure in MEASURES.items():
        assert measure.meaning.endswith("."), name
        assert 20 < len(measure.meaning) < 260, name


@pytest.mark.parametrize("code", sorted(get_global("all_currencies")))
def test_amounts_have_the_decimals_of_their_currency(code):
    precision = get_currency_precision(code)
    assert wording.decimals(code) == (precision if precision in {0, 3} else 2)
