"""A sample file small enough to read: what order lines look like."""

import datetime as dt

import pyarrow as pa

from pipeline.samples.lines import COLUMNS

_UK, _FR = "United Kingdom", "France"
_ROWS = (
    ("500001", "20114", "STRIPED LINEN TEA TOWEL", 6, (3, 3, 9, 15), 2.95, "10001", _UK),
    ("500001", "31870", "OAK PICTURE FRAME", 2, (3, 3, 9, 15), 7.5, "10001", _UK),
    ("500002", "20114", "STRIPED LINEN TEA TOWEL", 12, (3, 4, 14, 2), 2.55, "10002", _FR),
    ("500002", "45012B", "BLUE ENAMEL MUG", 4, (3, 4, 14, 2), 4.25, "10002", _FR),
    ("500002", "POST", "POSTAGE", 1, (3, 4, 14, 2), 18.0, "10002", _FR),
    ("C500003", "31870", "OAK PICTURE FRAME", -1, (3, 6, 10, 40), 7.5, "10001", _UK),
    ("500004", "45012B", "BLUE ENAMEL MUG", 1, (3, 8, 12, 27), 4.25, None, _UK),
    ("500005", "67230", "COPPER WATERING CAN", 1, (4, 11, 11, 5), 16.95, "10003", _UK),
    ("500006", "20114", "STRIPED LINEN TEA TOWEL", 3, (5, 19, 16, 48), 2.95, "10001", _UK),
    ("500006", "52999", "WICKER GARDEN BASKET", 1, (5, 19, 16, 48), 12.45, "10001", _UK),
    ("500007", "45012B", "BLUE ENAMEL MUG", 6, (6, 2, 9, 33), 4.25, "10002", _FR),
    ("500007", "67230", "COPPER WATERING CAN", 2, (6, 2, 9, 33), 16.95, "10002", _FR),
)  # fmt: skip


def template_lines() -> pa.Table:
    """Write twelve lines: three customers, postage, a cancellation, a line without customer."""
    rows = [
        (*row[:4], dt.datetime(2025, *row[4]), *row[5:])  # noqa: DTZ001 - an export has no zone
        for row in _ROWS
    ]
    columns = [list(column) for column in zip(*rows, strict=True)]
    return pa.table(columns, schema=COLUMNS)
