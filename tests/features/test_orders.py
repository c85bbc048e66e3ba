"""Orders rolled up from lines, the days they are looked at, and sales."""

import datetime as dt
import itertools
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.base.errors import SourceError
from pipeline.features.days import FOREVER, day_number, day_of
from pipeline.features.orders import newest_day, order_states
from pipeline.features.snapshots import snapshot_days
from pipeline.quality.cleaning import Cleaned, clean
from pipeline.sales.sales import sales
from pipeline.settings import SnapshotSettings
from pipeline.trade_settings import CleaningSettings
from tests.quality.order_lines import START, as_lines, histories

FIRST = day_number(START)


def cleaned(events: list[dict]) -> Cleaned:
    return clean(as_lines(events), CleaningSettings())


@settings(max_examples=20)
@given(histories())
def test_states_follow_each_other_without_gap(events):
    states = order_states(cleaned(events))
    for _, order in states.groupby(["customer_id", "invoice"]):
        assert order["to_day"].iloc[-1] == FOREVER
        assert order["from_day"].iloc[1:].tolist() == order["to_day"].iloc[:-1].tolist()
        assert (order["from_day"] < order["to_day"]).all()
        assert (order["from_day"].iloc[0] == order["ordered_day"]).all()
        assert order["gross"].is_monotonic_increasing
        assert (order["net"] >= 0).all()
        assert (order["net"] <= order["gross"]).all()


@settings(max_examples=20)
@given(histories(), st.integers(0, 12))
def test_states_add_up_to_lines_less_cancellations(events, day):
    """The value that stands on a day, computed from lines apart from the states."""
    whole = cleaned(events)
    states = order_states(whole)
    number = FIRST + day
    on_day = states[(states["from_day"] <= number) & (states["to_day"] > number)]
    end = pd.Timestamp(START) + pd.Timedelta(days=day + 1)
    bought = whole.purchases[
        whole.purchases["customer_id"].notna() & (whole.purchases["ordered_at"] < end)
    ]
    back = whole.cancellations[whole.cancellations["cancelled_at"] < end]
    assert on_day["gross"].sum() == pytest.approx(bought["value"].sum())
    assert on_day["net"].sum() == pytest.approx(bought["value"].sum() - back["value"].sum())
    assert on_day["items"].sum() == bought["quantity"].sum() - back["quantity"].sum()


def test_the_newest_day_is_that_of_the_last_order_or_matched_return():
    events = [
        {"day": 3, "quantity": 2},
        {"day": 9, "invoice": "2", "quantity": 5},
        {"day": 11, "invoice": "C3", "quantity": -5},
    ]
    states = order_states(cleaned(events))
    assert newest_day(states, None) == FIRST + 11
    assert newest_day(states, day_of(FIRST + 20)) == FIRST + 20


def test_where_nothing_stands_there_is_nothing_to_look_at():
    states = order_states(cleaned([{"quantity": 2}, {"day": 5, "quantity": -2}]))
    with pytest.raises(SourceError, match="all 1 orders of known customers were cancelled"):
        newest_day(states, None)
    with pytest.raises(SourceError):
        newest_day(states, day_of(FIRST + 5))
    assert newest_day(states, day_of(FIRST + 4)) == FIRST + 4


