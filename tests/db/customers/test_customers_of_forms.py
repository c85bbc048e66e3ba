"""The table of each form: whole, as the database has it, and as it is exported."""

import csv
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

from db.customers import customers_table, open_customers
from db.engine import open_reader
from scripts.export import main as export
from tests.shops import FORMS, Shop, copied, rows

NESTED = {"months", "days"}


def run_of(forms: Shop, form: str) -> int:
    ((run_id,),) = rows(forms.path, "select run from published_run where dataset = ?", form)
    return run_id


def table_of(forms: Shop, form: str) -> pa.Table:
    return customers_table(open_reader(forms.url), run_of(forms, form))


@contextmanager
def asked(table: pa.Table) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.register("customers", table)
        yield connection


@pytest.mark.parametrize("form", FORMS)
def test_a_refresh_leaves_the_file_of_its_run(forms: Shop, form: str):
    run_id = run_of(forms, form)
    path = forms.path.with_name(f"portal.db.customers-{run_id}.arrow")
    with pa.memory_map(str(path)) as source:
        written = pa.ipc.open_file(source).read_all()
    written.validate(full=True)
    assert written.equals(table_of(forms, form))
    reader = open_reader(forms.url)
    before = path.stat().st_ino
    assert open_customers(reader, run_id).num_rows > 100
    assert path.stat().st_ino == before


@pytest.mark.parametrize("form", FORMS)
def test_every_value_is_the_databases(forms: Shop, form: str):
    table, run_id = table_of(forms, form), run_of(forms, form)
    compared = 0
    for stored in ("customer_result", "customer_attribute"):
        known = {
            name
            for (name,) in rows(forms.path, f"select name from pragma_table_info('{stored}')")
        }
        for name in [name for name in table.column_names if name in known]:
            expected = [
                value
                for (value,) in rows(
                    forms.path,
                    f"select {name} from {stored} where run_id = ? order by customer_id",
                    run_id,
                )
            ]
            column = (
                table[name].cast(pa.string())
                if name in {"as_of", "next_order_on"}
                else table[name]
            )
            words = {"yes": 1, "no": 0} if name[:3] == "is_" else {}
            found = [words.get(value, value) for value in column.to_pylist()]
            assert found == expected, name
            compared += 1
    assert compared > 25


@pytest.mark.parametrize("form", FORMS)
def test_what_the_source_fills_is_there_and_nothing_else(forms: Shop, form: str):
    table, run_id = table_of(forms, form), run_of(forms, form)
    filled = {
        name
        for (name,) in rows(
            forms.path, "select attribute from attribute where run_id = ?", run_id
        )
    }
    campaigns = rows(
        forms.path, "select distinct campaign from campaign_response where run_id = ?", run_id
    )
    has_orders = rows(forms.path, "select 1 from order_state where run_id = ? limit 1", run_id)
    there = set(table.column_names)
    assert filled <= there
    assert {name for name in there if ":" in name} == {
        f"campaign:{name}" for (name,) in campaigns
    }
    assert (there & NESTED) == (NESTED if has_orders else set())
    assert ("main_channel" in there) == bool({"purchases_web", "purchases_store"} & filled)


def test_months_and_days_add_up_to_what_the_database_says(forms: Shop):
    table, run_id = table_of(forms, "shop"), run_of(forms, "shop")
    with asked(table) as connection:
        days = connection.execute(
            "select d.as_of, count(*), count(*) filter (d.active), sum(d.orders),"
            " sum(d.revenue)"
            " from (select unnest(days) as d from customers) group by 1 order by 1"
        ).fetchall()
        months = connection.execute(
            "select sum(m.orders), sum(m.revenue)"
            " from (select unnest(months) as m from customers)"
        ).fetchone()
        newest = connection.execute(
            "select max(as_of), count(*), count(*) filter (recency_days < 90), sum(frequency),"
            " sum(monetary) from customers"
        ).fetchone()
    expected = rows(
        forms.path,
        "select as_of, count(*), sum(recency_days < 90), sum(frequency), sum(monetary)"
        " from customer_snapshot where run_id = ?1 and customer_id in (select customer_id from"
        " customer_result where run_id = ?1) group by 1 order by 1",
        run_id,
    )
    assert len(days) > 5
    assert [(str(day), *rest) for day, *rest in days] == [
        (day, *counts, pytest.approx(money)) for day, *counts, money in expected
    ]
    assert days[-1] == (*newest[:4], pytest.approx(newest[4]))
    assert months == (newest[3], pytest.approx(newest[4]))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("ending", ["parquet", "arrow"])
