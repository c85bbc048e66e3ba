"""Columns of orders that names don't tell, told by what they hold."""

from collections.abc import Collection, Mapping

from pipeline.sources.orders.fields import NEEDS
from pipeline.sources.telling.contents import Contents, Looked

MOSTLY = 0.9
FEW = 0.02
"""Share of different cells below which a column names kinds rather than customers."""


def guessed(
    found: Mapping[str, str], looked: Contents, left_out: Collection[str] = ()
) -> dict[str, str]:
    """Give the columns of what is needed and not found, where there is one that can be it.

    Those that are `left_out` are none of it.

    Money that is told by nothing but its decimals is taken for the amount of the row. Where
    two columns can be a field, none is taken: which one is meant is asked.
    """
    left = {
        name: each for name, each in looked.items() if name not in {*found.values(), *left_out}
    }
    told: dict[str, str] = {}
    for group in NEEDS:
        if any(field in found for field in group):
            continue
        fitting = [name for name in GUESS[group[0]](left) if name not in told.values()]
        if len(fitting) == 1:
            told[_field(group[0], found)] = fitting[0]
    return told


def _field(name: str, found: Mapping[str, str]) -> str:
    """Take money beside quantities of products for a price: whether it is of lines shows."""
    is_piece = name == "amount" and {"quantity", "product"} <= found.keys()
    return "unit_price" if is_piece else name


def _dates(left: Contents) -> list[str]:
    sure = [name for name, each in left.items() if each.content.dates >= MOSTLY]
    digits = [
        name
        for name, each in left.items()
        if each.content.day_numbers >= MOSTLY and each.content.fractions == 0
    ]
    return sure or digits


def _money(left: Contents) -> list[str]:
    named = [name for name, each in left.items() if each.content.money >= MOSTLY]
    decimal = [
        name
        for name, each in left.items()
        if each.content.numbers >= MOSTLY and each.content.fractions > 0.1
    ]
    return named or decimal


def _customers(left: Contents) -> list[str]:
    """Find addresses, else identifiers; orders and products have some, too."""
    addresses = [name for name, each in left.items() if each.content.emails >= MOSTLY]
    if addresses:
        return addresses
    return [name for name, each in left.items() if _is_code(each)]


def _is_code(looked: Looked) -> bool:
    held = looked.content
    return (
        held.codes >= MOSTLY
        and held.repeats
        and held.distinct > FEW
        and max(held.dates, held.day_numbers, held.fractions, held.epochs) < 1 - MOSTLY
    )


GUESS = {"customer_id": _customers, "ordered_at": _dates, "amount": _money}
