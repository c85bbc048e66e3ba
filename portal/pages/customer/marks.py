"""Marks on a line from 0 to 1: where predictions were, and where they are after changes."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from portal.kit.attributes import aria
from portal.pages.customer.moves import (
    SEGMENTS,
    chance,
    or_none,
    outcomes,
    points,
    segments,
    shares,
    stays,
)
from portal.scoring.models import Seen
from portal.scoring.schema import Segment
from portal.words import wording

LEAST_SHOWN = 0.005
"""Segments less probable than that before and after are not drawn."""


def marks(before: Seen, after: Seen, *, is_changed: bool) -> Component:
    """Draw where each probability was and is, grouped by what is predicted."""
    was, now = dict(outcomes(before)), dict(outcomes(after))
    rows = [
        _mark(
            name,
            chance(was.get(name)),
            chance(now.get(name)),
            is_changed=is_changed,
        )
        for name in {**was, **now}
    ]
    groups = [_marks_of("Probability", rows)] if rows else []
    earlier, later = segments(before), segments(after)
    groups += [
        _marks_of(
            title, _segment_rows(earlier.get(title), later.get(title), is_changed=is_changed)
        )
        for title in SEGMENTS
        if title in earlier or title in later
    ]
    return html.Div([_legend(), *groups] if is_changed else groups, className="what-if-marks")


def _segment_rows(
    before: Segment | None, after: Segment | None, *, is_changed: bool
) -> list[Component]:
    """Give a row per segment that is probable before or after, the most probable first."""
    was, now = shares(before), shares(after)
    names = [
        name
        for name in sorted({*was, *now}, key=_most(was, now))
        if max(was.get(name, 0.0), now.get(name, 0.0)) >= LEAST_SHOWN
    ]
    if was and now and all(stays(was.get(name, 0.0), now.get(name, 0.0)) for name in names):
        names = names[:1] if is_changed else names
    return [
        _mark(
            name,
            was.get(name, 0.0) if was else None,
            now.get(name, 0.0) if now else None,
            is_changed=is_changed,
        )
        for name in names
    ]


def _most(before: Mapping[str, float], after: Mapping[str, float]) -> Any:
    return lambda name: (-max(before.get(name, 0.0), after.get(name, 0.0)), name)


def _legend() -> Component:
    return html.P(
        [
            html.Span(className="mark-sample mark-before", **aria(hidden="true")),
            "today",
            html.Span(className="mark-sample mark-after", **aria(hidden="true")),
            "after the changes",
        ],
        className="what-if-legend-line quiet",
    )


def _marks_of(title: str, rows: Sequence[Component]) -> Component:
    return html.Div(
        [html.H3(title, className="score-title"), html.Dl(list(rows), className="mark-rows")]
    )


def _mark(
    name: str, before: float | None, after: float | None, *, is_changed: bool
) -> Component:
    ends = [end for end in (before, after) if end is not None]
    low, high = min(ends), max(ends)
    track = html.Div(
        [
            html.Span(
                className="mark-span",
                style={"left": _place(low), "width": f"{100 * (high - low):.2f}%"},
            ),
            _point("mark-before", before) if is_changed else None,
            _point("mark-after", after),
        ],
        className="mark-track",
        **aria(hidden="true"),
    )
    return html.Div(
        [html.Dt(name), html.Dd([track, *_figures(before, after, is_changed=is_changed)])],
        className="mark-row",
    )


def _point(style: str, share: float | None) -> Component | None:
    if share is None:
        return None
    return html.Span(className=f"mark-point {style}", style={"left": _place(share)})


def _place(share: float) -> str:
    return f"{100 * share:.2f}%"


def _figures(before: float | None, after: float | None, *, is_changed: bool) -> list[Component]:
    if not is_changed:
        return [html.Span(wording.percent(after, 1), className="number mark-values")]
    text = f"{or_none(before)} → {or_none(after)}"
    return [
        html.Span(text, className="number mark-values"),
        html.Span(points(before, after), className="number mark-change quiet"),
    ]
