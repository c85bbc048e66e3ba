"""What a joined table is to an order, and which fields of orders it may therefore give.

A table of sellers has a country too, and a customer a state that is no order's status: a table
gives only what tables of its kind know of an order.
"""

from collections.abc import Mapping
from enum import Enum
from functools import cache

from pipeline.sources.columns import known_names
from pipeline.sources.joins.links import Link
from pipeline.sources.joins.tables import Table, words_of
from pipeline.sources.naming import plain, variants
from pipeline.sources.orders.fitting import fits

FEWEST = 20
"""Rows below which nothing is told from customers who come only once."""


class Role(Enum):
    """What a table is to the line of an order."""

    LINE = "line"
    ORDER = "order"
    CUSTOMER = "customer"
    PRODUCT = "product"
    GROUP = "group of products"
    PLACE = "place"
    STATUS = "status"
    DAY = "day"


GIVES: Mapping[Role, frozenset[str]] = {
    Role.LINE: frozenset(),
    Role.ORDER: frozenset(
        {
            "customer_id", "email", "customer_name", "ordered_at", "time", "status", "event",
            "currency", "channel", "country", "order_total", "order_discount", "tax",
            "shipping", "refunded",
        }
    ),
    Role.CUSTOMER: frozenset({"email", "customer_name", "country"}),
    Role.PRODUCT: frozenset({"description", "category", "unit_price", "cost"}),
    Role.GROUP: frozenset({"category"}),
    Role.PLACE: frozenset({"country"}),
    Role.STATUS: frozenset({"status"}),
    Role.DAY: frozenset({"ordered_at"}),
}  # fmt: skip
"""Fields that a table of each role may give."""
ELSEWHERE = frozenset(
    {
        "seller", "vendor", "supplier", "store", "branch", "warehouse", "employee", "staff",
        "rep", "salesperson", "shipper", "carrier", "courier", "ship", "via", "promotion",
        "campaign", "coupon", "payment", "manager", "parent", "support", "reports", "report",
        "created", "updated", "offer", "review", "shipment", "inventory", "brand", "stock",
        "color", "colour", "size", "tax", "unit", "discount", "channel", "delivery", "tracking",
        "return", "refund",
    }
)  # fmt: skip
"""Words of tables and columns about something else than order, customer and product."""
PLACES = frozenset({"address", "city", "country", "location", "geo", "geography", "zip"})
DAYS = frozenset({"date", "day", "calendar"})
OTHER_DAYS = frozenset({"ship", "shipped", "shipping", "due", "delivery", "delivered"})
NAMES = ("name", "title", "label", "text")


def role_of(link: Link, child_role: Role) -> Role | None:
    """Tell what the parent of a link is, None where it is nothing to an order."""
    column, about = link.columns[0], link.parent.words
    words = {*words_of(column), *about}
    if child_role in {Role.CUSTOMER, Role.PLACE}:
        return _beside_customer(link, words)
    if child_role in {Role.PRODUCT, Role.GROUP}:
        return None if words & ELSEWHERE else Role.GROUP
    if child_role not in {Role.LINE, Role.ORDER}:
        return None
    named = _names_a(column) or _names_a(about[-1] if about else "")
    is_order = {"ordered_at", "customer_id"} <= link.parent.fields.keys()
    candidates = (
        (Role.CUSTOMER, named == "customer_id"),
        (Role.PRODUCT, named == "product" and child_role is Role.LINE),
        (Role.ORDER, named == "invoice" and not set(about) & ELSEWHERE),
        (Role.GROUP, child_role is Role.LINE and _is_category(link)),
        (Role.STATUS, "status" in words),
        (Role.DAY, bool(words & DAYS) and not words & OTHER_DAYS),
        (Role.PLACE, bool(words & PLACES)),
        (None, bool(words & ELSEWHERE)),
        (Role.ORDER, is_order),
        (Role.PRODUCT, child_role is Role.LINE),
    )
    return next((role for role, is_so in candidates if is_so), None)


