"""Whole columns of a run's customers, read at once, and the groups that they make."""

import json
import re
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from portal.attributes import CHANNEL
from portal.filters import Filters
from portal.snapshot import Snapshot
from portal.wording import number, number_short

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]
Flags = NDArray[np.bool_]

COLUMNS = """
select attribute, kind, dtype, words, data
from attribute_column
where run_id = :run_id and attribute in :names
"""
NAMES = "select attribute, kind from attribute_column where run_id = :run_id"
SEGMENTS = "select segment from segment_result where run_id = :run_id order by position"

MOST_GROUPS = 15
OTHER = "Other"
UNKNOWN = "Unknown"
FILTERED = {
    "segments": "segment",
    "countries": "country",
    "bands": "value_band",
    "risks": "risk_value",
}
CHANNELS = {
    "purchases_web": "Web",
    "purchases_catalogue": "Catalogue",
    "purchases_store": "Store",
}
ORDERS = {
    "education": ("Basic", "2n Cycle", "Graduation", "Master", "PhD"),
    "membership": ("Bronze", "Silver", "Gold"),
    "satisfaction": ("Unsatisfied", "Neutral", "Satisfied"),
    "value_band": ("Bottom 20 %", "Middle", "Top 20 %"),
}
AGES = (25.0, 35.0, 45.0, 55.0, 65.0)
FEW = 8
BANDS = 5


class Column(NamedTuple):
    """A value per customer: numbers with nan, or places in `words` with -1."""

    values: Floats
    words: tuple[str, ...] = ()


class Groups(NamedTuple):
    """Which of the named groups each customer is in, -1 where that is not known."""

    codes: Longs
    names: tuple[str, ...]


def kinds(at: Snapshot) -> dict[str, str]:
    """Tell which columns a run has: number or word, by name."""
    rows = at.connection.execute(sa.text(NAMES), {"run_id": at.run_id})
    found = {str(row.attribute): str(row.kind) for row in rows if row.kind != "text"}
    return found | ({CHANNEL: "word"} if set(CHANNELS) & set(found) else {})


def read(at: Snapshot, *names: str) -> dict[str, Column]:
    """Read columns; those that the run lacks are missing from what is given."""
    query = sa.text(COLUMNS).bindparams(sa.bindparam("names", expanding=True))
    rows = at.connection.execute(query, {"run_id": at.run_id, "names": list(names)})
    return {
        str(row.attribute): Column(
            np.frombuffer(row.data, dtype=row.dtype).astype(np.float64),
            tuple(json.loads(row.words)),
        )
        for row in rows
        if row.kind != "text"
    }


def kept(at: Snapshot, filters: Filters) -> Flags:
    """Tell of each customer whether the filters keep it."""
    asked = {name: getattr(filters, field) for field, name in FILTERED.items()}
    there = read(at, *(name for name, values in asked.items() if values))
    found = np.ones(at.customers, dtype=bool)
    for name, values in asked.items():
        if values and name not in there:
            return np.zeros(len(found), dtype=bool)
        if values:
            chosen = [there[name].words.index(v) for v in values if v in there[name].words]
            found &= np.isin(there[name].values, chosen)
    if filters.text:
        found &= _named(at, filters.text)
    return found


def identifiers(at: Snapshot) -> list[str]:
    """Give the identifiers of all customers, in the order of every packed column."""
    query = sa.text(COLUMNS).bindparams(sa.bindparam("names", expanding=True))
    asked = {"run_id": at.run_id, "names": ["customer_id"]}
    found = at.connection.execute(query, asked).one_or_none()
    return bytes(found.data).decode().split("\n") if found else []


def groups(at: Snapshot, name: str) -> Groups | None:
    """Put customers into the groups of an attribute: its words, or bands of its numbers.

    Bands are the same whatever the filters keep. `None` where the run lacks the attribute.
    """
    if name == CHANNEL:
        return _channels(read(at, *CHANNELS))
    column = read(at, name).get(name)
    if column is None:
        return None
    if not column.words:
        return _bands(name, column.values)
    if name == "segment":
        order = tuple(at.connection.execute(sa.text(SEGMENTS), {"run_id": at.run_id}).scalars())
    else:
        order = ORDERS.get(name, ())
    return _words(column, order)


