"""Who rose, slipped, is new or was lost between two days."""

import datetime as dt

import pandas as pd
import pytest

from pipeline.sales.movement import DAYS, RUNS, Before, is_comparable, moved

NOW, THEN = dt.date(2024, 3, 31), dt.date(2024, 3, 1)


def today(**columns: list[object]) -> pd.DataFrame:
    known = {
        "customer_id": ["a", "b", "c", "d"],
        "segment": ["Best", "Best", "Rest", "Rest"],
        "recency_days": [1, 2, 40, 40],
        "tenure_days": [400, 400, 400, 400],
        "clv_12m": [100.0, 90.0, 10.0, 20.0],
    }
    return pd.DataFrame(known | columns)


def before(**columns: list[object]) -> Before:
    known = {
        "customer_id": ["a", "b", "c", "d"],
        "segment": ["Rest", "Best", "Best", "Rest"],
        "recency_days": [30, 30, 10, 10],
        "clv_12m": [12.0, 80.0, 70.0, 15.0],
    }
    return Before(DAYS, THEN, pd.DataFrame(known | columns))


def how(customers: pd.DataFrame, earlier: Before) -> list[object]:
    return moved(customers, earlier, as_of=NOW).columns["moved"].tolist()


def test_segments_of_higher_value_are_a_rise_and_of_lower_a_slip():
    found = moved(today(), before(), as_of=NOW)
    assert found.columns["moved"].tolist() == ["risen", None, "slipped", None]
    assert found.columns["segment_before"].tolist() == ["Rest", "Best", "Best", "Rest"]
    assert found.columns["clv_12m_before"].tolist() == [12.0, 80.0, 70.0, 15.0]
    assert found.pair.to_dict("records") == [{"basis": DAYS, "from_day": THEN, "to_day": NOW}]


def test_the_same_moves_are_the_other_way_round_where_the_values_are():
    turned = today(clv_12m=[10.0, 20.0, 100.0, 90.0])
    assert how(turned, before()) == ["slipped", None, "risen", None]


def test_without_values_spend_ranks_the_segments():
    customers = today(monetary=[5.0, 5.0, 1.0, 1.0]).drop(columns="clv_12m")
    earlier = before()
    earlier = earlier._replace(customers=earlier.customers.drop(columns="clv_12m"))
    assert how(customers, earlier) == ["risen", None, "slipped", None]


def test_who_ordered_first_since_is_new():
    customers = today(tenure_days=[400, 400, 400, 29])
    assert how(customers, before()) == ["risen", None, "slipped", "new"]
    assert how(today(tenure_days=[400, 400, 400, 30]), before())[-1] is None


def test_a_year_of_silence_is_lost_once():
    customers = today(recency_days=[1, 2, 365, 364])
    assert how(customers, before(recency_days=[30, 30, 335, 334])) == [
        "risen", None, "lost", None,
    ]  # fmt: skip
    assert how(customers, before(recency_days=[30, 30, 365, 334]))[2] == "slipped"


def test_who_was_not_there_before_has_no_segment_before():
    earlier = before()._replace(basis=RUNS)
    earlier = earlier._replace(customers=earlier.customers.iloc[:3])
    found = moved(today(tenure_days=[400, 400, 400, 3]), earlier, as_of=NOW).columns
    assert found["segment_before"].tolist() == ["Rest", "Best", "Best", None]
    assert found["moved"].tolist()[-1] == "new"


@pytest.mark.parametrize(("earlier", "day"), [(None, NOW), (before(), None)])
def test_without_two_days_nothing_is_told(earlier: Before | None, day: dt.date | None):
    found = moved(today(), earlier, as_of=day)
    assert found.columns == {}
    assert found.pair.empty


def test_an_update_of_other_customers_is_not_compared():
    assert is_comparable(before().customers, today())
    others = before(customer_id=["a", "b", "y", "z"]).customers
    assert is_comparable(others, today())
    assert not is_comparable(before(customer_id=["a", "x", "y", "z"]).customers, today())
    assert not is_comparable(others.iloc[:0], today())
