"""What is known of each customer: orders as they stood, snapshots, published scores."""

import datetime as dt

from pydantic import NaiveDatetime
from sqlmodel import Field, SQLModel


class Snapshot(SQLModel, table=True):
    """One row per run and day on which its data set is looked at, with that day's totals."""

    __tablename__ = "snapshot"

    run_id: int = Field(primary_key=True)
    as_of: dt.date = Field(
        primary_key=True,
        description="everything up to the end of this day is known;"
        " 0001-01-01 where the source has no day",
    )
    as_of_day: int = Field(description="the same as days since 1970-01-01")
    customers: int | None = Field(default=None, description="customers with a standing order")
    active_customers: int | None = Field(
        default=None, description="of these, with one in the last 90 days"
    )
    orders: int | None = Field(default=None, description="standing orders")
    revenue: float | None = Field(
        default=None, description="net value of the customers' standing orders"
    )


class OrderState(SQLModel, table=True):
    """One row per order and period in which its net value stood; cancelling begins another."""

    __tablename__ = "order_state"
    __table_args__ = {"sqlite_with_rowid": False}

    run_id: int = Field(primary_key=True)
    customer_id: str = Field(primary_key=True)
    invoice: str = Field(primary_key=True)
    from_day: int = Field(
        primary_key=True, description="first day of the period, in days since 1970-01-01"
    )
    to_day: int = Field(description="first day after the period")
    ordered_day: int = Field(description="day of the order, in days since 1970-01-01")
    ordered_at: NaiveDatetime
    place: int = Field(description="of the order among all of the run by time, from 0")
    net: float = Field(description="value of the order less what had been cancelled")
    gross: float = Field(description="value of the order before any cancellation")
    items: float = Field(description="pieces left after cancellations")
    country: str | None


class CustomerSnapshot(SQLModel, table=True):
    """One row per run, snapshot and customer."""

    __tablename__ = "customer_snapshot"
    __table_args__ = {"sqlite_with_rowid": False}

    run_id: int = Field(primary_key=True)
    as_of: dt.date = Field(primary_key=True)
    customer_id: str = Field(primary_key=True)
    recency_days: int | None = Field(description="days since the latest standing order")
    frequency: int | None = Field(description="standing orders")
    monetary: float | None = Field(description="net value of the standing orders")
    tenure_days: int | None = Field(description="days since the first standing order")
    country: str | None = Field(description="country of the latest standing order")
    r_score: int | None = Field(description="1 to 5, 5 the most recent fifth")
    f_score: int | None = Field(description="1 to 5, 5 the fifth with most orders")
    m_score: int | None = Field(description="1 to 5, 5 the fifth with most spend")
    segment: str | None = Field(description="segment by the run's segmentation")


class CustomerResult(SQLModel, table=True):
    """One row per run and customer of the newest snapshot."""

    __tablename__ = "customer_result"
    __table_args__ = {"sqlite_with_rowid": False}

    run_id: int = Field(primary_key=True)
    customer_id: str = Field(primary_key=True, description="the source's own identifier")
    as_of: dt.date | None = Field(
        description="day of the snapshot; null where the source has no day"
    )
    segment: str | None = Field(description="name of the customer's segment")
    recency_days: int | None = Field(description="days since the latest standing order")
    frequency: int | None = Field(description="standing orders")
    monetary: float | None = Field(description="net value of the standing orders, money")
    average_basket: float | None = Field(description="money per order")
    tenure_days: int | None = Field(description="days since the first standing order")
    country: str | None = Field(description="of the latest standing order")
    spend_band: str | None = Field(description="Top 20 %, Middle or Bottom 20 % by monetary")
    component_1: float | None = Field(default=None, description="on the first component")
    component_2: float | None = Field(default=None, description="on the second component")
    is_outlier: bool | None = Field(
        default=None, description="whether unlike all others; null where not looked for"
    )
    churn_probability: float | None = Field(
        default=None,
        description="of no order in the next 90 days, null without one in a year; without"
        " orders of the drop of activity that the source labels",
    )
    risk_value: str | None = Field(
        default=None, description="one of four groups by churn probability and value"
    )
    clv_12m: float | None = Field(
        default=None, description="discounted revenue expected in the next 12 months, money"
    )
    clv_12m_low: float | None = Field(
        default=None, description="lower end of its 90 % interval"
    )
    clv_12m_high: float | None = Field(
        default=None, description="upper end of its 90 % interval"
    )
    p_alive: float | None = Field(
        default=None, description="probability of still being a customer, 0 to 1"
    )
    expected_orders_90d: float | None = Field(
        default=None, description="orders expected in the next 90 days"
    )
    order_probability_90d: float | None = Field(
        default=None,
        description="of an order in the next 90 days, by the value model",
    )
    clv_historic_12m: float | None = Field(
        default=None, description="money per year so far, for comparison"
    )
    expected_next_order_days: float | None = Field(
        default=None, description="median days to the next order; null where it may never come"
    )
    sample_position: float = Field(
        description="random place in its segment, 0 to 1: those up to p are a sample of share p"
    )
    value_band: str | None = Field(
        default=None,
        description="low, middle or high by clv_12m, else profit, by the data set's amounts",
    )
    churn_low: float | None = Field(
        default=None, description="lower end of the 95 % range of churn_probability"
    )
    churn_high: float | None = Field(
        default=None, description="upper end of the 95 % range of churn_probability"
    )
    risk_band: str | None = Field(
        default=None, description="likely to stay, unsure or likely to leave, by probability"
    )
    value_at_stake: float | None = Field(
        default=None,
        description="revenue of the next months if the customer orders in them at all; without"
        " orders the source's profit, money",
    )
    contact_profit: float | None = Field(
        default=None,
        description="expected of contacting the customer, money",
    )
    answer_probability: float | None = Field(
        default=None,
        description="of answering a campaign, out of fold; null where no source tells who did",
    )
    contact_reason: str | None = Field(
        default=None,
        description="why a rule names the customer, where no profit of a contact is known",
    )
    next_order_on: dt.date | None = Field(
        default=None,
        description="last order plus the expected gap between orders: the customer's own from"
        " three gaps on, else the model's; null where p_alive is below one half",
    )
    moved: str | None = Field(
        default=None,
        description="since the day before in `movement`: risen or slipped into a segment of"
        " higher or lower mean clv_12m, new (first order since), lost (no order in the year any"
        " more); null for others",
    )
    segment_before: str | None = Field(
        default=None, description="segment on that day; null for who was no customer then"
    )
    clv_12m_before: float | None = Field(
        default=None, description="clv_12m as it was expected on that day, money"
    )
    returned_share: float | None = Field(
        default=None, description="value that came back of all that was bought, 0 to 1"
    )
    pieces_per_line: float | None = Field(
        default=None, description="mean pieces of a line of which something is left"
    )
    outlier_reason: str | None = Field(
        default=None,
        description="which measures of an outlier are how many times the middle, in words",
    )
    next_product: str | None = Field(
        default=None,
        description="likely to be bought next and new to the customer: its description, else"
        " its code; null where popularity tells as much",
    )
