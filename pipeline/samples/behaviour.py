"""A made-up file of the behaviour form: members of an online shop, city by city.

Four kinds of customers differ in spend, items, rating and days since the last purchase. City,
gender and membership lean towards some of them and decide nothing.
"""

from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.random import Generator

from pipeline.samples.draws import Floats, Longs, counted, happens, kinds, kinds_by, some, words

BEHAVIOUR_CUSTOMERS = 900

GENDERS = ("Female", "Male")
CITIES = ("Seattle", "Boston", "Denver", "Austin", "Atlanta", "Portland")
MEMBERSHIPS = ("Gold", "Silver", "Bronze")
SATISFACTION = ("Satisfied", "Neutral", "Unsatisfied")


class Buyer(NamedTuple):
    """A kind of customers: means from which each of them departs; weights of the words."""

    share: float
    age: float
    items: float
    price: float
    rating: float
    days: float
    discount: float
    cities: tuple[float, ...]
    memberships: tuple[float, ...]


BUYERS = (
    Buyer(0.24, 34, 18, 74, 4.6, 13, -1.1, (4, 3, 2, 2, 2, 2), (7, 3, 1)),
    Buyer(0.31, 37, 12, 58, 4.1, 24, -0.4, (2, 3, 3, 2, 2, 2), (3, 6, 3)),
    Buyer(0.27, 31, 13, 32, 3.8, 19, 2.0, (2, 2, 2, 4, 3, 2), (1, 4, 5)),
    Buyer(0.18, 40, 7, 47, 3.2, 48, 0.2, (2, 2, 2, 2, 3, 3), (1, 3, 6)),
)


def made_up_behaviour(customers: int = BEHAVIOUR_CUSTOMERS, *, seed: int = 0) -> pa.Table:
    """Make up one row per customer with the columns of the public behaviour file.

    Flags are the words TRUE and FALSE; some levels of satisfaction are missing.
    """
    many = counted(customers)
    rng = np.random.default_rng([seed, 2])
    kind = kinds(rng, [buyer.share for buyer in BUYERS], many)
    items = np.maximum(1, rng.poisson(_of(kind, "items") * rng.gamma(30, 1 / 30, many)))
    rating = np.clip(np.round(_of(kind, "rating") + rng.normal(0, 0.28, many), 1), 1, 5)
    days = np.clip(np.round(_of(kind, "days") * rng.gamma(9, 1 / 9, many)), 1, 120)
    discount = happens(rng, _of(kind, "discount"))
    price = _of(kind, "price") * np.exp(rng.normal(0, 0.14, many)) * np.where(discount, 0.93, 1)
    weights = np.array([buyer.memberships for buyer in BUYERS], dtype=np.float64)[kind]
    weights[:, 0] *= np.clip(items * price / 700, 0.2, 3)
    cities = np.array([buyer.cities for buyer in BUYERS], dtype=np.float64)[kind]
    unsaid = np.zeros(many, dtype=bool)
    unsaid[some(rng, many, 0.006)] = True
    return pa.table(
        {
            "Customer ID": pa.array(np.arange(101, 101 + many)),
            "Gender": words(GENDERS, kinds(rng, (1, 1), many)),
            "Age": pa.array(_ages(rng, kind)),
            "City": words(CITIES, kinds_by(rng, cities)),
            "Membership Type": words(MEMBERSHIPS, kinds_by(rng, weights)),
            "Total Spend": pa.array(np.round(items * price, 1)),
            "Items Purchased": pa.array(items),
            "Average Rating": pa.array(rating),
            "Discount Applied": words(("FALSE", "TRUE"), discount),
            "Days Since Last Purchase": pa.array(days.astype(np.int64)),
            "Satisfaction Level": words(
                SATISFACTION, pa.array(_satisfaction(rng, rating, days), mask=unsaid)
            ),
        }
    )


def _of(kind: Longs, name: str) -> Floats:
    return np.array([getattr(buyer, name) for buyer in BUYERS], dtype=np.float64)[kind]


def _ages(rng: Generator, kind: Longs) -> Longs:
    ages = np.round(_of(kind, "age") + rng.normal(0, 6, len(kind)))
    return np.clip(ages, 18, 80).astype(np.int64)


def _satisfaction(rng: Generator, rating: Floats, days: Floats) -> Longs:
    felt = 3.2 * (rating - 4) - 0.035 * (days - 25) + rng.normal(0, 0.9, len(rating))
    return np.where(felt > 0.2, 0, np.where(felt > -1.2, 1, 2))
