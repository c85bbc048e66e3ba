"""What the page of sales says in words: its first line and its row of numbers."""

from typing import Literal

import pandas as pd

from portal.kit.drawing.tiles import Tile
from portal.reading.filters import NO_FILTERS, Filters
from portal.words import wording
from portal.words.wording import (
    change,
    money,
    money_short,
    month,
    number,
    number_short,
    percent,
)

YEAR = 12
"""Whole months that the first line adds up."""


def answer(months: pd.DataFrame | None, currency: str) -> str:
    """Say what the last twelve whole months brought, beside the twelve before them."""
    whole = _whole(months)
    if whole.empty:
        return "No whole month of orders is known yet."
    latest = whole.tail(YEAR)
    amount, orders = float(latest["revenue"].sum()), int(latest["orders"].sum())
    until = month(pd.Timestamp(latest["month"].iloc[-1]).date())
    span = "month" if len(latest) == 1 else f"{len(latest)} months"
    before = whole.iloc[-2 * YEAR : -YEAR]
    moved = (
        f", {change(amount, float(before['revenue'].sum()))} on the {YEAR} months before"
        if len(before) == YEAR and before["revenue"].sum() > 0
        else ""
    )
    counted = wording.count(orders, "order")
    whose = f", with {counted} of known customers" if _of_nobody(latest) else f" from {counted}"
    return f"The {span} to {until} brought {money_short(amount, currency)}{whose}{moved}."


def tiles(
    months: pd.DataFrame, figures: pd.DataFrame, currency: str, filters: Filters
) -> list[Tile]:
    """Write revenue, orders and the average order of all months, and what came back."""
    revenue, orders = float(months["revenue"].sum()), float(months["orders"].sum())
    whole = _whole(months)
    nobody = _of_nobody(months)
    value_by_figure = (
        dict(zip(figures["figure"], figures["value"], strict=True)) if len(figures) else {}
    )
    tile_list = [
        Tile(
            "revenue",
            money_short(revenue, currency),
            since=f"incl. {money_short(nobody, currency)} without a customer" if nobody else "",
            series=whole["revenue"].tolist(),
        ),
        Tile(
            "orders",
            number_short(orders),
            since="of known customers" if nobody else "",
            series=whole["orders"].tolist(),
        ),
        _basket(months, whole, currency, nobody),
    ]
    share = value_by_figure.get("returned_share")
    if filters == NO_FILTERS and share is not None and pd.notna(share):
        back = value_by_figure.get("returning_customers") or 0
        tile_list.append(
            Tile(
                "cancelled",
                percent(float(share), 1),
                since=f"of what {number(back)} known customers bought"
                if back == 1
                else f"of all that was bought; {number(back)} customers sent something back",
                title="Came back",
            )
        )
    return tile_list


def _basket(months: pd.DataFrame, whole: pd.DataFrame, currency: str, nobody: float) -> Tile:
    orders = float(months["orders"].sum())
    known_revenue = float(months["revenue"].sum()) - nobody
    of_known = whole["revenue"] - _anonymous(whole)
    series = of_known / whole["orders"].where(whole["orders"] > 0)
    direction: Literal[-1, 0, 1] = 0
    return Tile(
        "average_basket",
        money(known_revenue / orders, currency) if orders else wording.NOTHING,
        direction=direction,
        series=series.tolist(),
    )


def _anonymous(months: pd.DataFrame) -> pd.Series:
    """Give the revenue of each month that is no known customer's."""
    if "anonymous_revenue" not in months:
        return pd.Series(0.0, index=months.index)
    return months["anonymous_revenue"].fillna(0).astype(float)


def _of_nobody(months: pd.DataFrame) -> float:
    return float(_anonymous(months).sum())


def _whole(months: pd.DataFrame | None) -> pd.DataFrame:
    if months is None or months.empty:
        return pd.DataFrame()
    return months[months["is_complete"].astype(bool)].reset_index(drop=True)
