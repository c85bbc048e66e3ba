"""Columns of orders that names don't tell, told by what they hold."""

from collections.abc import Collection, Mapping

from pipeline.sources.orders.fields import NEEDS
from pipeline.sources.telling.contents import Contents, Looked

MOSTLY = 0.9
FEW = 0.02
"""Share of different cells below which a column names kinds rather than customers."""


def guessed(
    column_by_field: Mapping[str, str], looked: Contents, left_out: Collection[str] = ()
) -> dict[str, str]:
    """Give the columns of what is needed and not found, where there is one that can be it.

    Those that are `left_out` are none of it.

    Money that is told by nothing but its decimals is taken for the amount of the row. Where
    two columns can be a field, none is taken: which one is meant is asked.
    """
    unmatched_columns = {
        name: column
        for name, column in looked.items()
        if name not in {*column_by_field.values(), *left_out}
    }
    guesses: dict[str, str] = {}
    for group in NEEDS:
        if any(field in column_by_field for field in group):
            continue
        fitting = [
            name for name in GUESS[group[0]](unmatched_columns) if name not in guesses.values()
        ]
        if len(fitting) == 1:
            guesses[_field(group[0], column_by_field)] = fitting[0]
    return guesses


def _field(name: str, column_by_field: Mapping[str, str]) -> str:
    """Take money beside quantities of products for a price: whether it is of lines shows."""
    is_piece = name == "amount" and {"quantity", "product"} <= column_by_field.keys()
    return "unit_price" if is_piece else name


def _dates(columns: Contents) -> list[str]:
    sure = [name for name, column in columns.items() if column.content.dates >= MOSTLY]
    digits = [
        name
        for name, column in columns.items()
        if column.content.day_numbers >= MOSTLY and column.content.fractions == 0
    ]
    return sure or digits


def _money(columns: Contents) -> list[str]:
    named = [name for name, column in columns.items() if column.content.money >= MOSTLY]
    decimal = [
        name
        for name, column in columns.items()
        if column.content.numbers >= MOSTLY and column.content.fractions > 0.1
    ]
    return named or decimal


def _customers(columns: Contents) -> list[str]:
    """Find addresses, else identifiers; orders and products have some, too."""
    addresses = [name for name, column in columns.items() if column.content.emails >= MOSTLY]
    if addresses:
        return addresses
    return [name for name, column in columns.items() if _is_code(column)]


def _is_code(looked: Looked) -> bool:
    content = looked.content
    return (
        content.codes >= MOSTLY
        and content.repeats
        and content.distinct > FEW
        and max(content.dates, content.day_numbers, content.fractions, content.epochs)
        < 1 - MOSTLY
    )


GUESS = {"customer_id": _customers, "ordered_at": _dates, "amount": _money}
