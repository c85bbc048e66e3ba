"""The groups of an attribute in which pages compare customers: words, or bands of numbers.

They are the same whatever a page is narrowed down to, so that a group can be a filter.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

MOST_GROUPS = 15
OTHER = "Other"
ORDERS = {
    "education": ("Basic", "2n Cycle", "Graduation", "Master", "PhD"),
    "membership": ("Bronze", "Silver", "Gold"),
    "satisfaction": ("Unsatisfied", "Neutral", "Satisfied"),
    "value_band": ("Bottom 20 %", "Middle", "Top 20 %"),
}
"""Words that have an order of their own; others stand by how many customers have them."""
CHANNELS = {
    "purchases_web": "Web",
    "purchases_catalogue": "Catalogue",
    "purchases_store": "Store",
}
AGES = (25.0, 35.0, 45.0, 55.0, 65.0)
FEW = 8
ENOUGH = 1_000
"""Values of a number among which there are mostly more than a few, if there are any."""
BANDS = 5


class Groups(NamedTuple):
    """Which of the named groups each customer is in, -1 where that is not known."""

    codes: Longs
    names: tuple[str, ...]


def ranked(codes: Longs, words: tuple[str, ...], order: tuple[str, ...] = ()) -> Groups:
    """Put words into the order in which pages show them: their own, else the most frequent.

    `codes` are places in `words`, which are sorted; -1 where a customer has none.
    """
    counts = np.bincount(codes[codes >= 0], minlength=len(words))
    places = {word: place for place, word in enumerate(order)}
    shown = sorted(
        range(len(words)),
        key=lambda code: (places.get(words[code], len(places)), -counts[code], code),
    )
    moved = np.full(len(words) + 1, -1, dtype=np.int64)
    moved[shown] = np.arange(len(shown))
    return Groups(moved[codes], tuple(words[code] for code in shown))


def gathered(groups: Groups) -> Groups | None:
    """Gather the rarest of many words under one name; `None` where there are few."""
    if len(groups.names) <= MOST_GROUPS:
        return None
    last = MOST_GROUPS - 1
    return Groups(np.minimum(groups.codes, last), (*groups.names[:last], OTHER))


def banded(name: str, values: Floats) -> Groups:
    """Cut a number into bands: decades of age, each value where there are few, else fifths.

    Groups in which nobody is are left out. `values` are nan where they are not known.
    """
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


def main_channel(purchases: dict[str, Floats]) -> Groups | None:
    """Tell by which channel each customer bought most often; `None` without channels."""
    names = [name for name in CHANNELS if name in purchases]
    if not names:
        return None
    counts = np.nan_to_num(np.stack([purchases[name] for name in names]))
    codes = np.where(counts.max(axis=0) > 0, counts.argmax(axis=0), -1)
    return Groups(codes, tuple(CHANNELS[name] for name in names))


def compact(value: float) -> str:
    """Write a number for a label.

    >>> compact(1204.0), compact(34_200.0), compact(4.25), compact(-0.5)
    ('1,204', '34.2K', '4.25', '−0.5')
    """
    sign, size = "−" if value < 0 else "", abs(value)
    if size >= 10_000:
        return sign + _short(size)
    if size == round(size) or size >= 100:
        return f"{sign if round(size) else ''}{size:,.0f}"
    return sign + f"{size:,.2f}".rstrip("0").rstrip(".")


STEPS = ((1e9, "B"), (1e6, "M"), (1e3, "K"))


def _short(size: float) -> str:
    for step, letter in STEPS:
        if size >= step * 0.9995:
            scaled = size / step
            return f"{scaled:,.{0 if scaled >= 99.95 else 1}f}{letter}"
    return f"{size:,.0f}"


def _between(cuts: Floats) -> tuple[str, ...]:
    named = [compact(cut) for cut in cuts]
    middle = [f"{low} to {high}" for low, high in pairwise(named)]
    return (f"Up to {named[0]}", *middle, f"Over {named[-1]}")


def _filled(codes: Longs, names: tuple[str, ...]) -> Groups:
    """Leave out groups in which nobody is."""
    present = np.bincount(codes[codes >= 0], minlength=len(names)) > 0
    moved = np.append(np.cumsum(present) - 1, -1)
    return Groups(
        moved[codes],
        tuple(name for name, is_there in zip(names, present, strict=True) if is_there),
    )
