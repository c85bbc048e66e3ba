"""When a customer is expected to order next."""

import datetime as dt

import pandas as pd
import pytest

from pipeline.value.next_order import next_orders

DAY = dt.date(2024, 3, 31)


def customer(**changed: object) -> pd.DataFrame:
    known = {
        "recency_days": 5, "tenure_days": 65, "frequency": 4, "p_alive": 0.9,
        "expected_orders_90d": 1.8,
    }  # fmt: skip
    return pd.DataFrame([known | changed])


def expected(**changed: object) -> object:
    return next_orders(customer(**changed), DAY).iloc[0]


def test_own_gaps_are_taken_from_three_on():
    assert expected() == DAY - dt.timedelta(days=5) + dt.timedelta(days=20)


@pytest.mark.parametrize("few", [{"frequency": 3}, {"tenure_days": 5}])
def test_with_few_gaps_the_model_says_the_gap(few: dict[str, object]):
    assert expected(**few) == DAY - dt.timedelta(days=5) + dt.timedelta(days=45)


def test_who_is_gone_is_not_expected():
    assert expected(p_alive=0.49) is None
    assert expected(p_alive=0.5) is not None


@pytest.mark.parametrize("unknown", [{"p_alive": None}, {"recency_days": None}])
def test_what_is_not_known_gives_no_day(unknown: dict[str, object]):
    assert expected(**unknown) is None


def test_a_model_that_expects_no_orders_gives_no_day():
    assert expected(frequency=1, expected_orders_90d=0.0) is None


def test_without_values_nobody_has_a_day():
    found = next_orders(customer().drop(columns="p_alive"), DAY)
    assert found.isna().all()
    assert next_orders(customer(), None).isna().all()
