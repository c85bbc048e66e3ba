"""One light per question: is its model better than the simple rule, and is that sure."""

from typing import NamedTuple
from urllib.parse import urlencode

from dash import dcc, html
from dash.development.base_component import Component

from portal.kit.attributes import aria
from portal.pages.models.sentences import Told, is_nothing
from portal.reading.filters import TASK, Filters, to_query
from portal.reading.rows import each_row
from portal.words import praise

ICONS = {
    "good": "bi-check-circle-fill",
    "even": "bi-dash-circle",
    "bad": "bi-x-circle-fill",
}


class Light(NamedTuple):
    """Whether a question's model beats the simple rule: a tone and what it means."""

    tone: str
    meaning: str


BETTER = Light("good", "better than the rule, surely")
PERHAPS = Light("even", "better than the rule, perhaps by chance")
SAME = Light("even", "no better than the rule")
WORSE = Light("bad", "worse than the rule")
RULE = Light("even", "the rule itself serves")
REFUSED = Light("bad", "not predicted: too little data")
UNKNOWN = Light("even", "not compared with a rule")


def light(task: Told) -> Light:
    """Compare the model that serves with the best simple rule, by their paired test."""
    if task.refused or task.task is None:
        return REFUSED
    if task.is_rule:
        return RULE
    for row in each_row(task.paired[task.paired["role"] == "naive"]):
        if is_nothing(row.difference, task.metric):
            return SAME
        if row.difference < 0:
            return WORSE
        return BETTER if praise.is_sure(row.low, row.high, row.p_value) else PERHAPS
    return UNKNOWN


def lights(every: list[Told], *, current: str, dataset: str | None) -> list[Component]:
    """Write a link per question with its light; the current one is marked."""
    start = to_query(Filters(), dataset)
    links: list[Component] = []
    for task in every:
        verdict, is_current = light(task), task.name == current
        current_mark = html.Span(" (this question)", className="visually-hidden")
        links.append(
            dcc.Link(
                [
                    html.Span([str(task.value("title")), current_mark if is_current else None]),
                    html.Span(
                        [html.I(className=f"bi {ICONS[verdict.tone]}", **aria(hidden="true")),
                         f" {verdict.meaning}"],
                        className=f"light tone-{verdict.tone}",
                    ),
                ],
                href=f"{start}{'&' if start else '?'}{urlencode({TASK: task.name})}",
                className="question current" if is_current else "question",
            )
        )  # fmt: skip
    return links
