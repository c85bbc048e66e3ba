"""Several tables as one of orders: figures of made-up shops, what is refused, what is said."""

import datetime as dt
import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.base.errors import SourceError, TableName
from pipeline.refreshing.inspection import Look, inspect
from pipeline.run.progress import Silent
from pipeline.sources.joining import NotJoined, joined
from pipeline.sources.parts import ForeignKey, Part
from tests.sources import shop_tables
from tests.sources.shop_tables import Shop, Tables

CASES = os.environ.get("PORTAL_CASES")
TODAY = dt.date(2026, 1, 1)
NOTE = "Note: The data and information in this document is reflective of a hypothetical client."


def looked(path: Path, **options: Any) -> dict[str, Any]:
    return inspect(
        Look(path=path, own_name=path.name, **options), today=TODAY, progress=Silent()
    )


def parts(tables: Tables, **keys: tuple[ForeignKey, ...]) -> list[Part]:
    """Make parts as a folder of files gives them."""
    return [
        Part(
            f"{name}.csv",
            None,
            pa.Table.from_pandas(table, preserve_index=False),
            keys=keys.get(name, ()),
        )
        for name, table in tables.items()
    ]


def join(tables: Tables, **keys: tuple[ForeignKey, ...]) -> Part:
    found = joined(parts(tables, **keys), file="shop")
    assert found is not None
    (part,) = found
    return part


def codes(part: Part, level: str) -> list[str]:
    return [each.code for each in part.said if each.level == level]


def sentences(part: Part, code: str) -> list[str]:
    return [each.sentence for each in part.said if each.code == code]


def orders_and_items(*, rows: int = 60) -> Tables:
    """Make orders of twelve customers, two items each."""
    return {
        "orders": pd.DataFrame(
            {
                "order_id": [f"O{n}" for n in range(rows)],
                "customer_id": [f"K{n % 12}" for n in range(rows)],
                "order_date": [f"2024-{n % 12 + 1:02}-03" for n in range(rows)],
            }
        ),
        "order_items": pd.DataFrame(
            {
                "order_id": [f"O{n // 2}" for n in range(2 * rows)],
                "product_id": [f"P{n % 7}" for n in range(2 * rows)],
                "quantity": [n % 3 + 1 for n in range(2 * rows)],
                "price": [n % 9 + 1.5 for n in range(2 * rows)],
            }
        ),
    }


SHOPS = {
    "olist": shop_tables.olist,
    "chinook": shop_tables.chinook,
    "northwind": shop_tables.northwind,
    "kpmg": shop_tables.kpmg,
}
WRITTEN: dict[str, Callable[[Shop, Path], Path]] = {
    "folder": lambda shop, at: shop_tables.in_folder(shop, at / "shop"),
    "archive": lambda shop, at: shop_tables.in_zip(shop, at / "shop.zip"),
    "database": lambda shop, at: shop_tables.in_database(shop, at / "shop.sqlite"),
    "workbook": lambda shop, at: shop_tables.in_workbook(shop, at / "shop.xlsx", note=NOTE),
}


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("olist", "folder"),
        ("olist", "database"),
        ("chinook", "database"),
        ("chinook", "archive"),
        ("northwind", "database"),
        ("northwind", "folder"),
        ("kpmg", "workbook"),
    ],
)
def test_figures_of_shops_in_several_tables(name: str, written: str, tmp_path: Path):
    shop = SHOPS[name]()
    report = looked(WRITTEN[written](shop, tmp_path))
    assert report["refusal"] is None
    assert (report["customers"], report["orders"]) == shop.truth[:2]
    assert report["revenue"] == pytest.approx(shop.truth.net, abs=0.02)
    assert report["warnings"] == []
    assert {table["name"] for table in report["tables"]} >= set(shop.tables)


@pytest.mark.skipif(CASES is None, reason="PORTAL_CASES is not set")
def test_two_tables_of_a_database_without_keys():
    report = looked(Path(str(CASES)) / "join.sqlite")
    assert report["joins"] == [
        "order_items joins orders on order_id: 317 of 317 rows find one."
    ]
    assert (report["customers"], report["orders"]) == (80, 244)
    assert report["revenue"] == pytest.approx(13716.92, abs=0.01)


