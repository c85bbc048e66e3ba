"""Dividing a whole into parts: exactly, within bounds."""

import numpy as np
import numpy.typing as npt


def whole_parts(weights: npt.ArrayLike, total: int) -> np.ndarray:
    """Divide `total` whole units in proportion to weights, by the largest remainders.

    Each part is its exact share rounded down or up; of equal remainders the first one wins.

    >>> whole_parts([1, 1, 1], 100).tolist()
    [34, 33, 33]
    """
    weight_array = np.asarray(weights, dtype=float)
    if total == 0 or weight_array.sum() <= 0:
        return np.zeros(len(weight_array), dtype=int)
    exact = weight_array / weight_array.sum() * total
    parts = np.floor(exact + 1e-9).astype(int)
    order = np.argsort(-np.round(exact - parts, 9), kind="stable")
    parts[order[: total - int(parts.sum())]] += 1
    return parts


def level(
    start: np.ndarray, slope: np.ndarray, low: np.ndarray, high: np.ndarray, total: float
) -> float:
    """Find the x at which the sum of `start + slope · x`, each cut to its bounds, is `total`.

    Exact: the sum is linear between the points where a part meets a bound. Slopes are above 0,
    and the total lies between the sums of the bounds.
    """
    points = np.unique(np.concatenate([(low - start) / slope, (high - start) / slope]))
    parts = np.clip(start + slope * points[:, None], low, high)
    return float(np.interp(total, parts.sum(axis=1), points))
