"""Sales by two things at once: months of countries, categories and products, and so on."""

import numpy as np
import pandas as pd

from pipeline.sales.grouping import MONEY_PLACES, ratio
from pipeline.sales.ledger import Ledger, Whole, Words, counted, first_days, pairs, sums


def monthly_of(book: Ledger, words: Words, name: str) -> pd.DataFrame:
    """One row per month and word of a column that sold or took back something."""
    if not words.is_known:
        return pd.DataFrame()
    first = int(book.month.min())
    months = int(book.month.max()) - first + 1
    table, group = _crossed(
        book, np.where(words.codes < 0, -1, words.codes * months + book.month - first)
    )
    return table.assign(
        **{name: words.names[group // months]}, month=first_days(group % months + first)
    ).sort_values([name, "month"], ignore_index=True)


def countries_of(book: Ledger, products: Words) -> pd.DataFrame:
    """One row per product and country."""
    countries = book.country
    if not products.is_known or not countries.is_known:
        return pd.DataFrame()
    several = len(countries.names)
    is_known = (products.codes >= 0) & (countries.codes >= 0)
    table, group = _crossed(
        book, np.where(is_known, products.codes * several + countries.codes, -1)
    )
    return table.assign(
        product=products.names[group // several], country=countries.names[group % several]
    ).sort_values(["product", "country"], ignore_index=True)


def only(words: Words, names: pd.Series) -> Words:
    """Keep some words of a column; lines of others have none."""
    kept_codes = pd.Index(words.names).get_indexer(names)
    places = np.full(len(words.names) + 1, -1, dtype=np.int64)
    places[kept_codes] = np.arange(len(kept_codes))
    return Words(places[words.codes], words.names[kept_codes])


def _crossed(book: Ledger, keys: Whole) -> tuple[pd.DataFrame, Whole]:
    """Add up lines by key, -1 for none; give the keys that there are beside the sums."""
    rows = np.flatnonzero(keys >= 0)
    codes, group = pd.factorize(keys[rows], sort=True)
    many = len(group)
    orders, customers = counted(
        pairs(codes, book.order[rows], book.left[rows]), book.orders, many
    )
    gross, back = sums(codes, book.value[rows], many), sums(codes, book.back[rows], many)
    items = sums(codes, (book.pieces - book.pieces_back)[rows], many)
    table = pd.DataFrame(
        {
            "revenue": (gross - back).round(MONEY_PLACES),
            "items": items.round(MONEY_PLACES),
            "orders": orders,
            "customers": customers,
            "cancelled": back.round(MONEY_PLACES),
            "price": ratio(gross - back, items).round(MONEY_PLACES),
        }
    )
    return table, np.asarray(group, dtype=np.int64)
