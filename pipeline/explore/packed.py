"""Whole columns of customers as bytes: what a page that looks at everyone reads at once.

All columns of a run have one order, that of `customer_id`. A number is little-endian in the
smallest type that holds it exactly, nan where it is missing; a word is its place in the sorted
list of words, -1 where it is missing; identifiers are UTF-8 text, the one word that is kept
beside it standing between them.
"""

import json
from collections.abc import Collection, Iterable
from typing import Any

import numpy as np
import pandas as pd

from pipeline.explore.overview import numbers
from pipeline.features.periods import SNAPSHOT, Period

NUMBER, WORD, TEXT, UNLISTED = "number", "word", "text", "unlisted"
"""Kinds of columns; what is unlisted is a number that no page offers as an attribute."""
COLUMNS = ("attribute", "kind", "dtype", "words", "data")
CAMPAIGN = "campaign:"
"""Before the name of a campaign: whether each customer accepted it."""
PERIOD_COLUMNS = ("period", "day", "part", "dtype", "data")
BETWEEN = "\n\x1e\x1f\x1d\x1c\x00"
"""What can stand between identifiers: the first sign that none of them holds."""


def packed(
    customers: pd.DataFrame, names: list[str], *, unlisted: Collection[str] = ()
) -> pd.DataFrame:
    """Pack the columns `names` of customers that are there and not empty, one row a column."""
    ordered = customers.sort_values("customer_id", ignore_index=True)
    rows = [_text("customer_id", ordered["customer_id"])]
    for name in names:
        if name in ordered and ordered[name].notna().any():
            column = ordered[name]
            is_number = pd.api.types.is_numeric_dtype(column) and not _is_flag(column)
            row = _number(name, column) if is_number else _word(name, column)
            rows.append(row | {"kind": UNLISTED} if name in unlisted else row)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def with_campaigns(customers: pd.DataFrame, campaigns: pd.DataFrame) -> pd.DataFrame:
    """Put each campaign beside the customers: yes, no or unknown."""
    if campaigns.empty:
        return customers
    said = campaigns.assign(accepted=np.where(campaigns["accepted"], "yes", "no"))
    wide = said.pivot_table(
        index="customer_id", columns="campaign", values="accepted", aggfunc="first"
    )
    return customers.merge(
        wide.add_prefix(CAMPAIGN), left_on="customer_id", right_index=True, how="left"
    )


def packed_periods(periods: Iterable[Period]) -> pd.DataFrame:
    """Pack what customers did in periods, one row per period and column of it."""
    rows = []
    for each in periods:
        parts = {"customer": each.customers, "revenue": smallest(each.revenue)}
        if each.kind == SNAPSHOT:
            parts["orders"] = smallest(each.orders)
            parts["active"] = each.active.astype(np.int8)
        rows += [
            {"period": each.kind, "day": each.day, "part": part, **_packed(values)}
            for part, values in parts.items()
        ]
    return pd.DataFrame(rows, columns=list(PERIOD_COLUMNS))


def smallest(values: np.ndarray) -> np.ndarray:
    """Give numbers in the smallest type that holds each of them exactly."""
    kinds: list[Any] = [np.float32, np.float64]
    if not np.isnan(values).any():
        kinds = [np.int8, np.int16, np.int32, *kinds]
    for kind in kinds:
        with np.errstate(invalid="ignore", over="ignore"):
            small = values.astype(kind)
        if np.array_equal(small.astype(np.float64), values, equal_nan=True):
            break
    return small


def _number(name: str, column: pd.Series) -> dict[str, Any]:
    return _row(name, NUMBER, smallest(numbers(column)), [])


def _word(name: str, column: pd.Series) -> dict[str, Any]:
    if _is_flag(column):
        column = column.map({True: "yes", False: "no"})
    codes, words = pd.factorize(column, sort=True)
    kind = np.int8 if len(words) < 128 else np.int32
    return _row(name, WORD, np.asarray(codes, dtype=kind), [str(word) for word in words])


def _text(name: str, column: pd.Series) -> dict[str, Any]:
    texts = column.astype("str")
    between = next(sign for sign in BETWEEN if not texts.str.contains(sign, regex=False).any())
    return {
        "attribute": name,
        "kind": TEXT,
        "dtype": "utf-8",
        "words": json.dumps([between]),
        "data": between.join(texts).encode(),
    }


def _row(name: str, kind: str, values: np.ndarray, words: list[str]) -> dict[str, Any]:
    return {
        "attribute": name,
        "kind": kind,
        "words": json.dumps(words, ensure_ascii=False),
        **_packed(values),
    }


def _packed(values: np.ndarray) -> dict[str, Any]:
    little = values.astype(values.dtype.newbyteorder("<"))
    return {"dtype": little.dtype.str, "data": little.tobytes()}


def _is_flag(column: pd.Series) -> bool:
    return bool(pd.api.types.is_bool_dtype(column))
