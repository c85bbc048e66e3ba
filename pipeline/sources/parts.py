"""One table as a source holds it: a CSV file, a sheet, a table of a database."""

from typing import NamedTuple

import pyarrow as pa

from pipeline.errors import place_within


class Part(NamedTuple):
    """The raw columns of one table, and where it came from.

    `table` keeps the header's own names; its columns are strings or whatever type the file
    itself gives (numbers and dates in .xlsx, Parquet and databases). `header_row` is the row
    of the header as a spreadsheet counts, so row `i` of `table` is row `header_row + 1 + i`.
    `sheet` is a `TableName` where the source is a database.
    """

    file: str
    sheet: str | None
    table: pa.Table
    header_row: int = 1

    @property
    def name(self) -> str:
        """Name the part as a person would: `orders.xlsx, sheet “2010”`."""
        return f"{self.file}, {place_within(self.sheet)}" if self.sheet else self.file


class TypedPart(NamedTuple):
    """Typed rows of one part: its place in the source, its form, and the rows.

    `form` is one of the four; `rows` has the columns of `order_line`, or of `customer_record`
    for the forms without orders.
    """

    place: int
    form: str
    rows: pa.Table
