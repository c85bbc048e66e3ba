"""Made-up tables of customers as other people keep them, each with columns of its own."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.samples.subscribers import made_up_subscribers

NEWEST = dt.date(2021, 5, 30)


def telco(customers: int = 600, *, seed: int = 1) -> pd.DataFrame:
    """Make up subscribers with an identifier of letters and digits, and who left."""
    return made_up_subscribers(customers, seed=seed).to_pandas()


def bank(customers: int = 600, *, seed: int = 2) -> pd.DataFrame:
    """Make up clients of a bank with numbers of rows, surnames, and who exited."""
    rng = np.random.default_rng(seed)
    age = rng.integers(18, 80, customers)
    active = rng.random(customers) < 0.5
    odds = -3.2 + 0.05 * age - 0.9 * active
    return pd.DataFrame(
        {
            "RowNumber": np.arange(1, customers + 1),
            "CustomerId": rng.permutation(np.arange(15_600_000, 15_600_000 + customers)),
            "Surname": [f"Name{each % 190}" for each in range(customers)],
            "CreditScore": rng.integers(350, 850, customers),
            "Geography": rng.choice(["France", "Germany", "Spain"], customers),
            "Gender": rng.choice(["Female", "Male"], customers),
            "Age": age,
            "Tenure": rng.integers(0, 11, customers),
            "Balance": np.where(rng.random(customers) < 0.3, 0, rng.normal(9e4, 3e4, customers))
            .clip(0)
            .round(2),
            "NumOfProducts": rng.integers(1, 5, customers),
            "HasCrCard": rng.integers(0, 2, customers),
            "IsActiveMember": active.astype(int),
            "EstimatedSalary": rng.uniform(2e4, 2e5, customers).round(2),
            "Exited": (rng.random(customers) < 1 / (1 + np.exp(-odds))).astype(int),
        }
    )


def mall(customers: int = 200, *, seed: int = 3) -> pd.DataFrame:
    """Make up visitors of a mall: income in thousands, a score, nothing that they did."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "CustomerID": np.arange(1, customers + 1),
            "Gender": rng.choice(["Female", "Male"], customers),
            "Age": rng.integers(18, 71, customers),
            "Annual Income (k$)": rng.integers(15, 138, customers),
            "Spending Score (1-100)": rng.integers(1, 101, customers),
        }
    )


def rfm(customers: int = 300, *, seed: int = 4) -> pd.DataFrame:
    """Make up a ready table of recency, frequency and monetary value."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "CustomerID": [f"C{each:04}" for each in range(customers)],
            "Recency": rng.integers(0, 365, customers),
            "Frequency": rng.integers(1, 40, customers),
            "Monetary": rng.gamma(2, 300, customers).round(2),
        }
    )


def flo(customers: int = 400, *, seed: int = 5) -> pd.DataFrame:
    """Make up customers of a shoe shop: first and last order, totals of two ways to buy."""
    rng = np.random.default_rng(seed)
    last = rng.integers(0, 365, customers)
    last[0] = 0
    days = [NEWEST - dt.timedelta(int(each)) for each in last]
    since = rng.integers(0, 900, customers)
    first = [day - dt.timedelta(int(many)) for day, many in zip(days, since, strict=True)]
    return pd.DataFrame(
        {
            "master_id": [
                f"{each:08x}-aa{each % 7}c-11ea" for each in rng.permutation(customers) * 7919
            ],
            "order_channel": rng.choice(["Android App", "Desktop", "Mobile"], customers),
            "last_order_channel": rng.choice(["Android App", "Desktop", "Offline"], customers),
            "first_order_date": first,
            "last_order_date": days,
            "order_num_total_ever_online": rng.integers(1, 9, customers).astype(float),
            "order_num_total_ever_offline": rng.integers(1, 5, customers).astype(float),
            "customer_value_total_ever_offline": rng.gamma(2, 120, customers).round(2),
            "customer_value_total_ever_online": rng.gamma(2, 220, customers).round(2),
            "interested_in_categories_12": rng.choice(
                ["[KADIN]", "[ERKEK]", "[COCUK, KADIN]", "[]"], customers
            ),
        }
    )  # fmt: skip


def subscriptions(customers: int = 200, *, seed: int = 6) -> pd.DataFrame:
    """Make up subscriptions with a plan, money a month, a status and the day of cancelling."""
    rng = np.random.default_rng(seed)
    left = rng.random(customers) < 0.35
    began = [
        dt.date(2024, 1, 1) + dt.timedelta(int(d)) for d in rng.integers(0, 300, customers)
    ]
    ended = [
        day + dt.timedelta(40) if gone else None for day, gone in zip(began, left, strict=True)
    ]
    return pd.DataFrame(
        {
            "subscription_id": [f"sub_{each:05}" for each in range(customers)],
            "customer_id": [f"cus_{each:05}" for each in range(customers)],
            "plan": rng.choice(["Basic", "Pro", "Team"], customers),
            "mrr": rng.choice([9, 29, 49], customers),
            "started_at": began,
            "canceled_at": ended,
            "status": np.where(left, "canceled", "active"),
            "country": rng.choice(["DE", "FR", "US"], customers),
        }
    )


TABLES: dict[str, Callable[[], pd.DataFrame]] = {
    "telco": telco,
    "bank": bank,
    "mall": mall,
    "rfm": rfm,
    "flo": flo,
    "subscriptions": subscriptions,
}


def written(folder: Path, name: str, frame: pd.DataFrame | None = None) -> Path:
    """Write a table as CSV and give its path."""
    path = folder / f"{name}.csv"
    (TABLES[name]() if frame is None else frame).to_csv(path, index=False)
    return path
