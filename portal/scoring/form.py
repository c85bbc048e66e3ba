"""What somebody typed into the form, as the customer that is scored."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from portal.scoring.schema import Customer, Inputs, sentence

KEY = "customer_id"
Entered = tuple[Customer | None, str]
"""A customer, or why there is none yet."""


Row = tuple[str | None, float | None, float | None]
"""Day, value and pieces of an order, as far as they were entered."""


def entered_orders(
    customer_id: str | None,
    country: str | None,
    rows: Iterable[Row],
    inputs: Inputs,
    *,
    not_known: str,
) -> Entered:
    """Read orders from rows; empty ones don't count, half-filled ones are sent back."""
    if inputs.countries and not country:
        return None, f"Choose a country, or “{not_known}”."
    orders = []
    for number, (date, value, pieces) in enumerate(rows, start=1):
        if not date and value is None and pieces is None:
            continue
        if not date or value is None:
            return None, f"Order {number} needs a day and a value above 0."
        orders.append({"date": date, "value": value, "items": pieces})
    if not orders:
        return None, "Enter at least one order with its day and value."
    person: dict[str, Any] = {"customer_id": customer_id, "orders": orders}
    if inputs.countries is not None:
        person["country"] = None if country == not_known else country
    return _read(person)


def entered_attributes(
    customer_id: str | None,
    entered: Mapping[str, Any],
    inputs: Inputs,
    *,
    may_lack: bool,
    not_known: str,
) -> Entered:
    """Read attributes from the fields; what is empty is asked for by its title."""
    values, missing = {}, []
    for attribute in inputs.attributes:
        value = entered.get(attribute.name)
        is_empty = value is None or value == ""
        if is_empty and (attribute.required or attribute.choices is not None or not may_lack):
            missing.append(attribute.title)
        values[attribute.name] = None if is_empty or value == not_known else value
    if missing:
        more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
        return None, f"Still to enter: {', '.join(missing[:3])}{more}."
    return _read({"customer_id": customer_id, "attributes": values})


def _read(person: Mapping[str, Any]) -> Entered:
    try:
        return Customer.model_validate(person, strict=False), ""
    except ValidationError as error:
        return None, in_words(sentence(error))


def in_words(problem: str) -> str:
    """Write a refusal for people: without the place of the one customer of the form."""
    refusal = problem.removeprefix("customers[0].").removeprefix("attributes.")
    refusal = f"identifier{refusal[len(KEY) :]}" if refusal.startswith(KEY) else refusal
    return f"{refusal[0].upper()}{refusal[1:]}"
