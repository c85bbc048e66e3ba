"""What is bought together, what comes next and what to stock, as one stage after sales."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.run.progress import Progress, Silent
from pipeline.sales.baskets.next_products import next_products
from pipeline.sales.baskets.stock import stock
from pipeline.sales.baskets.stock_file import NOTHING_KNOWN, KnownStock
from pipeline.sales.baskets.together import bought_together
from pipeline.sales.countries import UNSPECIFIED
from pipeline.sales.item_classes import PRODUCT, class_of
from pipeline.sales.ledger import Ledger
from pipeline.trade_settings import BasketSettings, CleaningSettings, StockSettings


class Shopped(NamedTuple):
    """One frame per result table, without the run."""

    pairs: pd.DataFrame
    next_products: pd.DataFrame
    next_checks: pd.DataFrame
    stock: pd.DataFrame
    stock_checks: pd.DataFrame


def shopped(
    book: Ledger,
    listed: pd.DataFrame,
    *,
    baskets: BasketSettings,
    stocking: StockSettings,
    cleaning: CleaningSettings,
    known_stock: KnownStock = NOTHING_KNOWN,
    progress: Progress | None = None,
) -> Shopped:
    """Find pairs, suggest products and reckon stock; empty frames without products.

    `listed` has the products of `Sold`. Postage, fees and the like are no products here, even
    where the cleaning keeps them.
    """
    reporter = progress or Silent()
    real = real_products(book, cleaning)
    reporter.step(0, 3, "bought together")
    pairs = bought_together(book, real, baskets)
    reporter.step(1, 3, "next products")
    suggested = next_products(book, real, baskets)
    reporter.step(2, 3, "stock")
    stocked = stock(book, listed, real, stocking, known_stock)
    reporter.step(3, 3)
    return Shopped(pairs, suggested.rows, suggested.checks, stocked.products, stocked.checks)


def real_products(book: Ledger, cleaning: CleaningSettings) -> NDArray[np.bool_]:
    """Tell by code of the ledger which words are products: no fee, and no missing word."""
    return np.array(
        [
            name != UNSPECIFIED
            and class_of(str(name), cleaning.fee_codes, cleaning.fee_prefixes) == PRODUCT
            for name in book.product.names
        ],
        dtype=bool,
    )


def with_next_product(
    customers: pd.DataFrame, shopping: Shopped, listed: pd.DataFrame
) -> pd.DataFrame:
    """Put the likeliest product beside each customer, by what it is called, else its code."""
    if shopping.next_products.empty:
        return customers.assign(next_product=None)
    first = shopping.next_products[shopping.next_products["place"] == 1]
    descriptions = listed.set_index("product")["description"].dropna()
    words = first["product"].map(descriptions).fillna(first["product"])
    likeliest = pd.Series(words.to_numpy(), index=first["customer_id"].to_numpy())
    return customers.assign(next_product=customers["customer_id"].map(likeliest).astype(object))
