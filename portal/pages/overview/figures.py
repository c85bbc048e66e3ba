"""Pictures of the overview: a frame in, a figure out, and the finding that stands above it."""

from collections.abc import Sequence
from textwrap import wrap

import pandas as pd
import plotly.graph_objects as go

from portal.kit.chart import NOTHING_LEFT, Chart, Scope
from portal.reading.rows import each_row, highest, lowest
from portal.words import theme
from portal.words.wording import (
    NEEDS_ORDERS,
    change,
    count,
    money,
    money_short,
    month,
    needs_measure,
    number,
    percent,
    plain_list,
    symbol,
)

TOP_COUNTRIES = 10
PARTIAL = "partial month"
LEGEND_LINE, LABEL = 0.058, 0.07
"""Shares of the ring's height that a line of its legend and a label outside it take."""


NOWHERE = "Not known"


def months(rows: pd.DataFrame, scope: Scope) -> Chart:
    """Show revenue by month."""
    rows = rows.assign(is_complete=rows["is_complete"].astype(bool))
    finding = revenue_finding(rows, currency=scope.currency)
    return Chart(
        revenue_by_month(rows, currency=scope.currency),
        finding,
        f"Bars of revenue in {count(len(rows), 'month')}. {finding}.",
        NOTHING_LEFT if scope.has.orders else NEEDS_ORDERS,
    )


def concentration(rows: pd.DataFrame, _scope: Scope) -> Chart:
    """Show how concentrated revenue is."""
    finding = concentration_finding(rows)
    return Chart(
        concentration_curve(rows),
        finding,
        f"Curve of the share of revenue by share of customers. {finding}.",
    )


def customers(rows: pd.DataFrame, scope: Scope) -> Chart:
    """Show the segments by customers."""
    shares = [f"{row.segment} {percent(row.share)}" for row in each_row(rows)]
    return Chart(
        customers_by_segment(rows, order=scope.segments),
        customers_finding(rows),
        f"Ring of customers by segment: {plain_list(shares)}.",
    )


def revenue(rows: pd.DataFrame, scope: Scope) -> Chart:
    """Show the segments by revenue."""
    amounts = [
        f"{row.segment} {money_short(row.revenue, scope.currency)}" for row in each_row(rows)
    ]
    return Chart(
        revenue_by_segment(rows, currency=scope.currency, order=scope.segments),
        revenue_share_finding(rows),
        f"Bars of revenue by segment: {plain_list(amounts)}.",
    )


def countries(rows: pd.DataFrame, scope: Scope) -> Chart:
    """Show the countries with most revenue."""
    if list(rows["country"]) == [NOWHERE]:
        title, sentence = "Revenue by country", needs_measure("Country")
        return Chart(go.Figure(), title, sentence, sentence)
    finding = country_finding(rows)
    return Chart(
        revenue_by_country(rows, currency=scope.currency),
        finding,
        f"Dots of revenue of the {TOP_COUNTRIES} countries with most. {finding}.",
    )


