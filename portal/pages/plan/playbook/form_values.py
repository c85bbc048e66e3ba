"""A playbook as the fields of a form, and back: lists as lines, shares in per cent."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from portal.reading.contacting.economics import (
    Play,
    Playbook,
    StrategyError,
    dump_playbook,
    faults,
    load_playbook,
    play_for,
)
from portal.reading.contacting.playbook import in_force
from portal.reading.published import PublishedRun

OTHER = "other"
"""The play of whatever has no play of its own."""
Entered = Mapping[tuple[str, str], Any]
"""What was entered, by the name of the play and that of the field."""


class Followed(NamedTuple):
    """A play of the playbook, and which segments at hand follow it."""

    name: str
    play: Play
    segments: tuple[str, ...]

    @property
    def title(self) -> str:
        """What its form is called."""
        return "Any other segment" if self.name == OTHER else self.name

    @property
    def said(self) -> str:
        """Say what is done, and with which share of the budget, while the form is closed."""
        share = f"{self.play.budget_share.target:g} % of the budget"
        parts = [f"priority {self.play.priority}", self.play.strategy]
        return " · ".join(parts if self.name == OTHER else [*parts, share])


class Field(NamedTuple):
    """A field of a form; `lines` of text, or a number, or one line."""

    name: str
    title: str
    value: Any
    is_number: bool = True
    lines: int = 0

    @property
    def is_wide(self) -> bool:
        """Whether it takes half of the form."""
        return not self.is_number


def followed(run: PublishedRun) -> list[Followed]:
    """Give the plays, those with segments at hand first, each by its priority."""
    playbook = in_force(run).playbook
    by_play: dict[str, list[str]] = {}
    for segment in run.segments:
        by_play.setdefault(play_for(playbook, segment).name, []).append(segment)
    plays = {**playbook.segments, OTHER: playbook.other}
    every = [Followed(name, play, tuple(by_play.get(name, ()))) for name, play in plays.items()]
    return sorted(
        every,
        key=lambda followed_play: (not followed_play.segments, followed_play.play.priority),
    )


def fields_of(play: Play) -> list[Field]:
    """Give the fields of a play's form with what stands in them."""
    discount, share = play.discount, play.budget_share
    return [
        Field("strategy", "Goal", play.strategy, is_number=False),
        Field("channels", "Channels, by commas", ", ".join(play.channels), is_number=False),
        Field("actions", "Actions, one a line", "\n".join(play.actions), False, 3),  # noqa: FBT003
        Field("priority", "Priority", play.priority),
        Field("discount_least", "Discount from, %", discount and discount.least),
        Field("discount_most", "to, %", discount and discount.most),
        Field("least", "Of the budget at least, %", share.least),
        Field("target", "usually, %", share.target),
        Field("most", "at most, %", share.most),
    ]


def changed(playbook: Playbook, entered: Entered) -> dict[str, Any]:
    """Give a playbook's content with what was entered in its place."""
    content: dict[str, Any] = playbook.model_dump(mode="json", exclude_defaults=True)
    for name in dict.fromkeys(play for play, _field in entered):
        play = content[OTHER] if name == OTHER else content["segments"].get(name)
        if play is None:
            raise StrategyError(f"The playbook has no segment “{name}” any more; open it anew.")
        fields = {field: value for (of, field), value in entered.items() if of == name}
        _put(play, fields)
    return content


def text_of(content: Mapping[str, Any]) -> str:
    """Write a content as the text of a playbook; raises `StrategyError` with every fault."""
    text = json.dumps(content, ensure_ascii=False)
    text_faults = faults(text)
    if text_faults:
        raise StrategyError(" ".join(fault.sentence for fault in text_faults))
    return dump_playbook(load_playbook(text))


def _put(play: dict[str, Any], fields: Mapping[str, Any]) -> None:
    play["strategy"] = _line(fields["strategy"])
    play["channels"] = _parts(str(fields["channels"] or ""), ",")
    play["actions"] = _parts(str(fields["actions"] or ""), "\n")
    play["priority"] = fields["priority"]
    play["budget_share"] = {name: fields[name] for name in ("least", "target", "most")}
    ends = {end: fields[f"discount_{end}"] for end in ("least", "most")}
    if all(value is None for value in ends.values()):
        play.pop("discount", None)
    else:
        play["discount"] = ends


def _line(text: Any) -> str:
    return " ".join(str(text or "").split())


def _parts(text: str, sign: str) -> list[str]:
    return [line for part in text.split(sign) if (line := _line(part))]
