"""Stamps travel in exports, as lines and as JSON, and come back the same."""

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.base.errors import StrategyError
from pipeline.strategy.campaigns.holdout import assign
from pipeline.strategy.campaigns.stamp import (
    Stamp,
    audience_digest,
    stamp_from_json,
    stamp_from_lines,
)

IDS = ["17850", "12583", "a: b"]
line = st.text(
    st.characters(exclude_categories=["C", "Z"], include_characters=" :#"), max_size=40
)
name = line.filter(bool)
stamps = st.builds(
    Stamp,
    name=name,
    dataset=name,
    run=st.integers(0, 10**9),
    as_of=st.one_of(st.none(), st.dates()),
    model=st.one_of(st.none(), line),
    filters=st.dictionaries(line, line, max_size=4),
    strata=st.lists(line, max_size=3).map(tuple),
    customers=st.integers(0, 10**9),
    audience=st.just(audience_digest(IDS)),
    seed=st.integers(0, 2**63),
    share=st.floats(0, 1, exclude_max=True),
)


def stamp(**changes: object) -> Stamp:
    values = {
        "name": "Spring: win back",
        "dataset": "shop",
        "run": 12,
        "as_of": dt.date(2011, 12, 9),
        "model": "xgboost",
        "filters": {"segment": "At Risk", "risk": "Valuable at risk"},
        "strata": ("segment", "spend_band"),
        "customers": 3,
        "audience": audience_digest(IDS),
        "seed": 5,
        "share": 0.1,
        **changes,
    }
    return Stamp.of(values, subject="The stamp")


@given(stamps)
def test_there_and_back(given_stamp: Stamp) -> None:
    assert stamp_from_json(given_stamp.to_json()) == given_stamp
    lines = given_stamp.to_lines()
    assert all(len(each.splitlines()) == 1 for each in lines)
    assert stamp_from_lines(lines) == given_stamp


def test_lines_are_found_among_others() -> None:
    lines = ["Exported for you", *(f"{each}\r\n" for each in stamp().to_lines()), "", "Seed: 9"]
    assert stamp_from_lines(lines) == stamp()


def test_lines_can_be_read_by_people() -> None:
    assert stamp().to_lines()[:5] == [
        "Clientele campaign",
        "Campaign: Spring: win back",
        "Data set: shop",
        "Run: 12",
        "As of: 2011-12-09",
    ]


def test_a_stamp_knows_its_audience() -> None:
    assert stamp().is_of(reversed(IDS))
    assert not stamp().is_of(IDS[:2])
    assert audience_digest(["a", "b"]) != audience_digest(["ab"])


def test_the_hold_out_is_made_again_from_the_stamp() -> None:
    ids = pd.Series([str(number) for number in range(500)])
    stratum = pd.Series(["x", "y"] * 250)
    kept = stamp(audience=audience_digest(ids), customers=500, share=0.2)
    first = assign(ids, stratum, share=kept.share, seed=kept.seed)
    back = stamp_from_lines(kept.to_lines())
    shuffled = ids.sample(frac=1, random_state=1)
    again = assign(shuffled, stratum[shuffled.index], share=back.share, seed=back.seed)
    assert back.is_of(shuffled)
    assert again.sort_index().equals(first)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "The stamp is not JSON"),
        ("[" * 100_000, "The stamp is not JSON"),
        ("[]", "The stamp: must hold “name: value” lines"),
        ("{}", "The stamp: “name” is missing"),
    ],
)
def test_what_is_no_stamp(text: str, said: str) -> None:
    with pytest.raises(StrategyError, match=said):
        stamp_from_json(text)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "a\nb"}, "“name” must be one line of text"),
        ({"name": ""}, "“name” must not be empty"),
        ({"share": 1.0}, "“share” must be below 1"),
        ({"audience": "x"}, "“audience” is not written as it must be"),
        ({"version": 2}, "“version” must be 1"),
        ({"as_of": "yesterday"}, "“as_of” must be a day as YYYY-MM-DD"),
        ({"colour": "red"}, "“colour” is not known; known there: name, dataset"),
    ],
)
def test_what_a_stamp_can_not_hold(change: dict[str, object], said: str) -> None:
    with pytest.raises(StrategyError, match=f"The stamp: {said}"):
        stamp(**change)


def test_a_text_without_a_stamp() -> None:
    with pytest.raises(StrategyError, match="no stamp in this text"):
        stamp_from_lines(["customer_id,segment", "1,At Risk"])
