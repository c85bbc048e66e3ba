"""How the customers of a form become points, and how groups of them are called."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn.preprocessing import RobustScaler

from pipeline.features.rfm import MEASURES
from pipeline.segments.naming import name_clusters
from pipeline.segments.profiles import rfm_personas
from pipeline.segments.space import segment_space


class Space(NamedTuple):
    """How the customers of a form become points, and how groups of them are called.

    Attributes
    ----------
    inputs
        The attributes from which points are made.
    encode
        From customers to values, n × d.
    scaler
        Unfitted; makes the values comparable before they are clustered.
    axes
        What each dimension of `weights` stands for.
    weights
        Rows are dimensions of the values, columns the axes; `None` where they are the same.
    steps
        Fitted steps of the model that turn customers into values, stored with it.
    name
        From customers and labels to the name of each label.
    describe
        From customers with their segment to a sentence for each segment.
    measured
        From customers to the inputs on which indices are measured, n × p; `None` where the
        scaled values are these themselves.
    refitted
        Makes the space anew from other customers, of the same inputs, every step fitted again;
        `None` where nothing in it is fitted but the scaler.
    """

    inputs: tuple[str, ...]
    encode: Callable[[pd.DataFrame], np.ndarray]
    scaler: Any
    axes: tuple[str, ...]
    weights: np.ndarray | None
    steps: tuple[tuple[str, Any], ...]
    name: Callable[[pd.DataFrame, np.ndarray], dict[int, str]]
    describe: Callable[[pd.DataFrame], dict[str, str]]
    measured: Callable[[pd.DataFrame], np.ndarray] | None = None
    refitted: "Callable[[pd.DataFrame], Space] | None" = None


def rfm_space() -> Space:
    """Compare customers by recency, frequency and monetary, as known on each snapshot."""
    return Space(
        inputs=tuple(MEASURES),
        encode=segment_space,
        scaler=RobustScaler(),
        axes=tuple(MEASURES),
        weights=None,
        steps=(),
        name=name_clusters,
        describe=rfm_personas,
    )
