"""Models as plain numbers answer as the fitted pipelines do."""

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.pipeline import Pipeline

from pipeline.learning.candidates import FAMILIES
from pipeline.scoring.inputs import prepared
from pipeline.scoring.plain import NotPlain, plain
from pipeline.scoring.trees import Trees
from tests.scoring.fitted import FEATURES, THREE, TWO, customers, served

NEW = customers(300, seed=5)
NEW.loc[:3, "country"] = ["Atlantis", "Mali", None, "France"]
FAMILY = pytest.mark.parametrize("family", FAMILIES)


@pytest.mark.parametrize("classes", [TWO, THREE])
@FAMILY
def test_a_plain_model_gives_the_probabilities_of_its_pipeline(family: str, classes):
    pipeline = served(family, classes).pipeline
    rows = prepared(NEW, FEATURES)
    tolerance = 1e-6 if family == "xgboost" else 1e-10
    np.testing.assert_allclose(
        plain(pipeline).predict_proba(rows), pipeline.predict_proba(rows), atol=tolerance
    )


@pytest.mark.parametrize("family", ["k_nearest_neighbours", "support_vector_machine"])
def test_other_kernels_and_weights_are_taken_over(family: str):
    other = {
        "k_nearest_neighbours": {"weights": "uniform", "p": 2},
        "support_vector_machine": {"kernel": "linear"},
    }
    for classes in (TWO, THREE):
        pipeline = served(family, classes, **other[family]).pipeline
        rows = prepared(NEW, FEATURES)
        told = plain(pipeline).predict_proba(rows)
        np.testing.assert_allclose(told, pipeline.predict_proba(rows), atol=1e-10)


def test_the_first_step_makes_the_same_columns():
    pipeline = served("logistic_regression").pipeline
    model = plain(pipeline)
    rows = prepared(NEW, FEATURES)
    expected = pipeline["prepare"].transform(rows)
    np.testing.assert_allclose(model.prepare.transform(rows), expected, atol=1e-12)
    assert model.prepare.width == expected.shape[1]
    names = [each.name for each in FEATURES]
    said = pipeline["prepare"].get_feature_names_out()
    for place, column in zip(model.prepare.owners(names), said, strict=True):
        assert names[place] in column


def test_a_feature_that_nobody_has_is_filled_alike():
    rows = prepared(customers(60).assign(gap_days=np.nan), FEATURES)
    pipeline = FAMILIES["logistic_regression"]
    from pipeline.learning.candidates import build

    fitted = build(pipeline, pipeline.defaults, FEATURES, seed=0)
    fitted.fit(rows, np.arange(60) % 2)
    np.testing.assert_allclose(
        plain(fitted).prepare.transform(rows), fitted["prepare"].transform(rows), atol=1e-12
    )


def test_plain_models_stay_as_they_are():
    model = plain(served("decision_tree").pipeline)
    assert plain(model) is model


def test_values_on_a_threshold_go_the_same_way():
    """Thresholds are float64 in scikit-learn and excluded in XGBoost: both are exact here."""
    for family in ("decision_tree", "random_forest", "xgboost"):
        pipeline = served(family).pipeline
        trees = plain(pipeline).model
        assert isinstance(trees, Trees)
        points = plain(pipeline).prepare.transform(prepared(NEW, FEATURES))
        asked = np.flatnonzero(np.isfinite(trees.thresholds))
        on = np.repeat(points[:1], 3 * len(asked), axis=0).astype(np.float32)
        edges = np.array([-np.inf, 0, np.inf], dtype=np.float32)
        for place, node in enumerate(asked):
            at = trees.thresholds[node]
            near = [np.nextafter(at, edges[0]), at, np.nextafter(at, edges[2])]
            on[3 * place : 3 * place + 3, trees.features[node]] = near
        np.testing.assert_allclose(
            trees.probabilities(on), pipeline["model"].predict_proba(on), atol=1e-6
        )


def test_other_models_are_refused():
    pipeline = served("decision_tree").pipeline
    rows = pipeline["prepare"].transform(prepared(NEW, FEATURES))
    other = ExtraTreesClassifier(2).fit(rows, np.arange(len(rows)) % 2)
    with pytest.raises(NotPlain, match="ExtraTreesClassifier can't be stored"):
        plain(Pipeline([("prepare", pipeline["prepare"]), ("model", other)]))


def test_many_rows_are_answered_like_few():
    model = plain(served("random_forest").pipeline)
    rows = pd.concat([prepared(NEW, FEATURES)] * 30, ignore_index=True)
    told = model.predict_proba(rows)
    np.testing.assert_array_equal(told[:300], told[-300:])
