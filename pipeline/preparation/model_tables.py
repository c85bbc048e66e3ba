"""Which frame of predictions goes into which table, and comes from it again."""

from sqlmodel import SQLModel

from db.tables.models import (
    CalibrationLevel,
    Confusion,
    Curve,
    CustomerPrediction,
    Driver,
    ForecastWindow,
    ModelResult,
    ModelScore,
    PairedTest,
    TaskResult,
    TestOutcome,
    Trial,
    TuningImportance,
)

OF_PREDICTIONS: dict[str, type[SQLModel]] = {
    "tasks": TaskResult,
    "models": ModelResult,
    "scores": ModelScore,
    "paired": PairedTest,
    "confusions": Confusion,
    "curves": Curve,
    "outcomes": TestOutcome,
    "predictions": CustomerPrediction,
    "windows": ForecastWindow,
}
"""Tables that hold frames of `Predicted` as they are, by the frames' names."""
OF_EVIDENCE: dict[str, type[SQLModel]] = OF_PREDICTIONS | {
    "trials": Trial,
    "importances": TuningImportance,
    "calibrations": CalibrationLevel,
    "drivers": Driver,
}
"""And those whose rows other stages add to."""
