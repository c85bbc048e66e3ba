"""Whether numbers of a table of orders agree with each other."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Numbers: TypeAlias = npt.NDArray[np.float64]

CENT = 0.011
ROUNDED = 0.005
"""By such a share amounts may differ where a price was rounded before it was multiplied."""
MOSTLY = 0.95
FEWEST_ORDERS = 2
CLOSE = 0.01
TRIED = 50_000
"""So many rows tell whether prices grow with quantities."""


class Orders:
    """Which order each row belongs to.

    of : (n,) number of the row's order, from 0.
    many : how many orders there are.
    """

    def __init__(self, of: npt.NDArray[np.int64]) -> None:
        self.of = of
        self.many = int(of.max(initial=-1)) + 1
        self._rows = np.bincount(of, minlength=self.many)

    @property
    def rows_of_several(self) -> int:
        """Count the rows of orders of several rows."""
        return int(self._rows[self._rows > 1].sum())

    @property
    def several(self) -> npt.NDArray[np.bool_]:
        """Mark the orders of several rows."""
        return self._rows > 1

    def sums(self, values: Numbers) -> Numbers:
        """Add up by order; what is null counts nothing."""
        weights = np.nan_to_num(values).astype(np.float64)
        return np.bincount(self.of, weights=weights, minlength=self.many).astype(np.float64)

    def first_of(self, values: Numbers) -> Numbers:
        """Give the first value of each order that isn't null, nan where all are."""
        finite_rows = np.flatnonzero(np.isfinite(values))[::-1]
        first = np.full(self.many, np.nan)
        first[self.of[finite_rows]] = values[finite_rows]
        return first

    def shares(self, weights: Numbers) -> Numbers:
        """Give each row's share of its order by weights of at least 0, even where all are 0."""
        whole = self.sums(weights)[self.of]
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(whole > 0, weights / whole, 1 / self._rows[self.of])

    def spread(self, values: Numbers) -> Numbers:
        """Give the difference between the largest and the least value of each order."""
        least, most = np.full(self.many, np.inf), np.full(self.many, -np.inf)
        finite = np.isfinite(values)
        np.minimum.at(least, self.of[finite], values[finite])
        np.maximum.at(most, self.of[finite], values[finite])
        return most - least


def equal(amounts: Numbers, reference: Numbers) -> npt.NDArray[np.bool_]:
    """Mark where two amounts are the same but for rounding; null equals nothing."""
    return np.abs(amounts - reference) <= CENT + ROUNDED * np.abs(reference)


def share_equal(amounts: Numbers, reference: Numbers) -> float:
    """Give the share of pairs that are equal, of those where both are known; 0 without any."""
    finite = np.isfinite(amounts) & np.isfinite(reference)
    return float(equal(amounts[finite], reference[finite]).mean()) if finite.any() else 0.0


def rows_that_differ(amounts: Numbers, reference: Numbers) -> int:
    """Count the pairs that aren't equal, of those where both are known."""
    finite = np.isfinite(amounts) & np.isfinite(reference)
    return int((~equal(amounts[finite], reference[finite])).sum())


def common_ratio(scaled: Numbers, base: Numbers) -> float | None:
    """Give by what nearly all of `base` are multiplied to give `scaled`, if by one number."""
    finite = np.isfinite(scaled) & np.isfinite(base) & (base != 0)
    if not finite.any():
        return None
    ratios = scaled[finite] / base[finite]
    middle = float(np.median(ratios))
    close = np.abs(ratios - middle) <= CLOSE * abs(middle)
    return middle if close.mean() >= MOSTLY else None


def repeats(values: Numbers, orders: Orders) -> bool:
    """Say whether nearly all orders of several rows have one number in all of them.

    One order alone tells nothing.
    """
    spread = orders.spread(values)
    comparable = orders.several & np.isfinite(spread)
    if comparable.sum() < FEWEST_ORDERS:
        return False
    return float((spread[comparable] <= CENT).mean()) >= MOSTLY


def is_of_orders(values: Numbers, orders: Orders) -> bool:
    """Say whether numbers are of orders: repeated in their rows, or in the first row alone.

    Orders of nothing but zeros tell neither.
    """
    some = np.where(values == 0, np.nan, values)
    nonzero_counts = np.bincount(orders.of[np.isfinite(some)], minlength=orders.many)
    comparable = orders.several & (nonzero_counts > 0)
    if comparable.sum() < FEWEST_ORDERS:
        return bool(comparable.any()) and repeats_all(some, orders, comparable)
    finite_counts = np.bincount(orders.of[np.isfinite(values)], minlength=orders.many)
    alone = (nonzero_counts == 1) & (finite_counts == 1)
    constant = orders.spread(values) <= CENT
    return float((alone | constant)[comparable].mean()) >= MOSTLY


def repeats_all(values: Numbers, orders: Orders, comparable: npt.NDArray[np.bool_]) -> bool:
    """Say whether every order that tells has one number in all its rows."""
    return bool((orders.spread(values)[comparable] <= CENT).all())


def are_shares(values: Numbers) -> bool:
    """Say whether discounts are shares from 0 to 1 rather than money."""
    magnitudes = np.abs(values[np.isfinite(values)])
    some = magnitudes[magnitudes > 0]
    return bool(len(some) and some.max() <= 1 and (some % 1 != 0).mean() >= MOSTLY)


def grows_with_quantity(
    products: npt.NDArray[np.int64], quantity: Numbers, price: Numbers
) -> bool:
    """Say whether the price of one product is the higher the more pieces a row has.

    Compared is how far prices, and prices by piece, wander around their product's median,
    in products of several rows and quantities: a line's total varies with its quantity.
    """
    if len(products) > TRIED:
        some = np.linspace(0, len(products) - 1, TRIED).astype(np.int64)
        products, quantity, price = products[some], quantity[some], price[some]
    fine = (products >= 0) & (quantity > 0) & (price > 0)
    if not fine.any():
        return False
    number, pieces = products[fine], np.log(quantity[fine])
    whole = np.log(price[fine])
    orders = Orders(np.unique(number, return_inverse=True)[1].astype(np.int64))
    varied = (orders.spread(pieces) > 0)[orders.of]
    if varied.sum() < 10:
        return False
    return _wander(whole, orders, varied) > 3 * _wander(whole - pieces, orders, varied) + CLOSE


def _wander(values: Numbers, groups: Orders, where: npt.NDArray[np.bool_]) -> float:
    """Give the mean distance of values from their group's mean."""
    counts = np.bincount(groups.of, minlength=groups.many)
    means = groups.sums(values) / np.maximum(counts, 1)
    return float(np.abs(values - means[groups.of])[where].mean())