def _beside_customer(link: Link, words: set[str]) -> Role | None:
    if words & PLACES:
        return Role.PLACE
    is_same = _names_a(link.columns[0]) == "customer_id" and not words & ELSEWHERE
    return Role.CUSTOMER if is_same else None


def _names_a(name: str) -> str | None:
    """Tell whether a name is one for a customer, an order or a product, else None."""
    forms = variants(name)
    bare = "".join(words_of(name))
    for field in ("customer_id", "invoice", "product"):
        if any(form in known_names(field) for form in (*forms, bare)):
            return field
    return None


def given(link: Link, role: Role) -> dict[str, str]:
    """Give the columns of a link's parent by the field of orders that each may be."""
    parent = link.parent
    column_by_field = {
        field: column
        for field, column in parent.fields.items()
        if field in GIVES[role] and (column,) != link.key
    }
    if role is Role.ORDER:
        return column_by_field | _of_order(link)
    if role is Role.PRODUCT and (name := _own_name(parent, link.key)):
        column_by_field["description"] = name
    if role is Role.GROUP:
        is_category = _is_category(link)
        column_by_field = {
            k: c for k, c in column_by_field.items() if is_category or k != "category"
        }
        name = _own_name(parent, link.key)
        if is_category and name and "category" not in column_by_field:
            column_by_field["category"] = name
    if role is Role.PLACE and "country" in parent.words and "country" not in column_by_field:
        name = _own_name(parent, link.key)
        if name:
            column_by_field["country"] = name
    if (
        role is Role.STATUS
        and "status" not in column_by_field
        and (name := _own_name(parent, link.key))
    ):
        column_by_field["status"] = name
    return column_by_field


def _of_order(link: Link) -> dict[str, str]:
    """Give the money that is an order's whole: what its table calls an amount or a discount."""
    fields, column_by_field = link.parent.fields, {}
    if "order_total" not in fields and "amount" in fields:
        column_by_field["order_total"] = fields["amount"]
    if "order_discount" not in fields and "discount" in fields:
        column_by_field["order_discount"] = fields["discount"]
    return column_by_field


def _is_category(link: Link) -> bool:
    """Say whether a table groups products as their category does."""
    bare = "".join(word for word in words_of(link.columns[0]) if word not in {"id", "key"})
    category_names = known_names("category")
    about = link.parent.words
    return bare in category_names or bool(
        about and (about[-1] in category_names or "".join(about) in category_names)
    )


def _own_name(table: Table, key: tuple[str, ...]) -> str | None:
    """Find the column with the name of what a row is: `Name`, `Title`, `ProductName`."""
    for ending in NAMES:
        own_names = {
            "".join((*table.words[first:], ending)) for first in range(len(table.words))
        }
        for column in table.columns:
            bare = "".join(words_of(column))
            if (column,) != key and (bare == ending or bare in own_names):
                return column
    return None


def other_person(link: Link) -> str | None:
    """Find what tells customers where the key of their table is another for every order.

    It is a column of the customers that is an identifier or an address and comes again.
    """
    parent = link.parent
    named = [
        column
        for column in parent.columns
        if (column,) != link.key
        and (
            any(variant in known_names("customer_id") for variant in variants(column))
            or {"unique", "person"} & set(words_of(column))
        )
        and fits("customer_id", plain(column), parent.looked[column])
    ]
    if "email" in parent.fields:
        named.append(parent.fields["email"])
    return next((column for column in named if _comes_again(parent, column)), None)


def _comes_again(table: Table, column: str) -> bool:
    return len(table.rows) >= FEWEST and not table.is_key((column,))


def is_one_an_order(table: Table, column: str) -> bool:
    """Say whether a column of orders names another customer in every one of many rows."""
    return len(table.rows) >= FEWEST and table.is_key((column,))


def names_orders(table: Table) -> bool:
    """Say whether a table is called after orders."""
    return bool(table.words) and _names_a(table.words[-1]) == "invoice"


@cache
def is_known(name: str) -> bool:
    """Say whether a column's name is one of any field of orders."""
    return any(variant in known_names(None) for variant in variants(name))
