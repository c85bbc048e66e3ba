"""What is known of the files that are looked at, and what has become of them."""

from typing import Any, NamedTuple

import pandas as pd
from dash import html
from dash.development.base_component import Component

from db.errors import NotPublished
from db.workspace import jobs, uploads
from db.workspace.datasets import same_name
from db.workspace.jobs import Job
from db.workspace.uploads import Upload
from portal.kit.states import error_state
from portal.pages.data.words import files_said, in_browser
from portal.reading import datasets
from portal.reading import jobs as work
from portal.reading.datasets import DataSet
from portal.reading.filters import Filters, to_query
from portal.reading.published import connected


class Looked(NamedTuple):
    """An upload: its files' names, its newest check, and the newest that ended well.

    `check` tells what is asked now, `base` what is known; they are one where all is told.
    `refresh` is the job that publishes it, while that goes on.
    """

    upload: Upload
    names: list[str]
    check: Job | None
    base: Job | None
    refresh: int | None = None

    @property
    def told(self) -> dict[str, Any] | None:
        """Give what is known of the whole, or of a sample."""
        if self.check is not None and self.check.report is not None:
            return self.check.report
        return self.base.report if self.base is not None else None

    @property
    def is_current(self) -> bool:
        """Whether the whole was looked at as it is asked now."""
        check = self.check
        return check is not None and check.state == "done" and check.report is not None

    @property
    def title(self) -> str:
        """Name the files."""
        return files_said(self.names)


def everything() -> tuple[pd.DataFrame, list[Job]]:
    """Give all data sets and what was done of late."""
    try:
        with work.looking() as connection:
            done = jobs.recent(connection) if connection is not None else []
        with connected() as connection:
            return datasets.every(connection), done
    except NotPublished:
        return pd.DataFrame({"name": []}), []


def looked_at(upload_id: int | None) -> Looked | None:
    """Give an upload and its checks."""
    if upload_id is None:
        return None
    try:
        with work.looking() as connection:
            upload = None if connection is None else uploads.one(connection, upload_id)
            if upload is None or connection is None:
                return None
            names = [file.name for file in uploads.files(connection, upload)]
            check = jobs.latest(connection, upload_id=upload_id, kind="check")
            ended = jobs.checks(connection, upload_id)
            refresh = jobs.latest(connection, upload_id=upload_id, kind="refresh")
            active = refresh.job_id if refresh is not None and refresh.is_active else None
            return Looked(upload, names, check, ended[0] if ended else None, active)
    except NotPublished:
        return None


def data_sets() -> list[DataSet]:
    """List the data sets that are published, the newest first."""
    try:
        with connected() as connection:
            return datasets.published(connection)
    except NotPublished:
        return []


def alike(name: str | None) -> str | None:
    """Give the data set that is called so, blanks and case apart."""
    if not name or not name.strip():
        return None
    try:
        with connected() as connection:
            return same_name(connection, name.strip())
    except NotPublished:
        return None


def is_busy(dataset: str) -> bool:
    """Tell whether a data set is being refreshed or deleted."""
    try:
        with work.looking() as connection:
            return connection is not None and jobs.active(connection, dataset) is not None
    except NotPublished:
        return False


def signature(looked: Looked | None) -> list[Any]:
    """Tell one state of an upload and its checks from another."""
    if looked is None:
        return []
    check = looked.check
    return [
        looked.upload.upload_id,
        looked.upload.state,
        check and [check.job_id, check.state, check.report is not None],
        looked.refresh,
    ]


def state_said(looked: Looked) -> list[Component]:
    """Say what has become of files that are no longer looked at, or can't be."""
    upload = looked.upload
    if upload.state == "published":
        query = to_query(Filters(), upload.dataset)
        return [
            html.P(
                [
                    f"{looked.title} is published. ",
                    html.A("Open Today", href=f"/{query}"),
                ]
            )
        ]
    if upload.state != "received":
        return [error_state(in_browser(upload.message or f"{looked.title} is no longer here."))]
    check = looked.check
    if check is not None and not check.is_active and check.state != "done":
        message = in_browser(check.message or "The check has ended.")
        return [error_state(message, "Everything is as it was; choose something else.")]
    return []
