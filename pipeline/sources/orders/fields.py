"""What a column of orders can be, and the names it goes by in many languages."""

import tomllib
from functools import cache
from importlib.resources import files

CUSTOMERS = ("customer_id", "email", "customer_name")
"""What names a customer, the best first."""
MONEY = ("amount", "unit_price", "order_total")
"""What can tell revenue: of a line, of a piece, of a whole order."""
NEEDS = (CUSTOMERS, ("ordered_at",), MONEY)
"""Of each group a file of orders must have one."""
NUMBERS = frozenset(
    {
        "quantity", "unit_price", "amount", "order_total", "discount", "order_discount",
        "tax", "shipping", "refunded", "cost",
    }
)  # fmt: skip
DATES = frozenset({"ordered_at"})
CONSTANT = "="
"""What stands before a value that a mapping gives every row, in the place of a column."""


@cache
def words_of(file: str) -> dict[str, tuple[str, ...]]:
    """Read lists of words that stand beside this module, by what they mean."""
    text = files("pipeline.sources.orders").joinpath(file).read_text("utf-8")
    return {
        meaning: tuple(word for line in lines for word in line.split(", "))
        for meaning, lines in tomllib.loads(text).items()
    }


def known_names() -> dict[str, tuple[str, ...]]:
    """Give the names of the columns of each field, the preferred ones first."""
    return words_of("names.toml")


def constant(column: str) -> str | None:
    """Give the value that a mapping has for every row, `None` where it names a column.

    >>> constant("=EUR"), constant("Currency")
    ('EUR', None)
    """
    return column[len(CONSTANT) :] if column.startswith(CONSTANT) else None
