"""Made-up files of the market-activity form: four tables that join on the customer's number.

Customers keep or lose interest, and buy at full price or on promotion; revenue, minutes, pages
and what stays in the basket follow, and so does the given label of falling activity.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.random import Generator

from pipeline.samples.draws import (
    Flags,
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

MARKET_CUSTOMERS = 1_300
MARKET_FILES = ("market_file.csv", "market_money.csv", "market_time.csv", "money.csv")

ACTIVITY = ("Снизилась", "Прежний уровень")
SERVICE_TYPES = ("стандарт", "премиум", "стандартт")
MESSAGES = ("нет", "да")
CATEGORIES = (
    "Товары для детей",
    "Домашний текстиль",
    "Косметика и аксессуары",
    "Техника для красоты и здоровья",
    "Кухонная посуда",
    "Мелкая бытовая техника и электроника",
)
MONEY_PERIODS = ("препредыдущий_месяц", "предыдущий_месяц", "текущий_месяц")
TIME_PERIODS = ("текущий_месяц", "предыдцщий_месяц")
ABSURD_REVENUE = 98_765.4


class Shopper(NamedTuple):
    """A kind of customers: means from which each of them departs."""

    share: float
    revenue: float
    minutes: float
    pages: float
    views: float
    promotion: float
    unpaid: float
    fading: float


SHOPPERS = (
    Shopper(0.36, 5_350, 15.2, 9.8, 3.6, 0.16, 2.1, -2.2),
    Shopper(0.26, 4_850, 13.6, 8.3, 3.3, 0.30, 2.6, -0.6),
    Shopper(0.20, 4_500, 11.8, 6.6, 2.7, 0.72, 3.6, 1.1),
    Shopper(0.18, 4_950, 10.1, 5.2, 2.3, 0.22, 4.4, 1.9),
)


def made_up_market(customers: int = MARKET_CUSTOMERS, *, seed: int = 0) -> dict[str, pa.Table]:
    """Make up the four tables by the names of their files, headers and words in Russian.

    As untidy as the public files: a service type and a period misspelt, an absurd revenue,
    customers without any in some months.
    """
    many = counted(customers)
    rng = np.random.default_rng([seed, 3])
    kind = kinds(rng, [shopper.share for shopper in SHOPPERS], many)
    ids = np.sort(numbers(rng, many, 215_000))
    pages = np.clip(np.round(_around(rng, kind, "pages", 0.18)), 1, 25)
    minutes = np.clip(_around(rng, kind, "minutes", 0.16), 4, 30)
    likely = _of(kind, "promotion")
    promotion = np.round(rng.beta(9 * likely, 9 * (1 - likely)), 2)
    unpaid = np.minimum(rng.poisson(_of(kind, "unpaid")), 12)
    usual = np.where(_of(kind, "fading") > 0, 3.95, 4.3)
    messages = np.round(np.clip(rng.normal(usual, 0.9), 0.5, 7), 1)
    fades = happens(
        rng,
        _of(kind, "fading") - 0.12 * (pages - 8) - 0.14 * (minutes - 13) + 0.22 * (unpaid - 3)
        - 0.5 * (messages - 4.3),
    )  # fmt: skip
    return {
        "market_file.csv": pa.table(
            {
                "id": pa.array(ids),
                "Покупательская активность": words(ACTIVITY, np.where(fades, 0, 1)),
                "Тип сервиса": words(SERVICE_TYPES, kinds(rng, (70, 29, 1.5), many)),
                "Разрешить сообщать": words(MESSAGES, kinds(rng, (26, 74), many)),
                "Маркет_актив_6_мес": pa.array(messages),
                "Маркет_актив_тек_мес": pa.array(kinds(rng, (0, 0, 0, 25, 50, 25), many)),
                "Длительность": pa.array(rng.integers(110, 1_100, many)),
                "Акционные_покупки": pa.array(promotion),
                "Популярная_категория": words(CATEGORIES, _categories(rng, kind)),
                "Средний_просмотр_категорий_за_визит": pa.array(
                    np.clip(rng.poisson(_of(kind, "views")), 1, 6)
                ),
                "Неоплаченные_продукты_штук_квартал": pa.array(unpaid),
                "Ошибка_сервиса": pa.array(np.minimum(rng.poisson(4.2, many), 9)),
                "Страниц_за_визит": pa.array(pages.astype(np.int64)),
            }
        ),
        "market_money.csv": _money(rng, ids, _around(rng, kind, "revenue", 0.07), fades),
        "market_time.csv": _time(rng, ids, minutes, fades),
        "money.csv": pa.table(
            {
                "id": pa.array(ids),
                "Прибыль": pa.array(np.round(np.clip(rng.normal(4, 1, many), 0.8, 7.5), 2)),
            }
        ),
    }


def market_files(tables: dict[str, pa.Table]) -> dict[str, bytes]:
    """Write the tables as the public files are: money.csv with `;` and a decimal comma."""
    return {
        name: table.to_pandas()
        .to_csv(
            index=False,
            sep=";" if name == "money.csv" else ",",
            decimal="," if name == "money.csv" else ".",
            lineterminator="\r\n",
        )
        .encode()
        for name, table in tables.items()
    }


def _of(kind: Longs, name: str) -> Floats:
    return np.array([getattr(shopper, name) for shopper in SHOPPERS], dtype=np.float64)[kind]


def _around(rng: Generator, kind: Longs, name: str, spread: float) -> Floats:
    return _of(kind, name) * np.exp(rng.normal(0, spread, len(kind)))


def _categories(rng: Generator, kind: Longs) -> Longs:
    weights = np.tile([26.0, 19, 17, 14, 13, 11], (len(kind), 1))
    weights[kind == 2, 2] *= 1.8
    weights[kind == 3, 5] *= 1.6
    return kinds_by(rng, weights)


def _money(rng: Generator, ids: Longs, revenue: Floats, fades: Flags) -> pa.Table:
    many = len(ids)
    trend = np.stack([np.ones(many), np.where(fades, 0.95, 1.02), np.where(fades, 0.97, 1.08)])
    months = revenue * trend * np.exp(rng.normal(0, 0.05, (3, many)))
    months[:, some(rng, many, 0.002)] = 0
    months[0, some(rng, many, 0.003)] = 0
    months[2, some(rng, many, 0)] = ABSURD_REVENUE
    return _long(ids, months, MONEY_PERIODS, "Выручка")


def _time(rng: Generator, ids: Longs, minutes: Floats, fades: Flags) -> pa.Table:
    now = np.round(minutes * np.where(fades, 0.95, 1.03) + rng.normal(0, 1, len(ids)))
    before = np.round(minutes + rng.normal(0, 1, len(ids)))
    both = np.maximum(np.stack([now, before]), 1).astype(np.int64)
    return _long(ids, both, TIME_PERIODS, "минут")


def _long(ids: Longs, values: Floats | Longs, periods: tuple[str, ...], name: str) -> pa.Table:
    """Write one row per customer and period, a customer's rows together."""
    rounded = pd.DataFrame(values.T).round(1).to_numpy().ravel()
    return pa.table(
        {
            "id": pa.array(np.repeat(ids, len(periods))),
            "Период": words(periods, np.tile(np.arange(len(periods)), len(ids))),
            name: pa.array(rounded),
        }
    )
