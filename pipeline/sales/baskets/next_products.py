"""What customers are likely to buy next, and whether that is told better than by popularity.

Only products count that a customer has not bought yet: what is bought again needs no hint, and
would make any list look good. Neighbours of products are those of `implicit` (BM25, Robertson
and Zaragoza 2009); what they suggest is weighed by how many bought a product lately.
"""

import datetime as dt
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.sales.ledger import NOTHING_LEFT, Floats, Ledger, Whole
from pipeline.trade_settings import BasketSettings

AT = 10
"""Suggestions a customer of the test; a hit is one of them bought in the month."""
K1, B = 1.2, 0.75
"""BM25's usual constants."""
LEAST_BUYERS = 5
LEAST_TESTED = 30
CHUNK = 2_000
NEIGHBOURS = "neighbours"
POPULAR = {"popular_30": 30, "popular_90": 90, "popular_ever": None}
"""Rivals: what most customers bought in so many days before."""
Sparse = Any
"""A matrix of scipy, rows customers and columns products."""


class Suggested(NamedTuple):
    """`rows`: what each customer is likely to buy next; `checks`: how that did by month."""

    rows: pd.DataFrame
    checks: pd.DataFrame


class Back(NamedTuple):
    """One element per matched return: of which line, when and how much."""

    line: Whole
    when: NDArray[np.datetime64]
    value: Floats


class Top(NamedTuple):
    """The best products of each customer of a chunk: row, product and place from 0."""

    row: Whole
    product: Whole
    place: Whole


def next_products(
    book: Ledger, is_product: NDArray[np.bool_], settings: BasketSettings
) -> Suggested:
    """Suggest products, where that beats popularity in each month of the test.

    The last whole months are tested from what was known before each; there must be all of
    them. No customer of whom nothing is known gets a row.
    """
    nothing = pd.DataFrame()
    if not book.product.is_known or not (book.customer.codes >= 0).any():
        return Suggested(nothing, nothing)
    purchases = purchases_of(book, is_product)
    checks = [
        check
        for first, after in test_months(book, settings.months)
        for check in _checked(purchases, first, after, settings)
    ]
    table = pd.DataFrame(checks)
    if not wins(table, settings.months):
        return Suggested(nothing, table)
    after = np.datetime64(book.as_of) + 1
    bought = purchases.bought(until=after)
    model = neighbours(purchases, bought, until=after, settings=settings)
    del purchases
    return Suggested(_suggested(book, bought, model, settings.suggestions), table)


def wins(checks: pd.DataFrame, months: int) -> bool:
    """Tell whether neighbours hit more often than every rival in each of so many months."""
    if checks.empty or checks["first_day"].nunique() < months:
        return False
    rates = checks.pivot_table(index="first_day", columns="recommender", values="hit_rate")
    best = rates.drop(columns=NEIGHBOURS).max(axis=1)
    return bool((rates[NEIGHBOURS] > best).all())


def test_months(book: Ledger, many: int) -> list[tuple[np.datetime64, np.datetime64]]:
    """Give the first day of each of the last whole months, and of the month after it.

    None where there isn't a month before them all.
    """
    after = (np.datetime64(book.as_of) + 1).astype("datetime64[M]")
    begun = book.orders.when.min().astype("datetime64[M]")
    if after - begun <= many:
        return []
    return [
        ((after - back).astype("datetime64[D]"), (after - back + 1).astype("datetime64[D]"))
        for back in range(many, 0, -1)
    ]


