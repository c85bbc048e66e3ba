"""What a column seems to hold, judged by a sample of its cells."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.sources.cells.date_parts import EPOCH
from pipeline.sources.cells.date_words import MAYBE
from pipeline.sources.cells.distinct import distinct, matching, native, trimmed
from pipeline.sources.cells.identity import looks_like_email
from pipeline.sources.cells.money import currency_of
from pipeline.sources.cells.numerals import read_numbers
from pipeline.sources.cells.texts import written
from pipeline.sources.cells.timestamps import read_dates

SAMPLE = 2_000
OFTEN = 0.95
DIGITS_ONLY = r"^[+-]?\d+([.,]\d*)?$"
DAY_IN_DIGITS = r"^(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(\d{4}|\d{6})?$"
DAY_NUMBER = r"^[2-9]\d{4}([.,]\d+)?$"
"""Excel's days of 1954 to 2173."""
WHOLE = r"^\d+(\.0+)?$"
CLOCK = r"^\d{1,2}[:hH]\d{2}(:\d{2}([.,]\d+)?)?( ?[AaPp]\.?[Mm]\.?)?$"
CODE = r"^[\p{L}\p{N}_#/-]*\d[\p{L}\p{N}_#/-]*(\.0+)?$"
CURRENCY_WORD = r"^[^\d]{1,12}$"
EARLIEST_EPOCH, LATEST_EPOCH = 631_152_000, 4_102_444_800
"""1990 and 2100, in seconds."""


class Content(NamedTuple):
    """Shares, 0 to 1, of a column's cells that aren't empty, in a sample of its rows.

    `dates` are written as dates, `day_numbers` may be: digits run together or Excel's numbers;
    `epochs` seconds or milliseconds since 1970. `times` are of a day, without a date. `numbers`
    read as numbers, with a currency or without; `money` name a currency; `whole` are positive
    whole numbers, `fractions` have decimals that aren't zeros, `negative` are below zero,
    `percent` have a percent sign. `codes` are letters and digits without a blank (`10070`,
    `K0070`), dates not counted. `currencies` name one and hold no number. `distinct` is the
    share of different cells: 1 where none repeats. `filled` is the share of rows with a cell.
    """

    rows: int
    filled: float
    distinct: float
    dates: float
    day_numbers: float
    epochs: float
    times: float
    numbers: float
    money: float
    whole: float
    fractions: float
    negative: float
    percent: float
    codes: float
    currencies: float
    emails: float

    @property
    def repeats(self) -> bool:
        """Whether cells come again, as customers do in orders and orders in their lines."""
        return 0 < self.distinct < OFTEN


NOTHING = Content(0, *[0.0] * 15)


def content(column: pa.ChunkedArray, *, rows: int = SAMPLE) -> Content:
    """Look at a sample of at most `rows` rows, evenly over the column, and say what it holds.

    >>> content(pa.chunked_array([["5 €", "7,50 €", None, "a@b.com"]])).money.__round__(2)
    0.67
    """
    cells = _sampled(column, rows)
    texts = distinct(written(cells) if native(cells) else cells)
    values = trimmed(texts.values)
    weights = _weights(texts.rows, len(values)) * np.asarray(pc.is_valid(values))
    filled = float(weights.sum())
    if not filled:
        return NOTHING._replace(rows=len(cells))

    def share(marked: pa.Array | npt.NDArray[np.bool_]) -> float:
        return float(weights[np.asarray(marked, dtype=bool)].sum()) / filled

    numbers, is_number, percent = _numbers(values)
    epochs = _epochs(values)
    spelled = _dates(values)
    if pa.types.is_temporal(cells.type) and not pa.types.is_time(cells.type):
        spelled = np.asarray(pc.is_valid(values))
    return Content(
        rows=len(cells),
        filled=filled / len(cells),
        distinct=float((weights > 0).sum()) / filled,
        dates=share(spelled),
        day_numbers=share(
            pc.or_(matching(values, DAY_IN_DIGITS), matching(values, DAY_NUMBER))
        ),
        epochs=share(epochs),
        times=share(matching(values, CLOCK)),
        numbers=share(is_number & ~spelled),
        money=_money(values, weights, is_number) / filled,
        whole=share(matching(values, WHOLE)),
        fractions=share(is_number & (np.nan_to_num(numbers) % 1 != 0)),
        negative=share(is_number & (np.nan_to_num(numbers) < 0)),
        percent=share(percent),
        codes=share(pc.and_not(matching(values, CODE), pa.array(spelled))),
        currencies=_currencies(values, weights) / filled,
        emails=share(looks_like_email(values)),
    )


def _sampled(column: pa.ChunkedArray, rows: int) -> pa.ChunkedArray:
    if len(column) <= rows:
        return column
    return column.take(pa.array(np.linspace(0, len(column) - 1, rows).astype(np.int64)))


def _weights(rows: pa.ChunkedArray, length: int) -> npt.NDArray[np.int64]:
    return np.bincount(rows.drop_null().to_numpy(), minlength=length).astype(np.int64)


def _numbers(
    values: pa.Array,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Read numbers: them, where there are any, and where they have a percent sign."""
    percent = np.asarray(matching(values, r"%$|^%"))
    read = read_numbers(pa.chunked_array([values])).values.combine_chunks()
    return np.asarray(pc.fill_null(read, 0.0)), np.asarray(pc.is_valid(read)), percent


def _dates(values: pa.Array) -> npt.NDArray[np.bool_]:
    """Say which texts are dates, but for those of digits alone."""
    maybe = pc.and_not(matching(values, MAYBE), matching(values, DIGITS_ONLY))
    if not pc.any(maybe).as_py():
        return np.zeros(len(values), bool)
    candidates = pc.if_else(maybe, values, pa.scalar(None, pa.string()))
    read = read_dates(pa.chunked_array([candidates])).values.combine_chunks()
    return np.asarray(pc.is_valid(read))


def _epochs(values: pa.Array) -> npt.NDArray[np.bool_]:
    marked = matching(values, EPOCH)
    counts = np.asarray(pc.if_else(marked, values, "0").cast(pa.float64()))
    seconds = np.where(counts > LATEST_EPOCH, counts / 1_000, counts)
    return (seconds >= EARLIEST_EPOCH) & (seconds < LATEST_EPOCH)


def _money(
    values: pa.Array, weights: npt.NDArray[np.int64], is_number: npt.NDArray[np.bool_]
) -> float:
    dressed = pc.and_not(pa.array(is_number), matching(values, DIGITS_ONLY))
    marked = pc.if_else(dressed, values, pa.scalar(None, pa.string()))
    return _named(marked, weights)


def _currencies(values: pa.Array, weights: npt.NDArray[np.int64]) -> float:
    marked = matching(values, CURRENCY_WORD)
    alone = pc.if_else(marked, values, pa.scalar(None, pa.string()))
    return _named(alone, weights)


def _named(values: pa.Array, weights: npt.NDArray[np.int64]) -> float:
    if values.null_count == len(values):
        return 0.0
    return float(currency_of(_repeated(values, weights)).rows)


def _repeated(values: pa.Array, weights: npt.NDArray[np.int64]) -> pa.ChunkedArray:
    return pa.chunked_array([values.take(pa.array(np.repeat(np.arange(len(values)), weights)))])
