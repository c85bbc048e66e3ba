"""Customers by the segment where they were and the one where they are, as streams."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from portal.words import theme
from portal.words.wording import count, number

STAYED, MOVED = 0.16, 0.5
"""How opaque a stream is: those who moved stand out before those who stayed."""


def flow_diagram(
    moves: pd.DataFrame, *, segments: Sequence[str], before: str, after: str
) -> go.Figure:
    """Draw streams of customers from segments on the left to segments on the right.

    `moves` holds `before`, `after` and `customers`, a row a pair; rows without customers are
    left out. `before` and `after` say which days the sides are. Colours are those of the
    segment from which a stream comes.
    """
    figure = go.Figure()
    drawn = moves[moves["customers"] > 0] if len(moves) else moves
    if drawn.empty:
        return figure
    order = list(segments) + sorted(set(drawn["before"]) - set(segments))
    left_segments = [segment for segment in order if segment in set(drawn["before"])]
    right_segments = [segment for segment in order if segment in set(drawn["after"])]
    colour = dict(zip(order, theme.colours(order), strict=True))
    drawn = drawn.sort_values(
        ["before", "after"], key=lambda column: column.map({n: i for i, n in enumerate(order)})
    )
    sums = [drawn.groupby(side)["customers"].sum() for side in ("before", "after")]
    figure.add_sankey(
        arrangement="fixed",
        node={
            "label": [
                *(f"{segment} {number(sums[0][segment])}" for segment in left_segments),
                *(f"{segment} {number(sums[1][segment])}" for segment in right_segments),
            ],
            "color": [colour[segment] for segment in (*left_segments, *right_segments)],
            "x": [0.001] * len(left_segments) + [0.999] * len(right_segments),
            "y": [*_centres(sums[0], left_segments), *_centres(sums[1], right_segments)],
            "pad": 12,
            "thickness": 12,
            "line": {"width": 0},
            "customdata": [
                *(
                    f"{segment}, {before}: {count(sums[0][segment], 'customer')}"
                    for segment in left_segments
                ),
                *(
                    f"{segment}, {after}: {count(sums[1][segment], 'customer')}"
                    for segment in right_segments
                ),
            ],
            "hovertemplate": "%{customdata}<extra></extra>",
        },
        link={
            "source": [left_segments.index(segment) for segment in drawn["before"]],
            "target": [
                len(left_segments) + right_segments.index(segment) for segment in drawn["after"]
            ],
            "value": drawn["customers"].astype(float).tolist(),
            "color": [
                _seen_through(colour[was], STAYED if was == now else MOVED)
                for was, now in zip(drawn["before"], drawn["after"], strict=True)
            ],
            "customdata": [
                f"{count(many, 'customer')} stayed in {was}"
                if was == now
                else f"{count(many, 'customer')} from {was} to {now}"
                for was, now, many in zip(
                    drawn["before"], drawn["after"], drawn["customers"], strict=True
                )
            ],
            "hovertemplate": "%{customdata}<extra></extra>",
        },
    )
    return figure.update_layout(margin={"l": 8, "r": 8, "t": 8, "b": 12})


def _centres(sums: "pd.Series[float]", names: Sequence[str]) -> list[float]:
    """Give the middle of each segment on its side, from 0 at the top to 1, in their order."""
    shares = sums.loc[list(names)] / sums.sum()
    middles = shares.cumsum() - shares / 2
    return [min(max(float(middle), 0.001), 0.999) for middle in middles]


def _seen_through(colour: str, opacity: float) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"
