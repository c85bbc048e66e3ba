"""Naive rivals: what a model has to beat before it is worth its name."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import Pipeline
from sklearn.tree import DecisionTreeClassifier

from pipeline.learning.candidates import preparation
from pipeline.learning.examples import Examples, sample
from pipeline.scoring.inputs import Feature

Floats = NDArray[np.float64]
MAJORITY = "majority"
RECENCY, FREQUENCY, MONETARY = "recency_days", "frequency", "monetary"
FEW_ROWS = 5_000


class Rival(NamedTuple):
    """A naive rival's answers for the test: n × k probabilities."""

    name: str
    title: str
    meaning: str
    probabilities: np.ndarray


def majority(train: Examples, test: Examples, classes: int) -> Rival:
    """Answer everyone with the shares of the classes in training."""
    shares = np.bincount(train.labels, minlength=classes) / len(train.labels)
    return Rival(
        MAJORITY, "Majority class", "says of everyone what is most frequent",
        np.tile(shares, (len(test.labels), 1)),
    )  # fmt: skip


def alone(
    train: Examples, test: Examples, features: Sequence[Feature], classes: int
) -> list[Rival]:
    """Rank by recency, by frequency and by spend alone, each where the task has it."""
    words_by_name = {
        RECENCY: (
            "recency_alone",
            "Recency alone",
            "looks at the days since the last order only",
        ),
        FREQUENCY: ("frequency_alone", "Frequency alone", "looks at the number of orders only"),
        MONETARY: ("monetary_alone", "Spend alone", "looks at what was spent so far only"),
    }
    feature_by_name = {feature.name: feature for feature in features}
    return [
        Rival(*words_by_name[name], _one_column(train, test, feature_by_name[name], classes))
        for name in words_by_name
        if name in feature_by_name
    ]


def silence_rule(train: Examples, test: Examples) -> Rival | None:
    """Split customers by the number of silent days that tells the classes apart best."""
    if RECENCY not in train.features:
        return None
    silent = train.features[RECENCY].to_numpy(dtype=float)
    order = np.argsort(silent, kind="stable")
    days, yes = silent[order], train.labels[order] == 1
    caught = 1 - np.cumsum(yes) / max(yes.sum(), 1)
    spared = np.cumsum(~yes) / max((~yes).sum(), 1)
    ends = np.r_[np.diff(days) > 0, True]
    gain = np.where(ends, np.abs(caught + spared - 1), -1.0)
    limit = float(days[int(gain.argmax())])
    beyond = silent > limit
    shares = [_share(train.labels[~beyond]), _share(train.labels[beyond])]
    probability = np.where(
        test.features[RECENCY].to_numpy(dtype=float) > limit, shares[1], shares[0]
    )
    return Rival(
        "silence_rule", f"Silent for {limit:.0f} days",
        f"draws one line at {limit:.0f} days without an order, the best one in training",
        np.column_stack([1 - probability, probability]),
    )  # fmt: skip


def one_attribute(
    train: Examples, test: Examples, features: Sequence[Feature], classes: int, *, seed: int
) -> Rival:
    """Answer from the one attribute that does best inside training.

    Of a number by a small tree; of words by the shares of the classes among those with the same
    word, however many words there are: a small tree would see a few of them only.
    """
    few = train.take(sample(train.labels, FEW_ROWS, seed=seed))
    folds = StratifiedKFold(3, shuffle=True, random_state=seed)
    parts = [
        (few.take(inside), few.take(outside))
        for inside, outside in folds.split(few.labels, few.labels)
    ]
    scores = [
        np.mean([_accuracy(*part, feature, classes, seed) for part in parts])
        for feature in features
    ]
    best = features[int(np.argmax(scores))]
    return Rival(
        "one_attribute", f"{best.title} alone",
        f"looks at {best.title.lower()} only, the best single attribute in training",
        _by_attribute(train, test, best, classes, seed),
    )  # fmt: skip


def looked_up(
    words: pd.Series, labels: np.ndarray, test_words: pd.Series, classes: int
) -> Floats:
    """Answer words with the shares of the classes among those who had the same, n × k.

    Each word counts one customer more, who is as everyone is on average: a word of few
    customers claims no certainty, and one that nobody had is answered with the average.
    """
    overall = np.bincount(labels, minlength=classes) / len(labels)
    codes, levels = pd.factorize(words.astype(str))
    counts = np.zeros((len(levels) + 1, classes))
    np.add.at(counts, (codes, labels), 1)
    shares: Floats = (counts + overall) / (counts.sum(axis=1, keepdims=True) + 1)
    return shares[pd.Index(levels).get_indexer(test_words.astype(str))]


def _by_attribute(
    train: Examples, test: Examples, feature: Feature, classes: int, seed: int
) -> Floats:
    if feature.is_number:
        tree = _small_tree(feature, seed).fit(train.features, train.labels)
        return _spread(tree, test.features, classes)
    words, test_words = (examples.features[feature.name] for examples in (train, test))
    return looked_up(words, train.labels, test_words, classes)


def _accuracy(
    train: Examples, test: Examples, feature: Feature, classes: int, seed: int
) -> float:
    answers = _by_attribute(train, test, feature, classes, seed).argmax(axis=1)
    return float((answers == test.labels).mean())


def _share(labels: np.ndarray) -> float:
    return float(labels.mean()) if len(labels) else 0.5


def _one_column(train: Examples, test: Examples, feature: Feature, classes: int) -> np.ndarray:
    pipeline = Pipeline(
        [("prepare", preparation([feature])), ("model", LogisticRegression(C=10.0))]
    ).fit(train.features, train.labels)
    return _spread(pipeline, test.features, classes)


def _small_tree(feature: Feature, seed: int) -> Pipeline:
    tree = DecisionTreeClassifier(max_depth=3, min_samples_leaf=20, random_state=seed)
    return Pipeline([("prepare", preparation([feature])), ("model", tree)])


def _spread(pipeline: Pipeline, frame: pd.DataFrame, classes: int) -> Floats:
    """Give probabilities of every class, 0 for those that training did not show."""
    probabilities = np.zeros((len(frame), classes))
    probabilities[:, pipeline.classes_] = pipeline.predict_proba(frame)
    return probabilities
