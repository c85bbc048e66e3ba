"""Shapley values of trees against the sum over all coalitions, and against XGBoost's own."""

from itertools import combinations
from math import factorial

import numpy as np
import pytest
import xgboost

from pipeline.scoring import tree_shapley
from pipeline.scoring.inputs import prepared
from pipeline.scoring.plain import plain
from pipeline.scoring.tree_shapley import expected, shapley, ways
from pipeline.scoring.trees import AVERAGE, SOFTMAX, Trees
from tests.scoring.fitted import FEATURES, THREE, TWO, customers, served

NEW = customers(120, seed=8)


def fitted(family: str, classes=TWO, **params) -> tuple[Trees, np.ndarray]:
    model = plain(served(family, classes, **params).pipeline)
    assert isinstance(model.model, Trees)
    points = model.prepare.transform(prepared(NEW, FEATURES))
    return model.model, points.astype(np.float32)


def known_value(trees: Trees, row: np.ndarray, known: set[int]) -> np.ndarray:
    """Follow the row where a feature is known, else both ways in proportion to the covers."""

    def below(node: int) -> np.ndarray:
        left, right = trees.children[node]
        if left == node:
            return trees.values[node]
        feature = trees.features[node]
        if feature in known:
            return below(right if row[feature] > trees.thresholds[node] else left)
        shares = trees.covers[[left, right]] / trees.covers[node]
        return shares[0] * below(left) + shares[1] * below(right)

    said = np.array([below(root) for root in trees.roots])
    if trees.link == SOFTMAX:
        return said.reshape(-1, len(trees.base)).sum(axis=0) + trees.base
    return said.sum(axis=0) / (len(said) if trees.link == AVERAGE else 1) + trees.base


def by_definition(trees: Trees, row: np.ndarray) -> np.ndarray:
    """Sum over all coalitions of the features that the trees ask about; features × outputs."""
    players = sorted({int(f) for f in trees.features[np.isfinite(trees.thresholds)]})
    number = len(players)
    found = np.zeros((len(row), len(trees.base)))
    for player in players:
        others = [each for each in players if each != player]
        for size in range(number):
            weight = factorial(size) * factorial(number - size - 1) / factorial(number)
            for known in combinations(others, size):
                gain = known_value(trees, row, {*known, player})
                gain = gain - known_value(trees, row, set(known))
                found[player] += weight * gain
    return found


@pytest.mark.parametrize("classes", [TWO, THREE])
@pytest.mark.parametrize(
    ("family", "params"),
    [
        ("decision_tree", {}),
        ("random_forest", {"max_depth": 3}),
        ("xgboost", {"n_estimators": 4, "max_depth": 3}),
    ],
)
def test_values_are_those_of_the_definition(family: str, params, classes):
    trees, points = fitted(family, classes, **params)
    trees = small(trees, 6)
    own = np.arange(points.shape[1])
    outputs = len(trees.base)
    for output in range(outputs):
        weights = np.tile(np.eye(outputs)[output], (3, 1))
        found = shapley(trees, points[:3], weights, own, ways(trees))
        for row in range(3):
            expected_values = by_definition(trees, points[row])[:, output]
            np.testing.assert_allclose(found[row], expected_values, atol=1e-12)


def small(trees: Trees, number: int) -> Trees:
    """Keep the first trees."""
    if trees.link == AVERAGE and len(trees.roots) > number:
        return trees._replace(roots=trees.roots[:number])
    return trees


@pytest.mark.parametrize("classes", [TWO, THREE])
def test_values_are_those_that_xgboost_gives(classes):
    trees, points = fitted("xgboost", classes, n_estimators=60, max_depth=6)
    booster = served("xgboost", classes, n_estimators=60, max_depth=6).pipeline["model"]
    told = booster.get_booster().predict(xgboost.DMatrix(points), pred_contribs=True)
    told = told.reshape(len(points), len(trees.base), -1)
    own = np.arange(points.shape[1])
    for output in range(len(trees.base)):
        weights = np.tile(np.eye(len(trees.base))[output], (len(points), 1))
        found = shapley(trees, points, weights, own, ways(trees))
        np.testing.assert_allclose(found, told[:, output, :-1], atol=2e-5)
        base = expected(trees, ways(trees))[output]
        assert base == pytest.approx(told[0, output, -1], abs=1e-4)


@pytest.mark.parametrize("family", ["decision_tree", "random_forest", "xgboost"])
def test_tables_and_single_rows_agree(family: str, monkeypatch: pytest.MonkeyPatch):
    trees, points = fitted(family, THREE)
    weights = np.random.default_rng(0).choice([-0.5, 1.0], (len(points), 3))
    own, known = np.arange(points.shape[1]), ways(trees)
    monkeypatch.setattr(tree_shapley, "_break_even", lambda _: 0)
    monkeypatch.setattr(tree_shapley, "ROWS", 50)
    by_table = shapley(trees, points, weights, own, known)
    monkeypatch.setattr(tree_shapley, "_break_even", lambda _: 10**9)
    alone = shapley(trees, points, weights, own, known)
    np.testing.assert_allclose(by_table, alone, atol=1e-12)
    whole = by_table.sum(axis=1) + weights @ expected(trees, known)
    np.testing.assert_allclose(whole, (weights * trees.outputs(points)).sum(1), atol=1e-10)


def test_columns_of_a_feature_are_added():
    trees, points = fitted("random_forest")
    weights, known = np.ones((len(points), 1)), ways(trees)
    alone = shapley(trees, points, weights, np.arange(points.shape[1]), known)
    owners = np.arange(points.shape[1]) // 3
    together = shapley(trees, points, weights, owners, known)
    for owner in range(together.shape[1]):
        np.testing.assert_allclose(
            together[:, owner], alone[:, owners == owner].sum(axis=1), atol=1e-12
        )


def test_a_tree_of_one_leaf_says_nothing_of_features():
    trees, points = fitted("decision_tree", max_depth=1, min_samples_leaf=200)
    single = trees._replace(roots=trees.children[0, :1])
    assert (
        shapley(single, points, np.ones((120, 1)), np.zeros(9, int), ways(single)) == 0
    ).all()


def test_more_time_explains_more_rows():
    known = ways(fitted("random_forest")[0])
    few, many = (tree_shapley.rows_within(known, seconds) for seconds in (1, 10))
    assert 0 < few < many
