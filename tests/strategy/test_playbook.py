"""The playbook: its figures, what it refuses and how, its text, and its history in words."""

import time
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.base.errors import StrategyError
from pipeline.segments.naming import ARCHETYPES, MORE_ARCHETYPES
from pipeline.strategy.campaigns.groups import GROUPS
from pipeline.strategy.changes import changes
from pipeline.strategy.faults import faults
from pipeline.strategy.playbook import (
    DEFAULT,
    default_playbook,
    dump_playbook,
    load_playbook,
    play_for,
    welcome,
)
from portal.words.theme import SEGMENTS

FIGURES = {
    "VIP Champions": ((15, 25), (30, 40), "very high"),
    "Potential Loyalists": (None, (25, 30), "high"),
    "Average Customers": ((10, 15), (20, 25), "average"),
    "At Risk": ((20, 30), (10, 15), "medium to low"),
    "Lost or Hibernating": ((40, 50), (5, 10), "low"),
}


def edited(path: str, value: object, *others: tuple[str, object]) -> str:
    """Give the built-in playbook's text with values changed; a value of `...` removes one."""
    content = yaml.safe_load(DEFAULT.read_text("utf-8"))
    for each in ((path, value), *others):
        change(content, *each)
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False)


def change(content: Any, path: str, value: object) -> None:
    *way, last = path.split("/")
    place = content
    for part in way:
        place = place[part]
    if value is ...:
        del place[last]
    else:
        place[last] = value


def refused(text: str) -> str:
    with pytest.raises(StrategyError) as error:
        load_playbook(text)
    said = str(error.value)
    assert said.count(". ") == 0
    assert said.endswith(".")
    assert "\n" not in said
    return said


@pytest.mark.parametrize("segment", FIGURES)
def test_the_five_segments_have_their_figures(segment: str) -> None:
    discount, (least, most), rating = FIGURES[segment]
    play = default_playbook().segments[segment]
    found = play.discount and (play.discount.least, play.discount.most)
    assert found == discount
    assert (play.budget_share.least, play.budget_share.most) == (least, most)
    assert play.expected_return == rating


def test_the_targets_of_the_five_add_up_to_100() -> None:
    plays = default_playbook().segments.values()
    assert sum(play.budget_share.target for play in plays) == 100
    assert sorted(play.priority for play in plays) == [1, 2, 3, 4, 5]


def test_every_group_has_its_promotions_and_messages() -> None:
    playbook = default_playbook()
    assert tuple(playbook.groups) == GROUPS
    assert sum(play.budget_share.target for play in playbook.groups.values()) == 100
    assert playbook.groups["Valuable at risk"].promotional_buyers


def test_every_name_that_the_product_gives_has_a_play() -> None:
    playbook = default_playbook()
    names = {each.name for each in (*ARCHETYPES, *MORE_ARCHETYPES)} | set(SEGMENTS)
    assert all(play_for(playbook, name).name != "other" for name in names)
    assert play_for(playbook, "Big Spenders").name == "VIP Champions"


@pytest.mark.parametrize(
    ("segment", "name"),
    [
        ("Top Spenders, Recent", "VIP Champions"),
        ("Good Spenders 2", "Potential Loyalists"),
        ("Middle Spenders, more age", "Average Customers"),
        ("Low Spenders", "other"),
        ("Group 3", "other"),
        ("Customers", "other"),
        ("", "other"),
    ],
)
def test_other_names_follow_the_nearest_play(segment: str, name: str) -> None:
    assert play_for(default_playbook(), segment).name == name


def test_the_text_that_comes_with_the_product_is_the_canonical_one() -> None:
    text = DEFAULT.read_text("utf-8")
    assert dump_playbook(load_playbook(text)) == text


