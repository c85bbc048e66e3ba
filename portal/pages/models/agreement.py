"""Two models beside each other: whom they got right, and where they disagree."""

from typing import NamedTuple

import pandas as pd
import plotly.graph_objects as go

from portal.pages.models.marks import within
from portal.words import theme
from portal.words.wording import (
    count,
    number,
    percent,
)

BOTH, FIRST, SECOND, NEITHER = "Both right", "Only the first", "Only the second", "Both wrong"
MOST_SEEN = 3_000


class Seen(NamedTuple):
    """The two models of a comparison, as they are called."""

    first: str
    second: str


def agreement(compared: pd.DataFrame) -> pd.Series:
    """Count customers whom both, one or neither of two models got right."""
    first_right, second_right = compared["first_right"], compared["second_right"]
    return pd.Series(
        {
            BOTH: int((first_right & second_right).sum()),
            FIRST: int((first_right & ~second_right).sum()),
            SECOND: int((~first_right & second_right).sum()),
            NEITHER: int((~first_right & ~second_right).sum()),
        }
    )


def agreement_bars(compared: pd.DataFrame, *, titles: Seen) -> go.Figure:
    """Draw how many customers both, one or neither of two models got right."""
    figure = go.Figure()
    if compared.empty:
        return figure
    counts = agreement(compared)
    names = [
        "Both right",
        f"Only {within(titles.first)}",
        f"Only {within(titles.second)}",
        "Both wrong",
    ]
    figure.add_bar(
        y=names,
        x=counts.to_numpy(),
        orientation="h",
        marker={"color": [theme.MAIN, "#9db4e0", theme.SECOND, theme.QUIET]},
        text=[f"{number(n)} · {percent(n / len(compared), 1)}" for n in counts],
        textposition="auto",
        hovertemplate="%{y}: %{x:,} customers<extra></extra>",
    )
    figure.update_layout(
        xaxis={"title": {"text": "Customers of the test"}},
        yaxis={"autorange": "reversed", "showgrid": False},
    )
    return figure


def agreement_finding(compared: pd.DataFrame, *, titles: Seen) -> str:
    """Say for how many customers two models name different classes."""
    if titles.first == titles.second or compared.empty:
        return "Choose two different models to see where they differ"
    differ = int((compared["first_says"] != compared["second_says"]).sum())
    counts = agreement(compared)
    return (
        f"They name different classes for {count(differ, 'customer')},"
        f" {percent(differ / len(compared), 1)} of the test: {within(titles.first)} alone is"
        f" right {number(counts[FIRST])} times, {within(titles.second)}"
        f" {number(counts[SECOND])} times"
    )


def probability_plane(compared: pd.DataFrame, *, titles: Seen, of: str) -> go.Figure:
    """Draw the probability of one model against that of another, a mark per customer."""
    figure = go.Figure()
    rows = spread_out(compared)
    names = sorted(set(rows["actual"]))
    two = dict(
        zip(
            names,
            (theme.Mark(theme.SECOND, "x"), theme.Mark(theme.MAIN, "circle")),
            strict=False,
        )
    )
    looks = two if len(names) <= len(two) else theme.marks(names)
    for actual, some in rows.groupby("actual", sort=True):
        colour, symbol = looks[str(actual)]
        figure.add_scatter(
            x=some["first"],
            y=some["second"],
            mode="markers",
            name=f"In truth “{actual}”",
            marker={"color": colour, "symbol": symbol, "size": 5, "opacity": 0.55},
            customdata=[("", str(customer)) for customer in some["customer_id"]],
            hovertemplate="Customer %{customdata[1]}: %{x:.0%} by the first, %{y:.0%} by the"
            " second<extra></extra>",
        )
    if figure.data:
        figure.add_scatter(
            x=[0, 1], y=[0, 1], mode="lines", showlegend=False, hoverinfo="skip",
            line={"color": theme.QUIET, "width": 1, "dash": "dot"},
        )  # fmt: skip
    figure.update_layout(
        xaxis={
            "title": {"text": f"{of}, by {within(titles.first)}"}, "tickformat": ".0%",
            "range": [-0.02, 1.02],
        },
        yaxis={
            "title": {"text": f"by {within(titles.second)}"}, "tickformat": ".0%",
            "range": [-0.02, 1.02],
        },
    )  # fmt: skip
    return figure


def spread_out(compared: pd.DataFrame) -> pd.DataFrame:
    """Take customers at equal steps where they are more than can be drawn."""
    step = max(1, -(-len(compared) // MOST_SEEN))
    return compared.iloc[::step]


def probability_finding(compared: pd.DataFrame) -> str:
    """Say how far apart the probabilities of two models are."""
    if compared.empty:
        return "Probability against probability"
    apart = (compared["first"] - compared["second"]).abs()
    drawn = len(spread_out(compared))
    sentence = (
        f"Probabilities lie {number(100 * float(apart.mean()), 1)} points apart on average"
    )
    return sentence if drawn == len(compared) else (
        f"{sentence}; showing {number(drawn)} of {number(len(compared))}"
    )  # fmt: skip
