"""Metrics agree with scikit-learn, intervals hold, curves end where they must."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from pipeline.learning import evaluation
from pipeline.learning.evaluation import compared, curves, interval, measured, resamples


def drawn(classes: int, rows: int = 400, seed: int = 0, *, ties: bool = False):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, classes, rows)
    raw = rng.gamma(1.0, size=(rows, classes)) + np.eye(classes)[labels] * 0.6
    if ties:
        raw = raw.round() + 0.5
    return raw / raw.sum(axis=1, keepdims=True), labels


def once(rows: int) -> np.ndarray:
    return np.ones((1, rows), dtype=np.float32)


@pytest.mark.parametrize("ties", [False, True])
def test_two_classes_as_in_scikit_learn(ties: bool):
    told, labels = drawn(2, ties=ties)
    found = {name: values[0] for name, values in measured(told, labels, once(400)).items()}
    score = told[:, 1]
    said = score >= 0.5
    assert found["roc_auc"] == pytest.approx(metrics.roc_auc_score(labels, score))
    assert found["average_precision"] == pytest.approx(
        metrics.average_precision_score(labels, score)
    )
    assert found["brier"] == pytest.approx(metrics.brier_score_loss(labels, score), abs=1e-6)
    assert found["log_loss"] == pytest.approx(metrics.log_loss(labels, told), abs=1e-5)
    assert found["accuracy"] == pytest.approx(metrics.accuracy_score(labels, said))
    assert found["f1"] == pytest.approx(metrics.f1_score(labels, said), abs=1e-6)
    assert found["f1_macro"] == pytest.approx(
        metrics.f1_score(labels, said, average="macro"), abs=1e-6
    )
    assert found["balanced_accuracy"] == pytest.approx(
        metrics.balanced_accuracy_score(labels, said), abs=1e-6
    )


def test_many_classes_as_in_scikit_learn():
    told, labels = drawn(4)
    found = {name: values[0] for name, values in measured(told, labels, once(400)).items()}
    said = told.argmax(axis=1)
    assert found["roc_auc"] == pytest.approx(
        metrics.roc_auc_score(labels, told, multi_class="ovr")
    )
    assert found["log_loss"] == pytest.approx(metrics.log_loss(labels, told), abs=1e-5)
    assert found["f1"] == pytest.approx(
        metrics.f1_score(labels, said, average="weighted"), abs=1e-6
    )
    assert "lift_at_10" not in found


def test_a_weight_is_as_good_as_a_repeated_row():
    told, labels = drawn(2, 100, ties=True)
    rng = np.random.default_rng(1)
    places = rng.integers(0, 100, 100)
    weights = np.bincount(places, minlength=100).astype(np.float32)[None]
    repeated = measured(told[places], labels[places], once(100))
    for name, values in measured(told, labels, weights).items():
        assert values[0] == pytest.approx(repeated[name][0], abs=1e-5), name


def test_lift_of_a_perfect_and_of_no_ranking():
    labels = np.array([1] * 10 + [0] * 90)
    perfect = np.column_stack([1.0 - labels, labels]).astype(float)
    assert measured(perfect, labels, once(100))["lift_at_10"][0] == pytest.approx(10)
    nothing = np.full((100, 2), 0.5)
    assert measured(nothing, labels, once(100))["lift_at_10"][0] == pytest.approx(1)
    assert evaluation.lift_words(10, 0.1) == "excellent"
    assert evaluation.lift_words(1, 0.1) == "poor"


def test_calibration_error_by_hand():
    score = np.array([0.15, 0.15, 0.95, 0.95])
    true = np.array([0, 1, 1, 1])
    assert evaluation.calibration_error(score, true, once(4))[0] == pytest.approx(0.2)


@settings(max_examples=15)
@given(st.integers(0, 10_000))
def test_intervals_hold_the_value(seed: int):
    told, labels = drawn(2, 120, seed)
    weights = resamples(120, 100, seed=seed)
    for values in measured(told, labels, weights).values():
        value, low, high = interval(values)
        assert low <= value <= high


def test_the_same_model_does_not_lead_itself():
    told, labels = drawn(2)
    found = measured(told, labels, resamples(400, 200, seed=0))["roc_auc"]
    assert compared(found, found) == (0.0, 0.0, 0.0, 1.0)


def test_curves_run_from_corner_to_corner():
    told, labels = drawn(2)
    table = curves(told, labels)
    for name in ("roc", "gain"):
        one = table[table["curve"] == name]
        assert (one["x"].iloc[0], one["x"].iloc[-1]) == (0, 1)
        assert one["y"].iloc[-1] == 1
        assert one["y"].is_monotonic_increasing
    area = np.trapezoid(*table[table["curve"] == "roc"][["y", "x"]].to_numpy().T)
    assert area == pytest.approx(metrics.roc_auc_score(labels, told[:, 1]), abs=0.01)
