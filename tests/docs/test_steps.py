"""The examples in docs/steps.md run, one after the other, as they stand there."""

import re
from pathlib import Path

from pipeline.run.threads import learning
from tests.shops import rows

STEPS = Path(__file__).parents[2] / "docs" / "steps.md"


def test_every_example_runs(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", STEPS.read_text("utf-8"), flags=re.DOTALL)
    names: dict[str, object] = {}
    with learning():
        for block in blocks:
            exec(compile(block, str(STEPS), "exec"), names)
    outcome = names["outcome"]
    assert outcome.published
    assert rows(tmp_path / "data" / "portal.db", "select dataset from published_run") == [
        (outcome.dataset,)
    ]
    lines, cleaned = names["lines"], names["cleaned"]
    taken = sum(finding.rows for finding in cleaned.findings)
    assert len(lines) == len(cleaned.purchases) + taken
    assert set(names["profiles"].index) == set(names["grouped"].customers["segment"])
    assert len(names["labels"]) == len(names["customers"])
