"""Customers by the segment where they were and the one where they are, as a matrix."""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from portal.words.wording import number


def move_matrix(
    moves: pd.DataFrame,
    *,
    segments: Sequence[str],
    before: str = "Segment 30 days earlier",
    after: str = "Segment now",
    measure: str = "customers",
    written: Callable[[float], str] = number,
) -> go.Figure:
    """Draw where customers were (rows) and are now (columns).

    `measure` is the column that is added up, `written` how a sum is.
    """
    figure = go.Figure()
    if moves.empty:
        return figure
    table = moves.pivot_table(index="before", columns="after", values=measure, fill_value=0)
    columns = [segment for segment in segments if segment in table.columns]
    other_names = [name for name in table.index if name not in segments]
    rows = ([segment for segment in segments if segment in table.index] + other_names)[::-1]
    table = table.loc[rows, columns]
    shares = table.div(table.sum(axis=1).replace(0, 1), axis=0)
    figure.add_heatmap(
        x=columns,
        y=rows,
        z=shares.where(table > 0).to_numpy(),
        hoverongaps=False,
        zmin=0,
        zmax=1,
        autocolorscale=True,
        text=[[written(value) if value else "" for value in row] for row in table.to_numpy()],
        texttemplate="%{text}",
        customdata=_said(table.to_numpy(), measure, written),
        hovertemplate="%{customdata} in %{y} before and in %{x} now: %{z:.0%} of %{y}"
        "<extra></extra>",
        xgap=3,
        ygap=3,
        showscale=False,
    )
    figure.update_layout(
        xaxis=wrapped(columns) | {"title": {"text": after}, "tickangle": 0},
        yaxis=wrapped(rows) | {"title": {"text": before}},
    )
    return figure


def _said(sums: Any, measure: str, written: Callable[[float], str]) -> list[list[str]]:
    unit = " customers" if measure == "customers" else ""
    return [[f"{written(value)}{unit}" for value in row] for row in sums]


def wrapped(names: list[str]) -> dict[str, object]:
    """Break the names on a category axis, so that they fit without turning."""
    return {
        "tickvals": names,
        "ticktext": [name.replace(" ", "<br>") for name in names],
        "title": {"text": ""},
        "showgrid": False,
    }
