"""What a retention campaign is expected to bring, the best cut, and the four groups."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.tables import METADATA
from pipeline.errors import StrategyError
from pipeline.settings import StrategySettings
from pipeline.strategy.groups import GROUPS, group_totals, risk_value_groups
from pipeline.strategy.retention import (
    NOBODY,
    RetentionCosts,
    above,
    best_cut,
    expected_profit,
    profit_curve,
    risk_cells,
)
from pipeline.strategy.stage import RiskValue, retention_costs, risk_value

COSTS = RetentionCosts(contact_cost=2, incentive=10, success_rate=0.4, margin=0.5, months=6)

customers = st.lists(
    st.tuples(st.sampled_from([0.0, 0.05, 0.2, 0.5, 0.8, 1.0]), st.floats(0, 2_000)),
    min_size=1,
    max_size=40,
)


def made_up(size: int = 3_000, seed: int = 1) -> tuple[pd.Series, pd.Series]:
    rng = np.random.default_rng(seed)
    probability = pd.Series(rng.beta(1.5, 1.5, size))
    return probability, pd.Series(rng.lognormal(5, 1.2, size) * (1.3 - probability))


def split(rows: list[tuple[float, float]]) -> tuple[pd.Series, pd.Series]:
    probability, value = zip(*rows, strict=True)
    return pd.Series(probability, dtype=float), pd.Series(value, dtype=float)


def test_one_customer_by_hand() -> None:
    # 0.5 leaves: stays at 0.4, which saves 0.5 × 6/12 × 1,000 and costs 10; else takes the 10
    found = expected_profit(pd.Series([0.5]), pd.Series([1_000.0]), costs=COSTS)
    assert found.tolist() == [pytest.approx(0.5 * 0.4 * (250 - 10) - 0.5 * 10 - 2)]


@given(customers)
def test_the_curve_adds_up_the_customers_above_each_cut(
    rows: list[tuple[float, float]],
) -> None:
    probability, value = split(rows)
    each = expected_profit(probability, value, costs=COSTS)
    curve = profit_curve(risk_cells(probability, value), costs=COSTS)
    assert curve["customers"].iloc[0] == 0
    assert curve["customers"].iloc[-1] == len(rows)
    for row in curve.itertuples():
        inside = probability >= row.cut
        assert row.customers == inside.sum()
        assert row.profit == pytest.approx(each[inside].sum(), abs=1e-6)
        assert row.leavers == pytest.approx(probability[inside].sum())
        assert row.at_risk == pytest.approx((probability * value)[inside].sum())
        assert row.saved - row.cost == pytest.approx(row.profit, abs=1e-6)
        assert row.leavers + row.false_alarms == pytest.approx(row.customers)


@given(customers)
def test_no_cut_brings_more_than_the_best_one(rows: list[tuple[float, float]]) -> None:
    probability, value = split(rows)
    each = expected_profit(probability, value, costs=COSTS)
    found = best_cut(risk_cells(probability, value), costs=COSTS, seed=0, bootstraps=20)
    every = [each[probability >= cut].sum() for cut in (*probability, NOBODY)]
    assert found.profit == pytest.approx(max(every), abs=1e-6)
    assert found.profit == pytest.approx(each[probability >= found.cut].sum(), abs=1e-6)
    assert found.customers == (probability >= found.cut).sum()
    assert found.low <= found.cut <= found.high


def test_coarse_cells_say_nearly_the_same() -> None:
    probability, value = made_up()
    fine = best_cut(risk_cells(probability, value), costs=COSTS, seed=0)
    coarse = best_cut(risk_cells(probability, value, width=0.001), costs=COSTS, seed=0)
    assert coarse.cut == pytest.approx(fine.cut, abs=0.02)
    assert coarse.profit == pytest.approx(fine.profit, rel=1e-3)
    cells = risk_cells(probability, value, width=0.01)
    assert len(cells) <= 101
    for cut in cells["cut"]:
        assert above(cells, cut, costs=COSTS).customers == (probability >= cut).sum()


def test_the_interval_is_that_of_customers_drawn_again() -> None:
    """Beside a plain bootstrap: draw customers, look for the best cut, take the quantiles."""
    probability, value = made_up(800)
    costs = RetentionCosts()
    each = expected_profit(probability, value, costs=costs).to_numpy()
    order = np.argsort(-probability.to_numpy())
    rng = np.random.default_rng(5)
    cuts = []
    for _ in range(400):
        weights = np.bincount(rng.integers(0, 800, 800), minlength=800)
        sums = np.cumsum((weights * each)[order])
        cuts.append(probability.to_numpy()[order][sums.argmax()])
    low, high = np.quantile(cuts, [0.025, 0.975])
    found = best_cut(risk_cells(probability, value), costs=costs, seed=2)
    assert found.low == pytest.approx(low, abs=0.03)
    assert found.high == pytest.approx(high, abs=0.03)


def test_the_interval_follows_the_seed_and_narrows_with_customers() -> None:
    few, many = (risk_cells(*made_up(size)) for size in (500, 50_000))
    costs = RetentionCosts()
    one, again = (best_cut(few, costs=costs, seed=3) for _ in range(2))
    assert one == again
    narrow = best_cut(many, costs=costs, seed=3)
    assert narrow.high - narrow.low < (one.high - one.low) / 2


def test_nobody_is_contacted_where_nobody_pays() -> None:
    probability, value = made_up()
    dear = RetentionCosts(contact_cost=10_000)
    found = best_cut(risk_cells(probability, value), costs=dear, seed=0)
    assert (found.cut, found.profit, found.customers) == (NOBODY, 0, 0)
    groups = risk_value_groups(probability, value, cut=found.cut)
    assert set(groups) == {"Valuable and safe", "Low value and safe"}


def test_who_lacks_a_figure_is_left_out() -> None:
    probability = pd.Series([0.9, None, 0.2, 0.8])
    value = pd.Series([100.0, 500.0, None, 10.0])
    assert risk_cells(probability, value)["customers"].sum() == 2
    groups = risk_value_groups(probability, value, cut=0.5, above=50)
    assert groups.isna().tolist() == [False, True, True, False]
    assert groups.dropna().tolist() == ["Valuable at risk", "Low value at risk"]


def test_a_probability_that_is_none_is_refused() -> None:
    with pytest.raises(StrategyError, match="from 0 to 1"):
        risk_cells(pd.Series([1.2]), pd.Series([5.0]))


def test_costs_that_make_no_sense_are_refused_in_a_sentence() -> None:
    with pytest.raises(StrategyError, match=r"^The costs: “success_rate” must be at most 1\.$"):
        RetentionCosts.of({"success_rate": 30}, what="The costs")


def test_groups_by_the_cut_and_the_median() -> None:
    probability = pd.Series([0.5, 0.49, 0.9, 0.1])
    value = pd.Series([10.0, 20.0, 30.0, 5.0])  # median 15
    groups = risk_value_groups(probability, value, cut=0.5)
    assert groups.tolist() == [
        "Low value at risk", "Valuable and safe", "Valuable at risk", "Low value and safe",
    ]  # fmt: skip


@given(customers)
def test_totals_add_up_to_the_whole(rows: list[tuple[float, float]]) -> None:
    probability, value = split(rows)
    groups = risk_value_groups(probability, value, cut=0.4)
    totals = group_totals(groups, probability, value, value / 3)
    assert totals["customers"].sum() == len(rows)
    assert totals["clv_12m"].sum() == pytest.approx(value.sum())
    assert totals["at_risk"].sum() == pytest.approx((probability * value / 3).sum())
    assert totals["position"].is_monotonic_increasing
    assert [GROUPS[place] for place in totals["position"]] == totals["risk_value"].tolist()


def weighed(settings: StrategySettings, **more: float | None) -> RiskValue:
    probability, value = made_up()
    customers = pd.DataFrame(
        {"churn_probability": probability, "clv_12m": value, "value_at_stake": value / 3}
    )
    customers.loc[:9, "churn_probability"] = None
    return risk_value(customers, settings, **{"median": None, "miss": 0.25, **more})


def test_the_stage_fills_the_tables_of_results() -> None:
    found = weighed(StrategySettings())
    _, value = made_up()
    for each in (found.groups, found.bands, found.profit):
        assert each.isna().sum() == 10
    for frame, table in (
        (found.totals, "risk_value_group"),
        (found.cut, "retention_cut"),
        (found.costs, "contact_cost"),
    ):
        assert {"run_id", *frame} == set(METADATA.tables[table].columns.keys())
    assert len(found.cut) == len(found.costs) == 1
    assert found.cut["value_cut"][0] == value.median()
    assert found.costs["profit"][0] == pytest.approx(found.profit[found.profit > 0].sum())
    assert found.costs["customers"][0] == (found.profit > 0).sum()


def test_the_borders_of_the_first_run_are_kept() -> None:
    found = weighed(StrategySettings(), median=1.0)
    assert found.cut["value_cut"][0] == 1.0
    usual = weighed(StrategySettings())
    assert (found.groups != usual.groups).any()


def test_the_stage_gives_no_rows_where_nothing_is_known() -> None:
    nothing = pd.DataFrame(
        {
            "churn_probability": [None, None],
            "clv_12m": [1.0, 2.0],
            "value_at_stake": [1.0, 2.0],
        },
        dtype=float,
    )
    found = risk_value(nothing, StrategySettings(), median=None, miss=0.25)
    assert (len(found.cut), len(found.totals), len(found.costs)) == (0, 0, 0)
    assert found.groups.isna().all()


def test_settings_lie_over_the_costs_of_the_playbook() -> None:
    usual = retention_costs(StrategySettings())
    assert (usual.contact_cost, usual.incentive, usual.success_rate) == (1, 10, 0.3)
    other = retention_costs(StrategySettings(incentive=3, margin=0.2))
    assert other == usual.model_copy(update={"incentive": 3, "margin": 0.2})
    cheap, dear = (weighed(StrategySettings(incentive=each)) for each in (0, 40))
    assert cheap.costs["customers"][0] > dear.costs["customers"][0]
    assert cheap.costs["profit"][0] > dear.costs["profit"][0]
    assert (cheap.groups.dropna() == dear.groups.dropna()).all()
