"""Exact Shapley values of trees, path-dependent: what is unknown follows the training rows.

The value of a coalition is what a tree says on average where the features outside it are left
to the shares in which training rows parted at each node (Lundberg and others 2020). A leaf then
pays

    value · Π over known features [does the row's value lead here?] · Π over others share,

so that the Shapley value of feature i is an integral over how much is known,

    value · (met_i − share_i) · ∫₀¹ Π over j ≠ i of ((1 − t) · share_j + t · met_j) dt,

a polynomial in t, exact by Gauss and Legendre's quadrature. As `met` is yes or no, a leaf with
d features on its way pays one of 2^d amounts to each: many rows look them up in a table, few
rows are computed one by one. Both give the same.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from pipeline.scoring.trees import AVERAGE, SOFTMAX, Trees

SECONDS_PER_PAYMENT, SECONDS_PER_LOOKUP, SECONDS_PER_FACTOR = 7e-9, 2.5e-9, 4e-9
"""What it costs to fill a cell of a table, to look one up, and to do without; measured."""
FEW = 16
"""Up to so many rows are always computed one by one."""
ROWS, WAYS = 8_192, 8_192
"""Rows and ways that are worked on at once: what a processor keeps at hand."""
CELLS = 4_000_000
"""Numbers held at once while tables are made."""


class Ways(NamedTuple):
    """The ways from the roots to all leaves, sorted by tree and number of features.

    Attributes
    ----------
    leaves, trees, lengths
        Node, tree and number of different features of each way.
    features
        Ways × most features: columns asked about, -1 beyond the way's length.
    lows, highs
        A row's value meets a feature where it is above `lows` and at most `highs`.
    shares
        Of the training rows at those questions, how many went this way; products.
    """

    leaves: np.ndarray
    trees: np.ndarray
    lengths: np.ndarray
    features: np.ndarray
    lows: np.ndarray
    highs: np.ndarray
    shares: np.ndarray

    def take(self, places: np.ndarray) -> "Ways":
        """Give some of the ways."""
        return Ways(*(part[places] for part in self))


def ways(trees: Trees) -> Ways:
    """Follow all trees down at once, level by level; questions about one feature are joined."""
    count = len(trees.roots)
    width = max(trees.depth, 1)
    at = Ways(
        leaves=trees.roots,
        trees=np.arange(count),
        lengths=np.zeros(count, dtype=np.int64),
        features=np.full((count, width), -1, dtype=np.int64),
        lows=np.full((count, width), -np.inf, dtype=np.float32),
        highs=np.full((count, width), np.inf, dtype=np.float32),
        shares=np.ones((count, width)),
    )
    ended = []
    while len(at.leaves):
        is_leaf = trees.children[at.leaves, 0] == at.leaves
        ended.append(at.take(np.flatnonzero(is_leaf)))
        at = _below(trees, at.take(np.flatnonzero(~is_leaf)))
    leaf_ways = Ways(*map(np.concatenate, zip(*ended, strict=True)))
    return leaf_ways.take(np.lexsort((leaf_ways.leaves, leaf_ways.lengths, leaf_ways.trees)))


def _below(trees: Trees, at: Ways) -> Ways:
    nodes, rows = at.leaves, np.arange(len(at.leaves))
    split_features = trees.features[nodes].astype(np.int64)
    before = at.features == split_features[:, None]
    is_known = before.any(axis=1)
    slot = np.where(is_known, before.argmax(axis=1), at.lengths)
    features = at.features.copy()
    features[rows, slot] = split_features
    sides = []
    for side in (0, 1):
        child = trees.children[nodes, side]
        lows, highs, shares = at.lows.copy(), at.highs.copy(), at.shares.copy()
        bounds, tighter = ((highs, np.minimum), (lows, np.maximum))[side]
        bounds[rows, slot] = tighter(bounds[rows, slot], trees.thresholds[nodes])
        shares[rows, slot] *= trees.covers[child] / trees.covers[nodes]
        sides.append(
            Ways(child, at.trees, at.lengths + ~is_known, features, lows, highs, shares)
        )
    return Ways(*map(np.concatenate, zip(*sides, strict=True)))


def expected(trees: Trees, ways: Ways) -> np.ndarray:
    """Give what the trees say where nothing is known, one entry per output."""
    weights = ways.shares.prod(axis=1)
    payments = weights[:, None] * _amounts(trees, ways)
    return payments.sum(axis=0) + trees.base


def shapley(
    trees: Trees, points: np.ndarray, weights: np.ndarray, owners: np.ndarray, ways: Ways
) -> np.ndarray:
    """Give the Shapley values of a weighted sum of outputs, for each row with its own weights.

    Parameters
    ----------
    points
        n × columns, after the first step of the pipeline.
    weights
        n × outputs: which output is asked for, or a mixture of them.
    owners
        The feature that each column belongs to; values of its columns are added.
    ways
        `ways(trees)`, once for any number of calls.

    Returns
    -------
    n × features; with `expected` they add up to the weighted outputs.
    """
    points = np.asarray(points, dtype=np.float32)
    contributions = np.zeros((len(points), int(owners.max()) + 1))
    kinds, which = np.unique(weights, axis=0, return_inverse=True)
    amounts = _amounts(trees, ways) @ kinds.T
    are_few = len(points) <= _break_even(ways)
    for kind in range(len(kinds)):
        rows = np.flatnonzero(which.reshape(-1) == kind)
        if are_few:
            contributions[rows] = _one_by_one(points[rows], amounts[:, kind], owners, ways)
            continue
        paying = np.flatnonzero((amounts[:, kind] != 0) & (ways.lengths > 0))
        paid, some = amounts[paying, kind], ways.take(paying)
        contributions[rows] = _from_tables(trees, points[rows], paid, owners, some)
    return contributions


def _amounts(trees: Trees, ways: Ways) -> np.ndarray:
    """Give what each way adds to each output, ways × outputs."""
    leaf_values = trees.values[ways.leaves]
    if trees.link == AVERAGE:
        return leaf_values / len(trees.roots)
    if trees.link == SOFTMAX:
        turns = np.eye(len(trees.base))[ways.trees % len(trees.base)]
        return leaf_values * turns
    return leaf_values


def _break_even(ways: Ways) -> float:
    """Give the number of rows from which tables cost less than the rows one by one."""
    lengths = ways.lengths.astype(float)
    tables = (2.0**lengths * lengths**2).sum()
    return float(tables / np.maximum((lengths**2).sum(), 1)) / 2 + FEW


def _quadrature(length: int) -> tuple[np.ndarray, np.ndarray]:
    """Give points and weights that integrate the polynomials of ways of this length exactly."""
    points, weights = np.polynomial.legendre.leggauss((length + 1) // 2)
    return (points + 1) / 2, weights / 2


def _one_by_one(
    points: np.ndarray, amounts: np.ndarray, owners: np.ndarray, ways: Ways
) -> np.ndarray:
    contributions = np.zeros((len(points), int(owners.max()) + 1))
    for length in np.unique(ways.lengths[amounts != 0]).tolist():
        places = np.flatnonzero((ways.lengths == length) & (amounts != 0))
        for start in range(0, len(places) if length else 0, WAYS):
            some = places[start : start + WAYS]
            features, lows, highs, shares = (
                np.ascontiguousarray(part[some, :length].T)
                for part in (ways.features, ways.lows, ways.highs, ways.shares)
            )
            whose, paid = owners[features].ravel(), amounts[some]
            for row, values in enumerate(points):
                feature_values = values[features]
                met = (feature_values > lows) & (feature_values <= highs)
                payments = _paid(shares, met, paid)
                contributions[row] += np.bincount(
                    whose, payments.ravel(), minlength=contributions.shape[1]
                )
    return contributions


def _paid(shares: np.ndarray, met: np.ndarray, amounts: np.ndarray) -> np.ndarray:
    """Give what ways of one length pay to each of their features, features × ways."""
    apart = met - shares
    payments = np.zeros(shares.shape)
    for t, weight in zip(*_quadrature(len(shares)), strict=True):
        factors = apart * t
        factors += shares
        whole = factors.prod(axis=0)
        whole *= weight
        payments += np.divide(whole, factors, out=factors)
    apart *= amounts
    payments *= apart
    return payments


def _from_tables(
    trees: Trees, points: np.ndarray, amounts: np.ndarray, owners: np.ndarray, ways: Ways
) -> np.ndarray:
    contributions = np.zeros((int(owners.max()) + 1, len(points)))
    columns = np.ascontiguousarray(points.T)
    bounds = np.searchsorted(ways.trees, np.arange(len(trees.roots) + 1))
    for tree, root in enumerate(trees.roots):
        places = np.arange(bounds[tree], bounds[tree + 1])
        mine = ways.take(places)
        paid = {
            int(leaf): (owners[features[:length]], table)
            for leaf, features, length, table in zip(
                mine.leaves, mine.features, mine.lengths,
                _tables(mine, amounts[places]), strict=True,
            )
        }  # fmt: skip
        for start in range(0, len(points) if paid else 0, ROWS):
            part = slice(start, start + ROWS)
            for leaf, answers in _answers(trees, int(root), columns[:, part]):
                whose, table = paid.get(leaf, _NOTHING)
                payments = table.take(answers, axis=1, mode="clip")
                for feature, payment in zip(whose, payments, strict=True):
                    contributions[feature, part] += payment
    return contributions.T


_NOTHING = (np.empty(0, dtype=np.int64), np.empty((0, 1)))


def _answers(trees: Trees, root: int, columns: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Give each leaf of a tree with every row's answers on the way; a set bit is a miss."""
    slots: dict[int, int] = {}
    start = np.zeros(columns.shape[1], dtype=np.uint16)
    below = [(root, slots, start)]
    while below:
        node, slots, answers = below.pop()
        left_child, right_child = trees.children[node].tolist()
        if left_child == node:
            yield node, answers
            continue
        feature = int(trees.features[node])
        slot = slots.get(feature, len(slots))
        after = slots | {feature: slot}
        goes_right = (columns[feature] > trees.thresholds[node]).astype(np.uint16) << slot
        below.append((left_child, after, answers | goes_right))
        below.append((right_child, after, answers | (goes_right ^ np.uint16(1 << slot))))


