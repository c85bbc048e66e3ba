"""Starting jobs and looking after them; the work is done by processes of their own.

A job survives the portal: its supervisor runs in its own session, and all that is known of it
is its row in the database.
"""

import datetime as dt
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection

from db.workspace import is_there, jobs, uploads
from portal.reading.published import connected, here

HOME = Path(__file__).resolve().parent.parent


def start(
    kind: str,
    *,
    dataset: str,
    upload_id: int | None = None,
    request: Mapping[str, Any] | None = None,
) -> int:
    """Start a job and give its number, or that of the one that does the same already."""
    workspace, settings = here().workspace, here().settings
    asked = dict(request or {})
    if settings.refresh_settings is not None:
        asked["settings"] = str(settings.refresh_settings.resolve())
    job_id, is_new = jobs.ask(
        workspace.engine,
        kind=kind,
        dataset=dataset,
        upload_id=upload_id,
        request=asked,
        at=now(),
    )
    if is_new:
        _supervise(workspace.url, job_id)
    return job_id


def cancel(job_id: int) -> None:
    """Ask for the end of a job."""
    jobs.ask_to_cancel(here().workspace.engine, job_id)


@contextmanager
def looking() -> Iterator[Connection | None]:
    """Read what was done in the portal, lost jobs marked; None where there is nothing yet."""
    with connected() as connection:
        there = is_there(connection)
        lost = there and jobs.any_lost(connection, now())
        if not lost:
            yield connection if there else None
            return
    jobs.mark_lost(here().workspace.engine, now())
    with connected() as connection:
        yield connection


def sweep_uploads() -> None:
    """Delete uploads that nobody finished or published."""
    portal = here()
    uploads.sweep(
        portal.workspace.engine,
        portal.workspace.folder,
        at=now(),
        keep=dt.timedelta(hours=portal.settings.upload_hours),
    )


def now() -> dt.datetime:
    """Give the time, for what is recorded and for signs of life."""
    return dt.datetime.now(dt.UTC)


def _supervise(url: str, job_id: int) -> None:
    """Start the supervisor in a session of its own, so that it outlives this process."""
    paths = [str(HOME), *filter(None, [os.environ.get("PYTHONPATH")])]
    process = subprocess.Popen(  # noqa: S603 - our own command, arguments as a list
        [sys.executable, "-m", "scripts.job", "--db", url, "--job", str(job_id)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
        start_new_session=True,
    )
    threading.Thread(target=process.wait, daemon=True).start()
