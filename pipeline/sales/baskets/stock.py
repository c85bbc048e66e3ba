"""How much of each product to have: points from what was asked for over past lead times.

Demand of single products comes in lumps, so nothing is assumed of its distribution: a point is
a quantile of what was asked for in past stretches as long as lead time and review together
(newer ones weigh more), times a factor that would have met the service level over the stretches
that closed last. The factor follows season and growth.
"""

import datetime as dt
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.sales.baskets.stock_file import KnownStock
from pipeline.sales.ledger import Floats, Ledger, Whole
from pipeline.sales.products import abc
from pipeline.trade_settings import SalesSettings, StockSettings

DAYS = 400
"""Days of sales that are looked at, at most."""
HALF_LIFE = 120.0
"""Days after which a stretch weighs half."""
WEEK = 7
CLOSED = 4
"""Weekly origins whose stretches have closed, by which points are corrected."""
TESTED = 13
"""Weeks of the check."""
LEAST = 30
"""Products and stretches that a correction needs."""


class Demand(NamedTuple):
    """Pieces and revenue by product and day, what came back since taken off.

    `products` are codes, `pieces` and `revenue` one row each, the last column the newest day.
    """

    products: Whole
    pieces: Floats
    revenue: Floats
    first: np.datetime64


class Points(NamedTuple):
    """By product: the point, the mean over such a stretch, and whether enough is known."""

    point: Floats
    mean: Floats
    is_known: NDArray[np.bool_]


class Stocked(NamedTuple):
    """`products`: a row per product to stock or lying idle; `checks`: whether points held."""

    products: pd.DataFrame
    checks: pd.DataFrame


def stock(
    book: Ledger,
    listed: pd.DataFrame,
    is_product: NDArray[np.bool_],
    settings: StockSettings,
    known_stock: KnownStock,
) -> Stocked:
    """Say how much of each product of class A and B to have, and which lie idle.

    `listed` has `product`, `abc` and `pieces` of the products, most revenue first.
    """
    if listed.empty or not is_product.any():
        return Stocked(pd.DataFrame(), pd.DataFrame())
    codes = pd.Index(book.product.names).get_indexer(listed["product"])
    real = is_product[codes] & (listed["pieces"].to_numpy() > 0)
    listed, codes = listed[real].reset_index(drop=True), codes[real].astype(np.int64)
    idle = idle_days(book, codes)
    better = listed["abc"].isin(["A", "B"]).to_numpy()
    is_stocked = better & (better.cumsum() <= settings.products)
    chosen = np.flatnonzero(is_stocked)
    demand = daily_demand(book, codes[chosen])
    table = _table(demand, listed.iloc[chosen], idle[chosen], settings, known_stock)
    lying = np.flatnonzero(~is_stocked & (idle >= settings.idle_days))
    idle_rows = pd.DataFrame(
        {
            "product": listed["product"].to_numpy()[lying],
            "abc": listed["abc"].to_numpy()[lying],
            "idle_days": idle[lying],
            "on_hand": known_stock.on_hand(listed["product"].iloc[lying]),
            "state": "idle",
        }
    )
    whole = pd.concat([frame for frame in (table, idle_rows) if len(frame)], ignore_index=True)
    return Stocked(whole, checks(demand, settings, class_cuts=SalesSettings().abc))


def idle_days(book: Ledger, codes: Whole) -> Whole:
    """Count the days since each product was last sold and kept, up to the newest day."""
    when = book.orders.when[book.order].astype("datetime64[D]").astype(np.int64)
    last = np.full(len(book.product.names), np.iinfo(np.int64).min, dtype=np.int64)
    sold = book.left & (book.product.codes >= 0)
    np.maximum.at(last, book.product.codes[sold], when[sold])
    today = np.datetime64(book.as_of).astype(np.int64)
    days: Whole = np.where(last[codes] > np.iinfo(np.int64).min, today - last[codes], DAYS)
    return days


