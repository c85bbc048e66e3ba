"""Sums and counts of lines by what they have in common."""

import numpy as np
import pandas as pd

from pipeline.sales.ledger import Floats, Ledger, Whole, Words, counted, pairs, sums

MONEY_PLACES = 4
"""As many as orders have, so that sums of many rows stay those of the whole."""


def grouped(book: Ledger, words: Words) -> pd.DataFrame:
    """Add up lines by a column of words: one row per word that a line has.

    `orders` and `customers` are those with a line of which something is left.
    """
    many = len(words.names)
    orders, customers = counted(pairs(words.codes, book.order, book.left), book.orders, many)
    gross, back = sums(words.codes, book.value, many), sums(words.codes, book.back, many)
    table = pd.DataFrame(
        {
            "name": words.names,
            "revenue": (gross - back).round(MONEY_PLACES),
            "items": sums(words.codes, book.pieces - book.pieces_back, many).round(
                MONEY_PLACES
            ),
            "orders": orders,
            "customers": customers,
            "cancelled": back.round(MONEY_PLACES),
            "average_basket": ratio(gross - back, orders).round(MONEY_PLACES),
            "returned_share": ratio(back, gross).round(6),
        }
    )
    is_present = np.bincount(words.codes[words.codes >= 0], minlength=many) > 0
    return table[is_present].reset_index(drop=True)


def ranked(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Put what brings most first; equal ones by name."""
    return table.sort_values(["revenue", name], ascending=[False, True], ignore_index=True)


def ratio(above: Floats | Whole, below: Floats | Whole) -> Floats:
    """Divide, nan where there is nothing to divide by."""
    whole = np.asarray(below, dtype=float)
    return np.divide(above, whole, out=np.full(len(whole), np.nan), where=whole > 0)
