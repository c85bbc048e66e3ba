"""PostgreSQL by URL: the same tables and views, and a portal that answers everything."""

import csv
import datetime as dt
import json
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pytest
import sqlalchemy as sa

from db.customers import customers_table, open_customers, sweep_customers
from db.engine import open_reader, open_writer, reading, writing
from db.tables import METADATA
from db.views import QUERIES, views
from pipeline.samples.files import write
from pipeline.samples.marketing import made_up_marketing
from portal.app import create_app
from portal.settings import Settings
from scripts import check, delete, export, refresh, score
from tests.forks import fork_jobs
from tests.portal.waiting import ended
from tests.postgres.conftest import MakeDatabase
from tests.sampling import sampled
from tests.shops import quick, write_shop

OWN = {"schema_version", "job", "upload", "result_checksum", "last_check"}
TAKEN = {"seconds", "cpu_seconds", "peak_bytes", "started_at", "published_at", "message"}
"""Columns that tell how long something took or when it was done."""
SEED = 4_000_000_000
"""A seed that four bytes don't hold."""


class Twins(NamedTuple):
    """The same data sets in SQLite and in PostgreSQL, and the folder with their files."""

    folder: Path
    sqlite: str
    postgres: str


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory, database: MakeDatabase) -> Twins:
    """Refresh a shop and a marketing table into both."""
    folder = tmp_path_factory.mktemp("twins")
    people = made_up_marketing(300, seed=2)
    write(folder / "people.csv", people.schema, [people])
    write_shop(folder / "shop.csv", customers=300, days=400)
    both = Twins(folder, f"sqlite:///{folder / 'portal.db'}", database("twins"))
    for url in (both.sqlite, both.postgres):
        for file, name in (("people.csv", "people"), ("shop.csv", "shop")):
            refreshed(url, folder, folder / file, "--dataset", name, "--seed", SEED)
    return both


def refreshed(url: str, folder: Path, *arguments: object) -> None:
    given = [*map(str, arguments), "--db", url, *quick(folder)]
    assert refresh.main(given) == 0


def content(url: str, name: str) -> list[tuple[str, ...]]:
    """Give the rows of a table or view as sorted texts, without what differs by the clock."""
    with reading(open_reader(url)) as connection:
        found = connection.exec_driver_sql(f'select * from "{name}"')
        kept = [place for place, column in enumerate(found.keys()) if column not in TAKEN]
        return sorted(tuple(cell(row[place]) for place in kept) for row in found)


def cell(value: Any) -> str:
    """Write a value alike, whatever the driver gives for it."""
    if value is None:
        return ""
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, bool | int | float):
        return f"{float(value):.9g}"
    if isinstance(value, dt.date):
        return str(value)[:10]
    if isinstance(value, str) and value[4:5] == "-" and value[10:11] in {"T", " "}:
        return value[:10]
    return str(value)


def test_every_table_and_view_holds_the_same(twins: Twins) -> None:
    names = [*METADATA.tables, *(each.name for each in views() if each.name not in QUERIES)]
    differ = [
        name
        for name in names
        if name not in OWN and content(twins.sqlite, name) != content(twins.postgres, name)
    ]
    assert not differ
    assert content(twins.postgres, "published_customer")


@pytest.mark.parametrize("run_id", [1, 2])
def test_customers_are_the_same_table(twins: Twins, run_id: int) -> None:
    expected = customers_table(open_reader(twins.sqlite), run_id)
    found = customers_table(open_reader(twins.postgres), run_id)
    assert found.schema == expected.schema
    assert found.num_rows > 200
    for name in expected.column_names:
        rows = zip(found[name].to_pylist(), expected[name].to_pylist(), strict=True)
        assert all(rounded(ours) == rounded(theirs) for ours, theirs in rows), name
        if pa.types.is_dictionary(expected.schema.field(name).type):
            ours, theirs = (
                each[name].combine_chunks().dictionary for each in (found, expected)
            )
            assert ours.equals(theirs), name


def rounded(value: Any) -> Any:
    """Round what the two databases add up in another order."""
    if isinstance(value, list):
        return [rounded(each) for each in value]
    if isinstance(value, dict):
        return {name: rounded(each) for name, each in value.items()}
    return f"{value:.9g}" if isinstance(value, float) else value


