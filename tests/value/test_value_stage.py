"""The stage: a value for everyone, models named, refusals said."""

import json

import numpy as np
import pandas as pd
import pytest

from db.tables.customers import CustomerResult
from db.tables.value import (
    ValueBasis,
    ValueByFrequency,
    ValueCheck,
    ValueFit,
    ValueMetric,
    ValueTotal,
    ValueTracking,
)
from pipeline.features.days import FOREVER
from pipeline.features.rfm import known_on
from pipeline.run.progress import Silent
from pipeline.settings import ValueSettings
from pipeline.value.customers import known, transactions
from pipeline.value.lifetime import YEAR, revenue
from pipeline.value.models.bg_nbd import BgNbd
from pipeline.value.models.gamma_gamma import GammaGamma
from pipeline.value.stage import CUSTOMERS, Valued, order_probability, value
from pipeline.value.tables import FITS
from pipeline.value.totals import totals
from tests.value.populations import FIRST_DAY, shop_states

NEWEST = FIRST_DAY + 499
SETTINGS = ValueSettings()


def valued(states: pd.DataFrame, *, newest: int = NEWEST, seed: int = 0, **asked) -> Valued:
    return value(
        states, newest=newest, settings=ValueSettings(**asked), seed=seed, progress=Silent()
    )


@pytest.fixture(scope="module")
def states() -> pd.DataFrame:
    return shop_states()


@pytest.fixture(scope="module")
def found(states: pd.DataFrame) -> Valued:
    return valued(states)


def test_everyone_with_a_standing_order_has_a_value(found: Valued, states: pd.DataFrame):
    customers = found.customers
    assert list(customers) == CUSTOMERS
    assert sorted(customers["customer_id"]) == sorted(known_on(states, NEWEST)["customer_id"])
    assert customers["customer_id"].is_unique
    assert customers.drop(columns="expected_next_order_days").notna().all(axis=None)
    for name in ("p_alive", "order_probability_90d"):
        assert customers[name].between(0, 1).all()
    assert (customers["clv_12m_low"] <= customers["clv_12m"]).all()
    assert (customers["clv_12m"] <= customers["clv_12m_high"]).all()
    assert (customers["clv_12m_low"] >= 0).all()
    waits = customers["expected_next_order_days"]
    assert (waits.isna() | (waits > 0)).all()
    assert waits[customers["p_alive"] < 0.5].isna().all()
    assert 0 < waits.notna().sum() < len(waits)


def test_a_wait_under_90_days_is_an_order_likelier_than_not(found: Valued):
    customers = found.customers
    soon = customers["expected_next_order_days"] < 89.9
    assert (customers["order_probability_90d"][soon] >= 0.5).all()
    late = customers["expected_next_order_days"].isna()
    assert (customers["order_probability_90d"][late] <= 0.5).all()


def test_totals_by_group_add_up_to_the_whole(found: Valued):
    customers = found.customers
    groups = pd.Series(
        np.where(customers["p_alive"] > 0.9, "here", "away"), customers["customer_id"]
    ).iloc[5:]
    table = totals(customers, groups)
    assert table["customers"].sum() == len(customers)
    assert table["group"].isna().sum() == 1
    assert table["clv_12m"].is_monotonic_decreasing
    for name in ("clv_12m", "clv_historic_12m", "expected_orders_90d"):
        assert table[name].sum() == pytest.approx(customers[name].sum(), rel=1e-12)


def test_fits_tell_every_model_that_was_tried(found: Valued):
    fits = found.fits
    assert list(fits) == FITS
    orders = fits[fits["part"] == "orders"]
    assert set(orders["model"]) == {"bg_nbd", "mbg_nbd", "pareto_nbd", "nbd"}
    loss = orders["aic"] / 2 + orders["holdout_loss"]
    assert loss.is_monotonic_increasing
    assert (orders["single_order_loss"] < orders["holdout_loss"]).all()
    assert fits["model"].iloc[-1] == "gamma_gamma"
    assert fits.loc[fits["chosen"], "model"].tolist() == [found.model.key, "gamma_gamma"]
    used = fits[fits["chosen"]].iloc[0]
    assert used["converged"]
    assert json.loads(used["params"]) == found.model.params
    assert all(error > 0 for error in json.loads(used["errors"]).values())
    bg = fits.set_index("model").loc["bg_nbd"]
    assert bg["aic"] == pytest.approx(8 - 2 * bg["log_likelihood"], abs=1e-3)


