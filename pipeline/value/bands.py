"""Value bands: low, middle and high by two amounts that hold from run to run."""

from typing import NamedTuple

import numpy as np
import pandas as pd

BANDS = ("low", "middle", "high")


class BandStarts(NamedTuple):
    """The amounts of lifetime value from which a customer is in the middle, the high band."""

    middle: float
    high: float


def tercile_starts(value: pd.Series) -> BandStarts:
    """Give the terciles of the values that are known, in whole cents."""
    middle, high = value.dropna().quantile([1 / 3, 2 / 3]).round(2)
    return BandStarts(float(middle), float(high))


def bands(value: pd.Series, starts: BandStarts) -> pd.Series:
    """Give each customer's band; null where the value is not known."""
    names = np.select([value >= starts.high, value >= starts.middle], BANDS[:0:-1], BANDS[0])
    return pd.Series(names, index=value.index, dtype="str").where(value.notna())
