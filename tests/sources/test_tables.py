"""Sheets, tables and files of a source: listed, chosen, read alone or joined."""

from pathlib import Path

import pandas as pd
import pytest

from pipeline.base.errors import SourceError
from pipeline.sources.arrival import Reading, arrivals
from pipeline.sources.files.heads import HEAD
from pipeline.sources.telling.listing import source_tables
from tests.sources import shop_tables
from tests.sources.shop_tables import Shop, Truth
from tests.sources.test_joining import looked, orders_and_items

SHOP = Shop(orders_and_items(), Truth(12, 60, 0.0))


def read(
    *sources: Path, names: tuple[str, ...] = (), **options: object
) -> list[tuple[str, int]]:
    """Read sources, and give the name and the rows of each arrival."""
    how = Reading("auto", names, {}, 0.0, **options)  # type: ignore[arg-type]
    found = arrivals(tuple(map(str, sources)), how)
    return [(each.name, sum(len(part.rows) for part in each.lines())) for each in found]


def checksums(*sources: Path) -> list[str]:
    how = Reading("auto", (), {}, 0.0)
    return [each.checksum for each in arrivals(tuple(map(str, sources)), how)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shop_tables.in_folder(SHOP, tmp_path / "shop")


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    return shop_tables.in_workbook(SHOP, tmp_path / "shop.xlsx")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return shop_tables.in_database(SHOP, tmp_path / "shop.sqlite")


def test_several_files_are_one_arrival_where_they_are_joined(folder: Path):
    assert read(folder) == [("order_items.csv and 1 more", 120)]
    files = sorted(folder.iterdir())
    assert read(*files) == [("order_items.csv and 1 more", 120)]


def test_files_of_one_form_arrive_one_by_one(tmp_path: Path):
    orders = SHOP.tables["orders"].assign(amount=2.5)
    for name in ("a", "b"):
        orders.to_csv(tmp_path / f"{name}.csv", index=False)
    assert read(tmp_path) == [("a.csv", 60), ("b.csv", 60)]


def test_a_file_that_belongs_to_no_other_is_still_refused(tmp_path: Path):
    SHOP.tables["orders"].assign(amount=2.5).to_csv(tmp_path / "a.csv", index=False)
    pd.DataFrame({"x": [1], "y": [2]}).to_csv(tmp_path / "b.csv", index=False)
    with pytest.raises(SourceError, match=r"b\.csv: the columns don't fit"):
        read(tmp_path)


def test_the_checksum_is_that_of_all_files_in_any_order(folder: Path):
    orders, items = folder / "orders.csv", folder / "order_items.csv"
    before = checksums(orders, items)
    assert checksums(items, orders) == before
    orders.write_text(orders.read_text().replace("2024-01-03", "2024-01-04"))
    assert checksums(items, orders) != before


def test_a_url_is_joined_as_the_file_is(database: Path):
    assert read(database) == [("shop.sqlite", 120)]
    how = Reading("auto", (), {}, 0.0)
    (arrival,) = arrivals((f"sqlite:///{database}",), how)
    assert [len(part.rows) for part in arrival.lines()] == [120]


def test_sheets_are_joined(workbook: Path):
    assert read(workbook) == [("shop.xlsx", 120)]


def test_sheets_and_tables_can_be_chosen(tmp_path: Path):
    orders = SHOP.tables["orders"].assign(amount=2.5)
    tables = SHOP.tables | {"old": orders, "older": orders[:20]}
    shop = Shop(tables, SHOP.truth)
    workbook = shop_tables.in_workbook(shop, tmp_path / "shop.xlsx")
    database = shop_tables.in_database(shop, tmp_path / "shop.sqlite")
    archive = shop_tables.in_zip(shop, tmp_path / "shop.zip")
    folder = shop_tables.in_folder(shop, tmp_path / "shop")
    for source in (workbook, database, archive):
        assert [rows for _, rows in read(source, names=("older",))] == [20]
        assert [rows for _, rows in read(source, names=("orders", "order_items"))] == [120]
    assert read(folder, names=("older",)) == [("older.csv", 20)]
    assert [rows for _, rows in read(folder, names=("orders", "order_items.csv"))] == [120]


def test_a_name_that_is_not_there_is_refused(workbook: Path, database: Path):
    with pytest.raises(SourceError, match="no sheet or table “ordres”; it has “orders”"):
        read(workbook, names=("ordres",))
    with pytest.raises(SourceError, match="no table “ordres”; it has “order_items”, “orders”"):
        read(database, names=("orders", "ordres"))


def test_a_table_that_is_chosen_alone_is_not_joined(database: Path):
    with pytest.raises(SourceError, match="table “orders”: the columns don't fit"):
        read(database, names=("orders",))


def test_tables_are_listed_with_columns_and_first_rows(
    folder: Path, workbook: Path, database: Path
):
    for source in (folder, workbook, database, f"sqlite:///{database}"):
        found = {table.name: table for table in source_tables([source])}
        assert set(found) == {"orders", "order_items"}
        assert found["orders"].rows == 60
        assert found["orders"].columns == ["order_id", "customer_id", "order_date"]
        assert found["orders"].first[:2] == [
            ["O0", "K0", "2024-01-03"],
            ["O1", "K1", "2024-02-03"],
        ]


def test_the_check_lists_tables_that_cannot_be_joined(tmp_path: Path):
    tables = SHOP.tables | {"order_items": SHOP.tables["order_items"].drop(columns="order_id")}
    report = looked(shop_tables.in_database(Shop(tables, SHOP.truth), tmp_path / "x.sqlite"))
    assert "no customer" in report["refusal"] or "no money" in report["refusal"]
    assert [(each["name"], each["rows"]) for each in report["tables"]] == [
        ("order_items", 120),
        ("orders", 60),
    ]


def test_the_check_takes_several_files(folder: Path):
    report = looked(folder / "orders.csv", more=(folder / "order_items.csv",))
    assert (report["customers"], report["orders"]) == (12, 60)
    assert report["joins"] == [
        "order_items joins orders on order_id: 120 of 120 rows find one."
    ]


def test_beginnings_of_long_files_are_enough_to_see_their_columns(tmp_path: Path):
    """A quotation that is cut at the end of the beginning stops nothing."""
    orders = orders_and_items(rows=20_000)["orders"]
    many = orders.assign(amount=2.5, note='said "so", twice\nand more')
    for name in ("a", "b"):
        many.to_csv(tmp_path / f"{name}.csv", index=False)
    assert (tmp_path / "a.csv").stat().st_size > 3 * HEAD
    assert read(tmp_path) == [("a.csv", 20_000), ("b.csv", 20_000)]
