"""Tuning trials, scores of models on what they had not seen, and what drives them."""

import datetime as dt

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


class TaskResult(SQLModel, table=True):
    """One row per run and task: what was asked, how it was tested, which model serves.

    The columns from `rows_train` on are null where the task was refused.
    """

    __tablename__ = "task_result"

    run_id: int = Field(primary_key=True)
    task: str = Field(
        primary_key=True,
        description="segment, segment_replication, churn, activity_drop, high_value,"
        " given_outcome (several: given_outcome:column)",
    )
    position: int = Field(description="order in which tasks are shown")
    title: str
    question: str = Field(description="what is predicted, in a sentence")
    status: str = Field(description="done or refused")
    message: str = Field(description="of a refusal: why, and what would mend it")
    classes: str = Field(default="[]", description="names of the classes, as JSON")
    positive: str | None = Field(
        default=None,
        description="the class whose probability is told; null where classes are many",
    )
    features: str = Field(default="[]", description="columns that models see, as JSON")
    horizon_days: int | None = Field(default=None, description="length of a label window")
    design: str = Field(default="", description="how trained and tested, in a sentence")
    train_days: str = Field(default="[]", description="days trained on, as JSON")
    test_day: dt.date | None = Field(default=None, description="day whose customers are tested")
    rows_train: int | None = None
    rows_test: int | None = None
    rows_scored: int | None = Field(
        default=None, description="customers of the newest day scored"
    )
    base_rate_train: float | None = Field(
        default=None, description="share of the positive class"
    )
    base_rate_test: float | None = Field(
        default=None, description="share of the positive class"
    )
    warning: str | None = Field(
        default=None, description="what to mind when reading the scores"
    )
    chosen: str | None = Field(default=None, description="model that serves")
    chosen_by: str | None = Field(
        default=None, description="metric that decided, on inner folds"
    )
    reason: str | None = Field(default=None, description="why that one, in a sentence")
    ece_before: float | None = Field(
        default=None, description="calibration error on the test before recalibration"
    )
    ece_after: float | None = Field(default=None, description="and after it")
    lift_words: str | None = Field(default=None, description="poor, fair, good or excellent")
    nested_metric: str | None = Field(
        default=None, description="metric of the repeated nested cross-validation"
    )
    nested_value: float | None = Field(default=None, description="mean over its outer folds")
    nested_low: float | None = None
    nested_high: float | None = None
    seconds: float | None = Field(default=None, description="processor time of the whole task")
    level_rule: str | None = Field(
        default=None,
        description="what the level of the probabilities follows: season, year_ago or closed",
    )
    level_words: str | None = Field(default=None, description="the same in sentences")
    level_miss: float | None = Field(
        default=None,
        description="root mean squared log odds by which that missed closed windows; of labels"
        " of one day the standard error of their share, in log odds",
    )
    expected_rate: float | None = Field(
        default=None, description="share of the positive class expected among those scored"
    )
    expected_low: float | None = Field(default=None, description="lower end of its range")
    expected_high: float | None = Field(default=None, description="upper end of its range")
    windows: int | None = Field(
        default=None, description="closed windows looked at; null where there is one day"
    )
    trained_run: int | None = Field(
        default=None,
        description="run that trained the model and made its scores: this one, or an earlier"
        " one whose models serve on; null in runs of earlier versions",
    )
    trained_on: dt.date | None = Field(
        default=None, description="newest day that the model knew when it was trained"
    )


class ModelResult(SQLModel, table=True):
    """One row per run, task and model or naive rival: how it was chosen and what it cost."""

    __tablename__ = "model_result"

    run_id: int = Field(primary_key=True)
    task: str = Field(primary_key=True)
    model: str = Field(primary_key=True)
    position: int = Field(description="models first, then naive rivals")
    title: str
    meaning: str = Field(description="what it does, in a sentence")
    baseline: bool = Field(description="whether it is a naive rival")
    chosen: bool
    selection: float | None = Field(
        description="log loss by which models were chosen, the least the best: mean over inner"
        " folds, of outcomes over windows; null where it had no part in that"
    )
    rows: int | None = Field(description="rows that it was fitted on")
    seconds: float | None = Field(description="processor time of tuning and fitting")
    params: str = Field(description="settings as chosen, as JSON")


class PairedTest(SQLModel, table=True):
    """One row per run, task and rival: the chosen model's lead, both on the same resamples."""

    __tablename__ = "paired_test"

    run_id: int = Field(primary_key=True)
    task: str = Field(primary_key=True)
    rival: str = Field(primary_key=True)
    role: str = Field(
        description="second: the next best model; naive: the best simple rule; customer_base"
    )
    metric: str
    difference: float = Field(description="chosen less rival")
    low: float = Field(description="lower end of the 95 % bootstrap interval")
    high: float = Field(description="upper end of it")
    p_value: float = Field(description="two-sided, of no difference")


