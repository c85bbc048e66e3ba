"""Customers drawn by the very process that a model assumes, and what they then do."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from pipeline.features.days import FOREVER
from pipeline.value.history import Histories, histories

FIRST_DAY = 15_000


class Population(NamedTuple):
    """What is known of customers at their age, and the orders of the weeks behind it."""

    known: Histories
    coming: np.ndarray
    rate: np.ndarray
    leaving: np.ndarray


def drawn(
    number: int,
    *,
    rate: np.ndarray,
    leaving: np.ndarray,
    ahead: float,
    leave_after_first: bool = False,
    seed: int = 0,
) -> Population:
    """Let customers order and leave, order by order, for up to two years and `ahead` more."""
    rng = np.random.default_rng(seed)
    age = rng.uniform(5, 104, number)
    x, coming, t_x = np.zeros(number, int), np.zeros(number, int), np.zeros(number)
    when, there = np.zeros(number), np.ones(number, dtype=bool)
    if leave_after_first:
        there = rng.random(number) >= leaving
    while there.any():
        when = when + rng.exponential(1 / rate)
        there &= when < age + ahead
        before = there & (when < age)
        x, coming = x + before, coming + (there & ~before)
        t_x = np.where(before, when, t_x)
        there &= rng.random(number) >= leaving
    return Population(histories(x, t_x, age), coming, rate, leaving)


@st.composite
def known_customers(draw: st.DrawFn, *, at_most: int = 30) -> Histories:
    """Draw any histories: whole days, up to two orders a day, some alike."""
    rows = draw(
        st.lists(
            st.tuples(st.integers(0, 60), st.integers(0, 700), st.integers(0, 700)),
            min_size=1,
            max_size=at_most,
        )
    )
    x = [orders if last else 0 for orders, last, _ in rows]
    t_x = [last / 7 if orders else 0.0 for orders, last, _ in rows]
    age = [known + (silent / 7) for known, (_, _, silent) in zip(t_x, rows, strict=True)]
    return histories(x, t_x, age)


def parameters() -> st.SearchStrategy[float]:
    """Draw a positive parameter of any usual size, the places of 0 / 0 among them."""
    return st.one_of(st.just(1.0), st.just(0.5), st.floats(0.02, 50.0))


def shop_states(
    *,
    customers: int = 600,
    days: int = 500,
    seed: int = 5,
    leaving: tuple[float, float] = (1, 4),
) -> pd.DataFrame:
    """Make the states of orders of a small shop: Gamma-Gamma spend, some orders cancelled."""
    rng = np.random.default_rng(seed)
    rate, patience = rng.gamma(1.0, 0.02, customers), rng.beta(*leaving, customers)
    spending = rng.gamma(3.5, 1 / 120, customers)
    who, when = np.arange(customers), rng.uniform(0, 0.8 * days, customers)
    placed = []
    while len(who):
        placed.append(np.stack([who, when]))
        stays = rng.random(len(who)) >= patience[who]
        who, when = who[stays], when[stays]
        when = when + rng.exponential(1 / rate[who])
        inside = when < days
        who, when = who[inside], when[inside]
    customer, day = np.concatenate(placed, axis=1)
    customer, day = customer.astype(int), FIRST_DAY + day.astype(int)
    net = (rng.gamma(3.0, 1, len(day)) / spending[customer]).round(2) + 0.01
    states = pd.DataFrame(
        {
            "customer_id": pd.Series([f"C{each:05}" for each in customer], dtype="str"),
            "invoice": pd.Series([f"I{place:06}" for place in range(len(day))], dtype="str"),
            "from_day": day,
            "to_day": FOREVER,
            "ordered_day": day,
            "ordered_at": pd.to_datetime(day, unit="D"),
            "net": net,
            "country": "Spain",
        }
    )
    states = states.sort_values("ordered_day", kind="stable", ignore_index=True)
    states["place"] = range(len(states))
    cancelled = rng.random(len(states)) < 0.05
    taken_back = states[cancelled].assign(net=0.0)
    taken_back["from_day"] += 10
    states.loc[cancelled, "to_day"] = states.loc[cancelled, "from_day"] + 10
    return pd.concat([states, taken_back]).sort_values(
        ["customer_id", "invoice", "from_day"], ignore_index=True
    )
