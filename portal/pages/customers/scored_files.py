"""What came of a file of customers that was brought to be scored."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from db.workspace.jobs import Job
from portal.kit.attributes import aria
from portal.kit.job_progress import job_panel
from portal.kit.states import error_state
from portal.scoring.answers import meaning
from portal.scoring.files import (
    LIKELY,
    OUTCOMES,
    Looked,
    Row,
    Summary,
    outcomes,
    outcomes_among,
    reasons_of,
)
from portal.words import wording
from portal.words.titles import in_sentence, task_title

PROGRESS_AFTER = 2.0
"""Seconds after which the stages are shown, not only that it goes on."""
SPEAKS = " (speaks "
ODDITIES = 12
LIKELY_TO = {
    "churn": "to leave",
    "activity_drop": "to become less active",
    "high_value": "to be among the best",
}


def file_state(looked: Looked, elapsed: float) -> list[Component]:
    """Say how far the scoring of a file is, or why there is none."""
    job, name = looked.job, looked.upload.name
    if job.is_active and elapsed < PROGRESS_AFTER:
        return [html.P(f"{name} is being scored …", className="quiet")]
    if job.is_active:
        return job_panel(job, elapsed)
    if job.state != "done":
        return [error_state(f"{name} was not scored.", job.message or "")]
    gone = f"What was said of {name} is no longer here; bring the file in again to see it."
    return [html.P(gone, className="quiet")]


def file_summary(looked: Looked, summary: Summary) -> list[Component]:
    """Say what a file's customers are like as a whole, and what was left out of it."""
    report = looked.job.report or {}
    day = (
        f", looked at on {wording.date(dt.date.fromisoformat(report['as_of']))}"
        if report.get("as_of")
        else ""
    )
    parts = [
        html.P(_headline(summary), className="score-headline"),
        html.P(
            f"{wording.count(summary.customers, 'customer')} of {looked.upload.name}, scored by"
            f" run {report.get('run')} of “{looked.upload.dataset}”{day}.",
            className="quiet",
        ),
        oddities(report.get("oddities", ())),
    ]
    return [part for part in parts if part is not None]


def _headline(summary: Summary) -> str:
    parts = []
    if summary.segment is not None:
        share = wording.percent(summary.in_segment / max(summary.customers, 1))
        parts.append(f"{share} belong to the segment “{summary.segment}”")
    for outcome, (answered, likely) in summary.likely.items():
        to = LIKELY_TO.get(outcome) or _likely_to_be(outcome, summary)
        if answered and to:
            parts.append(f"{likely:,} of {answered:,} are likely {to}")
    sentence = "; ".join(parts)
    return f"{sentence}." if sentence else "The models say nothing of these customers."


def _likely_to_be(outcome: str, summary: Summary) -> str:
    """Say what an outcome that the source gives tells of; nothing where classes are many."""
    if outcome not in summary.classes:
        return ""
    return f"to be “{summary.classes[outcome]}” by {in_sentence(task_title(outcome))}"


def oddities(oddities: Sequence[Mapping[str, Any]]) -> Component | None:
    """List what cleaning left out of a file or took for unknown, with the first places."""
    if not oddities:
        return None
    gone = sum(oddity["rows"] for oddity in oddities if oddity["removes"])
    changed = sum(oddity["rows"] for oddity in oddities if not oddity["removes"])
    sentence = wording.plain_list(
        [
            *([f"{wording.count(gone, 'row')} left out"] if gone else []),
            *([f"{wording.count(changed, 'cell')} mended or remarked on"] if changed else []),
        ]
    )
    return html.Details(
        [
            html.Summary(sentence[:1].upper() + sentence[1:]),
            html.Ul(
                [_oddity(oddity) for oddity in oddities[:ODDITIES]], className="score-remarks"
            ),
        ],
        className="score-oddities",
        open=any(
            oddity["removes"] and "column" in place
            for oddity in oddities
            for place in oddity["places"]
        ),
    )


