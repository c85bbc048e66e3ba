"""Outcomes forecast over windows: levels of a season, small and young shops, no ranking."""

import json

import numpy as np
import pandas as pd
import pytest

from pipeline.features.days import day_of
from pipeline.features.history import history
from pipeline.features.labels import outcomes
from pipeline.learning.backtesting.levels import CLOSED, SEASON
from pipeline.learning.backtesting.origins import outcome_materials
from pipeline.learning.done import Predicted
from pipeline.learning.stage import predicted
from pipeline.learning.tasks import Refused, Rolling
from pipeline.run.progress import Silent
from pipeline.run.threads import learning
from pipeline.settings import ModelSettings, ValueSettings
from tests.learning.seasons import START, known_by, shop

SETTINGS = ModelSettings(
    families=("logistic_regression",), trials=1, folds=2, bootstraps=100, least_in_class=20
)


def forecast(
    states: pd.DataFrame, day: int, settings: ModelSettings = SETTINGS, task: str = "churn"
) -> Predicted:
    """Predict as of a day, with everything after it hidden."""
    with learning():
        prepared = outcome_materials(
            known_by(states, day), newest=day, every_days=30, names=[task], settings=settings,
            value=ValueSettings(), seed=0,
        )  # fmt: skip
        return predicted(prepared, settings, seed=0, progress=Silent())


def came(states: pd.DataFrame, day: int, found: Predicted) -> np.ndarray:
    """Give who left of those predicted, from the whole records."""
    known = history(states, day)
    labels = outcomes(states, known, day)["churn"].to_numpy()
    by_customer = pd.Series(labels, known["customer_id"].astype(str))
    return by_customer.reindex(found.predictions["customer_id"]).to_numpy()


@pytest.fixture(scope="module")
def seasonal() -> pd.DataFrame:
    return shop(days=900, season=0.6, customers=2_500)


@pytest.mark.parametrize("day", [450, 540, 640, 730])
def test_the_level_follows_the_season(seasonal: pd.DataFrame, day: int):
    found = forecast(seasonal, START + day)
    left = came(seasonal, START + day, found)
    task = found.tasks.iloc[0]
    assert task["level_rule"] == SEASON
    assert found.predictions["probability"].mean() == pytest.approx(left.mean(), abs=0.08)
    assert task["expected_low"] <= left.mean() <= task["expected_high"]
    assert task["expected_high"] - task["expected_low"] < 0.35


def test_every_closed_window_is_there_and_the_day_that_is_served(seasonal: pd.DataFrame):
    found = forecast(seasonal, START + 540)
    windows = found.windows[found.windows["chosen"]]
    first = int(seasonal["ordered_day"].min())
    expected = [
        day_of(day)
        for day in range(START + 540, first - 1, -30)
        if day == START + 540 or (day + 90 <= START + 540 and day - first >= 90)
    ]
    assert windows["as_of"].tolist() == expected[::-1]
    today = windows.iloc[-1]
    assert pd.isna(today[["base_rate", "roc_auc", "brier", "log_loss", "ece"]].to_list()).all()
    assert windows.iloc[:-1][["base_rate", "roc_auc", "brier"]].notna().all(axis=None)
    assert today["expected_rate"] == pytest.approx(
        found.predictions["probability"].mean(), abs=1e-5
    )
    assert set(found.windows["model"]) >= {"customer_base", found.tasks["chosen"].iloc[0]}
    assert found.windows["baseline"].any()


def test_what_comes_after_the_day_changes_no_row(seasonal: pd.DataFrame):
    day = START + 450
    other = seasonal.assign(net=np.where(seasonal["from_day"] > day, 9.0, seasonal["net"]))
    one, two = forecast(seasonal, day), forecast(other, day)
    for name in ("windows", "predictions", "scores"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(two, name))


def test_each_customer_has_a_range_round_the_probability(seasonal: pd.DataFrame):
    told = forecast(seasonal, START + 450).predictions
    assert (told["low"] < told["probability"]).all()
    assert (told["probability"] < told["high"]).all()
    assert not told["known"].any()


