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
    distinct_texts = distinct(column)
    rows = _rows(distinct_texts)
    dressed_texts = dressed(trimmed(distinct_texts.values))
    sure: Counter[str] = Counter()
    several: Counter[Named] = Counter()
    by_kind = np.bincount(
        dressed_texts.kinds + 1, weights=rows, minlength=len(dressed_texts.affixes) + 1
    )
    named = [
        (affix.currency, int(count))
        for affix, count in zip(dressed_texts.affixes, by_kind[1:], strict=True)
        if affix is not None and affix.currency is not None and count
    ]
    named += _alone(distinct_texts.values, dressed_texts.kinds, rows)
    for currency, count in named:
        if len(currency.codes) == 1:
            sure[currency.codes[0]] += count
        elif currency.codes:
            several[currency] += count
    return CurrencyFound(
        tuple(code for code, _ in sure.most_common()),
        tuple(
            AmbiguousSign(currency.sign, currency.codes, count)
            for currency, count in several.most_common()
        ),
        sum(count for _, count in named),
    )


def _rows(distinct_texts: Distinct) -> npt.NDArray[np.int64]:
    indices = distinct_texts.rows.drop_null().to_numpy()
    return np.bincount(indices, minlength=len(distinct_texts.values)).astype(np.int64)


def _alone(
    values: pa.Array, kinds: npt.NDArray[np.int64], rows: npt.NDArray[np.int64]
) -> list[tuple[Named, int]]:
    """Read cells without a number, as a column of currencies has them."""
    places = np.flatnonzero((kinds < 0) & (rows > 0))
    words = [(values[int(place)].as_py(), int(rows[place])) for place in places[:1_000]]
    read = [(currency_word(word) if word else None, count) for word, count in words]
    return [(currency, count) for currency, count in read if currency is not None]
