"""Text as numbers: decimal comma or point, thousands, currencies, signs."""

from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.sources.cells.affixes import Affix, affix
from pipeline.sources.cells.distinct import (
    Distinct,
    Typed,
    distinct,
    in_batches,
    matching,
    native,
    trimmed,
)
from pipeline.sources.cells.separators import (
    Convention,
    SeparatorDoubt,
    ToldBy,
    convention,
    plain_convention,
)
from pipeline.sources.cells.signs import in_ascii

PLAIN = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$"
NOTHING = r"^(-|–|—|\.|(?i:na))$"
SPACE = r"[\s\p{Z}'’_]"
DRESSED = (
    r"^(?P<before>[^\d]*?[\p{L}/]\.?|[^\d.,]*)[\s\p{Z}]*"
    r"(?P<body>[.,]?\d(?:[\d.,\s\p{Z}'’_]*\d)?(?:[.,][-–—]*)?(?:[eE][+-]?\d{1,3})?)"
    r"(?P<after>[^\d]*)$"
)
"""A number, and what stands before and after it."""
CODE = r"^[A-Za-z]\d+$"
"""A letter and digits are a code (`R1001`), where `R 1001` and `R10.50` are rand."""
NO_CENTS_MARK = r"[.,][-–—]+$"
WITH_POINT = r"^(\d{1,3}(,\d{2,3})*,\d{3}(\.\d*)?|\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$"
WITH_COMMA = r"^(\d{1,3}(\.\d{3})+(,\d*)?|\d+,?\d*|,\d+)([eE][+-]?\d{1,3})?$"
PARTS = pa.struct([(name, pa.string()) for name in ("before", "body", "after")])

Percent = Literal["none", "all", "some"]


class TypedNumbers(NamedTuple):
    """A column as numbers.

    `values`, `unreadable` and `reading` are those of `Typed`. `told_by` says what decided
    between decimal comma and point where it made a difference; `doubt` holds an example where
    nothing did. `percent`: every number had a percent sign, and values are shares (5 % is .05).
    """

    values: pa.ChunkedArray
    unreadable: npt.NDArray[np.int64]
    reading: str
    told_by: ToldBy | None = None
    doubt: SeparatorDoubt | None = None
    percent: bool = False


class Dressed(NamedTuple):
    """Distinct texts taken apart: digits and separators, and what stands round them."""

    bodies: pa.Array
    affixes: list[Affix | None]
    """The kinds of surroundings, None for those that are no number's."""
    kinds: npt.NDArray[np.int64]
    """For each text its place in `affixes`, −1 where the text holds no number."""


def as_number(column: pa.ChunkedArray) -> Typed:
    """Read a column as 64-bit floats, as `read_numbers` does; percentages can't be read.

    >>> as_number(pa.chunked_array([["1.234,50 €", "(3)", "x", None]])).values.to_pylist()
    [1234.5, -3.0, None, None]
    """
    read = read_numbers(column)
    if read.percent:
        lost = _positions(pc.is_valid(read.values))
        unreadable = np.union1d(lost, read.unreadable)
        return Typed(_nulls(len(column)), unreadable, read.reading)
    return Typed(read.values, read.unreadable, read.reading)


def read_numbers(column: pa.ChunkedArray, *, comma: bool | None = None) -> TypedNumbers:
    """Read a column as 64-bit floats, and say what was doubtful.

    Decimal comma or point is decided by the column as a whole: by the values that allow only
    one (`0,98`, `1.234,5`, `2.55`, `1.371.692`), the majority where they disagree. Where all
    that could tell is a single group of three digits (`1.234`), see `convention`; `comma` is
    what other columns of the file say. Signs, codes and words of currencies before or after,
    Indian and Swiss grouping, digits of other scripts, a trailing minus and parentheses round
    negatives are understood. `NA` and a lone dash are empty; infinities and NaN can't be read.
    Percentages are read where the whole column has them, else they can't be.
    """
    if native(column):
        return TypedNumbers(*_native(column))
    distinct_texts = distinct(column)
    values = trimmed(distinct_texts.values)
    values = pc.if_else(matching(values, NOTHING), pa.scalar(None, pa.string()), values)
    if pc.all(pc.fill_null(pc.match_substring_regex(values, PLAIN), fill_value=True)).as_py():
        decided = plain_convention(values, comma=comma)
        if not decided.comma:
            return _typed(distinct_texts, values, _finite(values.cast(pa.float64())), decided)
    return _dressed(distinct_texts, values, comma=comma)


