"""Customers drawn again, and the space that is made anew from each draw."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.base import clone

from pipeline.segments.outliers import capped
from pipeline.segments.spaces import Space

Refit = Callable[[np.ndarray], Callable[[np.ndarray], np.ndarray]]
"""From the places of customers to the points, n × d, that any places have in their space."""


class Draw(NamedTuple):
    """One bootstrap resample of customers, in the space that was made from it.

    Attributes
    ----------
    unique
        Places of the customers in it, each once.
    drawn
        Points of all that were drawn, m × d, repeated as often as drawn.
    points
        Points of the unique ones.
    different
        How many different points there are among them, as a whole.
    """

    unique: np.ndarray
    drawn: np.ndarray
    points: np.ndarray
    different: int


class Resamples:
    """The bootstrap resamples of one data set: the same for every clustering of a size.

    `points` are the customers as clustered, `refit` makes their space anew from those drawn.
    """

    def __init__(self, points: np.ndarray, refit: Refit, *, bootstraps: int, seed: int) -> None:
        self.bootstraps = bootstraps
        self.seed = seed
        axes = [pd.Series(axis) for axis in points.T]
        self._kinds: np.ndarray = axes[0].groupby(axes, sort=False).ngroup().to_numpy()
        self._refit = refit
        self._known: dict[int, list[Draw | None]] = {}

    def of_size(self, at_most: int) -> list[Draw | None]:
        """Draw customers with replacement, `at_most` so many; `None` where all are alike."""
        size = min(len(self._kinds), at_most)
        if size not in self._known:
            generator = np.random.default_rng(self.seed)
            self._known[size] = [
                self._draw(generator.integers(0, len(self._kinds), size))
                for _ in range(self.bootstraps)
            ]
        return self._known[size]

    def _draw(self, places: np.ndarray) -> Draw | None:
        different = int(np.count_nonzero(np.bincount(self._kinds[places])))
        if different < 2:
            return None
        points_of = self._refit(places)
        unique = np.flatnonzero(np.bincount(places))
        return Draw(unique, points_of(places), points_of(unique), different)


def space_refit(
    customers: pd.DataFrame,
    values: np.ndarray,
    space: Space,
    *,
    usual: np.ndarray | None = None,
) -> Refit:
    """Make scaling and projection anew from the customers drawn.

    `values` are those of the customers in the space as it is. `usual` flags the customers to
    whose range values are cut; `None` where they aren't.
    """

    def refit(places: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
        anew = values
        if space.refitted is not None:
            anew = space.refitted(customers.iloc[places]).encode(customers)
            anew = anew if usual is None else capped(anew, ~usual)
        scaler = clone(space.scaler).fit(anew[places])
        return lambda some: np.asarray(scaler.transform(anew[some]))

    return refit
