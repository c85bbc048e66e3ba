"""What is bought together and next, and how much of each product to have."""

import datetime as dt

from sqlmodel import Field, SQLModel


class ProductPair(SQLModel, table=True):
    """One row per run, product and product bought with it, of pairs above chance."""

    __tablename__ = "product_pair"

    run_id: int = Field(primary_key=True)
    product: str = Field(primary_key=True)
    with_product: str = Field(primary_key=True)
    position: int = Field(description="of the pairs of `product`, the strongest first")
    orders: int = Field(description="with both, of nobody too")
    support: float = Field(description="share of all orders with both, above 0 up to 1")
    confidence: float = Field(description="share of the orders with `product`, up to 1")
    lift: float = Field(
        description="times as often as if both were bought apart from each other"
    )


class NextProduct(SQLModel, table=True):
    """One row per run, customer and product suggested; none where popularity does as well."""

    __tablename__ = "next_product"

    run_id: int = Field(primary_key=True)
    customer_id: str = Field(primary_key=True)
    place: int = Field(primary_key=True, description="1 the likeliest")
    product: str = Field(description="not bought by the customer so far")
    because: str = Field(description="the product bought that speaks most for it")


class NextCheck(SQLModel, table=True):
    """One row per run, month of the test and way to suggest."""

    __tablename__ = "next_check"

    run_id: int = Field(primary_key=True)
    first_day: dt.date = Field(primary_key=True)
    recommender: str = Field(
        primary_key=True,
        description="neighbours, or what most customers bought: popular_30 and popular_90 in so"
        " many days before, popular_ever at any time",
    )
    last_day: dt.date
    customers: int = Field(
        description="who bought something before, and in the month something new to them"
    )
    hits: int = Field(description="of these, who bought one of ten products suggested before")
    hit_rate: float = Field(description="hits ÷ customers")


class ProductStock(SQLModel, table=True):
    """One row per run and product of class A or B, or of class C that lies idle."""

    __tablename__ = "product_stock"

    run_id: int = Field(primary_key=True)
    product: str = Field(primary_key=True)
    abc: str = Field(description="class by revenue")
    state: str = Field(
        description="order, enough, stock not known (none was given), too new (sold for less"
        " than twice lead time and review), idle"
    )
    idle_days: int = Field(description="days since the last sale that stands")
    weekly_demand: float | None = Field(
        default=None, description="mean pieces a week of the last 13"
    )
    selling_days_share: float | None = Field(
        default=None, description="days with a sale in these weeks, 0 to 1"
    )
    lead_time_days: int | None = Field(default=None, description="from order to arrival")
    service_level: float | None = Field(
        default=None, description="share of stretches in which stock is to suffice, 0 to 1"
    )
    expected_demand: float | None = Field(
        default=None, description="mean pieces over lead time and review"
    )
    reorder_point: float | None = Field(
        default=None,
        description="pieces to have on hand and on order at each review; null where unknown",
    )
    safety_stock: float | None = Field(
        default=None, description="of these, those above the mean demand"
    )
    on_hand: float | None = Field(
        default=None, description="pieces on hand and on order, as the file says"
    )
    order_now: float | None = Field(
        default=None, description="pieces missing to the reorder point; null where not known"
    )


class StockCheck(SQLModel, table=True):
    """One row per run, week of the test and class: points held against what was asked for."""

    __tablename__ = "stock_check"

    run_id: int = Field(primary_key=True)
    first_day: dt.date = Field(primary_key=True, description="first day after the review")
    abc: str = Field(primary_key=True, description="class on that day")
    last_day: dt.date = Field(description="end of lead time and review")
    asked_level: float = Field(description="service level asked for")
    products: int = Field(description="with a point from the days before")
    held: int = Field(description="of these, those of which no more was asked for")
