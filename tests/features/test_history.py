"""Features and labels know nothing of what comes after their day."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from pipeline.features.days import day_number
from pipeline.features.history import HISTORY, history
from pipeline.features.labels import OUTCOMES, outcomes
from pipeline.features.orders import order_states
from pipeline.quality.cleaning import clean
from pipeline.trade_settings import CleaningSettings
from tests.features.made_up_lines import made_up

CUT = day_number(dt.date(2024, 5, 1))
NAMES = [each.name for each in HISTORY]


@pytest.fixture(scope="module")
def lines() -> pd.DataFrame:
    return made_up()


@pytest.fixture(scope="module")
def states(lines: pd.DataFrame) -> pd.DataFrame:
    return order_states(clean(lines, CleaningSettings()))


@pytest.fixture(scope="module")
def without_later(lines: pd.DataFrame) -> pd.DataFrame:
    """States made from the lines up to the cut alone."""
    earlier = lines[lines["ordered_at"] < pd.Timestamp("2024-05-02")].reset_index(drop=True)
    return order_states(clean(earlier, CleaningSettings()))


def test_the_cut_lies_among_cancellations(lines: pd.DataFrame):
    back = lines[lines["quantity"] < 0]["ordered_at"]
    assert (back < pd.Timestamp("2024-05-02")).any()
    assert (back >= pd.Timestamp("2024-05-02")).any()


@pytest.mark.parametrize("name", ["customer_id", "country", *NAMES])
def test_a_feature_knows_nothing_of_later_days(
    name: str, states: pd.DataFrame, without_later: pd.DataFrame
):
    whole, earlier = history(states, CUT), history(without_later, CUT)
    pd.testing.assert_series_equal(whole[name], earlier[name])


def test_features_do_change_with_what_comes(states: pd.DataFrame):
    now, later = history(states, CUT), history(states, CUT + 60)
    both = now.merge(later, on="customer_id", suffixes=("", "_later"))
    changed = [name for name in NAMES if not both[name].equals(both[f"{name}_later"])]
    assert set(NAMES) - set(changed) == set()


def test_labels_know_nothing_after_their_window(lines: pd.DataFrame, states: pd.DataFrame):
    end = pd.Timestamp("1970-01-01") + pd.Timedelta(days=CUT + 60 + 1)
    until = lines[lines["ordered_at"] < end].reset_index(drop=True)
    seen = order_states(clean(until, CleaningSettings()))
    known = history(states, CUT)
    pd.testing.assert_frame_equal(
        outcomes(states, known, CUT, horizon_days=60),
        outcomes(seen, history(seen, CUT), CUT, horizon_days=60),
    )


def test_features_by_hand():
    day = day_number(dt.date(2024, 3, 31))
    states = pd.DataFrame(
        {
            "customer_id": ["a", "a", "a", "b"],
            "invoice": ["1", "2", "3", "4"],
            "from_day": [day - 100, day - 40, day - 10, day - 5],
            "to_day": [2_000_000] * 4,
            "ordered_day": [day - 100, day - 40, day - 10, day - 5],
            "place": [0, 1, 2, 3],
            "gross": [100.0, 50.0, 40.0, 10.0],
            "net": [100.0, 50.0, 20.0, 10.0],
            "items": [10.0, 5.0, 2.0, 1.0],
            "country": ["France", "France", "Spain", "Italy"],
        }
    )
    first, second = history(states, day).to_dict("records")
    assert first["country"] == "Spain"
    assert (first["recency_days"], first["tenure_days"]) == (10, 100)
    assert (first["frequency"], first["monetary"]) == (3, 170)
    assert (first["orders_30d"], first["orders_60d"], first["orders_180d"]) == (1, 2, 3)
    assert (first["spend_90d"], first["spend_180d"]) == (70, 170)
    assert first["gap_days"] == 45
    assert first["gap_deviation_days"] == 15
    assert first["lateness"] == pytest.approx(10 / 45)
    assert first["order_rate"] == pytest.approx(3 * 90 / 190)
    assert first["returned_share"] == pytest.approx(20 / 190)
    assert (first["returned_orders"], second["returned_orders"]) == (1, 0)
    assert np.isnan(second["gap_days"])
    assert np.isnan(second["lateness"])


def test_labels_by_hand():
    day = 1_000
    rows = [
        ("stays", day - 10, 100.0), ("stays", day + 20, 80.0),
        ("falls", day - 10, 100.0), ("falls", day + 20, 30.0),
        ("leaves", day - 10, 100.0), ("leaves", day + 91, 500.0),
        ("asleep", day - 400, 100.0),
        ("late", day - 200, 10.0), ("late", day + 90, 5.0),
    ]  # fmt: skip
    states = pd.DataFrame(rows, columns=["customer_id", "ordered_day", "net"]).assign(
        invoice=lambda frame: frame.index.astype(str),
        from_day=lambda frame: frame["ordered_day"],
        to_day=2_000_000,
        place=lambda frame: frame["ordered_day"],
        gross=lambda frame: frame["net"],
        items=1.0,
        country="France",
    )
    known = history(states, day)
    found = outcomes(states, known, day).set_index(known["customer_id"].astype(str))
    assert found["churn"].to_dict() == pytest.approx(
        {"asleep": np.nan, "falls": 0, "late": 0, "leaves": 1, "stays": 0}, nan_ok=True
    )
    assert found["activity_drop"].to_dict() == pytest.approx(
        {"asleep": np.nan, "falls": 1, "late": np.nan, "leaves": 1, "stays": 0}, nan_ok=True
    )
    assert found["high_value"].to_dict() == pytest.approx(
        {"asleep": np.nan, "falls": 0, "late": 0, "leaves": 0, "stays": 1}, nan_ok=True
    )
    assert list(found) == list(OUTCOMES)


def test_what_is_cancelled_within_the_window_does_not_stand():
    day = 1_000
    states = pd.DataFrame(
        {
            "customer_id": ["a", "a", "a"],
            "invoice": ["1", "2", "2"],
            "from_day": [day - 5, day + 10, day + 50],
            "to_day": [2_000_000, day + 50, 2_000_000],
            "ordered_day": [day - 5, day + 10, day + 10],
            "place": [0, 1, 1],
            "gross": [10.0, 10.0, 10.0],
            "net": [10.0, 10.0, 0.0],
            "items": [1.0, 1.0, 0.0],
            "country": ["France"] * 3,
        }
    )
    known = history(states, day)
    assert outcomes(states, known, day)["churn"].tolist() == [1.0]
    assert outcomes(states, known, day, horizon_days=30)["churn"].tolist() == [0.0]
