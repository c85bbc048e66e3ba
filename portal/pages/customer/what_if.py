"""What changes do to the predictions of a customer: marks before and after, and why."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from dash import html
from dash.development.base_component import Component

from portal.kit.attributes import aria
from portal.kit.states import error_state
from portal.scoring.answers import TITLES, reason_line, remarks_part
from portal.scoring.models import Seen
from portal.scoring.schema import Outcome, Segment
from portal.scoring.what_if import Change
from portal.words import wording

LEAST_SHOWN = 0.005
"""Segments less probable than that before and after are not drawn."""
LEAST_POINTS = 0.05
SEGMENT, BY_DEMOGRAPHY = "Segment", "By demography and channels alone"
SEGMENTS = (SEGMENT, BY_DEMOGRAPHY)


def told(seen: Sequence[Seen], changes: Sequence[Change]) -> list[Component]:
    """Show where the predictions were and are, what each change did, and why it is so.

    `seen` is one longer than `changes`: as it is, then after each of them.
    """
    before, after = seen[0], seen[-1]
    parts = [
        html.P(_finding(before, after, changes), className="score-headline"),
        _marks(before, after, is_changed=bool(changes)),
        _steps(seen, changes) if len(changes) > 1 else None,
        *(_why(name, each, is_changed=bool(changes)) for name, each in _outcomes(after)),
        remarks_part(after.answer.remarks),
    ]
    return [part for part in parts if part is not None]


def refused(sentence: str) -> Component:
    """Say what can't be, and that nothing was changed."""
    return error_state(sentence, "The marks come back once it is mended, or press “Reset”.")


def _outcomes(seen: Seen) -> list[tuple[str, Outcome]]:
    found = {name: getattr(seen.answer, name) for name in TITLES}
    return [(name, each) for name, each in found.items() if each is not None]


def _segments(seen: Seen) -> dict[str, Segment]:
    both = zip(SEGMENTS, (seen.answer.segment, seen.by_demography), strict=True)
    return {title: each for title, each in both if each is not None}


def _finding(before: Seen, after: Seen, changes: Sequence[Change]) -> str:
    if not changes:
        return "As it is today. Change something, and the predictions move."
    was, now = dict(_outcomes(before)), dict(_outcomes(after))
    said = [
        _moved(TITLES[name], _chance(was.get(name)), _chance(now.get(name)))
        for name in TITLES
        if name in was or name in now
    ]
    earlier = _segments(before)
    for title, each in _segments(after).items():
        of = "the segment" if title == SEGMENT else "the one expected by demography alone"
        if title in earlier and (title == SEGMENT or earlier[title].segment != each.segment):
            said.append(_renamed(of, earlier[title], each))
    whole = "; ".join(said)
    return f"{whole[:1].upper()}{whole[1:]}." if whole else "Nothing is predicted."


def _chance(outcome: Outcome | None) -> float | None:
    return None if outcome is None else outcome.probability


def _moved(what: str, before: float | None, after: float | None) -> str:
    name = what.lower()
    if before is None:
        return f"{name}, not told before, is {wording.percent(after, 1)}"
    if after is None:
        return f"{name} was {wording.percent(before, 1)} and is not told any more"
    if _stays(before, after):
        return f"{name} stays at {wording.percent(after, 1)}"
    way = "rises" if after > before else "falls"
    return f"{name} {way} from {wording.percent(before, 1)} to {wording.percent(after, 1)}"


def _renamed(of: str, before: Segment, after: Segment) -> str:
    if before.segment == after.segment:
        return f"{of} stays “{after.segment}”"
    return f"{of} changes from “{before.segment}” to “{after.segment}”"


def _marks(before: Seen, after: Seen, *, is_changed: bool) -> Component:
    was, now = dict(_outcomes(before)), dict(_outcomes(after))
    rows = [
        _mark(
            TITLES[name],
            _chance(was.get(name)),
            _chance(now.get(name)),
            is_changed=is_changed,
        )
        for name in TITLES
        if name in was or name in now
    ]
    groups = [_marks_of("Probability", rows)] if rows else []
    earlier, later = _segments(before), _segments(after)
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
    was, now = _shares(before), _shares(after)
    shown = [
        name
        for name in sorted({*was, *now}, key=_most(was, now))
        if max(was.get(name, 0.0), now.get(name, 0.0)) >= LEAST_SHOWN
    ]
    if was and now and all(_stays(was.get(name, 0.0), now.get(name, 0.0)) for name in shown):
        shown = shown[:1] if is_changed else shown
    return [
        _mark(
            name,
            was.get(name, 0.0) if was else None,
            now.get(name, 0.0) if now else None,
            is_changed=is_changed,
        )
        for name in shown
    ]


def _most(before: Mapping[str, float], after: Mapping[str, float]) -> Any:
    return lambda name: (-max(before.get(name, 0.0), after.get(name, 0.0)), name)


