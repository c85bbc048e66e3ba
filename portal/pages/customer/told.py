"""What changes do to the predictions of a customer, in words and marks, and why."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from portal.kit.states import error_state
from portal.pages.customer.marks import marks
from portal.pages.customer.moves import SEGMENT, chance, outcomes, segments, stays
from portal.pages.customer.steps import steps
from portal.scoring.answers import reason_line, remarks_part
from portal.scoring.models import Seen
from portal.scoring.schema import Outcome, Segment
from portal.scoring.what_if import Change
from portal.words import wording
from portal.words.titles import in_sentence


def told(predictions: Sequence[Seen], changes: Sequence[Change]) -> list[Component]:
    """Show where the predictions were and are, what each change did, and why it is so.

    `predictions` is one longer than `changes`: as it is, then after each of them.
    """
    before, after = predictions[0], predictions[-1]
    parts = [
        html.P(_finding(before, after, changes), className="score-headline"),
        marks(before, after, is_changed=bool(changes)),
        steps(predictions, changes) if len(changes) > 1 else None,
        *(_why(name, outcome, is_changed=bool(changes)) for name, outcome in outcomes(after)),
        remarks_part(after.answer.remarks),
    ]
    return [part for part in parts if part is not None]


def refused(sentence: str) -> Component:
    """Say what can't be, and that nothing was changed."""
    return error_state(sentence, "The marks come back once it is mended, or press “Reset”.")


def _finding(before: Seen, after: Seen, changes: Sequence[Change]) -> str:
    if not changes:
        return "As it is today. Change something, and the predictions move."
    was, now = dict(outcomes(before)), dict(outcomes(after))
    sentences = [
        _moved(name, chance(was.get(name)), chance(now.get(name))) for name in {**was, **now}
    ]
    earlier = segments(before)
    for title, segment in segments(after).items():
        of = "the segment" if title == SEGMENT else "the one expected by demography alone"
        if title in earlier and (title == SEGMENT or earlier[title].segment != segment.segment):
            sentences.append(_renamed(of, earlier[title], segment))
    whole = "; ".join(sentences)
    return f"{whole[:1].upper()}{whole[1:]}." if whole else "Nothing is predicted."


def _moved(title: str, before: float | None, after: float | None) -> str:
    name = in_sentence(title)
    if before is None:
        return f"{name}, not told before, is {wording.percent(after, 1)}"
    if after is None:
        return f"{name} was {wording.percent(before, 1)} and is not told any more"
    if stays(before, after):
        return f"{name} stays at {wording.percent(after, 1)}"
    verb = "rises" if after > before else "falls"
    return f"{name} {verb} from {wording.percent(before, 1)} to {wording.percent(after, 1)}"


def _renamed(of: str, before: Segment, after: Segment) -> str:
    if before.segment == after.segment:
        return f"{of} stays “{after.segment}”"
    return f"{of} changes from “{before.segment}” to “{after.segment}”"


def _why(name: str, outcome: Outcome, *, is_changed: bool) -> Component | None:
    if not outcome.reasons:
        return None
    when = "after the changes" if is_changed else "today"
    is_said = f"is {wording.percent(outcome.probability, 1)} {when}"
    return html.Section(
        [
            html.H3(
                f"Why {in_sentence(name)} {is_said}",
                className="score-title",
            ),
            html.Ul(
                [reason_line(reason.reason, reason.contribution) for reason in outcome.reasons],
                className="score-reasons",
            ),
        ]
    )
