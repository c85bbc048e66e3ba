"""Decision trees, alone or many, as plain arrays: to predict with, to store and to explain.

One form holds a decision tree, a random forest and boosted trees. A row goes to the left child
where its value, as float32, is at most the threshold; that is what scikit-learn and XGBoost do.
"""

import json
from typing import Any, NamedTuple

import numpy as np
from scipy.special import expit, softmax

AVERAGE, LOGISTIC, SOFTMAX = "average", "logistic", "softmax"
CELLS = 200_000
"""Rows times trees that are followed at once: what a processor keeps at hand."""


class Trees(NamedTuple):
    """Trees below each other, each node with a larger number than its parent.

    Attributes
    ----------
    roots
        The first node of each tree.
    children
        Nodes × 2, left and right; a leaf is its own child.
    features
        Column that a node asks about; 0 in a leaf.
    thresholds
        float32; infinite in a leaf.
    covers
        How many training rows came through, or their weight.
    values
        Nodes × what a leaf says; 0 but in leaves.
    base
        What is added to the outputs, one entry each.
    link
        What makes probabilities of trees: `average` of what they say (of two classes of the
        second alone), `logistic` of their sum, `softmax` of the sums of those that take turns
        for one class after the other.
    depth
        Steps from a root to the farthest leaf.
    """

    roots: np.ndarray
    children: np.ndarray
    features: np.ndarray
    thresholds: np.ndarray
    covers: np.ndarray
    values: np.ndarray
    base: np.ndarray
    link: str
    depth: int

    def outputs(self, points: np.ndarray) -> np.ndarray:
        """Give n × outputs: probabilities where trees are averaged, else log odds."""
        turns = len(self.base) if self.link == SOFTMAX else 1
        outputs = np.empty((len(points), len(self.base)))
        rows = max(1, CELLS // len(self.roots))
        for start in range(0, len(points), rows):
            leaf_values = self.values[self.leaves(points[start : start + rows])]
            by_turn = leaf_values.reshape(len(leaf_values), -1, turns * leaf_values.shape[2])
            outputs[start : start + rows] = by_turn.sum(axis=1)
        if self.link == AVERAGE:
            outputs /= len(self.roots)
        return outputs + self.base

    def leaves(self, points: np.ndarray) -> np.ndarray:
        """Give the leaf of each row in each tree, n × trees."""
        points = np.ascontiguousarray(points, dtype=np.float32)
        flat, starts = points.ravel(), np.arange(len(points)) * points.shape[1]
        features, children = self.features.astype(np.intp), self.children.astype(np.intp)
        at = np.repeat(self.roots.astype(np.intp)[:, None], len(points), axis=1)
        for _ in range(self.depth):
            positions = features.take(at)
            positions += starts
            goes_right = flat.take(positions) > self.thresholds.take(at)
            at *= 2
            at += goes_right
            at = children.take(at)
        return at.T

    def probabilities(self, points: np.ndarray) -> np.ndarray:
        """Give n × k probabilities of rows that went through the first step."""
        outputs = self.outputs(points)
        if self.link == SOFTMAX:
            return softmax(outputs, axis=1)
        if outputs.shape[1] > 1:
            return outputs
        positive = expit(outputs) if self.link == LOGISTIC else outputs
        return np.column_stack([1 - positive, positive])


def averaged(models: list[Any]) -> Trees:
    """Take over fitted scikit-learn trees whose probabilities are averaged."""
    trees = [model.tree_ for model in models]
    roots = np.concatenate([[0], np.cumsum([tree.node_count for tree in trees])[:-1]])
    shares = [_shares(tree.value[:, 0, :]) for tree in trees]
    left_children, right_children = (
        np.concatenate([children[side] + root for children, root in zip(
            [(tree.children_left, tree.children_right) for tree in trees], roots, strict=True
        )])
        for side in (0, 1)
    )  # fmt: skip
    is_leaf = np.concatenate([tree.children_left < 0 for tree in trees])
    return _trees(
        roots=roots,
        children=np.column_stack([left_children, right_children]),
        is_leaf=is_leaf,
        features=np.concatenate([tree.feature for tree in trees]),
        thresholds=_at_most(np.concatenate([tree.threshold for tree in trees])),
        covers=np.concatenate([tree.weighted_n_node_samples for tree in trees]),
        values=np.concatenate(shares),
        base=np.zeros(shares[0].shape[1]),
        link=AVERAGE,
    )


def boosted(model: Any) -> Trees:
    """Take over a fitted XGBoost classifier."""
    booster = model.get_booster()
    learner = json.loads(booster.save_raw("json"))["learner"]
    grown = learner["gradient_booster"]["model"]
    outputs = max(1, int(learner["learner_model_param"]["num_class"]))
    trees = grown["trees"]
    sizes = [len(tree["left_children"]) for tree in trees]
    roots = np.concatenate([[0], np.cumsum(sizes)[:-1]])

    def joined(name: str, kind: Any) -> np.ndarray:
        return np.concatenate([np.asarray(tree[name], dtype=kind) for tree in trees])

    shift = np.repeat(roots, sizes)
    is_leaf = joined("left_children", np.int64) < 0
    splits = joined("split_conditions", np.float32)
    below = np.nextafter(splits, np.float32(-np.inf))
    boosted_trees = _trees(
        roots=roots,
        children=np.column_stack(
            [joined(f"{side}_children", np.int64) + shift for side in ("left", "right")]
        ),
        is_leaf=is_leaf,
        features=joined("split_indices", np.int64),
        thresholds=below,
        covers=joined("sum_hessian", np.float64),
        values=splits[:, None].astype(np.float64),
        base=np.zeros(outputs),
        link=SOFTMAX if outputs > 1 else LOGISTIC,
    )
    return boosted_trees._replace(base=_base(model, boosted_trees))


def _base(model: Any, trees: Trees) -> np.ndarray:
    """Give what XGBoost adds to its trees, told from its answer for one row."""
    row = np.zeros((1, model.n_features_in_), dtype=np.float32)
    margin = model.predict(row, output_margin=True)
    return np.asarray(margin, dtype=float).reshape(-1) - trees.outputs(row)[0]


def _trees(*, is_leaf: np.ndarray, **parts: Any) -> Trees:
    own = np.arange(len(is_leaf))
    children = np.where(is_leaf[:, None], own[:, None], parts["children"]).astype(np.int32)
    return Trees(
        roots=parts["roots"].astype(np.int32),
        children=children,
        features=np.where(is_leaf, 0, parts["features"]).astype(np.int16),
        thresholds=np.where(is_leaf, np.float32(np.inf), parts["thresholds"]),
        covers=parts["covers"].astype(np.float64),
        values=np.where(is_leaf[:, None], parts["values"], 0.0),
        base=parts["base"],
        link=parts["link"],
        depth=_depth(parts["roots"], children),
    )


def _depth(roots: np.ndarray, children: np.ndarray) -> int:
    at, steps = np.asarray(roots), 0
    while True:
        at = at[children[at, 0] != at]
        if not len(at):
            return steps
        at = children[at].ravel()
        steps += 1


def _shares(counts: np.ndarray) -> np.ndarray:
    """Give the share of each class; of two, of the second alone."""
    whole: np.ndarray = counts / counts.sum(axis=1, keepdims=True)
    return whole[:, 1:] if whole.shape[1] == 2 else whole


def _at_most(thresholds: np.ndarray) -> np.ndarray:
    """Give the largest float32 up to each threshold, so that float32 values split alike."""
    near = thresholds.astype(np.float32)
    return np.where(near > thresholds, np.nextafter(near, np.float32(-np.inf)), near)


def check(trees: Trees, *, columns: int) -> None:
    """Raise `ValueError` unless arrays are trees whose nodes lead down, to leaves alone."""
    nodes = len(trees.children)
    own = np.arange(nodes)[:, None]
    is_leaf = (trees.children == own).all(axis=1)
    is_sound = (
        trees.link in {AVERAGE, LOGISTIC, SOFTMAX}
        and trees.children.shape == (nodes, 2)
        and trees.values.ndim == 2
        and all(
            len(part) == nodes
            for part in (trees.features, trees.thresholds, trees.covers, trees.values)
        )
        and bool((is_leaf | (trees.children > own).all(axis=1)).all())
        and int(trees.children.max(initial=0)) < nodes
        and bool(((trees.roots >= 0) & (trees.roots < nodes)).all())
        and bool(((trees.features >= 0) & (trees.features < columns)).all())
        and trees.depth == _depth(trees.roots, trees.children)
    )
    if not is_sound:
        raise ValueError("its trees are no trees")