def test_who_bought_is_told_by_the_column_that_comes_again():
    part = join(shop_tables.olist().tables)
    assert part.fields["customer_id"] == "customer_unique_id"
    assert codes(part, "note").count("customer_told_by") == 1


def test_a_key_of_customers_that_comes_again_stays():
    tables = orders_and_items() | {
        "customers": pd.DataFrame(
            {
                "customer_id": [f"K{n}" for n in range(12)],
                "customer_unique_id": [f"U{n // 2}" for n in range(12)],
                "country": ["Spain"] * 12,
            }
        )
    }
    part = join(tables)
    assert part.fields["customer_id"] == "customer_id"
    assert "customer_told_by" not in codes(part, "note")


def test_what_is_bought_is_found_over_several_tables():
    part = join(shop_tables.chinook().tables)
    assert part.table["Name"].to_pylist()[0].startswith("Song")
    assert part.table["Genre.Name"].to_pylist()[0].startswith("Genre")
    assert part.fields["description"] == "Name"
    assert part.fields["category"] == "Genre.Name"
    assert part.fields["product"] == "TrackId"


def test_the_price_paid_is_the_lines_own():
    part = join(shop_tables.northwind().tables)
    assert "Products.UnitPrice" in part.table.column_names
    assert "unit_price" not in part.fields
    assert part.fields["description"] == "ProductName"


def test_lines_without_a_price_take_that_of_their_product():
    tables = orders_and_items()
    tables["order_items"] = tables["order_items"].drop(columns="price")
    tables["products"] = pd.DataFrame(
        {"product_id": [f"P{n}" for n in range(7)], "price": [n + 1.5 for n in range(7)]}
    )
    part = join(tables)
    assert part.fields["unit_price"] == "price"
    assert part.table["price"].to_pylist()[:2] == [1.5, 2.5]
    assert codes(part, "note").count("price_of_product") == 1


def test_a_seller_gives_no_country_and_a_customer_no_status():
    tables = orders_and_items()
    tables["order_items"]["seller_id"] = "S1"
    tables["sellers"] = pd.DataFrame({"seller_id": ["S1", "S2"], "country": ["Chile", "Peru"]})
    tables["customers"] = pd.DataFrame(
        {"customer_id": [f"K{n}" for n in range(12)], "state": ["cancelled"] * 12}
    )
    part = join(tables)
    assert "country" not in part.fields
    assert "status" not in part.fields


def test_names_that_are_there_already_stand_behind_their_table():
    tables = orders_and_items()
    tables["orders"]["quantity"] = 99
    part = join(tables)
    assert part.table["quantity"].to_pylist()[:3] == [1, 2, 3]
    assert part.table["orders.quantity"].to_pylist()[:3] == [99, 99, 99]


def test_a_column_called_after_its_table_names_its_id():
    tables = orders_and_items()
    tables["orders"] = tables["orders"].rename(columns={"order_id": "id"})
    part = join(tables)
    assert sentences(part, "joined") == [
        "order_items joins orders on order_id = id: 120 of 120 rows find one."
    ]


