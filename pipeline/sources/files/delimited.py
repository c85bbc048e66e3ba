"""Delimited text: .csv, .tsv, .txt, packed with gzip or not.

Every column is read as text, dictionary-encoded block by block: on Online Retail that takes a
third of the memory of plain strings and no more time, and whoever types a column looks at each
distinct value once.
"""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.csv as pc

from pipeline.base.errors import SourceError
from pipeline.sources.files.code_pages import EASTERN, CodePage, code_page
from pipeline.sources.files.csv_faults import ends_in_quotes, ragged, unclosed, wrong_width
from pipeline.sources.files.kinds import check_text, gzip_head
from pipeline.sources.files.limits import ReadLimits, check_columns
from pipeline.sources.files.ragged import OddRow, Put, cells_of, put_back, without_beyond
from pipeline.sources.files.separators import (
    BLANKS,
    Layout,
    delimiter,
    find_layout,
    parted,
)
from pipeline.sources.files.surroundings import settled
from pipeline.sources.files.text_streams import (
    NotInEncodingError,
    TextFile,
    Utf8Stream,
    first_encoding,
    high_lines,
)
from pipeline.sources.fitting import Wanted
from pipeline.sources.parts import NO_POSITIONS, Doubt, Part

BLOCK = 8 * 1024**2
HEAD, TRIED = 1024**2, 128 * 1024
"""Bytes that are looked at first, and letters of them in which the table's layout is found."""
TEXT = pa.dictionary(pa.int32(), pa.string())


class Opened(NamedTuple):
    """A text file and how it is decoded; `is_wanted` is what the caller is after."""

    source: TextFile
    page: CodePage
    is_wanted: Wanted | None

    def stream(self) -> Utf8Stream:
        """Open its bytes as UTF-8."""
        errors = "replace" if self.page.is_mended else "strict"
        return Utf8Stream(self.source, self.page.encoding, errors)


class BlankStream(io.RawIOBase):
    """UTF-8 in which tabs part cells that runs of blanks part in the file."""

    def __init__(self, stream: Utf8Stream, separator: str) -> None:
        self._stream, self._separator = stream, separator
        self._lines = self._rest = b""

    def readable(self) -> bool:
        """Say that it can be read, as pyarrow asks."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes, none at the end."""
        while size < 0 or len(self._lines) < size:
            chunk = self._stream.read(HEAD)
            whole, end, self._rest = (self._rest + chunk).rpartition(b"\n")
            if not chunk:
                whole, self._rest = self._rest, b""
            text = (whole + end).decode("utf-8")
            text = text.replace("\r\n", "\n").replace("\r", "\n")
            self._lines += parted(text, self._separator).encode("utf-8")
            if not chunk:
                break
        block = self._lines if size < 0 else self._lines[:size]
        self._lines = self._lines[len(block) :]
        return block


def read_csv(
    path: Path, *, file: str, packed: bool, limits: ReadLimits, is_wanted: Wanted | None = None
) -> Iterator[Part]:
    """Read one delimited file; its encoding, its separator and its header are found out."""
    if packed:
        check_text(gzip_head(path, file=file), file=file)
    source = TextFile(path, file, packed, limits)
    first = first_encoding(source)
    try:
        yield _read(Opened(source, CodePage(first), is_wanted))
    except NotInEncodingError:
        if first != "utf-8":
            raise SourceError(
                f"begins as {first.upper()} but is not",
                remedy="save it as CSV UTF-8",
                file=file,
            ) from None
        yield _read_other(source, is_wanted)


def _read_other(source: TextFile, is_wanted: Wanted | None) -> Part:
    """Read what is not UTF-8 throughout; ISO-8859-1 decodes whatever the others can't."""
    page = code_page(high_lines(source))
    try:
        return _read(Opened(source, page, is_wanted))
    except NotInEncodingError:
        if page.encoding in EASTERN:
            return _read(
                Opened(source, page._replace(is_mended=True, is_sure=False), is_wanted)
            )
        return _read(Opened(source, CodePage("iso-8859-1"), is_wanted))


