"""Files as other people have them, by the check, which gives what publishing gives."""

import datetime as dt
import json
import os
from pathlib import Path

import pytest

from pipeline.base.errors import PipelineError
from pipeline.refreshing.inspection import Look, inspect
from pipeline.run.progress import Silent

CASES = Path(os.environ.get("PORTAL_CASES", "/nowhere"))
EXPECTED = CASES / "expected.json"
WANTED = json.loads(EXPECTED.read_text("utf-8")) if EXPECTED.exists() else {}
FIRST = [name for name, wanted in WANTED.items() if not wanted.get("second")]
TODAY = dt.date(2025, 6, 1)


def look_at(path):
    """Give the report on a file, or the refusal."""
    try:
        return inspect(Look(path, path.name), today=TODAY, progress=Silent())
    except PipelineError as error:
        return {"refusal": str(error), "warnings": []}


@pytest.mark.skipif(not WANTED, reason="no cases here (PORTAL_CASES)")
@pytest.mark.parametrize("name", FIRST)
def test_a_file_gives_its_figures_or_says_what_is_missing(name):
    wanted, report = WANTED[name], look_at(CASES / name)
    if report["refusal"]:
        assert {"refuse", "refuse_or_warn", "may_refuse"} & wanted.keys(), report["refusal"]
        return
    assert "refuse" not in wanted
    if "refuse_or_warn" in wanted or "warn" in wanted:
        assert report["warnings"]
    for figure in {"customers", "orders"} & wanted.keys():
        assert report[figure] == wanted[figure]
    if "net" in wanted:
        assert report["revenue"] == pytest.approx(wanted["net"], rel=1e-5, abs=0.02)
    if "as_of" in wanted and "warn" not in wanted:
        assert str(report["last_day"]) == wanted["as_of"]
    if wanted.get("quiet"):
        assert report["warnings"] == []
