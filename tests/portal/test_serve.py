"""The command that serves."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.serve import main
from tests.shops import Shop

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def serving(published_shop: Shop, port: int) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "scripts/serve.py", "--port", str(port)],
        cwd=ROOT,
        env={**os.environ, "PORTAL_DB": published_shop.url, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    yield process
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)


@pytest.mark.skipif(sys.platform == "win32", reason="gunicorn runs on POSIX")
def test_it_serves_until_it_is_told_to_stop(serving: subprocess.Popen[str], port: int) -> None:
    assert serving.stdout is not None
    assert f"http://localhost:{port}" in serving.stdout.readline()
    deadline = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{port}/healthz", timeout=5
            ) as answer:
                assert answer.status == 200
                break
        except (ConnectionError, OSError):
            assert time.monotonic() < deadline
            time.sleep(0.2)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--port", "none"], "none is no port"),
        (["--port", "70000"], "70000 is no port"),
        (["--workers", "0"], "0 workers won't do"),
        (["--unknown"], "nrecognized arguments"),
    ],
)
def test_bad_arguments_end_with_2(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    printed = capsys.readouterr().err
    assert left.value.code == 2
    assert said in printed
    assert printed.count("\n") == 1


def test_a_bad_database_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--db", "nonsense"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_port_in_use_ends_with_4(capsys: pytest.CaptureFixture[str], port: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        assert main(["--port", str(port)]) == 4
    assert "can't be used" in capsys.readouterr().err


def test_an_address_of_another_machine_ends_with_4(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--host", "192.0.2.1"]) == 4
    assert "192.0.2.1" in capsys.readouterr().err
