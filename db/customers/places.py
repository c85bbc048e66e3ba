"""Where identifiers stand among others, both in the order of their bytes."""

from bisect import bisect_left, bisect_right
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Places: TypeAlias = NDArray[np.int32]
"""A place for each, -1 where it is not there."""

BLOCK = 8_192
"""Identifiers looked up at a time: their hashes then fit the processor's cache."""


def places_among(identifiers: pa.Array | pa.ChunkedArray, among: pa.Array) -> Places:
    """Give the place of each identifier among others, which may each stand there once.

    Since both are in order, each block is looked up only among those between its first and its
    last; with a million that is twice as fast as among all of them.
    """
    if isinstance(identifiers, pa.Array) and identifiers.equals(among):
        return np.arange(len(among), dtype=np.int32)
    place_blocks = [np.zeros(0, dtype=np.int32)]
    for begin in range(0, len(identifiers), BLOCK):
        block = identifiers.slice(begin, BLOCK)
        first = bisect_left(among, block[0].as_py(), key=_text)
        last = bisect_right(among, block[-1].as_py(), lo=first, key=_text)
        places = pc.index_in(block, value_set=among.slice(first, last - first))
        place_blocks.append(
            np.asarray(pc.add(places, first).fill_null(-1).to_numpy(), dtype=np.int32)
        )
    return np.concatenate(place_blocks)


def _text(scalar: pa.StringScalar) -> str:
    return str(scalar.as_py())