def test_the_hold_out_and_its_finding(found: Valued):
    assert set(found.tracking["is_holdout"]) == {True, False}
    assert found.by_frequency["customers"].sum() > 100
    said = {finding.rule: finding.explanation for finding in found.findings}
    assert set(said) >= {"order_model", "spend", "holdout"}
    assert set(said) <= {"order_model", "spend", "holdout", "total_rule"}
    assert "by AIC and the log loss on the hold-outs" in said["order_model"]
    served = found.checks[found.checks["chosen"] == 1]
    held = np.average(served["coverage"], weights=served["customers"])
    assert (
        f"On 3 hold-outs the 90 % interval held the revenue of {100 * held:.1f} %"
        in (said["holdout"])
    )


def test_checks_have_every_model_and_rule_and_what_serves(found: Valued):
    checks = found.checks
    assert checks["as_of"].nunique() == 3
    served = f"{found.model.key}_shared"
    for _, some in checks.groupby("as_of"):
        assert set(some["model"]) == {
            "bg_nbd", "mbg_nbd", "pareto_nbd", "nbd", "historic_rate", "everybody_mean",
            "last_period", served,
        }  # fmt: skip
        assert set(some.loc[some["chosen"] == 1, "model"]) == {served}
        together = some.groupby("model")[["customers", "revenue"]].sum().round(2)
        assert len(together.drop_duplicates()) == 1
    pooled = checks[checks["chosen"] == 1].assign(
        coverage=lambda rows: rows["coverage"] * rows["customers"],
        above=lambda rows: rows["above"] * rows["customers"],
    )
    pooled = pooled.groupby("repeat_orders")[["customers", "coverage", "above"]].sum()
    assert (pooled["coverage"] >= 0.85 * pooled["customers"]).all()
    assert (pooled["above"] <= 0.10 * pooled["customers"]).all()


def test_one_order_may_bring_nothing_and_totals_are_corrected(
    found: Valued, states: pd.DataFrame
):
    once = known_on(states, NEWEST).set_index("customer_id")["frequency"] == 1
    low = found.customers.set_index("customer_id")["clv_12m_low"]
    assert (low[once[once].index] == 0).all()
    assert (low[once[~once].index] > 0).any()
    totals = found.totals
    assert totals["chosen"].sum() == 1
    assert totals["expected"].iloc[0] == pytest.approx(found.customers["clv_12m"].sum())
    assert (totals["low"] < totals["corrected"]).all()
    assert (totals["corrected"] < totals["high"]).all()
    assert (totals["high"] / totals["low"] >= np.exp(0.4) - 1e-3).all()


def test_the_same_seed_gives_the_same_rows(states: pd.DataFrame, found: Valued):
    again = valued(states.sample(frac=1, random_state=1))
    for name in Valued._fields[:-3]:
        pd.testing.assert_frame_equal(getattr(again, name), getattr(found, name))
    assert (again.model, again.spend) == (found.model, found.spend)
    assert again.findings == found.findings
    other = valued(states, seed=1).customers
    assert (other["clv_12m_high"] != found.customers["clv_12m_high"]).any()
    assert other["clv_12m"].to_numpy() == pytest.approx(found.customers["clv_12m"], rel=1e-3)


def test_the_states_are_left_as_they_were(states: pd.DataFrame):
    before = states.copy(deep=True)
    valued(states)
    pd.testing.assert_frame_equal(states, before)


def test_nothing_later_changes_a_value(states: pd.DataFrame):
    day = NEWEST - 150
    early = states[states["from_day"] <= day]
    pd.testing.assert_frame_equal(
        valued(early, newest=day).customers, valued(states, newest=day).customers
    )
    pd.testing.assert_frame_equal(
        order_probability(early, day, 90, settings=SETTINGS, seed=0),
        order_probability(states, day, 90, settings=SETTINGS, seed=0),
    )


