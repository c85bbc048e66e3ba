"""Totals by kind add up to those of the customers, whatever is asked for."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from pipeline.features.days import day_number
from pipeline.features.kinds import kinds_of, months_by_kind, totals_by_kind
from pipeline.features.periods import earlier_snapshots, months

DAYS = [dt.date(2025, 1, 1), dt.date(2025, 2, 1)]
KINDS = ["segment", "country", "value_band", "risk_value"]


def shop(customers: int = 60) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two snapshots, the earlier without two in three customers, and the newest customers."""
    chance = np.random.default_rng(0)
    names = [f"{place:03}" for place in range(customers)]
    newest = pd.DataFrame(
        {
            "customer_id": pd.Series(names).sample(frac=1, random_state=1).to_list(),
            "segment": chance.choice(["A", "B"], customers),
            "country": chance.choice(["Norway", "Spain", None], customers),
            "value_band": chance.choice(["Middle", "Top 20 %"], customers),
            "risk_value": chance.choice(["Safe", None], customers),
        }
    )
    both = pd.concat([newest[::3].assign(as_of=DAYS[0]), newest.assign(as_of=DAYS[1])])
    snapshots = both[["as_of", "customer_id"]].assign(
        recency_days=chance.integers(0, 200, len(both)),
        frequency=chance.integers(1, 9, len(both)),
        monetary=chance.normal(100, 10, len(both)),
    )
    measured = snapshots[snapshots["as_of"] == DAYS[1]].drop(columns="as_of")
    newest = newest.merge(measured, on="customer_id")
    return snapshots, newest.assign(average_basket=newest["monetary"] / newest["frequency"])


def totals(snapshots: pd.DataFrame, newest: pd.DataFrame) -> pd.DataFrame:
    kinds = kinds_of(newest)
    earlier = earlier_snapshots(snapshots, kinds.identifiers)
    return totals_by_kind(kinds, earlier, as_of=DAYS[1])


def orders() -> pd.DataFrame:
    """Orders of the customers 000 to 039 in two months; some cancelled, some to be."""
    chance = np.random.default_rng(2)
    ordered = day_number(DAYS[0]) + chance.integers(0, 55, 300)
    return pd.DataFrame(
        {
            "customer_id": [f"{place:03}" for place in chance.integers(0, 40, 300)],
            "from_day": ordered,
            "to_day": np.where(chance.random(300) < 0.3, ordered + 20, 10**6),
            "ordered_day": ordered,
            "net": chance.choice([0.0, 10.0, 12.5], 300),
        }
    )


@pytest.mark.parametrize("kind", KINDS)
def test_totals_of_a_filter_are_those_of_its_customers(kind):
    snapshots, newest = shop()
    found = totals(snapshots, newest)
    joined = snapshots.merge(newest[["customer_id", *KINDS]], on="customer_id")
    for value in newest[kind].dropna().unique():
        for day in DAYS:
            rows = found[(found[kind] == value) & (found["as_of"] == day)]
            some = joined[(joined[kind] == value) & (joined["as_of"] == day)]
            assert rows["customers"].sum() == len(some)
            assert rows["active_customers"].sum() == (some["recency_days"] < 90).sum()
            assert rows["orders"].sum() == some["frequency"].sum()
            assert rows["revenue"].sum() == pytest.approx(some["monetary"].sum())


def test_sums_of_the_newest_give_means_of_what_is_known():
    snapshots, newest = shop()
    newest.loc[::4, ["recency_days", "average_basket"]] = np.nan
    found = totals(snapshots, newest).set_index("as_of").loc[DAYS[1]]
    for segment, some in newest.groupby("segment"):
        rows = found[found["segment"] == segment].sum(numeric_only=True)
        for total, known, name in (
            ("recency_days", "recency_known", "recency_days"),
            ("orders", "frequency_known", "frequency"),
            ("revenue", "monetary_known", "monetary"),
            ("average_basket", "basket_known", "average_basket"),
        ):
            assert rows[total] / rows[known] == pytest.approx(some[name].mean())


def test_customers_of_no_country_and_no_known_orders_are_kept():
    snapshots, newest = shop()
    found = totals(
        snapshots[snapshots["as_of"] == DAYS[1]], newest.assign(frequency=None, monetary=None)
    )
    assert found["customers"].sum() == len(newest)
    assert found["country"].isna().any()
    assert found[["orders", "revenue", "basket_known"]].isna().sum().tolist() == [
        len(found),
        len(found),
        0,
    ]
    assert found[["frequency_known", "monetary_known"]].eq(0).all(axis=None)


def test_whoever_is_not_among_the_newest_is_left_out():
    snapshots, newest = shop()
    found = totals(snapshots, newest.iloc[:10])
    there = snapshots[snapshots["customer_id"].isin(newest["customer_id"].iloc[:10])]
    assert found.groupby("as_of")["customers"].sum().to_dict() == (
        there.groupby("as_of").size().to_dict()
    )


def test_months_of_a_kind_are_its_standing_orders():
    _, newest = shop()
    newest = newest.iloc[5:]
    kinds, states = kinds_of(newest), orders()
    day = day_number(DAYS[1])
    found = months_by_kind(kinds, months(states, kinds.identifiers, newest=day))
    stands = states[
        (states["from_day"] <= day) & (states["to_day"] > day) & (states["net"] > 0)
    ]
    joined = stands.merge(newest, on="customer_id").assign(
        month=lambda rows: pd.to_datetime(rows["ordered_day"], unit="D").dt.to_period("M")
    )
    for (segment, month), some in joined.groupby(["segment", "month"]):
        first = month.start_time.date()
        rows = found[(found["segment"] == segment) & (found["month"] == first)]
        assert rows["orders"].sum() == len(some)
        assert rows["revenue"].sum() == pytest.approx(some["net"].sum())
    assert found["orders"].sum() == len(joined)
    assert months_by_kind(kinds, []).empty
