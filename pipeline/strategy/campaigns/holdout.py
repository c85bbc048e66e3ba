"""Who is contacted and who is held out: at random, the same for the same audience and seed."""

import hashlib
from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.base.errors import StrategyError
from pipeline.base.wording import percent
from pipeline.strategy.sharing import whole_parts

SMALLEST = 20
"""Customers whom a stratum has at least; smaller ones are pooled."""
POOLED = "Others"
UNKNOWN = "Unknown"


def strata(
    customers: pd.DataFrame,
    by: Sequence[str] = ("segment", "spend_band"),
    *,
    least: int = SMALLEST,
) -> pd.Series:
    """Name each customer's stratum after the columns `by`; small ones become “Others”.

    Where even those are few, they join the largest stratum.
    """
    if not by or customers.empty:
        return pd.Series("All", index=customers.index, dtype="str", name="stratum")
    parts = customers[list(by)].astype("str").fillna(UNKNOWN)
    names = parts.iloc[:, 0].str.cat(parts.iloc[:, 1:], sep=" · ")
    sizes = names.value_counts()
    names = names.where(names.map(sizes) >= least, POOLED)
    sizes = names.value_counts().sort_index(kind="stable")
    if sizes.get(POOLED, least) < least and len(sizes) > 1:
        names = names.replace(POOLED, str(sizes.drop(POOLED).idxmax()))
    return names.rename("stratum")


def assign(
    customer_ids: pd.Series, stratum: pd.Series, *, share: float, seed: int
) -> pd.Series:
    """Tell for each customer whether to contact (True) or to hold out (False).

    Of N customers, `share` N (rounded) are held out; each stratum gives its exact part of them,
    rounded down or up by the largest remainders. Who within a stratum follows from a digest of
    the seed and the customer's identifier, so that the order of rows means nothing and another
    machine holds out the same customers. Raises `StrategyError` where nobody would be held out
    or contacted.
    """
    _check(customer_ids, share)
    codes, names = pd.factorize(stratum, sort=True)
    if (codes < 0).any():
        raise StrategyError("Every customer needs a stratum; name one for the unknown.")
    texts = customer_ids.astype("str")
    order = np.lexsort((texts.to_numpy(), _draws(seed, texts), codes))
    sizes = np.bincount(codes, minlength=len(names))
    held_out = whole_parts(sizes, _held(len(codes), share))
    place = np.arange(len(codes)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    contacted = np.empty(len(codes), dtype=bool)
    contacted[order] = place >= np.repeat(held_out, sizes)
    return pd.Series(contacted, index=customer_ids.index, name="contacted")


def balance(customers: pd.DataFrame, contacted: pd.Series) -> pd.DataFrame:
    """Compare contacted and held out on each column of `customers`, numbers and categories.

    Columns `attribute, level` (null for numbers), `contacted, held_out` (means or shares),
    `difference` (standardised by the root of the mean of both variances) and `by_chance`, what
    chance alone exceeds once in twenty times. Missing values are left out of numbers and a
    level of categories.
    """
    is_in = contacted.to_numpy(dtype=bool)
    rows = []
    for name in customers:
        column = customers[name]
        if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
            rows.append(
                (name, None, *_compared(column.to_numpy(float, na_value=np.nan), is_in))
            )
            continue
        levels = column.astype("str").fillna(UNKNOWN)
        rows.extend(
            (name, level, *_compared((levels == level).to_numpy(float), is_in))
            for level in sorted(levels.unique())
        )
    return pd.DataFrame(
        rows,
        columns=["attribute", "level", "contacted", "held_out", "difference", "by_chance"],
    )


def _compared(values: np.ndarray, is_in: np.ndarray) -> tuple[float, float, float, float]:
    is_known = np.isfinite(values)
    contacted, held_out = values[is_known & is_in], values[is_known & ~is_in]
    if len(contacted) == 0 or len(held_out) == 0:
        return (float("nan"),) * 4
    spread = np.sqrt((contacted.var() + held_out.var()) / 2)
    gap = contacted.mean() - held_out.mean()
    difference = 0.0 if spread == 0 else gap / spread
    chance = 1.96 * np.sqrt(1 / len(contacted) + 1 / len(held_out))
    return float(contacted.mean()), float(held_out.mean()), float(difference), float(chance)


def _held(customers: int, share: float) -> int:
    return int(np.floor(customers * share + 0.5))


def _check(customer_ids: pd.Series, share: float) -> None:
    if not 0 < share < 1:
        raise StrategyError("The share held out must lie between 0 and 1.")
    if customer_ids.isna().any() or customer_ids.duplicated().any():
        raise StrategyError("Every customer of an audience needs an identifier of its own.")
    held_out = _held(len(customer_ids), share)
    if held_out == 0 or held_out == len(customer_ids):
        raise StrategyError(
            f"An audience of {len(customer_ids):,} is too small to hold {percent(share)} out;"
            " widen the filters or hold out another share."
        )


def _draws(seed: int, customer_ids: pd.Series) -> np.ndarray:
    """Give each customer a number that looks random and is the same on every machine."""
    begun = hashlib.blake2b(f"{seed}:".encode(), digest_size=8)
    digests = bytearray()
    for customer_id in customer_ids:
        drawn = begun.copy()
        drawn.update(customer_id.encode())
        digests += drawn.digest()
    return np.frombuffer(digests, dtype=">u8").astype(np.uint64)
