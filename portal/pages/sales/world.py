"""Countries on a map: a frame in, a figure of filled shapes out; nothing is fetched.

The shapes are those of `assets/world.json` (Natural Earth, public domain), drawn as polygons on
plain axes: Plotly's own maps ask another host for their geometry.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import plotly.graph_objects as go

from portal.kit.drawing.chart import Chart, Scope
from portal.reading.rows import each_row
from portal.words.wording import count, money, money_short, number, percent, plain_list

WORLD = Path(__file__).resolve().parents[3] / "assets" / "world.json"
FULL_CIRCLE = 360.0
SOUTHERNMOST = -57.0
"""Degrees: south of this nobody orders."""
STEPS = 5
"""Shades; each holds as many countries as the next, so that a home market leaves shades."""
SHADES = tuple(f"rgba(74,116,201,{alpha})" for alpha in (0.25, 0.42, 0.6, 0.8, 1))
ELSEWHERE = "rgba(130,139,150,0.18)"
"""Land without sales: it recedes in both modes."""
BORDER = "rgba(130,139,150,0.45)"
MEASURES = {
    "revenue": "Revenue",
    "orders": "Orders",
    "customers": "Customers",
    "average_basket": "Average order",
    "returned_share": "Share that came back",
}
Ring = Sequence[float]


class World(NamedTuple):
    """Rings of longitude and latitude in turn by country, and points of those too small."""

    polygons: Mapping[str, Sequence[Ring]]
    points: Mapping[str, tuple[float, float]]


@cache
def world() -> World:
    """Read the shapes once; degrees."""
    shapes: dict[str, Any] = json.loads(WORLD.read_text())
    return World(
        {
            code: [[coordinate / 10 for coordinate in ring] for ring in rings]
            for code, rings in shapes["polygons"].items()
        },
        {code: (x / 10, y / 10) for code, (x, y) in shapes["points"].items()},
    )


def countries(rows: pd.DataFrame, scope: Scope, *, codes: pd.DataFrame) -> Chart:
    """Show a measure of countries on a map, those on no map in words."""
    measure = str(scope.choices.get("measure") or "revenue")
    without_home = str(scope.choices.get("home") or "") == "without"
    placed = rows if "iso" in rows or rows.empty else rows.merge(codes, how="left")
    if measure not in placed:
        sentence = f"{MEASURES[measure]} by country is known of all sales alone."
        return Chart(go.Figure(), "Countries", sentence, sentence)
    if without_home and len(placed) > 1:
        placed = placed.iloc[1:]
    finding = country_finding(placed, rows, measure, scope.currency, without_home=without_home)
    return Chart(
        country_map(placed, measure, currency=scope.currency),
        finding,
        f"Map of {MEASURES[measure].lower()} by country. {finding}.",
        "No country is known of these sales.",
    )


def country_map(rows: pd.DataFrame, measure: str, *, currency: str) -> go.Figure:
    """Fill each country by its fifth of the measure; a click gives its name."""
    figure = go.Figure()
    drawn = rows[rows["iso"].notna() & (rows[measure].fillna(0) > 0)] if len(rows) else rows
    if drawn.empty:
        return figure
    shapes = world()
    row_by_iso = {row.iso: row for row in each_row(drawn)}
    figure.add_scatter(
        **_outline(ring for code, rings in shapes.polygons.items() if code not in row_by_iso
                   for ring in rings),
        mode="lines", fill="toself", fillcolor=ELSEWHERE, line={"width": 0.5, "color": BORDER},
        hoverinfo="skip", showlegend=False,
    )  # fmt: skip
    shade = fifths(drawn[measure])
    for row, step in zip(each_row(drawn), shade, strict=True):
        rings = shapes.polygons.get(row.iso)
        if rings is None:
            continue
        figure.add_scatter(
            **_outline(rings),
            mode="lines",
            fill="toself",
            fillcolor=SHADES[step],
            line={"width": 0.5, "color": BORDER},
            name=row.country,
            text=_told(row, measure, currency),
            hoverinfo="text",
            hoveron="fills",
            customdata=[row.country],
            showlegend=False,
        )
    small = [
        (row, step)
        for row, step in zip(each_row(drawn), shade, strict=True)
        if row.iso not in shapes.polygons and row.iso in shapes.points
    ]
    if small:
        told_of = [_told(row, measure, currency) for row, _step in small]
        figure.add_scatter(**_points(small, shapes), text=told_of)
    figure.update_layout(
        xaxis={"visible": False, "range": [-170, 190]},
        yaxis={
            "visible": False,
            "range": [SOUTHERNMOST, 84],
            "scaleanchor": "x",
            "scaleratio": 1.25,
        },
        dragmode=False,
    )
    return figure


def fifths(values: pd.Series) -> list[int]:
    """Rank values into as many shades as there are, 0 the least; equal values look equal."""
    ranked = values.rank(method="max", pct=True)
    return [min(math.ceil(rank * STEPS) - 1, STEPS - 1) for rank in ranked]


def country_finding(
    placed: pd.DataFrame,
    everything: pd.DataFrame,
    measure: str,
    currency: str,
    *,
    without_home: bool,
) -> str:
    """Say which country leads by a measure, and which names are on no map."""
    with_measure = placed[placed[measure].notna()] if len(placed) else placed
    if with_measure.empty:
        return "Countries"
    off = [row.country for row in each_row(placed) if pd.isna(row.iso)]
    aside = (
        f"; on no map: {plain_list(sorted(off))}"
        if off and len(off) <= 3
        else (f"; {count(len(off), 'name is', 'names are')} on no map" if off else "")
    )
    best = with_measure.sort_values([measure, "country"], ascending=[False, True]).iloc[0]
    if measure == "revenue":
        total = float(everything["revenue"].sum())
        share = percent(float(best["revenue"]) / total) if total > 0 else ""
        where = " beside the home market" if without_home else ""
        return f"{best['country']} brings most{where}, {share} of revenue{aside}"
    return f"{best['country']} leads: {_said(best[measure], measure, currency)}{aside}"


def _points(small: Sequence[tuple[Any, int]], shapes: World) -> dict[str, Any]:
    """Make marks of countries that are too small for a shape."""
    return {
        "x": [shapes.points[row.iso][0] for row, _step in small],
        "y": [shapes.points[row.iso][1] for row, _step in small],
        "mode": "markers",
        "marker": {
            "size": 9,
            "color": [SHADES[step] for _row, step in small],
            "line": {"width": 1, "color": BORDER},
        },
        "hoverinfo": "text",
        "customdata": [row.country for row, _step in small],
        "showlegend": False,
    }


def _outline(rings: Iterable[Ring]) -> dict[str, list[float | None]]:
    x: list[float | None] = []
    y: list[float | None] = []
    for ring in rings:
        if max(ring[1::2]) < SOUTHERNMOST:
            continue
        x += [*_unbroken(ring[0::2]), None]
        y += [*ring[1::2], None]
    return {"x": x, "y": y}


def _unbroken(longitudes: Ring) -> list[float]:
    """Carry a shape on beyond 180° where it lies on both sides of that line."""
    if max(longitudes) - min(longitudes) < FULL_CIRCLE / 2:
        return list(longitudes)
    return [longitude + FULL_CIRCLE if longitude < 0 else longitude for longitude in longitudes]


def _told(row: Any, measure: str, currency: str) -> str:
    value = _said(getattr(row, measure), measure, currency, exact=True)
    return f"{row.country}: {MEASURES[measure].lower()} {value}"


def _said(value: Any, measure: str, currency: str, *, exact: bool = False) -> str:
    if measure == "returned_share":
        return percent(float(value), 1)
    if measure in {"revenue", "average_basket"}:
        return (money if exact else money_short)(float(value), currency)
    return number(float(value))
