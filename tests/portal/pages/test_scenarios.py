"""Scenarios: an address carries all of one; whatever else it carries is refused in words."""

from contextlib import suppress
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.pages.plan import scenarios
from portal.pages.plan.scenarios import Entered
from portal.reading.contacting.economics import StrategyError

CAREFUL = Entered(
    segment="VIP Champions",
    customers=698,
    ranges=(1, 1, 1.5, 8, 10.25, 12, 15, 30, 47.5, 50, 50, 50, 80, 100, 100),
    budget=5_500.0,
    name="Careful, 50 % ~off",
)
TEXT = scenarios.to_text(CAREFUL)
printable = st.text(
    st.characters(categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=60
).filter(lambda text: text.strip() and text.isprintable())
shares = st.lists(st.integers(0, 10_000), min_size=3, max_size=3).map(
    lambda three: [each / 100 for each in sorted(three)]
)
amounts = st.lists(st.integers(0, 10**8), min_size=3, max_size=3).map(
    lambda three: [each / 100 for each in sorted(three)]
)


@given(
    segment=printable,
    name=printable,
    customers=st.integers(0, 10**9),
    budget=st.none() | st.integers(100, 10**10).map(lambda cents: cents / 100),
    ranges=st.tuples(
        amounts, amounts, shares, shares.filter(lambda three: three[1] > 0), shares
    ),
)
def test_an_address_brings_a_scenario_back(segment, name, customers, budget, ranges) -> None:
    flat = tuple(value for three in ranges for value in three)
    whole = Entered(segment, customers, flat, budget, name)
    query = scenarios.to_query([whole, CAREFUL], "Online Retail & more")
    assert scenarios.from_query(query) == scenarios.Shared((whole, CAREFUL))


def test_without_a_scenario_an_address_says_nothing() -> None:
    for search in (None, "", "?dataset=shop", "?q=scenario"):
        assert scenarios.from_query(search) == scenarios.Shared(())


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not written as this page writes it"),
        ("hello", "not written as this page writes it"),
        (TEXT.replace("2~", "1~", 1), "made with an earlier calculator"),
        (TEXT.replace("2~", "3~", 1), "not written as this page writes it"),
        (TEXT + "~", "not written as this page writes it"),
        (TEXT.replace("~698~", "~many~"), "number of customers"),
        (TEXT.replace("~698~", "~9999999999~"), "number of customers"),
        (TEXT.replace("~5500~", "~0.5~"), "its budget is none"),
        (TEXT.replace("~5500~", "~nan~"), "its budget is not made of numbers"),
        (TEXT.replace("15_30_47.5", "15_30"), "its success rate is not three numbers"),
        (TEXT.replace("15_30_47.5", "15_30_x"), "its success rate is not made of numbers"),
        (TEXT.replace("15_30_47.5", "8_1e3_9"), "its success rate is not made of numbers"),
        (TEXT.replace("15_30_47.5", "40_30_50"), "“success_rate” must be in order"),
        (TEXT.replace("15_30_47.5", "15_30_125"), "“success_rate” must be a share"),
        (TEXT.replace("VIP Champions", ""), "its segment is not a line"),
        (TEXT.replace("VIP Champions", "x" * 101), "its segment is not a line"),
        (TEXT.replace("Careful", "a\nb"), "its name is not a line"),
    ],
)
def test_a_bad_address_is_one_clear_sentence(text: str, why: str) -> None:
    shared = scenarios.from_query(f"?scenario={quote_plus(text)}")
    assert shared.entered == ()
    assert why in shared.problem
    assert shared.problem.endswith("instead.")
    assert ". " not in shared.problem


def test_no_more_than_four_are_compared() -> None:
    assert len(scenarios.from_query(scenarios.to_query([CAREFUL] * 4, "shop")).entered) == 4
    shared = scenarios.from_query(scenarios.to_query([CAREFUL] * 5, "shop"))
    assert shared.entered == ()
    assert "more than 4" in shared.problem
    assert "too long" in scenarios.from_query("?scenario=" + "1" * 30_000).problem


@given(st.text(max_size=60))
def test_no_text_does_more_than_be_refused(text: str) -> None:
    with suppress(StrategyError):
        scenarios.from_text(text)


def test_a_scenario_without_a_name_is_named_by_itself() -> None:
    said = scenarios.free_name(CAREFUL, ())
    assert said == "VIP Champions, 698 customers"
    assert scenarios.free_name(CAREFUL, {said}) == f"{said} (2)"
    assert scenarios.free_name(CAREFUL, {said, f"{said} (2)"}) == f"{said} (3)"
    long = CAREFUL._replace(segment="x" * 300, customers=10**9)
    assert len(scenarios.free_name(long, {"a"} | {str(n) for n in range(99)})) <= 100
