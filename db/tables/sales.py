"""Revenue by month, country and product, lines without a customer included."""

import datetime as dt

from sqlmodel import Field, SQLModel


class MonthlySales(SQLModel, table=True):
    """One row per run and month."""

    __tablename__ = "monthly_sales"

    run_id: int = Field(primary_key=True)
    month: dt.date = Field(primary_key=True, description="its first day")
    revenue: float = Field(
        description="of orders placed in the month, net of what was cancelled since"
    )
    cancelled: float = Field(description="value of these orders that was cancelled since")
    anonymous_revenue: float = Field(description="part of revenue on lines without a customer")
    orders: int = Field(description="standing orders of known customers")
    customers: int = Field(description="known customers who ordered")
    new_customers: int = Field(description="of these, for the first time")
    is_complete: bool = Field(description="whether the data covers the whole month")


class CountrySales(SQLModel, table=True):
    """One row per run and country."""

    __tablename__ = "country_sales"

    run_id: int = Field(primary_key=True)
    country: str = Field(primary_key=True)
    revenue: float
    orders: int
    customers: int


class ProductSales(SQLModel, table=True):
    """One row per run and product."""

    __tablename__ = "product_sales"

    run_id: int = Field(primary_key=True)
    product: str = Field(primary_key=True)
    description: str | None = Field(description="the most frequent one")
    revenue: float
    pieces: float
    orders: int
    customers: int
    cancelled_pieces: float = Field(description="pieces that matched cancellations took back")


class Concentration(SQLModel, table=True):
    """One row per run and share of customers, the most valuable first."""

    __tablename__ = "concentration"

    run_id: int = Field(primary_key=True)
    customer_share: float = Field(primary_key=True, description="0 to 1")
    revenue_share: float = Field(description="what these customers bring, 0 to 1")
