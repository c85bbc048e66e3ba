"""Snapshots of customers for the segment stage, drawn from kinds of customers."""

import datetime as dt

import numpy as np
import pandas as pd

NEWEST, EARLIER = dt.date(2024, 3, 31), dt.date(2024, 3, 1)
KINDS = {
    "loyal": (8, 20, 90.0, 30),
    "new": (12, 1, 40.0, 50),
    "lapsing": (120, 6, 60.0, 50),
    "lost": (290, 2, 30.0, 70),
    "big": (25, 4, 700.0, 15),
}
"""Mean recency, mean orders, mean money an order and number of each kind."""


def snapshot(seed: int = 0, *, as_of: dt.date = NEWEST) -> pd.DataFrame:
    """Give one snapshot of about two hundred customers of five kinds."""
    chance = np.random.default_rng(seed)
    frames = []
    for recency, orders, basket, size in KINDS.values():
        frequency = 1 + chance.poisson(orders - 1, size)
        frames.append(
            pd.DataFrame(
                {
                    "recency_days": chance.poisson(recency, size),
                    "frequency": frequency,
                    "monetary": (frequency * basket * chance.gamma(6, 1 / 6, size)).round(2),
                }
            )
        )
    return completed(pd.concat(frames, ignore_index=True), as_of=as_of)


def completed(customers: pd.DataFrame, *, as_of: dt.date = NEWEST) -> pd.DataFrame:
    """Add what the stage needs beside the three measures."""
    return customers.assign(
        as_of=as_of,
        customer_id=[f"{number:05}" for number in range(len(customers))],
        tenure_days=customers["recency_days"] + 1,
        country="Spain",
    )