def test_where_nobody_leaves_nbd_stands_in_and_is_named():
    loyal = valued(shop_states(customers=800, leaving=(1e-3, 1e3)))
    assert loyal.model.key == "nbd"
    alive = loyal.customers["p_alive"]
    assert alive.between(0, 1).all()
    assert alive.mean() > 0.95  # the least drop-out that is searched
    assert alive.min() < 1
    (remark,) = (each for each in loyal.findings if each.rule == "fallback")
    assert remark.title == "Orders are foretold by NBD"
    for name in ("BG/NBD", "MBG/NBD", "Pareto/NBD"):
        assert f"{name} did not converge" in remark.explanation
    assert "can't tell from none" in remark.explanation
    fits = loyal.fits.set_index("model")
    ran_away = ["bg_nbd", "mbg_nbd", "pareto_nbd"]
    assert fits.loc[ran_away, "params"].eq("{}").all()
    assert not fits.loc[ran_away, "converged"].any()
    assert fits.loc["nbd", "chosen"]


def test_the_models_that_compete_can_be_named(states: pd.DataFrame):
    found = valued(states, models=("mbg_nbd",))
    assert found.model.key == "mbg_nbd"
    once = known_on(states, NEWEST).set_index("customer_id")["frequency"] == 1
    alive = found.customers.set_index("customer_id")["p_alive"]
    assert (alive[once[once].index] < 1).all()


def seasonal(states: pd.DataFrame) -> pd.DataFrame:
    """Take three quarters of the orders of every first half-year away."""
    early = (states["ordered_day"] - FIRST_DAY) % 365 < 182
    lost = states["invoice"].map(lambda name: int(name[1:]) % 4 > 0)
    return states[~(early & lost)]


def test_expected_orders_follow_a_season_that_was_seen_before():
    states, day = seasonal(shop_states(customers=3_000, days=912)), FIRST_DAY + 728
    found = valued(states, newest=day)
    basis = found.basis.iloc[0]
    assert basis["is_seasonal"]
    assert basis["stretch"] < 0.8
    (remark,) = (each for each in found.findings if each.rule == "season")
    assert "fewer orders a day" in remark.explanation
    people = known(transactions(states, day), day)
    plain, bent = (
        found.model.expected_orders(people.histories, 90 / 7 * stretch)
        for stretch in (1.0, basis["stretch"])
    )
    orders = found.customers["expected_orders_90d"]
    assert orders.to_numpy() == pytest.approx(bent, rel=1e-3, abs=1e-5)
    assert orders.sum() < 0.9 * plain.sum()


def regulars() -> pd.DataFrame:
    """Let customers order as often in every span, each for an amount of their own."""
    rows = []
    for place in range(120):
        every, amount = (20, 40, 60, 120)[place % 4], 10.0 + 7 * (place % 30)
        rows += [
            (f"C{place:03}", FIRST_DAY + place % 20 + day, amount)
            for day in range(0, 720 - place % 20, every)
        ]
    states = pd.DataFrame(rows, columns=["customer_id", "ordered_day", "net"])
    return states.assign(from_day=states["ordered_day"], to_day=FOREVER)


def test_a_rule_that_foretells_better_serves_and_is_named():
    found = valued(regulars(), newest=FIRST_DAY + 719)
    assert found.basis["rule"].iloc[0] == "last_period"
    (remark,) = (each for each in found.findings if each.rule == "rule")
    assert remark.title == "Values are foretold by a rule: last period"
    served = found.checks[found.checks["chosen"] == 1]
    assert set(served["model"]) == {"last_period"}
    assert served["expected_revenue"].sum() == pytest.approx(served["revenue"].sum(), rel=0.1)
    last = regulars()
    last = last[last["ordered_day"] > FIRST_DAY + 719 - 365]
    worth = last.groupby("customer_id")["net"].sum() / 1.1**0.5
    assert found.customers["clv_12m"].to_numpy() == pytest.approx(worth.to_numpy(), abs=0.01)
    assert found.totals["method"].iloc[0] == "last_period"
    assert found.totals["method"].is_unique


def test_the_interval_has_room_for_what_is_unforeseen(found: Valued, states: pd.DataFrame):
    people = known(transactions(states, NEWEST), NEWEST)
    params = json.loads(found.fits.set_index("model").loc["gamma_gamma", "params"])
    plain = revenue(
        found.model.posterior(people.histories), people.spend, GammaGamma(**params),
        weeks=YEAR, discount_rate=0.1, interval=0.9, draws=1_000, seed=0,
    )  # fmt: skip
    frequent = people.histories.x >= 3
    high = found.customers["clv_12m_high"].to_numpy()
    assert high[frequent].sum() > 1.03 * plain.high[frequent].sum()
    assert found.customers["clv_12m"].to_numpy() == pytest.approx(plain.value, abs=0.006)


