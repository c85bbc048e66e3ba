"""What predicting gives: one frame per result table, the models that serve, remarks."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from pipeline.learning.candidates import Family, Params
from pipeline.learning.examples import Examples
from pipeline.learning.monitoring.calibrations import Tested
from pipeline.learning.training import Tuned
from pipeline.quality.findings import Finding
from pipeline.scoring.calibration import Calibration
from pipeline.scoring.served import Served

FRAMES = (
    "tasks", "models", "scores", "paired", "confusions", "curves", "outcomes", "trials",
    "importances", "predictions", "windows", "calibrations",
)  # fmt: skip


class Evaluated(NamedTuple):
    """A task's chosen model as it was tested, what it was tested on, and whom it scores.

    For explanations. `test` is `None` where an earlier run tested it, whose `drivers` hold.
    """

    served: Served
    test: Examples | None
    newest: pd.DataFrame
    drivers: pd.DataFrame | None = None


class Fitting(NamedTuple):
    """How the chosen model is fitted: its family, settings, and what its answers go through."""

    family: Family
    params: Params
    calibration: Calibration


class Candidate(NamedTuple):
    """A tuned family, fitted on all training rows: its recalibrated answers for the test.

    `selection` is its log loss on training rows that it had not seen, recalibrated.
    """

    tuned: Tuned
    selection: float
    pipeline: Pipeline
    calibration: Calibration
    raw: np.ndarray
    probabilities: np.ndarray
    seconds: float

    @property
    def fitting(self) -> Fitting:
        """How it is fitted."""
        return Fitting(self.tuned.family, self.tuned.params, self.calibration)


class Done(NamedTuple):
    """A task that was answered or refused."""

    frames: Mapping[str, pd.DataFrame]
    served: Served | None = None
    evaluated: Evaluated | None = None
    tested: Tested | None = None
    findings: tuple[Finding, ...] = ()


class Predicted(NamedTuple):
    """One frame per result table, without the run; the models that serve; remarks.

    `calibrations` are those that an earlier run found, of models that it trained.
    """

    tasks: pd.DataFrame
    models: pd.DataFrame
    scores: pd.DataFrame
    paired: pd.DataFrame
    confusions: pd.DataFrame
    curves: pd.DataFrame
    outcomes: pd.DataFrame
    trials: pd.DataFrame
    importances: pd.DataFrame
    predictions: pd.DataFrame
    windows: pd.DataFrame
    calibrations: pd.DataFrame
    served: tuple[Served, ...]
    evaluated: tuple[Evaluated, ...]
    tested: tuple[Tested, ...]
    findings: tuple[Finding, ...]

    @classmethod
    def of(cls, done: Sequence[Done]) -> "Predicted":
        """Put tasks below each other."""
        frames = {name: stacked([task.frames.get(name) for task in done]) for name in FRAMES}
        return cls(
            **frames,
            served=tuple(task.served for task in done if task.served),
            evaluated=tuple(task.evaluated for task in done if task.evaluated),
            tested=tuple(task.tested for task in done if task.tested),
            findings=tuple(finding for task in done for finding in task.findings),
        )


def joined(first: Predicted, then: Predicted) -> Predicted:
    """Put the tasks of two predictions below each other, positions going on."""
    tasks = then.tasks
    if len(tasks):
        tasks = tasks.assign(position=tasks["position"] + len(first.tasks))
    frames = {
        name: stacked([getattr(first, name), tasks if name == "tasks" else getattr(then, name)])
        for name in FRAMES
    }
    return Predicted(
        **frames,
        served=first.served + then.served,
        evaluated=first.evaluated + then.evaluated,
        tested=first.tested + then.tested,
        findings=first.findings + then.findings,
    )


def stacked(frames: Sequence[pd.DataFrame | None], columns: Sequence[str] = ()) -> pd.DataFrame:
    """Put frames below each other; where all are empty, give one with these columns."""
    full = [frame for frame in frames if frame is not None and len(frame)]
    return pd.concat(full, ignore_index=True) if full else pd.DataFrame(columns=list(columns))
