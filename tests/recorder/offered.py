"""What else could be chosen on a page, and by which queries it could be narrowed down."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

Values = list[Any]


def others(props: Mapping[str, Any], most: int) -> Values:
    """Give a few values that a control offers beside its own: the first, a middle, the last."""
    value, offered = props.get("value"), props.get("options")
    if offered:
        every = [_value(option) for option in _listed(offered)]
        is_many = isinstance(value, list) or props.get("multi")
        own = value if isinstance(value, list) else [value]
        left = [each for each in every if each not in own] if not is_many else every
        places = sorted({0, len(left) // 2, len(left) - 1}) if left else []
        found = [left[place] for place in places]
        return [[each] for each in found][:most] if is_many else found[:most]
    if isinstance(value, list) and _is_number(props.get("min")):
        least, top = props["min"], props["max"]
        return [[least, top], [least, (least + top) / 2]][:most]
    if "marks" in props or "step" in props or props.get("type") == "number":
        return [each for each in _numbers(props) if each != value][:most]
    if props.get("inputmode") == "decimal":
        return ["12"]
    return []


def narrowed(bar: Mapping[str, list[str]]) -> dict[str, dict[str, list[str]]]:
    """Give the queries to ask with, by name, from what the filter bar offers.

    Made from what is offered alone, so that the same data set gives the same questions.
    """
    segments, countries = bar.get("segment", []), bar.get("country", [])
    bands, risks = bar.get("band", []), bar.get("risk", [])
    found: dict[str, dict[str, list[str]]] = {"searched": {"q": ["12"]}}
    if segments:
        found["segment"] = {"segment": segments[:1]}
    beside = {"country": countries[1:2]} if len(countries) > 1 else {"band": bands[:1]}
    found["several"] = {"segment": [segments[i] for i in (0, -1)] if segments else []} | beside
    if bands:
        found["band"] = {"band": bands[-1:]}
    if risks:
        found["risk"] = {"risk": risks[:1]}
    found["combined"] = {"segment": segments, "band": bands[:2], "risk": risks[-2:], "q": ["1"]}
    found["nobody"] = {"q": ["no such customer"]}
    return found


def written(dataset: str, query: Mapping[str, list[str]]) -> str:
    """Write a query for an address."""
    pairs = [(name, value) for name, values in query.items() for value in values]
    return f"?{urlencode([('dataset', dataset), *pairs])}"


def _numbers(props: Mapping[str, Any]) -> Iterator[float]:
    value, least, top = (props.get(name) for name in ("value", "min", "max"))
    if _is_number(value) and value:
        more = value * 1.5
        yield min(more, top) if _is_number(top) else more
    elif _is_number(least) and _is_number(top) and top <= 1_000:
        yield (least + top) / 2
    else:
        yield 5_000
    if _is_number(least):
        yield least


def _listed(options: Any) -> list[Any]:
    return list(options)


def _value(option: Any) -> Any:
    return option["value"] if isinstance(option, Mapping) else option


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
