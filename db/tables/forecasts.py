"""What revenue, orders and buyers come next, and how well that was told before."""

import datetime as dt

from sqlmodel import Field, SQLModel


class SalesForecast(SQLModel, table=True):
    """One row per run, series, step, level and period, known or ahead."""

    __tablename__ = "sales_forecast"

    run_id: int = Field(primary_key=True)
    series: str = Field(primary_key=True, description="revenue, orders or buyers")
    step: str = Field(primary_key=True, description="week or month")
    level: str = Field(
        primary_key=True,
        description="all, or a part like “country: Germany”, “segment: …”, “category: …”",
    )
    period_start: dt.date = Field(
        primary_key=True, description="Monday of the week, or first day of the month"
    )
    actual: float | None = Field(description="what came; null for what is ahead")
    expected: float | None = Field(
        description="of what is ahead; a period that has begun with what came of it already"
    )
    low_80: float | None = Field(description="lower end of the 80 % range")
    high_80: float | None = Field(description="upper end of it")
    low_95: float | None = Field(description="lower end of the 95 % range")
    high_95: float | None = Field(description="upper end of it")
    model: str = Field(
        description="theta; last year's weeks, smoothed growth; seasonal naive; of parts: share"
        " of the whole, or seasonal naive, made to add up to the whole"
    )


class SalesForecastCheck(SQLModel, table=True):
    """One row per run, series, step and level: how far off the same was at earlier times."""

    __tablename__ = "sales_forecast_check"

    run_id: int = Field(primary_key=True)
    series: str = Field(primary_key=True)
    step: str = Field(primary_key=True)
    level: str = Field(primary_key=True)
    model: str
    origins: int = Field(description="earlier weeks from which something was told that came")
    forecasts: int = Field(description="periods told from all of them")
    mase: float | None = Field(
        description="mean absolute error by the mean change on the same period a year before,"
        " on the period before where there are no two years"
    )
    mase_naive: float | None = Field(
        description="the same of the seasonal naive: the period a year before, else the last"
    )
    coverage_80: float | None = Field(
        description="share within the 80 % range that other origins gave, 0 to 1"
    )
    coverage_95: float | None = Field(description="the same of the 95 % range")
