"""Groups of customers: words in the order in which they are shown, bands of numbers."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Codes: TypeAlias = NDArray[np.int64]
"""Places in a list of names, -1 where nothing is known."""

MOST_GROUPS = 15
OTHER = "Other"
CHANNELS = {
    "purchases_web": "Web",
    "purchases_catalogue": "Catalogue",
    "purchases_store": "Store",
}
ORDERS = {
    "education": ("Basic", "2n Cycle", "Graduation", "Master", "PhD"),
    "membership": ("Bronze", "Silver", "Gold"),
    "satisfaction": ("Unsatisfied", "Neutral", "Satisfied"),
    "spend_band": ("Bottom 20 %", "Middle", "Top 20 %"),
    "value_band": ("low", "middle", "high"),
    "moved": ("risen", "slipped", "new", "lost"),
    "contact_reason": (
        "likely to leave",
        "unsatisfied and long silent",
        "unsatisfied",
        "long silent",
    ),
}
"""Words that rise; those of other attributes are shown by how many customers they have."""
AGES = (25.0, 35.0, 45.0, 55.0, 65.0)
FEW = 8
"""Up to so many different numbers are a group each."""
ENOUGH = 1_000
"""Values of a number among which there are mostly more than a few, if there are any."""
BANDS = 5
MOST_DIGITS = 17
"""Significant digits that tell any two floats apart."""
STEPS = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K"))
MINUS = "−"


def ranked(words: pa.DictionaryArray, order: Sequence[str] = ()) -> pa.DictionaryArray:
    """Put the dictionary of words into the order in which they are shown.

    Those that `order` names come first, then those of most customers, equal ones by alphabet.
    Words that nobody has are left out.
    """
    codes = _codes(words)
    names = words.dictionary
    counts = np.bincount(codes[codes >= 0], minlength=len(names))
    by_alphabet = np.empty(len(names), dtype=np.int64)
    by_alphabet[pc.sort_indices(names).to_numpy()] = np.arange(len(names))
    placed = pc.index_in(names, value_set=pa.array(order, pa.string()))
    places = placed.fill_null(len(order)).to_numpy(zero_copy_only=False)
    ranks = np.lexsort((by_alphabet, -counts, places))
    ranks = ranks[counts[ranks] > 0]
    moved = np.full(len(names) + 1, -1, dtype=np.int64)
    moved[ranks] = np.arange(len(ranks))
    return coded(moved[codes], names.take(pa.array(ranks)))


def flags(values: pa.Array) -> pa.DictionaryArray:
    """Write truths as the words yes and no."""
    codes = values.cast(pa.int8()).fill_null(-1).to_numpy(zero_copy_only=False)
    return ranked(coded(codes.astype(np.int64), pa.array(["no", "yes"])))


def word_groups(words: pa.DictionaryArray) -> pa.DictionaryArray | None:
    """Keep the first words of a ranked dictionary and put the rest into one group.

    `None` where the words are few enough to be a group each.
    """
    names = words.dictionary.to_pylist()
    if len(names) <= MOST_GROUPS:
        return None
    shown_names = [name for name in names[: MOST_GROUPS - 1] if name != OTHER]
    places = {name: place for place, name in enumerate(shown_names)}
    moved = np.array([places.get(name, len(shown_names)) for name in names] + [-1])
    return coded(moved[_codes(words)], pa.array([*shown_names, OTHER]))


def number_groups(name: str, column: pa.Array) -> pa.DictionaryArray:
    """Put the numbers of an attribute into bands, which don't hang on any filter.

    Ages go by decades, few different numbers are a group each, others go by fifths of all
    customers. Bands in which nobody is are left out.
    """
    values = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
    is_known = ~np.isnan(values)
    numbers = values[is_known]
    distinct = np.unique(numbers[:ENOUGH])
    if len(distinct) <= FEW:
        distinct = np.unique(numbers)
    codes = np.full(len(values), -1, dtype=np.int64)
    if name == "age":
        codes[is_known] = np.searchsorted(AGES, numbers, side="right")
        edges = [f"{low:.0f} to {high - 1:.0f}" for low, high in pairwise(AGES)]
        names = [f"Under {AGES[0]:.0f}", *edges, f"{AGES[-1]:.0f} and over"]
    elif len(distinct) <= FEW:
        codes[is_known] = np.searchsorted(distinct, numbers)
        names = labels(distinct)
    else:
        cuts = np.unique(np.quantile(numbers, np.linspace(0, 1, BANDS + 1)[1:-1]))
        codes[is_known] = np.searchsorted(cuts, numbers, side="left")
        written = labels(cuts)
        middle = [f"{low} to {high}" for low, high in pairwise(written)]
        names = [f"Up to {written[0]}", *middle, f"Over {written[-1]}"]
    is_filled = np.bincount(codes[is_known], minlength=len(names)) > 0
    moved = np.append(np.cumsum(is_filled) - 1, -1)
    return coded(moved[codes], pa.array(names).filter(pa.array(is_filled)))


def main_channel(purchases: Mapping[str, pa.Array]) -> pa.DictionaryArray:
    """Name the channel by which each customer bought most often, the first of equal ones.

    `purchases` are the columns of `CHANNELS` that are there; whoever bought by none has none.
    """
    names = [name for name in CHANNELS if name in purchases]
    counts = np.stack(
        [
            purchases[name].cast(pa.float64()).fill_null(0).to_numpy(zero_copy_only=False)
            for name in names
        ]
    )
    codes = np.where(counts.max(axis=0) > 0, counts.argmax(axis=0), -1)
    return coded(codes, pa.array([CHANNELS[name] for name in names]))


def labels(values: Floats) -> list[str]:
    """Write different numbers as briefly as still tells them apart: 1,204, 34.0K, 4.25."""
    written = [_brief(value) for value in values]
    digits = 3
    while len(set(written)) < len(written) and digits <= MOST_DIGITS:
        written = [f"{value:,.{digits}g}" for value in values]
        digits += 1
    return written


def coded(codes: Codes, names: pa.Array) -> pa.DictionaryArray:
    """Make a column of words from places in `names`, in the smallest type that holds them."""
    bits = next(bits for bits in (8, 16, 32) if len(names) <= 2 ** (bits - 1))
    places = pa.array(codes.astype(f"int{bits}"), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(places, names)


def _codes(words: pa.DictionaryArray) -> Codes:
    codes = words.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return np.asarray(codes, dtype=np.int64)


def _brief(value: float) -> str:
    sign = MINUS if round(value) < 0 else ""
    if abs(value) >= 10_000:
        step, letter = next(scale for scale in STEPS if abs(value) >= scale[0] * 0.9995)
        scaled = abs(value) / step
        return f"{sign}{scaled:,.{0 if scaled >= 99.95 else 1}f}{letter}"
    if value == round(value) or abs(value) >= 100:
        return f"{sign}{abs(value):,.0f}"
    return f"{value:,.2f}".rstrip("0").rstrip(".")
