"""Whole columns of a run's customers, read at once, and the groups that they make."""

import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from portal.reading.filters import Filters, parts_of
from portal.reading.published import PublishedRun
from portal.words.titles import CHANNEL
from portal.words.wording import number, number_short

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]
Flags = NDArray[np.bool_]

COLUMNS = """
select attribute, kind, dtype, words, data
from attribute_column
where run_id = :run_id and attribute in :names
"""
KINDS = "select attribute, kind from attribute_column where run_id = :run_id"
OFFERED = ("number", "word")
IDENTIFIERS = "customer_id"
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
ENOUGH = 1_000
"""Values of a number among which there are mostly more than a few, if there are any."""
BANDS = 5


class Column(NamedTuple):
    """A value per customer: numbers with nan, or places in `words` with -1."""

    values: Floats
    words: tuple[str, ...] = ()


class Groups(NamedTuple):
    """Which of the named groups each customer is in, -1 where that is not known."""

    codes: Longs
    names: tuple[str, ...]


class Names(NamedTuple):
    """The identifiers of all customers as one text, and where in it each begins.

    `between` stands between two of them, and after the last one in thought.
    """

    text: bytes
    between: bytes
    starts: Longs

    def of(self, places: Longs) -> list[str]:
        """Give the identifiers at some places."""
        ends = np.append(self.starts[1:] - 1, len(self.text))
        pairs = zip(self.starts[places].tolist(), ends[places].tolist(), strict=True)
        return [self.text[start:end].decode() for start, end in pairs]

    def place(self, name: str) -> int | None:
        """Give the place of an identifier, if there is such a customer."""
        whole = self.between + self.text + self.between
        found = whole.find(self.between + name.encode() + self.between)
        if found < 0 or self.between in name.encode():
            return None
        return int(np.searchsorted(self.starts, found))

    def holding(self, text: str) -> Flags:
        """Tell of each customer whether the identifier holds a text, whatever the case."""
        found = self._lowered()
        wanted = text.lower().encode()
        letters = np.frombuffer(found.text, dtype=np.uint8)
        last = len(letters) - len(wanted) + 1
        if self.between in wanted or last < 1:
            return np.zeros(len(self.starts), dtype=bool)
        hits = np.zeros(len(letters) + 1, dtype=bool)
        hits[:last] = letters[:last] == wanted[0]
        for place, letter in enumerate(wanted[1:], start=1):
            hits[:last] &= letters[place : last + place] == letter
        return np.asarray(np.logical_or.reduceat(hits, found.starts), dtype=bool)

    def _lowered(self) -> "Names":
        """Give the same in lower case."""
        if self.text.isascii():
            return self._replace(text=self.text.lower())
        return _named(self.text.decode().lower().encode(), self.between)


NOBODY = Names(b"", b"\n", np.zeros(0, dtype=np.int64))


def kinds(run: PublishedRun) -> dict[str, str]:
    """Tell which attributes a run has as columns: number or word, by name."""
    rows = run.connection.execute(sa.text(KINDS), {"run_id": run.run_id})
    found = {str(row.attribute): str(row.kind) for row in rows if row.kind in OFFERED}
    return found | ({CHANNEL: "word"} if set(CHANNELS) & set(found) else {})


def read(run: PublishedRun, *names: str) -> dict[str, Column]:
    """Read columns; those that the run lacks are missing from what is given."""
    return {
        name: Column(each.values.astype(np.float64), each.words)
        for name, each in stored(run, *names).items()
    }


class Stored(NamedTuple):
    """A column as it is kept: numbers in their own type, places of words as whole numbers."""

    values: NDArray[Any]
    words: tuple[str, ...] = ()

    def cells(self, places: Longs) -> Any:
        """Give the values at some places: numbers, or words with None where there is none."""
        if not self.words:
            return self.values[places]
        return np.array([*self.words, None], dtype=object)[self.values[places]]


