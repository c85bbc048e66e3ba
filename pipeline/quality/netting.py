"""Which purchase a cancellation takes back."""

from collections import defaultdict

import numpy as np
import pandas as pd

LEAST = 0.005
"""Money below half a cent is nothing."""
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
    quantities_left = candidates["quantity"].to_numpy(dtype=float).tolist()
    by_key: dict[int, list[int]] = defaultdict(list)
    for place, key in enumerate(keys[places_of].tolist()):
        by_key[key].append(place)

    order = np.argsort(_times(cancellations), kind="stable")
    ordered = cancellations.iloc[order]
    matches: list[tuple[int, int]] = []
    quantities = np.abs(ordered["quantity"].to_numpy(dtype=float))
    for which, (key, at, quantity) in enumerate(
        zip(sought[order].tolist(), _times(ordered).tolist(), quantities.tolist(), strict=True)
    ):
        for place in reversed(by_key.get(key, ())):
            if times[place] <= at and quantities_left[place] >= quantity:
                quantities_left[place] -= quantity
                matches.append((place, which))
                break
    places = [place for place, _ in matches]
    whiches = [which for _, which in matches]
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


def match_returns(purchases: pd.DataFrame, returns: pd.DataFrame) -> pd.DataFrame:
    """Match each return without a product to an order as a whole.

    It is the latest earlier order of the same customer that is still worth just as much, else
    the latest that is worth more;
    what it takes back is parted over the order's lines by their value. Gives rows as
    `match_cancellations` does, one for each line of the order.
    """
    value = purchases["quantity"] * purchases["unit_price"]
    orders = (
        purchases.assign(value=value)
        .groupby(["customer_id", "invoice"], observed=True)
        .agg(value=("value", "sum"), ordered_at=("ordered_at", "min"))
        .reset_index()
        .sort_values("ordered_at", kind="stable", ignore_index=True)
    )
    values_left = orders["value"].to_numpy().copy()
    times = _times(orders)
    places_of = {
        str(customer): places.to_numpy()
        for customer, places in orders.groupby("customer_id", observed=True).groups.items()
    }
    matches: list[tuple[int, int]] = []
    ordered = returns.sort_values("ordered_at", kind="stable")
    amounts = (ordered["quantity"] * ordered["unit_price"]).abs().to_numpy()
    for which, (customer, at, amount) in enumerate(
        zip(ordered["customer_id"].astype(str), _times(ordered), amounts, strict=True)
    ):
        earlier = [
            place for place in reversed(places_of.get(customer, ())) if times[place] <= at
        ]
        whole = [place for place in earlier if abs(values_left[place] - amount) <= LEAST]
        for place in (*whole, *earlier):
            if values_left[place] >= amount - LEAST:
                values_left[place] -= amount
                matches.append((int(place), which))
                break
    return _parted(purchases.assign(value=value), orders, ordered, amounts, matches)


def _parted(
    purchases: pd.DataFrame,
    orders: pd.DataFrame,
    returns: pd.DataFrame,
    amounts: np.ndarray,
    matches: list[tuple[int, int]],
) -> pd.DataFrame:
    """Part what each return takes back over the lines of its order."""
    places, whiches = [place for place, _ in matches], [which for _, which in matches]
    matched_orders = orders.iloc[places].assign(
        cancellation=returns.index.to_numpy()[whiches],
        cancelled_at=returns["ordered_at"].to_numpy()[whiches],
        share=amounts[whiches] / orders["value"].to_numpy()[places],
    )
    lines = purchases.assign(purchase=purchases.index)[
        ["customer_id", "invoice", "purchase", "quantity", "value"]
    ]
    keys = ["customer_id", "invoice"]
    lines = lines.astype(dict.fromkeys(keys, "str"))
    joined = (
        matched_orders[[*keys, "cancellation", "cancelled_at", "share"]]
        .astype(dict.fromkeys(keys, "str"))
        .merge(lines, on=keys)
    )
    return pd.DataFrame(
        {
            "purchase": joined["purchase"],
            "cancellation": joined["cancellation"],
            "cancelled_at": joined["cancelled_at"],
            "quantity": joined["quantity"] * joined["share"],
            "value": joined["value"] * joined["share"],
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
