"""Rows that give money back, brought to the pieces and the price of what they give back.

Cleaning matches a return to a purchase of the same price. Tills refund what a product cost
before a discount, and payment services what was paid in all, with tax: neither is the price
that the purchase brought.
"""

from collections import defaultdict
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.sources.orders.agreement import Numbers, Orders
from pipeline.sources.orders.meaning import GivenBack

CENT = 0.005


class Sold(NamedTuple):
    """Lines by row: `paid` is what their order cost in all, with tax, where that is known."""

    quantity: Numbers
    unit_price: Numbers
    customers: npt.NDArray[np.int64]
    products: npt.NDArray[np.int64]
    times: npt.NDArray[np.int64]
    orders: Orders
    paid: Numbers | None = None


def at_purchases(sold: Sold, given_back: GivenBack) -> tuple[Numbers, Numbers]:
    """Give quantities and prices in which refunds are parts of purchases.

    A refund that names its order takes the share of it that was paid back, the whole of it
    where no amount is given. Another is of an earlier order of that customer that has all its
    products and pieces: one that it gives back as a whole, else one of the same prices, else
    the latest; where none has all, each product is looked for alone. It takes the purchase's
    price where as much or more is paid back for a piece, else so many pieces as the money
    makes.
    """
    quantity, price = sold.quantity.copy(), sold.unit_price.copy()
    quantity[given_back.rows] = -np.abs(quantity[given_back.rows])
    named = np.flatnonzero(given_back.rows & (given_back.of_row >= 0))
    by_order = np.argsort(sold.orders.of, kind="stable")
    for row in named.tolist():
        order = sold.orders.of[given_back.of_row[row]]
        span = np.searchsorted(sold.orders.of, [order, order + 1], sorter=by_order)
        quantity[row], price[row] = _share_of_order(sold, row, by_order[slice(*span)])
    purchases = _Purchases(sold, given_back)
    for rows in _unnamed(sold, given_back):
        for row, pieces_and_price in purchases.of_rows(rows).items():
            quantity[row], price[row] = pieces_and_price
    return quantity, price


def _unnamed(sold: Sold, given_back: GivenBack) -> list[list[int]]:
    """List the rows of each refund that names no order, the earliest first."""
    priced = np.isfinite(sold.quantity * sold.unit_price) & (given_back.of_row < 0)
    back = np.flatnonzero(
        given_back.rows & priced & (sold.customers >= 0) & (sold.products >= 0)
    )
    groups: dict[int, list[int]] = defaultdict(list)
    for row in back[np.argsort(sold.times[back], kind="stable")].tolist():
        groups[int(sold.orders.of[row])].append(row)
    return list(groups.values())


class _Purchases:
    """Purchases by customer and product, and how many pieces of each are left."""

    def __init__(self, sold: Sold, given_back: GivenBack) -> None:
        self._sold = sold
        self._left = np.nan_to_num(sold.quantity)
        bought = ~given_back.rows & (sold.quantity > 0) & (sold.unit_price > 0)
        bought &= np.isin(sold.customers, sold.customers[given_back.rows])
        rows = np.flatnonzero(bought & (sold.customers >= 0) & (sold.products >= 0))
        self._rows: dict[tuple[int, int], list[int]] = defaultdict(list)
        for row in rows[np.argsort(-sold.times[rows], kind="stable")].tolist():
            self._rows[int(sold.customers[row]), int(sold.products[row])].append(row)
        self._many = np.bincount(sold.orders.of[bought], minlength=sold.orders.many)

    def of_rows(self, rows: list[int]) -> dict[int, tuple[float, float]]:
        """Give pieces and price of the purchase of each row of a refund, where there is one."""
        by_row = {row: self._by_order(row) for row in rows}
        common = set.intersection(*(set(by_order) for by_order in by_row.values()))
        if common:
            best = max(common, key=lambda order: self._rank([*by_row.items()], order))
            return {row: self._taken(row, by_order[best]) for row, by_order in by_row.items()}
        return {
            row: self._taken(
                row, by_order[max(by_order, key=lambda o: self._rank([(row, by_order)], o))]
            )
            for row, by_order in by_row.items()
            if by_order
        }

    def _by_order(self, row: int) -> dict[int, int]:
        """Give the purchase of a row's product in each earlier order that has enough left."""
        sold = self._sold
        by_order: dict[int, int] = {}
        for purchase in self._rows.get((int(sold.customers[row]), int(sold.products[row])), []):
            enough = self._left[purchase] >= self._pieces(row, purchase) - CENT
            if sold.times[purchase] <= sold.times[row] and enough:
                by_order.setdefault(int(sold.orders.of[purchase]), purchase)
        return by_order

    def _rank(
        self, rows: list[tuple[int, dict[int, int]]], order: int
    ) -> tuple[bool, bool, int]:
        """Rank an order as what a refund gives back: as a whole, of the same prices, late."""
        sold = self._sold
        pairs = [(row, by_order[order]) for row, by_order in rows]
        whole = len(pairs) == self._many[order] and all(
            abs(abs(sold.quantity[row]) - sold.quantity[purchase]) <= CENT
            for row, purchase in pairs
        )
        same = all(
            abs(sold.unit_price[row] - sold.unit_price[purchase]) <= CENT
            for row, purchase in pairs
        )
        return whole, same, int(sold.times[pairs[0][1]])

    def _pieces(self, row: int, purchase: int) -> float:
        pieces, price = abs(float(self._sold.quantity[row])), float(self._sold.unit_price[row])
        cost = float(self._sold.unit_price[purchase])
        return pieces if price >= cost - CENT else pieces * price / cost

    def _taken(self, row: int, purchase: int) -> tuple[float, float]:
        pieces = self._pieces(row, purchase)
        self._left[purchase] -= pieces
        return -pieces, float(self._sold.unit_price[purchase])


def _share_of_order(sold: Sold, row: int, rows: npt.NDArray[np.int64]) -> tuple[float, float]:
    """Give the share of an order, by its `rows`, that a refund pays back."""
    first = int(rows[0])
    worth = float(np.nansum(sold.quantity[rows] * sold.unit_price[rows]))
    back = abs(float(sold.quantity[row] * sold.unit_price[row]))
    whole = worth
    if sold.paid is not None and np.isfinite(sold.paid[[row, first]]).all():
        back, whole = abs(float(sold.paid[row])), abs(float(sold.paid[first]))
    share = min(back / whole, 1.0) if whole > 0 and np.isfinite(back) else 1.0
    if len(rows) == 1:
        return -share * float(sold.quantity[first]), float(sold.unit_price[first])
    return -1.0, share * worth
