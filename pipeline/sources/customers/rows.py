"""Rows of tables of customers: every column typed by its role, and what is said of that."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.base.errors import SourceError
from pipeline.sources.cells.identity import as_customers
from pipeline.sources.cells.money import currency_of
from pipeline.sources.cells.numerals import read_numbers
from pipeline.sources.cells.texts import as_text
from pipeline.sources.cells.timestamps import as_timestamp
from pipeline.sources.customer_rows import days, numbers, records
from pipeline.sources.customers.names import (
    ANSWER,
    DATES,
    LEAVING,
    NUMBERS,
    STAYING,
    left_words,
    names,
)
from pipeline.sources.customers.own import CATEGORY, DATE, MONEY, YES_NO, own_of
from pipeline.sources.customers.roles import (
    NO_WORDS,
    UNIQUE,
    WHY,
    YES_WORDS,
    Guessed,
    Roles,
    roles_of,
)
from pipeline.sources.forms import CUSTOMERS
from pipeline.sources.naming import plain
from pipeline.sources.orders.saying import said_of_part
from pipeline.sources.outcomes import Outcome
from pipeline.sources.parts import Part
from pipeline.sources.telling.remarks import Remark, note, warning

LEAST_CUSTOMERS = 30
LEAST_COLUMNS = 2
NAMED_COLUMNS = 8
LEFT, STAYS, YES, NO = "left", "stays", "yes", "no"
IN_THOUSANDS = re.compile(r"\(\s*(in\s+)?(k|tsd\.?|thousands?)\W*[^)]*\)", re.IGNORECASE)
"""A name says that its amounts are thousands, as “Annual Income (k$)” does."""
FIGURES = ("frequency", "monetary")
"""Fields of which a gap changes what is published as orders and revenue."""


class CustomerRows(NamedTuple):
    """Rows as `customer_record` stores them, what is said of them, their money's code."""

    rows: pa.Table
    remarks: tuple[Remark, ...]
    currency: str | None


class _Read(NamedTuple):
    """A column's values for JSON, and how many cells hold something else than was expected."""

    values: Sequence[Any]
    unread: int = 0


def roles_of_part(part: Part, mapping: Mapping[str, str], outcomes: Sequence[str]) -> Roles:
    """Tell the roles of a part's columns, and refuse what is no table of customers.

    Raises
    ------
    SourceError
        If there are too few customers or columns, or customers have several rows each.
    """
    roles = roles_of(part.table, mapping, outcomes)
    rows = len(part.table)
    if roles.repeats > (1 - UNIQUE) * rows:
        column = roles.fields["customer_id"][0]
        raise SourceError(
            f"is no table of customers: {roles.repeats:,} of {rows:,} rows repeat the customer"
            " of another",
            remedy="give one row a customer, or orders with a customer, a date and an amount",
            file=part.file,
            sheet=part.sheet,
            column=column,
        )
    if rows < LEAST_CUSTOMERS:
        raise _too_little(part, f"{rows:,} customers", f"{LEAST_CUSTOMERS}")
    if roles.usable < LEAST_COLUMNS:
        columns = f"{roles.usable} usable column{'' if roles.usable == 1 else 's'}"
        raise _too_little(part, columns, "two")
    return roles


def rows_of_customers(part: Part, place: int, roles: Roles, *, named: bool) -> CustomerRows:
    """Type a part's columns by their roles; a cell that can't be read is a gap.

    `place` is the part's place in its source; `named` tells that somebody named the outcomes.
    Outcomes are kept as the words that they are, and those of states as left or stays.
    """
    table = part.table
    read: dict[str, _Read] = {}
    for field, columns in roles.fields.items():
        if field != "customer_id":
            read[field] = _field(field, [table[column] for column in columns], columns)
    for key, column in roles.own.items():
        read[key] = _own(key, table[column])
    outcomes = {outcome_of_guess(guess): _outcome(guess, table) for guess in roles.outcomes}
    values = {key: typed.values for key, typed in read.items()}
    values |= {outcome.key: words for outcome, words in outcomes.items()}
    unreadable = np.zeros(len(table), dtype=bool)
    unreadable[part.broken] = True
    rows = records(part, CUSTOMERS, _identifiers(part, place, roles), values, unreadable)
    remarks = [*said_of_part(part), *_said(roles, read, named=named)]
    return CustomerRows(rows, tuple(remarks), _currency(table, roles))


def leaving_words() -> frozenset[str]:
    """Give the words that say that somebody left, in small letters."""
    return frozenset({LEFT, *(word.casefold() for word in names()["left_words"])})


def outcome_of_guess(guess: Guessed) -> Outcome:
    """Name an outcome with its kind where others name the field that it uses."""
    return Outcome(guess.column, guess.kind)


def _too_little(part: Part, present: str, required: str) -> SourceError:
    return SourceError(
        f"has {present}; a table of customers needs {required} at least",
        remedy="give one row a customer with what is known of them, or orders with a customer,"
        " a date and an amount",
        file=part.file,
        sheet=part.sheet,
    )


