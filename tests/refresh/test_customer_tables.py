"""Tables of customers with any columns: from the file to everything that is published."""

import datetime as dt
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.refreshing.inspection import Look, inspect
from pipeline.run.progress import Silent
from scripts.refresh import main
from tests.customer_tables import flo, mall, rfm, telco, written
from tests.shops import Shop, made_once, refreshed

TODAY = dt.date(2026, 11, 1)
SETTINGS = """\
segments: {algorithm: kmeans, tuning: false, bootstraps: 2}
models: {trials: 1, bootstraps: 100, families: [logistic_regression], nested_repeats: 0,
  folds: 2, least_customers: 60, least_in_class: 8, least_score: 0}
"""


def published_tables(folder: Path) -> Shop:
    """Publish subscribers and a mall's visitors without an identifier."""
    settings = folder / "settings.yaml"
    settings.write_text(SETTINGS)
    database = folder / "portal.db"
    nameless = written(folder, "mall", mall().drop(columns="CustomerID"))
    refreshed(database, nameless, "--settings", settings, dataset="mall")
    refreshed(database, written(folder, "flo"), "--settings", settings, dataset="flo")
    file = written(folder, "telco")
    return refreshed(database, file, "--settings", settings, dataset="telco")


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return made_once(tmp_path_factory, "customer-tables", published_tables)


def asked(shop: Shop, sql: str) -> pd.DataFrame:
    with closing(sqlite3.connect(shop.path)) as connection:
        return pd.read_sql_query(sql, connection)


def test_who_is_likely_to_leave_is_told_and_listed_without_amounts(tables: Shop) -> None:
    people = asked(tables, "select * from published_customer where dataset = 'telco'")
    assert people["churn_probability"].notna().all()
    left = telco().set_index("customerID")["Churn"].eq("Yes")
    told = people.set_index("customer_id")["churn_probability"]
    assert told[left[left].index].mean() > told[left[~left].index].mean() + 0.1
    likely = people["risk_band"] == "likely to leave"
    assert 0 < likely.sum() < len(people)
    assert (people.loc[likely, "contact_reason"] == "likely to leave").all()
    assert people.loc[~likely, "contact_reason"].isna().all()
    assert people[["value_at_stake", "contact_profit"]].isna().all(axis=None)
    (cost,) = asked(tables, "select * from published_cost where dataset = 'telco'").to_dict(
        "records"
    )
    assert cost


def test_the_outcome_is_modelled_beside_its_rivals(tables: Shop) -> None:
    models = asked(tables, "select distinct task, model from published_model"
                           " where dataset = 'telco'")  # fmt: skip
    mine = set(models.loc[models["task"] == "given_outcome", "model"])
    assert {"logistic_regression", "majority", "one_attribute"} <= mine
    drivers = asked(tables, "select feature from published_driver where dataset = 'telco'"
                            " and task = 'given_outcome'")["feature"]  # fmt: skip
    assert "category: Contract" in set(drivers)
    assert not any("Churn" in each for each in drivers)
    known = asked(tables, "select known from published_prediction where dataset = 'telco'"
                          " and task = 'given_outcome'")["known"]  # fmt: skip
    assert known.eq(1).all(), "every label is known, so all is out of fold"


def test_what_only_the_source_knows_is_published_under_its_name(tables: Shop) -> None:
    told = asked(tables, "select * from published_customer_attribute where dataset = 'telco'")
    source = telco().set_index("customerID")
    for column in ("Contract", "MonthlyCharges", "Partner", "SupportCalls"):
        values = told[told["attribute"] == column].set_index("customer_id")["value"]
        assert len(values) == len(source)
        expected = source.loc[values.index, column]
        if column == "Partner":
            expected = expected.str.lower()
        if column in {"MonthlyCharges", "SupportCalls"}:
            assert np.allclose(values.astype(float), expected)
        else:
            assert values.tolist() == expected.tolist()
    assert not told["attribute"].isin(["Churn", "customerID"]).any()


def test_rows_without_an_identifier_go_by_their_numbers(tables: Shop) -> None:
    people = asked(tables, "select * from published_customer where dataset = 'mall'")
    assert sorted(people["customer_id"].astype(int)) == list(range(2, 202))
    assert len(set(people["segment"])) > 1
    ages = asked(tables, "select customer_id, age from vw_demographics where dataset = 'mall'")
    found = ages.set_index("customer_id")["age"]
    assert found["2"] == mall()["Age"][0]


def test_first_and_last_orders_give_recency_and_tenure(tables: Shop) -> None:
    people = asked(tables, "select * from published_customer where dataset = 'flo'")
    source = flo().set_index("master_id")
    days = (source["last_order_date"].max() - source["last_order_date"]).map(lambda d: d.days)
    people = people.set_index("customer_id")
    assert people["recency_days"].to_dict() == days.to_dict()
    money = source.filter(like="customer_value").sum(axis=1)
    assert np.allclose(people["monetary"].loc[money.index], money)
    assert people["as_of"].unique().tolist() == ["2021-05-30"]


@pytest.mark.parametrize("name", ["telco", "mall", "flo", "rfm"])
def test_the_check_says_what_publishing_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    file, settings = written(tmp_path, name), tmp_path / "few.yaml"
    settings.write_text("models: {tasks: []}\n" + SETTINGS.splitlines()[0] + "\n")
    report = inspect(Look(path=file, own_name=file.name), today=TODAY, progress=Silent())
    url = f"sqlite:///{tmp_path / 'portal.db'}"
    assert main([str(file), "--db", url, "--settings", str(settings), "--json"]) == 0
    outcome = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert outcome["form"] == report["form"] == "customers"
    for key in ("rows_kept", "customers", "orders", "revenue", "warnings", "notes", "currency"):
        assert outcome[key] == report[key], key
    assert (outcome["last_day"] or "") == str(report["last_day"] or "")
    if name == "rfm":
        assert report["orders"] == rfm()["Frequency"].sum()
        assert report["revenue"] == pytest.approx(rfm()["Monetary"].sum())


def test_what_the_check_says_can_be_given_back_as_a_mapping(tmp_path: Path) -> None:
    file = written(tmp_path, "flo")
    look = Look(path=file, own_name=file.name)
    first = inspect(look, today=TODAY, progress=Silent())
    again = inspect(
        Look(path=file, own_name=file.name, mapping=first["mapping"]),
        today=TODAY,
        progress=Silent(),
    )
    for key in ("form", "mapping", "customers", "orders", "revenue", "refusal"):
        assert again[key] == first[key]
    offered = {each["name"] for each in first["fields"]}
    assert set(first["mapping"]) <= offered


def test_a_table_of_too_few_is_refused_with_status_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path, "telco", telco().head(20))
    assert main([str(file), "--db", f"sqlite:///{tmp_path / 'portal.db'}"]) == 2
    assert "20 customers; a table of customers needs 30" in capsys.readouterr().err
    report = inspect(Look(path=file, own_name=file.name), today=TODAY, progress=Silent())
    assert "20 customers; a table of customers needs 30" in report["refusal"]
