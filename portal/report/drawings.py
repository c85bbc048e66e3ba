"""Small charts as SVG text: no script, nothing loaded, readable on paper."""

from collections.abc import Sequence
from html import escape

from portal.words import theme

WIDTH, ROW, LABEL, VALUE = 720, 26, 210, 210
HEIGHT, EDGE = 220, 8
INK = theme.PALETTES["light"]


def bars(
    labels: Sequence[str],
    values: Sequence[float],
    written: Sequence[str],
    *,
    title: str,
    colours: Sequence[str] = (),
) -> str:
    """Draw horizontal bars from 0, each with its label and its value in words."""
    most = max([*values, 0.0]) or 1.0
    room = WIDTH - LABEL - VALUE
    fills = colours or [INK.accent] * len(labels)
    parts = []
    for place, (label, value, said, colour) in enumerate(
        zip(labels, values, written, fills, strict=True)
    ):
        y = place * ROW
        width = max(value, 0.0) / most * room
        parts.append(
            f'<text x="{LABEL - 8}" y="{y + 17}" text-anchor="end">{escape(label)}</text>'
            f'<rect x="{LABEL}" y="{y + 4}" width="{width:.1f}" height="{ROW - 8}"'
            f' fill="{colour}"/>'
            f'<text x="{LABEL + width + 6:.1f}" y="{y + 17}">{escape(said)}</text>'
        )
    return _svg("".join(parts), len(labels) * ROW, title)


def columns(values: Sequence[float], *, first: str, last: str, most: str, title: str) -> str:
    """Draw columns over time, with the first and last moment and the highest value named."""
    highest = max([*values, 0.0]) or 1.0
    step = (WIDTH - 2 * EDGE) / max(len(values), 1)
    floor = HEIGHT - 24
    parts = []
    for place, value in enumerate(values):
        high = max(value, 0.0) / highest * (floor - 24)
        parts.append(
            f'<rect x="{EDGE + place * step:.1f}" y="{floor - high:.1f}"'
            f' width="{max(step - 2, 1):.1f}" height="{high:.1f}" fill="{INK.accent}"/>'
        )
    parts.append(
        f'<line x1="{EDGE}" x2="{WIDTH - EDGE}" y1="{floor}" y2="{floor}"'
        f' stroke="{INK.muted}"/>'
        f'<text x="{EDGE}" y="{HEIGHT - 6}">{escape(first)}</text>'
        f'<text x="{WIDTH - EDGE}" y="{HEIGHT - 6}" text-anchor="end">{escape(last)}</text>'
        f'<text x="{EDGE}" y="14">Highest: {escape(most)}</text>'
    )
    return _svg("".join(parts), HEIGHT, title)


def _svg(content: str, height: int, title: str) -> str:
    return (
        f'<svg role="img" viewBox="0 0 {WIDTH} {max(height, 1)}" width="{WIDTH}">'
        f"<title>{escape(title)}</title>{content}</svg>"
    )
