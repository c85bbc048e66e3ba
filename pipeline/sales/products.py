"""What is known of each product: sales, class, price, margin, who buys it first and again."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.sales.grouping import grouped, ranked, ratio
from pipeline.sales.ledger import Floats, Ledger, Pairs, Whole, Words, pairs, sums
from pipeline.trade_settings import SalesSettings

KNOWN_COST = 0.5
"""Share of a product's revenue whose cost must be known for its margin to be told."""
SALES = SalesSettings()


class Habits(NamedTuple):
    """By product: customers, those who bought it in several orders, those who began with it."""

    customers: Whole
    again: Whole
    first: Whole
    first_stayed: Whole


def products(
    book: Ledger, categories: pd.Series | None = None, settings: SalesSettings = SALES
) -> pd.DataFrame:
    """One row per product, the one with most revenue first; none where no line names one.

    `categories` has the category of products by their code.
    """
    words = book.product
    if not words.is_known:
        return pd.DataFrame()
    many = len(words.names)
    habits = _habits(book, pairs(words.codes, book.order, book.left), many)
    cost, priced = _costs(book, words, many)
    revenue = sums(words.codes, book.net, many)
    table = grouped(book, words).rename(
        columns={"name": "product", "items": "pieces", "average_basket": "order_revenue"}
    )
    place = pd.Index(words.names).get_indexer(table["product"])
    is_cost_known = priced >= KNOWN_COST * np.maximum(revenue, 1e-9)
    table = table.assign(
        cancelled_pieces=sums(words.codes, book.pieces_back, many)[place],
        description=_descriptions(book, many)[place],
        price=ratio(table["revenue"].to_numpy(), table["pieces"].to_numpy()).round(4),
        category=None if categories is None else table["product"].map(categories),
        margin=np.where(is_cost_known, ratio(priced - cost, priced), np.nan)[place].round(6),
        repeat_customers=habits.again[place],
        repeat_share=ratio(habits.again, habits.customers)[place].round(6),
        first_customers=habits.first[place],
        first_stayed_share=ratio(habits.first_stayed, habits.first)[place].round(6),
    )
    table = ranked(table, "product")
    return table.assign(abc=abc(table["revenue"].to_numpy(), settings))


def abc(revenue: Floats, settings: SalesSettings) -> list[str]:
    """Class products by revenue, the highest first: A up to 80 % of it, B to 95 %, C the rest.

    Whatever brings nothing is C.
    """
    positive = np.maximum(revenue, 0.0)
    total = positive.sum()
    if total <= 0:
        return ["C"] * len(revenue)
    before = (np.cumsum(positive) - positive) / total
    middle, low = settings.abc
    classes = np.select([before < middle, before < low], ["A", "B"], default="C")
    return list(np.where(positive > 0, classes, "C"))


def _habits(book: Ledger, bought: Pairs, many: int) -> Habits:
    """Count who bought a product again, who began with it, and who of these came again."""
    orders = book.orders
    customer = orders.customer[bought.order]
    is_known = customer >= 0
    product, order, customer = (
        bought.group[is_known],
        bought.order[is_known],
        customer[is_known],
    )
    several = int(orders.customer.max(initial=0)) + 1
    pair, times = np.unique(product * several + customer, return_counts=True)
    first, is_back = first_orders(book)
    is_first = np.zeros(len(orders.when), dtype=bool)
    is_first[first] = True
    begun = is_first[order]
    return Habits(
        np.bincount(pair // several, minlength=many),
        np.bincount(pair[times > 1] // several, minlength=many),
        np.bincount(product[begun], minlength=many),
        np.bincount(product[begun & is_back[customer]], minlength=many),
    )


def first_orders(book: Ledger) -> tuple[Whole, np.ndarray]:
    """Give the first standing order of each customer, and by customer whether more followed."""
    orders = book.orders
    standing = np.flatnonzero(orders.stands)
    in_time = standing[np.lexsort((orders.invoice[standing], orders.when[standing]))]
    customer = orders.customer[in_time]
    _, begins = np.unique(customer, return_index=True)
    counts = np.bincount(customer, minlength=len(book.customer.names))
    return in_time[begins], counts > 1


def _descriptions(book: Ledger, many: int) -> np.ndarray:
    """Give the most frequent description of each product, equal ones by alphabet."""
    names = np.full(many, None, dtype=object)
    texts = book.description
    is_described = (texts.codes >= 0) & (book.product.codes >= 0)
    if not is_described.any():
        return names
    several = len(texts.names)
    keys = pd.Series(book.product.codes[is_described] * several + texts.codes[is_described])
    times = keys.value_counts(sort=False)
    key = times.index.to_numpy()
    # Categories are in alphabetical order only where nothing was added behind them.
    by_alphabet = np.argsort(np.argsort(texts.names.astype(str)))
    order = np.lexsort((by_alphabet[key % several], -times.to_numpy(), key // several))
    product = key[order] // several
    _, begins = np.unique(product, return_index=True)
    names[product[begins]] = texts.names[key[order][begins] % several]
    return names


def _costs(book: Ledger, words: Words, many: int) -> tuple[Floats, Floats]:
    """Give by product what the shop paid, and the revenue of lines whose cost is known."""
    has_cost = np.isfinite(book.cost) & (book.pieces > 0)
    if not has_cost.any():
        return np.zeros(many), np.zeros(many)
    per_piece = piece_costs(book.cost[has_cost], book.price[has_cost], book.pieces[has_cost])
    pieces_kept = (book.pieces - book.pieces_back)[has_cost]
    return (
        sums(words.codes[has_cost], per_piece * pieces_kept, many),
        sums(words.codes[has_cost], book.net[has_cost], many),
    )


def piece_costs(cost: Floats, price: Floats, pieces: Floats) -> Floats:
    """Give the cost of a piece, where a column may hold that of a line.

    It is that of a line where more lines of several pieces cost more than one piece is sold
    for than cost less: shops sell above cost.
    """
    several = pieces > 1
    above = (cost[several] > price[several]).mean() if several.any() else 0.0
    return cost / pieces if above > 0.5 else cost
