"""A year of made-up order lines with cancellations that come late and customers who move."""

import numpy as np
import pandas as pd

from tests.quality.order_lines import as_lines

CUSTOMERS, DAYS = 60, 300


def made_up(seed: int = 5) -> pd.DataFrame:
    """Draw orders of 60 customers over 300 days; a tenth of the lines is cancelled later."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(CUSTOMERS):
        pace = rng.uniform(8, 60)
        day = rng.uniform(0, 60)
        while day < DAYS:
            line = {
                "invoice": str(len(rows)),
                "product": f"P{rng.integers(8)}",
                "day": int(day),
                "customer_id": f"C{number:02d}",
                "quantity": int(rng.integers(1, 9)),
                "unit_price": float(rng.integers(1, 20)),
                "country": str(rng.choice(["France", "Spain", "Italy"])),
            }
            rows.append(line)
            if rng.random() < 0.1:
                late = int(day + rng.integers(1, 60))
                taken = -int(rng.integers(1, line["quantity"] + 1))
                rows.append(line | {"invoice": f"C{len(rows)}", "day": late, "quantity": taken})
            day += rng.exponential(pace)
    return as_lines([row for row in rows if row["day"] < DAYS])