@pytest.mark.parametrize(
    ("states", "newest", "said"),
    [
        (shop_states(customers=30), NEWEST, "customers with orders"),
        (shop_states(customers=200), FIRST_DAY + 40, "days since the first order"),
        (
            shop_states(customers=200, leaving=(1e3, 1e-3)),
            NEWEST,
            "customers with more than one order day",
        ),
        (shop_states(customers=200), FIRST_DAY - 1, "0 customers with orders"),
    ],
    ids=["few", "young", "once", "none"],
)
def test_thin_data_is_refused_and_said(states: pd.DataFrame, newest: int, said: str):
    found = valued(states, newest=newest)
    (remark,) = found.findings
    assert remark.rule == "refused"
    assert said in remark.explanation
    assert found.model is None
    assert list(found.customers) == CUSTOMERS
    assert list(found.fits) == FITS
    for frame in found[:9]:
        assert frame.empty
        assert len(frame.columns) > 3
    probabilities = order_probability(states, newest, 90, settings=SETTINGS, seed=0)
    assert list(probabilities) == ["customer_id", "probability"]
    assert probabilities["probability"].isna().all()
    assert len(probabilities) == remark.rows


def test_a_short_record_has_values_but_no_hold_out(states: pd.DataFrame):
    found = valued(states, newest=FIRST_DAY + 150)
    assert len(found.customers) > 50
    assert found.tracking.empty
    assert found.checks.empty
    assert found.totals["low"].isna().all()
    assert found.totals["corrected"].iloc[0] == found.totals["expected"].iloc[0]
    assert list(found.metrics) == ["measure", "model", "metric", "value"]
    said = {each.rule: each.explanation for each in found.findings}
    assert {"no_holdout", "short_history"} <= set(said)
    assert "150 days" in said["short_history"]


def test_a_year_of_orders_and_three_hold_outs_need_no_warning(
    states: pd.DataFrame, found: Valued
):
    assert not {"short_history", "few_holdouts"} & {each.rule for each in found.findings}
    young = {each.rule: each for each in valued(states, newest=FIRST_DAY + 220).findings}
    assert {"short_history", "few_holdouts"} <= set(young)
    assert young["few_holdouts"].title == "Only 2 hold-outs"


def test_probabilities_of_an_earlier_day(states: pd.DataFrame):
    day = NEWEST - 120
    fitted = order_probability(states, day, 90, settings=SETTINGS, seed=0)
    assert fitted["customer_id"].tolist() == sorted(known_on(states, day)["customer_id"])
    assert fitted["probability"].between(0, 1).all()
    given = order_probability(
        states, day, 90, settings=SETTINGS, seed=0, model=BgNbd(0.3, 5, 0.8, 2)
    )
    assert (given["probability"] != fitted["probability"]).any()
    ordered = states[(states["ordered_day"] > day) & (states["ordered_day"] <= day + 90)]
    came = fitted["customer_id"].isin(ordered["customer_id"])
    assert fitted["probability"].mean() == pytest.approx(came.mean(), abs=0.05)
    assert fitted["probability"][came].mean() > 1.5 * fitted["probability"][~came].mean()


def test_the_stage_at_the_newest_day_says_the_same(states: pd.DataFrame, found: Valued):
    asked = order_probability(states, NEWEST, 90, settings=SETTINGS, seed=0, model=found.model)
    assert (
        asked["probability"].round(6).tolist()
        == found.customers["order_probability_90d"].tolist()
    )


def test_frames_have_the_columns_of_their_tables(found: Valued):
    """What a refresh writes; the stage may tell more than a table keeps."""
    for table, frame in (
        (ValueFit, found.fits),
        (ValueTracking, found.tracking),
        (ValueByFrequency, found.by_frequency),
        (ValueMetric, found.metrics),
        (ValueCheck, found.checks),
        (ValueTotal, found.totals),
        (ValueBasis, found.basis.assign(middle_from=1.0, high_from=2.0)),
    ):
        columns = {column.name: column for column in table.__table__.columns}
        asked = {name for name in columns if name != "run_id"}
        assert asked <= set(frame)
        keys = [c.name for c in table.__table__.primary_key if c.name != "run_id"]
        assert not frame.duplicated(keys or None).any()
        for name in asked:
            assert columns[name].nullable or frame[name].notna().all(), name
    assert set(found.customers) <= {c.name for c in CustomerResult.__table__.columns}