class TestOutcome(SQLModel, table=True):
    """One row per run, task and model: its answers for every customer of the test, packed.

    Rows are ordered as the row of model “(actual)”, whose data are places in `classes`; the row
    of model “(customer)” holds the identifiers, one a line. Probabilities are little-endian
    float32: of the positive class, or of every class, customer by customer.
    """

    __tablename__ = "test_outcome"
    __test__ = False

    run_id: int = Field(primary_key=True)
    task: str = Field(primary_key=True)
    model: str = Field(primary_key=True)
    customers: int
    data: bytes


class ShapColumn(SQLModel, table=True):
    """One row per run, task and feature: Shapley values of a sample of customers, packed.

    Values are float32 in the order of one sample; categories are places in `words`.
    Contributions are towards the positive class, or the customer's own class: in log odds, or
    in probability where the model averages votes (forests, nearest neighbours).
    """

    __tablename__ = "shap_column"

    run_id: int = Field(primary_key=True)
    task: str = Field(primary_key=True)
    feature: str = Field(primary_key=True)
    position: int = Field(description="the most important first, from 0")
    importance: float = Field(description="mean absolute contribution")
    unit: str = Field(description="of contributions: log odds or probability")
    is_exact: bool = Field(description="computed; else estimated by drawing permutations")
    words: str = Field(description="JSON list of the words that a value stands for, or []")
    customers: int
    feature_values: bytes
    contributions: bytes


class CustomerPrediction(SQLModel, table=True):
    """One row per run, task and customer of the newest snapshot whom the task concerns."""

    __tablename__ = "customer_prediction"
    __table_args__ = {"sqlite_with_rowid": False}

    run_id: int = Field(primary_key=True)
    task: str = Field(primary_key=True)
    customer_id: str = Field(primary_key=True)
    predicted: str = Field(description="the class that is most probable")
    probability: float = Field(
        description="of the positive class, or of the predicted one where classes are many;"
        " out of fold where the label is known"
    )
    low: float | None = Field(default=None, description="lower end of its 95 % range")
    high: float | None = Field(default=None, description="upper end of its 95 % range")
    known: bool | None = Field(
        default=None, description="whether the source tells the customer's label"
    )


class ForecastWindow(SQLModel, table=True):
    """One row per run, task, closed window and model, and one of the day that is served.

    Each forecast is by what was known on its day, trained on windows closed before it.
    """

    __tablename__ = "forecast_window"

    run_id: int = Field(primary_key=True)
    task: str = Field(primary_key=True)
    as_of: dt.date = Field(primary_key=True, description="day after which the window begins")
    model: str = Field(primary_key=True)
    horizon_days: int = Field(description="length of the window")
    baseline: bool = Field(description="whether it is a rule")
    chosen: bool = Field(description="whether it is the model that serves")
    customers: int
    base_rate: float | None = Field(
        description="share of whom it came true; null where the window has not closed"
    )
    expected_rate: float = Field(description="mean probability")
    expected_low: float | None = Field(
        description="lower end of the range that earlier misses give"
    )
    expected_high: float | None = Field(description="upper end of it")
    level_rule: str | None = Field(description="season, year_ago or closed")
    roc_auc: float | None
    brier: float | None
    log_loss: float | None
    ece: float | None


class CalibrationLevel(SQLModel, table=True):
    """One row per run, task, way to group the tested customers, and level."""

    __tablename__ = "calibration_level"

    run_id: int = Field(primary_key=True)
    task: str = Field(primary_key=True)
    model: str = Field(description="the model that serves, as it was tested")
    by: str = Field(primary_key=True, description="all, segment or value_band")
    level: str = Field(
        primary_key=True,
        description="segment or band on the tested day; of all the tenth by probability",
    )
    customers: int
    expected: float = Field(description="mean probability")
    actual: float = Field(description="share for whom it came true")
    low: float = Field(description="lower end of the 95 % interval of that share")
    high: float = Field(description="upper end of it")


class CustomerReason(SQLModel, table=True):
    """One row per run, task, customer and place: the reasons that weigh most."""

    __tablename__ = "customer_reason"
    __table_args__ = {"sqlite_with_rowid": False}

    run_id: int = Field(primary_key=True)
    task: str = Field(primary_key=True)
    customer_id: str = Field(primary_key=True)
    place: int = Field(primary_key=True, description="from 1, the weightiest first")
    feature: str
    contribution: float = Field(description="above 0 raises the probability")
    reason: str = Field(description="in words, with the customer's own value")


class PredictionCheck(SQLModel, table=True):
    """One row per run, task and earlier run whose label window has closed since then."""

    __tablename__ = "prediction_check"

    run_id: int = Field(primary_key=True)
    task: str = Field(primary_key=True)
    earlier_run: int = Field(primary_key=True)
    predicted_on: dt.date = Field(description="newest snapshot of the earlier run")
    model: str
    customers: int
    base_rate: float = Field(description="share of whom it came true")
    mean_probability: float = Field(description="as it had been predicted")
    roc_auc: float | None
    brier: float
    ece: float


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
    importance: float = Field(
        description="by how much ROC-AUC falls when its values change hands, with those of the"
        " features that tell nearly the same"
    )
    low: float | None = Field(default=None, description="lower end of its 95 % interval")
    high: float | None = Field(default=None, description="upper end of its 95 % interval")
    together: str | None = Field(
        default=None, description="which feature stands for those that change hands together"
    )
