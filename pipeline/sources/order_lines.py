"""Order lines: from the raw columns of a part to typed ones under known names."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.run.memory import give_back
from pipeline.sources.cells.clock_times import date_and_time
from pipeline.sources.cells.identity import Customers, as_customers
from pipeline.sources.cells.numerals import TypedNumbers, read_numbers
from pipeline.sources.cells.texts import as_category, as_text
from pipeline.sources.cells.timestamps import TypedDates, read_dates
from pipeline.sources.orders.currencies import found_currency
from pipeline.sources.orders.fields import CUSTOMERS, constant
from pipeline.sources.orders.flags import flagged
from pipeline.sources.orders.meaning import Meaning
from pipeline.sources.orders.rates import Rates
from pipeline.sources.orders.saying import said_of_cells, said_of_part, said_of_statuses
from pipeline.sources.orders.statuses import Statuses, no_sales, statuses
from pipeline.sources.orders.worth import RowsRead, counted_rows, prices_back, worth_of
from pipeline.sources.parts import Part, TypedPart
from pipeline.sources.telling.faults import Tell, Unread, first_unreadable, tell_faults, untold
from pipeline.sources.telling.remarks import Remark

TEXTS = (
    "invoice", "product", "description", "customer_id", "country", "category", "channel",
    "status",
)  # fmt: skip
"""Columns of order lines that hold words."""
NUMBERS = ("quantity", "unit_price")
"""Columns of order lines that every line needs a number in."""
VERSION = 6
"""Part of a load's checksum: lines read by another version are read again."""
MONEY = (
    "quantity", "unit_price", "amount", "order_total", "discount", "order_discount", "refunded",
    "tax", "shipping", "subtotal",
)  # fmt: skip
KEPT = {*TEXTS, *NUMBERS, "ordered_at", "time"} - {"status"}
"""Fields whose cells a typed line holds as they are."""


class OrderRows(NamedTuple):
    """A part's typed lines, what is to be said of them, and their currency's code, if told."""

    rows: pa.Table
    remarks: tuple[Remark, ...]
    currency: str | None


def typed_lines(
    part: Part,
    columns: Mapping[str, str],
    *,
    unusable_share: float,
    rates: Rates | None = None,
    tell: Tell = untold,
    meaning: Meaning | None = None,
) -> OrderRows:
    """Give a part's lines with typed columns, one row per row of the part.

    `columns` maps the form's fields to the part's columns, or to a constant; `rates` convert
    other currencies, `meaning` is what a layout says of the columns. Cells that can't
    be read are null and mark their row `unreadable`; above `unusable_share` of the rows, the
    first such cell is raised as a `SourceError`. Up to that share they are told one by one.
    """
    table = _Cells(part, columns)
    words = {name: table.words(name) for name in TEXTS if name not in {"status", "customer_id"}}
    customers = table.customers()
    words["customer_id"] = _in_one(customers.values.dictionary_encode())
    if "product" not in columns:
        words["product"] = words["description"]
    times = table.dates()
    bad = table.numbers()
    currency = found_currency(part, columns, rates)
    status = table.statuses()
    flags = (
        flagged(part.table, columns.values(), columns.get("event")) if meaning is None else None
    )
    if flags is not None and flags.status is not None:
        stored = flags.status if status is None else pc.coalesce(status.stored, flags.status)
        status = Statuses(stored, ()) if status is None else status._replace(stored=stored)
    counted = counted_rows(status, len(part.table))
    give_back()
    rows_read = RowsRead(words, times.values, counted)
    worth = worth_of(
        bad, rows_read, columns.get("amount", ""), meaning, columns.get("order_total", "")
    )
    if flags is not None:
        back = flags.back | (
            prices_back(worth, rows_read) if "amount" not in columns else False
        )
        worth = worth._replace(
            quantity=np.where(back, -np.abs(worth.quantity), worth.quantity),
            unit_price=np.where(back, np.abs(worth.unit_price), worth.unit_price),
            remarks=(*worth.remarks, *flags.remarks),
        )
    needed: dict[str, Unread] = {"ordered_at": times}
    needed |= {name: typed for name, typed in bad.items() if name not in {"tax", "shipping"}}
    unreadable = np.zeros(len(part.table), dtype=bool)
    for typed in needed.values():
        unreadable[typed.unreadable] = True
    unreadable[part.broken] = True
    unreadable &= counted
    if unreadable.sum() > unusable_share * len(part.table):
        raise first_unreadable(part, columns, needed, int(unreadable.sum()))
    tell_faults(part, columns, needed, tell)
    rows = pa.table(
        words
        | {
            "status": (table.nothing if status is None else status.stored).dictionary_encode(),
            "quantity": _numbers(np.where(counted, worth.quantity, 0.0)),
            "unit_price": _numbers(np.where(counted, worth.unit_price * currency.factor, 0.0)),
            "ordered_at": _in_one(times.values),
            "cost": table.cost(currency.factor),
            "other": table.fingerprint(),
            "source_row": part.row_numbers(),
            "unreadable": unreadable,
        }
    )
    remarks = (
        *worth.remarks,
        *said_of_part(part),
        *said_of_cells(times, bad, customers, columns),
        *(said_of_statuses(status.unknown, sure=status.sure) if status else ()),
        *currency.remarks,
    )
    return OrderRows(rows, remarks, currency.code)


