"""The examples in docs/steps.md run, one after the other, as they stand there."""

import re
from pathlib import Path

from pipeline.run.threads import learning

STEPS = Path(__file__).parents[2] / "docs" / "steps.md"


def test_every_example_runs():
    blocks = re.findall(r"```python\n(.*?)```", STEPS.read_text("utf-8"), flags=re.DOTALL)
    names: dict[str, object] = {}
    with learning():
        for block in blocks:
            exec(compile(block, str(STEPS), "exec"), names)
    lines, cleaned = names["lines"], names["cleaned"]
    taken = sum(finding.rows for finding in cleaned.findings)
    assert len(lines) == len(cleaned.purchases) + taken
    assert set(names["profiles"].index) == set(names["grouped"].customers["segment"])
    assert len(names["labels"]) == len(names["customers"])