class Purchases(NamedTuple):
    """What known customers bought of real products, by customer and product.

    `keys` are customer × products + product, one element per line, in order; `days` when that
    was, `is_kept` whether anything was to pay. `back` are matched returns: of which line, when
    and how much of its `value`.
    """

    keys: Whole
    days: NDArray[np.int32]
    value: Floats
    is_kept: NDArray[np.bool_]
    back: Back
    shape: tuple[int, int]

    def bought(self, *, until: np.datetime64, since: np.datetime64 | None = None) -> Sparse:
        """Give who had bought what, before `until` and from `since` on, as known at `until`."""
        from scipy.sparse import csr_array  # noqa: PLC0415 - only the refresh suggests

        chosen = self.is_kept & (self.days < _day(until))
        chosen[self._given_back(until)] = False
        if since is not None:
            chosen &= self.days >= _day(since)
        keys = self.keys[chosen]
        if len(keys):
            keys = keys[np.append(True, keys[1:] != keys[:-1])]
        rows, several = self.shape
        begins = np.searchsorted(keys, np.arange(rows + 1, dtype=np.int64) * several)
        products = (keys % several).astype(np.int32)
        return csr_array(
            (np.ones(len(keys), dtype=np.float32), products, begins), shape=self.shape
        )

    def _given_back(self, until: np.datetime64) -> Whole:
        """Give the lines of which nothing was left at `until`."""
        in_time = self.back.when < until
        lines, place = np.unique(self.back.line[in_time], return_inverse=True)
        returned = np.bincount(place, self.back.value[in_time], len(lines))
        return lines[self.value[lines] - returned <= NOTHING_LEFT].astype(np.int64)


def purchases_of(book: Ledger, is_product: NDArray[np.bool_]) -> Purchases:
    """Take what is asked for again and again out of the ledger, once."""
    several = len(book.product.names)
    customer, product = book.customer.codes, book.product.codes
    lines = np.flatnonzero((customer >= 0) & (product >= 0) & is_product[product])
    keys = customer[lines] * several + product[lines]
    del customer, product
    order = np.argsort(keys, kind="stable")
    lines, keys = lines[order], keys[order]
    del order
    days = book.orders.when.astype("datetime64[D]").astype(np.int32)[book.order_held[lines]]
    value = book.value[lines]
    places = np.full(len(book.value), -1, dtype=np.int64)
    places[lines] = np.arange(len(lines))
    line = places[book.returned.line]
    matched = line >= 0
    back = Back(line[matched], book.returned.when[matched], book.returned.value[matched])
    return Purchases(
        keys, days, value, value > NOTHING_LEFT, back, (len(book.customer.names), several)
    )


def _day(moment: np.datetime64) -> int:
    return int(moment.astype("datetime64[D]").astype(np.int64))


