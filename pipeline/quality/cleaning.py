"""Which order lines are purchases: rules in order, each row counted by the first to take it."""

import datetime as dt
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.base.errors import SettingsError, SourceError
from pipeline.quality import rules
from pipeline.quality.discounts import discount_lines, lowered
from pipeline.quality.findings import Finding, examples
from pipeline.quality.netting import match_cancellations, match_returns
from pipeline.quality.ordering import with_orders
from pipeline.quality.rules import Rule
from pipeline.trade_settings import CleaningSettings

ROW_COLUMNS = [
    "invoice", "product", "description", "ordered_at",
    "quantity", "unit_price", "customer_id", "country",
]  # fmt: skip
CANCELLED, ADJUSTED = r"C\d", r"A\d"
"""A prefix is a letter before a number: “C536379” is a cancellation, “CA-2024-1” an order."""
FEW_PREFIXED, FEWEST_PREFIXED = 0.03, 20
"""Up to this share, or so many rows, a prefix tells corrections, whatever their quantities."""
OWN_COLUMNS = ["category", "channel", "cost", "status", "other"]
"""What a source may have besides; two lines that differ in it are no duplicates."""
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
    lines: pd.DataFrame, settings: CleaningSettings, *, as_of: dt.date | None = None
) -> Cleaned:
    """Apply the rules to order lines in the order of their sources.

    Raises `SourceError` where more rows are unusable than the settings allow or where no
    purchase is left.
    """
    lines = with_orders(lines.assign(product=_upper(lines["product"])))
    sieve = _Sieve(lines)
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
        cancellations = _take_net(sieve, settings)
    purchases = sieve.rest([name for name in BOUGHT if name in lines])
    if purchases["customer_id"].notna().sum() == 0:
        raise SourceError(
            f"no purchase of a known customer is left of {len(lines):,} rows"
            f" ({_most_taken(sieve.findings)})",
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
    return Cleaned(purchases, cancellations, tuple(sieve.findings))


class _Sieve:
    """Lines that no rule has taken yet, and what the rules took."""

    def __init__(self, lines: pd.DataFrame) -> None:
        self.lines = lines
        self.left = np.ones(len(lines), dtype=bool)
        self.findings: list[Finding] = []

    def rest(self, columns: list[str] | None = None) -> pd.DataFrame:
        lines = self.lines if columns is None else self.lines[columns]
        return lines if self.left.all() else lines[self.left]

    def take(self, rule: Rule, which: Callable[[pd.DataFrame], pd.Series]) -> None:
        """Take the rows for which `which`, a test of each row alone, holds from those left."""
        is_match = which(self.lines).to_numpy(dtype=bool)
        self.take_index(rule, self.lines.index[is_match & self.left])

    def take_index(self, rule: Rule, index: pd.Index) -> None:
        """Take rows by their index, and report them even where there are none."""
        taken_lines = self.lines.loc[index]
        self.left[self.lines.index.get_indexer(index)] = False
        amount = float((taken_lines["quantity"] * taken_lines["unit_price"]).sum())
        self.findings.append(
            Finding(
                "cleaning",
                rule.name,
                rule.title,
                rule.explanation,
                len(taken_lines),
                removes=True,
                amount=round(amount, 2),
                examples=examples(taken_lines),
            )
        )


def _take_repeated(sieve: _Sieve, settings: CleaningSettings) -> None:
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


def _refuse_unusable(sieve: _Sieve, settings: CleaningSettings) -> None:
    """Refuse a source too many of whose rows lack what is needed or can't be read."""
    unreadable, incomplete = sieve.findings[-2:]
    rows = unreadable.rows + incomplete.rows
    if rows <= settings.unusable_share * len(sieve.lines):
        return
    lines = sieve.lines
    lacks = lines[NEEDED].isna()
    unusable = lacks.any(axis=1) | lines["unreadable"]
    most = str(lacks.sum().idxmax())
    raise SourceError(
        f"{rows:,} of {len(lines):,} rows can't be used: {unreadable.rows:,} hold a date,"
        f" quantity or amount that can't be read, {incomplete.rows:,} have none"
        f" (most often no {SAID[most]})",
        row=int(lines.loc[unusable, "source_row"].iloc[0]),
        remedy="mend them, say which columns hold date and money with --map, or raise"
        " cleaning.unusable_share in the settings to leave them out",
    )


def _take_statuses(sieve: _Sieve) -> None:
    """Take orders whose status says that they bring no revenue; only those that are there."""
    if "status" not in sieve.lines or sieve.lines["status"].notna().sum() == 0:
        return
    for status, rule in rules.STATUS.items():
        marked = sieve.lines["status"] == status
        if marked.any():
            sieve.take_index(rule, sieve.lines.index[marked.to_numpy() & sieve.left])


def _take_discounts(sieve: _Sieve, settings: CleaningSettings) -> pd.DataFrame:
    """Take discounts that are lines of an order; only where there are some."""
    remaining_lines = sieve.rest()
    marked = discount_lines(remaining_lines)
    if not settings.fees or not marked.any():
        return remaining_lines.iloc[:0]
    sieve.take_index(rules.DISCOUNT, remaining_lines.index[marked.to_numpy()])
    return remaining_lines[marked]


def _refuse_too_early(sieve: _Sieve, as_of: dt.date) -> None:
    if sieve.findings[-1].rows and not sieve.left.any():
        first = sieve.lines["ordered_at"].min()
        raise SettingsError(
            f"--as-of {as_of} lies before the first row, which is of {first:%Y-%m-%d};"
            " give a later day."
        )


def _take_net(sieve: _Sieve, settings: CleaningSettings) -> pd.DataFrame:
    """Take what is no purchase; give the matched cancellations."""
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
            lambda lines: (lines["unit_price"] < 0) | _named_so(lines, ADJUSTED),
        )
    if settings.fees:
        sieve.take(rules.FEE, lambda lines: _is_fee(lines["product"], settings))
    cancelled, purchases = _back_and_bought(sieve)
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
    return _with_invoices(sieve.lines, matches)


