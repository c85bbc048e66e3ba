"""Who the customers are and when they order.

The vocabulary is that of the customer-base models. Once arrived, a customer orders at an own
constant rate (gamma distributed between customers) on the shop clock, and after every order,
the first included, leaves for good with an own probability (beta distributed): the MBG/NBD
process within each archetype. The value of an order is gamma distributed round the customer's
own mean, whose scale is inverse gamma between customers (Gamma-Gamma).

Sources: Fader, Hardie and Lee (2005), "Counting your customers the easy way"; Batislam, Denizel
and Filiztekin (2007) for leaving after the first order; Fader and Hardie (2013), "The
Gamma-Gamma model of monetary value".
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.samples.calendar import Calendar
from pipeline.samples.catalogue import COUNTRIES
from pipeline.samples.settings import ShopSettings

BATCH = 4_096
"""Customers drawn at a time; a customer is the same whatever the size of the shop."""


class Customers(NamedTuple):
    """Customers' natures, one element each.

    Parameters
    ----------
    archetype : index into the settings' archetypes.
    rate : orders a day while a customer, averaged over the seasons.
    leaving : probability to leave after an order.
    spend : mean value of an order.
    lines_a_pound : product lines that a unit of money goes with.
    country, later_country : indexes into `COUNTRIES`; equal for nearly all.
    left_on : day (from the first) of the order after which the customer left; -1 still a
        customer.
    """

    archetype: NDArray[np.int64]
    rate: NDArray[np.float64]
    leaving: NDArray[np.float64]
    spend: NDArray[np.float64]
    lines_a_pound: NDArray[np.float64]
    country: NDArray[np.int64]
    later_country: NDArray[np.int64]
    left_on: NDArray[np.float64]


class Orders(NamedTuple):
    """Orders, one element each: whose, and when on the shop clock."""

    customer: NDArray[np.int64]
    shop_day: NDArray[np.float64]


def customers(
    rng: np.random.Generator, settings: ShopSettings, calendar: Calendar
) -> tuple[Customers, Orders]:
    """Draw one batch of customers and all orders that they place in the span."""
    kinds = settings.archetypes
    share = np.array([kind.share for kind in kinds])
    archetype = rng.choice(len(kinds), BATCH, p=share / share.sum())

    def of(field: str) -> NDArray[np.float64]:
        return np.array([getattr(kind, field) for kind in kinds], dtype=float)[archetype]

    shape = of("rate_shape")
    rate = rng.standard_gamma(shape) * of("orders_a_year") / (365 * shape)
    leaving = rng.beta(of("leaving_a"), of("leaving_b"))
    scale = settings.spend_spread - 1
    order = settings.lines_per_order * settings.line_value * of("spend")
    spend = order * scale / rng.standard_gamma(settings.spend_spread, BATCH)
    lines_a_pound = rng.lognormal(-0.08, 0.4, BATCH) / settings.line_value
    country = _countries(rng, settings.home_share)
    moves = rng.random(BATCH) < settings.quirks.two_countries
    arrival = calendar.length * rng.random(BATCH) ** of("early")
    orders, left_on = _orders(rng, arrival, rate, leaving, calendar)
    return (
        Customers(
            archetype=archetype,
            rate=rate,
            leaving=leaving,
            spend=spend,
            lines_a_pound=lines_a_pound,
            country=country,
            later_country=np.where(moves, (country + 1) % len(COUNTRIES), country),
            left_on=left_on,
        ),
        orders,
    )


def _countries(rng: np.random.Generator, home_share: float) -> NDArray[np.int64]:
    abroad = 1 / np.arange(1, len(COUNTRIES))
    share = np.concatenate([[home_share], (1 - home_share) * abroad / abroad.sum()])
    return rng.choice(len(COUNTRIES), BATCH, p=share).astype(np.int64)


def _orders(
    rng: np.random.Generator,
    arrival: NDArray[np.float64],
    rate: NDArray[np.float64],
    leaving: NDArray[np.float64],
    calendar: Calendar,
) -> tuple[Orders, NDArray[np.float64]]:
    """Let all customers take turns: order, leave or wait for the next order."""
    who, when = np.arange(len(arrival)), arrival
    left_on = np.full(len(arrival), -1.0)
    placed: list[tuple[NDArray[np.int64], NDArray[np.float64]]] = []
    while len(who):
        placed.append((who, when))
        leaves = rng.random(len(who)) < leaving[who]
        left_on[who[leaves]] = when[leaves]
        who, when = who[~leaves], when[~leaves]
        when = when + rng.standard_exponential(len(who)) / rate[who]
        inside = when < calendar.length
        who, when = who[inside], when[inside]
    customer = np.concatenate([turn[0] for turn in placed])
    shop_day = np.concatenate([turn[1] for turn in placed])
    by_customer = np.argsort(customer, kind="stable")
    return Orders(customer[by_customer], shop_day[by_customer]), left_on
