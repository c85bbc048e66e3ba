"""Sources of several tables: published as one table would be, and continued by the next."""

from pathlib import Path

import pandas as pd
import pytest

from tests.shops import (
    Shop,
    assert_same_tables,
    outcome,
    refused,
    rows,
    write_shop,
)
from tests.shops import (
    refreshed_without_models as refreshed,
)

OF_ORDERS = ["InvoiceNo", "CustomerID", "InvoiceDate", "Country"]
OF_ITEMS = ["InvoiceNo", "StockCode", "Quantity", "UnitPrice"]
OF_PRODUCTS = ["StockCode", "Description", "Category"]


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """Make lines in which a product has one description, and an invoice one moment."""
    path = write_shop(tmp_path_factory.mktemp("lines") / "shop.csv", customers=60, days=200)
    read = pd.read_csv(path, dtype=str, keep_default_na=False)
    for column, key in (("Description", "StockCode"), ("InvoiceDate", "InvoiceNo")):
        read[column] = read.groupby(key)[column].transform("first")
    return read[read["Country"] != ""]


@pytest.fixture(scope="module")
def flat(lines: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Publish the lines as one table."""
    folder = tmp_path_factory.mktemp("flat")
    lines.to_csv(folder / "shop.csv", index=False)
    return refreshed(folder / "portal.db", folder / "shop.csv")


def apart(lines: pd.DataFrame, folder: Path) -> Path:
    """Write lines as files of orders, items and products."""
    folder.mkdir()
    lines[OF_ORDERS].drop_duplicates("InvoiceNo").to_csv(folder / "orders.csv", index=False)
    lines[OF_ITEMS].to_csv(folder / "items.csv", index=False)
    products = lines[OF_PRODUCTS].drop_duplicates("StockCode")
    products.to_csv(folder / "products.csv", index=False)
    return folder


def test_joined_tables_publish_what_one_table_does(
    lines: pd.DataFrame, flat: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    shop = refreshed(tmp_path / "portal.db", apart(lines, tmp_path / "shop"), "--json")
    told = outcome(capsys.readouterr().out)
    said = [each["sentence"] for each in told["notes"] if each["code"] == "joined"]  # type: ignore
    assert said[0].startswith("items joins orders on InvoiceNo: ")
    assert said[1].startswith("items joins products on StockCode: ")
    assert told["warnings"] == []
    assert_same_tables(flat, shop)


def test_the_next_export_is_appended_by_the_same_joins(lines: pd.DataFrame, tmp_path: Path):
    middle = lines["InvoiceDate"].sort_values().iloc[len(lines) // 2]
    is_later = lines["InvoiceDate"] > middle
    first = apart(lines[~is_later], tmp_path / "first")
    second = apart(lines[is_later], tmp_path / "second")
    shop = refreshed(tmp_path / "portal.db", first)
    shop = refreshed(tmp_path / "portal.db", second, "--append")
    whole = refreshed(tmp_path / "whole.db", apart(lines, tmp_path / "whole"))
    query = "select customer_id, frequency, monetary from published_customer order by 1"
    assert rows(shop.path, query) == rows(whole.path, query)
    again = refreshed(tmp_path / "portal.db", second, "--append")
    loads = "select count(distinct load_id) from run_load where run_id = {}"
    assert rows(again.path, loads.format(3)) == rows(again.path, loads.format(2)) == [(2,)]


def test_tables_that_nothing_joins_are_refused(
    lines: pd.DataFrame, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    folder = apart(lines, tmp_path / "shop")
    lines[["StockCode", "Quantity"]].to_csv(folder / "items.csv", index=False)
    code, said = refused([folder, "--db", f"sqlite:///{tmp_path}/portal.db"], capsys)
    assert code == 2
    assert "no money was found" in said
    assert "orders (InvoiceNo, CustomerID, InvoiceDate, Country)" in said
