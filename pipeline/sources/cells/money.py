"""Which currency the cells of a column say their amounts are in."""

from collections import Counter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.sources.cells.affixes import currency_word
from pipeline.sources.cells.currencies import Named
from pipeline.sources.cells.distinct import Distinct, distinct, native, trimmed
from pipeline.sources.cells.numerals import dressed


class AmbiguousSign(NamedTuple):
    """A sign that several currencies share (`$`, `kr`, `¥`), those it may mean, its rows."""

    sign: str
    codes: tuple[str, ...]
    rows: int


class CurrencyFound(NamedTuple):
    """What currencies a column names.

    `codes` are those that are sure, the most frequent first; `ambiguous` the signs that stand
    for several, the most frequent first; `rows` the number of rows that name a currency.
    """

    codes: tuple[str, ...]
    ambiguous: tuple[AmbiguousSign, ...]
    rows: int


NO_CURRENCY = CurrencyFound((), (), 0)


def currency_of(column: pa.ChunkedArray) -> CurrencyFound:
    """Find the currencies that a column of amounts, or of currencies alone, names.

    >>> currency_of(pa.chunked_array([["R$ 1,00", "5 €", "5 €"]])).codes
    ('EUR', 'BRL')
    """
    if native(column):
        return NO_CURRENCY
    found = distinct(column)
    rows = _rows(found)
    taken = dressed(trimmed(found.values))
    sure: Counter[str] = Counter()
    several: Counter[Named] = Counter()
    by_kind = np.bincount(taken.kinds + 1, weights=rows, minlength=len(taken.affixes) + 1)
    named = [
        (each.currency, int(count))
        for each, count in zip(taken.affixes, by_kind[1:], strict=True)
        if each is not None and each.currency is not None and count
    ]
    named += _alone(found.values, taken.kinds, rows)
    for currency, count in named:
        if len(currency.codes) == 1:
            sure[currency.codes[0]] += count
        elif currency.codes:
            several[currency] += count
    return CurrencyFound(
        tuple(code for code, _ in sure.most_common()),
        tuple(
            AmbiguousSign(each.sign, each.codes, count) for each, count in several.most_common()
        ),
        sum(count for _, count in named),
    )


def _rows(found: Distinct) -> npt.NDArray[np.int64]:
    held = found.rows.drop_null().to_numpy()
    return np.bincount(held, minlength=len(found.values)).astype(np.int64)


def _alone(
    values: pa.Array, kinds: npt.NDArray[np.int64], rows: npt.NDArray[np.int64]
) -> list[tuple[Named, int]]:
    """Read cells without a number, as a column of currencies has them."""
    places = np.flatnonzero((kinds < 0) & (rows > 0))
    words = [(values[int(place)].as_py(), int(rows[place])) for place in places[:1_000]]
    read = [(currency_word(word) if word else None, count) for word, count in words]
    return [(currency, count) for currency, count in read if currency is not None]