def daily_demand(book: Ledger, codes: Whole) -> Demand:
    """Add up what was asked for by product and day, of the last days up to the newest."""
    when = book.orders.when[book.order].astype("datetime64[D]").astype(np.int64)
    today = int(np.datetime64(book.as_of).astype(np.int64))
    days = int(min(DAYS, today - when.min() + 1)) if len(when) else 1
    first = today - days + 1
    places = np.full(len(book.product.names) + 1, -1, dtype=np.int64)
    places[codes] = np.arange(len(codes))
    place = places[book.product.codes]
    chosen = (place >= 0) & (when >= first)
    keys = place[chosen] * days + when[chosen] - first
    size = len(codes) * days
    pieces_kept = (book.pieces - book.pieces_back).astype(np.float64)
    pieces: Floats = np.bincount(keys, pieces_kept[chosen], size).astype(np.float64)
    revenue: Floats = np.bincount(keys, book.net[chosen], size).astype(np.float64)
    shape = (len(codes), days)
    return Demand(
        codes,
        np.maximum(pieces, 0.0).reshape(shape),
        revenue.reshape(shape),
        np.datetime64(first, "D"),
    )


def raw_points(pieces: Floats, stretch: int, level: float) -> Points:
    """Give the weighted quantile of the demand of all past stretches, of each product.

    `pieces` are by product and day up to today; stretches before a product's first sale are
    none. Known is a point from twice such a stretch after the first sale on.
    """
    many, days = pieces.shape
    nothing = np.zeros(many)
    if days < stretch:
        return Points(nothing, nothing, np.zeros(many, dtype=bool))
    added = np.concatenate([np.zeros((many, 1)), pieces.cumsum(axis=1)], axis=1)
    sums = added[:, stretch:] - added[:, :-stretch]
    sold = pieces > 0
    first = np.where(sold.any(axis=1), sold.argmax(axis=1), days)
    begins = np.arange(days - stretch + 1)
    age = days - stretch - begins
    weights = (begins[None, :] >= first[:, None]) * 0.5 ** (age / HALF_LIFE)[None, :]
    order = np.argsort(sums, axis=1, kind="stable")
    weighed = np.take_along_axis(weights, order, axis=1).cumsum(axis=1)
    whole = weighed[:, -1:]
    place = (weighed < level * whole).sum(axis=1).clip(0, sums.shape[1] - 1)
    at = np.take_along_axis(order, place[:, None], axis=1)
    is_known = days - first >= 2 * stretch
    mean = (sums * weights).sum(axis=1) / np.maximum(whole[:, 0], 1e-12)
    point = np.take_along_axis(sums, at, axis=1)[:, 0]
    return Points(np.where(is_known, point, 0.0), np.where(is_known, mean, 0.0), is_known)


def points(
    pieces: Floats, stretch: int, level: float, within: NDArray[np.bool_] | None = None
) -> Points:
    """Give points that would have met the level over the stretches that closed last.

    All products, or those `within`, share the factor: the level's quantile of demand ÷ point.
    """
    return _corrected(_Origins(pieces, stretch, level), pieces.shape[1], within)


class _Origins:
    """Points as they were at the end of past days, each reckoned once."""

    def __init__(self, pieces: Floats, stretch: int, level: float) -> None:
        self.pieces, self.stretch, self.level = pieces, stretch, level
        self.found: dict[int, Points] = {}

    def at(self, day: int) -> Points:
        """Give the points from the days before `day`."""
        if day not in self.found:
            self.found[day] = raw_points(self.pieces[:, :day], self.stretch, self.level)
        return self.found[day]

    def asked(self, day: int) -> Floats:
        """Add up what was asked for in the stretch from `day` on."""
        whole: Floats = self.pieces[:, day : day + self.stretch].sum(axis=1)
        return whole