def test_numbers_and_texts_of_one_key_find_each_other():
    tables = orders_and_items()
    tables["orders"]["order_id"] = [float(n) for n in range(60)]
    tables["order_items"]["order_id"] = [str(n // 2) for n in range(120)]
    assert sentences(join(tables), "joined")[0].endswith("120 of 120 rows find one.")


def test_a_declared_key_of_two_columns():
    tables = {
        "heads": pd.DataFrame(
            {
                "shop": [n % 2 for n in range(40)],
                "number": [n // 2 for n in range(40)],
                "customer_id": [f"K{n % 9}" for n in range(40)],
                "order_date": ["2024-03-05"] * 40,
            }
        ),
        "positions": pd.DataFrame(
            {
                "of_shop": [n % 2 for n in range(40)],
                "of_number": [n // 2 for n in range(40)],
                "sku": ["A"] * 40,
                "amount": [2.5] * 40,
            }
        ),
    }
    key = ForeignKey(("of_shop", "of_number"), "heads", ("shop", "number"))
    part = join(tables, positions=(key,))
    assert part.table["customer_id"].to_pylist() == tables["heads"]["customer_id"].tolist()
    with pytest.raises(NotJoined):
        join(tables)


@pytest.mark.parametrize(("lost", "level"), [(0, None), (1, "note"), (12, "warning")])
def test_rows_without_a_partner_are_counted(lost: int, level: str | None):
    tables = orders_and_items(rows=100)
    tables["order_items"].loc[: lost - 1, "order_id"] = "gone" if lost else "O0"
    part = join(tables)
    (said, *_) = [each for each in part.said if each.code == "rows_without_partner"] or [None]
    assert (said and said.level) == level
    assert len(part.table) == 200
    if said is not None:
        assert said.rows == lost
        assert f"{lost} of 200 rows of order_items find no row of orders" in said.sentence


def test_a_join_that_multiplies_rows_is_refused():
    tables = orders_and_items()
    tables["orders"] = pd.concat(
        [tables["orders"], tables["orders"].assign(order_date="2025-01-01", customer_id="K1")]
    )
    with pytest.raises(NotJoined, match=r"orders has several rows for one order_id.*multiply"):
        join(tables)


def test_a_table_that_says_the_same_in_all_rows_of_a_key_multiplies_nothing():
    tables = orders_and_items()
    tables["orders"] = pd.concat([tables["orders"], tables["orders"]])
    part = join(tables)
    assert len(part.table) == 120
    assert part.table["customer_id"].null_count == 0


def test_two_tables_without_a_key_are_refused_with_what_they_hold():
    tables = orders_and_items()
    tables["order_items"] = tables["order_items"].drop(columns="order_id")
    with pytest.raises(NotJoined) as caught:
        join(tables)
    said = str(caught.value)
    assert "no customer" in said or "no money" in said
    assert "order_items (product_id, quantity, price)" in said
    assert "--table" in said


def test_payments_are_added_up_by_order_where_nothing_else_tells_money():
    tables = orders_and_items()
    tables["order_items"] = pd.DataFrame(
        {
            "order_id": [f"O{n // 2}" for n in range(120)],
            "amount": [5.0] * 120,  # two equal payments of an order are no duplicates
        }
    )
    tables = {"orders": tables["orders"], "payments": tables["order_items"]}
    part = join(tables)
    assert len(part.table) == 60
    assert set(part.table[part.fields["order_total"]].to_pylist()) == {10.0}
    assert sentences(part, "joined") == [
        "payments joins orders on order_id: 120 of 120 rows find one, added up by order."
    ]


def test_payments_that_failed_count_nothing():
    payments = pd.DataFrame(
        {
            "order_id": [f"O{n // 2}" for n in range(120)],
            "amount": [5.0] * 120,
            "status": ["failed", "paid"] * 60,
        }
    )
    part = join({"orders": orders_and_items()["orders"], "payments": payments})
    assert set(part.table[part.fields["order_total"]].to_pylist()) == {5.0}


def test_payments_are_not_added_to_money_of_items():
    tables = orders_and_items() | {
        "payments": pd.DataFrame({"order_id": ["O1", "O1", "O2"], "amount": [1.0, 2.0, 3.0]})
    }
    part = join(tables)
    assert sentences(part, "tables_unused") == [
        "These tables add nothing and are not used: payments."
    ]
    assert "order_total" not in part.fields


def test_refunds_are_added_up_by_order():
    tables = orders_and_items() | {
        "refunds": pd.DataFrame({"order_id": ["O1", "O1", "O2"], "amount": [1.0, 2.0, 3.0]})
    }
    part = join(tables)
    column = part.table[part.fields["refunded"]].to_pylist()
    assert column[2:6] == [3.0, 3.0, 3.0, 3.0]
    assert column[6:8] == [None, None]
    assert codes(part, "warning") == []


def test_one_table_that_is_enough_stays_as_it_is():
    orders = orders_and_items()["orders"].assign(amount=3.5, country="Spain", category="x")
    orders = orders.assign(description="y", status="paid")
    others = pd.DataFrame({"customer_id": [f"K{n}" for n in range(12)], "age": range(12)})
    assert joined(parts({"orders": orders, "people": others}), file="shop") is None
    assert joined(parts({"orders": orders}), file="shop") is None


def test_files_of_orders_with_other_names_are_all_read():
    """What isn't joined and holds orders too is never left out."""
    one = orders_and_items()["orders"].assign(amount=3.5)
    other = one.rename(columns={"order_date": "Date", "customer_id": "Client"})
    people = pd.DataFrame({"customer_id": [f"K{n}" for n in range(12)], "country": "Spain"})
    tables = {"y2023": one, "y2024": other.drop(columns="order_id"), "people": people}
    assert joined(parts(tables), file="shop") is None


def test_a_file_that_lacks_a_column_of_the_lines_is_not_left_out():
    tables = orders_and_items()
    more = tables["order_items"].rename(columns={"price": "prize"})
    with pytest.raises(SourceError, match="has most columns of order_items, and others"):
        join(tables | {"order_items_2": more})


def test_lines_in_several_files_are_joined_alike():
    tables = orders_and_items()
    items = tables["order_items"]
    found = joined(
        parts(
            {
                "items_1": items[:50],
                "orders": tables["orders"],
                "items_2": items[50:],
            }
        ),
        file="shop",
    )
    assert found is not None
    assert [(each.file, len(each.table)) for each in found] == [
        ("items_1.csv", 50),
        ("items_2.csv", 70),
    ]
    assert found[0].said
    assert not found[1].said
    assert all(each.table["customer_id"].null_count == 0 for each in found)


def test_tables_of_a_database_with_the_same_columns_stay_apart():
    tables = orders_and_items()
    tables["order_items"]["category_id"] = [n % 2 for n in range(120)]
    named = {
        "categories": pd.DataFrame({"id": [0, 1], "name": ["tea", "mug"]}),
        "brands": pd.DataFrame({"id": [0, 1], "name": ["Acme", "Ajax"]}),
    }
    found = [
        part._replace(file="shop.db", sheet=TableName(part.label))
        for part in parts(tables | named)
    ]
    (part,) = joined(found, file="shop.db") or [None]
    assert part is not None
    assert part.table[part.fields["category"]].to_pylist()[:2] == ["tea", "mug"]


def test_a_column_that_the_user_names_is_brought():
    tables = orders_and_items() | {
        "people": pd.DataFrame(
            {"customer_id": [f"K{n}" for n in range(12)], "wo": ["Rom"] * 12}
        )
    }
    found = joined(parts(tables), {"country": "wo"}, file="shop")
    assert found is not None
    assert found[0].fields["country"] == "wo"


def test_a_day_is_found_by_its_key():
    tables = {
        "FactSales": pd.DataFrame(
            {
                "DateKey": [n % 30 for n in range(90)],
                "CustomerKey": [n % 9 for n in range(90)],
                "SalesAmount": [n + 0.5 for n in range(90)],
            }
        ),
        "DimDate": pd.DataFrame(
            {"DateKey": range(30), "Date": [f"2024-01-{n + 1:02}" for n in range(30)]}
        ),
    }
    part = join(tables)
    assert part.table[part.fields["ordered_at"]].to_pylist()[:2] == ["2024-01-01", "2024-01-02"]


@settings(max_examples=15, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(2, 40))
def test_rows_stay_as_they_are_in_whatever_order_the_others_stand(
    dice: random.Random, rows: int
):
    tables = orders_and_items(rows=rows)
    before = tables["order_items"].copy()
    order = list(range(rows))
    dice.shuffle(order)
    tables["orders"] = tables["orders"].iloc[order]
    part = join(tables)
    there = part.table.select(before.columns.tolist()).to_pydict()
    assert there == before.to_dict("list")
    bought = [f"K{int(each[1:]) % 12}" for each in before["order_id"]]
    assert part.table["customer_id"].to_pylist() == bought
