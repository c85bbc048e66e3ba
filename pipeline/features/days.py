"""Days as whole numbers, so that every engine counts them alike."""

import datetime as dt

import numpy as np
import pandas as pd

EPOCH = dt.date(1970, 1, 1)
FOREVER = 2_000_000
"""A day number after every real one."""


def day_number(day: dt.date) -> int:
    """Count the days since 1970-01-01."""
    return (day - EPOCH).days


def day_numbers(times: pd.Series) -> np.ndarray:
    """Count the days since 1970-01-01 of each timestamp."""
    return times.to_numpy().astype("datetime64[D]").astype(np.int64)


def day_of(number: int) -> dt.date:
    """Give the day of a number."""
    return EPOCH + dt.timedelta(days=number)
