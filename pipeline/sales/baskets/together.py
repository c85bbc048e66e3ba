"""Products bought together: pairs that stand in more orders than chance and size explain."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.sales.ledger import Floats, Ledger, Pairs, Whole, pairs
from pipeline.trade_settings import BasketSettings

COLUMNS = ["product", "with_product", "orders", "support", "confidence", "lift"]
SHARE_PLACES = 9


class Baskets(NamedTuple):
    """Which products stand in which orders, each pair once.

    `products` are codes of the products that were counted, those in most orders; `place` and
    `order` have one element per product and order, `place` being that in `products`. `orders`
    counts all orders with a product, `sizes` their different products, counted or not.
    """

    products: Whole
    place: Whole
    order: Whole
    orders: int
    sizes: Whole


class Counted(NamedTuple):
    """One element per pair: places of both products, and the orders with both."""

    first: Whole
    second: Whole
    orders: Whole


def bought_together(
    book: Ledger, is_product: NDArray[np.bool_], settings: BasketSettings
) -> pd.DataFrame:
    """One row per product and product bought with it, the strongest of each first.

    `support` is the share of all orders with both, `confidence` that of the orders with
    `product`, `lift` how many times more often than if both were bought apart from each other.
    """
    contents = baskets(book, is_product, settings)
    if len(contents.products) < 2:
        return pd.DataFrame(columns=COLUMNS)
    counted = together(contents, settings.least_orders)
    orders_by_product = np.bincount(contents.place, minlength=len(contents.products))
    apart = (
        orders_by_product[counted.first] * orders_by_product[counted.second] / contents.orders
    )
    is_significant = significant(
        counted.orders,
        apart * max(1.0, crowding(contents)),
        tests=len(orders_by_product) * (len(orders_by_product) - 1) // 2,
        false_share=settings.false_share,
    )
    chosen = Counted(*(part[is_significant] for part in counted))
    return _both_ways(
        contents, chosen, orders_by_product, book.product.names, settings.partners
    )


def baskets(book: Ledger, is_product: NDArray[np.bool_], settings: BasketSettings) -> Baskets:
    """Give the products of each order, of which something is left, those in most orders."""
    words = book.product
    if not words.is_known or not is_product.any():
        nothing = np.zeros(0, dtype=np.int64)
        return Baskets(nothing, nothing, nothing, 0, nothing)
    product_orders = pairs(words.codes, book.order, book.left)
    real = is_product[product_orders.group]
    product_orders = Pairs(product_orders.group[real], product_orders.order[real])
    many = np.bincount(product_orders.group, minlength=len(words.names))
    ranks = np.lexsort((words.names.astype(str), -many))[: settings.products]
    chosen = np.sort(ranks[many[ranks] >= settings.least_orders])
    places = np.full(len(words.names), -1, dtype=np.int64)
    places[chosen] = np.arange(len(chosen))
    place = places[product_orders.group]
    sizes = np.bincount(product_orders.order)
    return Baskets(
        chosen.astype(np.int64),
        place[place >= 0],
        product_orders.order[place >= 0],
        int((sizes > 0).sum()),
        sizes[sizes > 0].astype(np.int64),
    )


def together(contents: Baskets, least: int) -> Counted:
    """Count the orders of every pair of products exactly; those of at least so many."""
    from scipy.sparse import csr_array  # noqa: PLC0415 - only the refresh counts

    many = len(contents.products)
    shape = (int(contents.order.max(initial=0)) + 1, many)
    incidence = csr_array(
        (np.ones(len(contents.place), dtype=np.int32), (contents.order, contents.place)),
        shape=shape,
    )
    counts = (incidence.T @ incidence).tocoo()
    first, second = counts.coords
    chosen = (first < second) & (counts.data >= least)
    return Counted(
        first[chosen].astype(np.int64),
        second[chosen].astype(np.int64),
        counts.data[chosen].astype(np.int64),
    )


def crowding(contents: Baskets) -> float:
    """Say how many times more pairs the sizes of orders alone bring than equal sizes would.

    Where few orders hold most products, any two of these meet there without belonging
    together: with products dealt to orders at random, sizes kept, a pair is expected in
    n₁ n₂ Σ d(d − 1) ÷ (Σ d)² orders of d products (the configuration model).
    """
    sizes = contents.sizes.astype(float)
    whole = float(sizes.sum())
    return contents.orders * float((sizes * (sizes - 1)).sum()) / whole**2 if whole else 1.0


def significant(
    orders: Whole, expected: Floats, *, tests: int, false_share: float
) -> NDArray[np.bool_]:
    """Tell which pairs stand in more orders than expected, at most so many of them falsely.

    One-sided Poisson tails, the limit of Fisher's exact test for rare pairs and never below
    it there; Benjamini and Hochberg's step-up over all `tests` pairs that could have been.
    """
    from scipy.special import pdtrc  # noqa: PLC0415

    if not len(orders):
        return np.zeros(0, dtype=bool)
    chance = pdtrc(orders - 1, np.maximum(expected, 1e-12))
    ranked = np.sort(chance)
    passes = ranked <= false_share * np.arange(1, len(ranked) + 1) / max(tests, 1)
    if not passes.any():
        return np.zeros(len(orders), dtype=bool)
    return np.asarray(chance <= ranked[np.flatnonzero(passes)[-1]])


def _both_ways(
    contents: Baskets,
    chosen: Counted,
    orders_by_product: Whole,
    names: NDArray[np.object_],
    partners: int,
) -> pd.DataFrame:
    """Write each pair from both sides, of each product its strongest `partners`."""
    product = np.concatenate([chosen.first, chosen.second])
    partner = np.concatenate([chosen.second, chosen.first])
    orders = np.concatenate([chosen.orders, chosen.orders])
    lift = orders * contents.orders / (orders_by_product[product] * orders_by_product[partner])
    # Likelihood ratio: what is far above chance and often, before what is only one of them.
    strength = orders * np.log(lift) - orders * (1 - 1 / lift)
    codes = np.argsort(np.argsort(names[contents.products].astype(str)))
    order = np.lexsort((codes[partner], -strength, codes[product]))
    _, begins, many = np.unique(product[order], return_index=True, return_counts=True)
    rank = np.empty(len(order), dtype=np.int64)
    for begin, length in zip(begins, many, strict=True):
        rank[begin : begin + length] = np.arange(length)
    order = order[rank < partners]
    return pd.DataFrame(
        {
            "product": names[contents.products[product[order]]],
            "with_product": names[contents.products[partner[order]]],
            "orders": orders[order],
            "support": (orders[order] / contents.orders).round(SHARE_PLACES),
            "confidence": (orders[order] / orders_by_product[product[order]]).round(
                SHARE_PLACES
            ),
            "lift": lift[order].round(4),
            "position": rank[rank < partners] + 1,
        }
    )
