"""Contributions add up to answers and are Shapley values; importances find what matters."""

from itertools import permutations

import numpy as np
import pytest
from scipy.special import logit

from pipeline.learning.candidates import FAMILIES, build
from pipeline.learning.evaluation import measured
from pipeline.learning.examples import Examples
from pipeline.learning.importances import RESAMPLES, groups_of_alike, permutation_importances
from pipeline.scoring.explanation import LOG_ODDS, PROBABILITY, explainer
from pipeline.scoring.inputs import Feature, prepared
from pipeline.scoring.plain import plain
from pipeline.scoring.served import Served
from tests.scoring.fitted import FEATURES, THREE, TWO, customers, labels, served

NEW = customers(40, seed=9)
UNITS = {
    "logistic_regression": LOG_ODDS, "support_vector_machine": LOG_ODDS, "xgboost": LOG_ODDS,
    "decision_tree": PROBABILITY, "random_forest": PROBABILITY,
    "k_nearest_neighbours": PROBABILITY,
}  # fmt: skip


def output(model: Served, unit: str) -> np.ndarray:
    """Give what contributions must add up to."""
    if unit == PROBABILITY:
        raw = model.pipeline.predict_proba(prepared(NEW, model.features))
        return raw[:, 1] if len(model.classes) == 2 else raw.max(axis=1)
    told = model.probabilities(NEW)
    if len(model.classes) == 2:
        return logit(told[:, 1])
    logs = np.log(told)
    return logs.max(axis=1) - logs.mean(axis=1)


@pytest.mark.parametrize("classes", [TWO, THREE])
@pytest.mark.parametrize("family", FAMILIES)
def test_contributions_add_up_to_the_answer(family: str, classes):
    model = served(family, classes)
    found = explainer(model).contributions(NEW)
    assert found.unit == UNITS[family]
    assert found.values.shape == (40, len(FEATURES))
    whole = found.base + found.values.sum(axis=1)
    np.testing.assert_allclose(whole, output(model, found.unit), atol=2e-6)
    told = model.probabilities(NEW)
    expected = np.ones(40) if len(classes) == 2 else told.argmax(axis=1)
    np.testing.assert_array_equal(found.towards, expected)
    exact = {"k_nearest_neighbours", "support_vector_machine"}
    assert found.is_exact == (family not in exact)


@pytest.mark.parametrize("classes", [TWO, THREE])
def test_linear_contributions_are_distances_from_the_mean(classes):
    """Of independent features: the answer with a feature less that with its mean instead."""
    model = served("logistic_regression", classes)
    rows = prepared(customers(), FEATURES)
    points = model.pipeline["prepare"].transform(rows)
    names = [each.name for each in FEATURES]
    owners = plain(model.pipeline).prepare.owners(names)
    asked = model.pipeline["prepare"].transform(prepared(NEW, FEATURES))
    found = explainer(model).contributions(NEW)
    for place in range(len(FEATURES)):
        without = np.where(owners == place, points.mean(axis=0), asked)
        told = model.pipeline["model"].predict_log_proba(asked)
        other = model.pipeline["model"].predict_log_proba(without)
        if len(classes) == 2:
            gain = (told[:, 1] - told[:, 0]) - (other[:, 1] - other[:, 0])
        else:
            one, two = (each - each.mean(axis=1, keepdims=True) for each in (told, other))
            gain = (one - two)[np.arange(40), found.towards]
        np.testing.assert_allclose(
            found.values[:, place], model.calibration.slope * gain, atol=1e-9
        )


def test_a_linear_vector_machine_is_explained_exactly():
    model = served("support_vector_machine", kernel="linear")
    found = explainer(model).contributions(NEW)
    assert found.is_exact
    whole = found.base + found.values.sum(axis=1)
    np.testing.assert_allclose(whole, output(model, LOG_ODDS), atol=1e-8)


@pytest.mark.parametrize("family", ["k_nearest_neighbours", "support_vector_machine"])
def test_estimates_are_near_the_sum_over_all_orders(family: str):
    model = served(family)
    machine = plain(model.pipeline)
    owners = machine.prepare.owners([each.name for each in FEATURES])
    points = machine.prepare.transform(prepared(NEW, FEATURES))[:6]
    background = model.reference.background
    values = np.zeros((6, len(FEATURES)))
    orders = list(permutations(range(len(FEATURES))))
    for order in orders:
        now = np.repeat(background[None], 6, axis=0)
        said = machine.model.outputs(now.reshape(-1, now.shape[2])).reshape(6, -1).mean(1)
        for feature in order:
            now = np.where(owners == feature, points[:, None, :], now)
            after = machine.model.outputs(now.reshape(-1, now.shape[2])).reshape(6, -1).mean(1)
            values[:, feature] += (after - said) / len(orders)
            said = after
    slope = model.calibration.slope if UNITS[family] == LOG_ODDS else 1
    found = explainer(model).contributions(NEW).values[:6]
    spread = np.abs(values * slope).max()
    np.testing.assert_allclose(found, values * slope, atol=0.15 * spread)
    again = explainer(model).contributions(NEW).values[:6]
    np.testing.assert_array_equal(found, again)


