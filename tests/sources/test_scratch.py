"""Folders for what is unpacked are gone when their process is, however it ended."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from pipeline.sources.files.scratch import scratch_folder, sweep_scratch

HOLD = """
import sys
from pipeline.sources.files.scratch import scratch_folder
with scratch_folder() as folder:
    (folder / "unpacked").write_text("much")
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def test_a_folder_goes_with_its_reader(tmp_path: Path) -> None:
    with scratch_folder() as folder:
        assert folder.stat().st_mode & 0o777 == 0o700
        (folder / "unpacked").write_text("much")
        assert sweep_scratch() == 0
        assert (folder / "unpacked").exists()
    assert not list(tmp_path.iterdir())


def test_what_a_killed_process_left_is_swept_and_no_more(tmp_path: Path) -> None:
    strangers = tmp_path / "clientele-of-others"
    strangers.mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        folder = Path(process.stdout.readline().strip())
        assert sweep_scratch() == 0
        assert folder.exists()
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert sweep_scratch() == 1
    assert list(tmp_path.iterdir()) == [strangers]
