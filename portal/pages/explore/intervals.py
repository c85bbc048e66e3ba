"""Intervals of means, medians and shares: 95 % each."""

import numpy as np
import pandas as pd

from portal.words.praise import Z

LEAST = 5
"""Customers under which a group has no interval."""


def of_means(rows: pd.DataFrame) -> pd.DataFrame:
    """Put the interval of the t distribution beside means; `low` and `high` are nan for few.

    `rows` has `customers, mean, deviation`.
    """
    many = rows["customers"].to_numpy(dtype=float)
    points = np.array([student(int(n) - 1) if n >= LEAST else np.nan for n in many])
    reach = points * rows["deviation"].to_numpy(dtype=float) / np.sqrt(many)
    return rows.assign(low=rows["mean"] - reach, high=rows["mean"] + reach)


def of_shares(rows: pd.DataFrame) -> pd.DataFrame:
    """Put Wilson's interval beside shares: `rows` has how many `accepted` of those `asked`."""
    pairs = zip(rows["accepted"], rows["asked"], strict=True)
    ends = np.array([wilson(accepted, total) for accepted, total in pairs]).reshape(-1, 2)
    return rows.assign(low=ends[:, 0], high=ends[:, 1])


def wilson(successes: int, tries: int) -> tuple[float, float]:
    """Give Wilson's 95 % interval of a share (1927)."""
    if not tries:
        return 0.0, 1.0
    share, square = successes / tries, Z * Z
    middle = (share + square / (2 * tries)) / (1 + square / tries)
    reach = Z * np.sqrt(share * (1 - share) / tries + square / (4 * tries**2))
    reach /= 1 + square / tries
    return max(0.0, float(middle - reach)), min(1.0, float(middle + reach))


def student(freedom: int) -> float:
    """Give the 97.5 % point of the t distribution, by the expansion of Cornish and Fisher.

    Right to 0.01 from four degrees of freedom on.
    """
    v, z = freedom, Z
    return float(
        z
        + (z**3 + z) / (4 * v)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * v**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * v**3)
        + (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / (92160 * v**4)
    )
