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
    status = _meant(word)
    return None if status == FINE else status


def statuses(column: pa.ChunkedArray) -> Statuses:
    """Tell the status of each row by its word, whatever its language."""
    distinct_texts = distinct(as_text(column))
    words = distinct_texts.values.to_pylist()
    stored = distinct_texts.spread(
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
    distinct_texts = distinct(as_text(column))
    words = distinct_texts.values.to_pylist()
    none = {plain(word) for word in words_of("statuses.toml")[NO_SALE]}
    if {plain(word) for word in words if word} & SOLD:
        none |= PAID
    marks = [OTHER if word and plain(word) in none else None for word in words]
    if all(marks):
        marks = [None] * len(marks)
    return distinct_texts.spread(pa.array(marks, pa.string()))


def _meant(word: str) -> str | None:
    """Say what a status means, by its parts and their first words where the whole isn't known.

    >>> _meant("Shipped - Returned to seller"), _meant("Cancelled by customer")
    ('refunded', 'cancelled')
    """
    status_by_word = _known()
    if (whole := status_by_word.get(_bare(word))) is not None:
        return whole
    parts = [part.strip() for part in APART.split(word) if part.strip()]
    part_statuses = [
        status_by_word.get(
            _bare(part), status_by_word.get(_bare(part.split()[0])) if " " in part else None
        )
        for part in parts
    ]
    known_statuses = [status for status in part_statuses if status is not None]
    return next(
        (status for status in known_statuses if status != FINE),
        known_statuses[0] if known_statuses else None,
    )


def _bare(word: str) -> str:
    """Reduce a word, without what shops put before it, such as `wc-`."""
    name = plain(word)
    return name[2:] if word.casefold().startswith("wc-") else name
