"""Processes of their own that have loaded everything and computed nothing.

They are forked from a server, so that a test does not pay for starting interpreters and for
seconds of imports. The server has one thread: what another holds as it forks would be held for
good in the child, so Arrow's allocator has none of its own there.
"""

import contextlib
import datetime as dt
import importlib
import io
import multiprocessing
import os
import threading

import pytest
from sqlalchemy.engine import Engine

from scripts import job, terminal

os.environ.setdefault("JE_ARROW_MALLOC_CONF", "background_thread:false")
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(
    ["tests.faults.children", "scripts.check", "adbc_driver_sqlite.dbapi"]
)


def fork_jobs(patch: pytest.MonkeyPatch) -> None:
    """Do each job of a portal in one forked process instead of two new interpreters.

    The same supervisor, commands and records; what takes two processes, like cancelling a job
    that runs and dying, can't be tested this way. Nor can it give signs of life while it works,
    so silence is borne for longer.
    """
    patch.setattr("db.workspace.jobs.LOST_AFTER", dt.timedelta(minutes=5))
    patch.setattr("portal.reading.jobs.supervise", _start)


def _start(url: str, _engine: Engine) -> None:
    process = FORKS.Process(target=_supervise, args=(url,))
    process.start()
    threading.Thread(target=process.join, daemon=True).start()


def _supervise(url: str) -> None:
    os.environ["PORTAL_DB"] = url
    job.NICE = 0
    job.Work._supervise = _result
    terminal.end_with_input = lambda: None
    job.main([])


def _result(work: job.Work, command: list[str]) -> job.Result:
    """Call what the command would start."""
    _, _, module, *arguments = command
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = importlib.import_module(module).main(arguments)
    for line in err.getvalue().splitlines():
        work.account.hear(line)
    work._beat()
    return job.Result(code, out.getvalue(), cancelled=False)
