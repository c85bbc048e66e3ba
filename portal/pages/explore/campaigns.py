"""Which segments accepted which campaigns."""

import pandas as pd
import plotly.graph_objects as go

from portal.kit.drawing.chart import Chart, Scope
from portal.pages.explore import intervals
from portal.pages.explore.units import lowered
from portal.reading.rows import highest
from portal.words import praise, theme
from portal.words.wording import count, number, percent


def campaigns(rows: pd.DataFrame, scope: Scope) -> Chart:
    """Show who accepted which campaign."""
    if rows.empty:
        finding = (
            "The filters keep nobody"
            if scope.has.campaigns
            else "This data set has no campaigns; a marketing file would bring them"
        )
        return Chart(go.Figure(), finding, f"{finding}.")
    rows = intervals.of_shares(rows)
    finding = campaign_finding(rows)
    return Chart(campaign_marks(rows), finding, f"Marks by campaign and segment. {finding}.")


def campaign_marks(rows: pd.DataFrame) -> go.Figure:
    """Draw the share of each segment that accepted each campaign, with intervals."""
    figure = go.Figure()
    segments = list(dict.fromkeys(rows["segment"]))
    looks = theme.marks(segments)
    for segment in segments:
        some = rows[rows["segment"] == segment]
        figure.add_scatter(
            x=some["campaign"],
            y=some["rate"],
            mode="markers",
            name=segment,
            marker={
                "color": looks[segment].colour, "symbol": looks[segment].symbol, "size": 10,
            },
            error_y={
                "type": "data",
                "symmetric": False,
                "array": some["high"] - some["rate"],
                "arrayminus": some["rate"] - some["low"],
                "color": looks[segment].colour,
                "thickness": 2,
                "width": 4,
            },
            customdata=[
                [segment, f"{percent(low)} to {percent(high)}", number(k), number(n)]
                for low, high, k, n in zip(
                    some["low"], some["high"], some["accepted"], some["asked"], strict=True
                )
            ],
            hovertemplate="%{customdata[0]}, %{x}: %{y:.1%} (95 % interval %{customdata[1]}),"
            " %{customdata[2]} of %{customdata[3]}<extra></extra>",
        )  # fmt: skip
    figure.update_layout(
        xaxis={
            "title": {"text": ""},
            "type": "category",
            "showgrid": False,
            "tickangle": 0,
            "tickvals": list(dict.fromkeys(rows["campaign"])),
            "ticktext": [name.replace(" ", "<br>") for name in dict.fromkeys(rows["campaign"])],
        },
        yaxis={
            "title": {"text": "Share who accepted"}, "tickformat": ".0%", "rangemode": "tozero",
        },
        scattermode="group",
    )  # fmt: skip
    return figure


def campaign_finding(rows: pd.DataFrame) -> str:
    """Name the segment that accepted a campaign most often."""
    reliable_rows = praise.enough(rows, "asked")
    if reliable_rows.empty:
        return f"Fewer than {praise.LEAST_CUSTOMERS} customers asked in every segment"
    first = highest(reliable_rows, "rate")
    other_segments = reliable_rows.drop(index=first.name)
    sentence = (
        f"{first['segment']} accepted {lowered(str(first['campaign']))} most often:"
        f" {percent(first['rate'])} ({percent(first['low'])} to {percent(first['high'])})"
    )
    near = int((other_segments["high"] >= first["low"]).sum())
    return (
        f"{sentence}; {count(near, 'other lies', 'others lie')} within chance of it"
        if near
        else sentence
    )
