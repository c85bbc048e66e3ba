"""The page of data: what it says of a file, what it asks, and what choices become."""

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import pipeline
from portal.pages.data.choices import (
    ADD,
    NEW,
    REPLACE,
    Target,
    chosen,
    column_choices,
    free_name,
    kept_columns,
    mapping_of,
    table_choices,
    target_of,
)
from portal.pages.data.dataset_table import list_said
from portal.pages.data.panel import (
    column_options,
    currency_options,
    form_options,
    layout_options,
)
from portal.pages.data.steering import button_said
from portal.pages.data.words import (
    FORMS,
    asked_for,
    facts,
    field_label,
    in_browser,
    lacks_said,
    looks_like,
)

ORDERS: dict[str, Any] = {
    "form": "order-lines",
    "recognised": True,
    "layout": None,
    "layouts": [
        {"name": "shopify", "title": "Shopify, orders"},
        {"name": "superstore", "title": "Superstore sample (Tableau, Kaggle)"},
    ],
    "rows": 1204,
    "rows_read": 1204,
    "rows_kept": 1200,
    "customers": 315,
    "orders": 700,
    "revenue": 8_000.5,
    "revenue_all": 8_000.5,
    "currency": "EUR",
    "first_day": "2023-10-09",
    "last_day": "2024-10-08",
    "missing": [],
    "doubts": [],
    "outcomes": [],
    "tables": [],
    "fields": [
        {"name": "customer_id", "required": True},
        {"name": "amount", "required": False},
        {"name": "unit_price", "required": False},
    ],
    "columns": [
        {"name": "Who", "field": "customer_id"},
        {"name": "Apiece", "field": None},
        {"name": "Sum", "field": "amount"},
    ],
}


def test_a_file_is_said_in_one_sentence() -> None:
    assert looks_like(ORDERS) == ("Looks like orders: 1,204 rows, 9 Oct 2023 to 8 Oct 2024.")
    assert looks_like(ORDERS | {"layout": "shopify"}).startswith(
        "Looks like orders from Shopify: 1,204 rows"
    )
    sample = looks_like(ORDERS | {"layout": "superstore"})
    assert "orders from Superstore sample (Tableau, Kaggle): " in sample
    people = {"form": "customers", "outcomes": ["Churn"], "first_day": None, "rows": 1}
    assert looks_like(ORDERS | people) == (
        "Looks like a table of customers: 1 row, outcome “Churn”."
    )
    assert looks_like(ORDERS | {"recognised": False}) == (
        "What this is can’t be told yet; orders come nearest."
    )


def test_the_figures_are_those_that_publishing_gives() -> None:
    told = {each.title: (each.value, each.beside) for each in facts(ORDERS)}
    assert told == {
        "Customers": ("315", ""),
        "Orders": ("700", ""),
        "Revenue": ("€8,000.50", ""),
        "Period": ("9 Oct 2023 to 8 Oct 2024", ""),
        "Currency": ("EUR", ""),
        "Rows kept": ("1,200 of 1,204", ""),
    }
    more = ORDERS | {"revenue_all": 8_100.5, "rows_read": 2204, "currency": None}
    told = {each.title: (each.value, each.beside) for each in facts(more)}
    assert told["Revenue"] == ("8,000.50", "100.00 more without a customer")
    assert told["Rows kept"][1] == "1,000 rows of other tables joined to them"
    assert told["Currency"] == ("Unknown", "")
    people = ORDERS | {"orders": None, "first_day": None}
    assert [each.title for each in facts(people)] == ["Customers", "Currency", "Rows kept"]


def test_what_is_missing_is_asked_for_in_words() -> None:
    report = ORDERS | {"missing": ["customer_id", "amount"]}
    assert asked_for(report) == "Which columns say who ordered and how much was paid?"
    assert lacks_said(report) == (
        "It isn’t known yet who ordered and how much was paid: choose the columns that say so,"
        " or say above that it is something else."
    )
    several = report | {"tables": [{}, {}]}
    assert "tick other tables" in lacks_said(several)
    assert "right?" in asked_for(ORDERS | {"doubts": [{}]})
    assert "outcome" in asked_for(ORDERS | {"outcomes": ["Churn"]})


def test_no_sentence_speaks_of_a_command() -> None:
    said = re.compile(r'"((?:[^"\\\n]|\\.)*--[a-z](?:[^"\\\n]|\\.)*)"')
    sources = Path(pipeline.__file__).parent.rglob("*.py")
    found = [each for path in sources for each in said.findall(path.read_text())]
    assert len(found) > 15
    for sentence in found:
        assert "--" not in in_browser(sentence), sentence
    assert in_browser("amounts have no symbol; name it with --currency.") == (
        "amounts have no symbol; choose it under Currency."
    )
    assert in_browser("name those that are meant with --table") == (
        "tick the tables that are meant"
    )


@pytest.mark.parametrize(
    ("field", "label"),
    [
        ("unit_price", "Price of one piece"),
        ("money: Balance", "Money"),
        ("outcome", "Outcome: what customers did"),
        ("spend_wines", "Spend on wines"),
        ("service_charge", "Service charge"),
    ],
)
def test_fields_have_names_that_people_know(field: str, label: str) -> None:
    assert field_label(field) == label


