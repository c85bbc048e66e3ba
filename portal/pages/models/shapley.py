"""What one feature adds to the predictions of a sample of customers."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Shapley(NamedTuple):
    """Values and contributions of one feature, customer by customer.

    Attributes
    ----------
    importance
        Mean absolute contribution.
    words
        What values stand for where the feature is a category, or empty.
    """

    feature: str
    importance: float
    words: list[str]
    values: NDArray[np.float64]
    contributions: NDArray[np.float64]