def test_costs_are_those_of_a_retention_campaign() -> None:
    costs = default_playbook().costs
    assert costs.retention.success_rate == pytest.approx(0.3)
    assert costs.retention.margin == costs.margin / 100


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("costs/incentive", -1, "“costs.incentive” must be at least 0"),
        ("costs/margin", 0.4, "“costs.margin” is in per cent: write 40 for 0.4"),
        ("costs/contact_cost", 10**400, "“costs.contact_cost” must be a number"),
        ("other/priority", 10**400, "“other.priority” must be"),
        ("costs/contact_cost", "much", "“costs.contact_cost” must be a number"),
        ("costs/contact_cost", float("nan"), "“costs.contact_cost” must be a number"),
        ("costs/success_rate/alpha", 0, "“costs.success_rate.alpha” must be above 0"),
        ("engagement/recency", 50, "“engagement” must add up to 100, not to 115"),
        ("other/priority", 2.5, "“other.priority” must be a whole number"),
        ("other/strategy", "", "“other.strategy” must not be empty"),
        ("other/actions", [], "“other.actions” must not be empty"),
        ("other/actions", "call", "“other.actions” must be a list"),
        ("other/strategy", ..., "“other.strategy” is missing"),
        ("other/expected_return", "superb", "“other.expected_return” must be 'very high'"),
        ("other/colour", "red", "“other.colour” is not known; known there: also, priority"),
        ("segments/At Risk/discount/most", 120,
         "“segments.At Risk.discount.most” must be at most 100"),
        ("segments/At Risk/discount/most", 10,
         "“segments.At Risk.discount” must have its least not above its most"),
        ("segments/At Risk/discount/mean", 10,
         "“segments.At Risk.discount.mean” is not known; known there: least, most"),
        ("segments/At Risk/budget_share/target", 40,
         "“segments.At Risk.budget_share” must be in order: least, target, most"),
        ("segments/At Risk/budget_share/least", 9.55,
         "“segments.At Risk.budget_share.least” must have one decimal at most"),
        ("segments/At Risk/response/high", 101,
         "“segments.At Risk.response.high” must be from 0 to 100 per cent"),
        ("segments/At Risk/uplift/likely", 10,
         "“segments.At Risk.uplift” must be in order: low, likely, high"),
        ("segments/At Risk/also", ["VIP Champions"],
         "“segments.At Risk.also” names “VIP Champions” a second time"),
        ("segments", {}, "“segments” must not be empty"),
        ("groups/Valuable at risk", ..., "“groups” must be exactly Valuable at risk, Val"),
        ("groups/Valuable at risk/push", ..., "“groups.Valuable at risk.push” is missing"),
        ("costs", ..., "“costs” is missing"),
        ("segments/At Risk/budget_share/target", 13,
         "“segments” must have target shares that add up to 100 %, not to 101 %: lower them"
         " by 1"),
        ("segments/At Risk/budget_share", {"least": 10, "target": 11.9, "most": 15},
         "“segments” must have target shares that add up to 100 %, not to 99.9 %: raise them by"
         " 0.1"),
        ("segments/At Risk", ...,
         "“segments” must have target shares that add up to 100 %, not to 88 %: raise them"
         " by 12"),
        ("groups/Valuable at risk/budget_share/target", 60,
         "“groups” must have target shares that add up to 100 %, not to 110 %: lower them"
         " by 10"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_one_sentence(path: str, value: object, said: str) -> None:
    assert refused(edited(path, value)).startswith(f"The playbook: {said}")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("costs: [", "The playbook can't be read: line 1 is not valid YAML"),
        ("a: 1\nb: 2\na: 3\n", "The playbook can't be read: line 3 has “a” a second time"),
        ("a: &x [1]\nb: *x\n", "The playbook can't be read: line 2 refers to another place"),
        ("\x00", "The playbook can't be read: a character is not valid YAML"),
        ("", "The playbook must hold “name: value” lines"),
        ("- 1", "The playbook must hold “name: value” lines"),
        ("!!python/object/apply:os.system [ls]", "The playbook can't be read: line 1"),
        ("? [a]\n: 1\n", "The playbook can't be read: line 1 is not valid YAML"),
        ("[" * 5_000, "The playbook"),
        ("a" * (64 * 1024 + 1), "The playbook can't be read: it is too long: at most 64 kB"),
        ("ä" * (32 * 1024 + 1), "The playbook can't be read: it is too long: at most 64 kB"),
        ("a: !!timestamp x", "The playbook can't be read: line 1 has a tag (!); leave it out"),
        (
            "a: 1\nb: " + "9" * 5_000,
            "The playbook can't be read: line 2 has a number that can't",
        ),
        (
            "a: " + "1:" * 3_000 + "1.5",
            "The playbook can't be read: line 1 has a number that can't",
        ),
        ("costs: 2026-99-99", "The playbook: “costs” must hold"),
        ("\ud800", "The playbook can't be read: a character is not valid YAML"),
    ],
)
def test_a_text_that_is_no_playbook(text: str, said: str) -> None:
    assert refused(text).startswith(said)


def test_no_change_is_no_line() -> None:
    assert changes(default_playbook(), load_playbook(dump_playbook(default_playbook()))) == []


AVERAGE = "segments/Average Customers/budget_share/target"


