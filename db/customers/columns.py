"""Which columns the table of customers has, of what types, and what each means."""

from typing import Any, NamedTuple

import pyarrow as pa
import sqlalchemy as sa
from sqlmodel import SQLModel

from db.tables import core
from db.tables.attributes import CustomerAttribute
from db.tables.customers import CustomerResult, CustomerSnapshot

IDENTIFIER = "customer_id"
KEYS = frozenset({"run_id", IDENTIFIER})
SCORES = ("r_score", "f_score", "m_score")
CHANNEL = "main_channel"
CAMPAIGN = "campaign:"
"""Before the name of a campaign."""
GROUP = "_group"
"""After the name of the attribute whose groups a column holds."""
MONTHS, DAYS = "months", "days"
RECENT: dict[str, tuple[pa.DataType, str]] = {
    "first_order_on": (pa.date32(), "day of the first order that stands"),
    "last_order_on": (pa.date32(), "day of the latest order that stands"),
    "overdue_days": (
        pa.int32(),
        "days since next_order_on, 0 before it; null without that day",
    ),
    "orders_30d": (pa.int32(), "orders that stand of the last 30 days up to as_of"),
    "revenue_30d": (pa.float64(), "their net value, money"),
    "orders_before_30d": (
        pa.int32(),
        "orders of the 30 days before those; null for all where the data begins later",
    ),
    "revenue_before_30d": (pa.float64(), "their net value, money"),
    "orders_30d_year_ago": (
        pa.int32(),
        "orders of the same calendar days a year earlier; null for all where the data begins"
        " later",
    ),
    "revenue_30d_year_ago": (pa.float64(), "their net value, money"),
}
"""Columns that orders alone fill, with their type and meaning."""

UNGROUPED = frozenset(
    {
        "sample_position",
        "component_1",
        "component_2",
        "order_probability_90d",
        "expected_next_order_days",
        "clv_12m_before",
        "returned_share",
        "pieces_per_line",
        *SCORES,
    }
)
"""Numbers that no page offers as an attribute to group customers by."""

MONTH = pa.struct([("month", pa.date32()), ("orders", pa.int32()), ("revenue", pa.float64())])
DAY = pa.struct(
    [
        ("as_of", pa.date32()),
        ("active", pa.bool_()),
        ("orders", pa.int32()),
        ("revenue", pa.float64()),
    ]
)

ARROW_TYPES: dict[type[sa.types.TypeEngine[Any]], pa.DataType] = {
    sa.Boolean: pa.bool_(),
    sa.Integer: pa.int32(),
    sa.Float: pa.float64(),
    sa.Date: pa.date32(),
}
"""What a column of the database is read as; any other as text."""


class Description(NamedTuple):
    """A column's name, its type in words and what it means."""

    name: str
    type: str
    meaning: str


def stored(table: type[SQLModel]) -> dict[str, pa.DataType]:
    """Give the columns of a table, but for the run, with the types that they are read as."""
    return {
        column.name: next(
            (arrow for kind, arrow in ARROW_TYPES.items() if isinstance(column.type, kind)),
            pa.string(),
        )
        for column in core(table).columns
        if column.name != "run_id"
    }


RESULTS = stored(CustomerResult)
ATTRIBUTES = {
    name: kind for name, kind in stored(CustomerAttribute).items() if name not in RESULTS
}
LABELS = tuple(name for name, kind in ATTRIBUTES.items() if kind == pa.bool_())
"""Attributes that follow from our own rules: the table `attribute` doesn't list them."""


def described() -> list[Description]:
    """Describe every column that the table of some run has, in their order."""
    return [
        *(_described(CustomerResult, name, kind) for name, kind in RESULTS.items()),
        *(_described(CustomerSnapshot, name, pa.int32()) for name in SCORES),
        *(
            _described(CustomerAttribute, name, pa.string() if name in LABELS else kind)
            for name, kind in ATTRIBUTES.items()
        ),
        Description(
            "KIND: COLUMN",
            "word or number",
            "of each column of a table of customers that only its source knows: what it holds"
            " (number, money, category, yes_no, date as days since) before the column's name",
        ),
        Description(CHANNEL, "word", "channel of most purchases; null without any"),
        Description(
            f"{CAMPAIGN}NAME", "word", "of each campaign: whether the customer accepted it"
        ),
        Description(
            f"ATTRIBUTE{GROUP}",
            "word",
            "of each number that pages group by: its band (fifths of all customers, decades of"
            " age, or the numbers themselves where they are few); of a word with more than 15"
            " different ones: the 14 of most customers, and Other",
        ),
        *(
            Description(name, _in_words(name, kind), f"{meaning}; only with orders")
            for name, (kind, meaning) in RECENT.items()
        ),
        Description(
            MONTHS,
            "list of (month date, orders whole number, revenue number)",
            "per month with an order that stands on the newest day: how many and their net"
            " value; only with orders",
        ),
        Description(
            DAYS,
            "list of (as_of date, active truth, orders whole number, revenue number)",
            "per snapshot up to the newest on which they were customers: whether they had"
            " ordered in the last 90 days, standing orders and their net value; only with"
            " orders",
        ),
    ]


def _described(table: type[SQLModel], name: str, kind: pa.DataType) -> Description:
    field = table.model_fields[name]
    return Description(name, _in_words(name, kind), field.description or "")


def _in_words(name: str, kind: pa.DataType) -> str:
    if name == IDENTIFIER:
        return "text"
    return {
        pa.string(): "word",
        pa.int32(): "whole number",
        pa.float64(): "number",
        pa.bool_(): "truth",
        pa.date32(): "date",
    }[kind]
