"""KPI tiles: label, value, change against the previous snapshot, sparkline."""

import base64
import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

from dash import html
from dash.development.base_component import Component

from portal.kit.attributes import aria
from portal.words.measures import MEASURES
from portal.words.theme import QUIET

WIDTH, HEIGHT, EDGE = 96, 28, 2
ICONS = {1: "bi-arrow-up-right", 0: "bi-arrow-right", -1: "bi-arrow-down-right"}
WORDS = {1: "up", 0: "unchanged", -1: "down"}


class Tile(NamedTuple):
    """What one tile says.

    Attributes
    ----------
    measure
        Named in `portal.words.measures.MEASURES`: its title is the label, its meaning help.
    value
        As written, like “£8.9M”.
    change
        As written, like “+4.2 %”; empty where there is no previous snapshot.
    direction
        1, 0 or -1: the sign of the change.
    better
        Which direction is good; `None` where neither is.
    since
        What the change is measured against, like “since 9 Nov 2011”.
    series
        Values for the sparkline, the oldest first.
    title
        A label other than the measure's title.
    """

    measure: str
    value: str
    change: str = ""
    direction: Literal[-1, 0, 1] = 0
    better: Literal[-1, 1] | None = 1
    since: str = ""
    series: Sequence[float | None] = ()
    title: str = ""


def tile_row(row: str, tiles: int) -> Component:
    """Keep the place of `tiles` tiles until a callback fills `Output(row, "children")`."""
    return html.Div(
        [html.Div(className="tile skeleton", **aria(hidden="true")) for _ in range(tiles)],
        id=row,
        className="tiles",
    )


def kpi_tiles(tiles: Sequence[Tile]) -> list[Component]:
    """Write the tiles of a row."""
    return [kpi_tile(tile) for tile in tiles]


def kpi_tile(tile: Tile) -> Component:
    """Write one tile."""
    measure = MEASURES[tile.measure]
    return html.Div(
        [
            html.Div(
                [html.Span(tile.title or measure.title), explained(tile.measure)],
                className="tile-label",
            ),
            html.Div(
                [
                    html.Span(tile.value, className="tile-value"),
                    sparkline(tile.series),
                ],
                className="tile-figure",
            ),
            _change(tile),
        ],
        className="tile",
    )


def explained(measure: str) -> Component:
    """Explain a measure beside its name, for the pointer and the keyboard alike."""
    title, meaning = MEASURES[measure]
    return html.Button(
        [
            html.I(className="bi bi-info-circle", **aria(hidden="true")),
            html.Span(meaning, className="tip", role="tooltip"),
        ],
        className="help",
        type="button",
        **aria(label=f"{title}: {meaning}"),
    )


def sparkline(series: Sequence[float | None]) -> Component | None:
    """Draw a series as a small line that ends in a dot; the tile's words say the same."""
    values = [value for value in series if value is not None and math.isfinite(value)]
    if len(values) < 2:
        return None
    low, high = min(values), max(values)
    span = (high - low) or 1
    step = (WIDTH - 2 * EDGE) / (len(values) - 1)
    points = [
        (EDGE + place * step, HEIGHT - EDGE - (value - low) / span * (HEIGHT - 2 * EDGE))
        for place, value in enumerate(values)
    ]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    x, y = points[-1]
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<polyline points="{path}" fill="none" stroke="{QUIET}" stroke-width="1.5"'
        ' stroke-linejoin="round" stroke-linecap="round"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2" fill="{QUIET}"/></svg>'
    )
    source = f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
    return html.Img(src=source, alt="", width=WIDTH, height=HEIGHT, className="sparkline")


def _change(tile: Tile) -> Component:
    if not tile.change:
        return html.Div(tile.since or " ", className="tile-change")
    good = tile.better is not None and tile.direction != 0
    tone = ("good" if tile.direction == tile.better else "bad") if good else "even"
    return html.Div(
        [
            html.Span(
                [
                    html.I(className=f"bi {ICONS[tile.direction]}", **aria(hidden="true")),
                    html.Span(WORDS[tile.direction], className="visually-hidden"),
                    tile.change,
                ],
                className=f"tone-{tone}",
            ),
            html.Span(tile.since),
        ],
        className="tile-change",
    )
