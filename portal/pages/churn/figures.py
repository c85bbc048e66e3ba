"""Pictures of who is likely to leave: probabilities, profit by number contacted, drivers."""

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd
import plotly.graph_objects as go

from portal.kit.chart import Chart, Scope
from portal.reading.contacts import Chosen
from portal.reading.rows import each_row
from portal.words import drivers as drivers_said
from portal.words import theme
from portal.words.wording import count, money_short, number, percent


class Listed(NamedTuple):
    """Whom the list contacts at the costs entered, with and without the budget; why nobody.

    `bands` are the probabilities that part the run's bands of risk.
    """

    within: Chosen | None
    best: Chosen | None
    budget: float | None
    missing: str
    bands: tuple[float, ...] = ()


def histogram(rows: pd.DataFrame, _scope: Scope, *, listed: Listed) -> Chart:
    """Draw how many customers have which probability, and who of them pays."""
    if rows.empty:
        rows = pd.DataFrame({"least": [], "customers": [], "paying": []}, dtype=float)
    finding = probability_finding(rows)
    told = f"Bars of customers by churn probability. {finding}."
    return Chart(probabilities(rows, listed.bands), finding, told, listed.missing)


def profit(rows: pd.DataFrame, scope: Scope, *, listed: Listed) -> Chart:
    """Draw what contacting so many customers is expected to bring."""
    if rows.empty or listed.best is None:
        return Chart(go.Figure(), "What contacting customers brings", "", listed.missing)
    finding = profit_finding(listed, scope.currency)
    figure = profits(rows, listed=listed, currency=scope.currency)
    told = f"Line of expected profit by number of customers. {finding}."
    return Chart(figure, finding, told, listed.missing)


def drivers(rows: pd.DataFrame, _scope: Scope, *, missing: str) -> Chart:
    """Draw what drives the model."""
    finding = driver_finding(rows)
    return Chart(driver_bars(rows), finding, f"Bars of features. {finding}.", missing)


def probabilities(bins: pd.DataFrame, ends: Sequence[float]) -> go.Figure:
    """Draw how many customers have which probability; who pays stands out."""
    figure = go.Figure()
    if not bins["customers"].sum():
        return figure
    width = float(bins["least"].iloc[1] - bins["least"].iloc[0])
    middle = bins["least"] + width / 2
    for name, values, colour in (
        ("Pays to contact", bins["paying"], theme.MAIN),
        ("Costs more than it brings", bins["customers"] - bins["paying"], theme.QUIET),
    ):
        figure.add_bar(
            x=middle,
            y=values,
            width=width * 0.9,
            name=name,
            marker_color=colour,
            customdata=[f"{percent(x)} to {percent(x + width)}" for x in bins["least"]],
            hovertemplate=f"{name}: %{{y:,}} customers who leave with a probability of"
            " %{customdata}<extra></extra>",
        )
    for end in ends:
        figure.add_vline(x=end, line={"color": theme.QUIET, "width": 1, "dash": "dot"})
    return figure.update_layout(
        barmode="stack",
        xaxis={"title": "Churn probability", "tickformat": ".0%", "range": [0, 1]},
        yaxis={"title": "Customers"},
        bargap=0,
    )


def profits(curve: pd.DataFrame, *, listed: Listed, currency: str) -> go.Figure:
    """Draw what contacting so many, the best first, is expected to bring."""
    figure = go.Figure()
    best, within = listed.best, listed.within
    if curve.empty or best is None:
        return figure
    said = [
        f"Contacting the best {count(row.number, 'customer')} brings"
        f" {money_short(row.profit, currency)} and costs {money_short(row.cost, currency)}"
        for row in each_row(curve)
    ]
    figure.add_scatter(
        x=curve["number"],
        y=curve["profit"],
        mode="lines",
        line={"color": theme.MAIN, "width": 2},
        customdata=said,
        hovertemplate="%{customdata}<extra></extra>",
        showlegend=False,
    )
    figure.add_vrect(
        x0=best.fewest, x1=best.most, fillcolor=theme.GOOD, opacity=0.2, line_width=0
    )
    figure.add_scatter(
        x=[best.customers],
        y=[best.profit],
        mode="markers",
        marker={"color": theme.GOOD, "size": 10, "symbol": "diamond"},
        hovertemplate="The most that contacting brings<extra></extra>",
        showlegend=False,
    )
    if within is not None and within.customers < best.customers:
        figure.add_vline(x=within.customers, line={"color": theme.BAD, "width": 2})
    return figure.update_layout(
        xaxis={"title": "Customers contacted, the highest expected profit first"},
        yaxis={"title": f"Expected profit, {currency}" if currency else "Expected profit"},
    )


def profit_finding(listed: Listed, currency: str) -> str:
    """Say how many to contact, and what that brings."""
    best, within = listed.best, listed.within
    if best is None or within is None:
        return "What contacting customers brings"
    if not best.customers:
        return "At these costs nobody pays to contact"
    if within.customers < best.customers:
        return (
            f"The budget pays for {number(within.customers)} of"
            f" {count(best.customers, 'customer')} who pay:"
            f" {money_short(within.profit, currency)} of {money_short(best.profit, currency)}"
        )
    return (
        f"Contacting {count(best.customers, 'customer')} ({number(best.fewest)} to"
        f" {number(best.most)}) brings most: {money_short(best.profit, currency)}"
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
        error_x=theme.whiskers(shown["importance"], shown["low"], shown["high"]),
        hovertemplate="%{y}: %{x:.4f}<extra></extra>",
    )
    return figure.update_layout(xaxis={"title": "Importance"})


def driver_finding(drivers: pd.DataFrame) -> str:
    """Name what matters most, where that is sure."""
    if drivers.empty:
        return "What drives the probability"
    return drivers_said.finding(drivers, "who leaves")


def probability_finding(bins: pd.DataFrame) -> str:
    """Say how many of whom pay to contact."""
    paying, every = int(bins["paying"].sum()), int(bins["customers"].sum())
    return f"{number(paying)} of {count(every, 'customer')} pay to contact at these costs"
