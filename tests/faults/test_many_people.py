"""Fifty people on all pages while the data is updated and published under them."""

import json
import os
import random
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from portal.app import PAGES
from tests.benchmarks.children.ask_all import Portal, examples
from tests.faults.conftest import Ground
from tests.portal.waiting import until
from tests.shops import copied, rows

PEOPLE = 50
THINKING = (2.0, 8.0)
"""Seconds that somebody looks at a page before going on."""
LASTING = 90.0
CALLBACKS_OF_A_PAGE = 3
ROOT = Path(__file__).parents[2]


class Answer(NamedTuple):
    """What came of a request: its address, its status and how long it took, in seconds.

    `served` is what the server says that it took.
    """

    asked: str
    status: int
    seconds: float
    served: float = 0.0


class Visits(NamedTuple):
    """What people ask of each page: its address, and the bodies of its callbacks."""

    address: str
    bodies: list[bytes]


def visits_of(database: Path) -> list[Visits]:
    """Give what browsers ask of every page, with filters and without."""
    url = f"sqlite:///{database}"
    known = examples(url)
    portal = Portal(url, known.customer, known.customers)
    found = []
    for page in PAGES:
        for search in known.searches.values():
            bodies = [json.dumps(each.body).encode() for each in portal.questions(page, search)]
            found.append(Visits(f"{page.path}{search}", bodies))
    return found


def asked(base: str, path: str, body: bytes | None = None) -> Answer:
    """Ask once, as a browser of this host does."""
    head = {"Content-Type": "application/json", "Origin": base} if body else {}
    began, served = time.monotonic(), 0.0
    try:
        request = urllib.request.Request(base + path, body, head)
        with urllib.request.urlopen(request, timeout=60) as answer:
            answer.read()
            status = answer.status
            timing = answer.headers.get("Server-Timing", "app;dur=0")
            served = float(timing.rpartition("=")[2]) / 1_000
    except urllib.error.HTTPError as error:
        status = error.code
    except OSError:
        status = 0
    return Answer(path, status, time.monotonic() - began, served)


def look_around(
    base: str, visits: list[Visits], chance: random.Random, ends: float, to: list[Answer]
) -> None:
    """Go from page to page as somebody does who reads what is there."""
    time.sleep(chance.uniform(0, THINKING[1]))
    while time.monotonic() < ends:
        visit = chance.choice(visits)
        to.append(asked(base, visit.address))
        some = chance.sample(visit.bodies, min(CALLBACKS_OF_A_PAGE, len(visit.bodies)))
        to.extend(asked(base, "/_dash-update-component", body) for body in some)
        time.sleep(chance.uniform(*THINKING))


@pytest.mark.soak
def test_nobody_sees_an_error_while_updates_are_published(
    ground: Ground, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    visits = visits_of(copied(ground.shop.path, tmp_path / "asked.db"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    command = [sys.executable, "scripts/serve.py", "--db", ground.shop.url, "--port", str(port)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen(command, cwd=ROOT, env=environment, **quiet)
    answers: list[Answer] = []
    try:
        until(lambda: asked(base, "/healthz").status == 200, seconds=60)
        ends = time.monotonic() + LASTING
        people = [
            threading.Thread(
                target=look_around, args=(base, visits, random.Random(each), ends, answers)
            )
            for each in range(PEOPLE)
        ]
        for each in people:
            each.start()
        updates = 0
        while time.monotonic() < ends:
            update = [sys.executable, "scripts/refresh.py", *ground.arguments(updates)]
            subprocess.run(update, check=True, cwd=ROOT, env=environment, **quiet)
            updates += 1
        for each in people:
            each.join()
    finally:
        server.terminate()
        server.wait(30)
    failed = [each for each in answers if each.status not in (200, 204)]
    record_property("answers", len(answers))
    said = f"{len(answers):,} answers, {updates} updates"
    for name in ("served", "seconds"):
        took = sorted(getattr(each, name) for each in answers)
        median, most = statistics.median(took), took[int(0.95 * len(took))]
        record_property(f"{name}_median", median)
        record_property(f"{name}_p95", most)
        said += f"; {name}: median {median:.3f} s, 95th percentile {most:.3f} s"
    sys.stdout.write(f"{said}\n")
    assert not failed
    assert updates > 1
    assert rows(ground.shop.path, "select count(*) from published_run") == [(1,)]