def test_the_background_answers_as_the_customers_do_on_average():
    for family in ("k_nearest_neighbours", "support_vector_machine"):
        model = served(family)
        machine = plain(model.pipeline).model
        rows = model.pipeline["prepare"].transform(prepared(customers(), FEATURES))
        some = machine.probabilities(model.reference.background)[:, 1].mean()
        assert some == pytest.approx(machine.probabilities(rows)[:, 1].mean(), abs=0.03)


@pytest.mark.parametrize("family", ["logistic_regression", "support_vector_machine"])
def test_models_without_a_reference_say_what_is_missing(family: str):
    with pytest.raises(ValueError, match="reference"):
        explainer(served(family)._replace(reference=None)).contributions(NEW)


@pytest.mark.parametrize("family", FAMILIES)
def test_rows_within_a_time_grow_with_it(family: str):
    ready = explainer(served(family))
    assert 0 < ready.rows_within(1) < ready.rows_within(20)


def weighted(probabilities: np.ndarray, truth: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Give ROC-AUC for each row of weights."""
    return measured(probabilities, truth, weights)["roc_auc"]


def ranked(probabilities: np.ndarray, truth: np.ndarray) -> float:
    """Give ROC-AUC."""
    positive, negative = (probabilities[truth == each, 1] for each in (1, 0))
    ahead = positive[:, None] - negative
    return float((ahead > 0).mean() + (ahead == 0).mean() / 2)


@pytest.mark.parametrize("family", FAMILIES)
def test_importances_find_what_the_label_follows(family: str):
    frame = customers(600, seed=4)
    truth = labels(frame, 2, seed=6)
    rows = Examples(
        prepared(frame, FEATURES), truth, np.arange(600), np.zeros(600, dtype=np.int64)
    )
    found = permutation_importances(served(family), rows, metric=weighted, repeats=3, seed=0)
    assert list(found) == [each.name for each in FEATURES]
    assert max(found, key=lambda name: found[name].value) == "recency_days"
    assert found["recency_days"].low > 0.05
    assert found["gap_days"].low < 0.01
    assert abs(found["gap_days"].value) < 0.03


def test_importances_are_those_of_columns_shuffled_before_the_first_step():
    frame = customers(300, seed=4)
    truth = labels(frame, 2, seed=6)
    rows = prepared(frame, FEATURES)
    examples = Examples(rows, truth, np.arange(300), np.zeros(300, dtype=np.int64))
    model = served("random_forest")
    found = permutation_importances(model, examples, metric=weighted, repeats=1, seed=3)
    chance = np.random.default_rng(3)
    for _ in range(RESAMPLES):
        chance.integers(0, 300, 300)
    order = chance.permutation(300)
    whole = ranked(model.probabilities(rows), truth)
    for name, fall in found.items():
        moved = rows.assign(**{name: rows[name].to_numpy()[order]})
        assert fall.value == pytest.approx(whole - ranked(model.probabilities(moved), truth))


def test_features_that_tell_the_same_change_hands_together():
    frame = customers(600, seed=4)
    truth = labels(frame, 2, seed=6)
    twin = Feature("silence", "Silence", "days", is_skewed=True)
    doubled = frame.assign(silence=frame["recency_days"] * 2 + 1)
    features = (*FEATURES, twin)
    rows = prepared(doubled, features)
    assert groups_of_alike(rows, features) == [[0, 4], [1], [2], [3]]
    chosen = FAMILIES["random_forest"]
    pipeline = build(chosen, chosen.defaults, features, seed=0).fit(rows, truth)
    model = Served("churn", "random_forest", TWO, features, pipeline)
    examples = Examples(rows, truth, np.arange(600), np.zeros(600, dtype=np.int64))
    found = permutation_importances(model, examples, metric=weighted, repeats=3, seed=0)
    assert found["silence"] == found["recency_days"]
    assert found["silence"].together == "recency_days"
    assert found["silence"].low > 0.05