def test_a_new_name_that_is_there_already_replaces() -> None:
    assert target_of(NEW, " Shop ", None) == Target("Shop", existing=False, append=False)
    assert target_of(NEW, " Shop ", "shop") == Target("shop", existing=True, append=False)
    assert target_of(f"{ADD}shop", "x", "y") == Target("shop", existing=True, append=True)
    assert target_of(f"{REPLACE}shop", "", None) == Target("shop", existing=True, append=False)
    assert target_of(None, None, None).name == ""


def test_the_button_says_what_it_does() -> None:
    assert button_said(target_of(NEW, "shop", None)) == "Publish as “shop”"
    assert button_said(target_of(NEW, "Shop", "shop")) == "Replace “shop” …"
    assert button_said(target_of(f"{ADD}shop", "", None)) == "Add to “shop”"
    assert button_said(target_of(NEW, "", None)) == "Publish"


def test_only_what_differs_from_what_was_found_is_a_choice() -> None:
    found = {"Who": "customer_id", "Apiece": None, "Sum": "amount"}
    assert column_choices(ORDERS, {}, found) == {}
    changed = found | {"Apiece": "unit_price", "Sum": None}
    assert column_choices(ORDERS, {}, changed) == {"Apiece": "unit_price", "Sum": ""}
    assert column_choices(ORDERS, {"Sum": "amount"}, found) == {"Sum": "amount"}


def test_choices_become_a_mapping() -> None:
    mapping, problem = mapping_of(ORDERS, {"Apiece": "unit_price", "Sum": ""})
    assert (mapping, problem) == ({"unit_price": "Apiece", "ignore: Sum": "Sum"}, None)
    _, problem = mapping_of(ORDERS, {"Apiece": "amount", "Sum": "amount"})
    assert problem == "Two columns have one meaning: “Apiece” and “Sum”."
    people = ORDERS | {"outcomes": ["Sum"]}
    mapping, _ = mapping_of(people, {"Apiece": "outcome"})
    assert mapping == {"outcome": ["Apiece", "Sum"]}
    mapping, _ = mapping_of(people, {"Apiece": "outcome", "Sum": ""})
    assert mapping == {"ignore: Sum": "Sum", "outcome": ["Apiece"]}


def test_a_request_tells_what_was_chosen() -> None:
    asked = {"form": "auto", "currency": "CHF", "names": [], "settings": "x", "mapping": {}}
    assert chosen(asked) == {"currency": "CHF"}
    assert chosen(None) == {}
    assert kept_columns({"currency": "CHF"}, {"currency": "EUR", "columns": {"a": "b"}})
    assert not kept_columns({}, {"form": "customers"})
    assert not kept_columns({"names": ["a"]}, {"names": ["b"]})


def test_all_tables_or_none_are_no_choice() -> None:
    tables = [{"name": "a"}, {"name": "b"}]
    assert table_choices(tables, [True, True]) == []
    assert table_choices(tables, [False, True]) == ["b"]
    assert table_choices([], []) == []


def test_a_free_name_differs_by_more_than_case() -> None:
    assert free_name("shop", ["other"]) == "shop"
    assert free_name("shop", ["SHOP", "shop 2"]) == "shop 3"


def test_what_was_found_is_the_first_choice() -> None:
    laid = ORDERS | {"layout": "shopify"}
    assert form_options(ORDERS, FORMS, "")[0]["label"] == "Orders (recognised)"
    assert form_options(ORDERS, FORMS, "customers")[0]["label"] == "As recognised"
    assert form_options(ORDERS | {"recognised": False}, FORMS, "")[0]["label"] == (
        "Not recognised"
    )
    assert layout_options(laid, "")[0]["label"] == "Shopify, orders (recognised)"
    assert [each["value"] for each in layout_options(laid, "")] == [
        "auto", "none", "shopify", "superstore",
    ]  # fmt: skip
    assert "none" not in [each["value"] for each in layout_options(ORDERS, "")]
    assert currency_options(ORDERS, "")[0]["label"] == "EUR (found)"
    assert currency_options(ORDERS | {"currency": None}, "")[0]["label"] == (
        "Unknown: no symbol"
    )
    assert {"label": "XAF", "value": "XAF"} in currency_options(ORDERS, "XAF")


def test_likely_meanings_come_first() -> None:
    options = column_options(ORDERS, "Apiece", ("unit_price", "amount"))
    assert [each["label"] for each in options] == [
        "Not used", "Price of one piece ·", "Money of the line ·", "Customer (number or name)",
    ]  # fmt: skip
    roles = [{"name": name} for name in ("number: Apiece", "money: Sum", "ignore: Apiece")]
    labels = [
        each["label"] for each in column_options(ORDERS | {"fields": roles}, "Apiece", ())
    ]
    assert labels == ["Not used", "A number", "Outcome: what customers did"]


def test_the_list_is_said_in_one_line() -> None:
    assert list_said(pd.DataFrame({"name": []})) == "There is no data set yet"
    rows = pd.DataFrame(
        {
            "name": ["a", "b"],
            "run_id": [1, 2],
            "published_at": ["2026-01-01 10:00:00", "2026-01-02 10:00:00"],
            "as_of": ["2024-10-08", None],
            "customers": [315, 1],
        }
    )
    assert list_said(rows) == "2 data sets; published last, “b” has 1 customer"
    assert list_said(rows[:1]) == "1 data set: “a” has 315 customers to 8 Oct 2024"
    nothing = rows[:1].assign(run_id=None)
    assert list_said(nothing) == "1 data set, nothing of it published yet"
