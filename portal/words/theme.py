"""Every colour and symbol, and one Plotly template for light and one for dark.

Segment colours have at least 3:1 against the card in both themes, and the five usual segments
stay apart under the three colour blindnesses (least distance 9 in OKLab × 100, Machado 2009).
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, Literal, NamedTuple

import plotly.graph_objects as go
import plotly.io as pio

Mode = Literal["light", "dark"]

FONT = (
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans',"
    " 'Liberation Sans', Arial, sans-serif"
)


class Palette(NamedTuple):
    """The colours of one mode that are not data."""

    page: str
    card: str
    text: str
    muted: str
    border: str
    grid: str
    accent: str


PALETTES: dict[Mode, Palette] = {
    "light": Palette(
        page="#f5f6f8", card="#ffffff", text="#1c2128", muted="#59636e",
        border="#d5d9df", grid="#e7eaee", accent="#2f5bb7",
    ),
    "dark": Palette(
        page="#101317", card="#181c22", text="#e4e7ec", muted="#9aa4b1",
        border="#2f353e", grid="#282e36", accent="#8fb0f5",
    ),
}  # fmt: skip


class Mark(NamedTuple):
    """How a segment looks wherever it is drawn: never by colour alone."""

    colour: str
    symbol: str


SEGMENTS = {
    "VIP Champions": Mark("#4466cc", "diamond"),
    "Big Spenders": Mark("#7b5fd0", "diamond"),
    "Potential Loyalists": Mark("#4f9560", "square"),
    "Average Customers": Mark("#b573b5", "cross"),
    "At Risk": Mark("#e04e14", "x"),
    "Lost or Hibernating": Mark("#766a6a", "square-open"),
    "Loyal Customers": Mark("#2b8a8a", "square"),
    "Cannot Lose Them": Mark("#b93f2e", "x"),
    "New Customers": Mark("#4a93b8", "diamond-open"),
    "Promising": Mark("#85883a", "cross"),
    "About to Sleep": Mark("#a0703c", "circle-open"),
    "Occasional Customers": Mark("#b0627f", "circle"),
}
"""The symbols are those that scatter3d knows."""

SPARE = (
    Mark("#4a93b8", "square"), Mark("#85883a", "diamond"), Mark("#b0627f", "cross"),
    Mark("#2b8a8a", "x"), Mark("#a0703c", "square-open"), Mark("#7b5fd0", "diamond-open"),
    Mark("#b93f2e", "circle"), Mark("#766a6a", "circle-open"),
)  # fmt: skip
"""For names that are not known, by their order."""

MAIN = "#4a74c9"
"""A series that is no segment."""
SECOND = "#c9772a"
"""A second series beside it."""
QUIET = "#828b96"
"""What is context: the rest, the previous period, an incomplete month."""
GOOD = "#2f8f5b"
BAD = "#d1495b"

Scale = list[tuple[float, str]]

SEQUENTIAL: Scale = [
    (0.0, "#dfe7f7"), (0.25, "#a9bfea"), (0.5, "#7395d9"), (0.75, "#4466cc"), (1.0, "#2a3f8f"),
]  # fmt: skip
SEQUENTIAL_DARK: Scale = [
    (0.0, "#20283a"), (0.25, "#293a60"), (0.5, "#334c86"), (0.75, "#3f5ea9"), (1.0, "#4a6fc9"),
]  # fmt: skip
"""The same in the dark: what is little recedes into the card, and white is readable on all."""
RECEDING: Scale = [
    (0.0, "rgba(74,116,201,0.12)"), (0.5, "rgba(74,116,201,0.55)"), (1.0, "rgba(74,116,201,1)"),
]  # fmt: skip
"""For amounts without text on them: the least recede into the card in both themes."""
DIVERGING: Scale = [
    (0.0, "#b4460f"), (0.25, "#e3a07c"), (0.5, "#e9eaec"), (0.75, "#8fa9e0"), (1.0, "#3556b8"),
]  # fmt: skip
DIVERGING_DARK: Scale = [
    (0.0, "#a95a2a"), (0.25, "#70442c"), (0.5, "#2a2f38"), (0.75, "#3a4f80"), (1.0, "#4a6fc9"),
]  # fmt: skip
SCALES = {"light": (SEQUENTIAL, DIVERGING), "dark": (SEQUENTIAL_DARK, DIVERGING_DARK)}
"""What is drawn with `autocolorscale` takes from its template."""
COLORWAY = [MAIN, SECOND, *(mark.colour for mark in SPARE)]


def marks(segments: Iterable[str]) -> dict[str, Mark]:
    """Give each segment its colour and symbol; unknown names take spare ones in order."""
    mark_by_segment: dict[str, Mark] = {}
    unknown = 0
    for segment in segments:
        if segment in SEGMENTS:
            mark_by_segment[segment] = SEGMENTS[segment]
        elif segment not in mark_by_segment:
            mark_by_segment[segment] = SPARE[unknown % len(SPARE)]
            unknown += 1
    return mark_by_segment


def colours(segments: Sequence[str], order: Sequence[str] = ()) -> list[str]:
    """Give the colour of each segment; `order` is that of all segments of the run."""
    mark_by_segment = marks([*order, *segments])
    return [mark_by_segment[segment].colour for segment in segments]


def template(mode: Mode) -> go.layout.Template:
    """Draw the template of one mode: transparent paper, quiet axes, the system's font."""
    look = PALETTES[mode]
    sequential, diverging = SCALES[mode]
    minus = [(1.0 - place, colour) for place, colour in reversed(sequential)]
    axis = {
        "gridcolor": look.grid,
        "linecolor": look.border,
        "zerolinecolor": look.border,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "automargin": True,
        "tickfont": {"color": look.muted, "size": 12},
        "title": {"font": {"color": look.muted, "size": 12}, "standoff": 8},
    }
    scene_axis = {
        "backgroundcolor": look.card,
        "gridcolor": look.border,
        "linecolor": look.muted,
        "zerolinecolor": look.border,
        "showbackground": False,
        "tickfont": {"color": look.muted, "size": 11},
        "title": {"font": {"color": look.text, "size": 12}},
    }
    layout = go.Layout(
        font={"family": FONT, "size": 12, "color": look.text},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        colorway=COLORWAY,
        colorscale={
            "sequential": sequential, "diverging": diverging, "sequentialminus": minus,
        },
        separators=".,",
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        xaxis={**axis, "ticklabelstandoff": 6},
        yaxis=axis,
        scene={"xaxis": scene_axis, "yaxis": scene_axis, "zaxis": scene_axis},
        legend={
            "orientation": "h", "x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom",
            "font": {"color": look.text, "size": 12}, "bgcolor": "rgba(0,0,0,0)",
        },
        hoverlabel={
            "bgcolor": look.text, "bordercolor": look.text, "align": "left",
            "font": {"family": FONT, "size": 12, "color": look.card},
        },
        hovermode="closest",
        modebar={"bgcolor": "rgba(0,0,0,0)", "color": look.muted, "activecolor": look.accent},
        coloraxis={"colorbar": {"outlinewidth": 0, "tickfont": {"color": look.muted}}},
        annotationdefaults={"font": {"color": look.text, "size": 12}, "showarrow": False},
        bargap=0.3,
        dragmode=False,
        uirevision="kept",
    )  # fmt: skip
    bars = [go.Bar(textfont={"size": 12, "color": look.text}, marker={"line": {"width": 0}})]
    return go.layout.Template(layout=layout, data={"bar": bars})


@cache
def templates() -> dict[Mode, dict[str, Any]]:
    """Give both templates as plain values, for the browser; every page carries the same."""
    return {
        "light": template("light").to_plotly_json(),
        "dark": template("dark").to_plotly_json(),
    }


def register() -> None:
    """Make the templates known to Plotly, and a figure without one the rule."""
    pio.templates["clientele_light"] = template("light")
    pio.templates["clientele_dark"] = template("dark")
    pio.templates.default = None


def whiskers(values: Any, low: Any, high: Any, **more: Any) -> dict[str, Any]:
    """Make the error bars of values that have ranges of their own, columns of a frame."""
    return {
        "type": "data",
        "symmetric": False,
        "array": (high - values).clip(lower=0),
        "arrayminus": (values - low).clip(lower=0),
        "thickness": 1.5,
        "width": 4,
        **more,
    }
