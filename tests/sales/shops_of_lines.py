"""Order lines drawn at random, as the cleaning stage leaves them, for checks by pandas."""

import datetime as dt

import numpy as np
import pandas as pd

from pipeline.quality.cleaning import Cleaned, clean
from pipeline.trade_settings import CleaningSettings
from tests.quality.order_lines import TEXTS

FIRST = dt.date(2023, 1, 3)
PRODUCTS = 90
WORDS = ("RED MUG", "BLUE MUG", "PAPER BAG", "CANDLE HOLDER", "GIFT WRAP", "TEA TOWEL")
CATEGORIES = ("Kitchen", "Paper", "Light")


def lines(*, seed: int = 5, customers: int = 60, days: int = 400) -> pd.DataFrame:
    """Draw orders of customers who come at rates of their own, some of which come back."""
    rng = np.random.default_rng(seed)
    rows: list[dict[str, object]] = []
    for customer in range(customers):
        day, place = int(rng.integers(0, days - 1)), 0
        gap = rng.integers(5, 150)
        while day < days:
            rows += _order(rng, customer, day, place)
            day, place = day + int(rng.exponential(gap)) + 1, place + 1
    frame = pd.DataFrame(rows)
    back = frame.sample(frac=0.08, random_state=seed)
    back = back.assign(
        invoice="C" + back["invoice"],
        quantity=-back["quantity"],
        ordered_at=back["ordered_at"] + pd.to_timedelta(rng.integers(1, 40, len(back)), "D"),
    )
    frame = pd.concat([frame, back], ignore_index=True)
    frame["ordered_at"] = frame["ordered_at"].astype("datetime64[us]")
    texts = {
        name: frame[name].astype("str").astype("category")
        for name in (*TEXTS, "category", "channel")
    }
    return frame.assign(
        unreadable=False, source_row=range(len(frame)), part=0, batch=0, **texts
    )


def _order(
    rng: np.random.Generator, customer: int, day: int, place: int
) -> list[dict[str, object]]:
    when = pd.Timestamp(FIRST) + pd.Timedelta(days=day, minutes=int(rng.integers(0, 1440)))
    nobody = rng.random() < 0.1
    chosen = rng.choice(PRODUCTS, size=rng.integers(1, 5), replace=False)
    return [
        {
            "invoice": f"{customer * 1000 + place}",
            "product": f"P{product}",
            "description": f"{WORDS[product % len(WORDS)]} {product}",
            "ordered_at": when,
            "quantity": float(rng.integers(1, 9)),
            "unit_price": float(1 + product % 7),
            "customer_id": None if nobody else f"c{customer:03}",
            "country": ("United Kingdom", "EIRE", "France", None)[customer % 4],
            "category": CATEGORIES[product % len(CATEGORIES)],
            "channel": ("Web", "Store")[customer % 2],
            "cost": 0.5 * (1 + product % 7),
        }
        for product in chosen
    ]


def cleaned(**drawn: int) -> Cleaned:
    """Clean such lines by the default rules."""
    return clean(lines(**drawn), CleaningSettings())


def net_lines(whole: Cleaned, as_of: dt.date) -> pd.DataFrame:
    """Give the purchases with what was left of them on a day, texts as plain objects."""
    bought = whole.purchases.astype(dict.fromkeys(TEXTS, object))
    end = pd.Timestamp(as_of) + pd.Timedelta(days=1)
    known = whole.cancellations[whole.cancellations["cancelled_at"] < end]
    back = known.groupby("purchase")["value"].sum()
    back = back.reindex(bought.index).fillna(0.0)
    return bought.assign(net=bought["value"] - back, back=back)


def standing_orders(bought: pd.DataFrame) -> pd.DataFrame:
    """One row per order of a known customer of which something is left."""
    orders = (
        bought[bought["customer_id"].notna()]
        .groupby(["customer_id", "invoice"])
        .agg(net=("net", "sum"), ordered_at=("ordered_at", "min"))
        .reset_index()
    )
    return orders[orders["net"] > 0.0001]
