"""What changed from one version of a playbook to the next, in words."""

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.strategy.playbook import Playbook, welcome

PER_CENT = {
    "margin", "discount", "budget_share", "response", "uplift",
    "recency", "frequency", "monetary", "order_probability",
}  # fmt: skip
WORDS = {"email": "e-mail", "also": "names that follow it", "months": "months of value"}


def changes(before: Playbook, after: Playbook) -> list[str]:
    """Say each difference in one line, in the order of the newer version; none where equal.

    >>> from pipeline.strategy.playbook import default_playbook
    >>> changes(default_playbook(), default_playbook())
    []
    """
    old, new = before.model_dump(mode="json"), after.model_dump(mode="json")
    lines: list[str] = []
    for part, title in (("costs", "Costs"), ("engagement", "Engagement score")):
        lines += _fields(title, old[part], new[part])
    lines += _plays(old["segments"], new["segments"])
    lines += _fields("Any other segment", old["other"], new["other"])
    greetings = [welcome(playbook).model_dump(mode="json") for playbook in (before, after)]
    lines += _fields("New customers", *greetings)
    lines += _plays(old["groups"], new["groups"])
    return lines


def _plays(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for name, play in new.items():
        if name in old:
            yield from _fields(name, old[name], play)
        else:
            yield f"{name}: new"
    for name in old:
        if name not in new:
            yield f"{name}: removed"


def _fields(title: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for field, value in new.items():
        words = WORDS.get(field, field.replace("_", " "))
        was = old[field]
        if was == value:
            continue
        if isinstance(value, list):
            yield from _entries(f"{title}, {words}", was, value)
        else:
            yield f"{title}: {words} {_told(field, was)} → {_told(field, value)}"


def _entries(title: str, old: list[str], new: list[str]) -> Iterator[str]:
    added = [text for text in new if text not in old]
    removed = [text for text in old if text not in new]
    for text in added:
        yield f"{title}: “{text}” added"
    for text in removed:
        yield f"{title}: “{text}” removed"
    if not added and not removed:
        yield f"{title}: put in another order"


def _told(field: str, value: Any) -> str:
    if value is None:
        return "none"
    unit = " %" if field in PER_CENT else ""
    if isinstance(value, dict):
        if {"least", "target", "most"} <= set(value):
            return f"{value['target']:g} ({value['least']:g}–{value['most']:g}){unit}"
        if {"low", "likely", "high"} <= set(value):
            return f"{value['likely']:g} ({value['low']:g}–{value['high']:g}){unit}"
        if set(value) == {"least", "most"}:
            return f"{value['least']:g}–{value['most']:g}{unit}"
        return ", ".join(f"{name} {number:g}" for name, number in value.items())
    return f"{value:g}{unit}" if isinstance(value, int | float) else f"“{value}”"