@pytest.mark.parametrize(
    ("path", "value", "line"),
    [
        ("costs/incentive", 12, "Costs: incentive 10 → 12"),
        ("costs/margin", 45, "Costs: margin 50 % → 45 %"),
        ("costs/success_rate/beta", 20,
         "Costs: success rate alpha 6, beta 14 → alpha 6, beta 20"),
        ("segments/At Risk/discount/most", 35, "At Risk: discount 20–30 % → 20–35 %"),
        ("segments/At Risk/discount", ..., "At Risk: discount 20–30 % → none"),
        ("segments/At Risk/strategy", "Call", "At Risk: strategy “Re-engagement” → “Call”"),
        ("segments/At Risk/channels", ["e-mail", "telephone", "post"],
         "At Risk, channels: “post” added"),
        ("segments/At Risk/channels", ["telephone", "e-mail"],
         "At Risk, channels: put in another order"),
        ("other/priority", 4, "Any other segment: priority 5 → 4"),
        ("groups/Valuable and safe/email", "None",
         "Valuable and safe: e-mail “News and recommendations, twice a month at most” →"
         " “None”"),
    ],
)  # fmt: skip
def test_a_change_is_told_in_words(path: str, value: object, line: str) -> None:
    assert changes(default_playbook(), load_playbook(edited(path, value))) == [line]


def test_shares_that_move_are_told() -> None:
    text = edited("segments/At Risk/budget_share/target", 11, (AVERAGE, 22))
    assert changes(default_playbook(), load_playbook(text)) == [
        "Average Customers: budget share 21 (20–25) % → 22 (20–25) %",
        "At Risk: budget share 12 (10–15) % → 11 (10–15) %",
    ]


def test_segments_that_come_and_go_are_told() -> None:
    content = yaml.safe_load(DEFAULT.read_text("utf-8"))
    content["segments"]["Trade"] = content["segments"].pop("At Risk")
    new = load_playbook(yaml.safe_dump(content, sort_keys=False))
    assert changes(default_playbook(), new) == ["Trade: new", "At Risk: removed"]


@pytest.mark.parametrize(
    ("path", "value", "said", "on"),
    [
        ("costs/incentive", -1, "“costs.incentive” must be at least 0.", "incentive: -1"),
        ("segments/At Risk/budget_share/target", 40,
         "“segments.At Risk.budget_share” must be in order: least, target, most.",
         "budget_share:"),
        ("segments/At Risk/also", ["VIP Champions"],
         "“segments.At Risk.also” names “VIP Champions” a second time.", "also:"),
        ("segments/At Risk/actions", ["call", ""],
         "“segments.At Risk.actions.1” must not be empty.", "- ''"),
        ("other/colour", "red", "“other.colour” is not known; known there: ", "colour: red"),
        ("other/strategy", ..., "“other.strategy” is missing.", "other:"),
    ],
)  # fmt: skip
def test_a_fault_names_its_line(path: str, value: object, said: str, on: str) -> None:
    text = edited(path, value)
    (fault,) = faults(text)
    assert fault.sentence.startswith(said)
    assert fault.line is not None
    assert text.splitlines()[fault.line - 1].strip() == on


def test_every_fault_is_named_from_top_to_bottom() -> None:
    text = edited(
        "costs/margin", 0.4, ("engagement/recency", 50), ("groups/Valuable and safe/push", ...)
    )
    found = faults(text)
    assert [fault.sentence.split("”")[0] for fault in found] == [
        "“costs.margin", "“engagement", "“groups.Valuable and safe.push",
    ]  # fmt: skip
    lines = [fault.line for fault in found]
    assert lines == sorted(lines)


def test_a_text_that_is_no_playbook_has_one_fault_with_its_line() -> None:
    assert faults("a: 1\na: 2\n")[0].line == 2
    assert faults("")[0].line is None
    assert faults(DEFAULT.read_text("utf-8")) == []


def test_many_names_are_read_in_time_that_grows_with_them_and_no_faster() -> None:
    def seconds(names: int) -> float:
        text = "\n".join(f"k{number}: 1" for number in range(names))
        took = []
        for _ in range(3):
            began = time.process_time()
            assert faults(text)
            took.append(time.process_time() - began)
        return min(took)

    assert seconds(4_000) / seconds(1_000) < 10


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_no_text_does_more_than_be_refused(data: st.DataObject) -> None:
    """Whatever is typed into the built-in text either loads or has faults with sentences."""
    text = DEFAULT.read_text("utf-8")
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    typed = data.draw(
        st.text(max_size=8) | st.sampled_from(["!!int", "&a", "*a", "1:2", "{", "-"])
    )
    changed = text[:start] + typed + text[end:]
    found = faults(changed)
    if not found:
        load_playbook(changed)
    assert all(fault.sentence.endswith(".") for fault in found)


def test_new_customers_are_welcomed_by_the_playbook_or_the_built_in_one():
    built_in = default_playbook()
    assert built_in.new is not None
    older = built_in.model_copy(update={"new": None})
    assert welcome(older) == built_in.new
    assert changes(older, built_in) == []
    own = built_in.new.model_copy(update={"strategy": "Say hello"})
    mine = built_in.model_copy(update={"new": own})
    assert welcome(mine) == own
    assert changes(built_in, mine) == ["New customers: strategy “Welcome” → “Say hello”"]
    assert load_playbook(dump_playbook(mine)).new == own
    assert load_playbook(dump_playbook(older)).new is None