def compact(value: float) -> str:
    """Write a number for a label: 1,204, 34K, 4.25."""
    if abs(value) >= 10_000:
        return number_short(value)
    if value == round(value) or abs(value) >= 100:
        return number(value)
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def _named(at: Snapshot, text: str) -> Flags:
    """Tell of each customer whether its identifier holds a text, whatever the case."""
    query = sa.text(COLUMNS).bindparams(sa.bindparam("names", expanding=True))
    asked = {"run_id": at.run_id, "names": ["customer_id"]}
    data: bytes = at.connection.execute(query, asked).one().data
    whole = data.decode().lower().encode()
    ends = np.flatnonzero(np.frombuffer(whole, dtype=np.uint8) == ord("\n"))
    hits = [hit.start() for hit in re.finditer(re.escape(text.lower().encode()), whole)]
    found = np.zeros(len(ends) + 1, dtype=bool)
    found[np.searchsorted(ends, hits)] = True
    return found


def _words(column: Column, order: tuple[str, ...]) -> Groups:
    codes = column.values.astype(np.int64)
    counts = np.bincount(codes[codes >= 0], minlength=len(column.words))
    places = {word: place for place, word in enumerate(order)}
    ranked = sorted(
        range(len(column.words)),
        key=lambda code: (places.get(column.words[code], len(places)), -counts[code], code),
    )
    shown = ranked if len(ranked) <= MOST_GROUPS else ranked[: MOST_GROUPS - 1]
    names = [column.words[code] for code in shown]
    moved = np.full(len(column.words) + 1, len(names), dtype=np.int64)
    moved[shown] = np.arange(len(names))
    moved[-1] = -1
    if len(shown) < len(ranked):
        names.append(OTHER)
    return Groups(moved[codes], tuple(names))


def _channels(there: dict[str, Column]) -> Groups | None:
    names = [name for name in CHANNELS if name in there]
    if not names:
        return None
    counts = np.nan_to_num(np.stack([there[name].values for name in names]))
    codes = np.where(counts.max(axis=0) > 0, counts.argmax(axis=0), -1)
    return Groups(codes, tuple(CHANNELS[name] for name in names))


def _bands(name: str, values: Floats) -> Groups:
    known = ~np.isnan(values)
    codes = np.full(len(values), -1, dtype=np.int64)
    distinct = np.unique(values[known])
    if name == "age":
        codes[known] = np.searchsorted(AGES, values[known], side="right")
        edges = [f"{low:.0f} to {high - 1:.0f}" for low, high in pairwise(AGES)]
        names = (f"Under {AGES[0]:.0f}", *edges, f"{AGES[-1]:.0f} and over")
    elif len(distinct) <= FEW:
        codes[known] = np.searchsorted(distinct, values[known])
        names = tuple(compact(value) for value in distinct)
    else:
        cuts = np.unique(np.quantile(values[known], np.linspace(0, 1, BANDS + 1)[1:-1]))
        codes[known] = np.searchsorted(cuts, values[known], side="left")
        names = _between(cuts)
    return _filled(codes, names)


def _between(cuts: Floats) -> tuple[str, ...]:
    said = [compact(cut) for cut in cuts]
    middle = [f"{low} to {high}" for low, high in pairwise(said)]
    return (f"Up to {said[0]}", *middle, f"Over {said[-1]}")


def _filled(codes: Longs, names: tuple[str, ...]) -> Groups:
    """Leave out groups in which nobody is."""
    there = np.bincount(codes[codes >= 0], minlength=len(names)) > 0
    moved = np.append(np.cumsum(there) - 1, -1)
    return Groups(
        moved[codes],
        tuple(name for name, is_there in zip(names, there, strict=True) if is_there),
    )