def _corrected(origins: _Origins, day: int, within: NDArray[np.bool_] | None) -> Points:
    now = origins.at(day)
    weeks = -(-origins.stretch // WEEK) * WEEK
    ratios = []
    for back in range(CLOSED):
        then = day - weeks - back * WEEK
        if then < origins.stretch:
            break
        past = origins.at(then)
        usable = past.is_known & (past.point > 0)
        if within is not None:
            usable &= within
        ratios.append(origins.asked(then)[usable] / past.point[usable])
    closed = np.concatenate(ratios) if ratios else np.zeros(0)
    factor = float(np.quantile(closed, origins.level)) if len(closed) >= LEAST else 1.0
    return now._replace(point=now.point * factor)


def checks(
    demand: Demand, settings: StockSettings, *, class_cuts: tuple[float, float]
) -> pd.DataFrame:
    """Look week by week whether points from before would have held, of classes A and B.

    A point held where no more was asked for over lead time and review. Classes are those of
    each day; what came back since is taken off.
    """
    stretch = settings.lead_time_days + settings.review_days
    origins = _Origins(demand.pieces, stretch, settings.service_level)
    days = demand.pieces.shape[1]
    cuts = SalesSettings(abc=class_cuts)
    rows = []
    for back in range(TESTED):
        day = days - stretch - back * WEEK
        if day < 3 * stretch:
            break
        classes = classes_of(demand.revenue[:, :day].sum(axis=1), cuts)
        for name in ("A", "B"):
            within = classes == name
            corrected = _corrected(origins, day, within)
            usable = corrected.is_known & within
            if usable.sum() < LEAST:
                continue
            pieces_asked = origins.asked(day)
            rows.append(
                {
                    "first_day": _date(demand.first + day),
                    "last_day": _date(demand.first + day + stretch - 1),
                    "abc": name,
                    "asked_level": settings.service_level,
                    "products": int(usable.sum()),
                    "held": int((pieces_asked <= np.ceil(corrected.point))[usable].sum()),
                }
            )
    return pd.DataFrame(rows)


def classes_of(revenue: Floats, settings: SalesSettings) -> NDArray[np.object_]:
    """Class products by revenue, in the order in which they stand."""
    order = np.argsort(-revenue, kind="stable")
    classes = np.empty(len(revenue), dtype=object)
    classes[order] = abc(revenue[order], settings)
    return classes


def _table(
    demand: Demand,
    listed: pd.DataFrame,
    idle: Whole,
    settings: StockSettings,
    known_stock: KnownStock,
) -> pd.DataFrame:
    """One row per product of class A and B; nulls where a figure can't be known."""
    names = listed["product"]
    lead, level = known_stock.terms(names, settings)
    classes = listed["abc"].to_numpy()
    point, mean = np.full(len(names), np.nan), np.full(len(names), np.nan)
    terms = pd.DataFrame({"lead": lead, "level": level})
    for days, service_level in terms.drop_duplicates().to_numpy(dtype=float):
        origins = _Origins(
            demand.pieces, int(days) + settings.review_days, float(service_level)
        )
        alike = (lead == days) & (level == service_level)
        for name in ("A", "B"):
            corrected = _corrected(origins, demand.pieces.shape[1], classes == name)
            mine = alike & (classes == name) & corrected.is_known
            point[mine], mean[mine] = corrected.point[mine], corrected.mean[mine]
    is_idle = idle >= settings.idle_days
    is_new = ~np.isfinite(point)
    point[is_idle] = np.nan
    whole = np.ceil(point)
    on_hand = known_stock.on_hand(names)
    recent = demand.pieces[:, -13 * WEEK :]
    missing = np.maximum(whole - on_hand, 0.0)
    return pd.DataFrame(
        {
            "product": names.to_numpy(),
            "abc": classes,
            "weekly_demand": (recent.sum(axis=1) / recent.shape[1] * WEEK).round(1),
            "selling_days_share": (recent > 0).mean(axis=1).round(6),
            "lead_time_days": lead,
            "service_level": level,
            "expected_demand": mean.round(4),
            "reorder_point": whole,
            "safety_stock": np.maximum(whole - mean, 0.0).round(4),
            "on_hand": on_hand,
            "order_now": missing,
            "idle_days": idle,
            "state": np.select(
                [is_idle, is_new, ~np.isfinite(on_hand), missing > 0],
                ["idle", "too new", "stock not known", "order"],
                default="enough",
            ),
        }
    )


def _date(day: np.datetime64) -> dt.date:
    date: dt.date = day.astype("datetime64[D]").astype(object)
    return date
