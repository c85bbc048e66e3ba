"""The rows of a frame, for writing them out one by one."""

from collections.abc import Iterator
from typing import Any

import pandas as pd


def each_row(frame: pd.DataFrame) -> Iterator[Any]:
    """Give each row with its columns as attributes."""
    return iter(frame.itertuples(index=False))


def highest(frame: pd.DataFrame, column: str) -> Any:
    """Give the row with the highest value of a column."""
    return frame.iloc[int(frame[column].to_numpy(dtype=float).argmax())]


def lowest(frame: pd.DataFrame, column: str) -> Any:
    """Give the row with the lowest value of a column."""
    return frame.iloc[int(frame[column].to_numpy(dtype=float).argmin())]
