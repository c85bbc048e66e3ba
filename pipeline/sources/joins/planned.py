"""A plan: the table of lines, the joins to it, and where each field of orders is found."""

from collections.abc import Iterable
from typing import NamedTuple

from pipeline.sources.joins.links import Link
from pipeline.sources.joins.roles import Role
from pipeline.sources.joins.tables import Table
from pipeline.sources.orders.fields import CUSTOMERS, MONEY

NEEDS = {"customer": CUSTOMERS, "day": ("ordered_at",), "money": MONEY}
"""What a table of orders can't do without, by what it is called in sentences."""
OF_THE_ORDER = ("ordered_at", "time", "status")
"""What the table of orders knows better than that of their lines."""


class Step(NamedTuple):
    """A join: what is joined, as what, and the columns that it gives by field.

    `added_up` is how the rows of a table name their orders, where they are added up by order
    before they are joined; with `is_part` only the columns that are taken are joined.
    """

    link: Link
    role: Role
    takes: dict[str, str]
    added_up: Link | None = None
    is_part: bool = False

    @property
    def sentence(self) -> str:
        """Say what is joined."""
        if self.added_up is not None:
            return f"{self.added_up.sentence}, added up by order"
        return self.link.sentence


class Place(NamedTuple):
    """A column of a table."""

    table: Table
    column: str


class Plan:
    """A table of lines, the joins to it, and where each field of orders is found."""

    def __init__(self, fact: Table) -> None:
        self.fact = fact
        self.steps: list[Step] = []
        self.roles: dict[Table, Role] = {fact: Role.LINE}
        self.has: dict[str, Place] = {
            field: Place(fact, column) for field, column in fact.fields.items()
        }
        self.person: Step | None = None
        self.multiplying: list[Link] = []

    @property
    def lacks(self) -> list[str]:
        """Name what a table of orders needs and this one hasn't."""
        return [name for name, group in NEEDS.items() if not any(f in self.has for f in group)]

    def join(self, path: Iterable[Step]) -> None:
        """Add joins, taking of each table what isn't there or is better there."""
        is_detail = "customer" in self.lacks
        for step in path:
            takes = {
                field: column
                for field, column in step.takes.items()
                if field not in self.has
                or (is_detail and step.role is Role.ORDER and field in OF_THE_ORDER)
            }
            link = step.link
            self.has |= {field: Place(link.parent, column) for field, column in takes.items()}
            if step.role is Role.CUSTOMER and not any(f in self.has for f in CUSTOMERS):
                self.has["customer_id"] = Place(link.child, link.columns[0])
            if link.child is self.fact and len(link.columns) == 1:
                own = {Role.ORDER: "invoice", Role.PRODUCT: "product"}.get(step.role)
                if own == "invoice" or (own and own not in self.has):
                    self.has[own] = Place(self.fact, link.columns[0])
            self.roles[link.parent] = step.role
            self.steps.append(step._replace(takes=takes))
