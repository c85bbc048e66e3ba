"""Unusual days and weeks of sales: what came, what was to be expected, and what explains it."""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
from dash import html

from portal.kit.cards import Panel, PanelCard
from portal.kit.drawing.chart import Scope
from portal.kit.page import Page
from portal.kit.tables.plain_table import plain_table
from portal.pages.sales import queries
from portal.reading.rows import each_row
from portal.words import wording
from portal.words.wording import NOTHING, count, money, number, percent

NONE = "No day or week of sales was unusual, or there are too few to tell."
MOST = 20
"""Rows in view; the card's CSV has all."""
HEADS = ("Day or week", "What", "Came", "Expected", "What accounts for it", "Came back since")
WORDS = ("What", "What accounts for it")


def declared(page: Page, *, note: str) -> PanelCard:
    """Declare the card."""
    return page.panel(
        "sales-unusual-days",
        query=queries.unusual_days,
        draw=unusual,
        source="published_unusual",
        note=f"{note} Watched is what was ordered, before anything came back.",
        title="Unusual days and weeks",
        columns=12,
    )


def unusual(rows: pd.DataFrame, scope: Scope) -> Panel:
    """List the unusual days and weeks, the newest first."""
    if rows.empty:
        return Panel(html.P(NONE, className="quiet"), "Unusual days and weeks")
    table = plain_table(
        HEADS,
        (_cells(row, scope.currency) for row in each_row(rows.head(MOST))),
        label="Unusual days",
        words=WORDS,
    )
    return Panel(table, finding(rows, scope.currency))


def finding(rows: pd.DataFrame, currency: str) -> str:
    """Name the newest unusual day or week."""
    row = next(each_row(rows))
    many = count(len(rows), "figure") + " of days and weeks"
    written = _written(row, currency)
    return (
        f"{many} were unusual; the last, {_when(row)}: {row.figure} of {written(row.value)},"
        f" where {written(row.expected)} was to be expected"
    )


def _cells(row: Any, currency: str) -> Sequence[str]:
    written = _written(row, currency)
    return (
        _when(row),
        row.figure.capitalize(),
        written(row.value),
        written(row.expected),
        explained(row.explained_by, row.explained, row.explained_share),
        money(row.came_back, currency),
    )


def explained(by: str | None, level: str | None, share: float | None) -> str:
    """Say which order, customer, product, segment or country accounts for a period."""
    if by is None or pd.isna(by) or share is None or pd.isna(share):
        return NOTHING
    part = "all" if share >= 1 else percent(share)
    return f"{by} {level}: {part} of the difference"


def _when(row: Any) -> str:
    day = wording.date(pd.Timestamp(row.period_start).date())
    return day if row.step == "day" else f"week from {day}"


def _written(row: Any, currency: str) -> Callable[[float], str]:
    return (lambda value: money(value, currency)) if row.figure == "revenue" else number