def _shares(segment: Segment | None) -> Mapping[str, float]:
    if segment is None:
        return {}
    return segment.probabilities or {segment.segment: 1.0}


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
    ends = [each for each in (before, after) if each is not None]
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
    said = f"{_or_none(before)} → {_or_none(after)}"
    return [
        html.Span(said, className="number mark-values"),
        html.Span(_points(before, after), className="number mark-change quiet"),
    ]


def _or_none(share: float | None) -> str:
    return "not told" if share is None else wording.percent(share, 1)


def _points(before: float | None, after: float | None) -> str:
    if before is None or after is None:
        return ""
    return "no change" if _stays(before, after) else _in_points(after - before)


def _in_points(move: float) -> str:
    points = 100 * move
    if abs(points) < LEAST_POINTS:
        return "< 0.1 points"
    return f"{'+' if points > 0 else ''}{wording.number(points, 1)} points"


def _stays(before: float, after: float) -> bool:
    """Tell whether two probabilities are the same as far as they are written."""
    return wording.percent(before, 1) == wording.percent(after, 1)


def _steps(seen: Sequence[Seen], changes: Sequence[Change]) -> Component:
    names = [name for name in TITLES if any(name in dict(_outcomes(each)) for each in seen)]
    titles = [title for title in SEGMENTS if not names or _is_renamed(seen, title)]
    head = [
        html.Th("Change", scope="col"),
        *(html.Th(TITLES[name], scope="col", className="number") for name in names),
        *(html.Th(title, scope="col") for title in titles),
    ]
    rows = [
        html.Tr(
            [
                html.Th(said, scope="row"),
                *(html.Td(_step(before, after, name), className="number") for name in names),
                *(html.Td(_name(after, title)) for title in titles),
            ]
        )
        for said, before, after in zip(
            ["As it is today", *(each.said for each in changes)],
            [None, *seen],
            seen,
            strict=False,
        )
    ]
    return html.Div(
        [
            html.H3("What made the difference", className="score-title"),
            html.P(
                [
                    f"{_weightiest(seen, changes)} One after the other: what each change adds"
                    " to those above it."
                ],
                className="quiet",
            ),
            html.Div(
                html.Table(
                    [html.Thead(html.Tr(head)), html.Tbody(rows)], className="plain-table wide"
                ),
                className="table-scroll",
                tabIndex=0,
                role="region",
                **aria(label="Predictions after each change"),
            ),
        ]
    )


def _is_renamed(seen: Sequence[Seen], title: str) -> bool:
    told = [_segments(each).get(title) for each in seen]
    return len({each and each.segment for each in told}) > 1


def _step(before: Seen | None, after: Seen, name: str) -> list[Component]:
    now = _chance(dict(_outcomes(after)).get(name))
    was = None if before is None else _chance(dict(_outcomes(before)).get(name))
    points = _points(was, now)
    return [
        html.Div(_or_none(now)),
        html.Div(points, className="what-if-today"),
    ]


def _name(seen: Seen, title: str) -> str:
    found = _segments(seen).get(title)
    if found is None:
        return wording.NOTHING
    share = (found.probabilities or {}).get(found.segment)
    return found.segment if share is None else f"{found.segment} ({wording.percent(share, 1)})"


def _weightiest(seen: Sequence[Seen], changes: Sequence[Change]) -> str:
    """Name the change that moved most what moved most."""
    moves = [
        (abs(moved), what, each.said, moved)
        for each, (before, after) in zip(changes, pairwise(seen), strict=True)
        for what, moved in _movements(before, after).items()
    ]
    largest = max(moves, default=None)
    if largest is None or 100 * largest[0] < LEAST_POINTS:
        return "None of the changes moves anything."
    _size, what, said, moved = largest
    return f"The largest move is that of {what} by “{said}” ({_in_points(moved)})."


def _movements(before: Seen, after: Seen) -> dict[str, float]:
    was, now = dict(_outcomes(before)), dict(_outcomes(after))
    found = {
        TITLES[name].lower(): now[name].probability - was[name].probability
        for name in now
        if name in was
    }
    if found:
        return found
    earlier, later = _segments(before), _segments(after)
    for title in set(earlier) & set(later):
        name = later[title].segment
        of = f"“{name}”" if title == SEGMENT else f"“{name}” by demography alone"
        found[of] = _shares(later[title]).get(name, 0.0) - _shares(earlier[title]).get(
            name, 0.0
        )
    return found


def _why(name: str, outcome: Outcome, *, is_changed: bool) -> Component | None:
    if not outcome.reasons:
        return None
    when = "after the changes" if is_changed else "today"
    is_said = f"is {wording.percent(outcome.probability, 1)} {when}"
    return html.Section(
        [
            html.H3(
                f"Why {TITLES[name].lower()} {is_said}",
                className="score-title",
            ),
            html.Ul(
                [reason_line(each.reason, each.contribution) for each in outcome.reasons],
                className="score-reasons",
            ),
        ]
    )
