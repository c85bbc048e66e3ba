"""Where two recordings differ, in few words."""

import csv
import difflib
import io
import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from tests.recorder.book import Book

RELATIVE, ABSOLUTE = 1e-9, 1e-9
SEEN = (
    "href", "src", "options", "value", "placeholder", "disabled", "hidden", "figure", "min",
    "max", "step", "columnDefs", "rowData", "aria-label", "title", "data-card", "data-action",
    "data-field", "data-value", "aria-checked", "data",
)  # fmt: skip
"""Properties of a component that somebody sees or uses; others are how it looks."""
LONGEST = 160
MOST_IN_ONE = 3
TIMES = re.compile(r"\b\d+(\.\d+)? s\b|\b\d+ min \d+ s\b|\b[\d,]+ MiB\b|\b[\d.,]+ (ms|µs)\b")
MEASURED = re.compile(r"(^|_)(seconds|published_at|created_at|saved_at|milliseconds|bytes)$")


class Difference(NamedTuple):
    """An answer that differs, where in it, and both sides of it."""

    key: str
    place: str
    left: str
    right: str


class Way(NamedTuple):
    """How to compare: `strict` also how things look, `anew` not how long anything took."""

    strict: bool = False
    anew: bool = False


AS_SEEN = Way()


def compared(
    left: Book, right: Book, *, only: str = "", way: Way = AS_SEEN
) -> Iterator[Difference]:
    """Give every difference between two recordings, answer by answer."""
    for key in sorted(left.answers.keys() | right.answers.keys()):
        if not key.startswith(only):
            continue
        if key not in right.answers:
            yield Difference(key, "", _short(left.value(key)), "– not there")
        elif key not in left.answers:
            yield Difference(key, "", "– not there", _short(right.value(key)))
        elif left.answers[key] != right.answers[key]:
            yield from _of_one(key, left.value(key), right.value(key), way)


def told(found: Sequence[Difference], answers: int, *, most: int) -> list[str]:
    """Write differences by page, the first few of each, and a line that sums them up."""
    pages = Counter(page_of(each.key) for each in found)
    shown: Counter[str] = Counter()
    lines = []
    for each in found:
        page = page_of(each.key)
        shown[page] += 1
        if shown[page] <= most:
            place = f" at {each.place}" if each.place else ""
            lines += [f"{each.key}{place}", f"  - {each.left}", f"  + {each.right}"]
        elif shown[page] == most + 1:
            lines.append(f"… {pages[page] - most} more on {page}")
    keys = len({each.key for each in found})
    lines.append(f"{keys:,} of {answers:,} answers differ: {dict(pages) or 'none'}")
    return lines


def page_of(key: str) -> str:
    """Give the page that an answer belongs to."""
    first, _, rest = key.partition(" ")
    return f"{first} {rest.partition('?')[0]}" if first == "download" else first


def _of_one(key: str, left: Any, right: Any, way: Way) -> Iterator[Difference]:
    if key.startswith("download ") and isinstance(left, dict) and isinstance(right, dict):
        if left.get("type") == right.get("type") == "text/csv":
            yield from _of_csv(key, left.pop("text"), right.pop("text"), way)
        elif "text" in left and "text" in right:
            left["text"], right["text"] = left["text"].splitlines(), right["text"].splitlines()
    if not way.strict:
        left, right = visible(left), visible(right)
    found = list(differences(left, right, "", way))
    for place, one, other in found[:MOST_IN_ONE]:
        yield Difference(key, place, one, other)


def _of_csv(key: str, left: str, right: str, way: Way) -> Iterator[Difference]:
    """Name row and column of the first cells that differ."""
    mark = ";" if ";" in left.partition("\n")[0] else ","
    ours, theirs = (
        list(csv.reader(io.StringIO(each), delimiter=mark)) for each in (left, right)
    )
    if len(ours) != len(theirs):
        yield Difference(key, "number of rows", str(len(ours)), str(len(theirs)))
    head = ours[0] if ours else []
    for number, (one, other) in enumerate(zip(ours, theirs, strict=False)):
        if len(one) != len(other):
            yield Difference(key, f"row {number}", _short(one), _short(other))
            return
        for place, (mine, other_s) in enumerate(zip(one, other, strict=True)):
            column = head[place] if place < len(head) else str(place)
            if way.anew and MEASURED.search(column):
                continue
            if mine != other_s and not _same_number(mine, other_s):
                yield Difference(key, f"row {number}, {column}", _short(mine), _short(other_s))
                return


def differences(left: Any, right: Any, place: str, way: Way) -> Iterator[tuple[str, str, str]]:
    """Give where two values differ, and both sides of it."""
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        for name in sorted(left.keys() | right.keys()):
            if name not in left or name not in right:
                here, gone = _short(left.get(name)), _short(right.get(name))
                yield f"{place}.{name}", here, gone
            else:
                yield from differences(left[name], right[name], f"{place}.{name}", way)
    elif isinstance(left, list) and isinstance(right, list):
        yield from _of_lists(left, right, place, way)
    elif not _same(left, right, way):
        yield place, _short(left), _short(right)


def visible(value: Any) -> Any:
    """Give what somebody sees of an answer: texts, identifiers and what can be used."""
    if is_component(value) or (isinstance(value, list) and any(map(is_component, value))):
        return list(_seen(value))
    if isinstance(value, dict):
        return {name: visible(part) for name, part in value.items()}
    return value


def is_component(value: Any) -> bool:
    """Tell whether a value is a component of Dash."""
    return isinstance(value, dict) and "namespace" in value and "props" in value


def _seen(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for part in value:
            yield from _seen(part)
    elif is_component(value):
        props = value["props"]
        if "id" in props:
            yield f"#{json.dumps(props['id'], sort_keys=True).strip(chr(34))}"
        for name in SEEN:
            if props.get(name) is not None:
                yield {name: visible(props[name])}
        for name, part in props.items():
            if name == "children" or (name not in SEEN and is_component(part)):
                yield from _seen(part)
    elif value is not None:
        yield value


def _of_lists(
    left: list[Any], right: list[Any], place: str, way: Way
) -> Iterator[tuple[str, str, str]]:
    if len(left) == len(right):
        for number, (one, other) in enumerate(zip(left, right, strict=True)):
            yield from differences(one, other, f"{place}[{number}]", way)
        return
    yield f"{place} length", str(len(left)), str(len(right))
    ours, theirs = ([_text(part) for part in each] for each in (left, right))
    if max(len(ours), len(theirs)) > 5_000:
        return
    for kind, a, b, c, d in difflib.SequenceMatcher(
        None, ours, theirs, autojunk=False
    ).get_opcodes():
        if kind != "equal":
            yield f"{place}[{a}]", _short(left[a:b]), _short(right[c:d])


def _same(left: Any, right: Any, way: Way) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, int | float) and isinstance(right, int | float):
        return math.isclose(left, right, rel_tol=RELATIVE, abs_tol=ABSOLUTE)
    if way.anew and isinstance(left, str) and isinstance(right, str):
        return TIMES.sub("«time»", left) == TIMES.sub("«time»", right)
    return type(left) is type(right) and left == right


def _same_number(left: str, right: str) -> bool:
    try:
        return math.isclose(float(left), float(right), rel_tol=RELATIVE, abs_tol=ABSOLUTE)
    except ValueError:
        return False


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
