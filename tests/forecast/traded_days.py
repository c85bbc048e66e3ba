"""Trade drawn at random, in two countries, with customers of two segments."""

from typing import Any

import numpy as np
import pandas as pd

from pipeline.sales.days.trade import Dimension, Trade

FIRST = np.datetime64("2022-01-03")  # a Monday
CUSTOMERS = 40


def drawn(
    *,
    days: int = 400,
    seed: int = 1,
    growth: float = 0.0,
    season: float = 0.0,
    a_day: float = 6.0,
    first: np.datetime64 = FIRST,
    shut: Any = lambda _dates: False,
) -> Trade:
    """Draw orders by day; `shut` tells of dates on which nobody may order."""
    rng = np.random.default_rng(seed)
    place = np.arange(days)
    dates = first + place
    rate = a_day * np.exp(growth * place / 365) * (1 + season * np.sin(place * 2 * np.pi / 364))
    many = np.maximum(rng.poisson(rate), 1) * ~np.broadcast_to(shut(dates), days)
    day = np.repeat(place, many)
    customer = rng.integers(-1, CUSTOMERS, len(day))
    return of_orders(day, customer, rng.gamma(4, 10, len(day)), days=days, first=first)


def of_orders(
    day: Any, customer: Any, net: Any, *, days: int, first: np.datetime64 = FIRST
) -> Trade:
    """Make trade of orders; odd customers are of the one country, even ones of the other."""
    day, customer = np.asarray(day), np.asarray(customer)
    net = np.asarray(net, dtype=float)
    country = np.where(customer < 0, 1, customer % 2)
    by_day = np.bincount(day * 2 + country, weights=net, minlength=days * 2).reshape(-1, 2)
    return Trade(
        first, first + days - 1, day, customer,
        np.array([f"c{each}" for each in range(CUSTOMERS)], dtype=object), net,
        (net > 0) & (customer >= 0),
        (Dimension("country", ("Even", "Odd"), by_day, country),),
    )  # fmt: skip


def until(trade: Trade, days: int) -> Trade:
    """Keep what is known after so many days."""
    kept = trade.day < days
    return of_orders(
        trade.day[kept], trade.customer[kept], trade.net[kept], days=days, first=trade.first
    )


def segments(trade: Trade, *, every: int = 30, many: int = 6) -> pd.DataFrame:
    """Put customers into segments on some days, the newest last: some move between them."""
    found = []
    for place in range(many):
        at = trade.last - every * (many - 1 - place)
        names = ["Best" if (each + place) % 3 else "Rest" for each in range(CUSTOMERS)]
        found.append(
            pd.DataFrame(
                {"as_of": at.astype(object), "customer_id": trade.customers, "segment": names}
            )
        )
    return pd.concat(found, ignore_index=True)


NOBODY_ASSIGNED = pd.DataFrame({"as_of": [], "customer_id": [], "segment": []})
