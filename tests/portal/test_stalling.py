"""Clients that say nothing, and those that don't listen, before a portal that is served."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from tests.portal.waiting import until
from tests.sampling import sampled
from tests.shops import Shop

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="gunicorn runs on POSIX")

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 2.0
SILENT = {
    "nothing": b"",
    "half a head": b"GET / HTTP/1.1\r\nHost: localhost\r\nX-",
    "no body": b"POST /_dash-update-component HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{",
    "no file": b"POST /api/v1/uploads?name=a.csv HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Length: 1000\r\n\r\na,b",
}


@pytest.fixture(scope="module")
def port(published_shop: Shop) -> Iterator[int]:
    """Serve the shop from one process that waits for two seconds."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = int(probe.getsockname()[1])
    arguments = ["--port", str(free), "--workers", "1", "--patience", str(PATIENCE)]
    process = subprocess.Popen(
        [sys.executable, "scripts/serve.py", *arguments],
        cwd=ROOT,
        env={**os.environ, "PORTAL_DB": published_shop.url, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        until(lambda: health(free) == 200, seconds=60)
        yield free
    finally:
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=20)
    assert "Traceback" not in said


def health(port: int) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def connected(port: int, says: bytes, listens: int | None = None) -> socket.socket:
    client = socket.socket()
    if listens is not None:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, listens)
    client.connect(("127.0.0.1", port))
    client.settimeout(5 * PATIENCE)
    client.sendall(says)
    return client


@pytest.mark.parametrize("silence", sampled(SILENT, ("half a head", "no file")))
def test_silent_clients_stop_nobody_and_are_cut_off(port: int, silence: str) -> None:
    """`make test` is silent within a head and within a body, `make soak` elsewhere too."""
    with ExitStack() as open_ones:
        clients = [open_ones.enter_context(connected(port, SILENT[silence])) for _ in range(12)]
        began = time.monotonic()
        while time.monotonic() - began < PATIENCE:
            asked = time.monotonic()
            assert health(port) == 200
            assert time.monotonic() - asked < 1
            time.sleep(0.1)
        for client in clients:
            while client.recv(65_536):
                pass
        assert time.monotonic() - began < 3 * PATIENCE


def test_a_body_that_drips_is_cut_off(port: int) -> None:
    with connected(port, SILENT["no file"]) as client:
        began = time.monotonic()
        with suppress(OSError):
            while time.monotonic() - began < 5 * PATIENCE:
                client.sendall(b"x")
                time.sleep(0.2)
        assert time.monotonic() - began < 4 * PATIENCE


def test_stalled_downloads_stop_nobody(port: int) -> None:
    asked = (
        b"GET /_dash-component-suites/plotly/package_data/plotly.min.js HTTP/1.1\r\n"
        b"Host: localhost\r\n\r\n"
    )
    with ExitStack() as open_ones:
        clients = [open_ones.enter_context(connected(port, asked, 4096)) for _ in range(10)]
        began = time.monotonic()
        while time.monotonic() - began < PATIENCE:
            began_one = time.monotonic()
            assert health(port) == 200
            assert time.monotonic() - began_one < 1
            time.sleep(0.1)
        assert clients


def test_a_body_of_unknown_length_ends_somewhere(port: int) -> None:
    head = (
        b"POST /_dash-update-component HTTP/1.1\r\nHost: localhost\r\n"
        b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    with connected(port, head) as client:
        said = b""
        with suppress(OSError):  # it may be cut off before it has sent everything
            for _ in range(6 * 16):
                client.sendall(b"10000\r\n" + b"0" * 0x10000 + b"\r\n")
            said = client.recv(65_536)
    assert not said or said.startswith(b"HTTP/1.1 411"), said
    assert health(port) == 200


def test_one_that_keeps_the_connection_is_answered_again(port: int) -> None:
    with connected(port, b"") as client:
        for _ in range(3):
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            said = b""
            while not said.endswith(b'{"status":"ok"}\n'):
                said += client.recv(65_536)
            assert said.startswith(b"HTTP/1.1 200 OK")
            time.sleep(PATIENCE / 4)


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "[::1", ""]
)
@pytest.mark.parametrize("path", ["/", "/export/processed.csv", "/assets/portal.js"])
def test_any_other_name_is_misdirected(port: int, host: str, path: str) -> None:
    with connected(port, f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()) as client:
        assert client.recv(65_536).split(b" ")[1] in {b"421", b"400"}
