"""Kinds of customers: wholesale told from retail, and why somebody is unlike all others."""

import numpy as np
import pandas as pd

from pipeline.base.wording import number, percent
from pipeline.sales.cohorts import Beginnings
from pipeline.sales.ledger import Ledger
from pipeline.sales.waiting import Waits
from pipeline.trade_settings import SalesSettings

REGULAR = 0.75
"""Deviation of the gaps between orders over their mean, up to which they are regular."""
REGULAR_ORDERS = 4
LEAST_PIECES = 6.0
"""Fewer pieces a line are retail, however few others buy."""
MEASURES = {
    "monetary": "spend",
    "frequency": "orders",
    "average_basket": "mean order",
    "pieces_per_line": "pieces a line",
    "recency_days": "days since the last order",
    "tenure_days": "days as a customer",
}
RECENT = frozenset({"recency_days", "tenure_days"})
"""Few days tell nothing unusual."""
FAR = 3.0
"""A measure so many times the middle, or that part of it, is a reason."""
MOST_REASONS = 3


def buying_habits(
    book: Ledger, first: Beginnings, following: Waits, settings: SalesSettings
) -> pd.DataFrame:
    """One row per customer: pieces a line, mean order, irregularity, and who is wholesale.

    *Wholesale* holds at least two of three, one of them a size: the mean order is at least
    `wholesale_times` the middle customer's, pieces a line are (and at least six), and there are
    four orders or more at regular times (their gaps' deviation at most three quarters of the
    mean).
    """
    many = len(book.customer.names)
    codes = book.customer.codes
    rows = book.left & (codes >= 0)
    lines = np.bincount(codes[rows], minlength=many)
    pieces = np.bincount(
        codes[rows], weights=(book.pieces - book.pieces_back)[rows], minlength=many
    )
    stands = np.flatnonzero(book.orders.stands)
    customer = book.orders.customer[stands]
    orders = np.bincount(customer, minlength=many)
    spent = np.bincount(customer, weights=book.orders.net[stands], minlength=many)
    gaps = pd.Series(following.days[following.came]).groupby(following.customer[following.came])
    spread = (gaps.std(ddof=0) / gaps.mean()).reindex(range(len(first.customer)))
    mine = first.customer
    per_line = pieces[mine] / np.maximum(lines[mine], 1)
    basket = spent[mine] / np.maximum(orders[mine], 1)
    times = settings.wholesale_times
    large = basket >= times * np.median(basket) if len(basket) else basket > 0
    bulk = (
        (per_line >= max(times * float(np.median(per_line)), LEAST_PIECES))
        if len(per_line)
        else per_line > 0
    )
    regular = (orders[mine] >= REGULAR_ORDERS) & (spread.to_numpy() <= REGULAR)
    return pd.DataFrame(
        {
            "customer_id": book.customer.names[mine],
            "pieces_per_line": per_line.round(4),
            "gap_spread": spread.to_numpy().round(4),
            "is_wholesale": (large & bulk) | (regular & (large | bulk)),
        }
    )


def outlier_reasons(customers: pd.DataFrame) -> pd.Series:
    """Say of every outlier which measures are how many times the middle of all customers.

    Null for all others, and where no measure is far from the middle by itself: then it is their
    combination that is unlike the others'.
    """
    empty = pd.Series(None, index=customers.index, dtype=object)
    if "is_outlier" not in customers:
        return empty
    marked = customers["is_outlier"].fillna(value=False).astype(bool).to_numpy()
    values_by_measure = {
        name: customers[name].to_numpy(dtype=float, na_value=np.nan)
        for name in MEASURES
        if name in customers and customers[name].notna().any()
    }
    if not marked.any() or not values_by_measure:
        return empty
    middles = {name: float(np.nanmedian(values)) for name, values in values_by_measure.items()}
    reasons = [
        _said({name: values[place] for name, values in values_by_measure.items()}, middles)
        for place in np.flatnonzero(marked)
    ]
    empty[marked] = reasons
    return empty


def _said(values: dict[str, float], middles: dict[str, float]) -> str | None:
    far: list[tuple[float, str]] = []
    for name, value in values.items():
        middle = middles[name]
        if not np.isfinite(value) or middle <= 0 or value < 0:
            continue
        times = value / middle
        if times >= FAR:
            far.append((times, f"{MEASURES[name]} {number(times)} times the middle"))
        elif times <= 1 / FAR and name not in RECENT:
            of = 1 / max(times, 1e-6)
            far.append((of, f"{MEASURES[name]} {percent(times)} of the middle"))
    far.sort(key=lambda deviation: (-deviation[0], deviation[1]))
    return "; ".join(words for _, words in far[:MOST_REASONS]) or None
