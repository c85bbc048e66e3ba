"""Say how much of each package the tests ran: `python -m tests.coverage_by_package FILE`."""

import json
import sys
from collections import defaultdict
from pathlib import Path


def by_package(report: dict[str, dict[str, dict[str, dict[str, int]]]]) -> dict[str, float]:
    """Give the share of statements that ran, 0 to 1, by package of two names."""
    ran, there = defaultdict[str, int](int), defaultdict[str, int](int)
    for file, told in report["files"].items():
        package = ".".join(Path(file).with_suffix("").parts[:2])
        ran[package] += told["summary"]["covered_lines"]
        there[package] += told["summary"]["num_statements"]
    return {name: ran[name] / many for name, many in sorted(there.items()) if many}


def main(file: str) -> None:
    """Print a line per package."""
    shares = by_package(json.loads(Path(file).read_text(encoding="utf-8")))
    widest = max(map(len, shares))
    for name, share in shares.items():
        sys.stdout.write(f"{name:<{widest}}  {share:6.1%}\n")


if __name__ == "__main__":
    main(sys.argv[1])