def quality(rows: pd.DataFrame, _scope: Scope, *, source: pd.DataFrame) -> Chart:
    """Show what cleaning left out of the rows of the `source`."""
    read, kept = source[["rows_read", "rows_kept"]].iloc[0]
    left_out = [f"{row.title.lower()} {number(row.rows)}" for row in each_row(rows) if row.rows]
    return Chart(
        rows_by_rule(rows),
        quality_finding(int(read), int(kept), rows),
        f"Bars of rows left out by rule: {plain_list(left_out) or 'none'}.",
        "No row was left out.",
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
            "title": {"text": f"Revenue ({currency})"},
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


def customers_by_segment(shares: pd.DataFrame, *, order: Sequence[str] = ()) -> go.Figure:
    """Draw the share of customers in each segment as a ring, labelled directly."""
    figure = go.Figure()
    if shares.empty:
        return figure
    bottom = min(len(shares) * LEGEND_LINE + LABEL, 0.5)  # where one name fits on a line
    figure.add_pie(
        domain={"y": [bottom, 1 - LABEL]},
        labels=shares["segment"],
        values=shares["customers"],
        customdata=shares["segment"],
        hole=0.62,
        sort=False,
        direction="clockwise",
        marker={
            "colors": theme.colours(list(shares["segment"]), order),
            "line": {"width": 2, "color": "rgba(127,127,127,0.25)"},
        },
        textinfo="percent",
        texttemplate="%{percent:.0%}",
        textposition="outside",
        hovertemplate="%{label}: %{value:,} customers, %{percent:.1%} of all<extra></extra>",
    )
    figure.update_layout(
        showlegend=True,
        legend={
            "orientation": "h",
            "y": 0,
            "yanchor": "bottom",
            "x": 0.5,
            "xanchor": "center",
        },
        annotations=[
            {
                "text": f"<b>{number(int(shares['customers'].sum()))}</b><br>customers",
                "x": 0.5,
                "y": (bottom + 1 - LABEL) / 2,
                "yanchor": "middle",
                "font": {"size": 15},
                "showarrow": False,
            }
        ],
    )
    return figure


def customers_finding(shares: pd.DataFrame) -> str:
    """Name the largest segment."""
    if shares.empty:
        return "Customers by segment"
    largest = highest(shares, "customers")
    return (
        f"{largest['segment']} is the largest segment: {percent(largest['share'])} of customers"
    )


def revenue_by_segment(
    shares: pd.DataFrame, *, currency: str, order: Sequence[str] = ()
) -> go.Figure:
    """Draw revenue by segment as bars in the segments' own colours."""
    figure = go.Figure()
    if shares.empty:
        return figure
    rows = shares.iloc[::-1]
    figure.add_bar(
        y=rows["segment"],
        x=rows["revenue"],
        orientation="h",
        marker={"color": theme.colours(list(rows["segment"]), order)},
        text=[
            f"{money_short(row.revenue, currency)} · {percent(row.revenue_share)}"
            for row in each_row(rows)
        ],
        textposition="auto",
        cliponaxis=False,
        customdata=[
            [row.segment, money(row.revenue, currency), row.customers] for row in each_row(rows)
        ],
        hovertemplate="%{customdata[0]}: %{customdata[1]} from %{customdata[2]:,} customers"
        "<extra></extra>",
    )
    figure.update_layout(
        xaxis={
            "title": {"text": f"Revenue ({currency})"},
            "tickprefix": symbol(currency),
            "tickformat": "~s",
            "nticks": 6,
            "rangemode": "tozero",
        },
        yaxis={"title": {"text": ""}},
    )
    return figure


def revenue_share_finding(shares: pd.DataFrame) -> str:
    """Say what the segment that brings most is among customers and in revenue."""
    if shares.empty:
        return "Revenue by segment"
    best = highest(shares, "revenue")
    return (
        f"{best['segment']}: {percent(best['share'])} of customers,"
        f" {percent(best['revenue_share'])} of revenue"
    )


def concentration_curve(curve: pd.DataFrame) -> go.Figure:
    """Draw which share of revenue the most valuable customers bring, the top fifth marked."""
    figure = go.Figure()
    if curve.empty or curve["revenue_share"].max() <= 0:
        return figure
    figure.add_scatter(
        x=curve["customer_share"],
        y=curve["revenue_share"],
        mode="lines",
        line={"color": theme.MAIN, "width": 2.5},
        name="Customers, the most valuable first",
        hovertemplate="The top %{x:.0%} of customers bring %{y:.1%} of revenue<extra></extra>",
    )
    figure.add_scatter(
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        line={"color": theme.QUIET, "width": 1, "dash": "dot"},
        name="If all were equal",
        hoverinfo="skip",
    )
    fifth = top_share(curve, 0.2)
    figure.add_scatter(
        x=[0.2],
        y=[fifth],
        mode="markers+text",
        marker={"color": theme.SECOND, "size": 9},
        text=[f"  top 20 %: {percent(fifth)}"],
        textposition="middle right",
        showlegend=False,
        hoverinfo="skip",
    )
    figure.update_layout(
        xaxis={
            "title": {"text": "Share of customers, the most valuable first"},
            "tickformat": ".0%",
            "range": [0, 1],
        },
        yaxis={"title": {"text": "Share of revenue"}, "tickformat": ".0%", "range": [0, 1.02]},
    )
    return figure


def top_share(curve: pd.DataFrame, customers: float) -> float:
    """Read the share of revenue that the top share of customers brings off the curve."""
    reached = lowest(curve.assign(away=(curve["customer_share"] - customers).abs()), "away")
    return float(reached["revenue_share"])


def concentration_finding(curve: pd.DataFrame) -> str:
    """Say what the top fifth of customers brings."""
    if curve.empty or curve["revenue_share"].max() <= 0:
        return "How concentrated revenue is"
    return f"20 % of customers bring {percent(top_share(curve, 0.2))} of revenue"


def revenue_by_country(countries: pd.DataFrame, *, currency: str) -> go.Figure:
    """Draw the countries with most revenue, on a log scale so that the small ones show."""
    figure = go.Figure()
    rows = countries[countries["revenue"] > 0].head(TOP_COUNTRIES).iloc[::-1]
    if rows.empty:
        return figure
    figure.add_scatter(
        x=rows["revenue"],
        y=rows["country"],
        mode="markers+text",
        marker={"color": theme.MAIN, "size": 11},
        text=[money_short(value, currency) for value in rows["revenue"]],
        textposition="middle right",
        cliponaxis=False,
        customdata=[
            [row.country, money(row.revenue, currency), row.customers, row.orders]
            for row in each_row(rows)
        ],
        hovertemplate="%{customdata[0]}: %{customdata[1]}, %{customdata[2]:,} customers,"
        " %{customdata[3]:,} orders<extra></extra>",
    )
    figure.update_layout(
        xaxis={
            "title": {"text": f"Revenue ({currency}), logarithmic scale"},
            "type": "log",
            "tickprefix": symbol(currency),
            "tickformat": "~s",
            "dtick": 1,
        },
        yaxis={"title": {"text": ""}},
        margin={"r": 56},
    )
    return figure


def country_finding(countries: pd.DataFrame) -> str:
    """Say how much the first country brings."""
    total = countries["revenue"].sum()
    if countries.empty or total <= 0:
        return "Revenue by country"
    first = countries.iloc[0]
    if len(countries) == 1:
        return f"All revenue comes from {first['country']}"
    return (
        f"{first['country']} brings {percent(first['revenue'] / total)} of revenue;"
        f" {count(len(countries) - 1, 'other country', 'other countries')} the rest"
    )


def rows_by_rule(rules: pd.DataFrame) -> go.Figure:
    """Draw how many rows each cleaning rule left out."""
    figure = go.Figure()
    rows = rules[rules["rows"] > 0].sort_values("rows")
    if rows.empty:
        return figure
    figure.add_bar(
        y=["<br>".join(wrap(title, 24)) for title in rows["title"]],
        x=rows["rows"],
        orientation="h",
        marker={"color": theme.QUIET},
        text=[number(value) for value in rows["rows"]],
        textposition="auto",
        cliponaxis=False,
        customdata=rows[["title", "explanation"]].to_numpy(),
        hovertemplate="%{customdata[0]}: %{x:,} rows<br>%{customdata[1]}<extra></extra>",
    )
    figure.update_layout(
        xaxis={"title": {"text": "Rows left out"}, "tickformat": "~s", "nticks": 5},
        yaxis={"title": {"text": ""}},
    )
    return figure


def quality_finding(rows_read: int, rows_kept: int, rules: pd.DataFrame) -> str:
    """Say which share of rows was kept and which rules took most."""
    if not rows_read:
        return "What was left out of the source"
    most = rules[rules["rows"] > 0].nlargest(2, "rows")["title"].str.lower().tolist()
    kept = percent(rows_kept / rows_read, 1)
    return f"{kept} of rows count" + (f"; most left out: {plain_list(most)}" if most else "")
