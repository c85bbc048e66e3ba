"""Tables as CSV, written row by row, with cells that a spreadsheet would run made harmless."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

FORMULA = ("=", "+", "-", "@", "\t", "\r")
BOM = "\ufeff"
TOGETHER = 2_000


def neutral(value: Any) -> Any:
    """Put an apostrophe before text that a spreadsheet would take for a formula."""
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value


def csv_lines(
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    with_bom: bool = False,
    delimiter: str = ",",
) -> Iterator[str]:
    """Write rows as CSV, some thousand at a time; empty cells for what is not known."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
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
    writer = csv.writer(out)
    writer.writerow([neutral(name) for name in columns])
    while True:
        yield _taken(out)
        some = list(islice(rows, TOGETHER))
        if not some:
            return
        writer.writerows(some)


def _neutral_column(values: Sequence[Any]) -> Sequence[Any]:
    begins = {value[:1] for value in values if isinstance(value, str)}
    if begins.isdisjoint(FORMULA):
        return values
    return [neutral(value) for value in values]


def _taken(out: io.StringIO) -> str:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text
