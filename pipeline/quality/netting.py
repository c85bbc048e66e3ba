"""Which purchase a cancellation takes back."""

from collections import defaultdict

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
    keys, sought = _keys(purchases, cancellations)
    matter = np.isin(keys, sought)
    in_time = np.argsort(_times(purchases)[matter], kind="stable")
    places_of = np.flatnonzero(matter)[in_time]
    candidates = purchases.iloc[places_of]
    times = _times(candidates).tolist()
    left = candidates["quantity"].to_numpy(dtype=float).tolist()
    by_key: dict[int, list[int]] = defaultdict(list)
    for place, key in enumerate(keys[places_of].tolist()):
        by_key[key].append(place)

    order = np.argsort(_times(cancellations), kind="stable")
    ordered = cancellations.iloc[order]
    found: list[tuple[int, int]] = []
    quantities = np.abs(ordered["quantity"].to_numpy(dtype=float))
    for which, (key, at, quantity) in enumerate(
        zip(sought[order].tolist(), _times(ordered).tolist(), quantities.tolist(), strict=True)
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


def _times(lines: pd.DataFrame) -> np.ndarray:
    """Give microseconds, which compare faster one by one than times do."""
    return lines["ordered_at"].to_numpy(dtype="datetime64[us]").astype(np.int64)


def _keys(purchases: pd.DataFrame, cancellations: pd.DataFrame) -> tuple[np.ndarray, ...]:
    """Give a number to what must be equal, the same in both frames."""
    both = pd.concat([purchases[KEY], cancellations[KEY]], ignore_index=True)
    numbers = both.groupby(KEY, observed=True, dropna=False, sort=False).ngroup().to_numpy()
    return numbers[: len(purchases)], numbers[len(purchases) :]
