"""Pictures of a campaign: what those contacted did more than the others, and how sure."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from portal.words import theme
from portal.words.wording import money, money_short, number

ADJUSTED, PLAIN = "Adjusted", "Plain"
CONVERSION, REVENUE = "conversion", "revenue"
PANELS = {CONVERSION: (0.64, 0.92), REVENUE: (0.12, 0.40)}
"""Where on the height of the figure each measure stands."""


def effects(rows: pd.DataFrame, *, currency: str) -> go.Figure:
    """Draw both differences with their 95 % intervals, the textbook's quietly below.

    `rows` are those of `ReadBack.effects`.
    """
    figure = go.Figure()
    if rows.empty:
        return figure
    for place, row in enumerate(rows.to_dict("records")):
        _panel(figure, row, "" if place == 0 else str(place + 1), currency)
    return figure.update_layout(
        showlegend=False, hovermode="closest", margin={"t": 8, "l": 72, "r": 16}
    )


def effects_finding(rows: pd.DataFrame, *, currency: str) -> str:
    """Say what the intervals allow to say."""
    if rows.empty:
        return "Contacted against not contacted"
    row_by_measure = {row["measure"]: row for row in rows.to_dict("records")}
    orders, spend = row_by_measure[CONVERSION], row_by_measure[REVENUE]
    headline = {
        "more": "More customers ordered",
        "less": "Fewer customers ordered",
        "unclear": "No effect on orders is proven",
    }[_verdict(orders)]
    amount = money_short(abs(spend["total"]), currency)
    return headline + {
        "more": f"; the campaign brought about {amount} more",
        "less": f"; it cost about {amount} of revenue",
        "unclear": ", nor one on revenue" if _verdict(orders) == "unclear"
        else "; an effect on revenue is not proven",
    }[_verdict(spend)]  # fmt: skip


def _verdict(row: dict[Any, Any]) -> str:
    if row["low"] > 0:
        return "more"
    return "less" if row["high"] < 0 else "unclear"


def _panel(figure: go.Figure, row: dict[Any, Any], axis: str, currency: str) -> None:
    is_share = row["measure"] == CONVERSION
    scale = 100 if is_share else 1
    colours = {"more": theme.GOOD, "less": theme.BAD, "unclear": theme.MAIN}
    bars = [(ADJUSTED, "", colours[_verdict(row)], 10), (PLAIN, "textbook_", theme.QUIET, 7)]
    for name, prefix, colour, size in bars:
        middle, low, high = (
            row[f"{prefix}{end}"] * scale for end in ("difference", "low", "high")
        )
        labels = [_written(value, currency, is_share=is_share) for value in (middle, low, high)]
        figure.add_scatter(
            x=[middle],
            y=[name],
            xaxis=f"x{axis}",
            yaxis=f"y{axis}",
            mode="markers+text",
            text=[labels[0]],
            textposition="top center",
            cliponaxis=False,
            marker={"color": colour, "size": size, "symbol": "square" if prefix else "circle"},
            error_x={
                "type": "data",
                "array": [high - middle],
                "arrayminus": [middle - low],
                "color": colour,
                "thickness": 2.5 if not prefix else 1.5,
                "width": 6,
            },
            hovertemplate=f"{name}: {labels[0]}, 95 % interval {labels[1]} to {labels[2]}"
            "<extra></extra>",
        )
    low, high = PANELS[row["measure"]]
    title = (
        "Customers who order, points"
        if is_share
        else f"Revenue per customer, {currency or 'money'}"
    )
    figure.update_layout(
        {
            f"xaxis{axis}": {
                "anchor": f"y{axis}", "zeroline": True, "zerolinewidth": 2, "nticks": 6,
                "tickformat": "~s", "tickangle": 0,
            },
            f"yaxis{axis}": {
                "anchor": f"x{axis}", "domain": [low, high], "type": "category",
                "categoryarray": [PLAIN, ADJUSTED], "range": [-0.6, 1.8], "showgrid": False,
            },
        }
    )  # fmt: skip
    figure.add_annotation(
        text=title, x=0, xref="paper", xanchor="left", y=high + 0.01, yref="paper",
        yanchor="bottom", showarrow=False, font={"size": 12},
    )  # fmt: skip


def _written(value: float, currency: str, *, is_share: bool) -> str:
    text = f"{number(value, 1)} points" if is_share else money(value, currency)
    return f"+{text}" if value > 0 else text
