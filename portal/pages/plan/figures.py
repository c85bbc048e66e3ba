"""Pictures of one campaign: how its profit is spread, what moves it, scenarios beside it."""

from collections.abc import Mapping
from html import escape

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from portal.words import theme
from portal.words.wording import symbol

BINS = 40
APART = 0.17
"""How far scenarios of one measure stand from each other, of a line."""
LONGEST = 28


def profits(draws: pd.DataFrame, *, currency: str) -> go.Figure:
    """Draw how profit is spread over the draws; losses have another colour."""
    profit = draws["profit"].to_numpy(dtype=float)
    counts, edges = np.histogram(profit, bins=BINS)
    middle = (edges[:-1] + edges[1:]) / 2
    figure = go.Figure(
        go.Bar(
            x=middle,
            y=counts,
            width=np.diff(edges) * 0.94,
            marker={"color": np.where(middle >= 0, theme.GOOD, theme.BAD)},
            hovertemplate="%{y:,} simulated campaigns with a profit about"
            f" {symbol(currency)}%{{x:,.0f}}<extra></extra>",
        )
    )
    figure.update_xaxes(
        title={"text": f"Profit ({currency or 'money'}); below 0 a loss"},
        tickprefix=symbol(currency),
        tickformat="~s",
        nticks=6,
    )
    figure.update_yaxes(title={"text": "Simulated campaigns"}, tickformat=",")
    return figure


def tornado(rows: pd.DataFrame, *, titles: Mapping[str, str], currency: str) -> go.Figure:
    """Draw how far each range moves the profit, the widest at the top."""
    some = rows[rows["swing"] > 0].iloc[::-1]
    if some.empty:
        some = rows.iloc[::-1]
    figure = go.Figure()
    for end, name, colour in (
        ("low", "Low end", theme.SECOND),
        ("high", "High end", theme.MAIN),
    ):
        figure.add_bar(
            y=[titles[range_name].split(",")[0] for range_name in some["input"]],
            x=some[f"profit_{end}"] - some["profit"],
            base=some["profit"],
            orientation="h",
            name=name,
            marker={"color": colour},
            customdata=some[[f"profit_{end}"]].to_numpy(),
            hovertemplate=f"%{{y}}, {name.lower()}: a profit of"
            f" {symbol(currency)}%{{customdata[0]:,.0f}}<extra></extra>",
        )
    figure.update_xaxes(
        title={"text": f"Profit ({currency or 'money'})"},
        tickprefix=symbol(currency),
        tickformat="~s",
        nticks=6,
    )
    return figure.update_layout(barmode="overlay")


def compared(rows: pd.DataFrame, *, currency: str) -> go.Figure:
    """Draw each measure with its interval, the scenarios beside each other.

    `rows`: one per scenario and measure, `scenario, measure, likely, low, high`, as they stand.
    """
    figure = go.Figure()
    if rows.empty:
        return figure
    measures = list(dict.fromkeys(rows["measure"]))
    names = list(dict.fromkeys(rows["scenario"]))
    for place, name in enumerate(names):
        some = rows[rows["scenario"] == name]
        shift = (place - (len(names) - 1) / 2) * APART
        figure.add_scatter(
            x=some["likely"],
            y=[measures.index(measure) + shift for measure in some["measure"]],
            mode="markers",
            name=escape(name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"),
            marker={
                "color": theme.COLORWAY[place],
                "symbol": theme.SPARE[place].symbol,
                "size": 10,
            },
            error_x={
                "array": (some["high"] - some["likely"]).clip(lower=0),
                "arrayminus": (some["likely"] - some["low"]).clip(lower=0),
                "color": theme.COLORWAY[place],
                "thickness": 2,
                "width": 5,
            },
            customdata=some[["low", "high"]].to_numpy(),
            text=some["measure"],
            hovertemplate=f"%{{text}} of %{{fullData.name}}: {symbol(currency)}%{{x:,.0f}},"
            f" from {symbol(currency)}%{{customdata[0]:,.0f}} to"
            f" {symbol(currency)}%{{customdata[1]:,.0f}}<extra></extra>",
        )
    figure.update_xaxes(
        title={"text": f"Expected, from 5 % to 95 % ({currency or 'money'})"},
        tickprefix=symbol(currency),
        tickformat="~s",
        zeroline=True,
        nticks=6,
    )
    return figure.update_yaxes(
        tickmode="array",
        tickvals=list(range(len(measures))),
        ticktext=measures,
        range=[len(measures) - 0.5, -0.5],
    )
