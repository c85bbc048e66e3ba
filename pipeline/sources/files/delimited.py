"""Delimited text: .csv, .tsv, .txt, packed with gzip or not.

Every column is read as text, dictionary-encoded block by block: on Online Retail that takes a
third of the memory of plain strings and no more time, and whoever types a column looks at each
distinct value once.
"""

import csv
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.csv as pc

from pipeline.errors import SourceError
from pipeline.sources.files.csv_faults import ends_in_quotes, ragged, unclosed
from pipeline.sources.files.kinds import check_text, gzip_head
from pipeline.sources.files.limits import ReadLimits, check_columns
from pipeline.sources.files.text_streams import (
    NotInEncodingError,
    TextFile,
    Utf8Stream,
    first_encoding,
    single_byte_encoding,
)
from pipeline.sources.parts import Part

BLOCK = 8 * 1024**2
HEAD = 1024**2
SEPARATORS = ",;\t|"
TEXT = pa.dictionary(pa.int32(), pa.string())


class Layout(NamedTuple):
    """How a file is written: its separator, and its header and where that stands."""

    separator: str
    names: list[str]
    header_row: int


def read_csv(path: Path, *, file: str, packed: bool, limits: ReadLimits) -> Iterator[Part]:
    """Read one delimited file; its encoding and its separator are found out."""
    if packed:
        check_text(gzip_head(path, file=file), file=file)
    source = TextFile(path, file, packed, limits)
    first = first_encoding(source)
    try:
        yield _read(source, first)
    except NotInEncodingError:
        if first != "utf-8":
            raise SourceError(
                f"begins as {first.upper()} but is not",
                remedy="save it as CSV UTF-8",
                file=file,
            ) from None
        yield _read_single_byte(source)


def _read_single_byte(source: TextFile) -> Part:
    try:
        return _read(source, single_byte_encoding(source))
    except NotInEncodingError:
        return _read(source, "iso-8859-1")


def _read(source: TextFile, encoding: str) -> Part:
    layout = _layout(source, encoding)
    check_columns(len(layout.names), source.limits, file=source.file)
    stream = Utf8Stream(source, encoding)
    columns = [str(position) for position in range(len(layout.names))]
    try:
        with pc.open_csv(
            stream,
            pc.ReadOptions(
                column_names=columns,
                skip_rows_after_names=layout.header_row,
                block_size=BLOCK,
                use_threads=False,
            ),
            pc.ParseOptions(delimiter=layout.separator, newlines_in_values=True),
            pc.ConvertOptions(
                column_types=dict.fromkeys(columns, TEXT),
                strings_can_be_null=True,
                null_values=[""],
            ),
        ) as reader:
            table = reader.read_all().rename_columns(layout.names)
    except pa.ArrowInvalid as error:
        raise ragged(source, encoding, layout.separator, len(layout.names)) from error
    suspicious = stream.quotes % 2 and _swallowed(table)
    if suspicious and ends_in_quotes(source, encoding, layout.separator):
        raise unclosed(source.file, row=layout.header_row + table.num_rows)
    return Part(source.file, None, table, layout.header_row)


def _swallowed(table: pa.Table) -> bool:
    last = table.slice(max(table.num_rows - 1, 0)).to_pylist()
    return any("\n" in value for row in last for value in row.values() if value)


def _layout(source: TextFile, encoding: str) -> Layout:
    """Find the separator and the header in the first megabyte."""
    head = Utf8Stream(source, encoding).read(HEAD)
    text = head.decode("utf-8", errors="ignore").removeprefix("\ufeff")
    if not text.strip():
        raise SourceError(
            "is empty", remedy="use a file with a header and rows", file=source.file
        )
    if len(head) == HEAD:
        text = text[: text.rfind("\n") + 1] or text
    layouts = [_layout_with(text, separator) for separator in _separators(text)]
    return max(layouts, key=lambda found: found[0])[1]


def _separators(text: str) -> str:
    """Return the separators worth trying; a first line `sep=;`, as Excel writes, says it."""
    first = text.lstrip().split("\n", 1)[0].strip().strip('"').lower()
    stated = first[4:5] if first.startswith("sep=") and len(first) <= 5 else ""
    return stated if stated in SEPARATORS and stated else SEPARATORS


def _layout_with(text: str, separator: str) -> tuple[tuple[bool, int], Layout]:
    """Split the head with one separator, and say how well that goes."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    header_row, names, widths = 0, [""], []
    try:
        for position, row in enumerate(islice(reader, 200), start=1):
            if header_row:
                widths.append(len(row))
            elif any(name.strip() for name in row) and not _states_separator(row):
                header_row, names = position, [_clean(name) for name in row]
    except csv.Error:
        widths.append(0)
    filled = [width for width in widths if width]
    alike = sum(width == len(names) for width in filled) >= 0.8 * len(filled)
    several = len(names) > 1
    return (alike and several, len(names)), Layout(separator, names, max(header_row, 1))


def _states_separator(row: list[str]) -> bool:
    return row[0].lower().startswith("sep=") and not any(row[1:])


def _clean(name: str) -> str:
    return name.strip().strip("\ufeff\u200b").strip()
