"""Pictures of a budget: how it is divided, what more of it brings, where it stops paying."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from portal import theme
from portal.wording import money_short, symbol


def division(playbook: pd.DataFrame, profit: pd.DataFrame, *, currency: str) -> go.Figure:
    """Draw what each segment gets by the playbook's shares and for the most profit."""
    if playbook.empty:
        return go.Figure()
    figure = go.Figure()
    for rows, name, colour in (
        (profit, "For the most profit", theme.SECOND),
        (playbook, "By the playbook", theme.MAIN),
    ):
        down = rows.iloc[::-1]
        figure.add_bar(
            y=down["segment"],
            x=down["spend"],
            orientation="h",
            name=name,
            marker={"color": colour},
            text=[money_short(spend, currency) for spend in down["spend"]],
            textposition="outside",
            cliponaxis=False,
            customdata=down[["profit"]].to_numpy(),
            hovertemplate=f"%{{y}}: {symbol(currency)}%{{x:,.2f}} brings a profit of"
            f" {symbol(currency)}%{{customdata[0]:,.2f}}<extra></extra>",
        )
    most = float(max(playbook["spend"].max(), profit["spend"].max()))
    figure.update_xaxes(
        title={"text": f"Spend ({currency or 'money'})"},
        tickprefix=symbol(currency),
        tickformat="~s",
        range=[0, most * 1.2 or 1],
        nticks=5,
    )
    return figure.update_layout(barmode="group", legend={"traceorder": "reversed"})


def sensitivity(rows: pd.DataFrame, *, currency: str) -> go.Figure:
    """Draw how the most profit changes with the budget."""
    if rows.empty:
        return go.Figure()
    figure = go.Figure(
        go.Bar(
            x=[f"{change:+.0%}".replace("-", "−") for change in rows["change"]],
            y=rows["difference"],
            marker={"color": [theme.GOOD if d >= 0 else theme.BAD for d in rows["difference"]]},
            text=[money_short(each, currency) for each in rows["difference"]],
            textposition="outside",
            cliponaxis=False,
            customdata=rows[["budget", "profit"]].to_numpy(),
            hovertemplate=f"With {symbol(currency)}%{{customdata[0]:,.0f}} the profit is"
            f" {symbol(currency)}%{{customdata[1]:,.0f}}<extra></extra>",
        )
    )
    figure.update_xaxes(title={"text": "Change of the budget"}, type="category")
    figure.update_yaxes(
        title={"text": f"Change of the profit ({currency or 'money'})"},
        tickprefix=symbol(currency),
        tickformat="~s",
        zeroline=True,
    )
    return figure.update_layout(margin={"t": 24})


def curves(found: Mapping[str, pd.DataFrame], *, order: list[str], currency: str) -> go.Figure:
    """Draw the profit of each segment by what is spent there."""
    figure = go.Figure()
    marks = theme.marks(order)
    for segment, rows in found.items():
        figure.add_scatter(
            x=rows["spend"],
            y=rows["profit"],
            mode="lines+markers",
            name=segment,
            line={"color": marks[segment].colour, "width": 2},
            marker={
                "symbol": marks[segment].symbol,
                "size": 7,
                "maxdisplayed": 6,
            },
            hovertemplate=f"{segment}: {symbol(currency)}%{{x:,.0f}} brings a profit of"
            f" {symbol(currency)}%{{y:,.0f}}<extra></extra>",
        )
    figure.update_xaxes(
        title={"text": f"Spend in the segment ({currency or 'money'})"},
        tickprefix=symbol(currency),
        tickformat="~s",
    )
    figure.update_yaxes(
        title={"text": f"Expected profit ({currency or 'money'})"},
        tickprefix=symbol(currency),
        tickformat="~s",
        zeroline=True,
    )
    return figure