def _tables(ways: Ways, amounts: np.ndarray) -> Iterator[np.ndarray]:
    """Give what each way pays, its features × answers."""
    for length in np.unique(ways.lengths):
        places = np.flatnonzero(ways.lengths == length)
        at_once = max(1, CELLS // (int(length) * 2 ** int(length)))
        for start in range(0, len(places), at_once):
            some = places[start : start + at_once]
            yield from _payments(ways.shares[some, :length], amounts[some])


def _payments(shares: np.ndarray, amounts: np.ndarray) -> np.ndarray:
    """Give what m ways of one length pay, m × length × 2^length answers."""
    length = shares.shape[1]
    at, weights = _quadrature(length)
    missed = (1 - at) * shares[:, :, None]
    met = missed + at
    products = (weights * amounts[:, None])[:, :, None]
    for slot in range(length):
        products = np.concatenate(
            [products * factor[:, slot, :, None] for factor in (met, missed)], axis=2
        )
    worth = shares[:, :, None]
    of_met, of_missed = ((1 - worth) / met) @ products, (-worth / missed) @ products
    is_miss = (np.arange(2**length) >> np.arange(length)[:, None]) & 1
    return np.where(is_miss, of_missed, of_met)


UNLIMITED = 10**9
"""Rows of a model whose trees ask nothing."""


def rows_within(ways: Ways, seconds: float) -> int:
    """Give about how many rows are computed in so many seconds of one processor."""
    lengths = ways.lengths.astype(float)
    tables = (2.0**lengths * lengths).sum() * SECONDS_PER_PAYMENT
    row = lengths.sum() * SECONDS_PER_LOOKUP
    if row == 0:
        return UNLIMITED
    alone = (lengths**2).sum() * SECONDS_PER_FACTOR
    return int(max((seconds - tables) / row, seconds / alone))
