"""What accounts for an unusual day or week: an order, a customer, a product, a country.

What a part usually brings is its share of the days around, unusual ones left out, times what
was expected of the whole; so the excess of all parts of a kind adds up to the excess of the
whole. The main part is the one with the smallest usual share among those that account for at
least half of the excess, and for at least half as much again as their usual share: in a shop
that sells 85 % to one country, that country explains nothing by itself.
"""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.sales.grouping import MONEY_PLACES
from pipeline.sales.ledger import Floats, Ledger, Whole, Words
from pipeline.trade_settings import WatchSettings

KINDS = ("order", "customer", "product", "segment", "country")
"""Kinds of parts, the narrowest first: of equal ones it is the main part."""
KEY = ["step", "figure", "period_start"]
MORE_THAN_USUAL = 1.5
TOP = 3
"""Parts that are kept of each kind."""
PARTS = [*KEY, "by", "level", "position", "value", "usual_share", "excess", "share", "is_main"]
NOBODY = "Without a customer"


class Parts(NamedTuple):
    """An unusual period whose parts are asked for.

    `place` is its first day, counted from the first one of the data, `days` how long it is, and
    `are_usual` tells of each day of the data whether others are compared with it.
    """

    step: str
    figure: str
    period_start: dt.date
    place: int
    days: int
    value: float
    expected: float
    are_usual: NDArray[np.bool_]


class Explained(NamedTuple):
    """Parts, and what each customer brought to each period and to the days around."""

    parts: pd.DataFrame
    by_customer: pd.DataFrame


class Lines(NamedTuple):
    """What parts are added up from: the day and the amount of each line or each order."""

    day: Whole
    amount: Floats
    words: dict[str, Words]


def parts_of(
    book: Ledger,
    day_of_order: Whole,
    value_of_order: Floats,
    periods: Sequence[Parts],
    settings: WatchSettings,
) -> Explained:
    """Add up the parts of each period asked for; of the newest `most_explained` ones."""
    periods = sorted(periods, key=lambda period: period.period_start)[
        -settings.most_explained :
    ]
    if not periods:
        return Explained(pd.DataFrame(), pd.DataFrame())
    tables, people = [], []
    for lines, figure in (
        (_by_line(book, day_of_order), "revenue"),
        (_by_order(book, day_of_order, value_of_order), "orders"),
    ):
        for period in (period for period in periods if period.figure == figure):
            near = settings.around_days if period.days == 1 else 7 * settings.around_weeks
            inside, around = _within(lines, period, near)
            for by, words in lines.words.items():
                if not words.is_known:
                    continue
                compared = _compared(
                    lines, words, inside, around, period, is_once=by == "order"
                )
                tables.append(_of_period(_top(compared), period).assign(by=by))
                if by == "customer":
                    people.append(_of_period(compared, period))
    parts = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=PARTS)
    by_customer = pd.concat(people, ignore_index=True) if people else pd.DataFrame()
    return Explained(parts, by_customer)


def with_segments(explained: Explained, segments: pd.Series) -> pd.DataFrame:
    """Add the parts by segment, and name the main part of each period.

    `segments` are those of customers by their identifier.
    """
    tables = [explained.parts] if len(explained.parts) else []
    if len(explained.by_customer) and len(segments):
        mine = explained.by_customer.assign(
            level=explained.by_customer["level"].map(segments).fillna(NOBODY).astype(str)
        )
        sums = ["value", "usual_share", "excess", "share"]
        added = mine.groupby([*KEY, "level"], as_index=False, sort=True)[sums].sum()
        tables += [
            _top(period_parts.assign(by="segment"))
            for _, period_parts in added.groupby(KEY, sort=False)
        ]
    if not tables:
        return pd.DataFrame(columns=PARTS)
    parts = pd.concat(tables, ignore_index=True)
    rank = parts["by"].map({name: place for place, name in enumerate(KINDS)})
    accounts = (
        (parts["share"] >= 0.5)
        & (parts["share"] >= MORE_THAN_USUAL * parts["usual_share"])
        & (parts["level"] != NOBODY)
    )
    ordered = parts.assign(rank=rank)[accounts].sort_values(
        ["usual_share", "rank", "position"], kind="stable"
    )
    main = ordered.drop_duplicates(KEY).index
    parts = parts.assign(is_main=parts.index.isin(main))
    for name in ("value", "excess"):
        parts[name] = parts[name].round(MONEY_PLACES)
    return parts[PARTS]


def _of_period(parts: pd.DataFrame, period: Parts) -> pd.DataFrame:
    return parts.assign(
        step=period.step, figure=period.figure, period_start=period.period_start
    )


def _by_line(book: Ledger, day_of_order: Whole) -> Lines:
    """Add up money by line."""
    words = {
        "order": book.invoice,
        "customer": book.customer,
        "product": book.product,
        "country": book.country,
    }
    return Lines(day_of_order[book.order], book.value, words)


def _by_order(book: Ledger, day_of_order: Whole, value_of_order: Floats) -> Lines:
    """Count orders; products are none of their parts, as an order holds several."""
    orders = book.orders
    country = np.full(len(day_of_order), -1, dtype=np.int64)
    country[book.order] = book.country.codes
    words = {
        "customer": Words(orders.customer, book.customer.names),
        "country": Words(country, book.country.names),
    }
    return Lines(day_of_order, (value_of_order > 0).astype(float), words)


def _within(lines: Lines, period: Parts, near: int) -> tuple[Whole, Whole]:
    """Give the lines of a period, and those of usual days around it."""
    first, last = period.place, period.place + period.days - 1
    days = np.arange(len(period.are_usual))
    is_inside = (days >= first) & (days <= last)
    is_near = (days >= first - near) & (days <= last + near) & ~is_inside & period.are_usual
    return np.flatnonzero(is_inside[lines.day]), np.flatnonzero(is_near[lines.day])


def _compared(
    lines: Lines, words: Words, inside: Whole, around: Whole, period: Parts, *, is_once: bool
) -> pd.DataFrame:
    """Give for each word what it brought, what it usually does, and its part of the excess."""
    many = len(words.names) + 1
    value = np.bincount(words.codes[inside] + 1, lines.amount[inside], minlength=many)
    before: Floats = np.zeros(many)
    if not is_once:
        before = np.bincount(
            words.codes[around] + 1, lines.amount[around], minlength=many
        ).astype(float)
    share = before / total if (total := before.sum()) > 0 else before
    present_codes = np.flatnonzero((value > 0) | (share > 0))
    names = np.append(np.array([NOBODY], dtype=object), words.names)
    excess = value - share * period.expected
    return pd.DataFrame(
        {
            "level": names[present_codes],
            "value": value[present_codes],
            "usual_share": share[present_codes],
            "excess": excess[present_codes],
            "share": excess[present_codes] / (period.value - period.expected),
        }
    )


def _top(parts: pd.DataFrame) -> pd.DataFrame:
    """Keep the parts that account for most, in that order."""
    some = parts.sort_values(["share", "level"], ascending=[False, True], kind="stable")
    some = some[some["share"] > 0].head(TOP)
    return some.assign(position=range(len(some)))
