"""What the columns of a table hold, told from some of their rows."""

from collections.abc import Mapping
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.sources.cells.content import SAMPLE, Content, content
from pipeline.sources.cells.texts import written

WORDS = 50
FEW = 20
"""Rows below which nothing is told from how often values repeat."""


class Looked(NamedTuple):
    """What a column seems to hold, and its first different cells."""

    content: Content
    words: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Say whether no cell that was looked at holds anything."""
        return not self.content.filled

    @property
    def two_words(self) -> bool:
        """Say whether a column of many rows holds two different texts at most."""
        return self.content.rows > FEW and len(self.words) <= 2


Contents = Mapping[str, Looked]
NOT_LOOKED: Contents = {}


def contents(table: pa.Table) -> dict[str, Looked]:
    """Look into every column of a table; of columns of one name into the first."""
    names = list(dict.fromkeys(table.column_names))
    return {name: _looked(table.column(table.column_names.index(name))) for name in names}


def _looked(column: pa.ChunkedArray) -> Looked:
    texts = pc.unique(written(column.slice(0, SAMPLE))).drop_null()
    filled = texts.filter(pc.not_equal(pc.utf8_trim_whitespace(texts), ""))
    return Looked(content(column), tuple(filled.slice(0, WORDS).to_pylist()))
