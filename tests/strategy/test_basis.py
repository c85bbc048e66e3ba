"""What a contact is reckoned by without orders: the formulas by hand, the rule, the choice."""

import numpy as np
import pandas as pd
import pytest

from db.tables import METADATA
from pipeline.base.errors import StrategyError
from pipeline.settings import StrategySettings
from pipeline.strategy.basis import ANSWER, PROFIT, REVENUE, RULE, Basis, basis_of
from pipeline.strategy.by_rule import BOTH, SILENT, UNSATISFIED, reasons
from pipeline.strategy.contact import answer_profit, contact_list, contact_profit, expected_cost
from pipeline.strategy.retention import RetentionCosts
from pipeline.strategy.stage import contacts

COSTS = RetentionCosts(contact_cost=1, incentive=10, success_rate=0.3, margin=0.5, months=3)
NO_TASK = pd.DataFrame({"task": [], "status": [], "message": []}, dtype=str)


@pytest.mark.parametrize(
    ("p", "spend", "profit"),
    [(1.0, 40.0, 9.0), (0.0, 40.0, -1.0), (0.5, 40.0, 4.0), (0.5, 10.0, -3.5)],
)
def test_an_answer_by_hand(p: float, spend: float, profit: float) -> None:
    found = answer_profit(pd.Series([p]), pd.Series([spend]), costs=COSTS)
    assert found.tolist() == [pytest.approx(profit)]


def test_neither_success_nor_staying_has_a_part_in_answers() -> None:
    p, v = pd.Series([0.2, 0.9]), pd.Series([100.0, 5.0])
    other = COSTS.model_copy(update={"success_rate": 0.9, "staying_accept": 0.1, "months": 9})
    assert answer_profit(p, v, costs=COSTS).equals(answer_profit(p, v, costs=other))
    assert not contact_profit(p, v, costs=COSTS).equals(contact_profit(p, v, costs=other))


def test_who_answers_takes_the_incentive_and_nobody_else() -> None:
    p = pd.Series([0.0, 0.4, 1.0])
    assert expected_cost(p, costs=COSTS, formula=answer_profit).tolist() == [1.0, 5.0, 11.0]
    assert expected_cost(p, costs=COSTS).tolist() == [11.0, 8.2, 4.0]


def test_whoever_leaves_is_reckoned_like_whoever_answers_where_all_stay_and_none_else() -> None:
    """What `reckoned` of the portal rests on: one formula for both, to the penny."""
    chance = np.random.default_rng(1)
    p, v = pd.Series(chance.uniform(size=500)), pd.Series(chance.gamma(1, 60, 500))
    whole = COSTS.model_copy(update={"success_rate": 1.0, "staying_accept": 0.0})
    assert answer_profit(p, v, costs=COSTS).equals(contact_profit(p, v, costs=whole))
    cost = expected_cost(p, costs=COSTS, formula=answer_profit)
    assert cost.equals(expected_cost(p, costs=whole))


def test_the_list_of_answers_is_whoever_pays() -> None:
    chance = np.random.default_rng(0)
    p, v = pd.Series(chance.beta(1, 6, 500)), pd.Series(chance.gamma(1, 60, 500))
    profit = answer_profit(p, v, costs=COSTS)
    found = contact_list(p, v, costs=COSTS, miss=0.2, formula=answer_profit)
    pays = profit > 0
    assert 0 < found.customers == pays.sum() < 500
    assert found.profit == pytest.approx(profit[pays].sum())
    assert found.cost == pytest.approx((1 + p[pays] * 10).round(2).sum())
    assert found.low < found.profit < found.high
    assert found.fewest < found.customers < found.most


def test_a_probability_of_answering_beyond_one_is_refused() -> None:
    with pytest.raises(StrategyError, match="answering must lie from 0 to 1"):
        answer_profit(pd.Series([1.2]), pd.Series([1.0]), costs=COSTS)


def test_the_rule_names_the_unsatisfied_and_the_long_silent() -> None:
    customers = pd.DataFrame(
        {
            "satisfaction": ["Unsatisfied", " unsatisfied", "Satisfied", None, "Neutral"],
            "r_score": [1, 5, 1, 1, 2],
        }
    )
    found = reasons(customers)
    assert found.iloc[:4].tolist() == [BOTH, UNSATISFIED, SILENT, SILENT]
    assert found.isna().tolist() == [False, False, False, False, True]


def test_without_either_word_the_rule_names_nobody() -> None:
    assert reasons(pd.DataFrame({"monetary": [1.0, 2.0]})).isna().all()
    scores = pd.DataFrame({"r_score": pd.array([None, 1], dtype="Int64")})
    assert reasons(scores).isna().tolist() == [True, False]


