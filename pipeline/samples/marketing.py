"""A made-up file of the marketing form: households that buy food and gifts, and campaigns.

Four kinds of households differ in income, age, children and taste together, so that their
segments show in no single column; all else depends on those and on a person's own leaning.
"""

import datetime as dt
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.random import Generator

from pipeline.samples.draws import (
    Floats,
    Longs,
    counted,
    happens,
    kinds,
    kinds_by,
    numbers,
    some,
    words,
)

MARKETING_CUSTOMERS = 2_100
UNTIL = dt.date(2025, 11, 23)
DAYS = 700

EDUCATION = ("Graduation", "PhD", "Master", "2n Cycle", "Basic")
MARITAL_STATUS = ("Married", "Together", "Single", "Divorced", "Widow", "Alone")
JOKES = ("Absurd", "YOLO")
SPEND = (
    "MntWines", "MntFruits", "MntMeatProducts", "MntFishProducts", "MntSweetProducts",
    "MntGoldProds",
)  # fmt: skip
CAMPAIGNS = ("AcceptedCmp3", "AcceptedCmp4", "AcceptedCmp5", "AcceptedCmp1", "AcceptedCmp2")
REPEATED = 0.04
IMPOSSIBLE_BIRTH, IMPOSSIBLE_INCOME = 1893, 666_666
COST_OF_CONTACT, REVENUE_OF_CONTACT = 3, 11


class Household(NamedTuple):
    """A kind of households: means from which each of them departs.

    `taste` weighs the categories `SPEND`; `channels` weighs web, catalogue and store.
    """

    share: float
    age: float
    income: float
    kids: float
    teens: float
    spend: float
    taste: tuple[float, ...]
    channels: tuple[float, ...]
    deals: float
    visits: float


HOUSEHOLDS = (
    Household(0.24, 53, 78_000, 0.03, 0.12, 1_250, (40, 5, 32, 7, 5, 6), (5, 6, 8), 1.2, 2.8),
    Household(0.29, 56, 57_000, 0.12, 0.95, 620, (58, 3, 17, 4, 3, 9), (6, 3, 7), 3.6, 5.6),
    Household(0.31, 39, 33_000, 0.85, 0.12, 95, (33, 6, 28, 8, 7, 18), (2.5, 0.6, 3), 2.2, 6.8),
    Household(0.16, 44, 46_000, 0.45, 0.35, 260, (20, 14, 24, 18, 13, 11), (3, 1.6, 6), 2, 4.6),
)


def made_up_marketing(customers: int = MARKETING_CUSTOMERS, *, seed: int = 0) -> pa.Table:
    """Make up one row per customer with the columns of the public marketing file.

    Dates are text, day first. As untidy as the public file: incomes missing and one absurd,
    jokes for a marital status, people born in 1893, rows equal but for the number, two columns
    that never change.
    """
    many = counted(customers)
    rng = np.random.default_rng([seed, 1])
    kind = kinds(rng, [household.share for household in HOUSEHOLDS], many)
    age = np.clip(_of(kind, "age") + rng.normal(0, 9, many), 19, 84)
    education = _education(rng, age)
    kids = np.minimum(rng.poisson(_of(kind, "kids") * np.where(age > 58, 0.2, 1)), 2)
    teens = np.minimum(rng.poisson(_of(kind, "teens")), 2)
    means = _of(kind, "income") * np.array([1.0, 1.07, 1.03, 0.95, 0.62])[education]
    income = np.round(means * np.exp(rng.normal(0, 0.17, many) + 0.003 * (age - 50)))
    wealth = np.log(income / _of(kind, "income"))
    days = rng.integers(0, DAYS, many)
    spend = _of(kind, "spend") * np.exp(
        1.1 * wealth - 0.25 * kids + 0.0006 * (days - DAYS / 2) + rng.normal(0, 0.42, many)
    )
    amounts = _amounts(rng, kind, spend)
    pieces = _purchases(rng, kind, spend)
    recency = rng.integers(0, 100, many)
    leaning = rng.normal(0, 1, many)
    accepted = _accepted(rng, leaning, spend, amounts[0] / np.maximum(spend, 1))
    response = happens(
        rng,
        -2.7 + 1.1 * accepted.sum(axis=0) - 0.018 * (recency - 50) + 0.0022 * (days - 350)
        - 0.35 * (kids + teens) + 0.4 * leaning,
    )  # fmt: skip
    born = UNTIL.year - np.round(age).astype(np.int64)
    again = rng.random(many) < REPEATED
    first = np.flatnonzero(~again)
    born[some(rng, first, 0.001)] = IMPOSSIBLE_BIRTH
    unknown = np.zeros(many, dtype=bool)
    unknown[some(rng, first, 0.01)] = True
    income[some(rng, np.flatnonzero(~again & ~unknown), 0)] = IMPOSSIBLE_INCOME
    status = _marital_status(rng, age)
    for joke in range(len(JOKES)):
        status[some(rng, first, 0.001)] = len(MARITAL_STATUS) + joke
    columns = {
        "Year_Birth": pa.array(born),
        "Education": words(EDUCATION, education),
        "Marital_Status": words((*MARITAL_STATUS, *JOKES), status),
        "Income": pa.array(income.astype(np.int64), mask=unknown),
        "Kidhome": pa.array(kids),
        "Teenhome": pa.array(teens),
        "Dt_Customer": pa.array(_days_before(days)),
        "Recency": pa.array(recency),
        **{name: pa.array(row) for name, row in zip(SPEND, amounts, strict=True)},
        **{name: pa.array(row) for name, row in pieces.items()},
        **{
            name: pa.array(row.astype(np.int64))
            for name, row in zip(CAMPAIGNS, accepted, strict=True)
        },
        "Complain": pa.array(happens(rng, np.full(many, -4.6)).astype(np.int64)),
        "Z_CostContact": pa.array(np.full(many, COST_OF_CONTACT)),
        "Z_Revenue": pa.array(np.full(many, REVENUE_OF_CONTACT)),
        "Response": pa.array(response.astype(np.int64)),
    }
    rows = np.arange(many)
    rows[again] = rng.integers(0, many, again.sum())
    people = pa.table({"ID": pa.array(numbers(rng, many, 1_000))})
    attributes = pa.table(columns).take(pa.array(rows))
    for name in attributes.column_names:
        people = people.append_column(name, attributes[name].combine_chunks())
    return people


