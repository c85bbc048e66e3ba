"""A table while a layout is laid over it: its header, its fields, columns added to it."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from pipeline.sources.cells.texts import as_text
from pipeline.sources.layouts.cells import cells_of
from pipeline.sources.layouts.declared import Source
from pipeline.sources.naming import plain
from pipeline.sources.orders.fields import constant
from pipeline.sources.parts import Part

Texts = npt.NDArray[np.object_]
"""(n,) texts, None where a cell is empty."""


class Header:
    """The names of a table's columns, found whatever their spelling."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = list(names)
        self._by_name: dict[str, str] = {}
        for name in names:
            self._by_name.setdefault(plain(name), name)

    def first(self, names: Sequence[str] | None) -> str | None:
        """Find the first of several names that a column has."""
        return next(iter(self.all(names or ())), None)

    def all(self, names: Sequence[str]) -> list[str]:
        """Find the columns that are there, in the order of the names."""
        columns = [self._by_name[plain(name)] for name in names if plain(name) in self._by_name]
        return list(dict.fromkeys(columns))

    def there(self, source: Source) -> Source | None:
        """Name the columns of a source as the header does; None where they aren't there."""
        if constant(source.names[0]) is not None:
            return source
        columns = self.all(source.names)
        if source.way == "column":
            columns = columns[:1]
        if not columns or (source.way == "minus" and len(columns) < 2):
            return None
        return source.model_copy(update={source.way: tuple(columns)})


class Sheet:
    """A part, the column of each field, and columns that are made of others.

    `columns` maps fields to columns of the finished part, or to constants.
    """

    def __init__(self, part: Part, sources: Mapping[str, Source]) -> None:
        self._part = part
        self._added: dict[str, pa.ChunkedArray] = {}
        self.rows = len(part.table)
        self.columns = {name: self._column(name, source) for name, source in sources.items()}

    def part(self) -> Part:
        """Give the part with the columns that were added."""
        table = self._part.table
        for name, cells in self._added.items():
            table = table.append_column(name, cells)
        return self._part._replace(table=table)

    def has_column(self, field: str) -> bool:
        """Say whether a field is there and not the same in every row."""
        return field in self.columns and constant(self.columns[field]) is None

    def cells(self, column: str) -> pa.ChunkedArray:
        """Give the cells of a column of the file, of an added one, or a constant's."""
        value = constant(column)
        if value is not None:
            return pa.chunked_array([pa.repeat(value, self.rows)])
        return self._added[column] if column in self._added else self._part.table[column]

    def texts(self, column: str | None) -> Texts:
        """Give the cells of a column as clean texts; without a column all are empty."""
        if column is None:
            return np.full(self.rows, None, dtype=object)
        texts: Texts = as_text(self.cells(column)).to_numpy(zero_copy_only=False)
        return texts

    def of_field(self, field: str) -> Texts:
        """Give the texts of a field, empty where it isn't there."""
        return self.texts(self.columns.get(field))

    def put(self, field: str, cells: pa.ChunkedArray | Texts) -> None:
        """Give a field new cells, under a name that says what they are made of."""
        if not isinstance(cells, pa.ChunkedArray):
            cells = pa.chunked_array([pa.array(cells, pa.string(), from_pandas=True)])
        like = self.columns.get(field, "")
        self.columns[field] = self._add(field, like, cells)

    def orders(self) -> npt.NDArray[np.int64]:
        """Give each row the number of its order, -1 where it has none."""
        return pd.factorize(pd.Series(self.of_field("invoice")))[0].astype(np.int64)

    def _column(self, field: str, source: Source) -> str:
        """Name the column with a field's cells, made where there is none."""
        first = source.names[0]
        as_it_is = source.way == "column" or len(source.names) == 1
        if as_it_is and not source.cents and not source.microseconds:
            return first
        return self._add(field, first, cells_of(self._part.table, source))

    def _add(self, field: str, like: str, cells: pa.ChunkedArray) -> str:
        before = like.removesuffix(f" as {field}")
        name = f"{before} as {field}" if before else f"rows as {field}"
        while name in self._part.table.column_names:
            name += "'"
        self._added[name] = cells
        return name
