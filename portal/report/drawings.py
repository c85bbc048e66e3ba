"""Small charts as plain numbers, which a template draws: readable on paper, no script."""

from collections.abc import Sequence
from typing import NamedTuple

from portal.words import theme

WIDTH, ROW, LABEL, VALUE = 720, 26, 210, 210
HEIGHT, EDGE = 220, 8
INK = theme.PALETTES["light"]


class Bar(NamedTuple):
    """A bar from the left: its place from the top, its length, its texts."""

    top: int
    length: float
    label: str
    value_text: str
    colour: str


class Bars(NamedTuple):
    """Horizontal bars, each with its label before it and its value behind it."""

    title: str
    bars: tuple[Bar, ...]
    left: int = LABEL
    width: int = WIDTH

    @property
    def height(self) -> int:
        """Give the height of all bars."""
        return max(len(self.bars) * ROW, 1)


class Column(NamedTuple):
    """A column from the floor: its place from the left, its size."""

    left: float
    width: float
    height: float


class Columns(NamedTuple):
    """Columns over time, with the first and last moment and the highest value named."""

    title: str
    columns: tuple[Column, ...]
    first: str
    last: str
    most: str
    width: int = WIDTH
    height: int = HEIGHT
    edge: int = EDGE
    floor: int = HEIGHT - 24
    colour: str = INK.accent
    line: str = INK.muted


def bars(
    labels: Sequence[str],
    values: Sequence[float],
    written: Sequence[str],
    *,
    title: str,
    colours: Sequence[str] = (),
) -> Bars:
    """Measure horizontal bars from 0; `written` are their values in words."""
    most = max([*values, 0.0]) or 1.0
    room = WIDTH - LABEL - VALUE
    fills = colours or [INK.accent] * len(labels)
    bar_parts = zip(labels, values, written, fills, strict=True)
    return Bars(
        title,
        tuple(
            Bar(place * ROW, max(value, 0.0) / most * room, label, value_text, colour)
            for place, (label, value, value_text, colour) in enumerate(bar_parts)
        ),
    )


def columns(
    values: Sequence[float], *, first: str, last: str, most: str, title: str
) -> Columns:
    """Measure columns from 0 over time."""
    highest = max([*values, 0.0]) or 1.0
    step = (WIDTH - 2 * EDGE) / max(len(values), 1)
    room = HEIGHT - 48
    return Columns(
        title,
        tuple(
            Column(EDGE + place * step, max(step - 2, 1), max(value, 0.0) / highest * room)
            for place, value in enumerate(values)
        ),
        first,
        last,
        most,
    )
