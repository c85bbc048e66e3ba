"""Naive rivals: what a model has to beat before it is worth its name."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.pipeline import Pipeline
from sklearn.tree import DecisionTreeClassifier

from pipeline.learning.candidates import preparation
from pipeline.learning.examples import Examples, sample
from pipeline.scoring.inputs import Feature

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
        "majority", "Majority class", "says of everyone what is most frequent",
        np.tile(shares, (len(test.labels), 1)),
    )  # fmt: skip


def alone(
    train: Examples, test: Examples, features: Sequence[Feature], classes: int
) -> list[Rival]:
    """Rank by recency, by frequency and by spend alone, each where the task has it."""
    told = {
        RECENCY: (
            "recency_alone",
            "Recency alone",
            "looks at the days since the last order only",
        ),
        FREQUENCY: ("frequency_alone", "Frequency alone", "looks at the number of orders only"),
        MONETARY: ("monetary_alone", "Spend alone", "looks at what was spent so far only"),
    }
    known = {each.name: each for each in features}
    return [
        Rival(*told[name], _one_column(train, test, known[name], classes))
        for name in told
        if name in known
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
    told = np.where(test.features[RECENCY].to_numpy(dtype=float) > limit, shares[1], shares[0])
    return Rival(
        "silence_rule", f"Silent for {limit:.0f} days",
        f"draws one line at {limit:.0f} days without an order, the best one in training",
        np.column_stack([1 - told, told]),
    )  # fmt: skip


def one_attribute(
    train: Examples, test: Examples, features: Sequence[Feature], classes: int, *, seed: int
) -> Rival:
    """Let a small tree answer from the one attribute that does best inside training."""
    few = train.take(sample(train.labels, FEW_ROWS, seed=seed))
    folds = StratifiedKFold(3, shuffle=True, random_state=seed)
    scores = [
        cross_val_score(_small_tree(each, seed), few.features, few.labels, cv=folds).mean()
        for each in features
    ]
    best = features[int(np.argmax(scores))]
    tree = _small_tree(best, seed).fit(train.features, train.labels)
    return Rival(
        "one_attribute", f"{best.title} alone",
        f"looks at {best.title.lower()} only, the best single attribute in training",
        _spread(tree, test.features, classes),
    )  # fmt: skip


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


def _spread(pipeline: Pipeline, frame: pd.DataFrame, classes: int) -> np.ndarray:
    """Give probabilities of every class, 0 for those that training did not show."""
    found = np.zeros((len(frame), classes))
    found[:, pipeline.classes_] = pipeline.predict_proba(frame)
    return found
