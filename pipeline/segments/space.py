"""What customers are compared by: logarithms of recency, frequency and monetary, or inputs."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.features.attributes import UNKNOWN, known_of
from pipeline.features.rfm import MEASURES


def segment_space(customers: pd.DataFrame) -> np.ndarray:
    """Give log(1 + x) of recency (days), frequency (orders) and monetary (money), n × 3.

    Spend and orders are heavily skewed; without the logarithm a handful of customers would be
    a cluster each. Scaling belongs to the fitted model, so that it is stored with it.
    """
    values: np.ndarray = customers[MEASURES].to_numpy(dtype=float)
    return np.log1p(values.clip(min=0))


def prepare(customers: pd.DataFrame, inputs: Sequence[str]) -> pd.DataFrame:
    """Give the inputs as floats and texts, gaps in numbers NaN and in texts a level."""
    columns = {
        name: customers[name].astype(float)
        if known_of(name).kind == "number"
        else customers[name].astype(object).where(customers[name].notna(), UNKNOWN)
        for name in inputs
    }
    return pd.DataFrame(columns)
