"""From the states of orders to x, t_x, T and spend, as known on one day."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.features.days import day_number
from pipeline.features.orders import order_states
from pipeline.features.rfm import known_on
from pipeline.quality.cleaning import clean
from pipeline.trade_settings import CleaningSettings
from pipeline.value.customers import known, transactions
from tests.quality.order_lines import START, as_lines, histories

FIRST = day_number(START)


def states_of(events: list[dict]) -> pd.DataFrame:
    return order_states(clean(as_lines(events), CleaningSettings()))


@settings(max_examples=25)
@given(histories(), st.integers(0, 14))
def test_the_same_customers_and_money_as_every_snapshot(events, day):
    states = states_of(events)
    seen = transactions(states, FIRST + day)
    expected = known_on(states, FIRST + day).sort_values("customer_id")
    assert seen.customers.tolist() == expected["customer_id"].tolist()
    if not len(seen.customers):
        return
    found = known(seen, FIRST + day)
    assert found.spend.mean * found.spend.orders == pytest.approx(
        expected["monetary"].to_numpy()
    )
    tenure = expected["tenure_days"].to_numpy()
    age = found.histories.T * 7
    assert age == pytest.approx(tenure)
    silence = (found.histories.T - found.histories.t_x) * 7
    assert silence == pytest.approx(expected["recency_days"].to_numpy())
    assert (found.spend.orders <= expected["frequency"].to_numpy()).all()
    assert (found.histories.x == found.spend.orders - 1).all()


@settings(max_examples=25)
@given(histories(), st.integers(0, 12))
def test_nothing_after_the_day_is_known(events, day):
    """Whatever comes later — orders, cancellations — changes nothing of what was known."""
    end = pd.Timestamp(START) + pd.Timedelta(days=day + 1)
    lines = as_lines(events)
    whole, cut = (
        known(transactions(order_states(clean(each, CleaningSettings())), FIRST + day), 0)
        for each in (lines, lines[lines["ordered_at"] < end])
    )
    assert whole.customers.tolist() == cut.customers.tolist()
    for name in ("x", "t_x", "T"):
        assert (getattr(whole.histories, name) == getattr(cut.histories, name)).all()
    assert whole.spend.mean == pytest.approx(cut.spend.mean)


def test_orders_of_one_day_are_one_and_spend_is_that_of_days():
    events = [
        {"invoice": "1", "quantity": 10},
        {"invoice": "2", "minute": 5, "quantity": 20},
        {"invoice": "3", "day": 7, "quantity": 40},
        {"invoice": "4", "day": 10, "quantity": 80},
        {"invoice": "5", "day": 2, "customer_id": "B", "quantity": 7},
    ]
    found = known(transactions(states_of(events), FIRST + 14), FIRST + 14)
    assert found.customers.tolist() == ["A", "B"]
    assert found.histories.x.tolist() == [2, 0]
    assert (found.histories.t_x * 7).tolist() == [10, 0]
    assert (found.histories.T * 7).tolist() == [14, 12]
    assert found.spend.orders.tolist() == [3, 1]
    assert found.spend.mean.tolist() == [50, 7]
    assert found.repeat_mean[0] == 60
    assert np.isnan(found.repeat_mean[1])
    assert found.repeat_spend.orders.tolist() == [2]
    assert found.repeat_spend.mean.tolist() == [60]


def test_a_cancelled_order_is_one_until_the_day_of_its_cancellation():
    events = [
        {"invoice": "1", "quantity": 2},
        {"invoice": "2", "day": 3, "product": "JAM", "quantity": 5},
        {"invoice": "C3", "day": 6, "product": "JAM", "quantity": -5},
    ]
    states = states_of(events)
    counts = [
        known(transactions(states, FIRST + day), FIRST + day).histories.x[0]
        for day in (2, 5, 6)
    ]
    assert counts == [0, 1, 0]
