"""Customers, orders and revenue in all, over the days that were looked at."""

from collections.abc import Callable
from typing import Literal

import pandas as pd

from portal.kit.drawing.tiles import Tile
from portal.words import wording

CALLED = {
    "marketing": {"orders": "Purchases", "basket": "Spend per purchase"},
    "behaviour": {"orders": "Items purchased", "basket": "Spend per item"},
}
"""What forms without orders count in their place."""


def in_all(days: pd.DataFrame, currency: str, *, form: str, has_orders: bool) -> list[Tile]:
    """Write what there is on the newest of some days, and how that has moved."""
    names = ["customers", "active_customers", "orders", "revenue"]
    history = days.astype(dict.fromkeys(names, float))
    if history.empty:
        history = pd.DataFrame([["", 0.0, 0.0, 0.0, 0.0]], columns=["as_of", *names])
    history["basket"] = history["revenue"] / history["orders"].where(history["orders"] > 0)
    written: dict[str, tuple[str, Callable[[float], str]]] = {
        "revenue": ("revenue", lambda value: wording.money_short(value, currency)),
        "customers": ("customers", wording.number_short),
        "active_customers": ("active_customers", wording.number_short),
        "orders": ("orders", wording.number_short),
        "basket": ("average_basket", lambda value: wording.money(value, currency)),
    }
    titles = CALLED.get(form, {})
    return [
        _tile(history, column, measure, write(history[column].iloc[-1]))._replace(
            title=titles.get(column, "")
        )
        for column, (measure, write) in written.items()
        if has_orders or history[column].iloc[-1] > 0
    ]


def _tile(history: pd.DataFrame, column: str, measure: str, value: str) -> Tile:
    series = history[column].tolist()
    if len(series) < 2:
        return Tile(measure, value, series=series)
    now, before = series[-1], series[-2]
    before_day = pd.Timestamp(str(history["as_of"].iloc[-2])).date()
    direction: Literal[-1, 0, 1] = 1 if now > before else -1 if now < before else 0
    return Tile(
        measure,
        value,
        change=wording.change(now, before),
        direction=direction,
        since=f"since {wording.date(before_day)}",
        series=series,
    )
