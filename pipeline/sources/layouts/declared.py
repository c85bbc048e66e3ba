"""What a layout file may say, checked as it is read."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from pipeline.sources.orders.fields import CONSTANT, NUMBERS, constant, known_names
from pipeline.sources.orders.statuses import FINE, STATUSES

SUBTOTAL = "subtotal"
"""What the pieces of an order cost together, a field that only layouts name."""
FIELDS = (*known_names(), SUBTOTAL)
ALWAYS_OF_ORDER = frozenset({SUBTOTAL, "order_total", "order_discount"})
REFUND = "refund"
"""What a rule makes of a row that gives money back."""
Then = Literal["cancelled", "refunded", "failed", "voided", "pending", "other", "refund"]


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Columns = Annotated[
    tuple[Annotated[str, Field(min_length=1)], ...],
    BeforeValidator(_listed),
    Field(min_length=1, max_length=40),
]
"""One column, or several names that it may have, the preferred one first."""


class Strict(BaseModel):
    """A frozen part of a layout that knows no other keys than its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(Strict):
    """Where the cells of a field come from: exactly one of these, and how they are counted."""

    column: Columns | None = Field(default=None, description="a column, by its names")
    either: Columns | None = Field(
        default=None, description="columns, the first of a row that is filled"
    )
    join: Columns | None = Field(default=None, description="columns put together with a blank")
    sum: Columns | None = Field(default=None, description="columns of money, added up")
    minus: Columns | None = Field(
        default=None,
        description="two columns of money: what the first has more than the second, where the"
        " second is given and not 0",
    )
    cents: bool = Field(default=False, description="money is in whole cents")
    microseconds: bool = Field(default=False, description="moments count from 1970")

    @model_validator(mode="after")
    def _one(self) -> "Source":
        named_ways = [name for name in WAYS if getattr(self, name) is not None]
        if len(named_ways) != 1:
            raise ValueError(f"must have one of {', '.join(WAYS)}")
        if self.minus is not None and len(self.minus) != 2:
            raise ValueError("must name two columns as minus")
        return self

    @property
    def way(self) -> str:
        """Name the way by which cells are found."""
        return next(name for name in WAYS if getattr(self, name) is not None)

    @property
    def names(self) -> tuple[str, ...]:
        """Give the names of columns, whatever the way."""
        names: tuple[str, ...] = getattr(self, self.way)
        return names


WAYS = ("column", "either", "join", "sum", "minus")


def _source(value: Any) -> Any:
    if not isinstance(value, str | list | dict | Source):
        raise ValueError(
            "must name a column; put names such as On, Yes or 1 into quotation marks"
        )
    return {"column": value} if isinstance(value, str | list) else value


FieldName = Literal[FIELDS]  # type: ignore[valid-type]
FieldSource = Annotated[Source, BeforeValidator(_source)]


class Recognised(Strict):
    """By which headers an export is known; spelling, case and order don't matter."""

    all: Annotated[tuple[str, ...], Field(max_length=40)] = Field(
        default=(), description="columns that must be there"
    )
    any: Annotated[tuple[Columns, ...], Field(max_length=40)] = Field(
        default=(), description="of each list one column must be there"
    )
    most: Annotated[tuple[str, ...], Field(max_length=80)] = Field(
        default=(), description="columns of which `at_least` must be there"
    )
    at_least: int = Field(default=0, ge=0, description="how many of `most` must be there")
    none: Annotated[tuple[str, ...], Field(max_length=40)] = Field(
        default=(), description="columns that must not be there"
    )

    @model_validator(mode="after")
    def _something(self) -> "Recognised":
        if not (self.all or self.any or self.at_least):
            raise ValueError("must name columns by all, any or most with at_least")
        if self.at_least > len(self.most):
            raise ValueError(f"asks for {self.at_least} of {len(self.most)} columns")
        return self


class RowRule(Strict):
    """What rows are by one of their cells: the first rule that holds for a row decides."""

    column: Columns = Field(description="the column that is looked at, by its names")
    equals: Columns | None = Field(default=None, alias="is", description="words, whole")
    other_than: Columns | None = Field(
        default=None, alias="is_not", description="words, whole; an empty cell is none of them"
    )
    contains: Columns | None = Field(default=None, description="words anywhere in the cell")
    filled: Literal[True] | None = Field(default=None, description="the cell holds anything")
    below: float | None = Field(default=None, description="the cell is a number below this")
    expected: bool = Field(
        default=False, description="whether figures are in doubt without the column"
    )
    then: Then = Field(
        description="what the row is: a status, other (no sale), or refund (money given back)"
    )

    @model_validator(mode="after")
    def _one(self) -> "RowRule":
        conditions = [
            name
            for name in ("equals", "other_than", "contains", "filled", "below")
            if getattr(self, name) is not None
        ]
        if len(conditions) != 1:
            raise ValueError("must have one of is, is_not, contains, filled, below")
        return self


class Refunds(Strict):
    """Whose money is given back by rows that a rule calls refund."""

    order: Columns | None = Field(default=None, description="holds the order that is refunded")
    customer: Columns | None = Field(
        default=None, description="holds the customer, where it isn't the usual column"
    )


class Layout(Strict):
    """One kind of export. `name` is the file's, `digest` tells its content."""

    name: str = ""
    digest: str = ""
    title: str = Field(min_length=1, max_length=80, description="what people call it")
    get: str = Field(min_length=1, max_length=400, description="where to click to get it")
    about: str = Field(default="", max_length=600, description="what else is to be known")
    recognised: Recognised = Field(description="by which columns it is known")
    fields: Annotated[dict[FieldName, FieldSource], Field(min_length=1)] = Field(
        description="the column of each field, or several names that it may have; `=value`"
        " gives every row the same; or one of the ways below"
    )
    needed: tuple[FieldName, ...] = Field(
        default=(), description="fields that the export can't do without"
    )
    expected: tuple[FieldName, ...] = Field(
        default=(), description="fields without which figures are in doubt"
    )
    of_order: tuple[FieldName, ...] = Field(
        default=(),
        description="fields of the whole order, repeated in its rows or in one of them alone",
    )
    order_above: bool = Field(
        default=False, description="a row without an order's number belongs to the row above"
    )
    statuses: dict[str, Literal[(*STATUSES, FINE)]] = Field(  # type: ignore[valid-type]
        default_factory=dict, description="words that mean something else here than usual"
    )
    rows: tuple[RowRule, ...] = Field(default=(), description="rules on rows, in their order")
    refunds: Refunds = Field(
        default=Refunds(),
        description="of rows called refund: `order` names the column with the order that is"
        " refunded, `customer` that with the customer",
    )
    amount: Literal["before discounts", "after discounts"] = Field(
        default="after discounts", description="what the amounts of lines are"
    )
    subtotal: Literal["before discounts", "after discounts"] = Field(
        default="after discounts",
        description="what subtotals are, where the totals don't tell",
    )

    @model_validator(mode="after")
    def _consistent(self) -> "Layout":
        for name in (*self.needed, *self.expected, *self.of_order):
            if name not in self.fields:
                raise ValueError(
                    f"names “{name}” as needed, expected or of_order, and not in fields"
                )
        for name, source in self.fields.items():
            if source.cents and name not in {*NUMBERS, SUBTOTAL}:
                raise ValueError(f"gives cents for “{name}”, which is no money")
            if any(constant(column) is not None for column in source.names) and (
                source.way != "column" or len(source.names) > 1
            ):
                raise ValueError(
                    f"gives “{name}” a value with {CONSTANT} among columns; write it alone"
                )
        return self
