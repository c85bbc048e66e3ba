"""When models are due to be trained again, from both sides of each border."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from pipeline.learning.retraining.due import Circumstances, drifted_attributes, why_due

DAY = dt.date(2025, 6, 1)
CUSTOMERS = pd.DataFrame(
    {
        "customer_id": [f"c{number}" for number in range(1000)],
        "orders": np.arange(1000) % 50,
        "country": np.where(np.arange(1000) % 4, "France", "Spain"),
        "is_new": np.arange(1000) % 2 == 0,
        "churn_probability": np.linspace(0, 1, 1000),
    }
)
SETTINGS = {
    "models": {"retrain": "when due", "retrain_days": 30, "trials": 20},
    "strategy": {"contact_cost": 1.0},
    "tasks": ["churn"],
}


def circumstances(**changed: object) -> Circumstances:
    usual = {
        "version": "1.0", "form": "order_lines", "layout": None, "currency": "GBP", "seed": 0,
        "settings": SETTINGS, "day": DAY, "customers": CUSTOMERS,
    }  # fmt: skip
    return Circumstances(**usual | changed)  # type: ignore[arg-type]


def why(now: Circumstances, oldest_day: dt.date | None = DAY, days: int = 30) -> str:
    return why_due(circumstances(), now, oldest_day=oldest_day, days=days)


def models(**changed: object) -> dict[str, object]:
    return SETTINGS | {"models": SETTINGS["models"] | changed}  # type: ignore[operator]


def test_the_same_circumstances_make_nothing_due():
    assert why(circumstances()) == ""


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"version": "1.1"}, "they were trained by version 1.0 of Clientele"),
        ({"form": "events"}, "the source changed"),
        ({"layout": "woocommerce"}, "the source changed"),
        ({"currency": "EUR"}, "the currency changed"),
        ({"seed": 1}, "the seed changed"),
        ({"settings": models(trials=21)}, "settings changed"),
        ({"settings": SETTINGS | {"tasks": []}}, "settings changed"),
        ({"settings": models(retrain="always", retrain_days=3)}, ""),
        ({"settings": SETTINGS | {"strategy": {"contact_cost": 9.0}}}, ""),
        ({"day": DAY + dt.timedelta(days=30)}, ""),
        ({"day": DAY + dt.timedelta(days=31)}, "they are 31 days old"),
        ({"day": DAY - dt.timedelta(days=1)}, "they knew later days than there are now"),
        ({"day": None}, ""),
    ],
)
def test_what_makes_models_due(changed: dict[str, object], reason: str):
    assert why(circumstances(**changed)) == reason


def test_the_age_is_that_of_the_model_trained_longest_ago():
    assert why(circumstances(), DAY - dt.timedelta(days=40)) == "they are 40 days old"
    assert why(circumstances(), None) == ""


def test_customers_that_are_distributed_otherwise_make_models_due():
    moved = CUSTOMERS.assign(
        orders=CUSTOMERS["orders"] + 40,
        country=np.where(np.arange(1000) % 4, "Spain", "France"),
        is_new=False,
    )
    assert drifted_attributes(CUSTOMERS, moved) == ["orders", "country", "is_new"]
    assert why(circumstances(customers=moved)) == "customers drifted (orders, country, is_new)"
    further = CUSTOMERS.assign(gaps=CUSTOMERS["orders"])
    assert why_due(
        circumstances(customers=further),
        circumstances(customers=moved.assign(gaps=moved["orders"])),
        oldest_day=DAY, days=30,
    ) == "customers drifted (orders, country, is_new and 1 more)"  # fmt: skip


def test_what_models_say_and_few_customers_are_no_drift():
    sure = CUSTOMERS.assign(churn_probability=1.0, customer_id="x")
    assert drifted_attributes(CUSTOMERS, sure) == []
    some, others = CUSTOMERS.head(99), CUSTOMERS.head(99).assign(orders=1000)
    assert drifted_attributes(some, others) == []
    assert drifted_attributes(CUSTOMERS.head(100), CUSTOMERS.head(100).assign(orders=1000))


def test_days_and_names_of_many_are_no_drift():
    """Days move on by themselves; of hundreds of names nearly all are new at any time."""
    days = pd.Series(pd.date_range("2020-01-01", periods=1000))
    then = CUSTOMERS.assign(seen=days, at=days.dt.date, name=[f"a{n}" for n in range(1000)])
    moved = then.assign(
        seen=days + pd.Timedelta(days=900),
        at=(days + pd.Timedelta(days=900)).dt.date,
        name=[f"b{n}" for n in range(1000)],
    )
    assert drifted_attributes(then, moved) == []


def test_true_and_false_are_the_words_that_tables_keep():
    kept = CUSTOMERS.assign(is_new=CUSTOMERS["is_new"].map({True: "yes", False: "no"}))
    assert drifted_attributes(kept, CUSTOMERS) == []


def test_columns_that_only_one_side_knows_are_not_compared():
    unknown = CUSTOMERS.assign(orders=np.nan).drop(columns="country")
    assert drifted_attributes(CUSTOMERS, unknown) == []
