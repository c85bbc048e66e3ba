"""The end of the records held out: what is compared with what."""

import numpy as np
import pandas as pd
import pytest

from pipeline.settings import ValueSettings
from pipeline.value.backtest import PRIOR, Backtest, backtest, interval_at
from pipeline.value.customers import known, transactions
from pipeline.value.cuts import cut, cut_days
from pipeline.value.holdout import BY_FREQUENCY, METRICS, TRACKING, Holdout, holdout
from tests.value.populations import FIRST_DAY, shop_states

SETTINGS = ValueSettings()
NEWEST, DAYS = FIRST_DAY + 499, 249
CUT = NEWEST - DAYS
MODEL = "bg_nbd"
"""What the shop follows, but for a few cancellations."""


@pytest.fixture(scope="module")
def states() -> pd.DataFrame:
    return shop_states(customers=1_500)


def one_of(states: pd.DataFrame, settings: ValueSettings = SETTINGS) -> Backtest:
    return backtest(cut(states, CUT, DAYS, newest=NEWEST), settings, seed=0)


def held_of(one: Backtest, settings: ValueSettings = SETTINGS) -> Holdout:
    return holdout(one, MODEL, interval_at(one, MODEL, PRIOR, settings, seed=0))


@pytest.fixture(scope="module")
def one(states: pd.DataFrame) -> Backtest:
    return one_of(states)


@pytest.fixture(scope="module")
def held(one: Backtest) -> Holdout:
    return held_of(one)


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
    ("record", "cuts", "days"),
    [
        (179, [], 90),
        (180, [90], 90),
        (215, [90, 125], 90),
        (240, [90, 120, 150], 90),
        (373, [124, 186, 248], 124),
        (730, [243, 365, 487], 243),
        (4_000, [365, 730, 1_095], 365),
    ],
)
def test_ends_are_held_out_that_leave_as_much_before(record, cuts, days):
    found = cut_days(FIRST_DAY, FIRST_DAY + record, SETTINGS)
    assert [FIRST_DAY + record - each for each in found[0]] == cuts
    assert found[1] == days
    assert all(each - FIRST_DAY >= days for each in found[0])


def test_actual_figures_are_what_happened(held: Holdout, happened: pd.DataFrame):
    assert held.metric("orders", "actual", "total") == happened["size"].sum()
    assert held.metric("revenue", "actual", "total") == pytest.approx(happened["sum"].sum())


def test_the_right_model_foretells_well_and_better_than_any_rule(held: Holdout):
    """The shop follows BG/NBD (but for a few cancellations), so it must come near."""
    model = MODEL
    total = held.metric("orders", "actual", "total")
    assert held.metric("orders", model, "total") == pytest.approx(total, rel=0.1)
    for measure in ("orders", "revenue"):
        for rival in ("historic_rate", "everybody_mean", "last_period"):
            assert held.metric(measure, model, "rmse") < held.metric(measure, rival, "rmse")
    assert 0.9 <= held.metric("revenue", model, "coverage") <= 0.99


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


def test_tracking_adds_up_week_by_week(one: Backtest, held: Holdout, happened: pd.DataFrame):
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
    repeats = one.cut.people.histories.x.sum()
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


def test_nothing_is_foretold_from_what_is_held_out(
    one: Backtest, held: Holdout, states: pd.DataFrame
):
    """With all orders behind the cut gone, the forecast stays to the last digit."""
    again = one_of(states[states["from_day"] <= CUT])
    assert again.fitted == one.fitted
    assert again.spend == one.spend
    ours, theirs = (
        each.metrics[each.metrics["metric"] == "total"].set_index(["measure", "model"])["value"]
        for each in (held, held_of(again))
    )
    foretold = ~ours.index.get_level_values("model").isin(["actual"])
    assert (ours[foretold] == theirs[foretold]).all()
    assert theirs["orders", "actual"] == 0


def test_an_earlier_cut_sees_no_further_than_its_own_end(states: pd.DataFrame):
    """What came is what stands on the newest day of the orders of so many days."""
    early = cut(states, CUT - 60, 90, newest=NEWEST)
    stands = states[
        (states["from_day"] <= NEWEST) & (states["to_day"] > NEWEST) & (states["net"] > 0)
    ]
    in_time = stands["ordered_day"].between(CUT - 59, CUT + 30)
    theirs = stands["customer_id"].isin(early.people.customers)
    assert early.after.day.max() <= CUT + 30
    assert early.came.revenue.sum() == pytest.approx(stands["net"][in_time & theirs].sum())


def test_the_interval_is_checked_on_so_many_at_most(states: pd.DataFrame):
    settings = ValueSettings(holdout_customers=100)
    few = held_of(one_of(states, settings), settings)
    assert few.metric("revenue", MODEL, "interval_customers") == 100
    assert list(few.metrics) == METRICS
    assert np.isfinite(few.metrics["value"]).all()
