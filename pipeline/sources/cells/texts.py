"""Any raw column as clean text."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.sources.cells.distinct import Distinct, distinct, matching, native, trimmed

EXACT = 2**53
WHOLE = r"^[+-]?\d+\.0+$"
FRACTION = r"^[+-]?\d*\.\d*[1-9]\d*$"


def as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Read a column as text, outer blanks off and null where it is empty.

    Whole numbers lose a decimal part of zeros (`17850.0` becomes `17850`) unless another value
    of the column has a real one; leading zeros stay.

    >>> as_text(pa.chunked_array([[" a ", "NULL", "", "007"]])).to_pylist()
    ['a', None, None, '007']
    """
    distinct_texts = clean_texts(column)
    return distinct_texts.spread(distinct_texts.values)


def as_category(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Read a column as `as_text` does; each text is held once, as first met.

    >>> found = as_category(pa.chunked_array([["b", " a", "a ", ""]])).combine_chunks()
    >>> found.dictionary.to_pylist(), found.indices.to_pylist()
    (['b', 'a'], [0, 1, 1, None])
    """
    distinct_texts = clean_texts(column)
    alike = distinct_texts.values.dictionary_encode()
    kind = pa.dictionary(pa.int32(), pa.string())
    chunks = [
        pa.DictionaryArray.from_arrays(alike.indices.take(chunk), alike.dictionary)
        for chunk in distinct_texts.rows.chunks
    ]
    return pa.chunked_array(chunks, kind)


def written(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Write a column of any plain type as text, as a CSV file would hold it."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_floating(kind):
        return _floats(column.cast(pa.float64()))
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        values = [None if v is None else v.decode(errors="replace") for v in column.to_pylist()]
        return pa.chunked_array([pa.array(values, pa.string())])
    if pa.types.is_timestamp(kind):
        local = pc.local_timestamp(column) if kind.tz else column
        return local.cast(pa.string())
    return column.cast(pa.string())


def clean_texts(column: pa.ChunkedArray) -> Distinct:
    """Read a column as `as_text` does: its distinct texts, and which of them each row holds."""
    distinct_texts = _distinct_written(column) if native(column) else distinct(column)
    values = trimmed(distinct_texts.values)
    values = pc.if_else(
        pc.equal(pc.utf8_lower(values), "nan"), pa.scalar(None, pa.string()), values
    )
    if (
        pc.any(matching(values, WHOLE)).as_py()
        and not pc.any(matching(values, FRACTION)).as_py()
    ):
        whole = pc.replace_substring_regex(values, r"^([+-]?\d+)\.0+$", r"\1")
        values = pc.if_else(matching(values, WHOLE), whole, values)
    return Distinct(values, distinct_texts.rows)


def _distinct_written(column: pa.ChunkedArray) -> Distinct:
    """Find the distinct texts of a column of numbers; those that repeat are written once."""
    kind = column.type
    if not (pa.types.is_integer(kind) or pa.types.is_floating(kind)) or not len(column):
        return distinct(written(column))
    encoded = column.dictionary_encode()
    distinct_texts = distinct(written(pa.chunked_array([encoded.chunk(0).dictionary])))
    texts = distinct_texts.rows.combine_chunks()
    chunks = [texts.take(chunk.indices) for chunk in encoded.chunks]
    return Distinct(distinct_texts.values, pa.chunked_array(chunks, pa.int32()))


def _floats(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Write whole floats as digits, others as Python does, NaN as null."""
    chunks = []
    for chunk in column.chunks:
        numbers = chunk.to_numpy(zero_copy_only=False)
        missing = np.isnan(numbers)
        whole = ~missing & (np.abs(numbers) < EXACT) & (numbers == np.trunc(numbers))
        digits = pa.array(np.where(whole, numbers, 0).astype(np.int64)).cast(pa.string())
        text = pc.if_else(pa.array(whole), digits, chunk.cast(pa.string()))
        chunks.append(pc.if_else(pa.array(missing), pa.scalar(None, pa.string()), text))
    return pa.chunked_array(chunks, pa.string())
