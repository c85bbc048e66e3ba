"""What of order lines is no purchase, and which purchases came back: rules by customer.

All of it is a function of some customers' lines, but for what a prefix of invoices means, which
is told of all lines. So customers can be parted into any number of buckets, and what rules took
is the same.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.quality import rules
from pipeline.quality.netting import match_cancellations, match_returns
from pipeline.quality.sieve import Sieve
from pipeline.trade_settings import CleaningSettings

ROW_COLUMNS = [
    "invoice", "product", "description", "ordered_at",
    "quantity", "unit_price", "customer_id", "country",
]  # fmt: skip
OWN_COLUMNS = ["category", "channel", "cost", "status", "other"]
"""What a source may have besides; two lines that differ in it are no duplicates."""
CANCELLED, ADJUSTED = r"C\d", r"A\d"
"""A prefix is a letter before a number: “C536379” is a cancellation, “CA-2024-1” an order."""
FEW_PREFIXED, FEWEST_PREFIXED = 0.03, 20
"""Up to this share, or so many rows, a prefix tells corrections, whatever their quantities."""
BUCKET_ROWS = 1_000_000
"""Without a number of buckets, customers are parted into buckets of about as many lines."""


class Prefixes(NamedTuple):
    """Whether invoices that begin with a letter and a number are no sales, by that letter."""

    cancelled: bool
    adjusted: bool


def prefixes_of(lines: pd.DataFrame) -> Prefixes:
    """Tell of all lines what prefixes of invoices mean."""
    return Prefixes(_tells_corrections(lines, CANCELLED), _tells_corrections(lines, ADJUSTED))


def buckets_for(rows: int, buckets: int | None) -> int:
    """Give the number of buckets: the one asked for, or one a million rows."""
    return buckets or max(1, round(rows / BUCKET_ROWS))


def take_net(sieve: Sieve, settings: CleaningSettings, buckets: int | None) -> pd.DataFrame:
    """Take what is no purchase; give the matched cancellations.

    Lines are gone through bucket by bucket: those of a customer, and those of nobody that are
    of a product, are together. The result is the same for any number of buckets.
    """
    prefixes = prefixes_of(sieve.lines)
    number = buckets_for(len(sieve.lines), buckets)
    if number == 1:
        return with_invoices(sieve.lines, _taken(sieve, settings, prefixes))
    bucket_of = _buckets(sieve.lines, number)
    parts, matches = [], []
    for bucket in range(number):
        part = Sieve(sieve.lines[sieve.left & (bucket_of == bucket)])
        matches.append(_taken(part, settings, prefixes))
        parts.append(part.taken)
    together = _in_order(sieve.lines, matches)
    for by_bucket in zip(*parts, strict=True):
        rule = by_bucket[0][0]
        index = (
            pd.Index(together["cancellation"]).unique()
            if rule is rules.MATCHED
            else _as_in(sieve.lines, [taken for _, taken in by_bucket])
        )
        sieve.take_index(rule, index)
    return with_invoices(sieve.lines, together)


def _buckets(lines: pd.DataFrame, number: int) -> np.ndarray:
    customers = lines["customer_id"].cat.codes.to_numpy(dtype=np.int64)
    products = lines["product"].cat.codes.to_numpy(dtype=np.int64)
    return np.where(customers >= 0, customers, products + 1) % number


def _as_in(lines: pd.DataFrame, parts: list[pd.Index]) -> pd.Index:
    """Put rows of several buckets in the order of the lines."""
    places = lines.index.get_indexer(parts[0].append(parts[1:]))
    return lines.index[np.sort(places)]


def _in_order(lines: pd.DataFrame, parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Put matches in the order in which they come out of one bucket.

    Those with a product come first, each in the order of times, and of lines at one time.
    """
    together = pd.concat(parts, ignore_index=True)
    returned = together["cancellation"]
    order = pd.DataFrame(
        {
            "is_whole": lines["product"].loc[returned].isna().to_numpy(),
            "at": together["cancelled_at"],
            "place": lines.index.get_indexer(pd.Index(returned)),
        }
    ).sort_values(["is_whole", "at", "place"], kind="stable")
    return together.loc[order.index].reset_index(drop=True)


def _taken(sieve: Sieve, settings: CleaningSettings, prefixes: Prefixes) -> pd.DataFrame:
    """Take what is no purchase of some customers' lines; give what was cancelled of which."""
    if settings.duplicates:
        remaining_lines = sieve.rest()
        named = (
            remaining_lines["is_named"].to_numpy()
            & remaining_lines["product"].notna().to_numpy()
        )
        sieve.take_index(
            rules.DUPLICATE,
            _repeated(remaining_lines if named.all() else remaining_lines[named]),
        )
    if settings.adjustments:
        sieve.take(
            rules.ADJUSTMENT,
            lambda lines: (
                (lines["unit_price"] < 0)
                | begins_so(lines, ADJUSTED, means_it=prefixes.adjusted)
            ),
        )
    if settings.fees:
        sieve.take(rules.FEE, lambda lines: _is_fee(lines["product"], settings))
    cancelled, purchases = _back_and_bought(sieve, prefixes)
    anonymous = cancelled["customer_id"].isna()
    identified = cancelled[~anonymous]
    matches = _matched(sieve, identified, purchases, settings)
    sieve.take_index(rules.MATCHED, pd.Index(matches["cancellation"]).unique())
    sieve.take_index(
        rules.UNMATCHED,
        identified.index.difference(pd.Index(matches["cancellation"]), sort=False),
    )
    sieve.take_index(rules.ANONYMOUS_CANCELLATION, cancelled.index[anonymous.to_numpy()])
    sieve.take(
        rules.WRITE_OFF if settings.write_offs else rules.NOT_POSITIVE,
        lambda lines: lines["quantity"] < 0,
    )
    if settings.free:
        sieve.take(
            rules.FREE, lambda lines: (lines["unit_price"] == 0) | (lines["quantity"] == 0)
        )
    if settings.anonymous == "drop":
        sieve.take(rules.ANONYMOUS, lambda lines: lines["customer_id"].isna())
    return matches


