"""Rows of the forms without orders: from the raw columns of a part to typed fields."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.sources.cells.values import Typed, as_number, as_text, as_timestamp
from pipeline.sources.forms import DATES, FORMS, NUMBERS
from pipeline.sources.outcomes import Outcome
from pipeline.sources.parts import Part
from pipeline.sources.telling.faults import Tell, first_unreadable, tell_faults, untold

VERSION = 3
"""Part of a load's checksum: rows read by another version are read again."""

NO_OUTCOMES: dict[Outcome, str] = {}
LARGEST_WHOLE = 2.0**53
"""Up to here every whole number is a float."""


def typed_rows(
    part: Part,
    form: str,
    columns: dict[str, str],
    *,
    unusable_share: float,
    outcomes: Mapping[Outcome, str] = NO_OUTCOMES,
    tell: Tell = untold,
) -> pa.Table:
    """Give a part's rows with every field of the form that it has, as JSON by known name.

    `form` is a key of `FORMS`, `columns` maps its fields and `outcomes` its outcomes to the
    part's columns. Dates are written as ISO days, outcomes as the words that they are. Cells
    that can't be read are null and mark their row `unreadable`; above `unusable_share` of
    the rows, the first such cell is raised as a `SourceError`; up to it they are told one by
    one.
    """
    table = part.table
    values: dict[str, list[Any]] = {}
    checked: dict[str, Typed] = {}
    for field in (form_field.name for form_field in FORMS[form] if form_field.name in columns):
        cells = table[columns[field]]
        if field in NUMBERS:
            checked[field] = as_number(cells)
            values[field] = numbers(checked[field].values)
        elif field in DATES:
            checked[field] = as_timestamp(cells)
            values[field] = days(checked[field].values)
        else:
            values[field] = as_text(cells).to_pylist()
    for outcome, column in outcomes.items():
        values[outcome.key] = as_text(table[column]).to_pylist()
    unreadable = np.zeros(len(table), dtype=bool)
    for typed in checked.values():
        unreadable[typed.unreadable] = True
    unreadable[part.broken] = True
    if unreadable.sum() > unusable_share * len(table):
        raise first_unreadable(part, columns, checked, int(unreadable.sum()))
    tell_faults(part, columns, checked, tell)
    customers = values.pop("customer_id")
    return records(part, form, customers, values, unreadable)


def records(
    part: Part,
    form: str,
    customers: Sequence[str | None],
    values: Mapping[str, Sequence[Any]],
    unreadable: npt.NDArray[np.bool_],
) -> pa.Table:
    """Give the rows of a part as `customer_record` has them; `values` are fields by name."""
    encode = json.JSONEncoder(ensure_ascii=False).encode
    rows = [
        encode(dict(zip(values, row, strict=True)))
        for row in zip(*values.values(), strict=True)
    ]
    return pa.table(
        {
            "source_row": part.row_numbers(),
            "form": pa.array([form] * len(customers), pa.string()),
            "customer_id": pa.array(customers, pa.string()),
            "fields": pa.array(rows, pa.string()),
            "unreadable": pa.array(unreadable),
        }
    )


def numbers(column: pa.ChunkedArray) -> list[float | int | None]:
    """Give numbers, whole ones as integers."""
    filled = column.drop_null().to_numpy()
    if (
        len(filled)
        and (np.abs(filled) < LARGEST_WHOLE).all()
        and (filled == filled.round()).all()
    ):
        whole: list[float | int | None] = column.cast(pa.int64()).to_pylist()
        return whole
    return [_whole(number) for number in column.to_pylist()]


def _whole(number: float | None) -> float | int | None:
    return int(number) if number is not None and number == int(number) else number


def days(column: pa.ChunkedArray) -> list[str | None]:
    """Give moments as ISO days."""
    return [_day(moment) for moment in column.to_pylist()]


def _day(moment: dt.datetime | None) -> str | None:
    return moment.date().isoformat() if moment is not None else None
