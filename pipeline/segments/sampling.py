"""A stored random place of each customer, so that any share of them is a fair sample."""

import numpy as np
import pandas as pd


def sample_positions(segments: pd.Series, *, seed: int) -> pd.Series:
    """Give each customer a random place in its segment, above 0 and up to 1.

    The customers up to place p are a sample of share p in which every segment keeps its
    proportion. Depends on the order of the rows and the seed alone.
    """
    random = pd.Series(np.random.default_rng(seed).random(len(segments)), index=segments.index)
    by_segment = random.groupby(segments)
    return ((by_segment.rank(method="first") - 0.5) / by_segment.transform("size")).round(9)
