"""Supervisors and their children, killed; portals, restarted."""

import datetime as dt
import hashlib
import os
import signal
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from db.engine import open_reader, open_writer
from db.workspace import jobs, uploads
from db.workspace.uploads import UploadedFile
from portal.app import create_app
from portal.settings import Settings
from scripts import account, job
from tests.faults.conftest import Ground
from tests.portal.waiting import ended, until
from tests.processes import children, is_alive, supervisor
from tests.shops import leftovers

LOST_WITHIN = 20.0
SOON = dt.timedelta(seconds=3)
"""Takes the place of the time after which a silent job is lost, once the job runs."""


def portal(ground: Ground) -> FlaskClient:
    """Serve the shop anew, as after a restart."""
    url = ground.shop.url
    return create_app(open_reader(url), Settings(db=url)).server.test_client()


def pressed(client: FlaskClient) -> int:
    job = client.post("/api/v1/jobs", json={"dataset": "shop"}).json["job"]
    until(lambda: client.get(f"/api/v1/jobs/{job}").json["state"] == "running")
    return job


def stop_between_writes(pid: int, database: Path) -> None:
    """Stop a process at a moment when it holds no lock that everybody would wait for."""
    while True:
        os.kill(pid, signal.SIGSTOP)
        with closing(sqlite3.connect(database, timeout=1, isolation_level=None)) as connection:
            try:
                connection.execute("begin immediate")
            except sqlite3.OperationalError:
                os.kill(pid, signal.SIGCONT)
                time.sleep(0.05)
            else:
                connection.execute("rollback")
                return


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "stopped"])
def test_a_supervisor_that_dies_is_lost_and_a_new_job_can_begin(
    ground: Ground, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert jobs.LOST_AFTER.total_seconds() < LOST_WITHIN
    client, before = portal(ground), ground.run()
    job = pressed(client)
    pid = supervisor(ground.shop, job)
    (child,) = until(lambda: children(pid))

    if number == signal.SIGSTOP:
        stop_between_writes(pid, ground.shop.path)
    else:
        os.kill(pid, number)
    with monkeypatch.context() as patch:
        patch.setattr(jobs, "LOST_AFTER", SOON)
        until(lambda: client.get(f"/api/v1/jobs/{job}").json["state"] == "lost", LOST_WITHIN)

    if number == signal.SIGKILL:
        until(lambda: not is_alive(child), 15)
        assert ground.run() == before
    else:
        os.killpg(child, signal.SIGKILL)
        os.kill(pid, signal.SIGCONT)
        until(lambda: not is_alive(pid), 15)
        assert client.get(f"/api/v1/jobs/{job}").json["state"] == "lost"

    again = ended(client, pressed(client))
    assert again["state"] == "done", again
    assert again["run"] == ground.run()
    assert not leftovers(ground.shop.path)


def test_a_child_that_is_killed_fails_the_job(ground: Ground) -> None:
    client, before = portal(ground), ground.run()
    job = pressed(client)
    (child,) = until(lambda: children(supervisor(ground.shop, job)))
    os.kill(child, signal.SIGKILL)

    told = ended(client, job)
    assert told["state"] == "failed"
    assert told["message"].endswith(".")
    assert ground.run() == before


def test_a_child_that_wanted_too_much_memory_is_told_so(
    ground: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = job.Work(open_writer(ground.shop.url), None, None, tmp_path, threading.Event())
    killed = job.Result(-signal.SIGKILL, "", cancelled=False)
    assert work._why(killed) == account.KILLED
    monkeypatch.setattr(job, "out_of_memory_kills", lambda: work.kills_before + 1)
    assert work._why(killed) == job.NO_MEMORY
    assert work._why(job.Result(1, "", cancelled=False)) == job.BROKEN


def test_a_file_that_changed_since_it_was_brought_is_not_used(
    ground: Ground, tmp_path: Path
) -> None:
    brought = tmp_path / "token"
    brought.write_bytes(b"abc")
    checksum = hashlib.sha256(b"abc").hexdigest()
    files = [UploadedFile("token", "shop.csv", 3, checksum)]
    assert uploads.is_whole(files, tmp_path)
    brought.write_bytes(b"abd")
    assert not uploads.is_whole(files, tmp_path)
    brought.unlink()
    assert not uploads.is_whole(files, tmp_path)


def test_a_supervisor_that_is_told_to_end_cancels(ground: Ground) -> None:
    client, before = portal(ground), ground.run()
    job = pressed(client)
    pid = supervisor(ground.shop, job)
    until(lambda: children(pid))
    os.kill(pid, signal.SIGTERM)

    assert ended(client, job)["state"] in {"cancelled", "done"}
    until(lambda: not is_alive(pid), 15)
    assert ground.run() >= before


def test_a_job_outlives_the_portal(ground: Ground) -> None:
    job = pressed(portal(ground))
    restarted = portal(ground)
    assert restarted.get("/api/v1/jobs?dataset=shop").json["active"]["job"] == job
    assert pressed(restarted) == job
    assert ended(restarted, job)["state"] == "done"
