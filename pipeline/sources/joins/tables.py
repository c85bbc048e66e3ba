"""Tables as a join sees them: under one name, with the fields of orders that each has."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.base.errors import SourceError, TableName
from pipeline.sources.cells.texts import as_text, written
from pipeline.sources.columns import match, usable, without_repeats
from pipeline.sources.forms import ORDERS
from pipeline.sources.naming import plain
from pipeline.sources.parts import Part
from pipeline.sources.telling.contents import Contents, contents

WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\dA-Z_]+|\d+")
NOISE = frozenset(
    {"dataset", "data", "table", "tbl", "dim", "fact", "list", "export", "sheet", "csv", "all"}
)
"""Words of tables' names that don't say what a row is."""
SEVERAL = "\x1f"
"""Stands between the cells of a key of several columns."""


class Table:
    """One table of a source, of one part or of several with the same columns.

    name : its own name, without folder and suffix.
    parts : its parts, in their order.
    rows : all of them under each other.
    fields : columns that are fields of orders by their names and cells.
    """

    def __init__(
        self, name: str, parts: Sequence[Part], mapping: Mapping[str, str] | None = None
    ) -> None:
        self.name, self.parts = name, tuple(parts)
        self.rows = together([part.table for part in parts])
        self.columns: list[str] = [column for column in self.rows.column_names if column]
        self._mapping = usable(mapping or {}, self.columns)
        self._keys: dict[tuple[str, ...], pa.Array] = {}

    @cached_property
    def looked(self) -> Contents:
        """What its columns hold."""
        return contents(self.rows)

    @cached_property
    def fields(self) -> dict[str, str]:
        """Columns by the field of orders that each is by its name and cells."""
        names = without_repeats(self.columns)
        try:
            return match(names, ORDERS, self._mapping, contents=self.looked)
        except SourceError:  # a mapped column stands twice: said when the table is read
            return match(names, ORDERS, contents=self.looked)

    @property
    def mapped(self) -> frozenset[str]:
        """Columns that the user's mapping names."""
        return frozenset(self._mapping.values())

    @property
    def is_database(self) -> bool:
        """Say whether it is a table of a database rather than a sheet or a file."""
        return isinstance(self.parts[0].sheet, TableName)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words of its name, in the singular and small letters."""
        return tuple(word for word in words_of(self.name) if word not in NOISE)

    def key(self, columns: tuple[str, ...]) -> pa.Array:
        """Give the cells of a key as texts, null where one of them is empty."""
        if columns not in self._keys:
            texts = [as_text(self.rows[column]).combine_chunks() for column in columns]
            joined = (
                texts[0]
                if len(texts) == 1
                else pc.binary_join_element_wise(*texts, SEVERAL, null_handling="emit_null")
            )
            self._keys[columns] = joined.cast(pa.string())
        return self._keys[columns]

    def is_key(self, columns: tuple[str, ...]) -> bool:
        """Say whether no two rows have the same cells in these columns; empty ones apart."""
        cells = self.key(columns).drop_null()
        return bool(len(cells)) and len(pc.unique(cells)) == len(cells)

    def positions(self, columns: tuple[str, ...], keys: pa.Array) -> pa.Array:
        """Give the first row with each wanted key, null where there is none."""
        return pc.index_in(keys, value_set=self.key(columns), skip_nulls=True)

    def numbers(self, columns: tuple[str, ...]) -> npt.NDArray[np.int64]:
        """Give each row the number of its key, -1 where that is empty."""
        indices = self.key(columns).dictionary_encode().indices
        codes: npt.NDArray[np.int64] = np.asarray(pc.fill_null(indices, -1)).astype(np.int64)
        return codes


def tables(parts: Iterable[Part], mapping: Mapping[str, str]) -> list[Table]:
    """Put parts of the same columns into one table; tables of a database stay apart."""
    parts_by_columns: dict[object, list[Part]] = {}
    for part in parts:
        named = sorted(plain(name) for name in part.table.column_names if name)
        is_own = isinstance(part.sheet, TableName) or len(named) < 3
        parts_by_columns.setdefault(
            (part.name, len(parts_by_columns)) if is_own else tuple(named), []
        ).append(part)
    groups = list(parts_by_columns.values())
    names = _names([group[0] for group in groups])
    return [Table(name, group, mapping) for name, group in zip(names, groups, strict=True)]


def _names(parts: Sequence[Part]) -> list[str]:
    """Name each part by its sheet or file, and by both where that tells nothing apart."""
    alone = {
        part.file for part in parts if [sibling.file for sibling in parts].count(part.file) == 1
    }
    many = len({part.file for part in parts}) > 1
    short = [stem(part.file) if many and part.file in alone else part.label for part in parts]
    return [
        f"{stem(part.file)} {name}" if short.count(name) > 1 else name
        for part, name in zip(parts, short, strict=True)
    ]


def stem(file: str) -> str:
    """Give a file's name without folder and suffixes.

    >>> stem("shop.zip/tables/orders.csv.gz")
    'orders'
    """
    return file.replace("\\", "/").rpartition("/")[2].split(".", 1)[0]


def together(tables: Sequence[pa.Table]) -> pa.Table:
    """Put tables of the same columns under each other, as text where their types differ."""
    if len(tables) == 1:
        return tables[0]
    names = [name for name in tables[0].column_names if name]
    by_name = {plain(name): name for name in names}
    named = [table.select([name for name in table.column_names if name]) for table in tables]
    alike = [
        table.rename_columns([by_name[plain(name)] for name in table.column_names]).select(
            names
        )
        for table in named
    ]
    if all(table.schema.equals(alike[0].schema) for table in alike):
        return pa.concat_tables(alike)
    return pa.concat_tables(
        [pa.table({name: written(table[name]) for name in names}) for table in alike]
    )


def words_of(name: str) -> list[str]:
    """Part a name into words, in the singular.

    >>> words_of("olist_orders_dataset"), words_of("InvoiceLine"), words_of("Order Details")
    (['olist', 'order', 'dataset'], ['invoice', 'line'], ['order', 'detail'])
    """
    return [singular(word.casefold()) for word in WORDS.findall(name)]


def singular(word: str) -> str:
    """Give the singular of an English word, near enough to compare names by.

    >>> [singular(word) for word in ("categories", "addresses", "orders", "status")]
    ['category', 'address', 'order', 'status']
    """
    endings: tuple[tuple[str, Callable[[str], str]], ...] = (
        ("ies", lambda plural: plural[:-3] + "y"),
        ("sses", lambda plural: plural[:-2]),
        ("ches", lambda plural: plural[:-2]),
        ("xes", lambda plural: plural[:-2]),
        ("ss", lambda plural: plural),
        ("us", lambda plural: plural),
        ("s", lambda plural: plural[:-1]),
    )
    for ending, singular_of in endings:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return singular_of(word)
    return word
