"""What a cell looks like, before anyone knows what it means: number, date, code, text.

Headers, rows of totals and misplaced separators are told by how cells differ from the rest of
their column. What a cell *is* say `pipeline.sources.cells`.
"""

import re
from collections import Counter
from collections.abc import Sequence
from enum import Enum
from itertools import zip_longest

CURRENCY = r"(?:[^\w\s.,'()-]{1,2}|[A-Z]{3})"
NUMBER = re.compile(
    rf"[(+-]?\s?{CURRENCY}?\s?[+-]?\d[\d.,'’\s\u00a0\u202f]*(?:e[+-]?\d+)?\s?(?:%|{CURRENCY})?\)?-?",
    re.IGNORECASE,
)
DATE = re.compile(
    r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}(?!\d)|\d{4}\s?年|(?:\d{1,2}[.\s-]*)[^\W\d_]{3,}[.,\s-]*\d{2,4}"
    r"|[^\W\d_]{3,}\.?\s\d{1,2},?\s\d{4}"
)
MAIL = re.compile(r"[^@\s]+@[^@\s]+\.\w+")
LONGEST = 200
"""Letters of a cell that are looked at."""
DIGIT = re.compile(r"\d")


class Shape(Enum):
    """What a cell looks like; a code is whatever else holds digits."""

    BLANK = "blank"
    NUMBER = "number"
    DATE = "date"
    MAIL = "mail"
    CODE = "code"
    TEXT = "text"


TYPED = frozenset({Shape.NUMBER, Shape.DATE, Shape.MAIL, Shape.CODE})


def shape(cell: str) -> Shape:
    """Tell the shape of a cell.

    >>> [shape(cell).value for cell in ("1.234,50 €", "3/1/2024 8:26", "K0070", "Total", " ")]
    ['number', 'date', 'code', 'text', 'blank']
    """
    text = cell[:LONGEST].strip()
    if not text:
        return Shape.BLANK
    if not DIGIT.search(text):
        return Shape.MAIL if MAIL.fullmatch(text) else Shape.TEXT
    if DATE.match(text):
        return Shape.DATE
    if NUMBER.fullmatch(text):
        return Shape.NUMBER
    return Shape.MAIL if MAIL.fullmatch(text) else Shape.CODE


def column_shapes(rows: Sequence[Sequence[str]], width: int) -> list[Shape]:
    """Give each column the shape that nine in ten of its filled cells have, else text."""
    columns = list(zip_longest(*rows, fillvalue=""))[:width]
    columns += [()] * (width - len(columns))
    return [_shape_of(column) for column in columns]


def _shape_of(column: Sequence[str]) -> Shape:
    counts = Counter(map(shape, column))
    blank = counts.pop(Shape.BLANK, 0)
    if not counts:
        return Shape.BLANK
    commonest, most = counts.most_common(1)[0]
    return commonest if most >= 0.9 * (len(column) - blank) else Shape.TEXT


def fits(cells: Sequence[str], shapes: Sequence[Shape]) -> bool:
    """Say whether a row's cells look like the columns: in typed ones alike, or blank."""
    return all(
        shape(cell) in {expected, Shape.BLANK}
        for cell, expected in zip(cells, shapes, strict=True)
        if expected in TYPED
    )
