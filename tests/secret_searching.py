"""What a refresh, a portal and a job say over a database whose address holds a secret."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from db.engine import open_reader, reading
from db.tables import METADATA
from tests.portal.waiting import until

ROOT = Path(__file__).resolve().parent.parent
SECRET = f"s3cr3t-W0rd-{os.getpid()}"
"""Of this process alone: what tests beside this one are given on a line is no finding."""


class Watched:
    """Everything that was said, and every command line that was seen."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.said: list[str] = []
        self.lines: set[str] = set()
        self.environment = os.environ | {"PYTHONPATH": str(ROOT), "PORTAL_DB": url}

    def run(self, *arguments: str, **environment: str) -> str:
        """Run a command to its end and keep what it said."""
        done = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=self.environment | environment,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        self.said += [done.stdout, done.stderr]
        return done.stdout + done.stderr

    def asked(self, address: str, body: Any = None, host: str = "localhost") -> Any:
        """Ask the portal and keep what it said."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", "Host": host}
        request = urllib.request.Request(address, data, headers)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                text = answer.read().decode()
        except urllib.error.HTTPError as error:
            text = error.read().decode()
        self.said.append(text)
        return json.loads(text) if text.startswith("{") else text

    def stored(self) -> list[str]:
        """Give every row of every table, as text."""
        engine = open_reader(self.url)
        with reading(engine) as connection:
            rows = [
                str(tuple(row))
                for table in METADATA.sorted_tables
                for row in connection.execute(sa.select(table))
            ]
        engine.dispose()
        return rows

    @contextmanager
    def command_lines(self) -> Iterator[None]:
        """Note the command lines of all processes, again and again, but not this one's."""
        over = threading.Event()

        def note() -> None:
            while not over.is_set():
                for place in Path("/proc").glob("[0-9]*/cmdline"):
                    try:
                        self.lines.add(place.read_bytes().replace(b"\0", b" ").decode())
                    except (OSError, ValueError):
                        continue
                time.sleep(0.1)

        thread = threading.Thread(target=note)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


def watched(url: str, source: Path, quick: list[str], port: int) -> Watched:
    """Refresh by command, serve, refresh by a job, ask for what is there and what is not."""
    seen = Watched(url)
    with seen.command_lines():
        refresh = ["scripts/refresh.py", str(source), "--dataset", "shop", "--json", *quick]
        said = seen.run(*refresh)
        assert '"published"' in said or '"run"' in said, said
        portal = subprocess.Popen(
            [sys.executable, "scripts/serve.py", "--port", str(port), "--workers", "1"],
            cwd=ROOT, env=seen.environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            _ask(seen, f"http://127.0.0.1:{port}")
        finally:
            portal.send_signal(signal.SIGTERM)
            seen.said.append(portal.communicate(timeout=30)[0])
    return seen


def _ask(seen: Watched, home: str) -> None:
    def is_healthy() -> bool:
        try:
            return bool(seen.asked(f"{home}/healthz") == {"status": "ok"})
        except OSError:
            return False

    until(is_healthy, seconds=60)
    job = seen.asked(f"{home}/api/v1/jobs", {"dataset": "shop"})["job"]
    until(lambda: seen.asked(f"{home}/api/v1/jobs/{job}")["state"] not in {"queued", "running"})
    assert seen.asked(f"{home}/api/v1/jobs/{job}")["state"] == "done"
    for path in ("/", "/_dash-layout", "/export/processed.csv", "/api/v1/jobs?dataset=none"):
        seen.asked(f"{home}{path}")
    body = {
        "output": "..page-head.children...page-body.children...page-title.data"
        "...filter-bar.hidden..",
        "inputs": [{"id": "url", "property": "pathname", "value": "/history"}],
        "state": [{"id": "url", "property": "search", "value": ""}],
    }
    seen.asked(f"{home}/_dash-update-component", body)


def assert_secret_nowhere(seen: Watched) -> None:
    """Search everything for the secret."""
    assert any("scripts.job" in line for line in seen.lines)
    assert any("scripts.refresh" in line for line in seen.lines)
    for text in (*seen.said, *seen.lines, *seen.stored()):
        assert SECRET not in text, text[:2_000]
