"""What is wrong with values that people write, in words: the one translator of pydantic."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError


class Problem(NamedTuple):
    """What is wrong with one value: the names that lead to it, and half a sentence."""

    where: tuple[int | str, ...]
    said: str


LIMITS = {
    "greater_than_equal": ("ge", "at least"),
    "greater_than": ("gt", "above"),
    "less_than_equal": ("le", "at most"),
    "less_than": ("lt", "below"),
}
KINDS = {
    "finite_number": "must be a number",
    "float_parsing": "must be a number",
    "float_type": "must be a number",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "string_type": "must be text",
    "tuple_type": "must be a list",
    "dict_type": "must hold “name: value” lines",
    "model_type": "must hold “name: value” lines",
    "missing": "is missing",
    "string_pattern_mismatch": "is not written as it must be",
    "string_too_short": "must not be empty",
    "string_too_long": "is too long: at most {max_length:,} characters",
    "too_short": "must not be empty",
    "too_long": "is too long: at most {max_length:,} entries",
    "literal_error": "must be {expected}",
    "date_from_datetime_parsing": "must be a day as YYYY-MM-DD",
    "date_parsing": "must be a day as YYYY-MM-DD",
}


def problems(model: type[BaseModel], error: ValidationError) -> list[Problem]:
    """Say everything that is wrong with the values given to a model, in their order."""
    return [Problem(_where(fault), _said(model, fault)) for fault in error.errors()]


def half_sentence(kind: str, context: Mapping[str, Any], otherwise: str) -> str:
    """Say what a value must be, by pydantic's kind of the fault and its context.

    >>> half_sentence("greater_than", {"gt": 0}, "")
    'must be above 0'
    """
    if kind in LIMITS:
        key, words = LIMITS[kind]
        return f"must be {words} {context[key]:,g}"
    if kind == "value_error":
        return str(context["error"])
    return KINDS.get(kind, otherwise).format(**context)


def _where(fault: Any) -> tuple[int | str, ...]:
    deeper = getattr(fault.get("ctx", {}).get("error"), "where", ())
    return (*fault["loc"], *deeper)


def _said(model: type[BaseModel], fault: Any) -> str:
    where, kind, context = _where(fault), fault["type"], fault.get("ctx", {})
    name = ".".join(str(part) for part in where if part != "[key]")
    if kind == "extra_forbidden":
        siblings = ", ".join(_siblings(model, where))
        return f"“{name}” is not known; known there: {siblings}"
    complaint = half_sentence(kind, context, fault["msg"])
    return f"“{name}” {complaint}" if name else complaint


def _siblings(model: type[BaseModel], where: tuple[int | str, ...]) -> list[str]:
    section: Any = model
    for part in where[:-1]:
        if isinstance(section, type) and issubclass(section, BaseModel):
            field = section.model_fields.get(str(part))
            section = field.annotation if field else None
        else:  # the values of a mapping or a list
            section = getattr(section, "__args__", (None,))[-1]
        section = _without_none(section)
    is_model = isinstance(section, type) and issubclass(section, BaseModel)
    return list(section.model_fields) if is_model else []


def _without_none(kind: Any) -> Any:
    parts = [part for part in getattr(kind, "__args__", ()) if part is not type(None)]
    is_optional = len(parts) == 1 and type(None) in getattr(kind, "__args__", ())
    return parts[0] if is_optional else kind
