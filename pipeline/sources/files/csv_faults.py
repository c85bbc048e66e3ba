"""Where a delimited file goes wrong: a second, slow look that finds the row."""

import codecs
import csv
import itertools
from collections.abc import Iterator

from pipeline.base.errors import SourceError
from pipeline.sources.files.separators import BLANKS, Layout, delimiter, parted
from pipeline.sources.files.text_streams import TextFile

END = "end of file"


def ragged(source: TextFile, encoding: str, layout: Layout) -> SourceError:
    """Find the first row below the header that hasn't its width, and build its error."""
    width = len(layout.names)
    reader = csv.reader(_lines(source, encoding, layout), delimiter=delimiter(layout.separator))
    row, broken, fields = 0, False, 0
    try:
        for row, values in enumerate(reader, start=1):
            if row <= layout.header_row:
                continue
            if broken:
                return wrong_width(source.file, row - 1, fields, width)
            broken = bool(values) and len(values) != width
            fields = len(values)
            if broken and any("\n" in value for value in values[-1:]):
                continue
            if broken:
                return wrong_width(source.file, row, fields, width)
    except csv.Error:
        return unclosed(source.file, row=row + 1)
    if broken:
        return unclosed(source.file, row=row)
    return SourceError(
        "holds a cell of more than 8 MB",
        remedy="look for a quotation mark that is never closed",
        file=source.file,
    )


def ends_in_quotes(source: TextFile, encoding: str, layout: Layout) -> bool:
    """Say whether the end of the file lies inside a quotation mark that was never closed."""
    row: list[str] = []
    try:
        lines = itertools.chain(_lines(source, encoding, layout), ["\n", END])
        for row in csv.reader(lines, delimiter=delimiter(layout.separator)):  # noqa: B007 - last
            pass
    except csv.Error:
        return True
    return row != [END]


def unclosed(file: str, *, row: int) -> SourceError:
    """Build the error for a quotation mark that is open to the end of the file."""
    return SourceError(
        "opens a quotation mark that is never closed",
        remedy="close it, or double a quotation mark that belongs to the text",
        file=file,
        row=row,
    )


def wrong_width(file: str, row: int, fields: int, width: int, count: int = 1) -> SourceError:
    """Build the error for the first of `count` rows that are too long or too short."""
    several = f" (one of {count:,} such rows)" if count > 1 else ""
    return SourceError(
        f"has {fields:,} field{'s' * (fields != 1)} where the header has {width:,}{several}",
        remedy="mend the row, or put text that holds the separator in quotation marks",
        file=file,
        row=row,
    )


def _lines(source: TextFile, encoding: str, layout: Layout) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    is_blank = layout.separator in BLANKS
    tail = ""
    for chunk in source.chunks():
        *lines, tail = (tail + decoder.decode(chunk)).split("\n")
        for line in lines:
            yield (parted(line, layout.separator) if is_blank else line) + "\n"
    yield parted(tail, layout.separator) if is_blank else tail
