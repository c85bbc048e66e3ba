"""What customers are worth: fits of the customer-base models and how they did on a hold-out."""

import datetime as dt

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
    aic: float | None = Field(default=None, description="the smaller, the better")
    holdout_loss: float | None = Field(
        default=None,
        description="log loss of who ordered and who did not, mean of the hold-outs",
    )
    single_order_loss: float | None = Field(
        default=None, description="the same of customers with one order"
    )


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


class ValueCheck(SQLModel, table=True):
    """One row per run, cut of a hold-out, model or naive rule, and group of repeat orders."""

    __tablename__ = "value_check"

    run_id: int = Field(primary_key=True)
    as_of: dt.date = Field(primary_key=True, description="the last day that was known")
    model: str = Field(
        primary_key=True,
        description="a customer-base model with its own interval, a naive rule, or what is"
        " served: a model's name and _shared, with room for the period that all share",
    )
    repeat_orders: str = Field(primary_key=True, description="0, 1-2, 3-6 or 7+ at the cut")
    chosen: bool = Field(description="whether values come from it")
    customers: int
    expected_revenue: float = Field(description="of them all in the hold-out, money")
    revenue: float = Field(description="that came, money")
    coverage: float = Field(description="share whose revenue lies in their interval")
    above: float = Field(description="share whose revenue lies above its upper end")
    winkler: float = Field(
        description="mean Winkler score: width and penalty for misses, money, less is better"
    )


class ValueTotal(SQLModel, table=True):
    """One row per run and method by which the revenue of the next 12 months is totalled."""

    __tablename__ = "value_total"

    run_id: int = Field(primary_key=True)
    method: str = Field(primary_key=True, description="model or naive rule")
    chosen: bool = Field(description="whether it missed the hold-outs' totals least")
    expected: float = Field(description="of all customers, money")
    corrected: float = Field(description="by how it missed the hold-outs, money")
    low: float | None = Field(description="lower end of the range that the misses give")
    high: float | None = Field(description="its upper end; null without a hold-out")
    error: float | None = Field(
        description="root of the mean squared ln(came / expected), each corrected by the others"
    )
    holdouts: int = Field(description="number of hold-outs")


class ValueBasis(SQLModel, table=True):
    """One row per run with values: what they rest on."""

    __tablename__ = "value_basis"

    run_id: int = Field(primary_key=True)
    model: str = Field(description="of orders")
    rule: str | None = Field(description="naive rule that foretells revenue, where one won")
    history_days: int = Field(description="from the first order to the newest day")
    holdouts: int = Field(description="number of hold-outs")
    holdout_days: int | None = Field(description="length of each")
    is_seasonal: bool = Field(description="whether last year's season bends expected orders")
    stretch: float = Field(description="by how much the season stretches the horizon")
    unforeseen_none: float = Field(
        description="variance of the period that all share, at no repeat order"
    )
    unforeseen_one: float = Field(description="at 1 to 2")
    unforeseen_some: float = Field(description="at 3 to 6")
    unforeseen_many: float = Field(description="at 7 and more")
    middle_from: float = Field(
        description="value from which customers are in the middle band, money"
    )
    high_from: float = Field(description="value from which they are in the high band, money")


class ValuePart(SQLModel, table=True):
    """One row per run and segment, tenth of customers by value, or quarter of first orders."""

    __tablename__ = "value_part"

    run_id: int = Field(primary_key=True)
    part: str = Field(primary_key=True, description="segment, decile or cohort")
    position: int = Field(primary_key=True, description="order in which they are shown")
    level: str = Field(description="segment, decile (1 the best) or quarter")
    customers: int
    expected: float = Field(description="lifetime value of 12 months, money")
    holdout_customers: int = Field(description="customers of that kind on all hold-outs")
    holdout_expected: float | None = Field(description="revenue expected of them, money")
    holdout_revenue: float | None = Field(description="revenue that came, money")
