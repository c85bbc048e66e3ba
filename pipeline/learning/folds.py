"""Rows split for tuning, so that nobody is learned from and judged by at once."""

import numpy as np
import pandas as pd
from sklearn.model_selection import StratifiedKFold

Fold = tuple[np.ndarray, np.ndarray]
"""Places of the rows to learn from, and of those to judge by."""


def inner_folds(groups: np.ndarray, labels: np.ndarray, folds: int, *, seed: int) -> list[Fold]:
    """Split rows into folds that never part a group (a customer, or equal rows).

    Groups are stratified by the label of their first row.
    """
    numbers, _ = pd.factorize(groups)
    _, first = np.unique(numbers, return_index=True)
    splitter = StratifiedKFold(folds, shuffle=True, random_state=seed)
    fold_of = np.empty(len(first), dtype=np.int64)
    for place, (_, outside) in enumerate(splitter.split(first, labels[first])):
        fold_of[outside] = place
    of_rows = fold_of[numbers]
    return [
        (np.flatnonzero(of_rows != place), np.flatnonzero(of_rows == place))
        for place in range(folds)
    ]
