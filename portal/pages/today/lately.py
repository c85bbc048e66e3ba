"""The last 30 days against the 30 before and the same days last year, as tiles."""

from typing import Any, Literal

import pandas as pd

from portal.kit.drawing.tiles import Tile
from portal.words import wording

Three = tuple[float, float | None, float | None]
"""Of the last 30 days, of those before, and of the same days a year ago."""


def lately(row: Any, currency: str) -> list[Tile]:
    """Write revenue, orders, who ordered and the value of an order, each with its changes."""
    written = {
        "revenue": ("Revenue, 30 days", "revenue"),
        "orders": ("Orders, 30 days", "orders"),
        "customers": ("Customers who ordered", "active_customers"),
        "basket": ("Value of an order", "average_basket"),
    }
    return [
        _tile(
            title, measure, _three(row, name), currency, is_money=name in {"revenue", "basket"}
        )
        for name, (title, measure) in written.items()
    ]


def compared(now: float, before: float | None, year_ago: float | None) -> tuple[str, str]:
    """Say the change on the 30 days before, and both comparisons in words."""
    first = wording.change(now, before) if before else ""
    last = wording.change(now, year_ago) if year_ago else ""
    if first and last:
        return first, f"on the 30 days before; {last} on last year"
    if first:
        return first, "on the 30 days before"
    if last:
        return last, "on the same days last year"
    return "", "nothing earlier to compare with"


def _three(row: Any, name: str) -> Three:
    now, before, year_ago = (_of(row, name, end) for end in ("", "_before", "_year_ago"))
    return now or 0.0, before, year_ago


def _of(row: Any, name: str, end: str) -> float | None:
    if name == "basket":
        money, orders = _of(row, "revenue", end), _of(row, "orders", end)
        return money / orders if money is not None and orders else None
    value = getattr(row, f"{name}{end}")
    return None if pd.isna(value) else float(value)


def _tile(
    title: str,
    measure: str,
    three: Three,
    currency: str,
    *,
    is_money: bool,
) -> Tile:
    now, before, year_ago = three
    change, since = compared(now, before, year_ago)
    against = before or year_ago
    direction: Literal[-1, 0, 1] = 0
    if change and against:
        direction = 1 if now > against else -1 if now < against else 0
    value = wording.money_short(now, currency) if is_money else wording.number_short(now)
    if measure == "average_basket":
        value = wording.money(now, currency)
    return Tile(measure, value, change=change, direction=direction, since=since, title=title)
