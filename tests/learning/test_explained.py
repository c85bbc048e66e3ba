"""The evidence of why: importances on the test, packed answers, reasons for the riskiest."""

import json

import numpy as np
import pandas as pd
import pytest

from pipeline.learning.done import FRAMES, Evaluated, Predicted
from pipeline.learning.examples import Examples
from pipeline.learning.explained import Explained, explained
from pipeline.scoring.explanation import explainer
from pipeline.scoring.inputs import prepared
from pipeline.scoring.served import Served
from pipeline.settings import ModelSettings
from tests.scoring.fitted import FEATURES, THREE, TWO, customers, labels, served

NEWEST = customers(200, seed=21).assign(customer_id=[f"c{each:03}" for each in range(200)])


def evaluated(model: Served) -> Evaluated:
    frame = customers(300, seed=20)
    test = Examples(
        prepared(frame, FEATURES),
        labels(frame, len(model.classes), seed=22),
        np.arange(300),
        np.zeros(300, dtype=np.int64),
    )
    return Evaluated(model, test, NEWEST)


def predicted(*models: Served) -> Predicted:
    """Give what the stage gives, as far as explaining looks at it."""
    told = [
        pd.DataFrame(
            {
                "task": model.task,
                "customer_id": NEWEST["customer_id"],
                "probability": model.probabilities(NEWEST)[:, 1],
            }
        )
        for model in models
    ]
    frames = dict.fromkeys(FRAMES, pd.DataFrame())
    frames["predictions"] = pd.concat(told) if told else pd.DataFrame(columns=["task"])
    return Predicted(
        **frames,
        served=models,
        evaluated=tuple(map(evaluated, models)),
        tested=(),
        findings=(),
    )


def told(*models: Served, **settings: int) -> Explained:
    return explained(predicted(*models), ModelSettings(**settings), currency="GBP", seed=0)


def test_importances_are_falls_of_roc_auc():
    found = told(served("random_forest")).drivers
    assert list(found["feature"]) == [each.name for each in FEATURES]
    assert set(found["task"]) == {"churn"}
    assert set(found["model"]) == {"random_forest"}
    by_name = found.set_index("feature")["importance"]
    assert by_name.idxmax() == "recency_days"
    assert 0.05 < by_name["recency_days"] < 0.5
    assert (found["low"] <= found["importance"]).all()
    assert (found["importance"] <= found["high"]).all()
    assert list(found["together"]) == list(found["feature"])  # none tells what another does


@pytest.mark.parametrize("classes", [TWO, THREE])
def test_a_sample_of_answers_is_packed(classes):
    model = served("xgboost", classes)
    found = told(model, shap_sample=50).shap
    assert list(found["position"]) == list(range(len(FEATURES)))
    assert found["importance"].is_monotonic_decreasing
    assert set(found["unit"]) == {"log odds"}
    assert found["is_exact"].all()
    assert set(found["customers"]) == {50}
    by_name = found.set_index("feature")
    values = {
        name: np.frombuffer(row["feature_values"], "<f4") for name, row in by_name.iterrows()
    }
    words = json.loads(by_name.loc["country", "words"])
    some = pd.DataFrame(values).assign(
        country=[words[int(place)] for place in values["country"]]
    )
    again = explainer(model).contributions(some)
    for place, feature in enumerate(FEATURES):
        packed = np.frombuffer(by_name.loc[feature.name, "contributions"], "<f4")
        np.testing.assert_allclose(packed, again.values[:, place], atol=1e-5)
        assert by_name.loc[feature.name, "importance"] == pytest.approx(
            np.abs(packed).mean(), abs=1e-5
        )
        assert feature.name == "country" or by_name.loc[feature.name, "words"] == "[]"


def test_the_riskiest_have_reasons():
    model = served("decision_tree")
    found = told(model, explained=40)
    probability = pd.Series(model.probabilities(NEWEST)[:, 1], NEWEST["customer_id"])
    named = set(found.reasons["customer_id"])
    assert len(named) == 40
    assert probability[list(named)].min() >= probability.drop(list(named)).max()


def test_segments_have_no_reasons_and_estimates_are_called_so():
    segment = served("logistic_regression", THREE)._replace(task="segment")
    found = told(segment, served("support_vector_machine"))
    assert set(found.reasons["task"]) == {"churn"}
    assert len(found.drivers) == 2 * len(FEATURES)
    by_task = found.shap.groupby("is_exact").size()
    assert by_task.to_dict() == {True: len(FEATURES), False: len(FEATURES)}


def test_nothing_predicted_is_nothing_explained():
    found = told()
    assert all(frame.empty for frame in (found.drivers, found.shap, found.reasons))


def test_the_same_seed_gives_the_same_rows():
    model = served("k_nearest_neighbours")
    for one, other in zip(told(model), told(model), strict=True):
        pd.testing.assert_frame_equal(one, other)
