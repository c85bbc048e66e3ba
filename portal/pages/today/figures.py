"""Pictures of today: revenue by month, and the segments by customers and revenue."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from portal.kit.ahead import next_month, with_months_ahead
from portal.kit.drawing.chart import NOTHING_LEFT, Chart, Scope
from portal.reading.rows import each_row, highest
from portal.words import theme
from portal.words.wording import (
    NEEDS_ORDERS,
    change,
    count,
    money,
    money_short,
    month,
    of_money,
    percent,
    plain_list,
    symbol,
)

PARTIAL = "partial month"


def months(rows: pd.DataFrame, scope: Scope, *, ahead: pd.DataFrame) -> Chart:
    """Show revenue by month, and what is expected of those ahead."""
    rows = rows.assign(is_complete=rows["is_complete"].astype(bool))
    finding = revenue_finding(rows, currency=scope.currency)
    nobody = anonymous_finding(rows, currency=scope.currency)
    finding = f"{finding} {nobody}" if nobody else finding
    expected = next_month(ahead, scope.as_of, scope.currency)
    finding = f"{finding}; {expected}" if expected else finding
    figure = revenue_by_month(rows, currency=scope.currency)
    with_months_ahead(figure, ahead, currency=scope.currency)
    return Chart(
        figure,
        finding,
        f"Bars of revenue in {count(len(rows), 'month')}. {finding}.",
        NOTHING_LEFT if scope.has.orders else NEEDS_ORDERS,
    )


def revenue_by_month(months: pd.DataFrame, *, currency: str) -> go.Figure:
    """Draw revenue by month as bars; a month that the data covers only in part is hatched."""
    figure = go.Figure()
    if months.empty or months["revenue"].sum() <= 0:
        return figure
    names = [month(pd.Timestamp(day).date()) for day in months["month"]]
    figure.add_bar(
        x=months["month"],
        y=months["revenue"],
        showlegend=False,
        marker={
            "color": [theme.MAIN if whole else theme.QUIET for whole in months["is_complete"]],
            "pattern": {"shape": ["" if whole else "/" for whole in months["is_complete"]]},
        },
        customdata=[
            [name, money(row.revenue, currency), row.orders, "" if row.is_complete else PARTIAL]
            for name, row in zip(names, each_row(months), strict=True)
        ],
        hovertemplate="%{customdata[0]}: %{customdata[1]} from %{customdata[2]:,} orders"
        "<extra>%{customdata[3]}</extra>",
    )
    if not months["is_complete"].all():
        figure.add_bar(
            x=[None],
            y=[None],
            name="Month covered in part",
            marker={"color": theme.QUIET, "pattern": {"shape": "/"}},
            showlegend=True,
        )
    figure.update_layout(
        barmode="overlay",
        yaxis={
            "title": {"text": of_money("Revenue", currency)},
            "tickprefix": symbol(currency),
            "tickformat": "~s",
            "rangemode": "tozero",
        },
        xaxis={
            "title": {"text": "Month of the order"},
            "type": "date",
            "tickformat": "%b\n%Y",
        },
    )
    return figure


def revenue_finding(months: pd.DataFrame, *, currency: str) -> str:
    """Say which whole month brought most, and how the latest compares with the one before."""
    whole = months[months["is_complete"]].reset_index(drop=True)
    if len(whole) < 2 or months["revenue"].sum() <= 0:
        return "Revenue by month"
    best = highest(whole, "revenue")
    latest, before = whole.iloc[-1], whole.iloc[-2]
    name = month(pd.Timestamp(best["month"]).date())
    moved = change(latest["revenue"], before["revenue"])
    if best["month"] == latest["month"]:
        return f"{name} was the best month so far, {moved} on the month before"
    return (
        f"{month(pd.Timestamp(latest['month']).date())} brought"
        f" {money_short(latest['revenue'], currency)}, {moved} on the month before;"
        f" the best was {name}"
    )


def anonymous_finding(months: pd.DataFrame, *, currency: str) -> str:
    """Say how much of the revenue shown no customer is known of; empty where of all."""
    if "anonymous_revenue" not in months or months["anonymous_revenue"].sum() <= 0:
        return ""
    return (
        f"({money_short(months['anonymous_revenue'].sum(), currency)} of all shown without a"
        " customer)"
    )


def segments(rows: pd.DataFrame, scope: Scope) -> Chart:
    """Show the segments by their shares of customers and of revenue."""
    finding = segments_finding(rows)
    shares = [
        f"{row.segment} {percent(row.share)} of customers"
        + (f" and {percent(row.revenue_share)} of revenue" if has_revenue(rows) else "")
        for row in each_row(rows)
    ]
    figure = shares_by_segment(rows, currency=scope.currency, order=scope.segments)
    return Chart(figure, finding, f"Bars by segment: {plain_list(shares)}.")


def has_revenue(shares: pd.DataFrame) -> bool:
    """Tell whether any revenue is known."""
    return bool(shares["revenue"].fillna(0).sum() > 0)


def shares_by_segment(
    shares: pd.DataFrame, *, currency: str, order: Sequence[str] = ()
) -> go.Figure:
    """Draw two bars a segment: its share of customers, hatched, and of revenue, whole."""
    figure = go.Figure()
    if shares.empty:
        return figure
    rows = shares.iloc[::-1]
    colours = theme.colours(list(rows["segment"]), order)
    drawn = [("Share of revenue", "revenue_share", "")] if has_revenue(shares) else []
    for name, column, shape in (*drawn, ("Share of customers", "share", "/")):
        figure.add_bar(
            y=rows["segment"],
            x=rows[column],
            orientation="h",
            name=name,
            showlegend=False,
            marker={
                "color": colours,
                "pattern": {"shape": shape, "fgopacity": 0.55, "size": 5},
            },
            text=[percent(value) for value in rows[column]],
            textposition="outside",
            cliponaxis=False,
            customdata=[
                [
                    row.segment,
                    f"{row.segment}: {count(row.customers, 'customer')}"
                    + (f", {money(row.revenue, currency)}" if drawn else ""),
                ]
                for row in each_row(rows)
            ],
            hovertemplate="%{customdata[1]}<extra></extra>",
        )
    most = max(
        float(rows[column].max()) for _name, column, _shape in (*drawn, ("", "share", ""))
    )
    figure.update_layout(
        barmode="group",
        bargap=0.28,
        xaxis={
            "title": {"text": "Share of all"},
            "tickformat": ".0%",
            "range": [0, most * 1.2],
        },
        yaxis={"title": {"text": ""}},
    )
    return figure


def segments_finding(shares: pd.DataFrame) -> str:
    """Say what the segment that brings most is among customers and in revenue."""
    if shares.empty:
        return "Customers and revenue by segment"
    if not has_revenue(shares):
        largest = highest(shares, "customers")
        return f"{largest['segment']} is the largest: {percent(largest['share'])} of customers"
    best = highest(shares, "revenue")
    return (
        f"{best['segment']}: {percent(best['share'])} of customers,"
        f" {percent(best['revenue_share'])} of revenue"
    )
