"""What contacting brings without orders, computed again from the published views alone."""

import numpy as np
import pandas as pd
import pytest

from tests.shops import Shop, made_once, published_tables, rows
from tests.without_orders import published_without_orders


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return made_once(tmp_path_factory, "without-orders", published_without_orders)


def tables(shop: Shop, dataset: str) -> dict[str, pd.DataFrame]:
    return published_tables(shop._replace(dataset=dataset))


def told(found: dict[str, pd.DataFrame], task: str) -> pd.DataFrame:
    """Give customers with the prediction of a task beside them, by its own view."""
    predictions = found["published_prediction"]
    mine = predictions[predictions["task"] == task].drop(columns="task")
    return found["published_customer"].merge(mine, on="customer_id", validate="1:1")


def test_profit_of_a_drop_is_what_the_definition_gives(shop: Shop) -> None:
    found = tables(shop, "market")
    cost = found["published_cost"].iloc[0]
    assert (cost["basis"], cost["task"], cost["margin"]) == ("profit", "activity_drop", 1.0)
    assert cost["months"] is None or np.isnan(cost["months"])
    people = told(found, "activity_drop")
    p, v = people["probability"], people["value_at_stake"]
    assert (people["churn_probability"] == p).all()
    assert (people["known"] == 1).all()
    assert (people["churn_low"] <= p).all()
    assert (p <= people["churn_high"]).all()
    by_hand = (
        p * cost["success_rate"] * (v * cost["margin"] - cost["incentive"])
        - (1 - p) * cost["staying_accept"] * cost["incentive"]
        - cost["contact_cost"]
    )
    assert (people["contact_profit"] - by_hand).abs().max() <= 0.0051
    pays = people["contact_profit"] > 0
    assert 0 < pays.sum() < len(people)
    solved = (
        (people["contact_profit"] + cost["contact_cost"] + (1 - p) * cost["incentive"])
        / (p * cost["success_rate"])
        + cost["incentive"]
    )[p > 0.2]
    assert (solved - v[p > 0.2]).abs().max() < 0.1
    ((stake,),) = rows(
        shop.path,
        "select sum(profit) from customer_attribute join published using (run_id)"
        " join dataset using (dataset_id) where name = 'market'",
    )
    assert v.sum() == pytest.approx(stake)


def test_the_served_model_recites_no_label(shop: Shop) -> None:
    """Out of fold, the labels are told worse than a model that learned them would."""
    people = told(tables(shop, "market"), "activity_drop")
    dropped = people["customer_id"].isin(
        [
            name
            for (name,) in rows(
                shop.path,
                "select customer_id from customer_attribute join published using (run_id) join"
                " dataset using (dataset_id) where name = 'market' and activity = 'Снизилась'",
            )
        ]
    )
    assert 0.1 < dropped.mean() < 0.9
    assert (
        people.loc[dropped, "probability"].mean() > people.loc[~dropped, "probability"].mean()
    )
    assert people.loc[dropped, "probability"].min() < 0.5


def test_four_groups_and_bands_follow_probability_and_profit(shop: Shop) -> None:
    found = tables(shop, "market")
    people = found["published_customer"]
    risky = people["churn_probability"] >= 0.5
    valuable = people["value_at_stake"] > people["value_at_stake"].median()
    names = np.select(
        [valuable & risky, valuable, risky],
        ["Valuable at risk", "Valuable and safe", "Low value at risk"],
        "Low value and safe",
    )
    assert people["risk_value"].tolist() == names.tolist()
    assert people["risk_value"].nunique() == 4
    ends = people.groupby("risk_band")["churn_probability"].agg(["min", "max"])
    assert ends.loc["likely to stay", "max"] < 0.33 <= ends.loc["unsure", "min"]
    assert ends.loc["unsure", "max"] < 0.66 <= ends.loc["likely to leave", "min"]
    spans = people.groupby("value_band")["value_at_stake"].agg(["min", "max", "size"])
    assert spans.loc["low", "max"] < spans.loc["middle", "min"]
    assert spans.loc["middle", "max"] < spans.loc["high", "min"]
    assert people["clv_12m"].isna().all()