def dressed(values: pa.Array) -> Dressed:
    """Take texts apart into numbers and what stands round them."""
    pieces = in_batches(in_ascii(values), _taken_apart, PARTS)
    bodies = pc.replace_substring_regex(pc.struct_field(pieces, "body"), SPACE, "")
    bodies = pc.replace_substring_regex(bodies, NO_CENTS_MARK, "")
    around = pc.binary_join_element_wise(
        pc.struct_field(pieces, "before"), pc.struct_field(pieces, "after"), "\0"
    ).dictionary_encode()
    pairs = [str(pair).partition("\0")[::2] for pair in around.dictionary.to_pylist()]
    kinds = np.asarray(pc.fill_null(around.indices.cast(pa.int64()), -1))
    kinds = np.where(np.asarray(matching(values, CODE)), -1, kinds)
    return Dressed(bodies, [affix(before, after) for before, after in pairs], kinds)


def _taken_apart(values: pa.Array) -> pa.Array:
    return pc.extract_regex(values, DRESSED).cast(PARTS)


def _dressed(distinct_texts: Distinct, values: pa.Array, *, comma: bool | None) -> TypedNumbers:
    dressed_texts = dressed(values)
    # One more at the end, so that −1 finds “no number”.
    affixes = [*dressed_texts.affixes, None]
    is_number = np.array([affix is not None for affix in affixes])[dressed_texts.kinds]
    percent = np.array([affix is not None and affix.percent for affix in affixes])[
        dressed_texts.kinds
    ]
    signs = np.array([1 if affix is None else affix.sign for affix in affixes])[
        dressed_texts.kinds
    ]
    whole = bool(percent.any()) and bool((percent | ~is_number).all())
    usable = pa.array(is_number if whole else is_number & ~percent)
    bodies = pc.if_else(usable, dressed_texts.bodies, pa.scalar(None, pa.string()))
    codes = [affix.currency.codes if affix and affix.currency else None for affix in affixes]
    decided = convention(bodies, [codes[kind] for kind in dressed_texts.kinds], comma=comma)
    numbers = pc.multiply(_converted(bodies, comma=decided.comma), pa.array(signs * 1.0))
    if whole:
        numbers = pc.divide(numbers, 100.0)
    return _typed(distinct_texts, values, numbers, decided)._replace(percent=whole)


def _converted(bodies: pa.Array, *, comma: bool) -> pa.Array:
    valid = matching(bodies, WITH_COMMA if comma else WITH_POINT)
    digits = pc.if_else(valid, bodies, pa.scalar(None, pa.string()))
    digits = pc.replace_substring(digits, "." if comma else ",", "")
    if comma:
        digits = pc.replace_substring(digits, ",", ".")
    return _finite(digits.cast(pa.float64()))


def _typed(
    distinct_texts: Distinct, values: pa.Array, numbers: pa.Array, decided: Convention
) -> TypedNumbers:
    lost = np.asarray(pc.and_(pc.is_valid(values), pc.is_null(numbers)))
    return TypedNumbers(
        distinct_texts.spread(numbers),
        distinct_texts.where(lost),
        "decimal comma" if decided.comma else "decimal point",
        decided.told_by,
        decided.doubt,
    )


def _finite(numbers: pa.Array) -> pa.Array:
    return pc.if_else(pc.is_finite(numbers), numbers, pa.scalar(None, pa.float64()))


def _native(column: pa.ChunkedArray) -> Typed:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_boolean(kind):
        column = column.cast(pa.uint8())
    elif not (
        pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    ):
        return Typed(_nulls(len(column)), _positions(pc.is_valid(column)), "no numbers")
    numbers = column.cast(pa.float64(), safe=False)
    finite = pc.is_finite(numbers)
    infinite = pc.and_not(pc.invert(finite), pc.is_nan(numbers))
    values = pc.if_else(finite, numbers, pa.scalar(None, pa.float64()))
    return Typed(values, _positions(infinite), "numbers")


def _nulls(length: int) -> pa.ChunkedArray:
    return pa.chunked_array([pa.nulls(length, pa.float64())])


def _positions(marked: pa.ChunkedArray) -> npt.NDArray[np.int64]:
    flags = np.asarray(pc.fill_null(marked, fill_value=False), dtype=bool)
    return np.flatnonzero(flags).astype(np.int64)
