"""Revenue by month, country and product, lines without a customer included."""

import datetime as dt

from pydantic import NaiveDatetime
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
    items: float | None = Field(default=None, description="pieces, less those that came back")
    returned_revenue: float | None = Field(
        default=None, description="value of what came back in the month, whenever it was bought"
    )


class CountrySales(SQLModel, table=True):
    """One row per run and country."""

    __tablename__ = "country_sales"

    run_id: int = Field(primary_key=True)
    country: str = Field(primary_key=True, description="as the source has it")
    revenue: float
    orders: int = Field(description="with a line of which something is left, of nobody too")
    customers: int = Field(description="known ones with such an order")
    iso: str | None = Field(
        default=None, description="two-letter code of ISO 3166; null for what is on no map"
    )
    items: float | None = Field(default=None, description="pieces, less those that came back")
    cancelled: float | None = Field(default=None, description="value that came back")
    average_basket: float | None = Field(default=None, description="money per order")
    returned_share: float | None = Field(
        default=None, description="value that came back of all that was bought, 0 to 1"
    )


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
    abc: str | None = Field(
        default=None, description="class by revenue: A up to 80 % of all, B to 95 %, else C"
    )
    cancelled: float | None = Field(default=None, description="value that came back")
    returned_share: float | None = Field(
        default=None, description="value that came back of all that was bought, 0 to 1"
    )
    price: float | None = Field(default=None, description="mean money per piece")
    category: str | None = Field(
        default=None, description="of most of its revenue; see `category_sales`"
    )
    margin: float | None = Field(
        default=None,
        description="share of revenue above cost, of lines with a known cost; null where less"
        " than half of the revenue has one",
    )
    repeat_customers: int | None = Field(
        default=None, description="customers with it in more than one order"
    )
    repeat_share: float | None = Field(default=None, description="of its customers, 0 to 1")
    first_customers: int | None = Field(
        default=None, description="customers in whose first order it was"
    )
    first_stayed_share: float | None = Field(
        default=None, description="share of these who ordered anything again, 0 to 1"
    )


class Concentration(SQLModel, table=True):
    """One row per run and share of customers, the most valuable first."""

    __tablename__ = "concentration"

    run_id: int = Field(primary_key=True)
    customer_share: float = Field(primary_key=True, description="0 to 1")
    revenue_share: float = Field(description="what these customers bring, 0 to 1")


class CategorySales(SQLModel, table=True):
    """One row per run and category of products."""

    __tablename__ = "category_sales"

    run_id: int = Field(primary_key=True)
    category: str = Field(primary_key=True)
    source: str = Field(
        description="source, where it names categories; descriptions, where they were made"
        " from the words of these"
    )
    products: int
    revenue: float
    items: float
    orders: int
    customers: int
    cancelled: float = Field(description="value that came back")
    average_basket: float | None = Field(description="money per order")
    returned_share: float | None = Field(description="value that came back, 0 to 1")


class ItemClass(SQLModel, table=True):
    """One row per run and class of codes in the source, before any cleaning."""

    __tablename__ = "item_class"

    run_id: int = Field(primary_key=True)
    item_class: str = Field(
        primary_key=True, description="product, postage, voucher, bank fee and others"
    )
    rows: int
    amount: float = Field(description="quantity times price of these rows")
    codes: int = Field(description="different codes")
    examples: str = Field(description="up to five of them")


class MonthlyCountry(SQLModel, table=True):
    """One row per run, country and month with sales."""

    __tablename__ = "monthly_country"

    run_id: int = Field(primary_key=True)
    country: str = Field(primary_key=True)
    month: dt.date = Field(primary_key=True, description="its first day")
    revenue: float
    items: float
    orders: int
    customers: int
    cancelled: float = Field(description="value that came back since")
    price: float | None = Field(description="mean money per piece")


class MonthlyProduct(SQLModel, table=True):
    """One row per run, product of most revenue and month with sales."""

    __tablename__ = "monthly_product"

    run_id: int = Field(primary_key=True)
    product: str = Field(primary_key=True)
    month: dt.date = Field(primary_key=True, description="its first day")
    revenue: float
    items: float
    orders: int
    customers: int
    cancelled: float = Field(description="value that came back since")
    price: float | None = Field(description="mean money per piece")


class MonthlyCategory(SQLModel, table=True):
    """One row per run, category and month with sales."""

    __tablename__ = "monthly_category"

    run_id: int = Field(primary_key=True)
    category: str = Field(primary_key=True)
    month: dt.date = Field(primary_key=True, description="its first day")
    revenue: float
    items: float
    orders: int
    customers: int
    cancelled: float = Field(description="value that came back since")
    price: float | None = Field(description="mean money per piece")


class ProductCountry(SQLModel, table=True):
    """One row per run, product of most revenue and country."""

    __tablename__ = "product_country"

    run_id: int = Field(primary_key=True)
    product: str = Field(primary_key=True)
    country: str = Field(primary_key=True)
    revenue: float
    items: float
    orders: int
    customers: int
    cancelled: float = Field(description="value that came back")
    price: float | None = Field(description="mean money per piece")


class ReturnPair(SQLModel, table=True):
    """One row per run and pair of an order and what took it back, unusual or of most money."""

    __tablename__ = "return_pair"

    run_id: int = Field(primary_key=True)
    position: int = Field(primary_key=True, description="by value, the highest 0")
    customer_id: str | None
    purchase: str = Field(description="invoice of the order")
    cancellation: str | None = Field(description="invoice that took it back")
    product: str | None = Field(description="where one alone came back")
    purchased_at: NaiveDatetime
    cancelled_at: NaiveDatetime
    minutes: float = Field(description="between both")
    value: float = Field(description="money that came back")
    pieces: float
    lines: int = Field(description="lines of the order that it took from")
    share: float = Field(description="of the order's value, 0 to 1")
    is_large: bool = Field(description="many times the middle return, by setting")
    is_quick: bool = Field(description="the whole order, within the minutes of the setting")
    is_repeated: bool = Field(description="of a customer who returns often and much")
    reasons: str | None = Field(description="why it is unusual, in words; null where it is not")


class SalesFigure(SQLModel, table=True):
    """One row per run and single figure about orders and returns."""

    __tablename__ = "sales_figure"

    run_id: int = Field(primary_key=True)
    figure: str = Field(primary_key=True)
    value: float | None = None
