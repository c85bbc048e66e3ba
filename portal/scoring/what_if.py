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
    """One change: as it is said, and as it is made."""

    said: str
    made: Placed | Passed | tuple[str, float | str | None]


def made(changes: Sequence[Change], *, by_orders: bool) -> Changes:
    """Give changes as they are scored."""
    if by_orders:
        return [each.made for each in changes if isinstance(each.made, Placed | Passed)]
    return dict(each.made for each in changes if not isinstance(each.made, Placed | Passed))


def order_changes(typed: Typed, *, day: dt.date | None, currency: str) -> list[Change]:
    """Read an order today, days without one and another order after them, what is given.

    Raises `Unreadable`.
    """
    found = _order(typed, FIRST, what="the order today", when="today", currency=currency)
    when = "today"
    if (days := _days(typed.get(DAYS))) is not None:
        found.append(Change(f"{wording.days(days)} without an order", Passed(days)))
        when = f"on {wording.date(day + dt.timedelta(days=days))}" if day else "then"
    later = _order(typed, NEXT, what="the order after the days", when=when, currency=currency)
    return found + later


def attribute_changes(
    typed: Typed, asked: Sequence[Input], today: Mapping[str, float | str | None]
) -> list[Change]:
    """Read the attributes that are not what they are today, in the order asked for.

    Raises `Unreadable`.
    """
    found = []
    for each in asked:
        if each.name not in typed:
            continue
        before, after = written(today.get(each.name)), (typed[each.name] or "").strip()
        if after == NOT_KNOWN:
            after = ""
        if after != before:
            said = f"{each.title}: {before or NOT_KNOWN} → {after or NOT_KNOWN}"
            found.append(Change(said, (each.name, _value(after, each))))
    return found


def written(value: float | str | None) -> str:
    """Write a value as a field holds it, nothing where it is not known.

    >>> written(58138.0), written(0.264), written(None)
    ('58138', '0.264', '')
    """
    if value is None or isinstance(value, str):
        return value or ""
    return f"{value:.6f}".rstrip("0").rstrip(".")


def _order(
    typed: Typed, names: tuple[str, str], *, what: str, when: str, currency: str
) -> list[Change]:
    amount, pieces = (typed.get(name) for name in names)
    if not (amount or "").strip():
        if (pieces or "").strip():
            raise Unreadable(f"Give the value of {what}, or leave its pieces empty.")
        return []
    worth = _amount(amount, f"The value of {what}")
    many = _amount(pieces, f"The pieces of {what}") if (pieces or "").strip() else None
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


def _amount(typed: str | None, what: str) -> float:
    amount = _number(typed, what)
    if not 0 < amount <= LARGEST:
        raise Unreadable(f"{what} must be above 0 and at most {LARGEST:,.0f}.")
    return amount


def _value(typed: str, asked: Input) -> float | str | None:
    if not typed:
        if asked.required:
            raise Unreadable(f"{asked.title} must be given: no model has seen it missing.")
        return None
    if asked.choices is not None:
        if typed not in asked.choices:
            raise Unreadable(f"{asked.title} must be {one_of(asked.choices)}.")
        return typed
    number = _number(typed, asked.title)
    is_least = asked.least is None or number >= asked.least
    if not is_least or (asked.most is not None and number > asked.most):
        raise Unreadable(f"{asked.title} must be {limits(asked)}.")
    return number


def _number(typed: str | None, what: str) -> float:
    text = (typed or "").strip().replace("−", "-")
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        shown = text if len(text) <= 20 else f"{text[:20]}…"
        raise Unreadable(f"{what} must be a number like 1200.50, not “{shown}”.")
    return number
