"""Which order lines are purchases: rules in order, each row counted by the first to take it."""

import datetime as dt
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.base.errors import SettingsError, SourceError
from pipeline.quality import rules
from pipeline.quality.discounts import discount_lines, lowered
from pipeline.quality.findings import Finding
from pipeline.quality.net_lines import (
    CANCELLED,
    ROW_COLUMNS,
    begins_so,
    prefixes_of,
    take_net,
    with_invoices,
)
from pipeline.quality.netting import match_cancellations
from pipeline.quality.ordering import with_orders
from pipeline.quality.sieve import Sieve
from pipeline.trade_settings import CleaningSettings

BOUGHT = [*ROW_COLUMNS, "category", "channel", "cost", "source_row"]
"""What is kept of purchases: the rest only tells which lines are some."""
SAID = {"ordered_at": "date", "quantity": "quantity", "unit_price": "price or amount"}
NEEDED = ["ordered_at", "quantity", "unit_price"]


class Cleaned(NamedTuple):
    """Purchases, what was cancelled of them, and what every rule did.

    purchases : one row per line that counts, indexed as the lines given; `value` is quantity
        times price, less what a discount of its order takes off it.
    cancellations : one row per matched cancellation: `purchase` (index of the purchase),
        `cancelled_at`, `quantity` (pieces, above 0), `value` (money, above 0), `cancelled_in`
        (invoice that says so).
    """

    purchases: pd.DataFrame
    cancellations: pd.DataFrame
    findings: tuple[Finding, ...]


def clean(
    lines: pd.DataFrame,
    settings: CleaningSettings,
    *,
    as_of: dt.date | None = None,
    buckets: int | None = None,
) -> Cleaned:
    """Apply the rules to order lines in the order of their sources.

    Customers are parted into so many `buckets` where one is looked at by itself (by default one
    a million lines), which changes no result.

    Raises `SourceError` where more rows are unusable than the settings allow or where no
    purchase is left.
    """
    lines = with_orders(lines.assign(product=_upper(lines["product"])))
    sieve = Sieve(lines)
    _take_repeated(sieve, settings)
    sieve.take(rules.UNREADABLE, lambda lines: lines["unreadable"])
    sieve.take(rules.INCOMPLETE, lambda lines: lines[NEEDED].isna().any(axis=1))
    _refuse_unusable(sieve, settings)
    _take_statuses(sieve)
    if as_of is not None:
        end = pd.Timestamp(as_of) + pd.Timedelta(days=1)
        sieve.take(rules.LATER, lambda lines: lines["ordered_at"] >= end)
        _refuse_too_early(sieve, as_of)
    if settings.method == "usual":
        cancellations, discounts = _take_usual(sieve), sieve.lines.iloc[:0]
    else:
        discounts = _take_discounts(sieve, settings)
        cancellations = take_net(sieve, settings, buckets)
    purchases = sieve.rest([name for name in BOUGHT if name in lines])
    if purchases["customer_id"].notna().sum() == 0:
        raise SourceError(
            f"no purchase of a known customer is left of {len(lines):,} rows"
            f" ({_most_taken(sieve)})",
            remedy="check the columns with --map or switch rules off in the settings",
        )
    share_left = lowered(purchases, discounts)
    purchases = purchases.assign(
        value=purchases["quantity"] * purchases["unit_price"] * share_left
    )
    cancellations = cancellations.assign(
        value=cancellations["value"]
        * share_left.reindex(cancellations["purchase"], fill_value=1.0).to_numpy()
    )
    return Cleaned(purchases, cancellations, sieve.findings())


def _take_repeated(sieve: Sieve, settings: CleaningSettings) -> None:
    lines = sieve.lines
    if lines["batch"].max() > lines["batch"].min():
        newest = lines.groupby("invoice", observed=True)["batch"].transform("max")
        sieve.take(rules.REPLACED, lambda lines: lines["batch"] < newest)
    if settings.overlaps and lines["part"].max() > lines["part"].min():
        sieve.take_index(rules.OVERLAP, _held_by_earlier_part(sieve.rest()))


