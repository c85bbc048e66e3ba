"""What stands where there is nothing to draw: a sentence instead of empty axes."""

import textwrap

import plotly.graph_objects as go

from portal.words import theme

WIDTH = 44


def blank(sentence: str) -> go.Figure:
    """Write why there is nothing, and what would bring it."""
    figure = go.Figure()
    figure.add_annotation(
        text="<br>".join(textwrap.wrap(sentence, WIDTH)),
        x=0.5,
        y=0.5,
        xref="paper",
        yref="paper",
        showarrow=False,
        font={"size": 14, "color": theme.QUIET},
    )
    return figure.update_layout(xaxis={"visible": False}, yaxis={"visible": False})