def _with_invoices(lines: pd.DataFrame, matches: pd.DataFrame) -> pd.DataFrame:
    """Name the invoice of each matched cancellation in place of its line."""
    invoices = lines["invoice"].loc[matches["cancellation"]].astype(object)
    return matches.drop(columns="cancellation").assign(cancelled_in=invoices.to_numpy())


def _matched(
    sieve: _Sieve,
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


def _back_and_bought(sieve: _Sieve) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the cancellations left, and the purchases of their customers and products."""
    lines = sieve.lines
    priced = sieve.left & (lines["unit_price"] > 0).to_numpy()
    quantity = lines["quantity"].to_numpy()
    is_back = (quantity < 0) | _named_so(lines, CANCELLED).to_numpy()
    cancelled = lines[priced & is_back & (quantity != 0)]
    bought = priced & ~is_back & (quantity > 0)
    for column in ("customer_id", "product"):
        bought &= _by_category(lines[column], _is_one_of(cancelled[column])).to_numpy()
    return cancelled, lines[bought]


def _is_one_of(values: pd.Series) -> Callable[[pd.Series], pd.Series]:
    unique_values = values.dropna().unique().astype("str")
    return lambda text: text.isin(unique_values)


def _take_usual(sieve: _Sieve) -> pd.DataFrame:
    """Take what the field's usual clean set leaves out; nothing is netted."""
    sieve.take(rules.ANONYMOUS, lambda lines: lines["customer_id"].isna())
    sieve.take(rules.CANCELLED, lambda lines: _named_so(lines, CANCELLED))
    sieve.take(
        rules.NOT_POSITIVE, lambda lines: ~((lines["quantity"] > 0) & (lines["unit_price"] > 0))
    )
    nothing = sieve.lines.iloc[:0]
    return _with_invoices(sieve.lines, match_cancellations(nothing, nothing))


def _named_so(lines: pd.DataFrame, pattern: str) -> pd.Series:
    """Mark invoices that a prefix names, unless it is that of sales, as shops number theirs.

    Invoices that were made up of who bought when have no prefix.
    """
    marked = _begins(lines["invoice"], pattern) & lines["is_named"].to_numpy()
    few = marked.sum() <= max(FEW_PREFIXED * len(lines), FEWEST_PREFIXED)
    given_back = (lines["quantity"].to_numpy()[marked.to_numpy()] < 0).mean() if not few else 0
    return marked if few or given_back > 0.5 else marked & False


def _begins(invoices: pd.Series, pattern: str) -> pd.Series:
    """Match the beginning of invoice numbers, letter by letter once per distinct one."""
    return _by_category(invoices, lambda text: text.str.match(pattern, case=False))


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


def _upper(products: pd.Series) -> pd.Series:
    """Write product codes in capitals: in small letters it is the same product."""
    return _renamed(products, pd.Index(products.cat.categories.astype("str").str.upper()))


def _renamed(values: pd.Series, names: pd.Index) -> pd.Series:
    codes, unique = pd.factorize(names, sort=True)
    old = values.cat.codes.to_numpy()
    new = np.append(codes, -1)[old]
    return pd.Series(pd.Categorical.from_codes(new, categories=unique), index=values.index)


def _most_taken(findings: list[Finding]) -> str:
    most = max(findings, key=lambda finding: finding.rows)
    return f"most taken by the rule “{most.title}”: {most.rows:,}"
