"""What a retention campaign costs, the four groups, and what the stage makes of both."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.tables import METADATA
from pipeline.base.errors import StrategyError
from pipeline.settings import StrategySettings
from pipeline.strategy.basis import REVENUE, Basis
from pipeline.strategy.campaigns.groups import GROUPS, group_totals, risk_value_groups
from pipeline.strategy.retention import RetentionCosts
from pipeline.strategy.stage import Contacts, contacts, retention_costs

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


def test_costs_that_make_no_sense_are_refused_in_a_sentence() -> None:
    with pytest.raises(StrategyError, match=r"^The costs: “success_rate” must be at most 1\.$"):
        RetentionCosts.of({"success_rate": 30}, subject="The costs")


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


BY_REVENUE = Basis(REVENUE, "churn", None)


def weighed(settings: StrategySettings, **more: float | None) -> Contacts:
    probability, value = made_up()
    customers = pd.DataFrame(
        {"churn_probability": probability, "clv_12m": value, "value_at_stake": value / 3}
    )
    customers.loc[:9, "churn_probability"] = None
    given = {"median": None, "miss": 0.25, **more}
    return contacts(customers, settings, basis=BY_REVENUE, **given)


def test_the_stage_fills_the_tables_of_results() -> None:
    found = weighed(StrategySettings())
    _, value = made_up()
    for each in found.columns.values():
        assert each.isna().sum() == 10
    for frame, table in (
        (found.totals, "risk_value_group"),
        (found.cut, "retention_cut"),
        (found.costs, "contact_cost"),
    ):
        assert {"run_id", *frame} == set(METADATA.tables[table].columns.keys())
    assert len(found.cut) == len(found.costs) == 1
    assert found.cut["value_cut"][0] == value.median()
    profit = found.columns["contact_profit"]
    assert found.costs["profit"][0] == pytest.approx(profit[profit > 0].sum())
    assert found.costs["customers"][0] == (profit > 0).sum()


def test_the_borders_of_the_first_run_are_kept() -> None:
    found = weighed(StrategySettings(), median=1.0)
    assert found.cut["value_cut"][0] == 1.0
    usual = weighed(StrategySettings())
    assert (found.columns["risk_value"] != usual.columns["risk_value"]).any()


def test_nobody_pays_where_nothing_is_known() -> None:
    nothing = pd.DataFrame(
        {
            "churn_probability": [None, None],
            "clv_12m": [1.0, 2.0],
            "value_at_stake": [1.0, 2.0],
        },
        dtype=float,
    )
    found = contacts(nothing, StrategySettings(), basis=BY_REVENUE, median=None, miss=0.25)
    assert (len(found.cut), len(found.totals), len(found.costs)) == (0, 0, 1)
    assert found.costs["customers"][0] == found.costs["profit"][0] == 0
    assert all(each.isna().all() for each in found.columns.values())


def test_settings_lie_over_the_costs_of_the_playbook() -> None:
    usual = retention_costs(StrategySettings())
    assert (usual.contact_cost, usual.incentive, usual.success_rate) == (1, 10, 0.3)
    other = retention_costs(StrategySettings(incentive=3, margin=0.2))
    assert other == usual.model_copy(update={"incentive": 3, "margin": 0.2})
    cheap, dear = (weighed(StrategySettings(incentive=each)) for each in (0, 40))
    assert cheap.costs["customers"][0] > dear.costs["customers"][0]
    assert cheap.costs["profit"][0] > dear.costs["profit"][0]
    assert (cheap.columns["risk_value"].dropna() == dear.columns["risk_value"].dropna()).all()
