"""The command that serves."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from db.upgrades import SCHEMA_VERSION
from scripts.serve import main
from tests.shops import Shop, copied, rows

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


DUMP = ROOT / "tests" / "fixtures" / "schema_0_1.sql"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "portal.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(DUMP.read_text("utf-8"))
    return path


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Serve nothing, but tell what would be served."""
    found: list[str] = []
    monkeypatch.setattr(
        "scripts.serve._serve", lambda settings, *_address: found.append(settings.db)
    )
    return found


def schema(path: Path) -> int:
    return int(rows(path, "select version from schema_version")[0][0])


def test_an_earlier_database_is_upgraded_before_it_is_served(
    old: Path, served: list[str], port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--db", f"sqlite:///{old}", "--port", str(port)]
    assert main([*arguments, "--no-migrate"]) == 4
    said = capsys.readouterr().err
    assert "is of version 0.1 and must be upgraded first" in said
    assert said.count("\n") == 1
    assert schema(old) == 3
    assert served == []

    assert main(arguments) == 0
    said = capsys.readouterr().out
    assert "The database was upgraded from version 0.1; as it was before it is kept in" in said
    assert schema(old) == SCHEMA_VERSION
    assert served == [f"sqlite:///{old}"]

    assert main([*arguments, "--no-migrate"]) == 0
    assert "upgraded" not in capsys.readouterr().out


def test_another_version_is_refused(
    old: Path, served: list[str], port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(old)) as connection:
        connection.execute("update schema_version set version = 99")
        connection.commit()
    assert main(["--db", f"sqlite:///{old}", "--port", str(port)]) == 4
    assert "schema 99" in capsys.readouterr().err
    assert served == []


def test_damage_is_said_at_the_start(
    published_shop: Shop,
    served: list[str],
    port: int,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = copied(published_shop.path, tmp_path / "portal.db")
    arguments = ["--db", f"sqlite:///{path}", "--port", str(port)]
    assert main(arguments) == 0
    assert capsys.readouterr().err == ""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("update segment_result set revenue = revenue + 1")
        connection.commit()
    assert main(arguments) == 0
    assert "the database is damaged: of run 1 segment_result." in capsys.readouterr().err
    assert rows(path, "select damaged from last_check") == [('{"1": ["segment_result"]}',)]
    path.write_bytes(b"noise" * 1_000)
    assert main(arguments) == 0
    assert "not a database" in capsys.readouterr().err
    assert len(served) == 3


def test_a_large_database_is_checked_while_it_is_served(
    published_shop: Shop,
    served: list[str],
    port: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = copied(published_shop.path, tmp_path / "portal.db")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("update segment_result set revenue = revenue + 1")
        connection.commit()
    monkeypatch.setattr("scripts.serve.CHECKED_APART", 1)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    children: list[subprocess.Popen[bytes]] = []
    start = subprocess.Popen
    monkeypatch.setattr(
        subprocess, "Popen", lambda *asked, **how: children.append(start(*asked, **how))
    )
    assert main(["--db", f"sqlite:///{path}", "--port", str(port)]) == 0
    assert len(served) == 1
    (child,) = children
    assert str(path) not in str(child.args)
    assert child.wait() == 4
    assert rows(path, "select damaged from last_check") == [('{"1": ["segment_result"]}',)]


def test_a_database_that_is_not_there_yet_is_not_made(
    served: list[str], port: int, tmp_path: Path
) -> None:
    assert main(["--db", f"sqlite:///{tmp_path / 'x' / 'portal.db'}", "--port", str(port)]) == 0
    assert list(tmp_path.iterdir()) == []
