"""What is watched: unusual days and weeks, drift between updates, alerts that fired."""

import datetime as dt

from sqlmodel import Field, SQLModel


class SalesPeriod(SQLModel, table=True):
    """One row per run, day or whole week with orders, and figure: what came, what was usual."""

    __tablename__ = "sales_period"
    __table_args__ = {"sqlite_with_rowid": False}

    run_id: int = Field(primary_key=True)
    step: str = Field(primary_key=True, description="day or week")
    figure: str = Field(primary_key=True, description="revenue or orders")
    period_start: dt.date = Field(primary_key=True, description="its first day")
    value: float = Field(description="what was ordered, before anything came back")
    expected: float = Field(description="by the days around and the weekday")
    low: float = Field(description="the least that is not unusual")
    high: float = Field(description="the most that is not unusual")
    score: float | None = Field(
        description="robust standard deviations from what was expected; null where the weekday"
        " is too seldom"
    )
    is_unusual: bool
    came_back: float = Field(description="money of these orders that came back since")


class SalesPeriodPart(SQLModel, table=True):
    """One row per run, unusual period, kind of part and each of the three that add most."""

    __tablename__ = "sales_period_part"

    run_id: int = Field(primary_key=True)
    step: str = Field(primary_key=True, description="day or week")
    figure: str = Field(primary_key=True, description="revenue or orders")
    period_start: dt.date = Field(primary_key=True, description="first day of the period")
    by: str = Field(primary_key=True, description="order, customer, product, segment, country")
    position: int = Field(primary_key=True, description="by its share of the excess, from 0")
    level: str = Field(description="which order, customer and so on")
    value: float = Field(description="what it brought in the period")
    usual_share: float = Field(description="its share of the days around, 0 to 1")
    excess: float = Field(description="value less its usual share of what was expected")
    share: float = Field(description="of the whole period's excess; above 1 where others fell")
    is_main: bool = Field(description="whether it is what accounts for the period")


class Drift(SQLModel, table=True):
    """One row per run and thing compared with the published update before it."""

    __tablename__ = "drift"

    run_id: int = Field(primary_key=True)
    kind: str = Field(primary_key=True, description="attribute, score or base_rate")
    name: str = Field(primary_key=True, description="column of `customers`, or task")
    position: int
    earlier_run: int = Field(description="the update that it is compared with")
    before: str = Field(description="middle or most frequent value then, in words")
    now: str
    stability_index: float = Field(
        description="population stability index, 0: the same distribution"
    )
    level: str = Field(description="same up to 0.1, some up to 0.25, much above")


class Alert(SQLModel, table=True):
    """One row per run and rule for alerts that fired."""

    __tablename__ = "alert"

    run_id: int = Field(primary_key=True)
    position: int = Field(primary_key=True)
    rule: str = Field(description="the rule in words")
    figure: str = Field(description="the figure that the rule watches")
    subject: str | None = Field(description="attribute or task, where the figure has several")
    kind: str = Field(description="above, below, rises, falls or range")
    value: float
    before: float | None = Field(description="of the update before, where the rule compares")
    threshold: float = Field(description="limit of the rule; of a change a share, 0.3 is 30 %")
    sentence: str = Field(description="what happened, in words")
