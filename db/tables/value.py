"""What customers are worth: fits of the customer-base models and how they did on a hold-out."""

from sqlmodel import Field, SQLModel


class ValueFit(SQLModel, table=True):
    """One row per run, part and customer-base model that was tried."""

    __tablename__ = "value_fit"

    run_id: int = Field(primary_key=True)
    part: str = Field(primary_key=True, description="orders or spend")
    model: str = Field(primary_key=True)
    chosen: bool
    converged: bool
    log_likelihood: float | None
    iterations: int | None
    params: str = Field(description="parameters, as JSON")
    message: str = Field(description="what the fit says of itself")


class ValueTracking(SQLModel, table=True):
    """One row per run and week: orders expected by the model and as they came."""

    __tablename__ = "value_tracking"

    run_id: int = Field(primary_key=True)
    week: int = Field(primary_key=True, description="since the first order, from 1")
    is_holdout: bool = Field(description="whether the model had not seen that week")
    expected: float = Field(description="cumulative orders by the model")
    actual: float = Field(description="cumulative orders that came")
    naive: float | None = Field(description="cumulative orders at each customer's past rate")


class ValueByFrequency(SQLModel, table=True):
    """One row per run and number of repeat orders before the hold-out."""

    __tablename__ = "value_by_frequency"

    run_id: int = Field(primary_key=True)
    repeat_orders: int = Field(primary_key=True, description="the last stands for more, too")
    customers: int
    expected: float = Field(description="mean orders in the hold-out by the model")
    actual: float = Field(description="mean orders that came")


class ValueMetric(SQLModel, table=True):
    """One row per run, measure, model or naive rival, and metric, on the hold-out."""

    __tablename__ = "value_metric"

    run_id: int = Field(primary_key=True)
    measure: str = Field(primary_key=True, description="orders or revenue")
    model: str = Field(primary_key=True)
    metric: str = Field(
        primary_key=True, description="bias, mean_absolute_error, rmse, total_error or coverage"
    )
    value: float