def stored(run: PublishedRun, *names: str) -> dict[str, Stored]:
    """Read columns without a copy; those that the run lacks are missing."""
    rows = _rows(run, names)
    return {
        str(row.attribute): Stored(
            np.frombuffer(row.data, dtype=row.dtype), tuple(json.loads(row.words))
        )
        for row in rows
        if row.kind != "text"
    }


def names(run: PublishedRun) -> Names:
    """Read the identifiers of all customers, in the order of every packed column."""
    for row in _rows(run, [IDENTIFIERS]):
        return _named(bytes(row.data), str(json.loads(row.words)[0]).encode())
    return NOBODY


def kept(run: PublishedRun, filters: Filters) -> Flags:
    """Tell of each customer whether the filters keep it."""
    asked = {name: getattr(filters, field) for field, name in FILTERED.items()}
    there = stored(run, *(name for name, values in asked.items() if values))
    found = np.ones(run.customers, dtype=bool)
    for name, values in asked.items():
        if values and name not in there:
            return np.zeros(len(found), dtype=bool)
        if values:
            words = there[name].words
            chosen = [words.index(value) for value in values if value in words]
            found &= _among(there[name].values, chosen)
    if filters.text:
        found &= names(run).holding(filters.text)
    for attribute, wanted in _wanted(filters).items():
        found &= _in_groups(groups(run, attribute), wanted)
    return found


def _wanted(filters: Filters) -> dict[str, list[str]]:
    """Give the groups asked for by attribute; any of those of one attribute will do."""
    wanted: dict[str, list[str]] = {}
    for attribute, group in map(parts_of, filters.where):
        wanted.setdefault(attribute, []).append(group)
    return wanted


def _in_groups(found: Groups | None, wanted: list[str]) -> Flags:
    if found is None:
        return np.zeros(1, dtype=bool)
    return _among(found.codes, [found.names.index(each) for each in wanted
                                if each in found.names])  # fmt: skip


def groups(run: PublishedRun, name: str) -> Groups | None:
    """Put customers into the groups of an attribute: its words, or bands of its numbers.

    Bands are the same whatever the filters keep. `None` where the run lacks the attribute.
    """
    if name == CHANNEL:
        return _channels(read(run, *CHANNELS))
    column = read(run, name).get(name)
    if column is None:
        return None
    if not column.words:
        return _bands(name, column.values)
    if name == "segment":
        order = tuple(
            run.connection.execute(sa.text(SEGMENTS), {"run_id": run.run_id}).scalars()
        )
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


def _rows(run: PublishedRun, wanted: Sequence[str]) -> Sequence[sa.Row[Any]]:
    if not wanted:
        return []
    query = sa.text(COLUMNS).bindparams(sa.bindparam("names", expanding=True))
    asked = {"run_id": run.run_id, "names": list(wanted)}
    return run.connection.execute(query, asked).all()


def _among(values: NDArray[Any], chosen: Sequence[int]) -> Flags:
    found = np.zeros(len(values), dtype=bool)
    for each in chosen:
        found |= values == each
    return found


def _named(text: bytes, between: bytes) -> Names:
    gaps = np.flatnonzero(np.frombuffer(text, dtype=np.uint8) == between[0])
    return Names(text, between, np.append(0, gaps + 1))


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
    numbers = values[known]
    distinct = np.unique(numbers[:ENOUGH])
    if len(distinct) <= FEW:
        distinct = np.unique(numbers)
    if name == "age":
        codes[known] = np.searchsorted(AGES, numbers, side="right")
        edges = [f"{low:.0f} to {high - 1:.0f}" for low, high in pairwise(AGES)]
        names = (f"Under {AGES[0]:.0f}", *edges, f"{AGES[-1]:.0f} and over")
    elif len(distinct) <= FEW:
        codes[known] = np.searchsorted(distinct, numbers)
        names = tuple(compact(value) for value in distinct)
    else:
        cuts = np.unique(np.quantile(numbers, np.linspace(0, 1, BANDS + 1)[1:-1]))
        codes[known] = np.searchsorted(cuts, numbers, side="left")
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
