"""Small customers with labels, and a served model of each family fitted to them."""

from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from pipeline.learning.candidates import FAMILIES, build
from pipeline.scoring.calibration import Calibration
from pipeline.scoring.inputs import Feature, prepared
from pipeline.scoring.reference import reference
from pipeline.scoring.served import Served

FEATURES = (
    Feature("recency_days", "Days since the last order", "days", is_skewed=True),
    Feature("spend_trend", "Share of 180 days' spend in the last 90", "share"),
    Feature("gap_days", "Mean days between orders", "days", is_skewed=True),
    Feature("country", "Country", is_number=False),
)
COUNTRIES = ("France", "Spain", "Peru", "Mali")
TWO, THREE = ("stays", "leaves"), ("small", "middle", "large")
SMALL: dict[str, dict[str, Any]] = {
    "logistic_regression": {},
    "k_nearest_neighbours": {"n_neighbors": 15, "weights": "distance", "p": 1},
    "decision_tree": {"max_depth": 4, "min_samples_leaf": 10},
    "support_vector_machine": {},
    "random_forest": {"max_depth": 5, "min_samples_leaf": 5},
    "xgboost": {"n_estimators": 20, "max_depth": 4},
}
"""Settings that differ from the defaults, so that models of few rows have some depth."""


def customers(number: int = 400, *, seed: int = 0) -> pd.DataFrame:
    """Give features with gaps, a rare country and a country that is missing."""
    chance = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "recency_days": chance.gamma(1.5, 60, number).round(),
            "spend_trend": chance.random(number).round(3),
            "gap_days": chance.gamma(2, 20, number).round(1),
            "country": chance.choice(COUNTRIES, number, p=[0.6, 0.3, 0.095, 0.005]),
        }
    )
    frame.loc[chance.random(number) < 0.2, ["gap_days", "spend_trend"]] = np.nan
    frame["country"] = frame["country"].astype(object)
    frame.loc[chance.random(number) < 0.05, "country"] = None
    return frame


def labels(frame: pd.DataFrame, classes: int, *, seed: int = 1) -> np.ndarray:
    """Give classes that follow from recency, trend and country, with some chance."""
    chance = np.random.default_rng(seed)
    pull = (
        np.log1p(frame["recency_days"]) - 4 - frame["spend_trend"].fillna(1)
        + (frame["country"] == "Spain") + chance.logistic(size=len(frame)) / 2
    ).to_numpy()  # fmt: skip
    return np.searchsorted(np.quantile(pull, np.arange(1, classes) / classes), pull)


@cache
def served(family: str, classes: tuple[str, ...] = TWO, **params: Any) -> Served:
    """Fit a family to four hundred customers."""
    frame = customers()
    rows, truth = prepared(frame, FEATURES), labels(frame, len(classes))
    chosen = {**FAMILIES[family].defaults, **SMALL[family], **params}
    pipeline = build(FAMILIES[family], chosen, FEATURES, seed=0).fit(rows, truth)
    return Served(
        task="churn",
        family=family,
        classes=classes,
        features=FEATURES,
        pipeline=pipeline,
        calibration=Calibration(0.8, 0.1 if len(classes) == 2 else 0.0),
        reference=reference(pipeline, FEATURES, rows),
    )
