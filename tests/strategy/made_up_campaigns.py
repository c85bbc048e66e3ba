"""Campaigns whose uplift is known, because they are made up."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.strategy.campaigns.holdout import assign, strata

SEGMENTS = ("VIP Champions", "Potential Loyalists", "Average Customers", "At Risk")
WEIGHTS = (0.1, 0.3, 0.35, 0.25)
RATES = np.array([0.8, 0.45, 0.25, 0.12])
BANDS = ("Bottom 20 %", "Middle", "Top 20 %")


class Campaign(NamedTuple):
    """Members, what they then did, and the truth: effects on the audience as it is."""

    members: pd.DataFrame
    outcomes: pd.DataFrame
    conversion: float
    revenue: float


def campaign(
    seed: int, *, size: int = 2_000, share: float = 0.2, uplift: float = 0.05
) -> Campaign:
    """Make up customers who order at rates of their own before and after being contacted.

    Being contacted adds `uplift` to the probability of an order; the truth is the mean over
    this audience of what each would add to be expected.
    """
    rng = np.random.default_rng(seed)
    segment = rng.choice(len(SEGMENTS), size, p=WEIGHTS)
    rate = np.minimum(RATES[segment] * rng.gamma(4, 0.25, size), 0.9)
    basket = rng.lognormal(3.5, 0.5, size)
    before = rng.poisson(3 * rate) * basket * rng.lognormal(0, 0.3, size)
    band = np.digitize(before, np.quantile(before, [0.2, 0.8]), right=True)
    customers = pd.DataFrame(
        {
            "customer_id": [f"c{number}" for number in range(size)],
            "segment": np.array(SEGMENTS)[segment],
            "spend_band": np.array(BANDS)[band],
        }
    )
    customers["stratum"] = strata(customers)
    customers["contacted"] = assign(
        customers["customer_id"], customers["stratum"], share=share, seed=seed
    )
    added = np.minimum(uplift, 1 - rate)
    ordered = rng.random(size) < rate + np.where(customers["contacted"], added, 0)
    spent = ordered * basket * rng.lognormal(0, 0.3, size)
    outcomes = pd.DataFrame(
        {
            "customer_id": customers["customer_id"],
            "orders": ordered.astype(int),
            "revenue": spent,
            "revenue_before": before,
        }
    ).sample(frac=1, random_state=seed)
    worth = basket * np.exp(0.3**2 / 2)
    return Campaign(
        customers[["customer_id", "contacted", "stratum"]],
        outcomes,
        conversion=float(added.mean()),
        revenue=float((added * worth).mean()),
    )
