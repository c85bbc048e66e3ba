"""A column seen as its distinct texts, each looked at once however often it stands."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

BLANKS = (
    " \t\r\n\v\f\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
    "\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
)
EMPTY_WORDS = ("", "null", "none", "n/a", "#n/a", "<na>", "nat")
WORKED_ON = 262_144


class Typed(NamedTuple):
    """A typed column.

    `values` has one value a row, null where the cell is empty or can't be read;
    `unreadable` holds the positions of the rows that hold something that can't be read;
    `reading` says in a few words how the column was understood.
    """

    values: pa.ChunkedArray
    unreadable: npt.NDArray[np.int64]
    reading: str


class Distinct(NamedTuple):
    """The distinct values of a column, and for each row which of them it holds."""

    values: pa.Array
    rows: pa.ChunkedArray

    def spread(self, values: pa.Array) -> pa.ChunkedArray:
        """Give each row its distinct value's counterpart in `values`."""
        chunks = [values.take(chunk) for chunk in self.rows.chunks]
        return pa.chunked_array(chunks, values.type)

    def where(self, marked: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
        """Find the rows that hold a marked value."""
        if not marked.any():
            return np.empty(0, np.int64)
        hits = self.spread(pa.array(marked))
        return np.flatnonzero(np.asarray(pc.fill_null(hits, fill_value=False))).astype(np.int64)


def distinct(column: pa.ChunkedArray) -> Distinct:
    """Find the distinct texts of a column of texts; values that no row holds are left out."""
    if pa.types.is_dictionary(column.type):
        column = column.unify_dictionaries()
        values = column.chunk(0).dictionary if column.num_chunks else pa.array([], pa.string())
        rows = _codes(column)
        return _only_used(values.cast(pa.string()), rows)
    encoded = pa.chunked_array(column.cast(pa.string())).dictionary_encode()
    values = encoded.chunk(0).dictionary if encoded.num_chunks else pa.array([], pa.string())
    return Distinct(values, _codes(encoded))


def _codes(encoded: pa.ChunkedArray) -> pa.ChunkedArray:
    return pa.chunked_array([c.indices.cast(pa.int32()) for c in encoded.chunks], pa.int32())


def _only_used(values: pa.Array, rows: pa.ChunkedArray) -> Distinct:
    used = np.zeros(len(values), bool)
    for chunk in rows.chunks:
        used[chunk.drop_null().to_numpy(zero_copy_only=False)] = True
    if used.all():
        return Distinct(values, rows)
    places = pa.array(np.cumsum(used, dtype=np.int32) - np.int32(1))
    moved = pa.chunked_array([places.take(chunk) for chunk in rows.chunks], pa.int32())
    return Distinct(values.filter(pa.array(used)), moved)


def trimmed(values: pa.Array) -> pa.Array:
    """Take outer blanks off, non-breaking ones too; what says that it is empty becomes null."""
    bare = pc.utf8_trim(values, characters=BLANKS)
    empty = pc.is_in(pc.utf8_lower(bare), value_set=pa.array(EMPTY_WORDS))
    return pc.if_else(empty, pa.scalar(None, pa.string()), bare)


def matching(values: pa.Array, pattern: str) -> pa.Array:
    """Say of each text whether the pattern matches, false for null."""
    return pc.fill_null(pc.match_substring_regex(values, pattern), fill_value=False)


def in_batches(
    values: pa.Array, work: Callable[[pa.Array], pa.Array], typed: pa.DataType
) -> pa.Array:
    """Apply `work` to a quarter of a million values at a time, to hold memory down."""
    if len(values) <= WORKED_ON:
        return work(values)
    starts = range(0, len(values), WORKED_ON)
    chunks = [work(values.slice(start, WORKED_ON)) for start in starts]
    return pa.chunked_array(chunks, typed).combine_chunks()


def native(column: pa.ChunkedArray) -> bool:
    """Say whether a column has a type of its own instead of being text."""
    of = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    return not (pa.types.is_string(of) or pa.types.is_large_string(of) or pa.types.is_null(of))
