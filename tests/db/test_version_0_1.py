"""A database of version 0.1, as that version wrote it: what an upgrade must keep of it."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

DUMP = Path(__file__).parent.parent / "fixtures" / "schema_0_1.sql"
Rows = list[tuple[Any, ...]]


def loaded(path: Path) -> Path:
    """Write the database of version 0.1 to a file."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(DUMP.read_text("utf-8"))
    return path


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path = loaded(tmp_path_factory.mktemp("version") / "portal.db")
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        yield connection


def rows(database: sqlite3.Connection, query: str) -> Rows:
    return database.execute(query).fetchall()


def test_the_dump_is_a_whole_database(database: sqlite3.Connection) -> None:
    assert rows(database, "pragma integrity_check") == [("ok",)]
    assert rows(database, "pragma foreign_key_check") == []
    views = rows(database, "select name from sqlite_schema where type = 'view'")
    assert len(views) == 15
    for (view,) in views:
        rows(database, f'select * from "{view}" limit 1')
    versions = rows(database, "select distinct version from run")
    assert versions == [("0.1.0",)]


def test_two_data_sets_are_published(database: sqlite3.Connection) -> None:
    published = """
        select name, run.form, status, run.customers,
            (select count(*) from run as other where other.dataset_id = dataset.dataset_id),
            (select count(*) from published_customer where dataset = dataset.name)
        from dataset join published using (dataset_id) join run using (run_id)
        order by name
    """
    marketing, shop = rows(database, published)
    assert marketing == ("marketing", "marketing", "published", marketing[3], 1, marketing[3])
    assert shop == ("shop", "order-lines", "published", shop[3], 2, shop[3])
    assert shop[3] > marketing[3] > 50


def test_the_churn_model_of_both_runs_is_kept(database: sqlite3.Connection) -> None:
    trained = """
        select run_id from task_result join run using (run_id)
        where task = 'churn' and chosen is not null and run.form = 'order-lines'
    """
    assert len(rows(database, trained)) == 2


def test_a_campaign_holds_customers_out(database: sqlite3.Connection) -> None:
    campaigns = """
        select name, state, made_by_run, starts_on is not null, contacted, held_out, offer, cost
        from campaign left join campaign_detail using (campaign_id)
        order by campaign_id
    """
    begun, planned = rows(database, campaigns)
    (first_run,) = rows(database, "select min(run_id) from run where form = 'order-lines'")[0]
    assert begun[:4] == ("Autumn", "running", first_run, 1)
    assert begun[6:] == ("10 % off", 512.5)
    assert planned[:4] == ("Winter", "planned", first_run, 0)
    assert planned[6:] == (None, None)
    members = """
        select campaign_id, sum(contacted), sum(not contacted) from campaign_member
        group by campaign_id order by campaign_id
    """
    assert [row[1:] for row in rows(database, members)] == [begun[4:6], planned[4:6]]
    assert begun[5] > 20


def test_what_people_wrote_is_kept(database: sqlite3.Connection) -> None:
    versions = rows(
        database,
        "select version, note, text from playbook_version join dataset using (dataset_id)"
        " where dataset.name = 'shop' order by version",
    )
    assert [row[:2] for row in versions] == [(1, "Dearer letters"), (2, "")]
    assert ["contact_cost: 2" in row[2] for row in versions] == [True, True]
    assert ["margin: 40" in row[2] for row in versions] == [False, True]

    ((kind, name, inputs, token),) = rows(
        database, "select kind, name, inputs, token from scenario"
    )
    assert (kind, name) == ("return", "Careful")
    assert json.loads(inputs)["state"].startswith("1~500~20000~2_5_8~")
    assert token

    ((mapping,),) = rows(database, "select mapping from column_mapping")
    assert json.loads(mapping) == {"customer_id": "Client", "ordered_at": "Day"}


def test_a_scored_customer_is_kept(database: sqlite3.Connection) -> None:
    ((customer, inputs, answer, run),) = rows(
        database, "select customer_id, inputs, answer, scored_by_run from scored_customer"
    )
    assert (customer, len(json.loads(inputs)["orders"])) == ("A1", 3)
    assert 0 < json.loads(answer)["churn"]["probability"] < 1
    assert rows(database, f"select status from run where run_id = {run}") == [("published",)]


def test_files_and_jobs_are_recorded(database: sqlite3.Connection) -> None:
    assert rows(database, "select name, state, form from upload") == [
        ("orders.csv", "received", "order-lines")
    ]
    jobs = rows(database, "select kind, state, upload_id from job order by job_id")
    assert jobs == [("check", "done", 1), ("refresh", "failed", None)]
