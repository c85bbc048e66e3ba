"""Pictures of who is likely to leave: probabilities, profit by cut, drivers."""

from typing import NamedTuple

import pandas as pd
import plotly.graph_objects as go

from portal.kit.chart import Chart, Scope
from portal.reading.economics import RetentionCut
from portal.reading.rows import each_row
from portal.words import drivers as drivers_said
from portal.words import theme
from portal.words.wording import count, money_short, number, percent

LEFT, RIGHT = 64, 24
"""Margins of the histogram in pixels; the slider below it has the same."""
MOST_POINTS = 400


class Cuts(NamedTuple):
    """The cut of the page, who reaches it, and the cut that brings most; why there is none."""

    chosen: float
    contacted: int
    best: RetentionCut | None
    missing: str


def histogram(rows: pd.DataFrame, _scope: Scope, *, cuts: Cuts) -> Chart:
    """Draw how many customers have which probability, and the cut among them."""
    if rows.empty:
        rows = pd.DataFrame({"least": [], "customers": []}, dtype=float)
    finding = probability_finding(rows, cuts.contacted)
    figure = probabilities(rows, cut=cuts.chosen, best=cuts.best)
    told = f"Bars of customers by churn probability. {finding}, {percent(cuts.chosen, 1)}."
    return Chart(figure, finding, told, cuts.missing)


def profit(rows: pd.DataFrame, scope: Scope, *, cuts: Cuts) -> Chart:
    """Draw what each cut is expected to bring."""
    if rows.empty or cuts.best is None:
        return Chart(go.Figure(), "What each cut brings", "", cuts.missing)
    finding = profit_finding(cuts.best, scope.currency)
    figure = profits(rows, cut=cuts.chosen, best=cuts.best, currency=scope.currency)
    return Chart(figure, finding, f"Line of expected profit by cut. {finding}.", cuts.missing)


def drivers(rows: pd.DataFrame, _scope: Scope, *, missing: str) -> Chart:
    """Draw what drives the model."""
    finding = driver_finding(rows)
    return Chart(driver_bars(rows), finding, f"Bars of features. {finding}.", missing)


def probabilities(bins: pd.DataFrame, *, cut: float, best: RetentionCut | None) -> go.Figure:
    """Draw how many customers have which probability; who is contacted stands out."""
    figure = go.Figure()
    if not bins["customers"].sum():
        return figure
    width = float(bins["least"].iloc[1] - bins["least"].iloc[0])
    middle = bins["least"] + width / 2
    contacted = middle >= cut
    for name, chosen, colour in (
        ("Contacted", contacted, theme.BAD),
        ("Left alone", ~contacted, theme.QUIET),
    ):
        figure.add_bar(
            x=middle[chosen],
            y=bins["customers"][chosen],
            width=width * 0.9,
            name=name,
            marker_color=colour,
            customdata=[f"{percent(x)} to {percent(x + width)}" for x in bins["least"][chosen]],
            hovertemplate="%{y:,} customers leave with a probability of %{customdata}"
            "<extra></extra>",
        )
    figure.add_vline(x=cut, line={"color": theme.BAD, "width": 2})
    if best is not None and best.cut <= 1:
        figure.add_vrect(
            x0=best.low, x1=min(best.high, 1.0), fillcolor=theme.GOOD, opacity=0.2, line_width=0
        )
        figure.add_vline(x=best.cut, line={"color": theme.GOOD, "width": 2, "dash": "dot"})
    return figure.update_layout(
        margin={"l": LEFT, "r": RIGHT, "t": 8, "b": 8},
        xaxis={"title": "Churn probability", "range": [0, 1], "tickformat": ".0%"},
        yaxis={"title": "Customers", "automargin": False},
        bargap=0,
    )


def profits(curve: pd.DataFrame, *, cut: float, best: RetentionCut, currency: str) -> go.Figure:
    """Draw what contacting everyone above each cut is expected to bring."""
    figure = go.Figure()
    if curve.empty:
        return figure
    step = max((len(curve) + 1) // MOST_POINTS, 1)
    shown = curve.iloc[step - 1 :: step]
    said = [
        f"Contacting {count(row.customers, 'customer')} with at least {percent(row.cut, 1)}"
        f" brings {money_short(row.profit, currency)}"
        for row in each_row(shown)
    ]
    figure.add_scatter(
        x=shown["cut"],
        y=shown["profit"],
        mode="lines",
        line={"color": theme.MAIN, "width": 2},
        customdata=said,
        hovertemplate="%{customdata}<extra></extra>",
        showlegend=False,
    )
    figure.add_vline(x=cut, line={"color": theme.BAD, "width": 2})
    if best.cut <= 1:
        figure.add_vrect(
            x0=best.low, x1=min(best.high, 1.0), fillcolor=theme.GOOD, opacity=0.2, line_width=0
        )
        figure.add_scatter(
            x=[best.cut],
            y=[best.profit],
            mode="markers",
            marker={"color": theme.GOOD, "size": 10, "symbol": "diamond"},
            hovertemplate="The most that a cut brings<extra></extra>",
            showlegend=False,
        )
    return figure.update_layout(
        xaxis={
            "title": "Contact customers with at least this probability",
            "tickformat": ".0%",
            "range": [0, 1],
        },
        yaxis={"title": f"Expected profit, {currency}" if currency else "Expected profit"},
    )


def profit_finding(best: RetentionCut, currency: str) -> str:
    """Say which cut brings most."""
    if best.cut > 1:
        return "At these costs contacting nobody brings most"
    high = min(best.high, 1.0)
    return (
        f"Contacting {count(best.customers, 'customer')} from"
        f" {percent(best.cut, 1)} ({percent(best.low, 1)} to {percent(high, 1)}) brings most:"
        f" {money_short(best.profit, currency)}"
    )


def driver_bars(drivers: pd.DataFrame) -> go.Figure:
    """Draw how much the model loses without each feature."""
    figure = go.Figure()
    if drivers.empty:
        return figure
    shown = drivers.iloc[::-1]
    names = drivers_said.names_of(shown)
    figure.add_bar(
        x=shown["importance"],
        y=names,
        orientation="h",
        marker_color=theme.MAIN,
        error_x={
            "type": "data",
            "symmetric": False,
            "array": (shown["high"] - shown["importance"]).clip(lower=0),
            "arrayminus": (shown["importance"] - shown["low"]).clip(lower=0),
            "thickness": 1.5,
            "width": 4,
        },
        hovertemplate="%{y}: %{x:.4f}<extra></extra>",
    )
    return figure.update_layout(xaxis={"title": "Importance"})


def driver_finding(drivers: pd.DataFrame) -> str:
    """Name what matters most, where that is sure."""
    if drivers.empty:
        return "What drives the probability"
    return drivers_said.finding(drivers, "who leaves")


def probability_finding(bins: pd.DataFrame, contacted: int) -> str:
    """Say how many customers lie above the cut."""
    return (
        f"{number(contacted)} of {count(int(bins['customers'].sum()), 'customer')}"
        " lie above the cut"
    )
