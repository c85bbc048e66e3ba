"""The whole command in processes of its own."""

from pathlib import Path

import pytest

from scripts.bench import CASES, main


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
