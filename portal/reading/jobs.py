"""Starting jobs and looking after them; the work is done by processes of their own.

A job survives the portal: its supervisor runs in its own session, and all that is known of it
is its row in the database.
"""

import datetime as dt
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection, Engine

from db.errors import DatabaseError
from db.secrets import hide_of
from db.workspace import is_there, jobs, uploads
from portal.reading.published import connected, here

LOG = logging.getLogger(__name__)
KILL = 9
KILLED = "It was killed, which the system does where memory runs out."
HOME = Path(__file__).resolve().parent.parent


def start(
    kind: str,
    *,
    dataset: str,
    upload_id: int | None = None,
    request: Mapping[str, Any] | None = None,
    supersedes: bool = False,
) -> int:
    """Start a job and give its number, or that of the one that does the same already.

    One that `supersedes` ends an active one that looks at the same upload in another way.
    """
    workspace, settings = here().workspace, here().settings
    job_request = dict(request or {})
    if settings.refresh_settings is not None:
        job_request["settings"] = str(settings.refresh_settings.resolve())
    job_id, is_new = jobs.ask(
        workspace.engine,
        kind=kind,
        dataset=dataset,
        upload_id=upload_id,
        request=job_request,
        at=now(),
        supersedes=supersedes,
    )
    if is_new:
        supervise(workspace.url, workspace.engine)
    return job_id


def cancel(job_id: int) -> None:
    """Ask for the end of a job."""
    jobs.ask_to_cancel(here().workspace.engine, job_id, at=now())


@contextmanager
def looking() -> Iterator[Connection | None]:
    """Read what was done in the portal, lost jobs marked; None where there is nothing yet."""
    with connected() as connection:
        has_workspace, at = is_there(connection), now()
        due = has_workspace and (jobs.any_lost(connection, at) or jobs.are_left(connection, at))
        if not due:
            yield connection if has_workspace else None
            return
    workspace = here().workspace
    jobs.mark_lost(workspace.engine, now())
    if jobs.call(workspace.engine, now()):
        supervise(workspace.url, workspace.engine)
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


def supervise(url: str, engine: Engine) -> "subprocess.Popen[str]":
    """Start a supervisor in a session of its own, so that it outlives this process.

    It finds the database in its environment, where no other user of this machine looks.
    """
    paths = [str(HOME), *filter(None, [os.environ.get("PYTHONPATH")])]
    process = subprocess.Popen(
        [sys.executable, "-m", "scripts.job"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths), "PORTAL_DB": url},
        start_new_session=True,
    )
    threading.Thread(target=_look_after, args=(process, engine), daemon=True).start()
    return process


def _look_after(process: "subprocess.Popen[str]", engine: Engine) -> None:
    """Wait for a supervisor, and keep what it said where it ended badly."""
    _, stderr = process.communicate()
    if not process.returncode:
        return
    stderr = hide_of(stderr.strip(), engine.url)
    LOG.error("the supervisor %s ended with %s: %s", process.pid, process.returncode, stderr)
    killed = process.returncode == -KILL
    reason = KILLED if killed else f"It said: {stderr.splitlines()[-1]}" if stderr else ""
    with suppress(DatabaseError):
        jobs.give_up(engine, pid=process.pid, message=f"{jobs.LOST} {reason}".strip(), at=now())
