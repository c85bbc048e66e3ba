"""How concentrated revenue is: the share that the most valuable customers bring."""

import numpy as np
import pandas as pd


def concentration(monetary: pd.Series, *, points: int = 101) -> pd.DataFrame:
    """Trace which share of revenue the most valuable share of customers brings.

    One row per `customer_share` from 0 to 1 in equal steps; none where no spend is known.
    """
    spend = np.sort(monetary.dropna().to_numpy(dtype=float))[::-1]
    if not len(spend):
        return pd.DataFrame()
    running = np.concatenate([[0.0], np.cumsum(spend)])
    shares = np.linspace(0, 1, points)
    brought = np.interp(shares * len(spend), np.arange(len(running)), running)
    total = running[-1] or 1.0
    return pd.DataFrame(
        {"customer_share": shares.round(4), "revenue_share": (brought / total).round(6)}
    )
