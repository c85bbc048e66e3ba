"""The real files give the figures that are known of them (data/README.md)."""

import datetime as dt
import os
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from pipeline.sources.cells.values import as_number, as_text, as_timestamp
from pipeline.sources.columns import match, recognise
from pipeline.sources.reading import read_parts

ROOT = os.environ.get("PORTAL_REAL_DATA")
pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(ROOT is None, reason="PORTAL_REAL_DATA names no folder"),
]
DRESSES = ("", "_semicolon", "_semicolon_bom", "_comma_iso")
moment = dt.datetime.fromisoformat


@cache
def orders(name: str) -> pa.Table:
    (part,) = read_parts(Path(str(ROOT)) / "online-retail" / name)
    columns = match(part.table.column_names, "order-lines")
    typed = {}
    for field, column in columns.items():
        if field in {"quantity", "unit_price"}:
            read = as_number(part.table[column])
        elif field == "ordered_at":
            read = as_timestamp(part.table[column])
        else:
            typed[field] = as_text(part.table[column])
            continue
        assert not len(read.unreadable)
        typed[field] = read.values
    return pa.table(typed)


@pytest.mark.parametrize("name", ["online_retail.csv.gz", "online_retail.xlsx"])
def test_online_retail(name: str):
    lines = orders(name)
    assert lines.num_rows == 541_909
    assert lines["customer_id"].null_count == 135_080
    assert lines["description"].null_count == 1_454
    distinct = {field: len(pc.unique(lines[field].drop_null())) for field in lines.column_names}
    assert distinct["customer_id"] == 4_372
    assert distinct["invoice"] == 25_900
    assert distinct["product"] == 4_070
    assert distinct["country"] == 38
    total = pc.sum(pc.multiply(lines["quantity"], lines["unit_price"])).as_py()
    assert total == pytest.approx(9_747_747.934, abs=5e-4)
    assert pc.sum(pc.less(lines["quantity"], 0)).as_py() == 10_624
    assert pc.sum(pc.equal(lines["unit_price"], 0)).as_py() == 2_515
    assert pc.sum(pc.less(lines["unit_price"], 0)).as_py() == 2
    first_last = pc.min_max(lines["ordered_at"]).as_py()
    assert first_last == {"min": moment("2010-12-01 08:26"), "max": moment("2011-12-09 12:50")}
    pounds = pc.sum(pc.match_substring(lines["description"], "£")).as_py()
    assert pounds == 32


def test_both_files_of_online_retail_are_equal():
    one, other = orders("online_retail.csv.gz"), orders("online_retail.xlsx")
    assert one.schema == other.schema
    for field in one.column_names:
        assert one[field].combine_chunks() == other[field].combine_chunks(), field


@cache
def campaign(dress: str) -> pa.Table:
    (part,) = read_parts(Path(str(ROOT)) / "marketing" / f"marketing_campaign{dress}.csv")
    assert recognise(part.table.column_names) == "marketing"
    return part.table


@pytest.mark.parametrize("dress", DRESSES)
def test_marketing(dress: str):
    table = campaign(dress)
    assert (table.num_rows, table.num_columns) == (2_240, 29)
    income = as_number(table["Income"])
    assert income.values.null_count == 24
    assert pc.max(income.values).as_py() == 666_666
    assert pc.min(as_number(table["Year_Birth"]).values).as_py() == 1893
    assert pc.sum(as_number(table["Response"]).values).as_py() == 334
    assert pc.sum(as_number(table["Complain"]).values).as_py() == 21
    joined = as_timestamp(table["Dt_Customer"])
    assert joined.values[0].as_py() == moment("2012-09-04")
    assert not len(joined.unreadable)


@pytest.mark.parametrize("dress", DRESSES[1:])
def test_the_dresses_of_marketing_read_the_same(dress: str):
    one, other = campaign(""), campaign(dress)
    assert one.column_names == other.column_names
    for name in one.column_names:
        read = as_timestamp if name == "Dt_Customer" else as_text
        first, second = read(one[name]), read(other[name])
        first, second = (
            x if isinstance(x, pa.ChunkedArray) else x.values for x in (first, second)
        )
        assert first.combine_chunks() == second.combine_chunks(), name
