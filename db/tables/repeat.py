"""Who orders again: cohorts, time between orders, and how customers moved."""

import datetime as dt

from sqlmodel import Field, SQLModel


class Movement(SQLModel, table=True):
    """One row per run with orders on more than one day: the two days that `moved` compares."""

    __tablename__ = "movement"

    run_id: int = Field(primary_key=True)
    basis: str = Field(
        description="runs: the newest kept update with values that ended before this one's"
        " last day; days: this update's snapshot before the newest"
    )
    from_day: dt.date
    to_day: dt.date = Field(description="the newest day")


class Cohort(SQLModel, table=True):
    """One row per run, kind of cohort, cohort and month since the first order."""

    __tablename__ = "cohort"

    run_id: int = Field(primary_key=True)
    by: str = Field(
        primary_key=True,
        description="month, quarter, first_product, category, country, channel or"
        " first_order_size",
    )
    cohort: str = Field(primary_key=True, description="such as 2011-03, 2011-Q1 or a country")
    month: int = Field(
        primary_key=True, description="of the calendar, 0 that of the first order"
    )
    position: int = Field(description="order in which cohorts of a kind are shown")
    customers: int = Field(description="of whom that month is looked at")
    active: int = Field(description="of these, with a standing order in the month")
    retention: float = Field(description="active of customers, 0 to 1")
    orders: int
    revenue: float
    cumulative_revenue_per_customer: float
    complete: bool = Field(description="whether the data covers the month whole")


class OrderWait(SQLModel, table=True):
    """One row per run, wait, group and every seventh day: the share that had ordered."""

    __tablename__ = "order_wait"

    run_id: int = Field(primary_key=True)
    wait: str = Field(
        primary_key=True,
        description="second: from the first order to the second; next: from any to the next",
    )
    by: str = Field(primary_key=True, description="all, segment or first_product")
    level: str = Field(primary_key=True)
    day: int = Field(primary_key=True, description="since the order before")
    ordered: float = Field(description="1 less Kaplan and Meier's estimate, 0 to 1")
    low: float = Field(description="lower end of its 95 % interval")
    high: float = Field(description="upper end of its 95 % interval")
    at_risk: int = Field(description="waits of at least so many days")


class OrderWaitLevel(SQLModel, table=True):
    """One row per run, wait and group: how long it takes in short."""

    __tablename__ = "order_wait_level"

    run_id: int = Field(primary_key=True)
    wait: str = Field(primary_key=True)
    by: str = Field(primary_key=True)
    level: str = Field(primary_key=True)
    customers: int
    waits: int = Field(description="with at least a day; customers of a second order")
    came: int = Field(description="of these, that ended with an order")
    quarter_days: float | None = Field(description="by when a quarter has ordered; null: never")
    quarter_days_low: float | None = Field(description="lower end of its 95 % interval")
    quarter_days_high: float | None = Field(description="upper end; null: beyond the data")
    median_days: float | None = Field(description="by when half have ordered; null: never")
    median_days_low: float | None = Field(description="lower end of its 95 % interval")
    median_days_high: float | None = Field(description="upper end; null: beyond the data")


class MonthlyMovement(SQLModel, table=True):
    """One row per run and month: customers who were new, kept, back or lapsed."""

    __tablename__ = "monthly_movement"

    run_id: int = Field(primary_key=True)
    month: dt.date = Field(primary_key=True, description="its first day")
    is_complete: bool = Field(description="whether the data covers the whole month")
    new: int = Field(description="ordered first in the month")
    kept: int = Field(description="ordered, and in one of the months before, by setting")
    back: int = Field(description="ordered after a longer pause")
    lapsed: int | None = Field(
        description="the last month of such a pause; null while the month is not over"
    )
    new_revenue: float
    kept_revenue: float
    back_revenue: float


class SegmentFlow(SQLModel, table=True):
    """One row per run, two days, segment before and after: customers and their value."""

    __tablename__ = "segment_flow"

    run_id: int = Field(primary_key=True)
    from_day: dt.date = Field(primary_key=True)
    to_day: dt.date = Field(primary_key=True, description="the next snapshot, or the newest")
    before: str = Field(primary_key=True, description="segment, or “New customers”")
    after: str = Field(primary_key=True)
    customers: int
    value_before: float | None = Field(
        description="customers times the mean clv_12m of the segment today, money"
    )
    value_after: float | None = Field(description="the same of the segment after, money")
