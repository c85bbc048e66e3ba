"""One product by itself: what it brings, who buys it first and again, where it sells."""

from typing import Any

import pandas as pd
from dash import html

from portal.kit.cards import Panel
from portal.kit.drawing.chart import Scope
from portal.kit.tables.plain_table import plain_table
from portal.reading.rows import each_row
from portal.words.wording import NOTHING, count, money, number, percent

MOST_COUNTRIES = 8
OPTIONAL = ("category", "margin", "returned_share", "repeat_share")
"""Columns that not every source fills."""


def unknown(rows: pd.DataFrame) -> tuple[str, ...]:
    """Name the optional columns that nothing is known in."""
    return tuple(name for name in OPTIONAL if name not in rows or not rows[name].notna().any())


def named(product: str, description: str) -> str:
    """Write a product as people look for it."""
    return product if description == product else f"{description} ({product})"


def facts(rows: pd.DataFrame, scope: Scope) -> Panel:
    """Write what is known of a product."""
    if rows.empty:
        return Panel(html.P("Choose a product above.", className="card-text"), "The product")
    row = next(each_row(rows.assign(description=rows["description"].fillna(rows["product"]))))
    terms = [
        ("Revenue", money(row.revenue, scope.currency)),
        ("Class", row.abc or NOTHING),
        ("Category", row.category or NOTHING),
        ("Pieces, orders, customers",
         f"{number(row.items)}, {number(row.orders)}, {number(row.customers)}"),
        ("Price of a piece", money(row.price, scope.currency) if _is(row.price) else NOTHING),
        ("Margin", percent(row.margin, 1) if _is(row.margin) else "no cost is known"),
        ("Came back", percent(row.returned_share, 1) if _is(row.returned_share) else NOTHING),
    ]  # fmt: skip
    listed = [part for name, value in terms for part in (html.Dt(name), html.Dd(value))]
    return Panel(
        html.Div(
            [
                html.P(buyers(row), className="card-text"),
                html.Dl(listed, className="facts-list"),
            ],
            className="card-text",
        ),
        str(row.description),
    )


def buyers(row: Any) -> str:
    """Say who buys a product first and who buys it again."""
    again = (
        f"{percent(row.repeat_share)} of its {count(row.customers, 'customer')} bought it in"
        " more than one order."
        if _is(row.repeat_share)
        else ""
    )
    if not _is(row.first_customers) or not row.first_customers:
        return again or "Nobody began with it."
    stayed = (
        f", and {percent(row.first_stayed_share)} of them ordered anything again"
        if _is(row.first_stayed_share)
        else ""
    )
    began = f"{count(row.first_customers, 'customer')} began with it{stayed}."
    return f"{again} {began}".strip()


def countries(rows: pd.DataFrame, scope: Scope) -> Panel:
    """List the countries to which a product sells."""
    if rows.empty:
        return Panel(html.P("No country is known.", className="card-text"), "Where it sells")
    total = float(rows["revenue"].sum())
    table = plain_table(
        ("Country", "Revenue", "Share", "Pieces", "Customers"),
        (
            (
                row.country,
                money(row.revenue, scope.currency),
                percent(row.revenue / total) if total else NOTHING,
                number(row.items),
                number(row.customers),
            )
            for row in each_row(rows.head(MOST_COUNTRIES))
        ),
        label="Countries of the product",
    )
    return Panel(table, where_finding(rows))


def where_finding(rows: pd.DataFrame) -> str:
    """Say where most of a product's revenue comes from."""
    total = float(rows["revenue"].sum())
    if rows.empty or total <= 0:
        return "Where it sells"
    first = rows.iloc[0]
    share = percent(first["revenue"] / total)
    many = count(len(rows), "country", "countries")
    return f"{first['country']} brings {share} of its revenue, of {many}"


def _is(value: Any) -> bool:
    return value is not None and bool(pd.notna(value))
