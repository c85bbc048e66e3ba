"""What was sold, line by line, as numbers: what everything about sales is added up from.

Words are codes of a list of names, so that ten million lines are grouped by counting.
"""

import datetime as dt
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.sales.countries import UNSPECIFIED

Whole: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
NOTHING_LEFT = 0.00005
"""Money below half of what is kept of a cent is nothing."""


class Words(NamedTuple):
    """A column of words: places in `names`, -1 where there is none.

    Places are `held` in few bytes and given as `codes` in eight, which sums and products of
    them need.
    """

    held: NDArray[np.integer[Any]]
    names: NDArray[Any]

    @property
    def codes(self) -> Whole:
        """Give the place of each word."""
        return self.held.astype(np.int64, copy=False)

    @property
    def is_known(self) -> bool:
        """Whether any line has a word."""
        return bool((self.held >= 0).any())


class Orders(NamedTuple):
    """One element per order: whose it is (-1: nobody's), when, what is left of its value."""

    customer: Whole
    when: NDArray[np.datetime64]
    net: Floats
    invoice: Whole

    @property
    def stands(self) -> NDArray[np.bool_]:
        """Whether something is left of the order and somebody is known to have placed it."""
        return (self.net > NOTHING_LEFT) & (self.customer >= 0)


class Returned(NamedTuple):
    """One element per matched return, or part of one: of which line, when and how much."""

    line: Whole
    when: NDArray[np.datetime64]
    pieces: Floats
    value: Floats
    invoice: NDArray[Any]


class Ledger(NamedTuple):
    """Purchases as they stand at the end of a day, one element per line.

    `value` is what was bought, `back` and `pieces_back` what came back of it by then, `price`
    and `cost` money per piece (nan where unknown); `order_held` and `month_held` are `order`
    and `month` in few bytes.
    """

    as_of: dt.date
    order_held: NDArray[np.int32]
    customer: Words
    invoice: Words
    product: Words
    country: Words
    category: Words
    channel: Words
    month_held: NDArray[np.int16]
    pieces: Floats
    value: Floats
    back: Floats
    pieces_back: Floats
    price: Floats
    cost: Floats
    description: Words
    orders: Orders
    returned: Returned

    @property
    def order(self) -> Whole:
        """Give the place of each line's order in `orders`."""
        return self.order_held.astype(np.int64)

    @property
    def month(self) -> Whole:
        """Give the month of each line, as months since 1970."""
        return self.month_held.astype(np.int64)

    @property
    def net(self) -> Floats:
        """What is left of the value of each line."""
        return self.value - self.back

    @property
    def left(self) -> NDArray[np.bool_]:
        """Whether something is left of each line."""
        return self.net > NOTHING_LEFT


def ledger(purchases: pd.DataFrame, cancellations: pd.DataFrame, *, as_of: dt.date) -> Ledger:
    """Take the purchases up to the end of `as_of`, less what had come back by then.

    `purchases` and `cancellations` are those of `Cleaned`.
    """
    end = pd.Timestamp(as_of) + pd.Timedelta(days=1)
    lines = purchases if (purchases["ordered_at"] < end).all() else purchases[
        purchases["ordered_at"] < end
    ]  # fmt: skip
    returned = _returned(lines, cancellations[cancellations["cancelled_at"] < end])
    many = len(lines)
    customer, invoice = _words(lines, "customer_id"), _words(lines, "invoice")
    at = lines["ordered_at"].to_numpy(dtype="datetime64[us]")
    value = lines["value"].to_numpy(dtype=float)
    back = sums(returned.line, returned.value, many)
    number, orders = _orders(customer, invoice, at, value - back)
    country = _words(lines, "country")
    return Ledger(
        as_of=as_of,
        order_held=number.astype(np.int32),
        customer=customer,
        invoice=invoice,
        product=_filled(_words(lines, "product")),
        country=_filled(country),
        category=_filled(_words(lines, "category")),
        channel=_filled(_words(lines, "channel")),
        month_held=months_of(at).astype(np.int16),
        pieces=lines["quantity"].to_numpy(dtype=float),
        value=value,
        back=back,
        pieces_back=sums(returned.line, returned.pieces, many),
        price=lines["unit_price"].to_numpy(dtype=float),
        cost=_numbers(lines, "cost"),
        description=_words(lines, "description"),
        orders=orders,
        returned=returned,
    )


def months_of(times: NDArray[np.datetime64]) -> Whole:
    """Give the month of times, as months since 1970."""
    return times.astype("datetime64[M]").astype(np.int64)


