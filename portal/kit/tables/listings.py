"""Lists as files with what they were made from: CSV in a ZIP, Excel, Parquet.

The stamp is a file beside the list, the first sheet of a workbook, or the schema's metadata, so
that whatever reads tables still reads the list.
"""

import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from portal.kit.tables.csv_text import csv_lines, neutral

FORMATS = ("csv", "xlsx", "parquet")
SUFFIXES = {"csv": ".zip", "xlsx": ".xlsx", "parquet": ".parquet"}
"""How a download of each format ends: a CSV comes in a ZIP beside its stamp."""
KINDS = {
    ".zip": "application/zip",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".parquet": "application/vnd.apache.parquet",
}
MOST_SHEET_ROWS = 1_048_575
STAMP_KEY = b"clientele"


class TooLong(ValueError):
    """A list has more rows than a format holds."""


class Listing(NamedTuple):
    """Rows, the lines that say what they are, and the same as JSON for programs."""

    rows: pd.DataFrame
    lines: Sequence[str]
    stamp: str
    title: str = "List"


def write_csv(listing: Listing, path: Path) -> Path:
    """Write the rows as CSV and the stamp as JSON beside it; give the stamp's path."""
    with path.open("w", encoding="utf-8", newline="") as out:
        out.writelines(csv_of(listing.rows))
    beside = path.with_name(f"{path.name}.json")
    beside.write_text(f"{listing.stamp}\n", encoding="utf-8")
    return beside


def write_zip(listing: Listing, path: Path) -> None:
    """Write the list as `list.csv`, its stamp as `stamp.json` and, to read, `stamp.txt`."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        with out.open("list.csv", "w", force_zip64=True) as opened:
            for lines in csv_of(listing.rows):
                opened.write(lines.encode())
        out.writestr("stamp.json", f"{listing.stamp}\n")
        out.writestr("stamp.txt", "\n".join(listing.lines) + "\n")


def write_excel(listing: Listing, path: Path) -> None:
    """Write a workbook: the stamp on the first sheet, the rows on the second.

    Raises `TooLong` where the rows are more than a sheet holds.
    """
    import xlsxwriter  # noqa: PLC0415 - only who exports a workbook needs it

    if len(listing.rows) > MOST_SHEET_ROWS:
        raise TooLong(
            f"A sheet of Excel holds {MOST_SHEET_ROWS:,} rows, the list has"
            f" {len(listing.rows):,}; choose CSV or Parquet."
        )
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        bold = book.add_format({"bold": True})
        about = book.add_worksheet("About")
        about.set_column(0, 0, 18)
        about.set_column(1, 1, 80)
        for place, line in enumerate(listing.lines):
            name, _, value = line.partition(": ")
            about.write_string(place, 0, name, bold)
            about.write_string(place, 1, str(neutral(value)))
        sheet = book.add_worksheet(listing.title)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(len(listing.rows.columns) - 1, 0), 16)
        for place, name in enumerate(listing.rows.columns):
            sheet.write_string(0, place, str(neutral(str(name))), bold)
        for row, cells in enumerate(_cells(listing.rows), start=1):
            for place, value in enumerate(cells):
                _write_cell(sheet, row, place, value)


def write_parquet(listing: Listing, path: Path) -> None:
    """Write a Parquet file with the stamp in the metadata of its schema."""
    import pyarrow as pa  # noqa: PLC0415 - only who exports Parquet needs it
    import pyarrow.parquet as pq  # noqa: PLC0415

    table = pa.Table.from_pandas(listing.rows, preserve_index=False)
    metadata = table.schema.metadata or {}
    table = table.replace_schema_metadata({**metadata, STAMP_KEY: listing.stamp.encode()})
    pq.write_table(table, path)


WRITERS = {"csv": write_zip, "xlsx": write_excel, "parquet": write_parquet}


def csv_of(rows: pd.DataFrame) -> Iterator[str]:
    """Write a frame as CSV, some thousand rows at a time."""
    return csv_lines([str(name) for name in rows], _cells(rows))


def file_name(text: str) -> str:
    """Give a text as part of a file's name.

    >>> file_name("At risk, 9 Dec")
    'At-risk-9-Dec'
    """
    cleaned = "".join(sign if sign.isalnum() or sign in "-_." else " " for sign in text)
    return "-".join(cleaned.split())


def _cells(rows: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    """Give plain values: None where nothing is known, whole counts without a point."""
    columns = [_plain(rows[name]) for name in rows]
    return zip(*columns, strict=True) if columns else iter(())


def _plain(column: "pd.Series[Any]") -> list[Any]:
    is_whole = pd.api.types.is_float_dtype(column) and bool(
        (column.dropna() % 1 == 0).all() and column.isna().any()
    )
    values = column.astype("Int64") if is_whole else column
    plain: list[Any] = values.astype(object).where(values.notna(), None).tolist()
    return plain


def _write_cell(sheet: Any, row: int, place: int, value: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, place, value)
    elif isinstance(value, int | float):
        sheet.write_number(row, place, value)
    else:
        sheet.write_string(row, place, str(neutral(str(value))))