def tasks(name: str, status: str, message: str = "") -> pd.DataFrame:
    return pd.DataFrame({"task": [name], "status": [status], "message": [message]})


def asked(
    customers: pd.DataFrame,
    done: pd.DataFrame,
    *,
    has_orders: bool = False,
    answer: str | None = None,
) -> Basis:
    leaving = "churn" if has_orders else "activity_drop"
    return basis_of(customers, done, has_orders=has_orders, leaving=leaving, answer=answer)


MARKET = pd.DataFrame({"activity": ["fell", "same"], "profit": [3.0, 4.0]})
PEOPLE = pd.DataFrame({"average_basket": [3.0, 4.0]})
ORDERS = pd.DataFrame(
    {"churn_probability": [0.5], "value_at_stake": [10.0], "clv_12m": [30.0], "profit": [1.0]}
)


def test_orders_are_reckoned_by_the_revenue_of_leavers() -> None:
    assert asked(ORDERS, tasks("churn", "done"), has_orders=True) == (REVENUE, "churn", None)
    thin = asked(ORDERS, tasks("churn", "refused", "Too few."), has_orders=True)
    assert (thin.kind, thin.task) == (RULE, None)
    assert thin.note is not None
    assert thin.note.endswith("who leaves is not predicted. Too few.")


def test_a_drop_of_activity_is_reckoned_by_profit() -> None:
    found = asked(MARKET, tasks("activity_drop", "done"))
    assert (found.kind, found.task) == (PROFIT, "activity_drop")
    assert found.note is not None
    assert "the margin is 1" in found.note
    assert asked(MARKET, tasks("activity_drop", "refused", "Thin.")).kind == RULE
    poor = MARKET.assign(profit=np.nan)
    assert asked(poor, tasks("activity_drop", "done")).kind == RULE


def test_answers_are_reckoned_by_what_an_order_brings() -> None:
    found = asked(PEOPLE, tasks("given_outcome", "done"), answer="given_outcome")
    assert (found.kind, found.task) == (ANSWER, "given_outcome")
    refused = asked(PEOPLE, tasks("given_outcome", "refused", "Thin."), answer="given_outcome")
    assert refused.kind == RULE
    assert refused.note is not None
    assert "who answers a campaign is not predicted. Thin." in refused.note
    assert asked(PEOPLE, tasks("given_outcome", "done")).kind == RULE


def test_with_neither_it_is_by_rule_and_says_so() -> None:
    found = asked(pd.DataFrame({"satisfaction": ["Neutral"]}), NO_TASK)
    assert (found.kind, found.task) == (RULE, None)
    assert found.note is not None
    assert "unsatisfied, or silent for long" in found.note


def test_profit_has_no_margin_of_ours() -> None:
    people = pd.DataFrame(
        {"churn_probability": [0.9, 0.1, 0.8, 0.2], "value_at_stake": [200.0, 300, 4, 5]}
    )
    found = contacts(
        people, StrategySettings(margin=0.2), basis=Basis(PROFIT, "activity_drop", "x"),
        median=None, miss=0.2,
    )  # fmt: skip
    by_hand = [0.9 * 0.3 * 190 - 0.1 * 10 - 1, 0.1 * 0.3 * 290 - 0.9 * 10 - 1]
    assert found.columns["contact_profit"].iloc[:2].tolist() == pytest.approx(by_hand)
    assert found.costs["margin"].tolist() == [1.0]
    assert found.columns["risk_value"].tolist() == [
        "Valuable at risk", "Valuable and safe", "Low value at risk", "Low value and safe",
    ]  # fmt: skip
    assert found.totals["clv_12m"].tolist() == [200.0, 300.0, 4.0, 5.0]


def test_answers_and_rules_have_no_bands_and_no_groups() -> None:
    people = pd.DataFrame(
        {"answer_probability": [0.9, 0.1], "average_basket": [60.0, 60.0], "r_score": [1, 2]}
    )
    answers = contacts(
        people, StrategySettings(), basis=Basis(ANSWER, "given_outcome", "x"), median=None,
        miss=0.2,
    )  # fmt: skip
    assert set(answers.columns) == {"contact_profit"}
    assert answers.columns["contact_profit"].tolist() == [17.0, 1.0]
    by_rule = contacts(
        people, StrategySettings(), basis=Basis(RULE, None, "why"), median=None, miss=0.0
    )
    assert by_rule.columns["contact_reason"].iloc[0] == SILENT
    for each in (answers, by_rule):
        assert (len(each.totals), len(each.cut), len(each.costs)) == (0, 0, 1)
        assert {"run_id", *each.costs} == set(METADATA.tables["contact_cost"].columns.keys())
    assert by_rule.costs[["customers", "profit"]].iloc[0].tolist() == [0, 0]
