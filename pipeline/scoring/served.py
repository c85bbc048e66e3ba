"""A fitted model with everything that scoring needs: features, classes, calibration."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.scoring.calibration import AS_IS, Calibration
from pipeline.scoring.customer_base import CustomerBase
from pipeline.scoring.inputs import Feature, prepared
from pipeline.scoring.plain import Predictor
from pipeline.scoring.reference import Reference

SEGMENT, REPLICATION = "segment", "segment_replication"
"""Tasks that tell what a customer is, not what it will do."""


class Served(NamedTuple):
    """The model of one task.

    Attributes
    ----------
    task, family
        What it predicts and which kind of model it is.
    classes
        Names; labels are places in them. Of two, the second is the positive one.
    features
        The columns that it sees, in order.
    pipeline
        Fitted steps `prepare` and `model`, of scikit-learn or plain.
    calibration
        Applied to the pipeline's probabilities.
    reference
        What explanations compare with: the rows that it learned from, in brief.
    base
        The customer-base model that gives the feature `quiet_odds`, where it is one.
    title
        What people call the task; empty where an earlier version made it.
    level_shift
        By how much the log odds were moved to the level of the day that it was made to serve,
        which `calibration` holds; without it the model stands before any level.
    """

    task: str
    family: str
    classes: tuple[str, ...]
    features: tuple[Feature, ...]
    pipeline: Predictor
    calibration: Calibration = AS_IS
    reference: Reference | None = None
    base: CustomerBase | None = None
    title: str = ""
    level_shift: float = 0.0

    def probabilities(self, frame: pd.DataFrame) -> np.ndarray:
        """Give n × k calibrated probabilities for rows that hold the features by name."""
        raw = self.pipeline.predict_proba(prepared(frame, self.features))
        return self.calibration(np.asarray(raw, dtype=float))


def decided(probabilities: np.ndarray) -> np.ndarray:
    """Give the most probable class of each row; of two, the positive one from one half on."""
    if probabilities.shape[1] == 2:
        return (probabilities[:, 1] >= 0.5).astype(np.int64)
    return probabilities.argmax(axis=1)
