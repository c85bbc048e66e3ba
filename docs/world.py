"""Write `assets/world.json`, the shapes of countries that maps are drawn from.

The shapes are Natural Earth's at 1:110 million, which are in the public domain, as the
package `world-atlas` 2.0.2 has them: countries-110m.json, and countries-50m.json for places
that are too small for it. Run once, with the folder of the unpacked package:

    python -m docs.world FOLDER

Written are `polygons`, outer and inner rings by two-letter code as longitudes and latitudes in
turn, in tenths of a degree, and `points`, the middle of each place without a polygon, likewise.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

from pipeline.sales.countries import iso_codes

TARGET = Path(__file__).parents[1] / "assets" / "world.json"
TENTHS = 10
UNCODED = {"Kosovo": "XK", "N. Cyprus": "CY", "Somaliland": "SO"}
LEFT_OUT = "AQ"
SOURCE = "Natural Earth, public domain (naturalearthdata.com), 1:110 million"

Ring: TypeAlias = list[int]


def rings(atlas: dict[str, Any]) -> Iterator[tuple[str, Ring]]:
    """Give each ring of each country of a TopoJSON file of `world-atlas`."""
    scale, shift = atlas["transform"]["scale"], atlas["transform"]["translate"]
    lines = [list(_absolute(arc, scale, shift)) for arc in atlas["arcs"]]
    for shape in atlas["objects"]["countries"]["geometries"]:
        number, name = shape.get("id"), shape["properties"]["name"]
        code = iso_codes([number])[number] if number else UNCODED.get(name)
        if code is None or code == LEFT_OUT:
            continue
        several = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        for polygon in several:
            for ring in polygon:
                yield code, _rounded(_joined(lines, ring))


def _absolute(
    arc: list[list[int]], scale: list[float], shift: list[float]
) -> Iterator[tuple[float, float]]:
    x = y = 0
    for dx, dy in arc:
        x, y = x + dx, y + dy
        yield x * scale[0] + shift[0], y * scale[1] + shift[1]


def _joined(
    lines: list[list[tuple[float, float]]], arcs: list[int]
) -> Iterator[tuple[float, float]]:
    """Put the lines of a ring behind each other; a negative number is one backwards."""
    for place, arc in enumerate(arcs):
        line = lines[arc] if arc >= 0 else lines[~arc][::-1]
        yield from line[1 if place else 0 :]


def _rounded(points: Iterator[tuple[float, float]]) -> Ring:
    found: list[tuple[int, int]] = []
    for x, y in points:
        here = (round(x * TENTHS), round(y * TENTHS))
        if not found or found[-1] != here:
            found.append(here)
    return [number for point in found for number in point]


def world(coarse: dict[str, Any], fine: dict[str, Any]) -> dict[str, Any]:
    """Give polygons of the coarse atlas and points of what only the fine one has."""
    polygons: dict[str, list[Ring]] = {}
    for code, ring in rings(coarse):
        if len(ring) >= 8:
            polygons.setdefault(code, []).append(ring)
    largest: dict[str, Ring] = {}
    for code, ring in rings(fine):
        if code not in polygons and len(ring) > len(largest.get(code, [])):
            largest[code] = ring
    points = {code: _middle(ring) for code, ring in largest.items()}
    return {
        "source": SOURCE,
        "unit": "tenths of a degree",
        "polygons": dict(sorted(polygons.items())),
        "points": dict(sorted(points.items())),
    }


def _middle(ring: Ring) -> Ring:
    xs, ys = ring[::2], ring[1::2]
    return [round((min(xs) + max(xs)) / 2), round((min(ys) + max(ys)) / 2)]


def main(folder: Path) -> None:
    """Write the file from the two atlases in a folder."""
    coarse, fine = (
        json.loads((folder / f"countries-{scale}.json").read_text("utf-8"))
        for scale in ("110m", "50m")
    )
    TARGET.write_text(json.dumps(world(coarse, fine), separators=(",", ":")) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
