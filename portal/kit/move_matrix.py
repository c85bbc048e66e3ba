"""Customers by the segment where they were and the one where they are, as a matrix."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from portal.words import theme
from portal.words.wording import number


def move_matrix(
    moves: pd.DataFrame,
    *,
    segments: Sequence[str],
    before: str = "Segment 30 days earlier",
    after: str = "Segment now",
) -> go.Figure:
    """Draw where customers were (rows) and are now (columns)."""
    figure = go.Figure()
    if moves.empty:
        return figure
    table = moves.pivot_table(index="before", columns="after", values="customers", fill_value=0)
    columns = [segment for segment in segments if segment in table.columns]
    others = [name for name in table.index if name not in segments]
    rows = ([segment for segment in segments if segment in table.index] + others)[::-1]
    table = table.loc[rows, columns]
    shares = table.div(table.sum(axis=1), axis=0)
    figure.add_heatmap(
        x=columns,
        y=rows,
        z=shares.to_numpy(),
        zmin=0,
        zmax=1,
        colorscale=theme.SEQUENTIAL,
        text=[[number(value) if value else "" for value in row] for row in table.to_numpy()],
        texttemplate="%{text}",
        customdata=table.to_numpy(),
        hovertemplate="%{customdata:,} customers were in %{y} and are in %{x} now: %{z:.0%} of"
        " %{y}<extra></extra>",
        xgap=3,
        ygap=3,
        showscale=False,
    )
    figure.update_layout(
        xaxis=wrapped(columns) | {"title": {"text": after}, "tickangle": 0},
        yaxis=wrapped(rows) | {"title": {"text": before}},
    )
    return figure


def wrapped(names: list[str]) -> dict[str, object]:
    """Break the names on a category axis, so that they fit without turning."""
    return {
        "tickvals": names,
        "ticktext": [name.replace(" ", "<br>") for name in names],
        "title": {"text": ""},
        "showgrid": False,
    }
