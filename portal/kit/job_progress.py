"""How jobs look: one that goes on, stage by stage, and those that have ended."""

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from db.workspace.jobs import Job
from portal.kit.attributes import aria
from portal.reading.filters import Filters, to_query
from portal.words import wording

STATES = {
    "queued": ("hourglass", "even"),
    "running": ("arrow-repeat", "even"),
    "done": ("check-circle", "good"),
    "failed": ("x-circle", "bad"),
    "cancelled": ("slash-circle", "even"),
    "lost": ("question-circle", "bad"),
}
WAITS = "It waits until one of the jobs at work has ended; they are taken up in their order."
KINDS = {"check": "Check", "score": "Scoring", "refresh": "Refresh", "delete": "Deletion"}
STAGES = {
    "waiting": "Waiting",
    "start": "Start",
    "read": "Read the file",
    "columns": "Look at the columns",
    "quality": "Look at the quality",
    "drift": "Compare with before",
    "collect": "Collect the records",
    "clean": "Clean",
    "orders": "Orders and snapshots",
    "features": "Recency, frequency, monetary",
    "segment": "Segments",
    "write": "Write the results",
    "delete": "Delete",
    "score": "Score",
}


def job_panel(job: Job, elapsed: float) -> list[Component]:
    """Show the stages of a job, the running one with a bar."""
    parts = [
        html.Div(
            [
                html.H4(f"{KINDS[job.kind]} of “{job.dataset}”", className="job-title"),
                job_state(job.state),
                html.Span(_took(elapsed), className="quiet"),
            ],
            className="facts-line",
        ),
        html.Ol(
            [
                _stage(stage, runs=job.is_active and place == len(job.stages) - 1)
                for place, stage in enumerate(job.stages)
            ],
            className="stages",
        ),
        html.P(WAITS, className="quiet") if job.state == "queued" else None,
        html.P(job.message, className="state state-error") if job.message else None,
        _ending(job),
    ]
    return [part for part in parts if part is not None]


def job_state(state: str) -> Component:
    """Write the state of a job with its sign."""
    icon, tone = STATES.get(state, ("dot", "even"))
    return html.Span(
        [
            html.I(className=f"bi bi-{icon}", **aria(hidden="true")),
            "waiting" if state == "queued" else state,
        ],
        className=f"status tone-{tone}",
    )


def job_log(job: Job) -> Component:
    """Show what a job said."""
    return html.Pre(
        job.log or "Nothing was said.",
        className="command job-log",
        tabIndex=0,
        role="region",
        **aria(label=f"Log of job {job.job_id}"),
    )


def past_jobs(jobs: list[Job]) -> Component:
    """List jobs, the newest first, each with its log to open."""
    return html.Ul(
        [html.Li(_past(job), key=str(job.job_id)) for job in jobs],
        className="plain-list findings",
    )


def _stage(stage: dict[str, Any], *, runs: bool) -> Component:
    name = STAGES.get(stage["name"], str(stage["name"]).capitalize())
    share = stage["done"] / stage["total"] if runs and stage.get("total") else None
    return html.Li(
        [
            html.I(
                className=f"bi bi-{'arrow-right-circle' if runs else 'check-circle-fill'}",
                **aria(hidden="true"),
            ),
            html.Span(name, className="stage-name"),
            html.Span(stage.get("what") or "" if runs else "", className="stage-what quiet"),
            html.Span(_took(stage["seconds"]), className="number quiet"),
            _bar(share) if runs else None,
        ],
        className="stage running" if runs else "stage",
    )


def _took(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 60 else wording.seconds(seconds)


def _bar(share: float | None) -> Component:
    if share is None:
        return html.Div(html.Div(className="bar-filled unknown"), className="bar")
    width = f"{100 * min(max(share, 0), 1):.1f}%"
    return html.Div(html.Div(className="bar-filled", style={"width": width}), className="bar")


def _ending(job: Job) -> Component | None:
    if job.state != "done" or job.made_run is None:
        return None
    query = to_query(Filters(), job.dataset)
    return html.P(
        [
            f"Run {job.made_run} is published. ",
            html.A("Open Today", href=f"/{query}"),
            " or ",
            html.A("see what the run found", href=f"/history{query}"),
            ".",
        ]
    )


def _past(job: Job) -> Component:
    query = to_query(Filters(), job.dataset)
    run = f"&run={job.made_run}" if query else f"?run={job.made_run}"
    return html.Details(
        [
            html.Summary(
                [
                    html.I(className="bi bi-chevron-right", **aria(hidden="true")),
                    html.Span(
                        f"{KINDS[job.kind]} of “{job.dataset}”", className="finding-title"
                    ),
                    job_state(job.state),
                    html.Span(wording.moment(job.asked_at), className="finding-rows"),
                ]
            ),
            html.P(job.message) if job.message else None,
            dcc.Link(f"Run {job.made_run}", href=f"/history{query}{run}", className="past-run")
            if job.made_run is not None
            else None,
            job_log(job),
        ]
    )
