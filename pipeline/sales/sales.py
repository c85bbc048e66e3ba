"""Revenue by month, country, category and product; all add up to the same whole."""

import datetime as dt
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.sales.countries import iso_codes
from pipeline.sales.grouping import MONEY_PLACES, grouped, ranked
from pipeline.sales.ledger import Ledger, Whole, first_days, ledger, months_of, sums
from pipeline.sales.products import products


class Sales(NamedTuple):
    """One frame per result table, without the run; money is net of what was cancelled."""

    monthly: pd.DataFrame
    countries: pd.DataFrame
    products: pd.DataFrame


def sales(purchases: pd.DataFrame, cancellations: pd.DataFrame, *, as_of: dt.date) -> Sales:
    """Add up the purchases that stood at the end of `as_of`."""
    book = ledger(purchases, cancellations, as_of=as_of)
    return Sales(monthly(book), countries(book), products(book))


class Calendar(NamedTuple):
    """The months from the first order on, and whether the data covers each whole."""

    months: Whole
    is_complete: NDArray[np.bool_]


def calendar(book: Ledger) -> Calendar:
    """List the months of orders and returns; one that begins a day late counts as whole."""
    last = max(int(book.month.max()), int(months_of(book.returned.when).max(initial=0)))
    months = np.arange(book.month.min(), last + 1)
    begins = months.astype("datetime64[M]").astype("datetime64[D]")
    ends = (months + 1).astype("datetime64[M]").astype("datetime64[D]")
    first = book.orders.when.min().astype("datetime64[D]")
    late = (first - begins).astype(np.int64)
    return Calendar(months, (ends <= np.datetime64(book.as_of) + 1) & (late <= 1))


def monthly(book: Ledger) -> pd.DataFrame:
    """One row per month from the first to the last order."""
    months, is_complete = calendar(book)
    place, many = book.month - months[0], len(months)
    nobody = book.customer.codes < 0
    orders = book.orders
    standing = np.flatnonzero(orders.stands)
    month = months_of(orders.when[standing]) - months[0]
    customer = orders.customer[standing]
    people = pd.unique(customer * many + month)
    firsts = pd.Series(month).groupby(customer).min().to_numpy()
    came_back = months_of(book.returned.when) - months[0]
    return pd.DataFrame(
        {
            "month": first_days(months),
            "revenue": sums(place, book.net, many).round(MONEY_PLACES),
            "cancelled": sums(place, book.back, many).round(MONEY_PLACES),
            "anonymous_revenue": sums(place[nobody], book.net[nobody], many).round(
                MONEY_PLACES
            ),
            "orders": np.bincount(month, minlength=many),
            "customers": np.bincount(people % many, minlength=many),
            "new_customers": np.bincount(firsts, minlength=many),
            "is_complete": is_complete,
            "items": sums(place, book.pieces - book.pieces_back, many).round(MONEY_PLACES),
            "returned_revenue": sums(came_back, book.returned.value, many).round(MONEY_PLACES),
        }
    )


def countries(book: Ledger) -> pd.DataFrame:
    """One row per country, the one with most revenue first; none where no line names one."""
    if not book.country.is_known:
        return pd.DataFrame()
    table = grouped(book, book.country).rename(columns={"name": "country"})
    codes = iso_codes(table["country"])
    table = table.assign(iso=table["country"].map(codes).astype(object))
    return ranked(table, "country")
