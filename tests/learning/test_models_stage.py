"""Models learn what is there to learn and nothing that is not."""

import numpy as np
import pandas as pd
import pytest

from pipeline.features.orders import order_states
from pipeline.learning.folds import inner_folds
from pipeline.learning.origins import FEATURES, calendar, outcome_materials
from pipeline.learning.single import segment_materials
from pipeline.learning.stage import Predicted, predicted
from pipeline.learning.tasks import Material, Refused
from pipeline.quality.cleaning import clean
from pipeline.run.progress import Silent
from pipeline.run.threads import learning
from pipeline.settings import CleaningSettings, ModelSettings
from tests.features.made_up_lines import made_up

SETTINGS = ModelSettings(
    families=("logistic_regression", "xgboost"), trials=2, bootstraps=200, folds=2,
    nested_repeats=0, least_customers=40, least_days=100, least_in_class=5, horizon_days=30,
)  # fmt: skip


def run(materials: list, settings: ModelSettings = SETTINGS) -> Predicted:
    with learning():
        return predicted(materials, settings, seed=0, progress=Silent())


@pytest.fixture(scope="module")
def states() -> pd.DataFrame:
    return order_states(clean(made_up(), CleaningSettings()))


def prepared(states: pd.DataFrame, settings: ModelSettings = SETTINGS) -> list:
    first, newest = int(states["ordered_day"].min()), int(states["ordered_day"].max())
    days = sorted(range(newest, first - 1, -30))
    return outcome_materials(
        states, days, newest=newest, names=["churn"], settings=settings, seed=0
    )


@pytest.fixture(scope="module")
def churn(states: pd.DataFrame) -> Material:
    (material,) = prepared(states)
    assert isinstance(material, Material)
    return material


def test_days_to_learn_from_are_closed_before_the_test():
    plan = calendar(range(0, 391, 30), 0, 390, 90)
    assert plan == ((90, 120, 150, 180, 210), 300, (90, 120, 150, 180, 210, 240, 270, 300))
    assert all(day + 90 <= plan.test for day in plan.train)
    assert plan.test + 90 <= 390
    assert calendar(range(0, 200, 30), 0, 180, 90) is None


def test_no_customer_is_on_both_sides_of_a_fold(churn: Material):
    for inside, outside in inner_folds(churn.groups, churn.train.labels, 3, seed=0):
        assert not set(churn.groups[inside]) & set(churn.groups[outside])
        assert len(inside) + len(outside) == len(churn.groups)


def test_training_rows_are_older_than_the_test(churn: Material):
    assert churn.test_day is not None
    assert churn.train.days.max() + SETTINGS.horizon_days <= churn.test_day
    assert set(churn.test.days) == {churn.test_day}


def test_no_identifier_is_a_feature(churn: Material):
    names = [each.name for each in churn.features]
    assert "customer_id" not in names
    assert list(churn.train.features) == names
    assert "tenure_days" not in names
    assert len(FEATURES) > 20


def test_names_of_customers_and_order_of_rows_change_nothing(states: pd.DataFrame):
    """Identifiers are given to other customers backwards, and rows shuffled."""
    names = sorted(states["customer_id"].unique())
    backwards = dict(zip(names, reversed([f"Z{n}" for n in names]), strict=True))
    other = states.assign(customer_id=states["customer_id"].map(backwards))
    other = other.sample(frac=1, random_state=1).reset_index(drop=True)
    one, two = prepared(states)[0], prepared(other)[0]

    def by_content(material: Material) -> pd.DataFrame:
        rows = material.train.features.assign(label=material.train.labels)
        return rows.sort_values(list(rows), ignore_index=True)

    pd.testing.assert_frame_equal(by_content(one), by_content(two))


def test_everything_is_there_and_repeats(churn: Material):
    first, second = run([churn]), run([churn])
    task = first.tasks.iloc[0]
    assert task["status"] == "done"
    assert task["chosen"] in SETTINGS.families
    scores = first.scores
    assert set(scores["model"]) >= {
        *SETTINGS.families, "majority", "recency_alone", "frequency_alone", "silence_rule",
    }  # fmt: skip
    assert scores.loc[scores["model"] == "majority", "baseline"].all()
    assert scores.loc[scores["chosen"], "model"].unique().tolist() == [task["chosen"]]
    assert set(first.paired["role"]) == {"second", "naive"}
    assert len(first.predictions) == task["rows_scored"]
    for name in ("scores", "curves", "confusions", "predictions", "paired"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(second, name))
    said = first.trials["params"].groupby(first.trials["study"]).nunique()
    assert (said == SETTINGS.trials).all()


def separable(rows: int = 600, seed: int = 0, *, shuffled: bool = False) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    age = rng.normal(45, 12, rows).round()
    segment = np.where(age + rng.normal(0, 6, rows) > 45, "Older", "Younger")
    if shuffled:
        segment = rng.permutation(segment)
    return pd.DataFrame(
        {
            "customer_id": [f"{n:04d}" for n in range(rows)],
            "age": age,
            "city": rng.choice(["Rome", "Oslo"], rows),
            "income": rng.lognormal(10, 0.4, rows).round(),
            "spend_wines": rng.gamma(2, 50, rows),
            "segment": segment,
        }
    )


def test_a_segment_is_told_from_demography_where_it_can_be():
    materials = segment_materials(
        separable(), ["spend_wines"], names=["segment"], settings=SETTINGS, seed=0
    )
    found = run(materials)
    scores = found.scores.set_index(["model", "metric"])["value"]
    assert scores[found.tasks["chosen"].iloc[0], "accuracy"] > 0.75
    assert [each.name for each in materials[0].features] == ["age", "city", "income"]


def test_shuffled_labels_teach_nothing():
    """Of eight 95 % intervals two may miss one half by chance; their mean may not stray."""
    found = []
    for seed in range(4):
        shuffled = separable(2_000, seed, shuffled=True)
        materials = segment_materials(
            shuffled, ["spend_wines"], names=["segment"], settings=SETTINGS, seed=seed
        )
        scores = run(materials).scores
        found.append(scores[(scores["metric"] == "roc_auc") & ~scores["baseline"]])
    auc = pd.concat(found)
    assert ((auc["low"] <= 0.5) & (auc["high"] >= 0.5)).sum() >= 6
    assert auc["value"].mean() == pytest.approx(0.5, abs=0.03)


def test_twins_stay_together():
    customers = separable(300)
    twice = pd.concat([customers, customers.assign(customer_id="t" + customers["customer_id"])])
    (material,) = segment_materials(
        twice.reset_index(drop=True), ["spend_wines"], names=["segment"],
        settings=SETTINGS, seed=0,
    )  # fmt: skip
    bare = [{name[-4:] for name in rows.customers} for rows in (material.train, material.test)]
    assert not bare[0] & bare[1]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"least_customers": 500}, "customers with orders; 500 are asked for"),
        ({"least_days": 1_000}, "days; 1000 are asked for"),
        ({"least_in_class": 400}, "models.least_in_class"),
        ({"horizon_days": 140}, "a longer history"),
    ],
)
def test_thin_data_is_refused_in_a_sentence(states: pd.DataFrame, settings: dict, said: str):
    (refused,) = prepared(states, SETTINGS.model_copy(update=settings))
    assert isinstance(refused, Refused)
    assert said in refused.message
    found = run([refused])
    assert found.tasks["status"].tolist() == ["refused"]
    assert found.scores.empty
    assert len(found.findings) == 1
