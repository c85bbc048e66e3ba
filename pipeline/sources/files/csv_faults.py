"""Where a delimited file goes wrong: a second, slow look that finds the row."""

import codecs
import csv
import itertools
from collections.abc import Iterator

from pipeline.errors import SourceError
from pipeline.sources.files.text_streams import TextFile

END = "end of file"


def ragged(source: TextFile, encoding: str, separator: str, width: int) -> SourceError:
    """Find the first row that hasn't `width` fields, and build its error."""
    reader = csv.reader(_lines(source, encoding), delimiter=separator)
    row, broken, fields = 0, False, 0
    try:
        for row, values in enumerate(reader, start=1):
            if broken:
                return _wrong_width(source.file, row - 1, fields, width)
            broken = bool(values) and len(values) != width and not _states_separator(values)
            fields = len(values)
            if broken and any("\n" in value for value in values[-1:]):
                continue
            if broken:
                return _wrong_width(source.file, row, fields, width)
    except csv.Error:
        return unclosed(source.file, row=row + 1)
    if broken:
        return unclosed(source.file, row=row)
    return SourceError(
        "holds a cell of more than 8 MB",
        remedy="look for a quotation mark that is never closed",
        file=source.file,
    )


def ends_in_quotes(source: TextFile, encoding: str, separator: str) -> bool:
    """Say whether the end of the file lies inside a quotation mark that was never closed."""
    row: list[str] = []
    try:
        lines = itertools.chain(_lines(source, encoding), ["\n", END])
        for row in csv.reader(lines, delimiter=separator):  # noqa: B007 - the last is asked for
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


def _wrong_width(file: str, row: int, fields: int, width: int) -> SourceError:
    return SourceError(
        f"has {fields:,} field{'s' * (fields != 1)} where the header has {width:,}",
        remedy="mend the row, or put text that holds the separator in quotation marks",
        file=file,
        row=row,
    )


def _states_separator(values: list[str]) -> bool:
    return values[0].lower().removeprefix("\ufeff").startswith("sep=")


def _lines(source: TextFile, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    rest = ""
    for chunk in source.chunks():
        *lines, rest = (rest + decoder.decode(chunk)).split("\n")
        yield from (line + "\n" for line in lines)
    yield rest
