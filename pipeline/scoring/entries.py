"""What there is to enter about a customer, so that a form can ask for all of it and no more."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from pipeline.features.attributes import UNKNOWN, known_of, place_of
from pipeline.features.history import COUNTRY
from pipeline.scoring.explanation import Explainer
from pipeline.scoring.given import CUSTOMER, parts_of
from pipeline.scoring.inputs import Feature
from pipeline.scoring.membership import Segmentation
from pipeline.scoring.plain import Numbers, Preparation
from pipeline.scoring.reference import LEAST, TYPICAL

NUMBER, CHOICE, TEXT, DAY = "number", "choice", "text", "day"
OF_CUSTOMER, OF_ORDER = "customer", "order"
MOST = {
    "share": 1.0, "years": 130.0, "days": 36_500.0, "points": 100.0, "count": 1e6,
    "minutes": 1e6, "money": 1e12,
}  # fmt: skip
"""Largest number that is taken, by unit."""


class Input(NamedTuple):
    """Something to enter.

    Attributes
    ----------
    name, title
        For requests and for people.
    kind
        number, choice, text or day.
    unit
        money, days, years, share, count, points, minutes, or nothing.
    choices
        Words that models know; another one is taken and said to be unknown.
    low, high
        Limits of a number.
    required
        Whether no model has learned what it means that it is not known.
    of
        customer, or order: once for each order of the customer.
    typical
        The median or the commonest word: to show beside the field, never to fill it.
    """

    name: str
    title: str
    kind: str
    unit: str = ""
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    required: bool = True
    of: str = OF_CUSTOMER
    typical: float | str | None = None


IDENTIFIER = Input(CUSTOMER, "Customer", TEXT)


def order_inputs(models: Iterable[Explainer]) -> tuple[Input, ...]:
    """List what is asked of a customer with orders."""
    countries = sorted({word for model in models for word in _levels(model, COUNTRY)})
    country = Input(
        COUNTRY, "Country", CHOICE,
        choices=tuple(countries), required=False,
    )  # fmt: skip
    money, count = MOST["money"], MOST["count"]
    return (
        IDENTIFIER,
        *([country] if countries else []),
        Input("as_of", "Day on which to look", DAY),
        Input("ordered_on", "Day of the order", DAY, of=OF_ORDER),
        Input("value", "Value of the order", NUMBER, "money", low=0, high=money, of=OF_ORDER),
        Input("items", "Items", NUMBER, "count", (), 0, count, required=False, of=OF_ORDER),
        Input(
            "returned", "Value sent back", NUMBER, "money",
            low=0, high=money, required=False, of=OF_ORDER,
        ),
    )  # fmt: skip


def attribute_inputs(
    form: str, models: Sequence[Explainer], segmentation: Segmentation | None
) -> tuple[Input, ...]:
    """List what is asked of a customer of a form without orders.

    What follows from other attributes is not asked: those are.
    """
    inputs_by_name: dict[str, Input] = {}
    for model in models:
        for place, feature in enumerate(model.served.features):
            _ask(inputs_by_name, form, _of_model(model, place, feature))
    if segmentation is not None:
        for name in segmentation.inputs:
            _ask(inputs_by_name, form, _of_segmentation(segmentation, name))
    ranked = sorted(inputs_by_name.values(), key=lambda entry: place_of(entry.name))
    return (IDENTIFIER, *ranked)


def _ask(inputs_by_name: dict[str, Input], form: str, entry: Input) -> None:
    """Add an input, or what it follows from; none is required that some model can miss."""
    parts = parts_of(form, entry.name)
    for name in parts:
        attribute = known_of(name)
        least, most = _limits(attribute.unit, 0.0)
        part = entry._replace(
            name=name,
            title=attribute.title,
            unit=attribute.unit,
            low=least,
            high=most,
            typical=None,
        )
        _ask(inputs_by_name, form, part if attribute.kind == "number" else entry._replace(
            name=name, title=attribute.title))  # fmt: skip
    if parts:
        return
    before = inputs_by_name.get(entry.name)
    if before is not None:
        entry = before._replace(
            required=before.required and entry.required,
            choices=tuple(sorted({*before.choices, *entry.choices})),
            low=_least(before.low, entry.low),
            typical=entry.typical if before.typical is None else before.typical,
        )
    inputs_by_name[entry.name] = entry


def _of_model(model: Explainer, place: int, feature: Feature) -> Input:
    reference = model.served.reference
    if not feature.is_number:
        levels = _levels(model, feature.name)
        return Input(
            feature.name,
            feature.title,
            CHOICE,
            choices=tuple(level for level in sorted(levels) if level != UNKNOWN),
            required=UNKNOWN not in levels,
            typical=reference.words[place] if reference else None,
        )
    least, typical = (
        reference.levels[place, [LEAST, TYPICAL]] if reference else (np.nan, np.nan)
    )
    low, high = _limits(feature.unit, float(np.nan_to_num(least)))
    return Input(
        feature.name,
        feature.title,
        NUMBER,
        feature.unit,
        low=low,
        high=high,
        required=feature.name not in marked(model.model.prepare),
        typical=float(typical) if np.isfinite(typical) else None,
    )


def _of_segmentation(segmentation: Segmentation, name: str) -> Input:
    attribute = known_of(name)
    if attribute.kind != "number":
        levels = sorted(segmentation.prepare.words[name].levels)
        return Input(
            name, attribute.title, CHOICE,
            choices=tuple(level for level in levels if level != UNKNOWN),
            required=UNKNOWN not in levels,
        )  # fmt: skip
    low, high = _limits(attribute.unit, 0.0)
    return Input(
        name, attribute.title, NUMBER, attribute.unit, low=low, high=high,
        typical=fills(segmentation.prepare).get(name),
    )  # fmt: skip


def marked(prepare: Preparation) -> frozenset[str]:
    """Name the numbers whose gaps a model has learned from."""
    return frozenset(
        part.names[place]
        for part in prepare.parts
        if isinstance(part, Numbers)
        for place in part.marked
    )


def fills(prepare: Preparation) -> Mapping[str, float]:
    """Give what stands for a number that is missing."""
    return {
        name: fill
        for part in prepare.parts
        if isinstance(part, Numbers)
        for name, fill in zip(part.names, part.fills, strict=True)
    }


def _levels(model: Explainer, name: str) -> tuple[str, ...]:
    words = model.model.prepare.words.get(name)
    return (*words.levels, *words.rare) if words else ()


def _limits(unit: str, least: float) -> tuple[float | None, float | None]:
    most = MOST.get(unit)
    return (0.0 if least >= 0 else None if most is None else -most), most


def _least(first: float | None, second: float | None) -> float | None:
    return None if first is None or second is None else min(first, second)
