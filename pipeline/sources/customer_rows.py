"""Rows of the forms without orders: from the raw columns of a part to typed fields."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline.sources.cells.values import Typed, as_number, as_text, as_timestamp
from pipeline.sources.faults import Tell, first_unreadable, tell_faults, untold
from pipeline.sources.forms import DATES, FORMS, NUMBERS
from pipeline.sources.outcomes import Outcome
from pipeline.sources.parts import Part

VERSION = 1
"""Part of a load's checksum: rows read by another version are read again."""

NO_OUTCOMES: dict[Outcome, str] = {}
LARGEST_WHOLE = 2.0**53
"""Up to here every whole number is a float."""


def typed_rows(
    part: Part,
    form: str,
    columns: dict[str, str],
    *,
    unreadable_share: float,
    outcomes: Mapping[Outcome, str] = NO_OUTCOMES,
    tell: Tell = untold,
) -> pa.Table:
    """Give a part's rows with every field of the form that it has, as JSON by known name.

    `form` is a key of `FORMS`, `columns` maps its fields and `outcomes` its outcomes to the
    part's columns. Dates are written as ISO days, outcomes as the words that they are. Cells
    that can't be read are null and mark their row `unreadable`; above `unreadable_share` of
    the rows, the first such cell is raised as a `SourceError`; up to it they are told one by
    one.
    """
    table = part.table
    values: dict[str, list[Any]] = {}
    checked: dict[str, Typed] = {}
    for field in (each.name for each in FORMS[form] if each.name in columns):
        cells = table[columns[field]]
        if field in NUMBERS:
            checked[field] = as_number(cells)
            values[field] = _numbers(checked[field].values)
        elif field in DATES:
            checked[field] = as_timestamp(cells)
            values[field] = [_day(each) for each in checked[field].values.to_pylist()]
        else:
            values[field] = as_text(cells).to_pylist()
    for outcome, column in outcomes.items():
        values[outcome.key] = as_text(table[column]).to_pylist()
    unreadable = np.zeros(len(table), dtype=bool)
    for typed in checked.values():
        unreadable[typed.unreadable] = True
    if unreadable.sum() > unreadable_share * len(table):
        raise first_unreadable(part, columns, checked, int(unreadable.sum()))
    tell_faults(part, columns, checked, tell)
    customers = values.pop("customer_id")
    encode = json.JSONEncoder(ensure_ascii=False).encode
    rows = [
        encode(dict(zip(values, row, strict=True)))
        for row in zip(*values.values(), strict=True)
    ]
    first = part.header_row + 1
    return pa.table(
        {
            "source_row": np.arange(first, first + len(table), dtype=np.int64),
            "form": pa.array([form] * len(table), pa.string()),
            "customer_id": pa.array(customers, pa.string()),
            "fields": pa.array(rows, pa.string()),
            "unreadable": pa.array(unreadable),
        }
    )


def _numbers(column: pa.ChunkedArray) -> list[float | int | None]:
    """Give numbers, whole ones as integers."""
    known = column.drop_null().to_numpy()
    if len(known) and (np.abs(known) < LARGEST_WHOLE).all() and (known == known.round()).all():
        whole: list[float | int | None] = column.cast(pa.int64()).to_pylist()
        return whole
    return [_whole(each) for each in column.to_pylist()]


def _whole(number: float | None) -> float | int | None:
    return int(number) if number is not None and number == int(number) else number


def _day(moment: dt.datetime | None) -> str | None:
    return moment.date().isoformat() if moment is not None else None
