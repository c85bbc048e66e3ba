"""Which columns of one table name the rows of another."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.sources.forms import DATES, NUMBERS
from pipeline.sources.joins.tables import Table, words_of
from pipeline.sources.naming import plain

DECLARED, SAME_NAME, BY_TABLE, SAME_FIELD = range(4)
"""How a link is told, the surest first."""
MOSTLY = 0.8
"""Share of rows that must find a partner for names alone to be believed."""
HALF = 0.5
"""The same of a link that the database declares."""
SUFFIXES = ("id", "key", "code", "no", "number", "nr", "uid", "uuid", "sk", "")
"""What stands behind a table's name where a column names its rows."""
GENERIC = frozenset(
    {
        "id", "name", "title", "type", "status", "state", "code", "date", "description",
        "price", "quantity", "amount", "total", "value", "createdat", "updatedat", "note",
        "notes", "comment", "comments", "email", "phone", "city", "address", "rowid", "index",
        "active", "firstname", "lastname", "gender", "currency", "lastupdate", "modifieddate",
        "year",
    }
)  # fmt: skip
"""Names of columns that say the same in any table."""
KEYS = ("customer_id", "invoice", "product")
"""Fields of orders that name a row of another table."""


class Link(NamedTuple):
    """Columns of `child` that name a row of `parent` by its `key`.

    `named` counts the child's rows with such a name, `matched` those whose row is there;
    `unique` says that the key names one row.
    """

    child: Table
    columns: tuple[str, ...]
    parent: Table
    key: tuple[str, ...]
    evidence: int
    named: int
    matched: int
    unique: bool

    @property
    def on(self) -> str:
        """Say by what the tables are joined: `order_id`, or `user_id = id`."""
        columns, key = " and ".join(self.columns), " and ".join(self.key)
        return columns if columns == key else f"{columns} = {key}"

    @property
    def sentence(self) -> str:
        """Say what is joined and how many rows find a partner."""
        find = "finds" if self.named == 1 else "find"
        return (
            f"{self.child.name} joins {self.parent.name} on {self.on}:"
            f" {self.matched:,} of {self.named:,} rows {find} one"
        )


def links(tables: Sequence[Table]) -> list[Link]:
    """Find what names rows of other tables, by declared keys or by names, and by cells."""
    link_by_place: dict[tuple[object, ...], Link] = {}
    for child in tables:
        for parent in tables:
            if parent is child or not len(parent.rows) or not len(child.rows):
                continue
            for columns, key, evidence in _named(child, parent):
                place = (child.name, columns, parent.name, key)
                if place not in link_by_place and (
                    link := _believed(child, columns, parent, key, evidence)
                ):
                    link_by_place[place] = link
    return sorted(
        link_by_place.values(), key=lambda link: (link.evidence, -link.matched / link.named)
    )


def _named(
    child: Table, parent: Table
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...], int]]:
    """Yield pairs of columns whose names say that they belong together."""
    for key in child.parts[0].keys:
        exist = set(key.to) <= set(parent.columns) and set(key.columns) <= set(child.columns)
        if plain(key.table) == plain(parent.name) and key.to and exist:
            yield key.columns, key.to, DECLARED
    for column in child.columns:
        if _is_measure(child, column):
            continue
        for key_column in parent.columns:
            if _is_measure(parent, key_column):
                continue
            if plain(column) == plain(key_column):
                if plain(column) not in GENERIC:
                    yield (column,), (key_column,), SAME_NAME
            elif _is_by_table(column, key_column, parent):
                yield (column,), (key_column,), BY_TABLE
    for field in KEYS:
        if field in child.fields and field in parent.fields:
            yield (child.fields[field],), (parent.fields[field],), SAME_FIELD


def _is_measure(table: Table, column: str) -> bool:
    """Say whether a column holds money, counts or days, which name nothing."""
    return any(
        column == named and field in NUMBERS | DATES for field, named in table.fields.items()
    )


def _is_by_table(column: str, key: str, parent: Table) -> bool:
    """Say whether a column is called after the other table, and the key is its own."""
    names = _called(parent.words)
    own = plain(key) in SUFFIXES or "".join(words_of(key)) in names
    bare = "".join(words_of(column))
    if plain(key) in GENERIC - set(SUFFIXES):
        return False
    return own and bare in names


@cache
def _called(words: tuple[str, ...]) -> frozenset[str]:
    """Give the names that columns have by which rows of a table are named."""
    spoken = [word for word in words if not word.isdecimal()]
    heads = {"".join(spoken[first:]) for first in range(len(spoken))}
    return frozenset(head + suffix for head in heads for suffix in SUFFIXES)


def _believed(
    child: Table, columns: tuple[str, ...], parent: Table, key: tuple[str, ...], evidence: int
) -> Link | None:
    """Count partners, and give the link where enough rows have one."""
    cells = child.key(columns).drop_null()
    if not len(cells):
        return None
    has_partner = pc.is_in(cells, value_set=parent.key(key), skip_nulls=True)
    matched = int(pc.sum(has_partner.cast(pa.int64())).as_py() or 0)
    least = HALF if evidence == DECLARED else MOSTLY
    if matched < least * len(cells):
        return None
    return Link(child, columns, parent, key, evidence, len(cells), matched, parent.is_key(key))
