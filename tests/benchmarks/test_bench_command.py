"""The whole command in processes of its own."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scripts.bench import CASES, EXIT_INTERRUPTED, main
from tests.benchmarks.measuring import ROOT


@pytest.mark.soak
def test_the_command_writes_every_case(tmp_path: Path):
    out = tmp_path / "benchmarks.md"
    given = ["--lines", "5000", "--repeats", "1", "--out", str(out)]
    assert main(given) == 0
    heads = [line for line in out.read_text().splitlines() if line.startswith("## ")]
    assert len(heads) == len(CASES)


@pytest.mark.soak
def test_one_case_is_printed(capsys: pytest.CaptureFixture[str]):
    assert main(["--lines", "1000", "--repeats", "1", "--only", "writers"]) == 0
    printed = capsys.readouterr().out
    assert "## Writers" in printed
    assert "## Readers" not in printed


def test_a_command_that_is_ended_leaves_nothing(tmp_path: Path):
    out = tmp_path / "page.md"
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    given = ["--lines", "200000", "--only", "writers", "--out", str(out)]
    with subprocess.Popen(
        [sys.executable, "-m", "scripts.bench", *given],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(scratch), "PORTAL_REAL_DATA": ""},
        stderr=subprocess.PIPE,
        text=True,
    ) as command:
        until = time.monotonic() + 30
        while not list(scratch.glob("*/*")) and time.monotonic() < until:
            time.sleep(0.02)
        command.send_signal(signal.SIGTERM)
        _, said = command.communicate(timeout=30)
    assert command.returncode == EXIT_INTERRUPTED
    assert said.splitlines()[-1] == "bench: Interrupted; no page was written."
    assert not out.exists()
    assert list(scratch.iterdir()) == []