class _Cells:
    """The cells of a part by the field that they are of."""

    def __init__(self, part: Part, columns: Mapping[str, str]) -> None:
        self._table = part.table
        self._columns = columns
        self.nothing = pa.chunked_array([pa.nulls(len(part.table), pa.string())])
        self.no_number = pa.chunked_array([pa.nulls(len(part.table), pa.float64())])

    def cells(self, field: str) -> pa.ChunkedArray:
        """Give the raw cells of a field: its column, or its constant in every row."""
        column = self._columns[field]
        value = constant(column)
        if value is None:
            return self._table[column]
        return pa.chunked_array([pa.repeat(value, len(self._table))])

    def words(self, field: str) -> pa.ChunkedArray:
        """Give the words of a field, each held once; missing ones where it has no column."""
        if field in self._columns:
            return _in_one(as_category(self.cells(field)))
        return self.nothing.dictionary_encode()

    def number(self, field: str) -> TypedNumbers:
        return read_numbers(self.cells(field))

    def statuses(self) -> Statuses | None:
        """Tell what takes rows out of revenue: their status, or an event that is no sale."""
        column_statuses = statuses(self.cells("status")) if "status" in self._columns else None
        if "event" not in self._columns:
            return column_statuses
        events = no_sales(self.cells("event"))
        if column_statuses is None:
            return Statuses(events, ())
        return column_statuses._replace(stored=pc.coalesce(events, column_statuses.stored))

    def cost(self, factor: npt.NDArray[np.float64] | float) -> pa.ChunkedArray:
        if "cost" not in self._columns:
            return self.no_number
        values = self.number("cost").values.to_numpy(zero_copy_only=False)
        return pa.chunked_array([pa.array(values * factor, pa.float64(), from_pandas=True)])

    def numbers(self) -> dict[str, TypedNumbers]:
        """Read all numbers of money and pieces; a column in doubt follows the others."""
        read = {name: self.number(name) for name in MONEY if name in self._columns}
        if "discount" in read and says_percent(self._columns["discount"]):
            read["discount"] = of_hundred(read["discount"])
        readings = {column.reading for column in read.values() if column.told_by == "cells"}
        if len(readings) != 1:
            return read
        comma = "comma" in next(iter(readings))
        return {
            name: read_numbers(self.cells(name), comma=comma) if column.doubt else column
            for name, column in read.items()
        }

    def dates(self) -> TypedDates:
        """Read the moments of orders; a column of times is added to days."""
        days = self.cells("ordered_at")
        if "time" not in self._columns:
            return read_dates(days)
        return date_and_time(days, self.cells("time"))

    def customers(self) -> Customers:
        """Give who bought: the identifier, where it is empty the address, else the name."""
        named = [self.cells(field) for field in CUSTOMERS if field in self._columns]
        email = self.cells("email") if "email" in self._columns else None
        if not named:
            return as_customers(self.nothing)
        customers = as_customers(named[0], None if named[0] is email else email)
        if "customer_name" in self._columns and len(named) > 1:
            by_name = as_customers(self.cells("customer_name")).values
            customers = customers._replace(values=pc.coalesce(customers.values, by_name))
        return customers

    def fingerprint(self) -> pa.ChunkedArray:
        """Give one number a row for all columns that no field has, null where there are none.

        Two lines that differ in one of them are no duplicates.
        """
        kept_columns = {column for field, column in self._columns.items() if field in KEPT}
        other_places = [
            place
            for place, name in enumerate(self._table.column_names)
            if name not in kept_columns
        ]
        if not other_places:
            return pa.chunked_array([pa.nulls(len(self._table), pa.int64())])
        fingerprints = np.zeros(len(self._table), dtype=np.uint64)
        for place in other_places:
            codes, values = pd.factorize(as_text(self._table.column(place)).to_pandas())
            hashed = pd.util.hash_array(np.asarray(values, dtype=object))
            fingerprints = (
                fingerprints * np.uint64(1_099_511_628_211)
                ^ np.append(hashed, np.uint64(0))[codes]
            )
        return pa.chunked_array([fingerprints.view(np.int64)])


PERCENT = re.compile(
    r"%|percent|pct|prozent|porcent|pourcent|процент|yüzde|率|パーセント", re.I
)


def says_percent(name: str) -> bool:
    """Say whether a column of discounts is called one of percents."""
    return PERCENT.search(name) is not None


def of_hundred(read: TypedNumbers) -> TypedNumbers:
    """Give percents as shares, where they aren't yet."""
    values = read.values
    most = pc.max(pc.abs(values)).as_py() or 0
    return read._replace(values=pc.divide(values, 100.0)) if 1 < most <= 100 else read


def _in_one(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Put a column into one chunk: whoever takes it up looks at its words once."""
    return pa.chunked_array([column.combine_chunks()], column.type)


def _numbers(values: npt.NDArray[np.float64]) -> pa.Array:
    return pa.array(values, pa.float64(), from_pandas=True)


def as_lines(parts: Iterable[TypedPart]) -> pd.DataFrame:
    """Give typed parts as the frame that cleaning takes: texts as categories, one batch."""
    tables = []
    for part in parts:
        table = part.rows
        encoded = {
            name: table[name].dictionary_encode() if name in TEXTS else table[name]
            for name in table.column_names
        }
        number = pa.array(np.full(len(table), part.place, dtype=np.int32))
        tables.append(pa.table(encoded).append_column("part", number))
    whole = pa.concat_tables(tables).unify_dictionaries() if len(tables) > 1 else tables[0]
    lines: pd.DataFrame = whole.to_pandas(split_blocks=True)
    return lines.assign(batch=0)
