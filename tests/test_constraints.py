"""The oldest versions that are tested are those that the project says it supports."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
BOUND = re.compile(r"([A-Za-z0-9._-]+)(?:\[.*\])?>=([0-9.]+)")


def test_the_oldest_versions_are_the_lower_bounds() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*told["dependencies"], *told["optional-dependencies"]["postgres"]]
    bounds = dict(found.groups() for each in asked if (found := BOUND.match(each)))
    pinned = {}
    for line in (ROOT / "constraints-oldest.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, version = line.partition(";")[0].strip().split("==")
            pinned[name] = version
    assert pinned == bounds
