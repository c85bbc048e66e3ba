"""Which table holds the lines of orders, and which joins bring it what it lacks.

The fewest joins that give a customer, a day and money come first, then those that say what was
bought, of which kind, and from which country.
"""

from collections.abc import Sequence

from pipeline.sources.joins.links import Link
from pipeline.sources.joins.planned import NEEDS, Place, Plan, Step
from pipeline.sources.joins.roles import (
    Role,
    given,
    is_one_an_order,
    names_orders,
    other_person,
    role_of,
)
from pipeline.sources.joins.sums import summed
from pipeline.sources.joins.tables import Table
from pipeline.sources.joins.ways import way
from pipeline.sources.orders.fields import MONEY

WANTED = ("status", "description", "category", "country")
PAID = frozenset({"payment", "pay", "paid", "zahlung", "paiement", "pago", "pagamento"})
BACK = frozenset({"refund", "return", "credit", "chargeback", "retoure", "erstattung"})
NO_ORDERS = frozenset({"cart", "wishlist", "quote", "budget", "target", "forecast", "purchase"})


def plan(fact: Table, links: Sequence[Link]) -> Plan:
    """Plan the joins to a table of lines; what it still `lacks` can't be found."""
    plan = Plan(fact)
    while lacks := plan.lacks:
        path = way(plan, links, [NEEDS[name] for name in lacks])
        if not path:
            path = _money_of_orders(plan, links) if "money" in lacks else []
        if not path:
            return plan
        plan.join(path)
    _find_person(plan, links)
    for field in WANTED:
        if field not in plan.has:
            plan.join(way(plan, links, [(field,)]))
    plan.join(_refunds_of_orders(plan, links))
    _bring_mapped(plan, links)
    return plan


def rank(plan: Plan) -> tuple[bool, bool, bool, bool, int, int]:
    """Rank plans that lack nothing: lines of pieces with money of their own come first."""
    fact = plan.fact
    own = any(field in fact.fields for field in MONEY) or any(
        step.added_up is not None for step in plan.steps
    )
    about = set(fact.words)
    pieces = "product" in plan.has or "quantity" in fact.fields
    return (
        not about & (BACK | NO_ORDERS),
        own,
        bool(pieces) and not about & PAID,
        not about & PAID,
        -len(plan.steps),
        len(fact.rows),
    )


def _money_of_orders(plan: Plan, links: Sequence[Link]) -> list[Step]:
    """Add payments up by order, where nothing else tells what was paid."""
    for link in sorted(links, key=lambda link: not set(link.child.words) & PAID):
        role = plan.roles.get(link.parent)
        payments = link.child
        if role not in {Role.LINE, Role.ORDER} or payments in plan.roles:
            continue
        if not link.unique or set(payments.words) & BACK or "product" in payments.fields:
            continue
        if role is Role.LINE and not _is_of_orders(link):
            continue
        sums = summed(link)
        if sums is not None:
            return [Step(sums, Role.ORDER, {"order_total": sums.parent.columns[1]}, link)]
    return []


def _refunds_of_orders(plan: Plan, links: Sequence[Link]) -> list[Step]:
    """Add refunds up by order, where the orders have no column of their own for them."""
    if "refunded" in plan.has:
        return []
    for link in links:
        is_back = link.child not in plan.roles and set(link.child.words) & BACK
        if not is_back or not link.unique or link.parent not in plan.roles:
            continue
        if _is_of_orders(link) and (sums := summed(link)) is not None:
            return [Step(sums, Role.ORDER, {"refunded": sums.parent.columns[1]}, link)]
    return []


def _is_of_orders(link: Link) -> bool:
    """Say whether what has payments is an order, not a customer or a product."""
    return names_orders(link.parent) or link.parent.fields.get("invoice") == link.key[0]


def _find_person(plan: Plan, links: Sequence[Link]) -> None:
    """Look for who bought behind a customer's key that is another for every order."""
    place = plan.has.get("customer_id")
    if place is None or not is_one_an_order(place.table, place.column):
        return
    if plan.roles.get(place.table) not in {Role.LINE, Role.ORDER}:
        return
    for link in links:
        if link.child is not place.table or link.columns != (place.column,):
            continue
        if not link.unique or role_of(link, Role.ORDER) is not Role.CUSTOMER:
            continue
        if column := other_person(link):
            if link.parent not in plan.roles:
                plan.join([Step(link, Role.CUSTOMER, given(link, Role.CUSTOMER))])
            plan.has["customer_id"] = Place(link.parent, column)
            plan.person = plan.steps[-1]
            return


def _bring_mapped(plan: Plan, links: Sequence[Link]) -> None:
    """Join the tables with columns that the user's mapping names."""
    for link in links:
        is_meant = link.parent.mapped and link.parent not in plan.roles
        if is_meant and link.child in plan.roles and link.unique:
            role = role_of(link, plan.roles[link.child]) or Role.PLACE
            own = {
                field: column
                for field, column in link.parent.fields.items()
                if column in link.parent.mapped
            }
            plan.join([Step(link, role, own)])
