"""Everything about sales that follows from order lines, as one stage after the features."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.sales.activity import monthly_movement
from pipeline.sales.categories import Categories, categories, of_products
from pipeline.sales.cohorts import beginnings, cohorts, main_word, top
from pipeline.sales.crosses import countries_of, monthly_of, only
from pipeline.sales.days.trade import Trade, trade
from pipeline.sales.days.unusual import Unusual, unusual
from pipeline.sales.grouping import grouped, ranked
from pipeline.sales.kinds import buying_habits
from pipeline.sales.ledger import Ledger, Words
from pipeline.sales.products import products
from pipeline.sales.returns import Returns, returns
from pipeline.sales.sales import countries, monthly
from pipeline.sales.waiting import NEXT, Curves, Waits, curves, usual_gaps, waits
from pipeline.trade_settings import SalesSettings, WatchSettings


class Waiting(NamedTuple):
    """What the curves of waiting are made from, once the segments are known."""

    customers: np.ndarray
    waits: dict[str, Waits]
    first_product: Words | None


class Sold(NamedTuple):
    """One frame per result table, without the run.

    `customers` has by `customer_id` what lines tell of them: pieces a line, wholesale, share
    returned.
    """

    monthly: pd.DataFrame
    countries: pd.DataFrame
    products: pd.DataFrame
    categories: pd.DataFrame
    monthly_countries: pd.DataFrame
    monthly_products: pd.DataFrame
    monthly_categories: pd.DataFrame
    product_countries: pd.DataFrame
    return_pairs: pd.DataFrame
    cohorts: pd.DataFrame
    movement: pd.DataFrame
    figures: pd.DataFrame
    customers: pd.DataFrame
    waiting: Waiting
    trade: Trade
    unusual: Unusual


def sold(
    book: Ledger,
    *,
    settings: SalesSettings,
    horizon_days: int,
    seed: int,
    told_apart: int = 8,
    watch: WatchSettings | None = None,
) -> Sold:
    """Add up the purchases of a ledger.

    What a source doesn't tell of (products, countries, categories) gives empty frames.
    `told_apart` is how many countries and categories trade is kept of by day.
    """
    listed = products(book, settings=settings)
    line_categories = categories(book, _described(listed), settings, seed=seed)
    if line_categories.source is not None and len(listed):
        listed = listed.assign(
            category=listed["product"].map(of_products(book, line_categories))
        )
    best = _best(book, listed, settings)
    first = beginnings(book)
    waited = waits(book, first)
    came_back = returns(book, settings)
    habits = buying_habits(book, first, waited[NEXT], settings)
    return Sold(
        monthly=monthly(book),
        countries=countries(book),
        products=listed,
        categories=_categories(book, line_categories, listed),
        monthly_countries=monthly_of(book, book.country, "country"),
        monthly_products=monthly_of(book, best, "product"),
        monthly_categories=monthly_of(book, line_categories.words, "category"),
        product_countries=countries_of(book, best),
        return_pairs=came_back.pairs,
        cohorts=cohorts(book, first, line_categories, settings),
        movement=monthly_movement(book, settings),
        figures=_figures(waited[NEXT], habits, came_back, horizon_days),
        customers=habits.merge(came_back.customers, on="customer_id", how="left"),
        waiting=Waiting(
            book.customer.names[first.customer],
            waited,
            top(main_word(book, first, book.product), settings.levels)
            if book.product.is_known
            else None,
        ),
        trade=trade(
            book,
            {"country": book.country, "category": line_categories.words},
            levels=told_apart,
        ),
        unusual=unusual(book, watch or WatchSettings()),
    )


def waiting_curves(waiting: Waiting, customers: pd.DataFrame) -> Curves:
    """Estimate the time to the second and next order: of all, by segment, by first product."""
    groups: dict[str, Words] = {}
    if "segment" in customers and customers["segment"].notna().any():
        mine = customers.set_index(customers["customer_id"].astype(str))["segment"]
        codes, names = pd.factorize(mine.reindex(waiting.customers), sort=True)
        groups["segment"] = Words(codes.astype(np.int64), np.asarray(names, dtype=object))
    if waiting.first_product is not None:
        groups["first_product"] = waiting.first_product
    return curves(waiting.waits, groups)


def _described(listed: pd.DataFrame) -> pd.Series:
    if listed.empty:
        return pd.Series(dtype=object)
    return listed.set_index("product")["description"]


def _best(book: Ledger, listed: pd.DataFrame, settings: SalesSettings) -> Words:
    """Keep the products of most revenue: those whose months and countries are told."""
    if listed.empty:
        return book.product
    return only(book.product, listed["product"].iloc[: settings.top_products])


def _categories(
    book: Ledger, line_categories: Categories, listed: pd.DataFrame
) -> pd.DataFrame:
    if line_categories.source is None:
        return pd.DataFrame()
    table = grouped(book, line_categories.words).rename(columns={"name": "category"})
    counts = listed["category"].value_counts() if len(listed) else pd.Series(dtype=int)
    return ranked(
        table.assign(
            source=line_categories.source,
            products=table["category"].map(counts).fillna(0).astype("int64"),
        ),
        "category",
    )


def _figures(
    following: Waits, habits: pd.DataFrame, came_back: Returns, horizon_days: int
) -> pd.DataFrame:
    """Give single figures by name."""
    usual = usual_gaps(following)
    customers = came_back.customers
    gross = float(customers["gross"].sum())
    figures = {
        "horizon_days": float(horizon_days),
        "repeat_buyers": float(len(usual)),
        "usual_gap_days": float(usual.median()) if len(usual) else np.nan,
        "gap_longer_share": float((usual > horizon_days).mean()) if len(usual) else np.nan,
        "wholesale_customers": float(habits["is_wholesale"].sum()),
        "returned_share": float(customers["returned"].sum()) / gross if gross else np.nan,
        "returning_customers": float((customers["returned_orders"] > 0).sum()),
    }
    return pd.DataFrame({"figure": list(figures), "value": list(figures.values())})


def cancelled_figures(lines: pd.DataFrame) -> pd.DataFrame:
    """Count the invoices of a source and those that cancel, before any cleaning.

    An invoice cancels if it is named `C` and a number, or all its quantities are below 0. None
    where lines name no invoice.
    """
    if "invoice" not in lines or not lines["invoice"].notna().any():
        return pd.DataFrame()
    words = lines["invoice"].cat
    codes, many = words.codes.to_numpy(dtype=np.int64), len(words.categories)
    named = words.categories.astype("str").str.match(r"[Cc]\d").astype(bool)
    has_invoice = codes >= 0
    above = np.bincount(
        codes[has_invoice],
        weights=(lines["quantity"] >= 0).to_numpy()[has_invoice],
        minlength=many,
    )
    cancels = named | (above == 0)
    figures: dict[str, float] = {}
    for prefix, rows in (
        ("", has_invoice),
        ("known_", has_invoice & lines["customer_id"].notna().to_numpy()),
    ):
        is_present = np.bincount(codes[rows], minlength=many) > 0
        figures[f"{prefix}invoices"] = float(is_present.sum())
        figures[f"{prefix}cancelling_invoices"] = float((is_present & cancels).sum())
    return pd.DataFrame({"figure": list(figures), "value": list(figures.values())})
