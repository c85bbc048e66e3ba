"""Whether a table has one row a customer, where no form with columns of its own fits."""

from collections.abc import Mapping, Sequence

from pipeline.sources.columns import match
from pipeline.sources.customers.own import role_of
from pipeline.sources.customers.roles import UNIQUE, is_sure, looks_like_customers, roles_of
from pipeline.sources.forms import ORDERS
from pipeline.sources.orders.fields import NEEDS
from pipeline.sources.parts import Part

OF_ORDERS = ({"invoice"}, {"product", "quantity"}, {"product", "unit_price"})
"""Fields that only orders have: with these a table is orders, whatever it lacks of them."""
TELLS_ORDERS = frozenset(name for group in NEEDS[1:] for name in group)


def surely_customers(part: Part, mapping: Mapping[str, str]) -> bool:
    """Tell whether a table is one of customers though it may have all that orders need.

    Its columns say who left, or how many orders there were and when, and hardly a customer
    stands in it twice. A mapping that says which columns those of orders are is believed.
    """
    if any(name in TELLS_ORDERS for name in mapping):
        return False
    if any(role_of(key) for key in mapping):
        return True
    if not is_sure(part.table.column_names) or _of_orders(part):
        return False
    roles = roles_of(part.table, mapping)
    return (
        "customer_id" in roles.fields or bool(roles.outcomes)
    ) and roles.repeats <= (1 - UNIQUE) * len(part.table)  # fmt: skip


def maybe_customers(part: Part, mapping: Mapping[str, str], outcomes: Sequence[str]) -> bool:
    """Tell whether a table that fits nothing else is one of customers."""
    if any(name in TELLS_ORDERS for name in mapping):
        return False
    named = [name for name in outcomes if name in part.table.column_names]
    roles = roles_of(part.table, mapping, named)
    if named or any(role_of(key) for key in mapping):
        return True
    return not _of_orders(part) and looks_like_customers(roles, len(part.table))


def _of_orders(part: Part) -> bool:
    matched_fields = set(match(list(dict.fromkeys(part.table.column_names)), ORDERS))
    return any(fields <= matched_fields for fields in OF_ORDERS)
