"""Which purchase a cancellation takes back."""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import pandas as pd

KEY = ["customer_id", "product", "unit_price"]


def match_cancellations(purchases: pd.DataFrame, cancellations: pd.DataFrame) -> pd.DataFrame:
    """Match each cancellation to the latest earlier purchase that still has its quantity.

    Customer, product and price must be equal, and the purchase not later than the cancellation.
    Cancellations are taken in the order of their time, so that none depends on a later event.
    Gives one row per match: `purchase` and `cancellation` (indices of the frames given),
    `cancelled_at`, `quantity` and `value`, both above 0.
    """
    candidates = purchases.sort_values("ordered_at", kind="stable")
    times = candidates["ordered_at"].to_numpy()
    left = candidates["quantity"].to_numpy(dtype=float).copy()
    by_key: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for place, key in enumerate(_keys(candidates)):
        by_key[key].append(place)

    ordered = cancellations.sort_values("ordered_at", kind="stable")
    found: list[tuple[int, int]] = []
    quantities = np.abs(ordered["quantity"].to_numpy(dtype=float))
    for which, (key, at, quantity) in enumerate(
        zip(_keys(ordered), ordered["ordered_at"].to_numpy(), quantities, strict=True)
    ):
        for place in reversed(by_key.get(key, ())):
            if times[place] <= at and left[place] >= quantity:
                left[place] -= quantity
                found.append((place, which))
                break
    places = [place for place, _ in found]
    whiches = [which for _, which in found]
    matched = ordered.iloc[whiches]
    return pd.DataFrame(
        {
            "purchase": candidates.index.to_numpy()[places],
            "cancellation": matched.index.to_numpy(),
            "cancelled_at": matched["ordered_at"].to_numpy(),
            "quantity": quantities[whiches],
            "value": quantities[whiches] * matched["unit_price"].to_numpy(dtype=float),
        }
    )


def _keys(lines: pd.DataFrame) -> Iterator[tuple[object, ...]]:
    return zip(*(lines[column].astype(object).to_numpy() for column in KEY), strict=True)
