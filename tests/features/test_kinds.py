"""Totals by kind add up to those of the customers, whatever is asked for."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from pipeline.features.kinds import totals_by_kind

DAYS = [dt.date(2025, 1, 1), dt.date(2025, 2, 1)]


def shop(customers: int = 60) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two snapshots, the earlier without every third customer, and the newest customers."""
    chance = np.random.default_rng(0)
    newest = pd.DataFrame(
        {
            "customer_id": [f"{place:03}" for place in range(customers)],
            "segment": chance.choice(["A", "B"], customers),
            "country": chance.choice(["Norway", "Spain", None], customers),
            "value_band": chance.choice(["Middle", "Top 20 %"], customers),
        }
    )
    both = pd.concat([newest[::3].assign(as_of=DAYS[0]), newest.assign(as_of=DAYS[1])])
    snapshots = both[["as_of", "customer_id"]].assign(
        recency_days=chance.integers(0, 200, len(both)),
        frequency=chance.integers(1, 9, len(both)),
        monetary=chance.normal(100, 10, len(both)),
    )
    return snapshots, newest


@pytest.mark.parametrize("kind", ["segment", "country", "value_band"])
def test_totals_of_a_filter_are_those_of_its_customers(kind):
    snapshots, newest = shop()
    found = totals_by_kind(snapshots, newest)
    joined = snapshots.merge(newest, on="customer_id")
    for value in newest[kind].dropna().unique():
        for day in DAYS:
            rows = found[(found[kind] == value) & (found["as_of"] == day)]
            some = joined[(joined[kind] == value) & (joined["as_of"] == day)]
            assert rows["customers"].sum() == len(some)
            assert rows["active_customers"].sum() == (some["recency_days"] < 90).sum()
            assert rows["orders"].sum() == some["frequency"].sum()
            assert rows["revenue"].sum() == pytest.approx(some["monetary"].sum())


def test_customers_of_no_country_and_no_known_orders_are_kept():
    snapshots, newest = shop()
    found = totals_by_kind(snapshots.assign(frequency=None, monetary=None), newest)
    assert found["customers"].sum() == len(snapshots)
    assert found["country"].isna().any()
    assert found[["orders", "revenue"]].isna().all(axis=None)


def test_whoever_is_not_among_the_newest_is_left_out():
    snapshots, newest = shop()
    found = totals_by_kind(snapshots, newest.iloc[:10])
    assert found.loc[found["as_of"] == DAYS[1], "customers"].sum() == 10
