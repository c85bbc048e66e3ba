"""No password in what is said, listed or stored, where the database is SQLite."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from db.engine import open_reader
from portal.app import create_app
from portal.settings import Settings
from tests.portal.waiting import until
from tests.sampling import sampled
from tests.secret_searching import ROOT, SECRET, Watched, assert_secret_nowhere, watched
from tests.shops import quick

pytestmark = [
    pytest.mark.filterwarnings("ignore:Query string argument"),
    pytest.mark.skipif(not Path("/proc").exists(), reason="lists processes as Linux does"),
]


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_refresh_a_portal_and_a_job(tmp_path: Path, shop_file: Path, port: int) -> None:
    url = f"sqlite:///{tmp_path}/portal.db?password={SECRET}"
    assert_secret_nowhere(watched(url, shop_file, quick(tmp_path), port))
    modes = {
        each.name: each.stat().st_mode & 0o077
        for each in tmp_path.iterdir()
        if each.name.startswith("portal.") and not each.name.endswith(".lock")
    }
    assert modes == dict.fromkeys(modes, 0)
    assert any(name.endswith(".arrow") for name in modes), modes


def test_what_is_given_on_the_command_line_is_not_listed(tmp_path: Path, port: int) -> None:
    url = f"postgresql+psycopg://me:{SECRET}@127.0.0.1:1/shop?options=-cx%3D{SECRET}"
    arguments = ["scripts/serve.py", "--db", url, "--port", str(port), "--workers", "1"]
    process = subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    seen = Watched(url)
    try:
        assert process.stdout is not None
        first = [process.stdout.readline()]
        while "Clientele is at" not in first[-1]:  # behind a warning of the database
            assert first[-1], first
            first.append(process.stdout.readline())
        seen.said += first
        listed = Path(f"/proc/{process.pid}/cmdline").read_text()
        assert "me:***@127.0.0.1" in listed
        assert SECRET not in listed
        until(lambda: "unavailable" in _healthz(seen, port), seconds=60)
    finally:
        process.send_signal(signal.SIGTERM)
        seen.said.append(process.communicate(timeout=30)[0])
    assert any("failed" in text for text in seen.said)
    for text in seen.said:
        assert SECRET not in text


def _healthz(seen: Watched, port: int) -> str:
    try:
        return str(seen.asked(f"http://127.0.0.1:{port}/healthz"))
    except OSError:
        return ""


COMMANDS = ("refresh", "check", "delete", "export", "score", "serve")


@pytest.mark.parametrize("command", sampled(COMMANDS, ("refresh", "serve")))
def test_mistakes_don_t_say_it(command: str, tmp_path: Path) -> None:
    """Two commands stand for all, which share their parser; `make soak` has the others."""
    url = f"postgresql+psycopg://me:{SECRET}@127.0.0.1:1/shop?sslpassword={SECRET}"
    seen = Watched(f"sqlite:///{tmp_path}/portal.db")
    for arguments in (
        ["--db", url, "--unknown", url],
        ["--table", "x", "--db", url, url, "--dataset", "x"],
    ):
        more = ["--port", "0"] if command == "serve" else []
        assert SECRET not in seen.run("-m", f"scripts.{command}", *arguments, *more)


def test_a_page_over_a_database_that_fails(tmp_path: Path) -> None:
    path = tmp_path / "text.db"
    path.write_text("no database at all, " * 100)
    url = f"sqlite:///{path}?password={SECRET}"
    client = create_app(open_reader(url), Settings(db=url)).server.test_client()
    answers = [client.get("/healthz"), client.get("/export/processed.csv")]
    answers.append(client.get("/api/v1/jobs"))
    assert all(SECRET not in each.get_data(as_text=True) for each in answers)
    assert all(each.status_code == 503 for each in answers)
