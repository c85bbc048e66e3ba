"""The portal's one door to the money formulas stays light and complete."""

import subprocess
import sys

from portal.reading.contacting import economics

HEAVY = ("sklearn", "xgboost", "optuna", "skops", "scipy.stats", "scipy.optimize", "db")


def test_it_loads_nothing_heavy() -> None:
    said = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, portal.reading.contacting.economics\n"
            f"print([name for name in {HEAVY!r} if name in sys.modules])",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == "[]"


def test_it_names_what_it_gives() -> None:
    assert all(hasattr(economics, name) for name in economics.__all__)
    assert len(set(economics.__all__)) == len(economics.__all__)
