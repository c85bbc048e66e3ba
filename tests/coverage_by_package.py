"""Say how much of each package the tests ran: `python -m tests.coverage_by_package FILE`.

Fails where the unit tests, which `make oldest` runs, ran too little of what they are there for.
"""

import json
import sys
from collections import defaultdict
from pathlib import Path

LEAST = {
    "db.customers": 0.9,
    "db.workspace": 0.9,
    "pipeline.explore": 0.95,
    "pipeline.features": 0.95,
    "pipeline.quality": 0.95,
    "pipeline.segments": 0.95,
    "pipeline.sources": 0.88,
    "pipeline.strategy": 0.95,
    "portal.pages": 0.85,
    "portal.reading": 0.85,
}
"""What the unit tests have to run of the packages that they are about, 0 to 1; much of the
pages is run by those of the browser and of whole refreshes alone."""


def by_package(report: dict[str, dict[str, dict[str, dict[str, int]]]]) -> dict[str, float]:
    """Give the share of statements that ran, 0 to 1, by package of two names."""
    ran, there = defaultdict[str, int](int), defaultdict[str, int](int)
    for file, told in report["files"].items():
        package = ".".join(Path(file).with_suffix("").parts[:2])
        ran[package] += told["summary"]["covered_lines"]
        there[package] += told["summary"]["num_statements"]
    return {name: ran[name] / many for name, many in sorted(there.items()) if many}


def main(file: str) -> int:
    """Print a line per package; give 1 where one that is asked for falls short, and name it."""
    shares = by_package(json.loads(Path(file).read_text(encoding="utf-8")))
    widest = max(map(len, shares))
    for name, share in shares.items():
        sys.stdout.write(f"{name:<{widest}}  {share:6.1%}\n")
    short = [name for name, least in LEAST.items() if shares.get(name, 0.0) < least]
    for name in short:
        sys.stderr.write(f"The tests ran less than {LEAST[name]:.0%} of {name}.\n")
    return int(bool(short))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
