"""What a source comes to: figures that a check gives before and a refresh after publishing."""

import datetime as dt
from typing import NamedTuple

import pandas as pd

from pipeline.features.days import day_of
from pipeline.quality.cleaning import Cleaned

MONEY_PLACES = 2


class Figures(NamedTuple):
    """Customers, orders and revenue on the newest day.

    `orders` and `revenue` are those of known customers, `orders_all` and `revenue_all` with
    lines of nobody; days are those of the first and the last order. None where there are no
    orders.
    """

    customers: int
    orders: int | None = None
    revenue: float | None = None
    orders_all: int | None = None
    revenue_all: float | None = None
    first_day: dt.date | None = None
    last_day: dt.date | None = None


def figures_of_customers(fields: pd.DataFrame) -> Figures:
    """Add up what one row a customer says of orders and money, where the source tells both.

    `fields` are what cleaning left of the source. Without order lines there are no lines of
    nobody; days are known where the first and the last order of each customer are.
    """
    many = len(fields)
    if not {"frequency", "monetary"} <= set(fields):
        return Figures(many)
    orders = round(float(fields["frequency"].astype(float).sum()))
    revenue = round(float(fields["monetary"].astype(float).sum()), MONEY_PLACES)
    first, last = _day(fields, "first_order_on", "min"), _day(fields, "last_order_on", "max")
    return Figures(many, orders, revenue, orders, revenue, first, last)


def _day(fields: pd.DataFrame, name: str, which: str) -> dt.date | None:
    days = fields[name].dropna() if name in fields else pd.Series(dtype=object)
    return dt.date.fromisoformat(days.agg(which)) if len(days) else None


def figures_of(cleaned: Cleaned, states: pd.DataFrame, newest: int) -> Figures:
    """Add up what stood at the end of the newest day; `states` as `order_states` gives them."""
    standing = states[(states["from_day"] <= newest) & (states["to_day"] > newest)]
    standing = standing[standing["net"] > 0]
    orders, revenue = len(standing), float(standing["net"].sum())
    end = pd.Timestamp(day_of(newest)) + pd.Timedelta(days=1)
    lines = cleaned.purchases
    nobody = lines[lines["customer_id"].isna() & (lines["ordered_at"] < end)]
    without = nobody.groupby("invoice", observed=True)["value"].sum()
    return Figures(
        customers=int(standing["customer_id"].nunique()),
        orders=orders,
        revenue=round(revenue, MONEY_PLACES),
        orders_all=orders + int((without > 0).sum()),
        revenue_all=round(revenue + float(without[without > 0].sum()), MONEY_PLACES),
        first_day=day_of(int(standing["ordered_day"].min())) if orders else None,
        last_day=day_of(int(standing["ordered_day"].max())) if orders else None,
    )
