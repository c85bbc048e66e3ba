"""Which columns are asked about, what they are suggested to be, and what is left out."""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.refreshing.inspection import Look, inspect
from pipeline.run.progress import Silent
from tests.sources.layouts.made_up_exports import made_up_orders, shopify

TODAY = dt.date(2026, 1, 1)


def orders(**columns: list[Any]) -> pd.DataFrame:
    """Make sixty orders of names that tell nothing of who, when and how much."""
    frame = pd.DataFrame(
        {
            "K1": [f"c{row % 13}" for row in range(60)],
            "K2": [f"2025-0{1 + row % 9}-1{row % 9}" for row in range(60)],
            "K3": [f"{5 + row}.5" for row in range(60)],
        }
    )
    return frame.assign(**columns)


def looked(folder: Path, frame: pd.DataFrame, **options: Any) -> dict[str, Any]:
    path = folder / "orders.csv"
    frame.to_csv(path, index=False)
    look = Look(path=path, own_name=path.name, **options)
    return inspect(look, today=TODAY, progress=Silent())


def test_what_cells_tell_and_no_name_does_is_asked(tmp_path: Path) -> None:
    report = looked(tmp_path, orders())
    asked = {each["column"]: each for each in report["doubts"]}
    assert set(asked) == {"K1", "K2", "K3"}
    assert all(each["is_taken"] for each in asked.values())
    assert report["mapping"][asked["K3"]["fields"][0]] == "K3"


def test_known_names_are_not_asked(tmp_path: Path) -> None:
    names = {"K1": "Customer ID", "K2": "Order Date", "K3": "Amount"}
    report = looked(tmp_path, orders().rename(columns=names))
    assert report["doubts"] == []


def test_of_two_columns_of_money_both_are_suggested(tmp_path: Path) -> None:
    report = looked(tmp_path, orders(K4=[f"{row}.25" for row in range(60)]))
    assert report["missing"] == ["amount"]
    asked = {each["column"]: each for each in report["doubts"] if not each["is_taken"]}
    assert {"K3", "K4"} <= set(asked)
    assert asked["K3"]["fields"][:3] == ("amount", "unit_price", "order_total")
    assert "K2" not in asked


def test_a_column_that_is_left_out_means_nothing(tmp_path: Path) -> None:
    frame = orders(K4=[f"{row}.25" for row in range(60)])
    report = looked(tmp_path, frame, mapping={"ignore: K4": "K4"})
    assert report["missing"] == []
    assert "K3" in report["mapping"].values()
    named = frame.rename(columns={"K1": "Customer ID", "K2": "Order Date", "K3": "Amount"})
    without = looked(tmp_path, named, mapping={"ignore: Amount": "Amount"})
    assert "Amount" not in without["mapping"].values()


def test_an_export_may_be_read_without_its_layout(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(shopify(made_up_orders()).text())
    look = Look(path=path, own_name=path.name)
    assert inspect(look, today=TODAY, progress=Silent())["layout"] == "shopify"
    plain = inspect(replace(look, layout="none"), today=TODAY, progress=Silent())
    assert plain["layout"] is None
