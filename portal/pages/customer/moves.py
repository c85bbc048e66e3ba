"""Probabilities before and after changes, and how far they moved."""

from collections.abc import Iterator, Mapping

from portal.scoring.answers import outcomes_of
from portal.scoring.models import Seen
from portal.scoring.schema import Outcome, Segment
from portal.words import wording

LEAST_POINTS = 0.05
SEGMENT, BY_DEMOGRAPHY = "Segment", "By demography and channels alone"
SEGMENTS = (SEGMENT, BY_DEMOGRAPHY)


def outcomes(prediction: Seen) -> list[tuple[str, Outcome]]:
    """Give the outcomes that are predicted, by their titles; of many classes, each of them."""
    return [
        titled
        for outcome in outcomes_of(prediction.answer).values()
        for titled in _by_class(outcome)
    ]


def _by_class(outcome: Outcome) -> Iterator[tuple[str, Outcome]]:
    """Give an outcome by its title; of many classes each, reasons with the predicted one."""
    if outcome.probabilities is None:
        yield outcome.title, outcome
        return
    for name, share in outcome.probabilities.items():
        reasons = outcome.reasons if name == outcome.of else []
        yield (
            f"{outcome.title}: {name}",
            outcome.model_copy(update={"probability": share, "of": name, "reasons": reasons}),
        )


def segments(prediction: Seen) -> dict[str, Segment]:
    """Give the segments that are predicted, by their titles."""
    both = zip(SEGMENTS, (prediction.answer.segment, prediction.by_demography), strict=True)
    return {title: segment for title, segment in both if segment is not None}


def chance(outcome: Outcome | None) -> float | None:
    """Give the probability of an outcome."""
    return None if outcome is None else outcome.probability


def shares(segment: Segment | None) -> Mapping[str, float]:
    """Give the probability of each segment."""
    if segment is None:
        return {}
    return segment.probabilities or {segment.segment: 1.0}


def or_none(share: float | None) -> str:
    """Write a probability, or that it is not told."""
    return "not told" if share is None else wording.percent(share, 1)


def points(before: float | None, after: float | None) -> str:
    """Write how far a probability moved, nothing where one end is unknown."""
    if before is None or after is None:
        return ""
    return "no change" if stays(before, after) else in_points(after - before)


def in_points(move: float) -> str:
    """Write a move in points of a percentage, with its sign."""
    moved = 100 * move
    if abs(moved) < LEAST_POINTS:
        return "< 0.1 points"
    return f"{'+' if moved > 0 else ''}{wording.number(moved, 1)} points"


def stays(before: float, after: float) -> bool:
    """Tell whether two probabilities are the same as far as they are written."""
    return wording.percent(before, 1) == wording.percent(after, 1)
