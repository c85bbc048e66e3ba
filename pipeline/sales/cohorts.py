"""Customers who began together: how many order again, and what each brings in time."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.sales.categories import Categories
from pipeline.sales.grouping import MONEY_PLACES
from pipeline.sales.ledger import Floats, Ledger, Whole, Words, months_of
from pipeline.sales.products import first_orders
from pipeline.trade_settings import SalesSettings

OTHER = "Other"
SIZES = ("Smallest fifth", "Second fifth", "Middle fifth", "Fourth fifth", "Largest fifth")
MONTH, QUARTER = "month", "quarter"


class Beginnings(NamedTuple):
    """One element per customer: code, first order, its month since 1970 and its value."""

    customer: Whole
    order: Whole
    month: Whole
    value: Floats


class Kept(NamedTuple):
    """Every standing order: place of its customer, months since the first one, and value."""

    place: Whole
    age: Whole
    net: Floats


def beginnings(book: Ledger) -> Beginnings:
    """Give the first standing order of every customer."""
    first, _ = first_orders(book)
    orders = book.orders
    return Beginnings(
        orders.customer[first], first, months_of(orders.when[first]), orders.net[first]
    )


def cohorts(
    book: Ledger, first: Beginnings, line_categories: Categories, settings: SalesSettings
) -> pd.DataFrame:
    """One row per kind of cohort, cohort and month since the first order.

    Months are those of the calendar, 0 that of the first order. Of cohorts by month
    `customers` is their size and the last month may be a partial one (`complete` False); of all
    others each month counts those customers of whom the data covers that month whole, so that
    all are compared over equal times. `retention` is `active` ÷ `customers`;
    `cumulative_revenue_per_customer` adds up revenue ÷ customers over the months so far.
    """
    if not len(first.customer):
        return pd.DataFrame()
    standing_orders = _orders_of(book, first)
    last = int(months_of(np.array([book.as_of], dtype="datetime64[D]"))[0])
    following = (np.datetime64(last + 1, "M")).astype("datetime64[D]")
    is_whole = bool(np.datetime64(book.as_of, "D") + 1 >= following)
    frames = [
        _cohort_rows(
            standing_orders,
            levels,
            observed=last - first.month + (1 if by == MONTH or is_whole else 0),
            partial=last - first.month if by == MONTH and not is_whole else None,
        ).assign(by=by)
        for by, levels in kinds(book, first, line_categories, settings)
    ]
    return pd.concat([frame for frame in frames if len(frame)], ignore_index=True)


def kinds(
    book: Ledger, first: Beginnings, line_categories: Categories, settings: SalesSettings
) -> Iterator[tuple[str, Words]]:
    """Give each kind of cohort that the source tells of, with the cohort of every customer."""
    years, months = first.month // 12 + 1970, first.month % 12
    yield MONTH, _named([f"{y}-{m + 1:02}" for y, m in zip(years, months, strict=True)])
    yield QUARTER, _named([f"{y}-Q{m // 3 + 1}" for y, m in zip(years, months, strict=True)])
    for by, words in (
        ("first_product", book.product),
        ("category", line_categories.words),
        ("country", book.country),
        ("channel", book.channel),
    ):
        if words.is_known:
            yield by, top(main_word(book, first, words), settings.levels)
    if len(np.unique(first.value)) >= len(SIZES):
        cuts = np.quantile(first.value, [0.2, 0.4, 0.6, 0.8])
        fifth = np.searchsorted(cuts, first.value, side="left")
        yield "first_order_size", Words(fifth, np.array(SIZES, dtype=object))


def main_word(book: Ledger, first: Beginnings, words: Words) -> Words:
    """Give the word that stands for most of the value of each customer's first order."""
    place = np.full(len(book.orders.when), -1, dtype=np.int64)
    place[first.order] = np.arange(len(first.order))
    mine = place[book.order]
    rows = np.flatnonzero((mine >= 0) & book.left & (words.codes >= 0))
    several = len(words.names)
    codes, unique = pd.factorize(mine[rows] * several + words.codes[rows], sort=True)
    value = np.bincount(codes, weights=book.net[rows], minlength=len(unique))
    order = np.lexsort((unique, -value, unique // several))
    customer = unique[order] // several
    _, begins = np.unique(customer, return_index=True)
    main_codes = np.full(len(first.customer), -1, dtype=np.int64)
    main_codes[customer[begins]] = unique[order][begins] % several
    return Words(main_codes, words.names)


def top(words: Words, levels: int) -> Words:
    """Keep the words of most customers; all others are “Other”."""
    counts = np.bincount(words.codes[words.codes >= 0], minlength=len(words.names))
    ranks = np.lexsort((words.names.astype(str), -counts))
    ranks = ranks[counts[ranks] > 0]
    if len(ranks) > levels:
        ranks = ranks[:levels]
    names = [str(words.names[rank]) for rank in ranks]
    moved = np.full(len(words.names) + 1, len(names), dtype=np.int64)
    moved[ranks] = np.arange(len(ranks))
    moved[-1] = -1
    codes = moved[words.codes]
    return Words(codes, np.array([*names, OTHER], dtype=object))


def _named(names: list[str]) -> Words:
    codes, unique = pd.factorize(np.array(names, dtype=object), sort=True)
    return Words(codes.astype(np.int64), np.asarray(unique, dtype=object))


def _orders_of(book: Ledger, first: Beginnings) -> Kept:
    orders = book.orders
    standing = np.flatnonzero(orders.stands)
    place_of = np.full(len(book.customer.names), -1, dtype=np.int64)
    place_of[first.customer] = np.arange(len(first.customer))
    place = place_of[orders.customer[standing]]
    return Kept(
        place, months_of(orders.when[standing]) - first.month[place], orders.net[standing]
    )


def _cohort_rows(
    standing_orders: Kept, levels: Words, *, observed: Whole, partial: Whole | None
) -> pd.DataFrame:
    """Add up the orders of each cohort by months since the first order.

    `observed` is by customer how many months, from 0 on, are looked at, `partial` which of
    them the data doesn't cover whole.
    """
    has_level = levels.codes >= 0
    many, most = len(levels.names), int(observed.max(initial=0))
    if most == 0:
        return pd.DataFrame()
    inside = has_level[standing_orders.place] & (
        standing_orders.age < observed[standing_orders.place]
    )
    place, age, net = (
        standing_orders.place[inside],
        standing_orders.age[inside],
        standing_orders.net[inside],
    )
    cell = levels.codes[place] * most + age
    size = many * most
    active = pd.unique(place * most + age)
    active_cell = levels.codes[active // most] * most + active % most
    # How many customers are looked at for at least so many months, by counting from the end.
    lengths = np.bincount(
        levels.codes[has_level] * (most + 1) + observed[has_level].clip(0),
        minlength=many * (most + 1),
    ).reshape(many, most + 1)
    customers = lengths[:, ::-1].cumsum(axis=1)[:, ::-1][:, 1:]
    table = pd.DataFrame(
        {
            "position": np.repeat(np.arange(many), most),
            "cohort": np.repeat(levels.names, most),
            "month": np.tile(np.arange(most), many),
            "customers": customers.ravel(),
            "active": np.bincount(active_cell, minlength=size),
            "orders": np.bincount(cell, minlength=size),
            "revenue": np.bincount(cell, weights=net, minlength=size).round(MONEY_PLACES),
        }
    )
    table = table[table["customers"] > 0]
    per_customer = table["revenue"] / table["customers"]
    complete = np.ones(len(table), dtype=bool)
    if partial is not None:
        ends = np.zeros(many, dtype=np.int64)
        ends[levels.codes] = partial
        complete = table["month"].to_numpy() < ends[table["position"]]
    return table.assign(
        retention=(table["active"] / table["customers"]).round(6),
        cumulative_revenue_per_customer=per_customer.groupby(table["position"])
        .cumsum()
        .round(MONEY_PLACES),
        complete=complete,
    ).reset_index(drop=True)
