"""Ask a served portal to score one customer at a time, so many times a second."""

import contextlib
import datetime as dt
import http.client
import json
import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from db.engine import open_reader
from pipeline import recorder
from tests.benchmarks.children.timing import say
from tests.benchmarks.measuring import ROOT

HOST = "127.0.0.1"
PATH = "/api/v1/score"
HEADERS = {"Content-Type": "application/json"}
WARM_UP, TOGETHER = 40, 8
PATIENCE = 60.0
ORDERS = (1, 8)


def main() -> None:
    url, dataset, rate, seconds = sys.argv[1:]
    with served(url) as port:
        bodies = made_up(port, dataset)
        for number in range(WARM_UP):
            with contextlib.closing(connected(port)) as connection:
                ask(connection, bodies[number % len(bodies)])
        began = time.perf_counter()
        took = asked(port, bodies, rate=float(rate), seconds=float(seconds))
        whole = time.perf_counter() - began
    say({"took": took, "seconds": whole, "loads": loads(url, dataset)})


@contextlib.contextmanager
def served(url: str) -> Iterator[int]:
    """Serve as `scripts/serve.py` does by default, on a free port."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "scripts.serve", "--db", url, "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as server:
        try:
            until = time.monotonic() + PATIENCE
            while not is_well(port):
                if time.monotonic() > until or server.poll() is not None:
                    raise RuntimeError("the portal did not begin to serve")
                time.sleep(0.1)
            yield port
        finally:
            server.terminate()


def is_well(port: int) -> bool:
    try:
        with contextlib.closing(connected(port)) as connection:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == http.client.OK
    except OSError:
        return False


def connected(port: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(HOST, port, timeout=PATIENCE)


def made_up(port: int, dataset: str, *, number: int = 100) -> list[bytes]:
    """Make up requests of one customer each, as the data set's inputs ask for."""
    with contextlib.closing(connected(port)) as connection:
        connection.request("GET", f"{PATH}/inputs?dataset={quote(dataset)}")
        inputs = json.loads(connection.getresponse().read())
    drawn = random.Random(3)
    return [body(inputs, drawn) for _ in range(number)]


def body(inputs: dict[str, Any], drawn: random.Random) -> bytes:
    day = dt.date.fromisoformat(inputs["as_of"])
    orders = [
        {
            "date": str(day - dt.timedelta(days=drawn.randint(1, 365))),
            "value": round(drawn.gammavariate(2, 150) + 1, 2),
            "items": drawn.randint(1, 300),
        }
        for _ in range(drawn.randint(*ORDERS))
    ]
    person: dict[str, Any] = {"orders": orders}
    if inputs["countries"]:
        person["country"] = drawn.choice(inputs["countries"])
    return json.dumps({"dataset": inputs["dataset"], "customers": [person]}).encode()


def asked(port: int, bodies: list[bytes], *, rate: float, seconds: float) -> list[float]:
    """Ask at even distances, however long answers take; give how long each one took."""
    began = time.perf_counter() + 0.1
    number, took = round(rate * seconds), list[float]()
    turns = iter(range(number))
    lock = threading.Lock()

    def work() -> None:
        with contextlib.closing(connected(port)) as connection:
            while (turn := taken()) is not None:
                due = began + turn / rate
                time.sleep(max(due - time.perf_counter(), 0))
                ask(connection, bodies[turn % len(bodies)])
                took.append(time.perf_counter() - due)

    def taken() -> int | None:
        with lock:
            return next(turns, None)

    threads = [threading.Thread(target=work) for _ in range(TOGETHER)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    if len(took) != number:
        raise RuntimeError(f"{number - len(took)} of {number} requests were not answered")
    return took


def ask(connection: http.client.HTTPConnection, sent: bytes) -> None:
    connection.request("POST", PATH, sent, HEADERS)
    answer = connection.getresponse()
    said = answer.read()
    if answer.status != http.client.OK:
        raise RuntimeError(said.decode("utf-8", "replace"))


def loads(url: str, dataset: str, *, times: int = 5) -> list[float]:
    """Tell how long all models of a data set take to load from the database."""
    from pipeline.scoring.score import load

    found = []
    for _ in range(times):
        began = time.perf_counter()
        kept = recorder.kept(open_reader(url), dataset)
        if kept is None:
            raise RuntimeError(f"{dataset} is not published")
        load(kept.models, form=kept.form, settings=kept.settings)
        found.append(time.perf_counter() - began)
    return found


if __name__ == "__main__":
    main()
