"""What is to be said of cleaned order lines: doubts about figures, and what is switched off."""

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pandas as pd

from pipeline.base.wording import counted, percent
from pipeline.quality import rules
from pipeline.quality.cleaning import NEEDED, Cleaned
from pipeline.sources.telling.remarks import Remark, note, warning

DROPPED = 0.01
"""Above this share of rows without a needed cell their absence is a doubt."""
LARGEST, AHEAD = 0.05, 5.0
"""A customer with more than this share of all orders and so many times those of the second."""
FEWEST_ORDERS = 100
"""Of fewer orders one customer may well have many."""
FAR = pd.Timedelta(days=3 * 365)
"""A date so far from nearly all others is in doubt."""
STRAY = 0.005
"""At most this share of rows is stray."""
ZONES = pd.Timedelta(days=2)
"""A clock may be ahead by as much."""


def remarks_of(
    lines: pd.DataFrame, cleaned: Cleaned, *, today: dt.date, currency: str | None
) -> tuple[Remark, ...]:
    """Say what the figures of order lines rest on; `lines` are those given to `clean`."""
    return (
        *_dropped(lines),
        *_dates(lines, today),
        *_large_customer(cleaned.purchases),
        *_switched_off(lines, cleaned, currency),
    )


def _dropped(lines: pd.DataFrame) -> Iterator[Remark]:
    unreadable = lines["unreadable"].to_numpy(dtype=bool)
    lacks = {name: lines[name].isna().to_numpy() & ~unreadable for name in NEEDED}
    rows = int(np.logical_or.reduce(list(lacks.values())).sum())
    bad = int(unreadable.sum())
    if rows > DROPPED * len(lines):
        most = max(NEEDED, key=lambda name: lacks[name].sum())
        yield warning(
            "rows_dropped",
            f"{percent(rows / len(lines), 1)} of rows are left out, most often for want of"
            f" “{most}”.",
            rows,
        )
    if bad > DROPPED * len(lines):
        yield warning(
            "rows_unreadable",
            f"{percent(bad / len(lines), 1)} of rows are left out: a cell can't be read.",
            bad,
        )


def _dates(lines: pd.DataFrame, today: dt.date) -> Iterator[Remark]:
    dates = lines["ordered_at"].dropna()
    if dates.empty:
        return
    ahead = int((dates > pd.Timestamp(today) + ZONES).sum())
    if ahead:
        yield warning(
            "dates_in_future",
            f"{counted(ahead, 'row has', 'rows have')} a date that is still to come, the last"
            f" {dates.max():%Y-%m-%d}.",
            ahead,
        )
    early, late = _far(dates)
    if early or late:
        first, last = dates.min(), dates.max()
        yield warning(
            "dates_far",
            f"{counted(early + late, 'row has', 'rows have')} a date far from all others"
            f" ({f'{first:%Y-%m-%d}' if early else f'{last:%Y-%m-%d}'}).",
            early + late,
        )


def _far(dates: pd.Series) -> tuple[int, int]:
    """Count dates that stand apart from nearly all others, before and after them."""
    ordered = np.sort(dates.to_numpy(dtype="datetime64[us]"))
    most = max(1, int(STRAY * len(ordered)))
    gaps = np.diff(ordered)
    wide = np.flatnonzero(gaps > FAR.to_timedelta64())
    early = max((int(place) + 1 for place in wide if place < most), default=0)
    late = max(
        (len(gaps) - int(place) for place in wide if place >= len(gaps) - most), default=0
    )
    return early, late


def _large_customer(purchases: pd.DataFrame) -> Iterator[Remark]:
    customers, invoices = purchases["customer_id"].cat, purchases["invoice"].cat
    several = max(1, len(invoices.categories))
    is_identified = (customers.codes >= 0).to_numpy()
    keys = customers.codes.to_numpy(dtype=np.int64) * several + invoices.codes.to_numpy()
    number = np.bincount(
        pd.unique(keys[is_identified]) // several, minlength=len(customers.categories)
    )
    orders = pd.Series(number, index=customers.categories)
    orders = orders[orders > 0].sort_values()[::-1]
    if len(orders) < 2 or orders.sum() < FEWEST_ORDERS:
        return
    first, second = int(orders.iloc[0]), int(orders.iloc[1])
    if first > LARGEST * orders.sum() and first > AHEAD * second:
        yield warning(
            "large_customer",
            f"Customer “{orders.index[0]}” has {percent(first / orders.sum(), 1)} of all"
            f" orders, {first / second:.0f} times those of the next: perhaps a word for guests"
            " or the till. Leave such rows without a customer.",
            int((purchases["customer_id"] == orders.index[0]).sum()),
        )


def _switched_off(
    lines: pd.DataFrame, cleaned: Cleaned, currency: str | None
) -> Iterator[Remark]:
    if lines["product"].notna().sum() == 0:
        yield note("no_products", "No column names products: what sells is left out.")
    if lines["invoice"].notna().sum() == 0:
        yield note(
            "no_invoices",
            "No column names orders: what one customer bought in one moment is one.",
        )
    if lines["country"].notna().sum() == 0:
        yield note(
            "no_countries", "No column names countries: figures by country are left out."
        )
    nobody = cleaned.purchases["customer_id"].isna()
    if nobody.any():
        yield note(
            "guests",
            f"{counted(int(nobody.sum()), 'line names', 'lines name')} no customer: counted for"
            " sales alone.",
            int(nobody.sum()),
        )
    if currency is None:
        yield note(
            "currency_unknown",
            "The source doesn't say its currency, so amounts have no symbol; name it with"
            " --currency.",
        )
    for finding in cleaned.findings:
        if finding.rule in STATUSES and finding.rows:
            yield note(finding.rule, f"{finding.title} are left out.", finding.rows)


STATUSES = frozenset(rule.name for rule in rules.STATUS.values())