@given(st.integers(0, 900), st.integers(1, 100), st.integers(1, 20))
def test_snapshots_go_back_in_equal_steps(span, every, at_most):
    days = snapshot_days(
        FIRST, FIRST + span, SnapshotSettings(every_days=every, at_most=at_most)
    )
    numbers = days["as_of_day"].tolist()
    assert numbers[-1] == FIRST + span
    assert numbers[0] >= FIRST
    assert {b - a for a, b in itertools.pairwise(numbers)} <= {every}
    assert len(numbers) == min(at_most, span // every + 1)
    assert [day_number(day) for day in days["as_of"]] == numbers


def standing(events: list[dict[str, Any]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    found = cleaned(events)
    return found.purchases, found.cancellations


def test_sales_know_nothing_after_their_day():
    before = [{"quantity": 4}, {"day": 2, "customer_id": None, "quantity": 3, "invoice": "2"}]
    after = [
        {"day": 35, "invoice": "C3", "quantity": -4},
        {"day": 36, "invoice": "4", "quantity": 9, "country": "France"},
    ]
    as_of = START + dt.timedelta(days=30)
    for ours, theirs in zip(
        sales(*standing(before + after), as_of=as_of),
        sales(*standing(before), as_of=as_of),
        strict=True,
    ):
        pd.testing.assert_frame_equal(ours, theirs)


def test_sales_by_month_country_and_product():
    events = [
        {"quantity": 4, "description": "Tea"},
        {"quantity": 1, "invoice": "2", "customer_id": "B", "product": "JAM", "day": 32},
        {"quantity": 1, "invoice": "3", "customer_id": None, "country": None, "day": 33},
        {"quantity": -1, "invoice": "C4", "day": 34},
        {"quantity": 2, "invoice": "5", "day": 70, "description": "Green tea"},
        {"quantity": 2, "invoice": "6", "day": 70, "minute": 1, "description": "Green tea"},
    ]
    sold = sales(*standing(events), as_of=START + dt.timedelta(days=70))
    assert sold.monthly["month"].tolist() == [dt.date(2024, m, 1) for m in (1, 2, 3)]
    assert sold.monthly["revenue"].tolist() == [3, 2, 4]
    assert sold.monthly["cancelled"].tolist() == [1, 0, 0]
    assert sold.monthly["anonymous_revenue"].tolist() == [0, 1, 0]
    assert sold.monthly["orders"].tolist() == [1, 1, 2]
    assert sold.monthly["customers"].tolist() == [1, 1, 1]
    assert sold.monthly["new_customers"].tolist() == [1, 1, 0]
    assert sold.monthly["is_complete"].tolist() == [True, True, False]
    assert sold.monthly["items"].tolist() == [3, 2, 4]
    assert sold.monthly["returned_revenue"].tolist() == [0, 1, 0]
    countries = sold.countries[["country", "revenue", "orders", "customers"]]
    assert countries.to_numpy().tolist() == [["Spain", 8, 4, 2], ["Unspecified", 1, 1, 0]]
    assert sold.countries["iso"].fillna("").tolist() == ["ES", ""]
    assert sold.countries["average_basket"].tolist() == [2, 1]
    assert sold.countries["returned_share"].tolist() == [pytest.approx(1 / 9, abs=1e-6), 0]
    products = sold.products.set_index("product")
    assert products.loc["TEA", ["revenue", "pieces", "cancelled_pieces"]].tolist() == [8, 8, 1]
    assert products["description"].to_dict() == {"TEA": "Green tea", "JAM": "TEA"}


@settings(max_examples=20)
@given(histories())
def test_orders_and_customers_are_counted_once(events):
    found = cleaned(events)
    bought = found.purchases.astype({"product": "str", "country": "str"})
    back = found.cancellations.groupby("purchase")["value"].sum().reindex(bought.index)
    bought = bought[bought["value"] - back.fillna(0) > 0.0001]
    bought["order"] = bought["customer_id"].astype("str").fillna("") + bought["invoice"].astype(
        "str"
    )
    sold = sales(found.purchases, found.cancellations, as_of=dt.date(2030, 1, 1))
    for column, table in (("product", sold.products), ("country", sold.countries)):
        expected = bought.fillna({"country": "Unspecified"}).groupby(column)
        counted = table.set_index(column).sort_index()
        counted = counted[counted["orders"] > 0]
        assert counted["orders"].to_dict() == expected["order"].nunique().to_dict()
        assert counted["customers"].to_dict() == expected["customer_id"].nunique().to_dict()


@settings(max_examples=20)
@given(histories(), st.integers(2, 9))
def test_orders_are_the_same_in_any_number_of_buckets(events, buckets):
    found = cleaned(events)
    pd.testing.assert_frame_equal(order_states(found, buckets=buckets), order_states(found))
