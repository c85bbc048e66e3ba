"""A made-up marketing file with outcomes in its columns, one of them under a hostile name."""

from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.samples.marketing import made_up_marketing
from tests.shops import Shop, refreshed

CUSTOMERS = 400
ODD = "Plan: 50%_<b>'x\" & co./.."
"""A column of three classes: `LIKE`, HTML, quotes, paths and colons all mean something."""
TASKS = (f"given_outcome:{ODD}", "given_outcome:Response")
BLANKS = 40
SETTINGS = (
    "segments: {algorithm: kmeans, tuning: true, trials: 4, bootstraps: 4}\n"
    "models: {tasks: [given_outcome, segment_replication], trials: 2, bootstraps: 100,"
    " families: [logistic_regression, decision_tree], nested_repeats: 0, folds: 2,"
    " least_customers: 60, least_in_class: 8, least_score: 0}\n"
)


def labelled(customers: int = CUSTOMERS, *, seed: int = 5) -> pd.DataFrame:
    """Make up customers, with a plan that income decides; some have none."""
    frame = made_up_marketing(customers, seed=seed).to_pandas()
    chance = np.random.default_rng(seed)
    income = pd.to_numeric(frame["Income"], errors="coerce").fillna(40_000)
    thirds = income.rank(pct=True) + chance.normal(0, 0.1, customers)
    plan = np.select([thirds < 1 / 3, thirds < 2 / 3], ["basic", "Plus"], "gold")
    plan[:3] = np.char.upper(plan[:3])
    plan[
        chance.choice(np.arange(3, customers), BLANKS * customers // CUSTOMERS, replace=False)
    ] = ""
    return frame.assign(**{ODD: plan})


def settings(folder: Path, more: str = SETTINGS) -> list[str]:
    """Give the arguments for settings that learn outcomes quickly."""
    path = folder / "outcomes.yaml"
    path.write_text(more)
    return ["--settings", str(path)]


def mapped(folder: Path, *columns: str) -> list[str]:
    """Give the arguments that name columns as outcomes."""
    path = folder / "map.yaml"
    listed = [f"  - '{column.replace(chr(39), chr(39) * 2)}'" for column in columns]
    path.write_text("\n".join(["outcome:", *listed]) + "\n", "utf-8")
    return ["--map", str(path)]


def published_outcomes(folder: Path) -> Shop:
    """Publish a data set with two outcomes, as `TASKS` names them."""
    labelled().to_csv(folder / "people.csv", index=False)
    return refreshed(
        folder / "portal.db",
        folder / "people.csv",
        *mapped(folder, ODD, "Response"),
        *settings(folder),
        dataset="people",
    )
