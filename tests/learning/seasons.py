"""Shops of known rhythm, as states of orders: seasons, growth, drop-out after an order."""

import numpy as np
import pandas as pd

from pipeline.features.days import FOREVER

START = 18_000
"""Number of the first day."""


def shop(
    *,
    days: int = 730,
    customers: int = 1_500,
    season: float = 0.0,
    arriving: bool = True,
    seed: int = 1,
) -> pd.DataFrame:
    """Make states of orders, one each.

    Customers order at their own rates, leave for good after an order with their own
    probability, and all of them order `1 + season` times as often in one half of a year as the
    mean and `1 - season` times in the other. They arrive over the whole span, or, unless
    `arriving`, in the first sixty days.
    """
    chance = np.random.default_rng(seed)
    begins = chance.integers(0, days if arriving else 60, customers)
    rates = chance.gamma(1.2, 1 / 45, customers)
    leaving = chance.beta(1.0, 4.0, customers)
    rows = []
    for customer, (begin, rate, leave) in enumerate(zip(begins, rates, leaving, strict=True)):
        day = int(begin)
        while day < days:
            rows.append((f"c{customer:05d}", START + day))
            if chance.random() < leave:
                break
            pace = rate * (1 + season * np.sign(np.sin(2 * np.pi * day / 365)))
            day += 1 + int(chance.exponential(1 / pace))
    frame = pd.DataFrame(rows, columns=["customer_id", "ordered_day"])
    net = chance.gamma(3, 12, len(frame)).round(2)
    return frame.assign(
        invoice=np.arange(len(frame)).astype(str),
        from_day=frame["ordered_day"],
        to_day=FOREVER,
        place=np.arange(len(frame)),
        net=net,
        gross=net,
        items=1.0,
        country="France",
    )


def known_by(states: pd.DataFrame, day: int) -> pd.DataFrame:
    """Give the states that a shop had at the end of a day."""
    return states[states["from_day"] <= day]