def test_profit_of_an_answer_is_what_the_definition_gives(shop: Shop) -> None:
    found = tables(shop, "marketing")
    cost = found["published_cost"].iloc[0]
    assert (cost["basis"], cost["task"]) == ("answer", "given_outcome")
    assert cost[["success_rate", "staying_accept", "months"]].isna().all()
    people = told(found, "given_outcome")
    p, spend = people["probability"], people["monetary"] / people["frequency"]
    assert (people["answer_probability"] == p).all()
    by_hand = p * (spend * cost["margin"] - cost["incentive"]) - cost["contact_cost"]
    known = people["frequency"] > 0
    assert people["contact_profit"].notna().tolist() == known.tolist()
    assert (people["contact_profit"] - by_hand)[known].abs().max() <= 0.0051
    assert 0 < (people["contact_profit"] > 0).sum() < len(people)
    back = (people["contact_profit"] + cost["contact_cost"]) / (
        spend * cost["margin"] - cost["incentive"]
    )
    clear = known & ((spend * cost["margin"] - cost["incentive"]).abs() > 2)
    assert (back - p)[clear].abs().max() < 0.003


def test_nobody_is_said_to_leave_who_may_answer(shop: Shop) -> None:
    people = tables(shop, "marketing")["published_customer"]
    columns = ["churn_probability", "risk_band", "risk_value", "value_at_stake", "value_band"]
    assert people[columns].isna().all(axis=None)
    assert people["contact_reason"].isna().all()


def test_the_answers_of_the_source_are_the_outcome(shop: Shop) -> None:
    """The model is of the last campaign, and its own column has no part in it."""
    found = tables(shop, "marketing")
    answered = found["vw_campaigns"].query("campaign == 'Last campaign' and accepted == 1")
    people = told(found, "given_outcome")
    yes = people["customer_id"].isin(answered["customer_id"])
    assert people.loc[yes, "probability"].mean() > people.loc[~yes, "probability"].mean()
    assert people["probability"].mean() == pytest.approx(yes.mean(), abs=0.05)
    drivers = set(found["published_driver"].query("task == 'given_outcome'")["feature"])
    assert drivers
    assert not drivers & {"response", "is_promotional"}


def test_by_rule_there_is_no_amount_and_a_note(shop: Shop) -> None:
    found = tables(shop, "behaviour")
    people, cost = found["published_customer"], found["published_cost"].iloc[0]
    assert cost["basis"] == "rule"
    amounts = [
        "contact_cost",
        "incentive",
        "success_rate",
        "staying_accept",
        "margin",
        "months",
    ]
    assert cost[amounts].isna().all()
    assert "unsatisfied, or silent for long" in cost["note"]
    nothing = ["churn_probability", "contact_profit", "value_at_stake", "average_basket"]
    assert people[nothing].isna().all(axis=None)


def test_the_rule_is_the_word_and_the_longest_silent_fifth(shop: Shop) -> None:
    found = tables(shop, "behaviour")
    words = dict(
        rows(
            shop.path,
            "select customer_id, satisfaction from customer_attribute join published using"
            " (run_id) join dataset using (dataset_id) where name = 'behaviour'",
        )
    )
    people = found["published_customer"].merge(found["vw_rfm"], on="customer_id")
    unsatisfied = people["customer_id"].map(words) == "Unsatisfied"
    silent = people["r_score"] == 1
    expected = np.select(
        [unsatisfied & silent, unsatisfied, silent],
        ["unsatisfied and long silent", "unsatisfied", "long silent"],
        "",
    )
    assert people["contact_reason"].fillna("").tolist() == expected.tolist()
    assert people["contact_reason"].nunique() == 3
    assert 0.1 < people["contact_reason"].isna().mean() < 0.9
