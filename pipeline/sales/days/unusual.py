"""Days and weeks on which far more or far less was ordered than usual.

Watched is what was ordered, before anything came back: on the day itself nobody knows what will
come back, and an order of 80,000 pieces that is cancelled in an hour is what somebody should
hear of. What came back of it since stands beside it. Lines of nobody count.
"""

import datetime as dt
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.sales.grouping import MONEY_PLACES
from pipeline.sales.ledger import Floats, Ledger, Whole, sums
from pipeline.sales.unusual_parts import Parts, parts_of
from pipeline.sales.usual import usual
from pipeline.trade_settings import WatchSettings

DAY, WEEK = "day", "week"
REVENUE, ORDERS = "revenue", "orders"
MONDAY = 3
"""Day 0, 1 January 1970, is a Thursday: a week begins on days that leave 4 of 7."""
NOTHING_ORDERED = 0.00005


class Unusual(NamedTuple):
    """What is unusual, one frame per result table, and what segments are told from.

    `periods` has every day and whole week with orders, `parts` what the unusual ones hold by
    order, customer, product and country, `by_customer` what each customer brought to them.
    """

    periods: pd.DataFrame
    parts: pd.DataFrame
    by_customer: pd.DataFrame


class Daily(NamedTuple):
    """What each day from the first to the last brought; `first` counts days since 1970."""

    first: int
    revenue: Floats
    orders: Whole
    came_back: Floats
    of_order: Whole
    """The day of each order, as its place in the others."""
    value: Floats
    """What each order was worth."""


def unusual(book: Ledger, settings: WatchSettings) -> Unusual:
    """Find the unusual days and weeks of a ledger, and what accounts for them."""
    daily = daily_of(book)
    frames = [
        judged
        for step in (DAY, WEEK)
        for figure in (REVENUE, ORDERS)
        if len(judged := _judged(daily, step, figure, settings))
    ]
    if not frames:
        return Unusual(pd.DataFrame(), pd.DataFrame(), pd.DataFrame())
    periods = pd.concat(frames, ignore_index=True)
    explained = parts_of(book, daily.of_order, daily.value, _asked(periods, daily), settings)
    return Unusual(
        periods.drop(columns=["place", "days"]), explained.parts, explained.by_customer
    )


def daily_of(book: Ledger) -> Daily:
    """Add up what was ordered by the day of the order."""
    days = book.orders.when.astype("datetime64[D]").astype(np.int64)
    first = int(days.min())
    many = (book.as_of - dt.date(1970, 1, 1)).days - first + 1
    place = days - first
    value = sums(book.order, book.value, len(days))
    back = sums(book.order, book.back, len(days))
    placed = value > NOTHING_ORDERED
    return Daily(
        first,
        sums(place, value, many),
        np.bincount(place[placed], minlength=many),
        sums(place, back, many),
        place,
        value,
    )


def _judged(daily: Daily, step: str, figure: str, settings: WatchSettings) -> pd.DataFrame:
    """Compare each day or week with what was to be expected; none where they are too few."""
    starts, width = _periods(daily, step)
    values = _added(daily.revenue if figure == REVENUE else daily.orders, starts, width)
    is_traded = values > NOTHING_ORDERED
    starts, values = starts[is_traded], values[is_traded].astype(float)
    is_day = step == DAY
    if len(values) < (settings.least_days if is_day else settings.least_weeks):
        return pd.DataFrame()
    numbers = starts + daily.first
    usual_range = usual(
        starts // width,
        values,
        (numbers - MONDAY - 1) % 7 if is_day else np.zeros(len(values), dtype=np.int64),
        around=settings.around_days if is_day else settings.around_weeks,
        limit=settings.limit,
        are_counts=figure == ORDERS,
    )
    change = values / usual_range.expected - 1
    is_unusual = (np.abs(usual_range.score) >= settings.limit) & (
        np.abs(change) >= settings.least_change
    )
    # The first and the newest day may not be whole: less than usual says nothing of them.
    last = len(daily.revenue) - 1
    is_unusual &= (change > 0) | ((starts > 0) & (starts < last)) | (not is_day)
    return pd.DataFrame(
        {
            "step": step,
            "figure": figure,
            "period_start": numbers.astype("datetime64[D]").astype(object),
            "value": values.round(MONEY_PLACES),
            "expected": usual_range.expected.round(MONEY_PLACES),
            "low": usual_range.low.round(MONEY_PLACES),
            "high": usual_range.high.round(MONEY_PLACES),
            "score": usual_range.score,
            "is_unusual": is_unusual,
            "came_back": _added(daily.came_back, starts, width).round(MONEY_PLACES),
            "place": starts,
            "days": width,
        }
    )


def _periods(daily: Daily, step: str) -> tuple[Whole, int]:
    """Give where days, or weeks that are covered whole, begin, and how many days they have."""
    many = len(daily.revenue)
    if step == DAY:
        return np.arange(many), 1
    first_monday = (MONDAY + 1 - daily.first) % 7
    starts: Whole = np.arange(first_monday, many - 6, 7)
    return starts, 7


def _added(values: Floats | Whole, starts: Whole, width: int) -> Floats:
    running = np.append(0.0, np.cumsum(values, dtype=float))
    if width == 1:
        single: Floats = np.asarray(values, dtype=float)[starts]
        return single
    added: Floats = running[starts + width] - running[starts]
    return added


def _asked(periods: pd.DataFrame, daily: Daily) -> list[Parts]:
    """Say of which periods parts are asked for, and which days are usual for them."""
    many = len(daily.revenue)
    odd = {
        figure: np.zeros(many, dtype=bool)
        for figure in (REVENUE, ORDERS)
    }  # fmt: skip
    single = periods[periods["is_unusual"] & (periods["step"] == DAY)]
    for row in single.itertuples():
        odd[str(row.figure)][int(str(row.place))] = True
    return [
        Parts(
            str(row.step),
            str(row.figure),
            row.period_start,  # type: ignore[arg-type]
            int(str(row.place)),
            int(str(row.days)),
            float(str(row.value)),
            float(str(row.expected)),
            ~odd[str(row.figure)],
        )
        for row in periods[periods["is_unusual"]].itertuples()
    ]