def test_a_host_keeps_customers_in_a_folder_of_its_own(twins: Twins, cache: Path) -> None:
    engine = open_reader(twins.postgres)
    assert cache.stat().st_mode & 0o777 == 0o700
    (file,) = cache.glob("twins-*.customers-1.arrow")
    assert file.stat().st_mode & 0o777 == 0o600
    file.unlink()
    stale = file.with_name(file.name.replace("-1.arrow", "-99.arrow"))
    stale.write_text("")
    assert open_customers(engine, 1).num_rows > 200
    assert file.exists()
    assert not stale.exists()
    others = {path.name for path in cache.iterdir() if not path.name.startswith("twins-")}
    sweep_customers(engine)
    assert others <= {path.name for path in cache.iterdir()}


def test_texts_are_in_the_order_of_their_bytes(twins: Twins) -> None:
    with writing(open_writer(twins.postgres)) as connection:
        connection.exec_driver_sql(
            "create temp table words as select segment from segment_result where false"
        )
        connection.exec_driver_sql("insert into words values ('b'), ('A'), ('a'), ('Z')")
        found = connection.exec_driver_sql("select segment from words order by segment")
        assert [row[0] for row in found] == ["A", "Z", "a", "b"]


@pytest.mark.parametrize(
    "kind", sampled(["all", "filtered", "several", "searched"], ["several"])
)
def test_a_portal_answers_everything_on_it(kind: str, twins: Twins) -> None:
    """`make test` asks with several filters, `make soak` with fewer and none."""
    from portal.app import PAGES
    from tests.benchmarks.children.ask_all import Portal, examples

    told = examples(twins.postgres)
    portal = Portal(twins.postgres, told.customer, told.customers)
    problems = [
        f"{asked.page}: {asked.callback}: {problem}"
        for page in PAGES
        for asked in portal.questions(page, told.searches[kind])
        if (problem := portal.problem(asked.body))
    ]
    assert not problems


def test_a_data_set_goes_on_and_is_deleted(
    twins: Twins, database: MakeDatabase, capsys: pytest.CaptureFixture[str]
) -> None:
    url, folder = database("going on"), twins.folder
    more = write_shop(folder / "more.csv", customers=60, days=300)
    refreshed(url, folder, folder / "shop.csv", "--dataset", "shop")
    capsys.readouterr()
    assert check.main([str(more), "--dataset", "shop", "--db", url]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["form"] == "order-lines"
    refreshed(url, folder, more, "--dataset", "shop", "--append")
    refreshed(url, folder, "--again", "--dataset", "shop")
    scored = folder / "scored.csv"
    given = [str(more), "--dataset", "shop", "--db", url, "--output", str(scored)]
    assert score.main(given) == 0
    with scored.open(newline="", encoding="utf-8") as opened:
        assert sum(1 for _ in csv.DictReader(opened)) > 50
    for what in export.WHAT:
        given = [what, "--dataset", "shop", "--db", url, "--output", str(folder)]
        given += ["--task", "churn"] if what == "model" else []
        assert export.main(given) == 0, what
    assert delete.main(["--dataset", "shop", "--db", url]) == 0
    with reading(open_reader(url)) as connection:
        for table in ("run", "order_line", "customer_result", "campaign"):
            many = connection.execute(sa.text(f"select count(*) from {table}")).scalar()
            assert many == 0, table


def test_a_file_is_brought_through_the_browser(
    twins: Twins, database: MakeDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    fork_jobs(monkeypatch)
    url = database("brought")
    refreshed(url, twins.folder, twins.folder / "people.csv", "--dataset", "people")
    app = create_app(open_reader(url), Settings(db=url))
    client = app.server.test_client()
    answer = client.post(
        "/api/v1/uploads",
        query_string={"name": "shop.csv", "dataset": "shop"},
        data=(twins.folder / "shop.csv").read_bytes(),
    )
    assert answer.status_code == 201, answer.text
    told = ended(client, answer.json["job"])
    assert told["state"] == "done", told
    assert told["report"]["form"] == "order-lines"
