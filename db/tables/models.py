"""Tuning trials, scores of models on what they had not seen, and what drives them."""

from sqlmodel import Field, SQLModel


class Trial(SQLModel, table=True):
    """One row per run, study and trial."""

    __tablename__ = "trial"

    run_id: int = Field(primary_key=True)
    study: str = Field(primary_key=True)
    trial: int = Field(primary_key=True)
    state: str = Field(description="complete, pruned (a cluster too small) or failed")
    value: float | None = Field(
        description="of the objective; of a pruned trial, what was refused"
    )
    seconds: float | None
    params: str = Field(description="as JSON")


class TuningImportance(SQLModel, table=True):
    """One row per run, study and setting that was searched."""

    __tablename__ = "tuning_importance"

    run_id: int = Field(primary_key=True)
    study: str = Field(primary_key=True)
    parameter: str = Field(primary_key=True)
    importance: float = Field(description="share of the objective's variance, 0 to 1")


class ModelScore(SQLModel, table=True):
    """One row per run, task, model and metric, on the test window or fold."""

    __tablename__ = "model_score"

    run_id: int = Field(primary_key=True)
    task: str = Field(primary_key=True)
    model: str = Field(primary_key=True)
    metric: str = Field(primary_key=True)
    value: float | None
    low: float | None
    high: float | None
    baseline: bool
    chosen: bool


class Confusion(SQLModel, table=True):
    """One row per run, task, model, actual and predicted class."""

    __tablename__ = "confusion"

    run_id: int = Field(primary_key=True)
    task: str = Field(primary_key=True)
    model: str = Field(primary_key=True)
    actual: str = Field(primary_key=True)
    predicted: str = Field(primary_key=True)
    customers: int


class Curve(SQLModel, table=True):
    """One row per run, task, model, curve and point."""

    __tablename__ = "curve"

    run_id: int = Field(primary_key=True)
    task: str = Field(primary_key=True)
    model: str = Field(primary_key=True)
    curve: str = Field(
        primary_key=True, description="roc, precision_recall, calibration or gain"
    )
    point: int = Field(primary_key=True)
    x: float
    y: float


class Driver(SQLModel, table=True):
    """One row per run, task, model and feature."""

    __tablename__ = "driver"

    run_id: int = Field(primary_key=True)
    task: str = Field(primary_key=True)
    model: str = Field(primary_key=True)
    feature: str = Field(primary_key=True)
    importance: float
