"""Random draws that several forms share, mostly arrays with one element per customer."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

from pipeline.base.errors import SettingsError

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

MOST_CUSTOMERS = 20_000_000


def counted(customers: int) -> int:
    """Give the number of customers back; raises SettingsError where nobody can make so many."""
    if not 1 <= customers <= MOST_CUSTOMERS:
        raise SettingsError(
            f"{customers:,} customers: give a number from 1 to {MOST_CUSTOMERS:,}."
        )
    return customers


def kinds(rng: Generator, weights: Sequence[float], size: int) -> Longs:
    """Draw positions in `weights`, each as often as its weight says."""
    shares = np.asarray(weights, dtype=np.float64)
    return rng.choice(len(shares), size, p=shares / shares.sum())


def kinds_by(rng: Generator, weights: Floats) -> Longs:
    """Draw a position in each row of `weights`, rows being customers."""
    edges = np.cumsum(weights, axis=1)
    drawn = rng.random(len(weights)) * edges[:, -1]
    return (drawn[:, None] >= edges[:, :-1]).sum(axis=1)


def happens(rng: Generator, log_odds: Floats) -> Flags:
    """Draw whether something happens whose logarithmic odds are given."""
    return rng.random(len(log_odds)) < 1 / (1 + np.exp(-log_odds))


def numbers(rng: Generator, size: int, first: int) -> Longs:
    """Draw distinct customer numbers from `first` on, in no order."""
    steps = rng.integers(1, 9, size)
    return rng.permutation(first + np.cumsum(steps))


def words(values: Sequence[str], which: ArrayLike | pa.Array) -> pa.Array:
    """Spell positions out; where one is missing, so is the word."""
    positions = (
        which if isinstance(which, pa.Array) else pa.array(np.asarray(which, dtype=np.int64))
    )
    return pa.array(values).take(positions)


def some(rng: Generator, among: int | Longs, share: float) -> Longs:
    """Pick a share of the customers, at least one where there are twenty."""
    size = among if isinstance(among, int) else len(among)
    return rng.choice(among, max(round(share * size), int(size >= 20)), replace=False)