def _oddity(oddity: Mapping[str, Any]) -> Component:
    more = oddity["rows"] - len(oddity["places"])
    places = "; ".join(oddity["places"])
    tail = f" and {more:,} more" if more > 0 and places else ""
    return html.Li(
        [
            html.Strong(f"{oddity['title']}: {oddity['rows']:,}"),
            f" – {places}{tail}." if places else ".",
        ]
    )


def outcome_options(looked: Looked) -> list[dict[str, Any]]:
    """Offer the outcomes whose reasons can be shown."""
    return [{"label": task_title(name), "value": name} for name in outcomes(looked.upload)]


def file_table(
    rows: Sequence[Row], total: int, outcome: str | None, actions: Mapping[str | None, str]
) -> Component:
    """Show the first rows, with the reasons for one of the outcomes and what to do."""
    outcome_names = outcomes_among(list(rows[0])) if rows else []
    remarked = any(row["remarks"] for row in rows)
    head = [
        html.Th("Customer", scope="col"),
        html.Th("Segment", scope="col"),
        html.Th("Probability of it", scope="col", className="number"),
        *(
            html.Th(task_title(name), scope="col", className="number", title=_meaning(name))
            for name in outcome_names
        ),
        html.Th(f"Why: {in_sentence(task_title(outcome))}", scope="col") if outcome else None,
        html.Th("What to do", scope="col") if any(actions.values()) else None,
        html.Th("To bear in mind", scope="col") if remarked else None,
    ]
    body = [_row(row, outcome_names, outcome, actions, remarked=remarked) for row in rows]
    sample_note = (
        f"The first {len(rows):,} of {wording.count(total, 'customer')}."
        if len(rows) < total
        else f"All {wording.count(total, 'customer')}."
    )
    return html.Div(
        [
            html.P(sample_note, className="quiet"),
            html.Div(
                html.Table(
                    [html.Thead(html.Tr([cell for cell in head if cell])), html.Tbody(body)],
                    className=f"plain-table {'wide' if outcome_names else ''} score-file-table",
                ),
                className="table-scroll tall",
                tabIndex=0,
                role="region",
                **aria(label="Scored customers of the file"),
            ),
        ]
    )


def _row(
    row: Row,
    outcome_names: Sequence[str],
    outcome: str | None,
    actions: Mapping[str | None, str],
    *,
    remarked: bool,
) -> Component:
    cells = [
        html.Th(str(row["customer_id"]), scope="row"),
        html.Td(row["segment"] or wording.NOTHING),
        html.Td(wording.percent(row["segment_probability"]), className="number"),
        *(
            html.Td(
                _probability(row, name),
                className="number likely"
                if (row[f"{name}_probability"] or 0) >= LIKELY
                else "number",
            )
            for name in outcome_names
        ),
        html.Td(_reasons(row, outcome)) if outcome else None,
        html.Td(actions.get(row["segment"], "")) if any(actions.values()) else None,
        html.Td(row["remarks"], className="quiet") if remarked else None,
    ]
    return html.Tr([cell for cell in cells if cell is not None])


def _meaning(outcome: str) -> str:
    return meaning(outcome, "…") if outcome in OUTCOMES else "the class and its probability"


def _probability(row: Row, outcome: str) -> str:
    share = wording.percent(row[f"{outcome}_probability"])
    return f"“{row[f'{outcome}_class']}” {share}" if outcome not in OUTCOMES else share


def _reasons(row: Row, outcome: str) -> Component | str:
    reasons = reasons_of(row, outcome)
    if not reasons:
        return wording.NOTHING
    return html.Ul([_reason(reason) for reason in reasons], className="score-reasons")


def _reason(text: str) -> Component:
    reason, _, side = text.rpartition(SPEAKS)
    raises = side.startswith("for")
    icon = "bi-arrow-up-right" if raises else "bi-arrow-down-right"
    return html.Li(
        [
            html.I(className=f"bi {icon}", **aria(hidden="true")),
            html.Span(
                [
                    html.Span(
                        "Raises it: " if raises else "Lowers it: ", className="visually-hidden"
                    ),
                    reason,
                ]
            ),
        ]
    )


def still_working(job: Job) -> bool:
    """Tell whether a job can be cancelled."""
    return job.is_active and not job.cancel_asked
