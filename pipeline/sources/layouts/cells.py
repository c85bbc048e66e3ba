"""The cells of a field that is made of several columns, or counted in other units."""

from functools import reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.sources.cells.numerals import TypedNumbers, read_numbers
from pipeline.sources.cells.texts import as_text
from pipeline.sources.layouts.declared import Source

CENTS = 100.0


def cells_of(table: pa.Table, source: Source) -> pa.ChunkedArray:
    """Make the cells of a field from the columns that its source names.

    Money is numbers; where a cell can't be read, its whole text stands in its place, so that it
    is named as what can't be read.
    """
    columns = [table[name] for name in source.names]
    if source.microseconds:
        return _moments(columns[0])
    if source.way in {"sum", "minus"} or source.cents:
        return _money(columns, source)
    texts = [as_text(column) for column in columns]
    if source.way == "either":
        return pc.coalesce(*texts)
    joined = pc.binary_join_element_wise(*texts, " ", null_handling="skip")
    return pc.if_else(pc.equal(joined, ""), pa.scalar(None, pa.string()), joined)


def _money(columns: list[pa.ChunkedArray], source: Source) -> pa.ChunkedArray:
    read = [read_numbers(column) for column in columns]
    values = [typed.values.to_numpy(zero_copy_only=False) for typed in read]
    if source.way == "minus":
        more = values[0] - values[1]
        amounts = np.where((np.nan_to_num(values[1]) != 0) & (more > 0), more, np.nan)
    else:
        has_amount = np.any([np.isfinite(column) for column in values], axis=0)
        total = reduce(np.add, [np.nan_to_num(column) for column in values])
        amounts = np.where(has_amount, total, np.nan)
    amounts = amounts / CENTS if source.cents else amounts
    numbers = pa.chunked_array([pa.array(amounts, pa.float64(), from_pandas=True)])
    return _with_unreadable(numbers, columns, read)


def _with_unreadable(
    numbers: pa.ChunkedArray, columns: list[pa.ChunkedArray], read: list[TypedNumbers]
) -> pa.ChunkedArray:
    """Put the texts that can't be read back into their rows."""
    if not any(len(typed.unreadable) for typed in read):
        return numbers
    texts = numbers.cast(pa.string()).to_numpy(zero_copy_only=False).copy()
    for column, typed in zip(columns, read, strict=True):
        for row in typed.unreadable.tolist():
            texts[row] = str(column[row].as_py())
    return pa.chunked_array([pa.array(texts, pa.string(), from_pandas=True)])


def _moments(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Read microseconds since 1970 as moments; a column of anything else stays as it is."""
    read = read_numbers(column)
    if len(read.unreadable):
        return column
    whole = pc.cast(read.values, pa.int64(), safe=False)
    return whole.cast(pa.timestamp("us"))