def test_an_export_is_exactly_the_table(forms: Shop, form: str, ending: str, tmp_path: Path):
    path = tmp_path / f"customers.{ending}"
    assert (
        export(["customers", "--dataset", form, "--db", forms.url, "--output", str(path)]) == 0
    )
    found = pq.read_table(path) if ending == "parquet" else pa.ipc.open_file(path).read_all()
    expected = table_of(forms, form)
    assert found.schema.equals(expected.schema)
    assert found.equals(expected)
    assert json.loads(found.schema.metadata[b"clientele"])["dataset"] == form


def test_a_spreadsheet_has_the_same_without_lists(forms: Shop, tmp_path: Path):
    expected = table_of(forms, "shop").drop_columns(list(NESTED))
    for ending in ("csv", "xlsx"):
        asked = [
            "--dataset",
            "shop",
            "--db",
            forms.url,
            "--output",
            str(tmp_path / f"a.{ending}"),
        ]
        assert export(["customers", *asked]) == 0
    with (tmp_path / "a.csv").open(newline="", encoding="utf-8") as opened:
        head, *lines = list(csv.reader(opened))
    sheet = list(openpyxl.load_workbook(tmp_path / "a.xlsx")["Customers"].values)
    assert head == list(sheet[0]) == expected.column_names
    money = head.index("monetary")
    assert [float(line[money]) for line in lines] == expected["monetary"].to_pylist()
    assert [line[money] for line in sheet[1:]] == expected["monetary"].to_pylist()
    assert [line[0] for line in lines] == expected["customer_id"].to_pylist()


def test_formulas_in_words_become_text(forms: Shop, tmp_path: Path):
    path = copied(forms.path, tmp_path / "portal.db")
    with sa.create_engine(f"sqlite:///{path}").begin() as connection:
        connection.execute(sa.text("update customer_result set spend_band = '=1+1'"))
    asked = ["customers", "--dataset", "shop", "--db", f"sqlite:///{path}"]
    assert export([*asked, "--output", str(tmp_path / "a.csv")]) == 0
    with (tmp_path / "a.csv").open(newline="", encoding="utf-8") as opened:
        assert {row["spend_band"] for row in csv.DictReader(opened)} == {"'=1+1"}


def test_filters_and_columns_narrow_the_table_down(forms: Shop, tmp_path: Path):
    segment = table_of(forms, "shop")["segment"][0].as_py()
    path = tmp_path / "some.parquet"
    asked = ["--dataset", "shop", "--db", forms.url, "--output", str(path)]
    some = ["--segment", segment, "--columns", "days, monetary_group"]
    assert export(["customers", *asked, *some]) == 0
    found = pq.read_table(path)
    ((many,),) = rows(
        forms.path,
        "select count(*) from published_customer where dataset = 'shop' and segment = ?",
        segment,
    )
    assert found.column_names == ["customer_id", "monetary_group", "days"]
    assert 0 < found.num_rows == many < table_of(forms, "shop").num_rows


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("customers", "--columns", "colour"), "no column “colour”"),
        (("customers", "--columns", "income"), "“shop” has no column “income”"),
        (("customers", "--columns", "months"), "only parquet and arrow hold"),
        (("segments", "--format", "arrow"), "Only customers"),
    ],
)
def test_what_can_not_be_exported_is_said(
    forms: Shop,
    asked: tuple[str, ...],
    said: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
):
    where = ["--dataset", "shop", "--db", forms.url, "--output", str(tmp_path / "file")]
    capsys.readouterr()
    assert export([*asked, *where]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "file").exists()
