"""What the status of an order says: whether it brings revenue."""

import re
from functools import cache
from typing import NamedTuple

import pyarrow as pa

from pipeline.sources.cells.distinct import distinct
from pipeline.sources.cells.texts import as_text
from pipeline.sources.naming import plain
from pipeline.sources.orders.fields import words_of

OTHER = "other"
"""What a layout calls rows that are no sale: payouts, fees, rows of payments."""
STATUSES = ("cancelled", "refunded", "failed", "voided", "pending", OTHER)
"""Statuses whose rows bring no revenue, as they are stored."""
FINE, NO_SALE, GIVEN_BACK = "fine", "no_sale", "given_back"
APART = re.compile(r"\s+[-–—]\s+|[:/,;(]")
"""What stands between the words of a status."""


@cache
def _known() -> dict[str, str]:
    """Give what each known word means: one of `STATUSES`, or that it counts."""
    return {
        plain(word): status
        for status, words in words_of("statuses.toml").items()
        for word in words
        if status not in {NO_SALE, GIVEN_BACK}
    }


SOLD, PAID = frozenset({"sale", "sales", "invoice"}), frozenset({"payment", "payments"})
PARTLY = re.compile(r"part|teil|parci|parz|częś|част|kısm|部分|一部", re.IGNORECASE)


class Statuses(NamedTuple):
    """The statuses of rows: `stored` is one of `STATUSES` or null; `unknown` other words.

    `sure` says that some word is known, so that the column does hold statuses.
    """

    stored: pa.ChunkedArray
    unknown: tuple[str, ...]
    sure: bool = False


def status_of(word: str) -> str | None:
    """Tell which status takes an order out of revenue, `None` where it stays.

    What is partly refunded or cancelled stays; its refunded amount lowers it.

    >>> status_of("Canceled"), status_of("wc-completed"), status_of("Partially refunded")
    ('cancelled', None, None)
    """
    if PARTLY.search(word):
        return None
    found = _meant(word)
    return None if found == FINE else found


def statuses(column: pa.ChunkedArray) -> Statuses:
    """Tell the status of each row by its word, whatever its language."""
    found = distinct(as_text(column))
    words = found.values.to_pylist()
    stored = found.spread(
        pa.array([status_of(word) if word else None for word in words], pa.string())
    )
    unknown = [
        word for word in words if word and not PARTLY.search(word) and _meant(word) is None
    ]
    sure = any(word and _meant(word) is not None for word in words)
    return Statuses(stored, tuple(unknown), sure)


def no_sales(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Mark events that are no sale, such as views and payouts; others are null.

    Where a column names nothing else, it names something else than events, and all stay. A
    payment beside sales or invoices is what was paid of them.
    """
    found = distinct(as_text(column))
    words = found.values.to_pylist()
    none = {plain(word) for word in words_of("statuses.toml")[NO_SALE]}
    if {plain(word) for word in words if word} & SOLD:
        none |= PAID
    told = [OTHER if word and plain(word) in none else None for word in words]
    if all(told):
        told = [None] * len(told)
    return found.spread(pa.array(told, pa.string()))


def _meant(word: str) -> str | None:
    """Say what a status means, by its parts and their first words where the whole isn't known.

    >>> _meant("Shipped - Returned to seller"), _meant("Cancelled by customer")
    ('refunded', 'cancelled')
    """
    known = _known()
    if (whole := known.get(_bare(word))) is not None:
        return whole
    parts = [part.strip() for part in APART.split(word) if part.strip()]
    found = [
        known.get(_bare(part), known.get(_bare(part.split()[0])) if " " in part else None)
        for part in parts
    ]
    told = [each for each in found if each is not None]
    return next((each for each in told if each != FINE), told[0] if told else None)


def _bare(word: str) -> str:
    """Reduce a word, without what shops put before it, such as `wc-`."""
    name = plain(word)
    return name[2:] if word.casefold().startswith("wc-") else name