def first_days(months: Whole) -> NDArray[Any]:
    """Give the first days of months since 1970, as dates."""
    days: NDArray[Any] = months.astype("datetime64[M]").astype("datetime64[D]").astype(object)
    return days


def sums(codes: Whole, weights: Floats, many: int) -> Floats:
    """Add up by code; what has none is left out."""
    has_code = codes >= 0
    if not has_code.all():
        codes, weights = codes[has_code], weights[has_code]
    return np.asarray(np.bincount(codes, weights=weights, minlength=many), dtype=float)


class Pairs(NamedTuple):
    """Each group and order that belong together, once."""

    group: Whole
    order: Whole


def pairs(groups: Whole, orders: Whole, within: NDArray[np.bool_]) -> Pairs:
    """Pair groups of lines with the orders that they stand in, of the lines `within`."""
    chosen = within & (groups >= 0)
    several = int(orders.max(initial=0)) + 1
    keys = distinct(groups[chosen] * several + orders[chosen])
    return Pairs(keys // several, keys % several)


def distinct(keys: Whole) -> Whole:
    """Give each number once, in order; nearly all differ, so sorting beats hashing."""
    ordered = np.sort(keys)
    return ordered[np.append(True, ordered[1:] != ordered[:-1])] if len(ordered) else ordered


def counted(group_orders: Pairs, orders: Orders, many: int) -> tuple[Whole, Whole]:
    """Count the different orders and known customers of each of `many` groups."""
    customer = orders.customer[group_orders.order]
    is_known = customer >= 0
    several = int(orders.customer.max(initial=0)) + 1
    people = distinct(group_orders.group[is_known] * several + customer[is_known]) // several
    return np.bincount(group_orders.group, minlength=many), np.bincount(people, minlength=many)


def _orders(
    customer: Words, invoice: Words, at: NDArray[np.datetime64], net: Floats
) -> tuple[Whole, Orders]:
    """Give each line the number of its order, and of each order whose it is and when."""
    keys = (customer.codes + 1) * max(len(invoice.names), 1) + invoice.codes
    places, unique = pd.factorize(keys)
    number = places.astype(np.int64)
    many = len(unique)
    first = pd.Series(at.astype(np.int64)).groupby(number).min().to_numpy()
    orders = Orders(
        customer=unique // max(len(invoice.names), 1) - 1,
        when=first.astype("datetime64[us]"),
        net=sums(number, net, many),
        invoice=unique % max(len(invoice.names), 1),
    )
    return number, orders


def _returned(lines: pd.DataFrame, back: pd.DataFrame) -> Returned:
    place = lines.index.get_indexer(pd.Index(back["purchase"]))
    has_line = place >= 0
    invoices = back.get("cancelled_in", pd.Series(None, index=back.index, dtype=object))
    return Returned(
        line=place[has_line].astype(np.int64),
        when=back["cancelled_at"].to_numpy(dtype="datetime64[us]")[has_line],
        pieces=back["quantity"].to_numpy(dtype=float)[has_line],
        value=back["value"].to_numpy(dtype=float)[has_line],
        invoice=invoices.to_numpy(dtype=object)[has_line],
    )


def _words(lines: pd.DataFrame, column: str) -> Words:
    if column not in lines or not lines[column].notna().any():
        # One number stands for all: nothing is held of what the source doesn't have.
        return Words(np.broadcast_to(np.int64(-1), len(lines)), np.zeros(0, dtype=object))
    values = lines[column]
    if not isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype("category")
    names = values.cat.categories.astype("str").to_numpy(dtype=object)
    return Words(values.cat.codes.to_numpy(), names)


def _filled(words: Words) -> Words:
    """Say “Unspecified” where only some lines have no word: sums then hold all of them."""
    missing = words.held < 0
    if not words.is_known or not missing.any():
        return words
    unspecified = np.flatnonzero(words.names == UNSPECIFIED)
    if len(unspecified):
        return Words(
            np.where(missing, unspecified[0], words.held).astype(np.int32), words.names
        )
    return Words(
        np.where(missing, len(words.names), words.codes).astype(np.int32),
        np.append(words.names, np.array([UNSPECIFIED], dtype=object)),
    )


def _numbers(lines: pd.DataFrame, column: str) -> Floats:
    if column not in lines or not lines[column].notna().any():
        return np.broadcast_to(np.float64("nan"), len(lines))
    return lines[column].to_numpy(dtype=float, na_value=np.nan)
