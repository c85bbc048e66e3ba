"""What rows are by their status and by a layout's rules: paid, cancelled, no sale, a refund."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.sources.cells.numerals import read_numbers
from pipeline.sources.layouts.declared import REFUND, Layout, RowRule
from pipeline.sources.layouts.sheet import Header, Sheet, Texts
from pipeline.sources.naming import plain
from pipeline.sources.orders.statuses import FINE, OTHER

WORDS = {FINE: "completed", OTHER: "no sale"}
"""Words for what isn't stored under its own name."""
NO_SALE = WORDS[OTHER]
Marks = npt.NDArray[np.bool_]


def word_of(status: str) -> str:
    """Give the word that is read as a status."""
    return WORDS.get(status, status)


def told_by_words(sheet: Sheet, layout: Layout) -> Texts:
    """Give the status of each row in words, those of the layout put into usual ones."""
    meanings = {plain(word): word_of(status) for word, status in layout.statuses.items()}
    words = pd.Series(sheet.of_field("status"), dtype=object)
    usual = {word: meanings.get(plain(word), word) for word in words.dropna().unique()}
    statuses: Texts = np.array([usual.get(word) for word in words], dtype=object)
    return statuses


def told_by_rules(sheet: Sheet, layout: Layout, header: Header) -> tuple[Texts, Marks]:
    """Give what the first rule that holds says of each row, and the rows that are refunds.

    A status that one row of an order has by a rule is that of the whole order, where the
    layout says that statuses are.
    """
    statuses = np.full(sheet.rows, None, dtype=object)
    refunds = np.zeros(sheet.rows, dtype=bool)
    for rule in layout.rows:
        column = header.first(rule.column)
        if column is None:
            continue
        holds = _held(rule, sheet, column) & pd.isna(statuses) & ~refunds
        if rule.then == REFUND:
            refunds |= holds
        else:
            statuses[holds] = word_of(rule.then)
    if "status" in layout.of_order:
        statuses = _of_whole_orders(statuses, sheet.orders())
    return statuses, refunds


def _held(rule: RowRule, sheet: Sheet, column: str) -> Marks:
    """Mark the rows for which a rule holds."""
    if rule.below is not None:
        numbers = read_numbers(sheet.cells(column)).values.to_numpy(zero_copy_only=False)
        return np.asarray(np.nan_to_num(numbers, nan=np.inf) < rule.below)
    texts = pd.Series(sheet.texts(column), dtype=object)
    filled = texts.notna()
    if rule.filled:
        return filled.to_numpy()
    words = [plain(word) for word in rule.equals or rule.other_than or rule.contains or ()]
    names = {text: plain(text) for text in texts.dropna().unique()}
    if rule.contains is not None:
        those = {text for text, name in names.items() if any(word in name for word in words)}
    else:
        those = {text for text, name in names.items() if name in words}
    matches = texts.isin(those)
    return (~matches if rule.other_than is not None else matches).to_numpy()


def _of_whole_orders(statuses: Texts, orders: npt.NDArray[np.int64]) -> Texts:
    sale_statuses = pd.Series(statuses, dtype=object)
    sale_statuses[sale_statuses == NO_SALE] = None
    of_order = sale_statuses.groupby(orders).transform("first").to_numpy(dtype=object)
    spread: Texts = np.where(pd.isna(statuses) & (orders >= 0), of_order, statuses)
    return spread
