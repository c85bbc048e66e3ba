"""Tables of customers with any columns: what all forms share, and the source's own."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from pipeline.features.attributes import attributes_of, is_attribute, known_of, place_of
from pipeline.features.customers import demography, known_customers
from pipeline.features.figures import Figures, figures_of_customers
from pipeline.features.own_values import own_values
from pipeline.settings import RuleSettings

DAY = dt.date(2026, 1, 1)
FIELDS = pd.DataFrame(
    {
        "customer_id": ["b", "a", "c"],
        "birth_date": ["1980-06-01", "1890-01-01", None],
        "country": ["France", None, "Spain"],
        "children": [1.0, 2.4, np.nan],
        "frequency": [4.0, 2.0, 0.0],
        "monetary": [100.0, 30.0, 0.0],
        "last_order_on": ["2025-12-31", "2025-12-22", None],
        "first_order_on": ["2025-01-01", "2025-12-02", None],
        "enrolled_on": ["2024-01-01", "2024-01-01", "2025-12-31"],
        "number: Credit score": [600.0, np.nan, 720.0],
        "category: Plan": ["Basic", None, "Pro"],
        "category: Plan 2": [None, None, None],
        "date: Renewed": ["2025-12-30", None, None],
        "yes_no: Card": ["yes", "no", None],
    }
)


def known(as_of: dt.date | None = DAY, **fields: object) -> pd.DataFrame:
    table = FIELDS.assign(**fields)
    return known_customers("customers", table, RuleSettings(), as_of=as_of).set_index(
        "customer_id"
    )


def test_days_are_told_as_days_before_the_day_of_the_source() -> None:
    found = known()
    assert found.index.tolist() == ["a", "b", "c"]
    assert found["recency_days"].tolist()[:2] == [10, 1]
    assert found["tenure_days"].tolist()[:2] == [30, 365]
    assert found["recency_days"].isna()["c"]
    assert found["date: Renewed"]["b"] == 2


def test_ages_that_nobody_reaches_are_slips() -> None:
    ages = known()["age"]
    assert ages["b"] == 45
    assert ages.isna().tolist() == [True, False, True]
    by_year = FIELDS.drop(columns="birth_date").assign(birth_year=[1990.0, 1700.0, np.nan])
    found = known_customers("customers", by_year, RuleSettings(), as_of=DAY)
    assert found.set_index("customer_id")["age"].dropna().to_dict() == {"b": 36}


def test_without_a_day_nothing_is_told_in_days() -> None:
    fields = FIELDS.drop(columns="birth_date").assign(birth_year=[1990.0, 1950.0, np.nan])
    found = known_customers("customers", fields, RuleSettings(), as_of=None)
    assert found["recency_days"].isna().all()
    assert "date: Renewed" not in found
    assert found["number: Year of birth"].tolist()[:2] == [1950, 1990]
    assert set(found["as_of"]) == {dt.date.min}


def test_months_of_tenure_are_days_where_there_are_no_others() -> None:
    fields = FIELDS.drop(columns=["first_order_on", "enrolled_on"])
    found = known_customers(
        "customers", fields.assign(tenure_months=[12.0, 1.0, 0.0]), RuleSettings(), as_of=None
    )
    assert found["tenure_days"].tolist() == [30, 365, 0]


def test_whole_children_and_the_average_of_an_order() -> None:
    found = known()
    assert found["children"].tolist()[:2] == [2, 1]
    assert found["average_basket"].tolist()[:2] == [15, 25]
    assert np.isnan(found["average_basket"]["c"])


def test_a_column_that_files_hold_in_two_kinds_is_text() -> None:
    found = known(
        **{"number: Shelf": [1.0, np.nan, np.nan], "category: Shelf": [None, "top", None]}
    )
    assert found["category: Shelf"].tolist()[:2] == ["top", "1.0"]
    assert "number: Shelf" not in found


def test_own_attributes_become_rows_of_what_is_known() -> None:
    customers = known().reset_index()
    names = [each.name for each in attributes_of(customers) if ": " in each.name]
    assert names == [
        "number: Credit score", "category: Plan", "date: Renewed", "yes_no: Card",
    ]  # fmt: skip
    attributes = pd.DataFrame({"attribute": ["age", *names], "position": range(5)})
    found = own_values(customers, attributes)
    told = {
        (row.position, row.customer_id): row.word if isinstance(row.word, str) else row.number
        for row in found.itertuples()
    }
    assert told == {
        (1, "b"): 600, (1, "c"): 720, (2, "b"): "Basic", (2, "c"): "Pro", (3, "b"): 2,
        (4, "a"): "no", (4, "b"): "yes",
    }  # fmt: skip
    assert own_values(customers, attributes.head(1)).empty
    assert own_values(customers, attributes.head(0)).empty


def test_own_attributes_are_described_by_their_names() -> None:
    assert known_of("money: Balance").unit == "money"
    assert known_of("category: Plan").kind == "category"
    assert known_of("date: Renewed").title == "Days since Renewed"
    assert is_attribute("yes_no: Card")
    assert place_of("yes_no: Card") > place_of("age")
    assert not is_attribute("Card")
    with pytest.raises(KeyError):
        known_of("Card")


def test_demography_is_of_whom_anything_is_known() -> None:
    found = demography(known().reset_index())
    assert found["customer_id"].tolist() == ["a", "b", "c"]
    assert {"age", "country", "children"} <= set(found)
    nothing = FIELDS[["customer_id", "monetary"]]
    assert demography(known_customers("customers", nothing, RuleSettings(), as_of=DAY)).empty


def test_what_a_table_of_customers_comes_to() -> None:
    assert figures_of_customers(FIELDS) == Figures(
        3, 6, 130.0, 6, 130.0, dt.date(2025, 1, 1), dt.date(2025, 12, 31)
    )
    assert figures_of_customers(FIELDS[["customer_id", "monetary"]]) == Figures(3)
    bare = FIELDS[["customer_id", "frequency", "monetary"]]
    assert figures_of_customers(bare).first_day is None
