"""Whether customers that someone describes fit what the models of a data set ask for."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from db.workspace.scored import ID_RULE, is_identifier
from portal.scoring.schema import (
    Customer,
    Input,
    Inputs,
    Order,
    place,
    shown,
)
from portal.words import wording
from portal.words.days import FIRST_DAY, LAST_DAY

NEVER_MISSING = "must be given: the models have never seen it missing"
NAMED = 12
"""Choices that a refusal names."""


def misfit(
    customers: Sequence[Customer], inputs: Inputs, *, as_of: dt.date | None = None
) -> str | None:
    """Say of the first input that does not fit what is wrong with it; None where all do."""
    if as_of is not None:
        if inputs.by != "orders":
            return "as_of is not known here: this data set is scored by attributes."
        if not FIRST_DAY <= as_of <= LAST_DAY:
            return f"as_of must be from {wording.date(FIRST_DAY)} to {wording.date(LAST_DAY)}."
        inputs = inputs.model_copy(update={"as_of": as_of})
    for number, customer in enumerate(customers):
        for name, problem in _problems(customer, inputs):
            return f"{place(('customers', number, *name))} {problem}."
    return None


Found = tuple[tuple[str | int, ...], str]


def _problems(customer: Customer, inputs: Inputs) -> Iterator[Found]:
    name = customer.customer_id
    if name is not None and not is_identifier(name):
        yield ("customer_id",), f"can't be used: {ID_RULE[0].lower()}{ID_RULE[1:-1]}"
    yield from (_of_orders if inputs.by == "orders" else _of_attributes)(customer, inputs)


def _of_orders(customer: Customer, inputs: Inputs) -> Iterator[Found]:
    if customer.attributes is not None:
        yield ("attributes",), "is not known here: this data set is scored by orders"
    if customer.orders is None:
        yield ("orders",), "is missing: this data set is scored by orders"
    if inputs.countries is not None:
        if "country" not in customer.model_fields_set:
            yield ("country",), "is missing; null stands for not known"
        elif customer.country is not None and customer.country not in inputs.countries:
            yield ("country",), f"must be {one_of(inputs.countries)} or null"
    for number, order in enumerate(customer.orders or ()):
        problem = _of_day(order, inputs.as_of)
        if problem:
            yield ("orders", number, "date"), problem
        if order.returned is not None and order.returned > order.value:
            yield ("orders", number, "returned"), "must be at most the order's value"
    if all(order.returned == order.value for order in customer.orders or ()):
        yield ("orders",), "must hold at least one of which something was kept"


def _of_day(order: Order, as_of: dt.date | None) -> str | None:
    if order.date < FIRST_DAY:
        return f"must not be before {wording.date(FIRST_DAY)}"
    if as_of is not None and order.date > as_of:
        return f"must not be after {wording.date(as_of)}, the day looked at (as_of)"
    return None


def _of_attributes(customer: Customer, inputs: Inputs) -> Iterator[Found]:
    for name in ("orders", "country"):
        if getattr(customer, name) is not None:
            yield (name,), "is not known here: this data set is scored by attributes"
    if customer.attributes is None:
        yield ("attributes",), "is missing: this data set is scored by attributes"
        return
    attribute_by_name = {attribute.name: attribute for attribute in inputs.attributes}
    for name in customer.attributes:
        if name not in attribute_by_name:
            yield (
                ("attributes", name),
                f"is not known here; allowed are {named(attribute_by_name)}",
            )
    for attribute in inputs.attributes:
        if attribute.name not in customer.attributes:
            yield ("attributes", attribute.name), _lacking(attribute)
            continue
        problem = _of_value(customer.attributes[attribute.name], attribute)
        if problem:
            yield ("attributes", attribute.name), problem
    if all(value is None for value in customer.attributes.values()):
        yield ("attributes",), "must tell at least one thing that is not null"


def _lacking(attribute: Input) -> str:
    return "is missing" if attribute.required else "is missing; null stands for not known"


def _of_value(value: float | str | None, attribute: Input) -> str | None:
    or_null = "" if attribute.required else " or null"
    if value is None:
        return (
            "must be given: the models have never seen it missing"
            if attribute.required
            else None
        )
    if attribute.choices is not None:
        return (
            None
            if value in attribute.choices
            else f"must be {one_of(attribute.choices)}{or_null}"
        )
    if isinstance(value, str):
        return f"must be a number{or_null}"
    too_little = attribute.least is not None and value < attribute.least
    too_much = attribute.most is not None and value > attribute.most
    return f"must be {limits(attribute)}" if too_little or too_much else None


def limits(attribute: Input) -> str:
    """Write the limits of a number, like “from 0 to 120”."""
    if attribute.least is None:
        return "any number" if attribute.most is None else f"at most {_figure(attribute.most)}"
    if attribute.most is None:
        return f"{_figure(attribute.least)} or more"
    return f"from {_figure(attribute.least)} to {_figure(attribute.most)}"


def _figure(number: float) -> str:
    return f"{number:,.15g}"


def one_of(choices: Sequence[str]) -> str:
    """Name what may be chosen.

    >>> one_of(["a", "b"])
    'one of a, b'
    """
    if not choices:
        return "null: the data knows no value of it"
    return f"one of {named(choices)}"


def named(names: Sequence[str] | Mapping[str, object]) -> str:
    """Name some things, and how many more there are."""
    first = [shown(name) for name in list(names)[:NAMED]]
    more = len(names) - len(first)
    return f"{', '.join(first)}{f' and {more:,} more' if more else ''}"
