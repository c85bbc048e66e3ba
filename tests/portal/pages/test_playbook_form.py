"""The playbook's form: what is entered stands in the text, and what is wrong is said."""

import pytest

from portal.pages.plan.playbook.form_values import changed, fields_of, text_of
from portal.reading.contacting.economics import StrategyError, default_playbook, load_playbook

PLAYBOOK = default_playbook()
NAME = next(iter(PLAYBOOK.segments))


def entered(**other: object) -> dict[tuple[str, str], object]:
    """Give what the form of the first play holds, but for some fields."""
    fields = {each.name: each.value for each in fields_of(PLAYBOOK.segments[NAME])}
    assert set(other) <= set(fields)
    return {(NAME, name): value for name, value in (fields | other).items()}


def test_a_form_that_nobody_changed_says_the_same() -> None:
    assert load_playbook(text_of(changed(PLAYBOOK, entered()))) == PLAYBOOK


def test_what_is_entered_stands_in_the_play() -> None:
    given = entered(
        strategy=" Thank  them ", actions="Call\n\n Write ", channels="post, e-mail,",
        priority=3, discount_least=None, discount_most=None,
    )  # fmt: skip
    play = load_playbook(text_of(changed(PLAYBOOK, given))).segments[NAME]
    assert play.strategy == "Thank them"
    assert play.actions == ("Call", "Write")
    assert play.channels == ("post", "e-mail")
    assert (play.priority, play.discount) == (3, None)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("target", 35, "add up to 100 %"),
        ("strategy", " ", "must not be empty"),
        ("actions", "", "actions"),
        ("priority", None, "priority"),
        ("discount_least", None, "least"),
    ],
)
def test_what_is_wrong_is_said(field: str, value: object, said: str) -> None:
    given = entered(discount_least=5, discount_most=10)
    given[NAME, field] = value
    with pytest.raises(StrategyError, match=said):
        text_of(changed(PLAYBOOK, given))


def test_a_play_that_is_gone_is_said() -> None:
    gone = {("Nobody", field): value for (_name, field), value in entered().items()}
    with pytest.raises(StrategyError, match="no segment “Nobody” any more"):
        changed(PLAYBOOK, gone)
