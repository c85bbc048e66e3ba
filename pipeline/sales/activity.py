"""Customers who are new, kept, back or lapsed, month by month, and flows between segments."""

import datetime as dt
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from pipeline.sales.grouping import MONEY_PLACES
from pipeline.sales.ledger import Ledger, first_days, months_of
from pipeline.sales.sales import calendar
from pipeline.trade_settings import SalesSettings

NEWCOMERS = "New customers"


def monthly_movement(book: Ledger, settings: SalesSettings) -> pd.DataFrame:
    """One row per month: customers who were new, kept, back or lapsed, and their revenue.

    *New* ordered first in the month; *kept* had ordered within the `pause_months` before it;
    *back* had not, but earlier; *lapsed* is, in the last of so many months without an order,
    whoever ordered in none of them. So whoever is back has lapsed before. How many lapsed in a
    month that the data doesn't cover whole is unknown.
    """
    months, is_complete = calendar(book)
    orders, first, many = book.orders, int(months[0]), len(months)
    standing = np.flatnonzero(orders.stands)
    month = months_of(orders.when[standing]) - first
    keys, place = np.unique(orders.customer[standing] * many + month, return_inverse=True)
    revenue = np.bincount(place, weights=orders.net[standing], minlength=len(keys))
    customer, month = keys // many, keys % many
    begins = np.append([True], np.diff(customer) != 0)[: len(keys)]
    gap = np.where(begins, 0, np.diff(month, prepend=0))
    pause = settings.pause_months
    kinds = {"new": begins, "kept": ~begins & (gap <= pause), "back": ~begins & (gap > pause)}
    table = pd.DataFrame({"month": first_days(months), "is_complete": is_complete})
    for kind, rows in kinds.items():
        table[kind] = np.bincount(month[rows], minlength=many)
    for kind, rows in kinds.items():
        added = np.bincount(month[rows], weights=revenue[rows], minlength=many)
        table[f"{kind}_revenue"] = added.round(MONEY_PLACES)
    following = np.append(month[1:], many + pause + 1)
    following = np.where(
        np.append(begins[1:], [True])[: len(keys)], many + pause + 1, following
    )
    lapses = (month + pause)[following > month + pause]
    lapsed = np.bincount(lapses[lapses < many], minlength=many).astype(float)
    return table.assign(lapsed=np.where(is_complete | (months < months[-1]), lapsed, np.nan))


def segment_flows(assignments: pd.DataFrame, worth: Mapping[str, float]) -> pd.DataFrame:
    """One row per two days, segment before and segment after: customers and their value.

    Days are each snapshot and the next, and each and the newest. `assignments` has the segment
    of every customer on every snapshot; `worth` is the mean value of a customer of a segment,
    today's, so that what is gained or lost comes from moves alone.
    """
    days: list[dt.date] = sorted(assignments["as_of"].unique())
    if len(days) < 2 or not assignments["segment"].notna().any():
        return pd.DataFrame()
    day = pd.Categorical(assignments["as_of"], categories=days).codes
    customer, people = pd.factorize(assignments["customer_id"])
    segment, names = pd.factorize(assignments["segment"], sort=True)
    segments = np.full((len(days), len(people)), -1, dtype=np.int64)
    segments[day, customer] = segment
    frames = [
        _flow(segments[start], segments[end], len(names)).assign(
            from_day=days[start], to_day=days[end]
        )
        for start, end in _day_pairs(len(days))
    ]
    table = pd.concat(frames, ignore_index=True)
    labels = np.append(np.asarray(names, dtype=object), NEWCOMERS)
    value = np.array([worth.get(str(name), np.nan) for name in names] + [0.0])
    before, after = table["before"].to_numpy(), table["after"].to_numpy()
    return table.assign(
        before=labels[before],
        after=labels[after],
        value_before=(table["customers"] * value[before]).round(2),
        value_after=(table["customers"] * value[after]).round(2),
    )


def _day_pairs(many: int) -> Iterator[tuple[int, int]]:
    for start in range(many - 1):
        yield start, start + 1
        if start + 1 < many - 1:
            yield start, many - 1


def _flow(before: np.ndarray, after: np.ndarray, many: int) -> pd.DataFrame:
    """Count customers by both segments; -1 before stands for who was not there yet."""
    has_segment = after >= 0
    start = np.where(before[has_segment] < 0, many, before[has_segment])
    counts = np.bincount(start * many + after[has_segment], minlength=(many + 1) * many)
    cells = np.flatnonzero(counts)
    return pd.DataFrame(
        {"before": cells // many, "after": cells % many, "customers": counts[cells]}
    )
