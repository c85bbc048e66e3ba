"""`published_customer_attribute`: what the source knows and our labels, a row each."""

import math
import sqlite3
from contextlib import closing

import pandas as pd
import pytest

from db.views import view
from pipeline.features.attributes import ATTRIBUTES
from tests.shops import Shop

LABELS = {
    "VIP": "is_vip",
    "passive": "is_passive",
    "promotional": "is_promotional",
    "new": "is_new",
}


def asked(shop: Shop, sql: str) -> pd.DataFrame:
    with closing(sqlite3.connect(shop.path)) as connection:
        return pd.read_sql_query(sql, connection)


def test_every_attribute_that_some_form_knows_is_in_the_view():
    sql = view("published_customer_attribute").sql
    for known in ATTRIBUTES:
        column = f"customer_attribute.{known.name}"
        assert column in sql, known.name
        assert known.role == "rule" or f"when '{known.name}' then" in sql, known.name


def test_values_are_those_of_the_customers(forms: Shop):
    """Of every form: as many rows as known values, each as it stands in the wide table."""
    long = asked(forms, "select * from published_customer_attribute")
    wide = asked(
        forms,
        "select d.name as dataset, a.*, r.is_outlier from customer_attribute a"
        " join customer_result r on r.run_id = a.run_id and r.customer_id = a.customer_id"
        " join published p on p.run_id = a.run_id"
        " join dataset d on d.dataset_id = p.dataset_id",
    )
    assert len(long.drop_duplicates(["dataset", "customer_id", "attribute"])) == len(long)
    for dataset, some in wide.groupby("dataset"):
        told = long[long["dataset"] == dataset]
        for known in (each for each in ATTRIBUTES if each.role != "rule"):
            there = some.dropna(subset=[known.name]).set_index("customer_id")[known.name]
            mine = told[told["attribute"] == known.name].set_index("customer_id")["value"]
            assert sorted(mine.index) == sorted(there.index), (dataset, known.name)
            for customer, value in mine.items():
                expected = there[customer]
                if known.kind == "number":
                    assert math.isclose(float(value), expected, abs_tol=0.5001e-4)
                    assert expected != round(expected) or "." not in value
                else:
                    assert value == expected
        for label, column in {**LABELS, "outlier": "is_outlier"}.items():
            holds = some.loc[some[column] == 1, "customer_id"]
            carried = told[told["attribute"] == label]
            assert sorted(carried["customer_id"]) == sorted(holds), (dataset, label)
            assert set(carried["value"]) <= {"yes"}


@pytest.mark.parametrize("days", [29, 30])
def test_customers_are_new_until_their_first_order_is_thirty_days_old(
    published_shop: Shop, days: int
):
    """By the days since the first order: 29 are new, 30 are not."""
    new = asked(
        published_shop,
        "select customer_id from published_customer_attribute where attribute = 'new'",
    )
    everyone = asked(published_shop, "select customer_id, tenure_days from published_customer")
    expected = everyone.loc[everyone["tenure_days"] < 30, "customer_id"]
    assert 0 < len(expected) < len(everyone)
    assert sorted(new["customer_id"]) == sorted(expected)
    at = everyone.loc[everyone["tenure_days"] == days, "customer_id"]
    assert (
        set(at) <= set(new["customer_id"])
        if days < 30
        else not set(at) & set(new["customer_id"])
    )
