"""Pictures of who is likely to leave: probabilities, profit by number contacted, drivers."""

from typing import NamedTuple

import pandas as pd
import plotly.graph_objects as go

from portal.kit.drawing.chart import Chart, Scope
from portal.reading.contacting.contacts import Chosen
from portal.reading.rows import each_row
from portal.words import drivers as drivers_said
from portal.words import theme
from portal.words.wording import count, date, money_short, number, percent


class Listed(NamedTuple):
    """Whom the list contacts at the costs entered, with and without the budget; why nobody.

    `bands` are the probabilities that part the run's bands of risk; `answers` tells that what
    is asked is who answers a campaign, not who leaves.
    """

    within: Chosen | None
    best: Chosen | None
    budget: float | None
    missing: str
    bands: tuple[float, ...] = ()
    answers: bool = False

    @property
    def probability(self) -> str:
        """Name the probability."""
        return "Chance of answering" if self.answers else "Chance of leaving"

    @property
    def does(self) -> str:
        """Say what a customer does of whom it is the probability."""
        return "answer" if self.answers else "leave"


def histogram(rows: pd.DataFrame, _scope: Scope, *, listed: Listed) -> Chart:
    """Draw how many customers have which probability, and who of them pays."""
    if rows.empty:
        rows = pd.DataFrame({"least": [], "customers": [], "paying": []}, dtype=float)
    finding = probability_finding(rows)
    alternative = f"Bars of customers by {listed.probability.lower()}. {finding}."
    return Chart(probabilities(rows, listed), finding, alternative, listed.missing)


def profit(rows: pd.DataFrame, scope: Scope, *, listed: Listed) -> Chart:
    """Draw what contacting so many customers is expected to bring."""
    if rows.empty or listed.best is None:
        return Chart(go.Figure(), "What contacting customers brings", "", listed.missing)
    finding = profit_finding(listed, scope.currency)
    figure = profits(rows, listed=listed, currency=scope.currency)
    alternative = f"Line of expected profit by number of customers. {finding}."
    return Chart(figure, finding, alternative, listed.missing)


def drivers(rows: pd.DataFrame, _scope: Scope, *, missing: str, who: str) -> Chart:
    """Draw what drives the model."""
    finding = driver_finding(rows, who)
    return Chart(driver_bars(rows), finding, f"Bars of features. {finding}.", missing)


def trend(rows: pd.DataFrame, _scope: Scope) -> Chart:
    """Draw the share of customers who then left, day by day, and what is expected now."""
    finding = trend_finding(rows)
    alternative = f"A line of shares who left by day, the last one expected. {finding}."
    missing = "No 90 days have closed since the first forecast: later updates bring a trend."
    return Chart(trend_line(rows), finding, alternative, missing)


def trend_line(windows: pd.DataFrame) -> go.Figure:
    """Draw what came of each closed window, and the newest one with its range."""
    figure = go.Figure()
    if windows.empty:
        return figure
    mine = windows[windows["chosen"].astype(bool)]
    came, ahead = mine[mine["base_rate"].notna()], mine[mine["base_rate"].isna()]
    figure.add_scatter(
        x=came["as_of"].astype(str),
        y=came["base_rate"],
        mode="lines+markers",
        name="Left in the 90 days after",
        line={"color": theme.MAIN, "width": 2},
        customdata=[
            [date(pd.Timestamp(str(row.as_of)).date()), number(row.customers)]
            for row in each_row(came)
        ],
        hovertemplate="Of %{customdata[1]} customers of %{customdata[0]}, %{y:.1%} left"
        "<extra></extra>",
    )
    figure.add_scatter(
        x=ahead["as_of"].astype(str),
        y=ahead["expected_rate"],
        mode="markers",
        name="Expected now, with its range",
        marker={"color": theme.SECOND, "size": 10, "symbol": "diamond"},
        error_y=theme.whiskers(
            ahead["expected_rate"], ahead["expected_low"], ahead["expected_high"]
        ),
        hovertemplate="%{y:.1%} of today's customers are expected to leave<extra></extra>",
    )
    return figure.update_layout(
        xaxis={"title": {"text": "Day from which 90 days are counted"}, "type": "date"},
        yaxis={
            "title": {"text": "Share who leave"}, "tickformat": ".0%", "rangemode": "tozero",
        },
    )  # fmt: skip


