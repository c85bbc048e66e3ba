"""Which lines are one order where the source has no number for it."""

import numpy as np
import pandas as pd

MOMENT = "%Y-%m-%d %H:%M"


def with_orders(lines: pd.DataFrame) -> pd.DataFrame:
    """Name the order of each line, and say in `is_named` whether the source did.

    Without a number, what one customer bought in one moment is an order; where only days are
    known a moment is a day.
    """
    named = lines["invoice"].notna().to_numpy()
    if named.all():
        return lines.assign(is_named=True)
    without = lines[~named & lines["ordered_at"].notna().to_numpy()]
    customers = _codes(without["customer_id"])
    keys, unique = pd.MultiIndex.from_arrays(
        [customers, without["ordered_at"].to_numpy()]
    ).factorize()
    who = _category_texts(without["customer_id"])
    names = pd.Index(
        [
            f"{who[customer] if customer >= 0 else '?'} {_moment(pd.Timestamp(moment))}"
            for customer, moment in unique
        ]
    )
    number, texts = pd.factorize(names)
    source_names = [] if named.sum() == 0 else list(_category_texts(lines["invoice"]))
    categories = pd.Index([*source_names, *texts]).unique()
    codes = np.full(len(lines), -1, dtype=np.int64)
    codes[named] = (
        categories.get_indexer(pd.Index(source_names))[_codes(lines["invoice"])[named]]
        if source_names
        else -1
    )
    places = categories.get_indexer(pd.Index(texts))
    codes[lines.index.get_indexer(without.index)] = places[number[keys]]
    invoices = pd.Categorical.from_codes(codes, categories=categories)
    return lines.assign(invoice=pd.Series(invoices, index=lines.index), is_named=named)


def _moment(when: pd.Timestamp) -> str:
    """Write a moment as short as it is: a day, or with minutes, or with seconds."""
    if when == when.normalize():
        return f"{when:%Y-%m-%d}"
    return f"{when:{MOMENT}}" if not (when.second or when.microsecond) else f"{when}"


def _codes(values: pd.Series) -> np.ndarray:
    return _categorical(values).cat.codes.to_numpy(dtype=np.int64)


def _category_texts(values: pd.Series) -> np.ndarray:
    return _categorical(values).cat.categories.astype("str").to_numpy(dtype=object)


def _categorical(values: pd.Series) -> pd.Series:
    return (
        values if isinstance(values.dtype, pd.CategoricalDtype) else values.astype("category")
    )
