"""What was traded day by day: all that forecasts are made from, kept small."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.sales.ledger import Floats, Ledger, Whole, Words, sums

OTHERS = "(others)"
"""Level of what is not told apart."""


class Dimension(NamedTuple):
    """Trade by the words of a column.

    `revenue` has days × levels, `of_order` the level in which an order counts: that of most of
    its value.
    """

    name: str
    levels: tuple[str, ...]
    revenue: Floats
    of_order: Whole


class Trade(NamedTuple):
    """One element per order: days since `first`, whose it is (-1: nobody's), what is left.

    `last` is the day up to which everything is known, `stands` marks orders that count.
    """

    first: np.datetime64
    last: np.datetime64
    day: Whole
    customer: Whole
    customers: NDArray[np.object_]
    net: Floats
    stands: NDArray[np.bool_]
    dimensions: tuple[Dimension, ...]

    @property
    def days(self) -> int:
        """How many days are known."""
        return int((self.last - self.first).astype(np.int64)) + 1


def trade(book: Ledger, columns: Mapping[str, Words], *, levels: int) -> Trade:
    """Add up a ledger by day, and by the `levels` words of most revenue of some columns.

    An order counts on the day of its first line. Columns with fewer than two words are left
    out: they say nothing beside the whole.
    """
    when = book.orders.when.astype("datetime64[D]")
    first, last = when.min(), np.datetime64(book.as_of)
    day = (when - first).astype(np.int64)
    days = int((last - first).astype(np.int64)) + 1
    return Trade(
        first=first,
        last=last,
        day=day,
        customer=book.orders.customer,
        customers=book.customer.names,
        net=book.orders.net,
        stands=book.orders.stands,
        dimensions=tuple(
            _dimension(book, name, words, day, days=days, levels=levels)
            for name, words in columns.items()
            if words.is_known and len(words.names) > 1
        ),
    )


def _dimension(
    book: Ledger, name: str, words: Words, day: Whole, *, days: int, levels: int
) -> Dimension:
    revenue = sums(words.codes, book.net, len(words.names))
    ranked = np.lexsort((words.names.astype(str), -revenue))
    present_codes = ranked[
        np.bincount(words.codes[words.codes >= 0], minlength=len(ranked))[ranked] > 0
    ]
    # One word too many is told apart rather than called others.
    kept_codes = present_codes if len(present_codes) <= levels + 1 else present_codes[:levels]
    several = len(kept_codes) + (len(kept_codes) < len(present_codes))
    places = np.full(len(words.names) + 1, several - 1, dtype=np.int64)
    places[kept_codes] = np.arange(len(kept_codes))
    line = places[words.codes]
    by_day = sums(day[book.order] * several + line, book.net, days * several)
    by_order = sums(
        book.order * several + line, np.maximum(book.net, 0), len(book.orders.when) * several
    )
    named = tuple(str(words.names[code]) for code in kept_codes)
    return Dimension(
        name,
        named if len(named) == several else (*named, OTHERS),
        by_day.reshape(days, several),
        by_order.reshape(-1, several).argmax(axis=1),
    )
