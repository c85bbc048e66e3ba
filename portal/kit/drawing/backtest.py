"""Pictures of the back-test: what each window was expected to bring, and what it brought."""

import pandas as pd
import plotly.graph_objects as go

from portal.reading.rows import each_row
from portal.words import praise, theme
from portal.words.wording import count, date, number, percent


def window_lines(windows: pd.DataFrame) -> go.Figure:
    """Draw the chosen model's expected share with its range, and the share that came true."""
    figure = go.Figure()
    mine = windows[windows["chosen"].astype(bool)]
    if mine.empty:
        return figure
    days = [date(pd.Timestamp(day)) for day in mine["as_of"]]
    figure.add_scatter(
        x=days,
        y=mine["expected_rate"],
        mode="lines+markers",
        name="Expected, with its range",
        line={"color": theme.MAIN, "width": 2},
        marker={"symbol": "circle", "size": 8},
        error_y=theme.whiskers(
            mine["expected_rate"], mine["expected_low"], mine["expected_high"]
        ),
        customdata=mine[["expected_low", "expected_high", "customers"]].to_numpy(),
        hovertemplate="Expected %{y:.1%} (%{customdata[0]:.0%} to %{customdata[1]:.0%}) of"
        " %{customdata[2]:,} customers<extra></extra>",
    )
    came = mine[mine["base_rate"].notna()]
    figure.add_scatter(
        x=[date(pd.Timestamp(day)) for day in came["as_of"]],
        y=came["base_rate"],
        mode="markers",
        name="Came true",
        marker={"symbol": "square", "size": 9, "color": theme.SECOND},
        customdata=came[["customers"]].to_numpy(),
        hovertemplate="Came true: %{y:.1%} of %{customdata[0]:,} customers<extra></extra>",
    )
    figure.update_layout(
        xaxis={
            "title": {"text": "Day on which the window begins"}, "type": "category",
            "categoryorder": "array", "categoryarray": days,
        },
        yaxis={
            "title": {"text": "Share of customers"}, "tickformat": ".0%", "range": [0, 1],
        },
    )  # fmt: skip
    return figure


def window_finding(windows: pd.DataFrame) -> str:
    """Say in how many closed windows the share that came true lay within what was expected."""
    mine = windows[windows["chosen"].astype(bool)]
    closed = mine[mine["base_rate"].notna()]
    if closed.empty:
        return "No window has closed yet"
    inside = closed["base_rate"].between(closed["expected_low"], closed["expected_high"])
    off = (closed["expected_rate"] - closed["base_rate"]).abs().mean()
    return (
        f"In {number(inside.sum())} of {count(len(closed), 'closed window')} the share that"
        f" came true lay within the range expected; the middle was off by"
        f" {number(100 * off, 1)} points on average"
    )


def calibration_dots(rows: pd.DataFrame) -> go.Figure:
    """Draw expected and real shares of groups of the tested customers."""
    figure = go.Figure()
    if rows.empty:
        return figure
    names = [_named(row) for row in each_row(rows)]
    figure.add_scatter(
        y=names,
        x=rows["actual"],
        mode="markers",
        name="Came true, with its 95 % interval",
        marker={"symbol": "square", "size": 9, "color": theme.SECOND},
        error_x=theme.whiskers(rows["actual"], rows["low"], rows["high"]),
        customdata=rows[["low", "high", "customers"]].to_numpy(),
        hovertemplate="%{y}: %{x:.1%} (%{customdata[0]:.0%} to %{customdata[1]:.0%}) of"
        " %{customdata[2]:,} customers<extra></extra>",
    )
    figure.add_scatter(
        y=names,
        x=rows["expected"],
        mode="markers",
        name="Expected",
        marker={"symbol": "circle", "size": 9, "color": theme.MAIN},
        hovertemplate="%{y}: %{x:.1%} expected<extra></extra>",
    )
    figure.update_layout(
        xaxis={"title": {"text": "Share of customers"}, "tickformat": ".0%", "range": [0, 1]},
        yaxis={"categoryorder": "array", "categoryarray": names[::-1], "showgrid": False},
    )
    return figure


def calibration_finding(rows: pd.DataFrame) -> str:
    """Say where expected and real shares are furthest apart, of groups large enough to tell."""
    large = praise.enough(rows)
    if large.empty:
        return "No group is large enough to compare what was expected with what came"
    apart = (large["expected"] - large["actual"]).abs()
    worst = large.iloc[int(apart.to_numpy().argmax())]
    outside = (large["expected"] < large["low"]) | (large["expected"] > large["high"])
    return (
        f"{_named(worst)} was furthest off: {percent(worst['expected'])} expected,"
        f" {percent(worst['actual'])} came; in {number(outside.sum())} of"
        f" {count(len(large), 'group')} the expected share lay outside the interval"
    )


def _named(row: pd.Series) -> str:
    """Name a group; of all customers the tenth by probability."""
    if row.by == "all":
        return f"Tenth {row.level} by probability"
    return str(row.level) if row.by == "segment" else f"Value {row.level}"
