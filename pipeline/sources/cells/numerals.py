"""Text as numbers: decimal comma or point, thousands, currencies, signs."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.sources.cells.distinct import (
    Typed,
    distinct,
    in_batches,
    matching,
    native,
    trimmed,
)

PLAIN = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$"
NOTHING = r"^(-|–|—|\.|(?i:na))$"
CURRENCY = (
    r"(?i)\p{Sc}|\b(usd|eur|gbp|rub|chf|pln|sek|nok|dkk|jpy|cny|cad|aud)\b"
    r"|руб\.?|р\.|\bkr\.?|zł|kč"
)
SPACE = r"[\s\p{Z}'’_]"
COMMA_SAYS = (
    r"^[+-]?(\d*,\d{0,2}|\d*,\d{4,}|\d{4,},\d+|0+,\d+|,\d+)$"
    r"|^[+-]?\d{1,3}(\.\d{3})+,\d*$|^[+-]?\d{1,3}(\.\d{3}){2,}$"
)
POINT_SAYS = (
    r"^[+-]?(\d*\.\d{0,2}|\d*\.\d{4,}|\d{4,}\.\d+|0+\.\d+|\.\d+)$"
    r"|^[+-]?\d{1,3}(,\d{2,3})*,\d{3}\.\d*$|^[+-]?\d{1,3}(,\d{2,3})+,\d{3}$"
)
WITH_POINT = r"^[+-]?(\d{1,3}(,\d{2,3})*,\d{3}(\.\d*)?|\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$"
WITH_COMMA = r"^[+-]?(\d{1,3}(\.\d{3})+(,\d*)?|\d+,?\d*|,\d+)([eE][+-]?\d{1,3})?$"


def as_number(column: pa.ChunkedArray) -> Typed:
    """Read a column as 64-bit floats.

    Decimal comma or point is decided by the column as a whole: by the values that allow only
    one (`0,98`, `1.234,5`, `2.55`), the majority where they disagree, the point where none says
    (`1,234` alone is then 1234, `1.234` alone 1.234). Spaces, apostrophes, currencies,
    a trailing minus and parentheses round negatives are understood. `NA` and a lone dash are
    empty; infinities and NaN can't be read.

    >>> as_number(pa.chunked_array([["1.234,50 €", "(3)", "x", None]])).values.to_pylist()
    [1234.5, -3.0, None, None]
    """
    if native(column):
        return _native(column)
    found = distinct(column)
    values = trimmed(found.values)
    values = pc.if_else(matching(values, NOTHING), pa.scalar(None, pa.string()), values)
    numbers, reading = _parsed(values)
    lost = np.asarray(pc.and_(pc.is_valid(values), pc.is_null(numbers)))
    return Typed(found.spread(numbers), found.where(lost), reading)


def _parsed(values: pa.Array) -> tuple[pa.Array, str]:
    if pc.all(pc.fill_null(pc.match_substring_regex(values, PLAIN), fill_value=True)).as_py():
        return _finite(values.cast(pa.float64())), "decimal point"
    values = in_batches(values, _bare, pa.string())
    commas = pc.sum(matching(values, COMMA_SAYS)).as_py() or 0
    points = pc.sum(matching(values, POINT_SAYS)).as_py() or 0
    comma = commas > points
    valid = matching(values, WITH_COMMA if comma else WITH_POINT)
    kept = pc.if_else(valid, values, pa.scalar(None, pa.string()))
    kept = pc.replace_substring(kept, "." if comma else ",", "")
    if comma:
        kept = pc.replace_substring(kept, ",", ".")
    return _finite(kept.cast(pa.float64())), "decimal comma" if comma else "decimal point"


def _bare(values: pa.Array) -> pa.Array:
    """Take off what is neither digit, sign nor separator, and put the sign in front."""
    bare = pc.replace_substring_regex(values, CURRENCY, "")
    bare = pc.replace_substring_regex(bare, SPACE, "")
    bare = pc.replace_substring_regex(bare, "[−–]", "-")
    bare = pc.replace_substring_regex(bare, r"^\(([^()+-]*)\)$", r"-\1")
    bare = pc.replace_substring_regex(bare, r"^([^+-]+)-$", r"-\1")
    return pc.replace_substring_regex(bare, r"^\+", "")


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