def _of(kind: Longs, name: str) -> Floats:
    means = [getattr(household, name) for household in HOUSEHOLDS]
    return np.array(means, dtype=np.float64)[kind]


def _education(rng: Generator, age: Floats) -> Longs:
    weights = np.tile([50.0, 18, 17, 9, 4], (len(age), 1))
    weights[:, 1] *= 1 + np.clip(age - 45, -20, 30) / 45
    weights[:, 4] *= np.where(age < 35, 2.5, 0.7)
    return kinds_by(rng, weights)


def _marital_status(rng: Generator, age: Floats) -> Longs:
    weights = np.tile([39.0, 26, 21, 10, 1.5, 0.15], (len(age), 1))
    weights[:, 2] *= np.where(age < 38, 1.7, 0.8)
    weights[:, 4] *= np.where(age > 60, 7, 0.5)
    return kinds_by(rng, weights)


def _amounts(rng: Generator, kind: Longs, spend: Floats) -> Longs:
    taste = np.array([household.taste for household in HOUSEHOLDS])[kind]
    shares = rng.gamma(np.maximum(taste / 6, 0.3))
    shares /= shares.sum(axis=1, keepdims=True)
    return np.round(shares * spend[:, None]).astype(np.int64).T


def _purchases(rng: Generator, kind: Longs, spend: Floats) -> dict[str, Longs]:
    channels = np.array([household.channels for household in HOUSEHOLDS])[kind]
    leaning = rng.gamma(8, 1 / 8, channels.shape)
    drive = np.clip((spend / _of(kind, "spend")) ** 0.4, 0.4, 2)
    web, catalogue, store = rng.poisson(channels * leaning * drive[:, None]).T
    visits = rng.poisson(_of(kind, "visits") * np.clip(leaning[:, 0], 0.5, 1.6))
    return {
        "NumDealsPurchases": rng.poisson(_of(kind, "deals")),
        "NumWebPurchases": web,
        "NumCatalogPurchases": catalogue,
        "NumStorePurchases": store,
        "NumWebVisitsMonth": np.minimum(visits, 20),
    }


def _accepted(rng: Generator, leaning: Floats, spend: Floats, wine: Floats) -> Longs:
    rich = np.log1p(spend / 300)
    odds = (
        -3.0 + 1.1 * leaning,
        -5.0 + 2.2 * wine + 0.9 * rich + 0.9 * leaning,
        -6.6 + 2.4 * rich + 0.8 * leaning,
        -5.4 + 1.7 * rich + 0.8 * leaning,
        -6.6 + 1.4 * wine + 1.0 * rich + 1.0 * leaning,
    )
    return np.array([happens(rng, log_odds) for log_odds in odds])


def _days_before(days: Longs) -> list[str]:
    calendar = [
        (UNTIL - dt.timedelta(days=120 + back)).strftime("%d-%m-%Y") for back in range(DAYS)
    ]
    return [calendar[back] for back in days]
