"""How much of each product to have: what to order, what lies idle, how good the points were."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from dash import html

from portal.kit.cards import Panel
from portal.kit.drawing.chart import Scope
from portal.kit.tables.plain_table import plain_table
from portal.kit.tables.rows_table import Column
from portal.kit.tables.table_cards import written
from portal.pages.products.one import named
from portal.reading.rows import each_row
from portal.words import wording
from portal.words.wording import count, number, percent

NO_STOCK = "No product sells often enough for a reorder point, or the source names none."
UNTESTED = "Whether points hold can’t be told yet: too few weeks or products were sold so far."
UNKNOWN = (
    "How much is on hand isn’t known, so what to order now can’t be told. A file with the"
    " columns product and on_hand, named by the setting stock.file, brings it; lead_time_days"
    " and service_level may stand there too."
)
LEAST_WHOLE = 10
"""Pieces a week from which on tenths are not written."""
HEADS = ("Product", "Orders with both", "Of all orders", "Of orders with it", "Times chance")


def unknown(rows: pd.DataFrame) -> tuple[str, ...]:
    """Name the columns that nothing is known in."""
    return tuple(
        name
        for name in ("on_hand", "order_now")
        if name in rows and not rows[name].notna().any()
    )


def points(rows: pd.DataFrame, _scope: Scope, *, stocked: pd.DataFrame) -> Panel:
    """Say how often points from before held, and what can't be known."""
    sentences = [held_finding(row) for row in each_row(rows)] or [UNTESTED]
    if not len(stocked):
        sentences = [NO_STOCK]
    elif not stocked["on_hand"].notna().any():
        sentences.append(UNKNOWN)
    content = html.Div([html.P(sentence) for sentence in sentences], className="card-text")
    return Panel(content, stock_finding(stocked))


def stock_finding(rows: pd.DataFrame) -> str:
    """Say how many products are to be ordered now, or that this isn't known."""
    if rows.empty:
        return "Stock to order"
    pointed = rows[rows["reorder_point"].notna()]
    if not rows["on_hand"].notna().any():
        verb = "has" if len(pointed) == 1 else "have"
        product_count = count(len(pointed), "product")
        return f"{product_count} {verb} a reorder point; stock on hand isn’t known"
    due = rows[rows["order_now"] > 0]
    pieces = count(due["order_now"].sum(), "piece")
    unsaid = int(pointed["on_hand"].isna().sum())
    more = f"; of {number(unsaid)} more, stock on hand isn’t known" if unsaid else ""
    if due.empty:
        return f"Nothing is to be ordered now{more}"
    return f"To be ordered now: {count(len(due), 'product')}, {pieces} together{more}"


def held_finding(row: Any) -> str:
    """Say how often the points of a class would have held, beside what was asked for."""
    first, last = (
        wording.date(pd.Timestamp(day).date()) for day in (row.first_day, row.last_day)
    )
    stretches = count(row.products, "stretch", "stretches")
    return (
        f"Class {row.abc}: from {first} to {last}, points from the days before held in"
        f" {percent(row.held / row.products, 1)} of {stretches} of delivery and review, where"
        f" {percent(row.asked_level)} was asked for."
    )


def cells(rows: pd.DataFrame, columns: Sequence[Column], currency: str) -> list[dict[str, str]]:
    """Write the cells of products to stock: what sells slowly has its tenths, too."""
    cell_rows = written(rows, columns, currency)
    for row, pieces in zip(cell_rows, rows["weekly_demand"], strict=True):
        row["weekly_demand"] = number(pieces, 0 if pieces >= LEAST_WHOLE else 1)
    return cell_rows


def partners(rows: pd.DataFrame, _scope: Scope) -> Panel:
    """List what is bought with a product more often than chance explains."""
    if rows.empty:
        return Panel(
            html.P("Nothing is bought with it more often than chance explains."),
            "Bought together",
        )
    named_rows = rows.assign(description=rows["description"].fillna(rows["with_product"]))
    table = plain_table(
        HEADS,
        (
            (
                named(row.with_product, row.description),
                number(row.orders),
                percent(row.support, 2),
                percent(row.confidence),
                number(row.lift, 1),
            )
            for row in each_row(named_rows)
        ),
        label="Partners",
    )
    return Panel(table, partner_finding(rows))


def partner_finding(rows: pd.DataFrame) -> str:
    """Name what is bought with a product most markedly."""
    first = rows.iloc[0]
    name = first["with_product"] if pd.isna(first["description"]) else first["description"]
    return (
        f"{percent(first['confidence'])} of the orders with it hold “{name}” too,"
        f" {number(first['lift'], 1)} times as many as by chance"
    )
