"""Columns whose meaning a person should say, or look at: with what each may be."""

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

from pipeline.sources.cells.content import Content
from pipeline.sources.orders.fields import CUSTOMERS, MONEY
from pipeline.sources.telling.contents import Contents

ENOUGH = 0.5
"""Share of cells that must be of a kind for a column to be suggested."""
MOST = 4
"""Columns that are suggested for one field."""


class Doubt(NamedTuple):
    """A column to look at: what it may be, the likeliest first, and whether that is taken."""

    column: str
    fields: tuple[str, ...]
    is_taken: bool


def _day(content: Content) -> float:
    return max(content.dates, content.day_numbers, content.epochs)


def _money(content: Content) -> float:
    """Prefer named currencies and decimals; counts and days may be money, too."""
    if max(content.dates, content.times, content.percent) > ENOUGH or content.numbers < ENOUGH:
        return 0.0
    return (1 + content.money + content.fractions - content.negative / 2) / 3


def _customer(content: Content) -> float:
    """Prefer addresses, then codes and names that come back."""
    if max(content.dates, content.times, content.money, content.fractions) > ENOUGH:
        return 0.0
    words = max(0.0, 1 - content.numbers)
    return max(
        2 * content.emails, max(content.codes, words) * (1 - abs(content.distinct - 0.5))
    )


LIKELY: dict[str, tuple[tuple[str, ...], Callable[[Content], float]]] = {
    "customer_id": (CUSTOMERS, _customer),
    "ordered_at": (("ordered_at",), _day),
    "amount": (MONEY, _money),
}
"""By what orders need: the fields that meet it, and how well a column may do so."""


def doubts(
    looked: Contents,
    column_by_field: Mapping[str, str],
    *,
    lacking: Collection[str],
    by_content: Mapping[str, str],
) -> list[Doubt]:
    """Name the columns of orders to ask about.

    Parameters
    ----------
    looked : what the columns hold.
    column_by_field : column of each field.
    lacking : fields that are needed and not found, as `columns.missing` gives them.
    by_content : those of `column_by_field` that cells told and no name did.
    """
    taken_columns = set(column_by_field.values())
    doubt_by_column: dict[str, Doubt] = {
        column: Doubt(column, _fields(field), is_taken=True)
        for field, column in by_content.items()
    }
    for need in lacking:
        fields, likely = LIKELY.get(need, ((need,), lambda content: content.filled))
        scores = {
            name: likely(look.content)
            for name, look in looked.items()
            if name and name not in taken_columns and not look.is_empty
        }
        best = sorted(scores, key=lambda name: -scores[name])[:MOST]
        for name in best:
            if scores[name] > 0:
                before = doubt_by_column[name].fields if name in doubt_by_column else ()
                doubt_by_column[name] = Doubt(name, (*before, *fields), is_taken=False)
    return list(doubt_by_column.values())


def _fields(field: str) -> tuple[str, ...]:
    """Give a field, and behind it those that could stand for it."""
    group = next((fields for fields, _ in LIKELY.values() if field in fields), ())
    return (field, *(alternative for alternative in group if alternative != field))
