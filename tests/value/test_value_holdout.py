"""The end of the records held out: what is compared with what."""

import numpy as np
import pandas as pd
import pytest

from pipeline.settings import ValueSettings
from pipeline.value.customers import known, transactions
from pipeline.value.holdout import (
    BY_FREQUENCY,
    METRICS,
    TRACKING,
    Holdout,
    holdout,
    holdout_days,
)
from tests.value.populations import FIRST_DAY, shop_states

SETTINGS = ValueSettings()
NEWEST, DAYS = FIRST_DAY + 499, 249
CUT = NEWEST - DAYS


@pytest.fixture(scope="module")
def states() -> pd.DataFrame:
    return shop_states(customers=1_500)


@pytest.fixture(scope="module")
def held(states: pd.DataFrame) -> Holdout:
    return holdout(states, newest=NEWEST, days=DAYS, settings=SETTINGS, seed=0)


@pytest.fixture(scope="module")
def happened(states: pd.DataFrame) -> pd.DataFrame:
    """Give order days and money after the cut of everyone known on it, another way."""
    stands = states[
        (states["from_day"] <= NEWEST) & (states["to_day"] > NEWEST) & (states["net"] > 0)
    ]
    after = stands[stands["ordered_day"] > CUT]
    daily = after.groupby(["customer_id", "ordered_day"], as_index=False)["net"].sum()
    each = daily.groupby("customer_id")["net"].agg(["size", "sum"])
    people = known(transactions(states, CUT), CUT).customers
    return each.reindex(people).fillna(0)


@pytest.mark.parametrize(
    ("span", "days"), [(179, None), (180, 90), (373, 186), (730, 365), (4_000, 365)]
)
def test_the_longest_end_that_leaves_as_much_before(span, days):
    assert holdout_days(FIRST_DAY, FIRST_DAY + span, SETTINGS) == days


def test_actual_figures_are_what_happened(held: Holdout, happened: pd.DataFrame):
    assert held.metric("orders", "actual", "total") == happened["size"].sum()
    assert held.metric("revenue", "actual", "total") == pytest.approx(happened["sum"].sum())


def test_the_right_model_foretells_well_and_better_than_any_rule(held: Holdout):
    """The shop follows BG/NBD (but for a few cancellations), so it must come near."""
    model = held.choice.model.key
    assert model == "bg_nbd"
    total = held.metric("orders", "actual", "total")
    assert held.metric("orders", model, "total") == pytest.approx(total, rel=0.1)
    for measure in ("orders", "revenue"):
        for rival in ("historic_rate", "everybody_mean", "last_period"):
            assert held.metric(measure, model, "rmse") < held.metric(measure, rival, "rmse")
    assert 0.9 <= held.metric("revenue", model, "coverage") <= 0.98


def test_errors_are_of_the_whole_and_of_each(held: Holdout, happened: pd.DataFrame):
    number = len(happened)
    for model in ("bg_nbd", "historic_rate", "everybody_mean", "last_period"):
        total = held.metric("orders", model, "total")
        bias = held.metric("orders", model, "bias")
        assert bias * number == pytest.approx(total - happened["size"].sum(), abs=1e-6)
        share = held.metric("orders", model, "total_error")
        assert share == pytest.approx(total / happened["size"].sum() - 1)
        assert abs(bias) <= held.metric("orders", model, "mean_absolute_error") + 1e-12
        assert held.metric("orders", model, "mean_absolute_error") <= held.metric(
            "orders", model, "rmse"
        )
    shares = [
        held.metric("revenue", "bg_nbd", name)
        for name in ("coverage", "below_interval", "above_interval")
    ]
    assert sum(shares) == pytest.approx(1)


def test_rivals_know_nothing_but_the_past(held: Holdout, states: pd.DataFrame):
    before = transactions(states, CUT)
    last = before.of(before.day > CUT - DAYS)
    assert held.metric("orders", "last_period", "total") == len(last.day)
    assert held.metric("revenue", "last_period", "total") == pytest.approx(last.net.sum())
    assert held.metric("orders", "everybody_mean", "total") == pytest.approx(len(last.day))


def test_tracking_adds_up_week_by_week(held: Holdout, happened: pd.DataFrame):
    table = held.tracking
    assert list(table) == TRACKING
    weeks = (499 // 7 * 7) // 7 + 1
    assert table["week"].tolist() == list(range(1, len(table) + 1))
    assert len(table) == pytest.approx(weeks, abs=1)
    assert table["is_holdout"].sum() == DAYS // 7
    assert table["is_holdout"].is_monotonic_increasing
    assert table["actual"].is_monotonic_increasing
    assert table["expected"].iloc[:10].is_monotonic_increasing
    ends = table.set_index("week")
    repeats = held.people.histories.x.sum()
    cut = ends[~ends["is_holdout"]].iloc[-1]
    assert cut["actual"] == repeats
    assert cut["expected"] == pytest.approx(repeats, rel=0.1)
    assert ends.loc[~ends["is_holdout"], "naive"].isna().all()
    last = ends.iloc[-1]
    share = (DAYS // 7 * 7) / DAYS
    assert last["actual"] - repeats == pytest.approx(happened["size"].sum(), rel=0.05)
    assert last["expected"] - repeats == pytest.approx(
        held.metric("orders", "bg_nbd", "total"), rel=0.05
    )
    naive = held.metric("orders", "historic_rate", "total") * share
    assert last["naive"] - repeats == pytest.approx(naive)


def test_by_frequency_adds_up_to_everybody(held: Holdout, happened: pd.DataFrame):
    table = held.by_frequency
    assert list(table) == BY_FREQUENCY
    assert table["repeat_orders"].tolist() == list(range(8))
    assert table["customers"].sum() == len(happened)
    actual = (table["actual"] * table["customers"]).sum()
    assert actual == pytest.approx(happened["size"].sum())
    expected = (table["expected"] * table["customers"]).sum()
    assert expected == pytest.approx(held.metric("orders", "bg_nbd", "total"))
    assert table["expected"].is_monotonic_increasing


def test_nothing_is_foretold_from_what_is_held_out(held: Holdout, states: pd.DataFrame):
    """With all orders behind the cut gone, the forecast stays to the last digit."""
    past = states[states["from_day"] <= CUT]
    again = holdout(past, newest=NEWEST, days=DAYS, settings=SETTINGS, seed=0)
    assert again.choice == held.choice
    assert again.spend == held.spend
    ours, theirs = (
        each.metrics[each.metrics["metric"] == "total"].set_index(["measure", "model"])["value"]
        for each in (held, again)
    )
    foretold = ~ours.index.get_level_values("model").isin(["actual"])
    assert (ours[foretold] == theirs[foretold]).all()
    assert theirs["orders", "actual"] == 0


def test_the_interval_is_checked_on_so_many_at_most(states: pd.DataFrame):
    few = holdout(
        states,
        newest=NEWEST,
        days=DAYS,
        settings=ValueSettings(holdout_customers=100),
        seed=0,
    )
    assert few.metric("revenue", "bg_nbd", "interval_customers") == 100
    assert list(few.metrics) == METRICS
    assert np.isfinite(few.metrics["value"]).all()
