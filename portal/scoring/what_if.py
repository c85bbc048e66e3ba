"""What somebody changes of a customer, read from what was typed."""

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from portal.scoring.checks import limits, one_of
from portal.scoring.models import Changes, Passed, Placed
from portal.scoring.schema import LARGEST, Input
from portal.words import wording

FIRST = ("first-value", "first-items")
DAYS = "days"
NEXT = ("next-value", "next-items")
MOST_DAYS = 3_650
NOT_KNOWN = "not known"

Typed = Mapping[str, str | None]
"""What the fields hold, by their names."""


class Unreadable(ValueError):
    """Something that was typed can't be; `str()` is one sentence with the remedy."""


class Change(NamedTuple):
    """One change: as it is described, and as it is scored."""

    description: str
    scored: Placed | Passed | tuple[str, float | str | None]


def made(changes: Sequence[Change], *, by_orders: bool) -> Changes:
    """Give changes as they are scored."""
    if by_orders:
        return [
            change.scored for change in changes if isinstance(change.scored, Placed | Passed)
        ]
    return dict(
        change.scored for change in changes if not isinstance(change.scored, Placed | Passed)
    )


def order_changes(typed: Typed, *, day: dt.date | None, currency: str) -> list[Change]:
    """Read an order today, days without one and another order after them, what is given.

    Raises `Unreadable`.
    """
    changes = _order(typed, FIRST, subject="the order today", when="today", currency=currency)
    when = "today"
    if (days := _days(typed.get(DAYS))) is not None:
        changes.append(Change(f"{wording.days(days)} without an order", Passed(days)))
        when = f"on {wording.date(day + dt.timedelta(days=days))}" if day else "then"
    later = _order(
        typed, NEXT, subject="the order after the days", when=when, currency=currency
    )
    return changes + later


def attribute_changes(
    typed: Typed, attributes: Sequence[Input], today: Mapping[str, float | str | None]
) -> list[Change]:
    """Read the attributes that are not what they are today, in the order asked for.

    Raises `Unreadable`.
    """
    changes = []
    for attribute in attributes:
        if attribute.name not in typed:
            continue
        before, after = (
            written(today.get(attribute.name)),
            (typed[attribute.name] or "").strip(),
        )
        if after == NOT_KNOWN:
            after = ""
        if after != before:
            description = f"{attribute.title}: {before or NOT_KNOWN} → {after or NOT_KNOWN}"
            changes.append(Change(description, (attribute.name, _value(after, attribute))))
    return changes


def written(value: float | str | None) -> str:
    """Write a value as a field holds it, nothing where it is not known.

    >>> written(58138.0), written(0.264), written(None)
    ('58138', '0.264', '')
    """
    if value is None or isinstance(value, str):
        return value or ""
    return f"{value:.6f}".rstrip("0").rstrip(".")


def _order(
    typed: Typed, names: tuple[str, str], *, subject: str, when: str, currency: str
) -> list[Change]:
    amount, pieces = (typed.get(name) for name in names)
    if not (amount or "").strip():
        if (pieces or "").strip():
            raise Unreadable(f"Give the value of {subject}, or leave its pieces empty.")
        return []
    worth = _amount(amount, f"The value of {subject}")
    many = _amount(pieces, f"The pieces of {subject}") if (pieces or "").strip() else None
    of = f", {wording.count(many, 'piece')}" if many is not None else ""
    return [
        Change(f"An order of {wording.money(worth, currency)}{of} {when}", Placed(worth, many))
    ]


def _days(typed: str | None) -> int | None:
    if not (typed or "").strip():
        return None
    days = _number(typed, "Days without an order")
    if days != round(days) or not 1 <= days <= MOST_DAYS:
        raise Unreadable(
            f"Days without an order must be a whole number from 1 to {MOST_DAYS:,}."
        )
    return round(days)


def _amount(typed: str | None, subject: str) -> float:
    amount = _number(typed, subject)
    if not 0 < amount <= LARGEST:
        raise Unreadable(f"{subject} must be above 0 and at most {LARGEST:,.0f}.")
    return amount


def _value(typed: str, attribute: Input) -> float | str | None:
    if not typed:
        if attribute.required:
            raise Unreadable(f"{attribute.title} must be given: no model has seen it missing.")
        return None
    if attribute.choices is not None:
        if typed not in attribute.choices:
            raise Unreadable(f"{attribute.title} must be {one_of(attribute.choices)}.")
        return typed
    number = _number(typed, attribute.title)
    is_least = attribute.least is None or number >= attribute.least
    if not is_least or (attribute.most is not None and number > attribute.most):
        raise Unreadable(f"{attribute.title} must be {limits(attribute)}.")
    return number


def _number(typed: str | None, subject: str) -> float:
    text = (typed or "").strip().replace("−", "-")
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        excerpt = text if len(text) <= 20 else f"{text[:20]}…"
        raise Unreadable(f"{subject} must be a number like 1200.50, not “{excerpt}”.")
    return number
