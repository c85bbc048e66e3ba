"""One table as a source holds it: a CSV file, a sheet, a table of a database."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from pipeline.base.errors import place_within
from pipeline.sources.telling.remarks import Remark

NO_POSITIONS: np.ndarray = np.empty(0, dtype=np.int64)


class Around(NamedTuple):
    """A row that stands around a table's data and was set aside.

    `row` is as a spreadsheet counts, `text` its cells; `kind` is one of `title` (above the
    header), `header` (the header once more, among the rows), `total` and `note` (below).
    """

    row: int
    text: str
    kind: str


class Doubt(NamedTuple):
    """What may have been read wrongly: a code, a sentence with its place, and how many rows."""

    code: str
    sentence: str
    rows: int = 0


class ForeignKey(NamedTuple):
    """Columns of a table that a database declares to name a row of another table."""

    columns: tuple[str, ...]
    table: str
    to: tuple[str, ...]


NO_FIELDS: Mapping[str, str] = MappingProxyType({})


class Part(NamedTuple):
    """The raw columns of one table, and where it came from.

    `table` keeps the header's own names, but for names that stand more than once: the second
    `Price` is `Price (2)`. Where there is no header (`has_header`) the columns are `column 1`
    and so on. Its columns are strings or whatever type the file itself gives (numbers and dates
    in .xlsx, Parquet and databases). `header_row` is the row of the header as a spreadsheet
    counts, or the row before the first. `sheet` is a `TableName` where the source is a
    database.

    `around` are rows that are no data and not in `table`; `numbers` are the rows of the file
    that `table` has, where they don't just follow the header. `broken` are positions in `table`
    of rows with too many or too few cells, which can't be used, and `broken_fields` how many
    cells each has.

    `keys` are the foreign keys that its database declares. Of a table joined from several,
    `fields` are the columns that are known to be fields of orders, `said` tells how it was
    joined, and `joined_rows` are those of the other tables that were read for it (of the first
    of several parts alone).
    """

    file: str
    sheet: str | None
    table: pa.Table
    header_row: int = 1
    has_header: bool = True
    around: tuple[Around, ...] = ()
    numbers: np.ndarray | None = None
    broken: np.ndarray = NO_POSITIONS
    broken_fields: np.ndarray = NO_POSITIONS
    doubts: tuple[Doubt, ...] = ()
    keys: tuple[ForeignKey, ...] = ()
    fields: Mapping[str, str] = NO_FIELDS
    said: tuple[Remark, ...] = ()
    joined_rows: int = 0

    @property
    def name(self) -> str:
        """Name the part as a person would: `orders.xlsx, sheet “2010”`."""
        return f"{self.file}, {place_within(self.sheet)}" if self.sheet else self.file

    @property
    def label(self) -> str:
        """Name the table alone: its sheet, or its file without folder and suffix."""
        return self.sheet or self.file.replace("\\", "/").rpartition("/")[2].split(".", 1)[0]

    def row_of(self, position: int) -> int:
        """Give the row of the file, as a spreadsheet counts, of a position in `table`."""
        if self.numbers is None:
            return self.header_row + 1 + position
        return int(self.numbers[position])

    def row_numbers(self) -> np.ndarray:
        """Give the row of the file of every row of `table`, as 64-bit integers."""
        if self.numbers is not None:
            return self.numbers
        first = self.header_row + 1
        return np.arange(first, first + len(self.table), dtype=np.int64)


class TypedPart(NamedTuple):
    """Typed rows of one part: its place in the source, its form, and the rows.

    `form` is that of a form; `rows` has the columns of `order_line`, or of `customer_record`
    for the forms without orders. `remarks` are what is to be said of the part, `currency` the
    code of its money, where the part tells it, `joined_rows` as `Part` has them.
    """

    place: int
    form: str
    rows: pa.Table
    remarks: tuple[Remark, ...] = ()
    currency: str | None = None
    joined_rows: int = 0