def neighbours(
    purchases: Purchases, bought: Sparse, *, until: np.datetime64, settings: BasketSettings
) -> Sparse:
    """Give the nearest products of each, weighed by who bought them in the days before.

    Learned from at most `fit_customers` customers, evenly drawn; only products of some buyers
    are suggested.
    """
    from implicit.nearest_neighbours import (  # noqa: PLC0415 - only the refresh suggests
        all_pairs_knn,
        bm25_weight,
    )
    from scipy.sparse import csr_array, csr_matrix  # noqa: PLC0415

    people = np.flatnonzero(np.diff(bought.indptr))
    step = -(-len(people) // settings.fit_customers) if len(people) else 1
    some = bought[people[::step]]
    weighted = bm25_weight(csr_matrix(some.T), K1=K1, B=B).T.tocsr()
    near = csr_array(
        all_pairs_knn(weighted, settings.neighbours, num_threads=1, show_progress=False)
    )
    buyers = np.asarray(bought.sum(axis=0)).ravel()
    weights = np.where(buyers >= LEAST_BUYERS, _recent(purchases, until, settings) + 0.5, 0.0)
    near.data *= weights[near.indices]
    return near.astype(np.float32)


def best_unbought(bought: Sparse, near: Sparse, people: Whole, many: int) -> Top:
    """Give each customer's best products that they have not bought, equal ones by code."""
    theirs = bought[people]
    scores = theirs @ near
    scores = (scores - scores.multiply(theirs)).tocoo()
    positive = scores.data > 0
    row, product = (coordinate[positive].astype(np.uint64) for coordinate in scores.coords)
    # One number orders by customer, score (downwards) and code: sorting it is quickest.
    code_bits = max(bought.shape[1].bit_length(), 20)
    score_bits = 52 - code_bits
    downwards = np.uint64(2**32 - 1) - scores.data[positive].astype(np.float32).view(np.uint32)
    score = downwards >> np.uint64(32 - score_bits)
    keys = np.sort((row << np.uint64(52)) | (score << np.uint64(code_bits)) | product)
    row = (keys >> np.uint64(52)).astype(np.int64)
    product = (keys & np.uint64(2**code_bits - 1)).astype(np.int64)
    place = np.arange(len(row)) - np.searchsorted(row, row)
    best = place < many
    return Top(row[best], product[best], place[best])


def _recent(purchases: Purchases, until: np.datetime64, settings: BasketSettings) -> Floats:
    """Count the customers who bought each product in the days before `until`."""
    since = until - np.timedelta64(settings.recent_days, "D")
    return np.asarray(purchases.bought(until=until, since=since).sum(axis=0)).ravel()


def _checked(
    purchases: Purchases,
    first: np.datetime64,
    after: np.datetime64,
    settings: BasketSettings,
) -> list[dict[str, object]]:
    """Test neighbours and popularity on one month: who bought one of ten suggestions."""
    bought = purchases.bought(until=first)
    month = purchases.bought(until=after, since=first)
    fresh = (month - month.multiply(bought)).tocsr()
    fresh.eliminate_zeros()
    tested = np.flatnonzero((np.diff(bought.indptr) > 0) & (np.diff(fresh.indptr) > 0))
    step = -(-len(tested) // settings.test_customers) if len(tested) else 1
    people = tested[::step].astype(np.int64)
    if len(people) < LEAST_TESTED:
        return []
    near = neighbours(purchases, bought, until=first, settings=settings)
    hits = {NEIGHBOURS: 0, **dict.fromkeys(POPULAR, 0)}
    counts = {
        name: np.asarray(
            purchases.bought(
                until=first, since=None if days is None else first - np.timedelta64(days, "D")
            ).sum(axis=0)
        ).ravel()
        for name, days in POPULAR.items()
    }  # fmt: skip
    for begin in range(0, len(people), CHUNK):
        chunk = people[begin : begin + CHUNK]
        top = best_unbought(bought, near, chunk, AT)
        hits[NEIGHBOURS] += _hits(fresh[chunk], top)
        for name, count in counts.items():
            hits[name] += _hits(fresh[chunk], _popular(bought[chunk], count))
    return [
        {
            "first_day": _date(first),
            "last_day": _date(after - np.timedelta64(1, "D")),
            "recommender": name,
            "customers": len(people),
            "hits": many,
            "hit_rate": round(many / len(people), 6),
        }
        for name, many in hits.items()
    ]


def _popular(theirs: Sparse, counts: Floats) -> Top:
    """Give each customer the ten most bought products that they have not bought."""
    deep = AT + int(np.diff(theirs.indptr).max(initial=0))
    best = np.argsort(-counts, kind="stable")[: min(deep, 1_000)]
    best = best[counts[best] > 0]
    free = theirs[:, best].toarray() == 0
    place = free.cumsum(axis=1) - 1
    row, column = np.nonzero(free & (place < AT))
    return Top(row, best[column], place[row, column])


def _hits(fresh: Sparse, top: Top) -> int:
    """Count the customers with a suggestion among what they bought."""
    several = fresh.shape[1]
    bought_now = fresh.tocoo()
    met = np.isin(
        top.row * several + top.product,
        bought_now.coords[0].astype(np.int64) * several + bought_now.coords[1],
    )
    return len(np.unique(top.row[met]))


def _suggested(book: Ledger, bought: Sparse, near: Sparse, many: int) -> pd.DataFrame:
    """Give the best products of every customer, each with the purchase that speaks most."""
    towards = near.T.tocsr()
    people = np.flatnonzero(np.diff(bought.indptr)).astype(np.int64)
    customers, products, places, reasons = [], [], [], []
    for begin in range(0, len(people), CHUNK):
        chunk = people[begin : begin + CHUNK]
        top = best_unbought(bought, near, chunk, many)
        speaks = bought[chunk[top.row]].multiply(towards[top.product]).tocsr()
        customers.append(chunk[top.row])
        products.append(top.product)
        places.append(top.place + 1)
        reasons.append(np.asarray(speaks.argmax(axis=1)).ravel())
    names = book.product.names
    if not customers:
        return pd.DataFrame()
    return pd.DataFrame(
        {
            "customer_id": book.customer.names[np.concatenate(customers)],
            "place": np.concatenate(places),
            "product": names[np.concatenate(products)],
            "because": names[np.concatenate(reasons)],
        }
    )


def _date(day: np.datetime64) -> dt.date:
    date: dt.date = day.astype("datetime64[D]").astype(object)
    return date
