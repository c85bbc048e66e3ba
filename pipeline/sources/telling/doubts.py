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


def _day(held: Content) -> float:
    return max(held.dates, held.day_numbers, held.epochs)


def _money(held: Content) -> float:
    """Prefer named currencies and decimals; counts and days may be money, too."""
    if max(held.dates, held.times, held.percent) > ENOUGH or held.numbers < ENOUGH:
        return 0.0
    return (1 + held.money + held.fractions - held.negative / 2) / 3


def _customer(held: Content) -> float:
    """Prefer addresses, then codes and names that come back."""
    if max(held.dates, held.times, held.money, held.fractions) > ENOUGH:
        return 0.0
    words = max(0.0, 1 - held.numbers)
    return max(2 * held.emails, max(held.codes, words) * (1 - abs(held.distinct - 0.5)))


LIKELY: dict[str, tuple[tuple[str, ...], Callable[[Content], float]]] = {
    "customer_id": (CUSTOMERS, _customer),
    "ordered_at": (("ordered_at",), _day),
    "amount": (MONEY, _money),
}
"""By what orders need: the fields that meet it, and how well a column may do so."""


def doubts(
    looked: Contents,
    found: Mapping[str, str],
    *,
    lacking: Collection[str],
    by_content: Mapping[str, str],
) -> list[Doubt]:
    """Name the columns of orders to ask about.

    Parameters
    ----------
    looked : what the columns hold.
    found : column of each field.
    lacking : fields that are needed and not found, as `columns.missing` gives them.
    by_content : those of `found` that cells told and no name did.
    """
    taken = set(found.values())
    asked: dict[str, Doubt] = {
        column: Doubt(column, _fields(field), is_taken=True)
        for field, column in by_content.items()
    }
    for need in lacking:
        fields, likely = LIKELY.get(need, ((need,), lambda held: held.filled))
        scores = {
            name: likely(each.content)
            for name, each in looked.items()
            if name and name not in taken and not each.is_empty
        }
        best = sorted(scores, key=lambda name: -scores[name])[:MOST]
        for name in best:
            if scores[name] > 0:
                before = asked[name].fields if name in asked else ()
                asked[name] = Doubt(name, (*before, *fields), is_taken=False)
    return list(asked.values())


def _fields(field: str) -> tuple[str, ...]:
    """Give a field, and behind it those that could stand for it."""
    group = next((fields for fields, _ in LIKELY.values() if field in fields), ())
    return (field, *(each for each in group if each != field))