def with_invoices(lines: pd.DataFrame, matches: pd.DataFrame) -> pd.DataFrame:
    """Name the invoice of each matched cancellation in place of its line."""
    invoices = lines["invoice"].loc[matches["cancellation"]].astype(object)
    return matches.drop(columns="cancellation").assign(cancelled_in=invoices.to_numpy())


def _matched(
    sieve: Sieve,
    cancellations: pd.DataFrame,
    purchases: pd.DataFrame,
    settings: CleaningSettings,
) -> pd.DataFrame:
    """Match cancellations: those of a product to its line, others to an order as a whole."""
    if not settings.netting:
        return match_cancellations(purchases, cancellations.iloc[:0])
    of_products = cancellations["product"].notna()
    matches = match_cancellations(purchases, cancellations[of_products])
    if of_products.all():
        return matches
    lines = sieve.lines
    bought = sieve.left & (lines["unit_price"] > 0).to_numpy() & (lines["quantity"] > 0)
    whole = match_returns(
        lines[bought & lines["customer_id"].notna()], cancellations[~of_products]
    )
    return pd.concat([matches, whole], ignore_index=True)


def _back_and_bought(sieve: Sieve, prefixes: Prefixes) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the cancellations left, and the purchases of their customers and products."""
    lines = sieve.lines
    priced = sieve.left & (lines["unit_price"] > 0).to_numpy()
    quantity = lines["quantity"].to_numpy()
    is_back = (quantity < 0) | begins_so(
        lines, CANCELLED, means_it=prefixes.cancelled
    ).to_numpy()
    cancelled = lines[priced & is_back & (quantity != 0)]
    bought = priced & ~is_back & (quantity > 0)
    for column in ("customer_id", "product"):
        bought &= _by_category(lines[column], _is_one_of(cancelled[column])).to_numpy()
    return cancelled, lines[bought]


def _is_one_of(values: pd.Series) -> Callable[[pd.Series], pd.Series]:
    unique_values = values.dropna().unique().astype("str")
    return lambda text: text.isin(unique_values)


def _repeated(lines: pd.DataFrame) -> pd.Index:
    """Find rows equal to an earlier one in every column.

    Rows are first compared by a number made of all their values, then those that share one
    value by value, which spares most of the memory.
    """
    number = np.zeros(len(lines), dtype=np.uint64)
    columns = _compared(lines)
    for column in columns:
        values = lines[column]
        plain = values.cat.codes if isinstance(values.dtype, pd.CategoricalDtype) else values
        hashed = pd.util.hash_array(plain.to_numpy())
        number = number * np.uint64(1_099_511_628_211) ^ hashed
    suspects = lines[pd.Series(number).duplicated(keep=False).to_numpy()]
    return suspects.index[suspects.duplicated(columns).to_numpy()]


def _compared(lines: pd.DataFrame) -> list[str]:
    """Name the columns in which duplicates are equal: those that hold anything."""
    own = [name for name in OWN_COLUMNS if name in lines and lines[name].notna().any()]
    return [*ROW_COLUMNS, *own]


def begins_so(lines: pd.DataFrame, pattern: str, *, means_it: bool) -> pd.Series:
    """Mark lines whose invoice begins with a pattern, where the source `means_it`."""
    return _begins(lines, pattern) & means_it


def _tells_corrections(lines: pd.DataFrame, pattern: str) -> bool:
    """Tell whether a prefix means corrections, or is that of sales, as shops number theirs."""
    marked = _begins(lines, pattern).to_numpy()
    if marked.sum() <= max(FEW_PREFIXED * len(lines), FEWEST_PREFIXED):
        return True
    return bool((lines["quantity"].to_numpy()[marked] < 0).mean() > 0.5)


def _begins(lines: pd.DataFrame, pattern: str) -> pd.Series:
    """Match the beginning of invoices' numbers, letter by letter once per distinct one.

    Invoices that were made up of who bought when have no prefix.
    """
    begins = _by_category(lines["invoice"], lambda text: text.str.match(pattern, case=False))
    return begins & lines["is_named"].to_numpy()


def _is_fee(products: pd.Series, settings: CleaningSettings) -> pd.Series:
    codes = [code.upper() for code in settings.fee_codes]
    prefixes = tuple(prefix.upper() for prefix in settings.fee_prefixes)
    return _by_category(
        products,
        lambda text: text.isin(codes) | (text.str.startswith(prefixes) if prefixes else False),
    )


def _by_category(values: pd.Series, test: Callable[[pd.Series], pd.Series]) -> pd.Series:
    categories = pd.Series(values.cat.categories.astype("str"))
    passed = test(categories).to_numpy(dtype=bool)
    codes = values.cat.codes.to_numpy()
    return pd.Series(np.append(passed, 0).astype(bool)[codes], index=values.index)
