"""Tables as CSV, written row by row, with cells that a spreadsheet would run made harmless.

Every text stands in quotes. Who opens the file with another separator has its rows cut at other
places: so not only the beginning of a cell is looked at, but what follows any separator in it.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

FORMULA = ("=", "+", "-", "@", "\t", "\r")
BOM = "\ufeff"
TOGETHER = 2_000

SIGNS = r"[=+\-@\uff1d\uff0b\uff0d\uff20]"
"""What a formula begins with, also in the wide letters of East Asia."""

BEGINS = re.compile(rf'[\t\r]|[\s\ufeff\u200b\x00-\x1f"]*{SIGNS}')
WITHIN = re.compile(rf'([,;|\t\r\n][\s\ufeff\u200b\x00-\x1f"]*)(?={SIGNS})')


def neutral(value: Any) -> Any:
    """Put an apostrophe before what a spreadsheet would take for a formula.

    >>> neutral("=1+1"), neutral(" @x"), neutral("a;=1+1"), neutral("a-b"), neutral(-1)
    ("'=1+1", "' @x", "a;'=1+1", 'a-b', -1)
    """
    if not isinstance(value, str):
        return value
    text = WITHIN.sub(r"\1'", value)
    return f"'{text}" if BEGINS.match(value) else text


def csv_lines(
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    with_bom: bool = False,
    delimiter: str = ",",
) -> Iterator[str]:
    """Write rows as CSV, some thousand at a time; empty cells for what is not known."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_NONNUMERIC)
    out.write(BOM if with_bom else "")
    writer.writerow([neutral(column) for column in columns])
    for place, row in enumerate(rows, start=1):
        writer.writerow([neutral(value) for value in row])
        if place % TOGETHER == 0:
            yield _taken(out)
    yield _taken(out)


def csv_columns(columns: Mapping[str, Sequence[Any]]) -> Iterator[str]:
    """Write columns of equal length as `csv_lines` writes rows, quicker where rows are many."""
    harmless = [_neutral_column(values) for values in columns.values()]
    rows = zip(*harmless, strict=True)
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow([neutral(name) for name in columns])
    while True:
        yield _taken(out)
        some = list(islice(rows, TOGETHER))
        if not some:
            return
        writer.writerows(some)


def _neutral_column(values: Sequence[Any]) -> Sequence[Any]:
    changed = {
        value: harmless
        for value in {cell for cell in values if isinstance(cell, str)}
        if (harmless := neutral(value)) != value
    }
    if not changed:
        return values
    return [changed.get(cell, cell) if isinstance(cell, str) else cell for cell in values]


def _taken(out: io.StringIO) -> str:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text