def _identifiers(part: Part, place: int, roles: Roles) -> list[str | None]:
    if "customer_id" in roles.fields:
        column = part.table[roles.fields["customer_id"][0]]
        identifiers: list[str | None] = as_customers(column).values.to_pylist()
        return identifiers
    before = f"{place + 1}-" if place else ""
    return [f"{before}{row}" for row in part.row_numbers().tolist()]


def _field(field: str, cells: Sequence[pa.ChunkedArray], columns: Sequence[str]) -> _Read:
    if field in NUMBERS:
        read = [read_numbers(column) for column in cells]
        parts = [typed.values for typed in read]
        whole = parts[0] if len(parts) == 1 else reduce(pc.add, [_filled(k) for k in parts])
        if len(parts) > 1:
            missing = reduce(pc.and_, [pc.is_null(part) for part in parts])
            whole = pc.if_else(missing, pa.scalar(None, pa.float64()), whole)
        if field == "income" and IN_THOUSANDS.search(columns[0]):
            whole = pc.multiply(whole, 1000.0)
        return _Read(numbers(_chunked(whole)), sum(len(typed.unreadable) for typed in read))
    if field in DATES:
        typed = as_timestamp(cells[0])
        return _Read(days(typed.values), len(typed.unreadable))
    return _Read(as_text(cells[0]).to_pylist())


def _filled(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.fill_null(column, 0.0)


def _chunked(column: pa.Array | pa.ChunkedArray) -> pa.ChunkedArray:
    return column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column])


def _own(key: str, cells: pa.ChunkedArray) -> _Read:
    own = own_of(key)
    kind = own.kind if own else CATEGORY
    if kind == CATEGORY:
        return _Read(as_text(cells).to_pylist())
    if kind == DATE:
        dates = as_timestamp(cells)
        return _Read(days(dates.values), len(dates.unreadable))
    if kind == YES_NO:
        words = [None if word is None else _yes_no(word) for word in as_text(cells).to_pylist()]
        lost = pc.sum(pc.is_valid(as_text(cells))).as_py() or 0
        return _Read(words, int(lost) - sum(word is not None for word in words))
    read = read_numbers(cells)
    return _Read(numbers(read.values), len(read.unreadable))


def _yes_no(word: str) -> str | None:
    bare = plain(word)
    return YES if bare in YES_WORDS else NO if bare in NO_WORDS else None


def _outcome(guess: Guessed, table: pa.Table) -> list[str | None]:
    words: list[str | None] = as_text(table[guess.column]).to_pylist()
    if guess.by_presence:
        return [STAYS if word is None else LEFT for word in words]
    distinct = {plain(word) for word in words if word is not None}
    if guess.kind == LEAVING and len(distinct) > 2 and distinct & left_words():
        return [
            None if word is None else LEFT if plain(word) in left_words() else STAYS
            for word in words
        ]
    return words


def _currency(table: pa.Table, roles: Roles) -> str | None:
    columns = [name for field in ("monetary", "income") for name in roles.fields.get(field, ())]
    columns += [
        name for key, name in roles.own.items() if (own := own_of(key)) and own.kind == MONEY
    ]
    codes = {code for name in columns for code in currency_of(table[name]).codes}
    return codes.pop() if len(codes) == 1 else None


def _said(roles: Roles, read: Mapping[str, _Read], *, named: bool) -> Iterator[Remark]:
    if "customer_id" not in roles.fields:
        yield note(
            "no_identifier",
            "No column names the customers; the numbers of their rows stand for them.",
        )
    if roles.outcomes and not named:
        for guess in roles.outcomes:
            yield note(
                "outcome", f"“{guess.column}” is taken for the outcome: {_meaning(guess)}."
            )
    for field, columns in roles.fields.items():
        if len(columns) > 1:
            yield note("added_up", f"{_listed(columns)} are added up to {field}.")
    for reason, why in WHY.items():
        columns = tuple(
            name for name, column_reason in roles.left_out.items() if column_reason == reason
        )
        if columns:
            yield note(f"left_out_{reason}", f"Left out ({why}): {_listed(columns)}.")
    for key, typed in read.items():
        if typed.unread:
            column = roles.own.get(key) or " and ".join(roles.fields[key])
            say = warning if key in FIGURES else note
            yield say(
                "cells_unread",
                f"{typed.unread:,} cells of “{column}” hold something else than the others and"
                " count as unknown.",
                typed.unread,
            )


def _meaning(guess: Guessed) -> str:
    if guess.by_presence:
        return "whoever has one has left"
    return {
        LEAVING: "who left",
        STAYING: "who stayed",
        ANSWER: "who answered",
    }.get(guess.kind or "", "what customers did")


def _listed(columns: Sequence[str]) -> str:
    quoted = ", ".join(f"“{name}”" for name in columns[:NAMED_COLUMNS])
    more = len(columns) - NAMED_COLUMNS
    return f"{quoted} and {more} more" if more > 0 else quoted