def test_a_small_shop_is_told_by_the_customer_base_model():
    states = shop(customers=220, days=400)
    found = forecast(states, START + 300)
    task = found.tasks.iloc[0]
    assert (task["status"], task["chosen"]) == ("done", "customer_base")
    assert "500 are asked for" in task["message"]
    (finding,) = found.findings
    assert "by the customer-base model alone" in finding.title
    assert (
        "must be reckoned with" in finding.explanation or "gives a range" in finding.explanation
    )
    left = came(states, START + 300, found)
    assert task["expected_low"] <= left.mean() <= task["expected_high"]
    assert json.loads(task["features"])


def test_a_young_shop_is_told_before_any_window_has_closed():
    states = shop(customers=2_000, days=400)
    found = forecast(states, START + 120)
    task = found.tasks.iloc[0]
    assert (task["status"], task["chosen"]) == ("done", "customer_base")
    assert found.scores.empty
    assert len(found.windows) == 1
    assert "No closed window could try that rule yet" in task["level_words"]


def test_other_outcomes_of_a_small_shop_are_refused():
    states = shop(customers=220, days=400)
    with learning():
        (refused,) = outcome_materials(
            known_by(states, START + 300), newest=START + 300, every_days=30,
            names=["high_value"], settings=SETTINGS, value=ValueSettings(), seed=0,
        )  # fmt: skip
    assert isinstance(refused, Refused)


def test_a_shop_without_a_rhythm_is_told_the_same_of_everyone():
    """Who orders again is drawn by lot: no ranking beats a constant, and that serves."""
    chance = np.random.default_rng(5)
    rows = [
        (f"c{customer}", START + day)
        for day in range(0, 700, 30)
        for customer in chance.choice(900, 450, replace=False)
    ]
    states = pd.DataFrame(rows, columns=["customer_id", "ordered_day"])
    states = states.assign(
        invoice=np.arange(len(states)).astype(str), from_day=states["ordered_day"],
        to_day=2_000_000, place=np.arange(len(states)), net=10.0, gross=10.0, items=1.0,
        country="France",
    )  # fmt: skip
    settings = SETTINGS.model_copy(update={"horizon_days": 30})
    found = forecast(states, START + 690, settings)
    task = found.tasks.iloc[0]
    assert task["chosen"] == "majority"
    assert "everyone is told the same" in task["reason"]
    assert np.ptp(found.predictions["probability"]) == 0
    chosen = found.scores[found.scores["chosen"]]
    assert chosen["baseline"].all()


def test_a_task_is_rolling_and_its_features_hold_the_customer_base_model(
    seasonal: pd.DataFrame,
):
    with learning():
        (rolling,) = outcome_materials(
            known_by(seasonal, START + 450), newest=START + 450, every_days=30,
            names=["churn"], settings=SETTINGS, value=ValueSettings(), seed=0,
        )  # fmt: skip
    assert isinstance(rolling, Rolling)
    assert "quiet_odds" in [each.name for each in rolling.features]
    assert rolling.timeline.knows_customers
    assert rolling.timeline.at(0, 0.5).rule == CLOSED


def test_a_window_that_nothing_could_forecast_is_not_tested():
    """Nobody had ordered twice on its day, and none had closed before: no model had a say."""
    chance = np.random.default_rng(2)
    first = [(f"c{customer:04d}", START + customer % 95) for customer in range(700)]
    again = [
        (f"c{customer:04d}", START + 96 + int(chance.integers(0, 95)))
        for customer in chance.choice(700, 420, replace=False)
    ]
    states = pd.DataFrame([*first, *again], columns=["customer_id", "ordered_day"])
    states = states.assign(
        invoice=np.arange(len(states)).astype(str), from_day=states["ordered_day"],
        to_day=2_000_000, place=np.arange(len(states)), net=10.0, gross=10.0, items=1.0,
        country="France",
    )  # fmt: skip
    found = forecast(states, START + 185)
    assert found.tasks.iloc[0]["status"] == "done"
    assert found.scores.empty
    assert pd.isna(found.tasks.iloc[0]["test_day"])
    assert len(found.predictions) == 700
