"""From the cells of a table of orders to what each of its lines is worth."""

import re
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.sources.cells.numerals import TypedNumbers
from pipeline.sources.naming import plain
from pipeline.sources.orders import agreement, money
from pipeline.sources.orders.agreement import Orders
from pipeline.sources.orders.meaning import Meaning
from pipeline.sources.orders.returns import Sold, at_purchases
from pipeline.sources.orders.statuses import OTHER, Statuses

OF_LINES = frozenset({"quantity", "unit_price"})
"""Numbers of lines alone; all others are looked at order by order."""
HEAD, FEWEST = 5_000, 10
"""Rows, and orders of several rows, that tell whether a price is that of an order."""
GROSS = frozenset(
    {"grosssales", "grossamount", "grossrevenue", "gross", "extendedprice", "extendedamount"}
)
"""Plain names of amounts that are before discounts."""


IN_ALL = re.compile(
    r"^(?!sub|.*(?:excl|net|ht$|line|item))"
    r".*(?:total|gross|brutto|ttc|charged|итого|合计)"
)
"""Plain names of what was paid in all."""


class RowsRead(NamedTuple):
    """What rows say besides numbers: words by field, moments, whether one can be a sale."""

    words: Mapping[str, pa.ChunkedArray]
    times: pa.ChunkedArray
    counted: npt.NDArray[np.bool_]


def counted_rows(status: Statuses | None, rows: int) -> npt.NDArray[np.bool_]:
    """Mark the rows that a sale can be: all but those that a layout calls something else."""
    if status is None:
        return np.ones(rows, dtype=bool)
    is_other = pc.fill_null(pc.equal(status.stored, OTHER), fill_value=False)
    return ~is_other.to_numpy().astype(bool)


def worth_of(
    numbers: Mapping[str, TypedNumbers],
    rows: RowsRead,
    amount: str,
    meaning: Meaning | None,
    total: str = "",
) -> money.Lines:
    """Tell what lines are worth by all numbers that are there.

    `amount` is the name of the column of amounts,
    `total` that of orders' totals; `meaning` is what a layout says. Refunds take
    the price at which they were sold.
    """
    figures = _figures(numbers, rows, amount, meaning)
    if IN_ALL.search(plain(amount or total)):
        figures = figures._replace(in_all=True)
    worth = money.lines(figures)
    given_back = figures.meaning.given_back if figures.meaning is not None else None
    if given_back is None or not given_back.rows.any():
        return worth
    moments = rows.times.cast(pa.timestamp("us")).cast(pa.int64())
    sold = Sold(
        worth.quantity,
        worth.unit_price,
        _codes(rows.words["customer_id"]),
        _codes(rows.words["product"]),
        pc.fill_null(moments, 0).to_numpy(),
        figures.orders,
        figures.order_total,
    )
    quantity, price = at_purchases(sold, given_back)
    return worth._replace(quantity=quantity, unit_price=price)


def prices_back(worth: money.Lines, rows: RowsRead) -> npt.NDArray[np.bool_]:
    """Mark rows of a negative price that give back what their customer bought at that price."""
    quantity, price = worth.quantity, worth.unit_price
    negative = (quantity > 0) & (price < 0)
    if not negative.any():
        return negative
    customers, products = _codes(rows.words["customer_id"]), _codes(rows.words["product"])
    named = (customers >= 0) & (products >= 0)
    cents = np.nan_to_num(np.round(np.abs(price) * 100)).astype(np.int64)
    keys = pd.MultiIndex.from_arrays([customers, products, cents])
    bought = keys[named & (quantity > 0) & (price > 0)]
    return np.asarray(named & negative & keys.isin(bought), dtype=bool)


def _figures(
    numbers: Mapping[str, TypedNumbers], rows: RowsRead, amount: str, meaning: Meaning | None
) -> money.Figures:
    values = {
        name: typed.values.to_numpy(zero_copy_only=False) for name, typed in numbers.items()
    }
    unnamed = rows.words["invoice"].null_count == len(rows.counted)
    if unnamed and meaning is None and "amount" not in values and "order_total" in values:
        # No two rows are known to be of one order: each total is its row's own.
        values["amount"] = values.pop("order_total")
    if meaning is None and not unnamed and _is_price_of_orders(values, rows):
        values["order_total"] = values.pop("unit_price")
    by_order = values.keys() - OF_LINES
    orders = (
        _orders(rows.words, rows.times) if by_order else Orders(np.arange(len(rows.counted)))
    )
    gross = plain(amount) in GROSS
    if meaning is not None:
        gross = meaning.amount_before
        values = _by_place(values, orders, rows.counted, meaning.of_order)
    return money.Figures(
        orders=orders,
        products=_codes(_kinds(rows.words)),
        gross=gross,
        meaning=meaning,
        **values,
    )


def _is_price_of_orders(values: Mapping[str, npt.NDArray[np.float64]], rows: RowsRead) -> bool:
    """Say whether a lone price is the same in all rows of orders and differs between them.

    The first rows tell: those of one order stand together.
    """
    if "unit_price" not in values or {"amount", "order_total"} & values.keys():
        return False
    price = values["unit_price"][:HEAD]
    words = {name: rows.words[name].slice(0, HEAD) for name in ("invoice", "customer_id")}
    orders = _orders(words, rows.times.slice(0, HEAD))
    several = np.isfinite(price) & orders.several[orders.of]
    prices = np.unique(np.round(price[several], 2))
    many = int(orders.several.sum())
    return many >= FEWEST and len(prices) > many / 2 and agreement.repeats(price, orders)


def _kinds(words: Mapping[str, pa.ChunkedArray]) -> pa.ChunkedArray:
    """Give what was bought: the product, or where none is named its category."""
    product = words["product"]
    return words["category"] if product.null_count == len(product) else product


def _by_place(
    values: Mapping[str, npt.NDArray[np.float64]],
    orders: Orders,
    counted: npt.NDArray[np.bool_],
    of_order: frozenset[str],
) -> dict[str, npt.NDArray[np.float64]]:
    """Put numbers of whole orders on their first row that counts; rows of no sale have none."""
    places = np.flatnonzero(counted)[::-1]
    first = np.full(orders.many, -1, dtype=np.int64)
    first[orders.of[places]] = places
    has_row = first >= 0
    placed = {}
    for name, column in values.items():
        placed[name] = np.where(counted, column, np.nan)
        if name in of_order:
            placed[name] = np.full(len(column), np.nan)
            placed[name][first[has_row]] = orders.first_of(column)[has_row]
    return placed


def _orders(words: Mapping[str, pa.ChunkedArray], times: pa.ChunkedArray) -> Orders:
    """Tell orders apart: by invoice, else by what one customer bought in one moment."""
    invoices, customers = _codes(words["invoice"]), _codes(words["customer_id"])
    moments = _codes(times)
    unnamed = invoices < 0
    customers = np.where(unnamed, customers, -2)
    moments = np.where(unnamed, moments, -2)
    keys = pd.MultiIndex.from_arrays([invoices, customers, moments])
    return Orders(keys.factorize()[0].astype(np.int64))


def _codes(values: pa.ChunkedArray) -> npt.NDArray[np.int64]:
    """Give each different value a number, -1 where there is none."""
    indices = values.combine_chunks().dictionary_encode().indices
    codes: npt.NDArray[np.int64] = pc.fill_null(indices, -1).to_numpy().astype(np.int64)
    return codes