def _held_by_earlier_part(lines: pd.DataFrame) -> pd.Index:
    """Find rows that an earlier part holds too, as often as that part holds them."""
    shared = lines.groupby("invoice", observed=True)["part"].transform("nunique") > 1
    suspects = lines[shared.fillna(value=False)]
    time = suspects.groupby([*ROW_COLUMNS, "part"], observed=True, dropna=False).cumcount()
    repeated = suspects.assign(time=time).duplicated([*ROW_COLUMNS, "time"])
    return suspects.index[repeated.to_numpy()]


def _refuse_unusable(sieve: Sieve, settings: CleaningSettings) -> None:
    """Refuse a source too many of whose rows lack what is needed or can't be read."""
    unreadable, incomplete = (len(index) for _, index in sieve.taken[-2:])
    rows = unreadable + incomplete
    if rows <= settings.unusable_share * len(sieve.lines):
        return
    lines = sieve.lines
    lacks = lines[NEEDED].isna()
    unusable = lacks.any(axis=1) | lines["unreadable"]
    most = str(lacks.sum().idxmax())
    raise SourceError(
        f"{rows:,} of {len(lines):,} rows can't be used: {unreadable:,} hold a date,"
        f" quantity or amount that can't be read, {incomplete:,} have none"
        f" (most often no {SAID[most]})",
        row=int(lines.loc[unusable, "source_row"].iloc[0]),
        remedy="mend them, say which columns hold date and money with --map, or raise"
        " cleaning.unusable_share in the settings to leave them out",
    )


def _take_statuses(sieve: Sieve) -> None:
    """Take orders whose status says that they bring no revenue; only those that are there."""
    if "status" not in sieve.lines or sieve.lines["status"].notna().sum() == 0:
        return
    for status, rule in rules.STATUS.items():
        marked = sieve.lines["status"] == status
        if marked.any():
            sieve.take_index(rule, sieve.lines.index[marked.to_numpy() & sieve.left])


def _take_discounts(sieve: Sieve, settings: CleaningSettings) -> pd.DataFrame:
    """Take discounts that are lines of an order; only where there are some."""
    remaining_lines = sieve.rest()
    marked = discount_lines(remaining_lines)
    if not settings.fees or not marked.any():
        return remaining_lines.iloc[:0]
    sieve.take_index(rules.DISCOUNT, remaining_lines.index[marked.to_numpy()])
    return remaining_lines[marked]


def _refuse_too_early(sieve: Sieve, as_of: dt.date) -> None:
    if len(sieve.taken[-1][1]) and not sieve.left.any():
        first = sieve.lines["ordered_at"].min()
        raise SettingsError(
            f"--as-of {as_of} lies before the first row, which is of {first:%Y-%m-%d};"
            " give a later day."
        )


def _take_usual(sieve: Sieve) -> pd.DataFrame:
    """Take what the field's usual clean set leaves out; nothing is netted."""
    sieve.take(rules.ANONYMOUS, lambda lines: lines["customer_id"].isna())
    cancelled = prefixes_of(sieve.lines).cancelled
    sieve.take(rules.CANCELLED, lambda lines: begins_so(lines, CANCELLED, means_it=cancelled))
    sieve.take(
        rules.NOT_POSITIVE, lambda lines: ~((lines["quantity"] > 0) & (lines["unit_price"] > 0))
    )
    nothing = sieve.lines.iloc[:0]
    return with_invoices(sieve.lines, match_cancellations(nothing, nothing))


def _upper(products: pd.Series) -> pd.Series:
    """Write product codes in capitals: in small letters it is the same product."""
    return _renamed(products, pd.Index(products.cat.categories.astype("str").str.upper()))


def _renamed(values: pd.Series, names: pd.Index) -> pd.Series:
    codes, unique = pd.factorize(names, sort=True)
    old = values.cat.codes.to_numpy()
    new = np.append(codes, -1)[old]
    return pd.Series(pd.Categorical.from_codes(new, categories=unique), index=values.index)


def _most_taken(sieve: Sieve) -> str:
    rule, index = max(sieve.taken, key=lambda taken: len(taken[1]))
    return f"most taken by the rule “{rule.title}”: {len(index):,}"