def trend_finding(windows: pd.DataFrame) -> str:
    """Say what share left in the newest closed window, and what is expected now."""
    mine = windows[windows["chosen"].astype(bool)] if len(windows) else windows
    if mine.empty:
        return "How many left so far"
    came, ahead = mine[mine["base_rate"].notna()], mine[mine["base_rate"].isna()]
    if came.empty:
        return "How many are expected to leave"
    last = came.iloc[-1]
    sentence = (
        f"{percent(last['base_rate'])} of the customers of"
        f" {date(pd.Timestamp(str(last['as_of'])).date())} left in the 90 days after"
    )
    if ahead.empty:
        return sentence
    now = ahead.iloc[-1]
    ends = f"{percent(now['expected_low'])} to {percent(now['expected_high'])}"
    return f"{sentence}; {percent(now['expected_rate'])} ({ends}) are expected to now"


def probabilities(bins: pd.DataFrame, listed: Listed) -> go.Figure:
    """Draw how many customers have which probability; who pays stands out."""
    figure = go.Figure()
    if not bins["customers"].sum():
        return figure
    width = float(bins["least"].iloc[1] - bins["least"].iloc[0])
    middle = bins["least"] + width / 2
    for name, values, colour in (
        ("Worth contacting", bins["paying"], theme.MAIN),
        ("Costs more than it brings", bins["customers"] - bins["paying"], theme.QUIET),
    ):
        figure.add_bar(
            x=middle,
            y=values,
            width=width * 0.9,
            name=name,
            marker_color=colour,
            customdata=[f"{percent(x)} to {percent(x + width)}" for x in bins["least"]],
            hovertemplate=f"{name}: %{{y:,}} customers who {listed.does} with a probability"
            " of %{customdata}<extra></extra>",
        )
    for end in listed.bands:
        figure.add_vline(x=end, line={"color": theme.QUIET, "width": 1, "dash": "dot"})
    return figure.update_layout(
        barmode="stack",
        xaxis={"title": listed.probability, "tickformat": ".0%", "range": [0, 1]},
        yaxis={"title": "Customers"},
        bargap=0,
    )


def profits(curve: pd.DataFrame, *, listed: Listed, currency: str) -> go.Figure:
    """Draw what contacting so many, the best first, is expected to bring."""
    figure = go.Figure()
    best, within = listed.best, listed.within
    if curve.empty or best is None:
        return figure
    labels = [
        f"Contacting the best {count(row.number, 'customer')} brings"
        f" {money_short(row.profit, currency)} and costs {money_short(row.cost, currency)}"
        for row in each_row(curve)
    ]
    figure.add_scatter(
        x=curve["number"],
        y=curve["profit"],
        mode="lines",
        line={"color": theme.MAIN, "width": 2},
        customdata=labels,
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
        return "At these costs contacting nobody pays"
    if within.customers < best.customers:
        return (
            f"The budget pays for {number(within.customers)} of"
            f" {count(best.customers, 'customer')} worth contacting:"
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
    rows = drivers.iloc[::-1]
    names = drivers_said.names_of(rows)
    figure.add_bar(
        x=rows["importance"],
        y=names,
        orientation="h",
        marker_color=theme.MAIN,
        error_x=theme.whiskers(rows["importance"], rows["low"], rows["high"]),
        hovertemplate="%{y}: %{x:.4f}<extra></extra>",
    )
    return figure.update_layout(xaxis={"title": "Importance"})


def driver_finding(drivers: pd.DataFrame, who: str = "who leaves") -> str:
    """Name what matters most, where that is sure."""
    if drivers.empty:
        return "What drives the probability"
    return drivers_said.finding(drivers, who)


def probability_finding(bins: pd.DataFrame) -> str:
    """Say how many of whom pay to contact."""
    paying, every = int(bins["paying"].sum()), int(bins["customers"].sum())
    if not paying:
        return f"Contacting none of {count(every, 'customer')} pays at these costs"
    return f"Contacting {number(paying)} of {count(every, 'customer')} pays at these costs"
