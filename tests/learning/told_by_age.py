"""Customers whose segment goes by their age."""

import numpy as np
import pandas as pd


def separable(rows: int = 600, seed: int = 0, *, shuffled: bool = False) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    age = rng.normal(45, 12, rows).round()
    segment = np.where(age + rng.normal(0, 6, rows) > 45, "Older", "Younger")
    if shuffled:
        segment = rng.permutation(segment)
    return pd.DataFrame(
        {
            "customer_id": [f"{n:04d}" for n in range(rows)],
            "age": age,
            "city": rng.choice(["Rome", "Oslo"], rows),
            "income": rng.lognormal(10, 0.4, rows).round(),
            "spend_wines": rng.gamma(2, 50, rows),
            "segment": segment,
        }
    )
