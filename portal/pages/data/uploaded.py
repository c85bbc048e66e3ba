"""What is known of the file that is looked at, and what has become of it."""

from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from db.errors import NotPublished
from db.workspace import jobs, uploads
from db.workspace.jobs import Job
from db.workspace.uploads import Upload
from portal.kit.states import error_state
from portal.pages.data import inspection as shown
from portal.reading import datasets
from portal.reading import jobs as work
from portal.reading.filters import Filters, to_query
from portal.reading.published import connected


def everything() -> tuple[pd.DataFrame, list[Job]]:
    """Give all data sets and what was done of late."""
    try:
        with work.looking() as connection:
            done = jobs.recent(connection) if connection is not None else []
        with connected() as connection:
            return datasets.every(connection), done
    except NotPublished:
        return pd.DataFrame({"name": []}), []


def looked_at(upload_id: int | None) -> tuple[Upload | None, Job | None]:
    """Give an upload and its latest check."""
    if upload_id is None:
        return None, None
    try:
        with work.looking() as connection:
            if connection is None:
                return None, None
            upload = uploads.one(connection, upload_id)
            return upload, jobs.latest(connection, upload_id=upload_id, kind="check")
    except NotPublished:
        return None, None


def signature(upload: Upload | None, check: Job | None) -> dict[str, Any]:
    """Tell one state of an upload and its check from another."""
    return {
        "upload": upload and [upload.upload_id, upload.state],
        "check": check and [check.job_id, check.state],
    }


def report_of(check: Job | None) -> dict[str, Any] | None:
    """Give what a check reports once it is done."""
    return check.report if check is not None and check.state == "done" else None


def file_state(upload: Upload, check: Job | None) -> list[Component]:
    """Say what has become of a file."""
    if upload.state == "published":
        query = to_query(Filters(), upload.dataset)
        return [
            html.P(
                [f"{upload.name} is published. ", html.A("Open the overview", href=f"/{query}")]
            )
        ]
    if upload.state != "received":
        return [error_state(upload.message or f"{upload.name} is no longer here.")]
    report = report_of(check)
    if report is not None:
        return shown.summary(report)
    if check is not None and not check.is_active:
        return [error_state(check.message or "The check has ended.", "Press “Check again”.")]
    return [html.P(f"{upload.name} is being checked …", className="quiet")]
