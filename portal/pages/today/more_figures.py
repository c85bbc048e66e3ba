"""Pictures of the other tabs: concentration, countries, what was left out of the source."""

from textwrap import wrap

import pandas as pd
import plotly.graph_objects as go

from portal.kit.drawing.chart import Chart, Scope
from portal.reading.rows import each_row, lowest
from portal.words import theme
from portal.words.wording import (
    count,
    money,
    money_short,
    needs_measure,
    number,
    of_money,
    percent,
    plain_list,
    symbol,
)

TOP_COUNTRIES = 10
NOWHERE = "Not known"


def concentration(rows: pd.DataFrame, _scope: Scope) -> Chart:
    """Show how concentrated revenue is."""
    finding = concentration_finding(rows)
    return Chart(
        concentration_curve(rows),
        finding,
        f"Curve of the share of revenue by share of customers. {finding}.",
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
    rows_read, rows_kept = source[["rows_read", "rows_kept"]].iloc[0]
    left_out = [f"{row.title.lower()} {number(row.rows)}" for row in each_row(rows) if row.rows]
    return Chart(
        rows_by_rule(rows),
        quality_finding(int(rows_read), int(rows_kept), rows),
        f"Bars of rows left out by rule: {plain_list(left_out) or 'none'}.",
        "No row was left out.",
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
            "title": {"text": of_money("Revenue", currency) + ", logarithmic scale"},
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
    kept_share = percent(rows_kept / rows_read, 1)
    return f"{kept_share} of rows count" + (
        f"; most left out: {plain_list(most)}" if most else ""
    )
