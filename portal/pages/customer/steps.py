"""What each of several changes did: predictions after one and after the next."""

from collections.abc import Sequence
from itertools import pairwise

from dash import html
from dash.development.base_component import Component

from portal.kit.attributes import aria
from portal.pages.customer.moves import (
    LEAST_POINTS,
    SEGMENT,
    SEGMENTS,
    chance,
    in_points,
    or_none,
    outcomes,
    points,
    segments,
    shares,
)
from portal.scoring.models import Seen
from portal.scoring.what_if import Change
from portal.words import wording
from portal.words.titles import in_sentence


def steps(predictions: Sequence[Seen], changes: Sequence[Change]) -> Component:
    """Write a row per change: the predictions after it, and what it adds to those above."""
    names = list(
        dict.fromkeys(name for prediction in predictions for name, _ in outcomes(prediction))
    )
    titles = [title for title in SEGMENTS if not names or _is_renamed(predictions, title)]
    head = [
        html.Th("Change", scope="col"),
        *(html.Th(name, scope="col", className="number") for name in names),
        *(html.Th(title, scope="col") for title in titles),
    ]
    rows = [
        html.Tr(
            [
                html.Th(label, scope="row"),
                *(html.Td(_step(before, after, name), className="number") for name in names),
                *(html.Td(_name(after, title)) for title in titles),
            ]
        )
        for label, before, after in zip(
            ["As it is today", *(change.description for change in changes)],
            [None, *predictions],
            predictions,
            strict=False,
        )
    ]
    return html.Div(
        [
            html.H3("What made the difference", className="score-title"),
            html.P(
                [
                    f"{_weightiest(predictions, changes)} One after the other: what each change"
                    " adds to those above it."
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


def _is_renamed(predictions: Sequence[Seen], title: str) -> bool:
    expected = [segments(prediction).get(title) for prediction in predictions]
    return len({segment and segment.segment for segment in expected}) > 1


def _step(before: Seen | None, after: Seen, name: str) -> list[Component]:
    now = chance(dict(outcomes(after)).get(name))
    was = None if before is None else chance(dict(outcomes(before)).get(name))
    return [
        html.Div(or_none(now)),
        html.Div(points(was, now), className="what-if-today"),
    ]


def _name(prediction: Seen, title: str) -> str:
    segment = segments(prediction).get(title)
    if segment is None:
        return wording.NOTHING
    share = (segment.probabilities or {}).get(segment.segment)
    return (
        segment.segment if share is None else f"{segment.segment} ({wording.percent(share, 1)})"
    )


def _weightiest(predictions: Sequence[Seen], changes: Sequence[Change]) -> str:
    """Name the change that moved most what moved most."""
    moves = [
        (abs(moved), name, change.description, moved)
        for change, (before, after) in zip(changes, pairwise(predictions), strict=True)
        for name, moved in _movements(before, after).items()
    ]
    largest = max(moves, default=None)
    if largest is None or 100 * largest[0] < LEAST_POINTS:
        return "None of the changes moves anything."
    _size, name, description, moved = largest
    return f"The largest move is that of {name} by “{description}” ({in_points(moved)})."


def _movements(before: Seen, after: Seen) -> dict[str, float]:
    was, now = dict(outcomes(before)), dict(outcomes(after))
    movements = {
        in_sentence(name): now[name].probability - was[name].probability
        for name in now
        if name in was
    }
    if movements:
        return movements
    earlier, later = segments(before), segments(after)
    for title in set(earlier) & set(later):
        name = later[title].segment
        of = f"“{name}”" if title == SEGMENT else f"“{name}” by demography alone"
        movements[of] = shares(later[title]).get(name, 0.0) - shares(earlier[title]).get(
            name, 0.0
        )
    return movements
