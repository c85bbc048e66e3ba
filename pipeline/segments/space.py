"""The space in which customers are compared: logarithms of recency, frequency and monetary."""

import numpy as np
import pandas as pd

from pipeline.features.rfm import MEASURES


def segment_space(customers: pd.DataFrame) -> np.ndarray:
    """Give log(1 + x) of recency (days), frequency (orders) and monetary (money), n × 3.

    Spend and orders are heavily skewed; without the logarithm a handful of customers would be
    a cluster each. Scaling belongs to the fitted model, so that it is stored with it.
    """
    values: np.ndarray = customers[MEASURES].to_numpy(dtype=float)
    return np.log1p(values.clip(min=0))
