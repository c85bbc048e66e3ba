"""Rules of forms with one row a customer: what each takes or mends, and that all is counted."""

import datetime as dt
import json
from typing import Any

import pandas as pd
import pytest

from pipeline.base.errors import SettingsError, SourceError
from pipeline.quality.mending import Mended, mend
from pipeline.trade_settings import CleaningSettings

PERSON = {
    "recency_days": 10, "birth_year": 1970, "income": 50_000, "marital_status": "Single",
    "spend_wines": 5, "enrolled_on": "2014-01-02", "revenue_of_contact": 11,
}  # fmt: skip


def records(*rows: dict[str, Any], form: str = "marketing") -> pd.DataFrame:
    """Give rows as their load holds them; what begins with _ lies beside the fields."""
    return pd.DataFrame(
        {
            "batch": row.pop("_batch", 0),
            "part": 0,
            "source_row": place + 2,
            "form": row.pop("_form", form),
            "customer_id": row.pop("_customer", str(place)),
            "unreadable": row.pop("_unreadable", False),
            "fields": json.dumps(row),
        }
        for place, row in enumerate(dict(each) for each in rows)
    )


def people(*changes: dict[str, Any], others: int = 30) -> pd.DataFrame:
    """Give customers with these changes after some who are as usual."""
    usual = [{**PERSON, "spend_wines": number} for number in range(others)]
    return records(*usual, *({**PERSON, **change} for change in changes))


def found(mended: Mended) -> dict[str, int]:
    """Count the rows of each rule that did something."""
    return {each.rule: each.rows for each in mended.findings if each.rows}


@pytest.mark.parametrize(
    ("change", "rule", "field", "becomes"),
    [
        ({"marital_status": "Absurd"}, "no_answer_marital_status", "marital_status", None),
        ({"marital_status": "YOLO"}, "no_answer_marital_status", "marital_status", None),
        ({"marital_status": "Alone"}, "misspelt_marital_status", "marital_status", "Single"),
        ({"birth_year": 1893}, "impossible_birth_year", "birth_year", None),
        ({"birth_year": 2015}, "impossible_birth_year", "birth_year", None),
        ({"income": 666_666}, "absurd_income", "income", None),
        ({"spend_wines": -1}, "impossible_spend_wines", "spend_wines", None),
    ],
)
def test_an_odd_value_is_mended_and_its_customer_kept(change, rule, field, becomes):
    mended = mend(people({**change, "_customer": "odd"}), CleaningSettings())
    value = mended.customers.set_index("customer_id").loc["odd", field]
    assert pd.isna(value) if becomes is None else value == becomes
    assert found(mended)[rule] == 1
    assert mended.rows_kept == 31


@pytest.mark.parametrize("change", [{"birth_year": 1940}, {"income": 162_000}])
def test_what_is_only_unusual_stays(change):
    mended = mend(people({**change, "_customer": "rare"}), CleaningSettings())
    (field, value), *_ = change.items()
    assert mended.customers.set_index("customer_id").loc["rare", field] == value


def test_every_row_left_out_is_counted():
    rows = people(
        {"_customer": None},
        {"_customer": "late", "enrolled_on": "2014-06-01"},
        {"_customer": "3", "income": 1},
        {"_customer": "again"},
        {"_customer": "again"},
    )
    mended = mend(rows, CleaningSettings(), as_of=dt.date(2014, 5, 1))
    taken = {each.rule: each.rows for each in mended.findings if each.removes}
    assert {rule: rows for rule, rows in taken.items() if rows} == {
        "nobody": 1, "overlap": 1, "repeated": 1, "later": 1,
    }  # fmt: skip
    assert mended.rows_kept + sum(taken.values()) == len(rows)
    assert mended.customers.set_index("customer_id").loc["3", "income"] == 1
    assert mended.as_of == dt.date(2014, 5, 1)


def test_a_newer_file_replaces_a_customer_whole():
    rows = people({"_customer": "3", "_batch": 1, "income": None})
    mended = mend(rows, CleaningSettings())
    assert found(mended)["replaced"] == 1
    assert pd.isna(mended.customers.set_index("customer_id").loc["3", "income"])


def test_constants_gaps_and_twins_are_said():
    mended = mend(people({"income": None}), CleaningSettings())
    rules = found(mended)
    assert rules["missing"] == 1
    constant = next(each for each in mended.findings if each.rule == "constant")
    assert {"column": "revenue_of_contact", "value": 11} in constant.examples
    twins = mend(people({"spend_wines": 3}), CleaningSettings())
    assert found(twins)["alike"] == 1


def test_too_many_unreadable_rows_are_refused():
    rows = people({"_unreadable": True})
    with pytest.raises(SourceError, match="1 of 31 rows"):
        mend(rows, CleaningSettings(unusable_share=0.02))
    assert mend(rows, CleaningSettings()).rows_kept == 30


def test_a_day_before_everybody_is_refused():
    with pytest.raises(SettingsError, match="before the first customer"):
        mend(people(), CleaningSettings(), as_of=dt.date(2000, 1, 1))


def activity(*more: dict[str, Any]) -> pd.DataFrame:
    """Give two customers of market activity with their months and profits."""
    who = {"_form": "market-activity/customers", "service_type": "стандартт"}
    month = {"_form": "market-activity/revenue", "revenue": 100}
    return records(
        {**who, "_customer": "1", "days_registered": 9},
        {**who, "_customer": "2", "days_registered": 7},
        {**month, "_customer": "1", "period": "текущий_месяц"},
        {**month, "_customer": "1", "period": "предыдущий_месяц", "revenue": 50},
        {"_form": "market-activity/minutes", "_customer": "2", "minutes": 4,
         "period": "предыдцщий_месяц"},
        {"_form": "market-activity/profit", "_customer": "1", "profit": 0.98},
        *more,
    )  # fmt: skip


def test_four_tables_become_one_row_a_customer():
    mended = mend(activity(), CleaningSettings())
    one, two = mended.customers.to_dict("records")
    assert (one["revenue_this_month"], one["revenue_last_month"], one["profit"]) == (
        100,
        50,
        0.98,
    )
    assert two["minutes_last_month"] == 4
    assert one["service_type"] == two["service_type"] == "стандарт"
    assert found(mended)["misspelt_service_type"] == 2
    assert mended.as_of is None


def test_strangers_and_unknown_months_are_taken():
    mended = mend(
        activity(
            {"_form": "market-activity/profit", "_customer": "99", "profit": 1},
            {"_form": "market-activity/revenue", "_customer": "2", "revenue": 1,
             "period": "август"},
        ),
        CleaningSettings(),
    )  # fmt: skip
    assert found(mended)["strangers"] == 1
    assert found(mended)["unknown_month"] == 1


def test_market_activity_needs_its_customers():
    with pytest.raises(SourceError, match="file of customers"):
        mend(activity().iloc[2:], CleaningSettings())