def _read(opened: Opened) -> Part:
    source = opened.source
    layout = _layout(opened)
    check_columns(len(layout.names), source.limits, file=source.file)
    stream = opened.stream()
    odd: list[OddRow] = []
    table = _table(opened, layout, stream, odd)
    table, odd = without_beyond(table, odd, layout.named, layout.header_row + 1)
    put = (
        put_back(table, odd, layout.header_row + 1, delimiter(layout.separator))
        if odd
        else Put(table, NO_POSITIONS, NO_POSITIONS, [])
    )
    part = Part(
        source.file,
        None,
        put.table,
        layout.header_row,
        layout.has_header,
        layout.above,
        broken=put.broken,
        broken_fields=put.fields,
        doubts=_doubts(opened, put),
    )
    suspicious = stream.quotes % 2 and _swallowed(put.table)
    if suspicious and ends_in_quotes(source, opened.page.encoding, layout):
        raise unclosed(source.file, row=layout.header_row + put.table.num_rows)
    part = settled(part)
    _refuse_many(part, put, source.limits)
    return part


def _refuse_many(part: Part, put: Put, limits: ReadLimits) -> None:
    """Refuse a table of which too many rows are too long or too short, even if mended."""
    broken = zip(part.broken.tolist(), part.broken_fields.tolist(), strict=True)
    odd = [(part.row_of(place), fields) for place, fields in broken]
    odd += [(odd_row.row, len(odd_row.cells)) for odd_row in put.joined]
    if len(odd) > limits.broken_share * len(part.table):
        row, fields = min(odd)
        raise wrong_width(part.file, row, fields, part.table.num_columns, len(odd))


def _table(opened: Opened, layout: Layout, stream: Utf8Stream, odd: list[OddRow]) -> pa.Table:
    """Read the rows of the right width; those of another go to `odd`."""
    columns = [str(position) for position in range(len(layout.names))]
    separator = delimiter(layout.separator)

    def keep(row: pc.InvalidRow) -> str:
        if "\n" in row.text or "\r" in row.text:
            return "error"
        odd.append(OddRow(row.number, cells_of(row.text, separator)))
        return "skip"

    try:
        with pc.open_csv(
            BlankStream(stream, layout.separator) if layout.separator in BLANKS else stream,
            pc.ReadOptions(
                column_names=columns,
                skip_rows_after_names=layout.header_row,
                block_size=BLOCK,
                use_threads=False,
            ),
            pc.ParseOptions(
                delimiter=separator,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=keep,
            ),
            pc.ConvertOptions(
                column_types=dict.fromkeys(columns, TEXT),
                strings_can_be_null=True,
                null_values=[""],
            ),
        ) as reader:
            return reader.read_all().rename_columns(layout.names)
    except pa.ArrowInvalid as error:
        raise ragged(opened.source, opened.page.encoding, layout) from error


def _doubts(opened: Opened, put: Put) -> tuple[Doubt, ...]:
    """Name what may have been read wrongly."""
    file, page = opened.source.file, opened.page
    doubts = []
    if not page.is_sure:
        doubts.append(
            Doubt(
                "code_page",
                f"{file} is not UTF-8 throughout and was read as {page.encoding}:"
                " look whether names are as they should be, or save it as CSV UTF-8.",
            )
        )
    if put.joined:
        rows, first = len(put.joined), put.joined[0].row
        doubts.append(
            Doubt(
                "separator_in_text",
                f"{file}, row {first:,}{f' and {rows - 1:,} more' * (rows > 1)}: a text holds"
                " the separator without quotation marks; it was read as part of the text.",
                rows,
            )
        )
    return tuple(doubts)


def _swallowed(table: pa.Table) -> bool:
    """Say whether the last row with anything in it holds a line break."""
    for start in range(table.num_rows - 1, -1, -1):
        row = [str(column[start].as_py() or "") for column in table.columns]
        if any(row):
            return any("\n" in cell for cell in row)
    return False


def _layout(opened: Opened) -> Layout:
    """Find the separator and the header in the first megabyte."""
    head = opened.stream().read(HEAD)
    text = head.decode("utf-8", errors="ignore").removeprefix("\ufeff")
    if not text.strip():
        raise SourceError(
            "is empty", remedy="use a file with a header and rows", file=opened.source.file
        )
    text = text[:TRIED] if "\n" in text[:TRIED] else text
    if len(head) == HEAD or len(text) == TRIED:
        text = text[: text.rfind("\n") + 1] or text
    return find_layout(text, opened.is_wanted)
