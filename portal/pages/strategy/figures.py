"""Pictures of a budget: how it is divided, what more of it brings, where it stops paying."""

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from portal.kit.chart import Chart, Scope
from portal.pages.strategy.plan import Plan, missing
from portal.reading.economics import response_curve
from portal.words import theme
from portal.words.wording import money, money_short, symbol

BINS = 40
APART = 0.17
"""How far scenarios of one measure stand from each other, of a line."""
LONGEST = 28


def divided(_rows: pd.DataFrame, scope: Scope, *, planned: tuple[Plan | None, float]) -> Chart:
    """Show how a budget is divided."""
    plan, amount = planned
    if plan is None:
        return Chart(go.Figure(), "How the budget is divided", "", missing(amount))
    gain = plan.division.by_profit.profit - plan.division.by_playbook.profit
    finding = division_finding(gain, currency=scope.currency)
    figure = division(
        plan.division.by_playbook.rows, plan.division.by_profit.rows, currency=scope.currency
    )
    return Chart(figure, finding, f"Bars of spend by segment. {finding}.")


def division_finding(gain: float, *, currency: str) -> str:
    """Say what dividing for the most profit brings beside the playbook's shares."""
    if gain < 0.005:
        return "The playbook's shares already bring the most profit"
    return f"Divided for the most profit it brings {money(gain, currency)} more"


def more_or_less(
    _rows: pd.DataFrame, scope: Scope, *, planned: tuple[Plan | None, float]
) -> Chart:
    """Show what more or less budget brings."""
    plan, amount = planned
    if plan is None:
        return Chart(go.Figure(), "What more budget brings", "", missing(amount))
    price = plan.division.sensitivity.shadow_price
    finding = (
        f"The next {money(1, scope.currency)} of budget changes the profit by"
        f" {money(price, scope.currency)}"
    )
    figure = sensitivity(plan.division.sensitivity.rows, currency=scope.currency)
    return Chart(figure, finding, f"Bars of profit by budget. {finding}.")


def responses(
    _rows: pd.DataFrame, scope: Scope, *, planned: tuple[Plan | None, float]
) -> Chart:
    """Show what spending brings in each segment."""
    plan, amount = planned
    if plan is None:
        return Chart(go.Figure(), "What spending brings", "", missing(amount))
    lines = {
        str(row["segment"]): response_curve(row, upto=amount)
        for _, row in plan.inputs.iterrows()
    }
    best = max(lines, key=lambda name: float(lines[name]["profit"].max()))
    most = float(lines[best]["profit"].max())
    finding = f"Most can be earned from {best}: {money_short(most, scope.currency)}"
    figure = curves(lines, order=scope.segments, currency=scope.currency)
    return Chart(figure, finding, f"Lines of profit by spend. {finding}.")


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


def curves(
    lines: Mapping[str, pd.DataFrame], *, order: Sequence[str], currency: str
) -> go.Figure:
    """Draw the profit of each segment by what is spent there."""
    figure = go.Figure()
    marks = theme.marks(order)
    for segment, rows in lines.items():
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
            hovertemplate=f"%{{y:,}} draws with a profit about {symbol(currency)}%{{x:,.0f}}"
            "<extra></extra>",
        )
    )
    figure.update_xaxes(
        title={"text": f"Profit ({currency or 'money'}); below 0 a loss"},
        tickprefix=symbol(currency),
        tickformat="~s",
        nticks=6,
    )
    figure.update_yaxes(title={"text": "Draws"}, tickformat=",")
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
            y=[titles[each].split(",")[0] for each in some["input"]],
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
    """Draw the mean of each measure with its interval, the scenarios beside each other.

    `rows`: one per scenario and measure, `scenario, measure, mean, low, high`, as they stand.
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
            x=some["mean"],
            y=[measures.index(each) + shift for each in some["measure"]],
            mode="markers",
            name=escape(name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"),
            marker={
                "color": theme.COLORWAY[place],
                "symbol": theme.SPARE[place].symbol,
                "size": 10,
            },
            error_x={
                "array": some["high"] - some["mean"],
                "arrayminus": some["mean"] - some["low"],
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
        title={"text": f"Mean, from 5 % to 95 % ({currency or 'money'})"},
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
