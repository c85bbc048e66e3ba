"""Upgrades: nothing that people made is lost, and the schema becomes that of a new database.

Each released schema has a dump in `tests/fixtures`, written by that version itself. A change of
the schema without a migration fails here: an upgraded database must be like a fresh one.
"""

import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory

from db import checksums, runs, upgrades
from db.engine import open_reader, open_writer, reading
from db.errors import SchemaMismatch
from db.upgrades import SCHEMA_VERSION, revision
from db.workspace import campaigns, open_workspace
from portal.pages.campaigns import outcome
from portal.reading.datasets import published
from portal.reading.published import chosen, memory
from tests.forks import FORKS
from tests.recorder.browser import Browser
from tests.recorder.recording import paths
from tests.shops import copied, refreshed

DUMPS = sorted((Path(__file__).parent.parent / "fixtures").glob("schema_*.sql"))
MADE_BY_PEOPLE = (
    "campaign", "campaign_detail", "campaign_member", "column_mapping", "dataset", "job",
    "playbook_version", "scenario", "scored_customer", "upload",
)  # fmt: skip
SETTINGS = """
segments: {algorithm: kmeans, tuning: false, bootstraps: 2}
models: {tasks: [churn], trials: 1, bootstraps: 100, families: [logistic_regression],
  nested_repeats: 0, folds: 2, least_customers: 60, least_in_class: 8}
value: {draws: 200}
"""
Rows = list[tuple[Any, ...]]


def loaded(dump: Path, path: Path) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(dump.read_text("utf-8"))
    return path


def asked(path: Path, query: str) -> Rows:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        return connection.execute(query).fetchall()


def everything(path: Path) -> list[str]:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        return list(connection.iterdump())


def url(path: Path) -> str:
    return f"sqlite:///{path}"


@pytest.fixture(params=DUMPS, ids=[each.stem for each in DUMPS], scope="module")
def before(request, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return loaded(request.param, tmp_path_factory.mktemp("before") / "portal.db")


@pytest.fixture(params=DUMPS, ids=[each.stem for each in DUMPS])
def old(request, tmp_path: Path) -> Path:
    return loaded(request.param, tmp_path / "portal.db")


@pytest.fixture(scope="module")
def upgraded(before: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("upgraded") / "portal.db"
    copied(before, path)
    runs.prepare(open_writer(url(path)))
    return path


def test_a_released_schema_is_kept_as_a_dump() -> None:
    versions = {asked_dump(dump) for dump in DUMPS}
    assert versions == set(upgrades.RELEASED)


def asked_dump(dump: Path) -> int:
    line = next(
        line
        for line in dump.read_text("utf-8").splitlines()
        if line.startswith('INSERT INTO "schema_version"')
    )
    return int(line.removesuffix(");").rpartition("(")[2])


def test_the_last_migration_leads_to_the_present_version() -> None:
    config = Config()
    config.set_main_option("script_location", "db/migrations")
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_heads() == [revision(SCHEMA_VERSION)]


def schema(path: Path) -> dict[str, Any]:
    """Describe tables, columns, keys, indices and views as programs see them."""
    engine = open_writer(url(path))
    found: dict[str, Any] = {}
    inspector = sa.inspect(engine)
    for table in inspector.get_table_names():
        found[table] = {
            "columns": [
                (c["name"], str(c["type"]), c["nullable"], c["default"], c["primary_key"])
                for c in inspector.get_columns(table)
            ],
            "primary key": inspector.get_pk_constraint(table)["constrained_columns"],
            "foreign keys": sorted(
                (key["constrained_columns"], key["referred_table"], key["referred_columns"])
                for key in inspector.get_foreign_keys(table)
            ),
            "unique": sorted(
                each["column_names"] for each in inspector.get_unique_constraints(table)
            ),
            "indices": sorted(
                (each["name"], each["column_names"], each["unique"])
                for each in inspector.get_indexes(table)
            ),
        }
    written = (
        "select name, sql from sqlite_schema where type in ('index', 'view') and sql <> ''"
    )
    kinds = asked(path, "pragma table_list")
    found["kinds"] = sorted(row[1:] for row in kinds if row[0] == "main")
    found["as written"] = dict(asked(path, written))
    return found


def test_an_upgraded_schema_is_that_of_a_new_database(upgraded: Path, tmp_path: Path) -> None:
    runs.prepare(open_writer(url(tmp_path / "fresh.db")))
    assert schema(upgraded) == schema(tmp_path / "fresh.db")
    versions = "select version, version_num from schema_version, alembic_version"
    assert asked(upgraded, versions) == [(SCHEMA_VERSION, revision(SCHEMA_VERSION))]
    assert asked(tmp_path / "fresh.db", versions) == asked(upgraded, versions)


RENAMED = {("customer_result", "spend_band"): "value_band"}
"""What a column was called before, by table and present name."""
ADDED = {("customer_result", "value_band")}
"""Columns that mean another thing than one of the same name before."""


def selected(table: str, columns: list[str]) -> str:
    """Select columns in an order of their own."""
    names = ", ".join(f'"{each}"' for each in columns)
    return f'select {names} from "{table}" order by {names}'


def test_what_people_made_and_what_runs_found_is_there(before: Path, upgraded: Path) -> None:
    tables = {
        name: [row[1] for row in asked(upgraded, f'pragma table_info("{name}")')]
        for (name,) in asked(upgraded, "select name from sqlite_schema where type = 'table'")
    }
    kept = {name for (name,) in asked(before, "select name from sqlite_schema")} & set(tables)
    assert set(MADE_BY_PEOPLE) <= kept
    for name in sorted(kept - {"schema_version"}):
        there = {row[1] for row in asked(before, f'pragma table_info("{name}")')}
        now = [each for each in tables[name] if RENAMED.get((name, each), each) in there]
        now = [each for each in now if (name, each) not in ADDED]
        then = [RENAMED.get((name, each), each) for each in now]
        assert asked(upgraded, selected(name, now)) == asked(before, selected(name, then)), name
    assert asked(upgraded, "pragma integrity_check") == [("ok",)]
    assert asked(upgraded, "pragma foreign_key_check") == []


def test_a_copy_of_before_lies_beside_it(before: Path, upgraded: Path) -> None:
    (copy,) = upgraded.parent.glob("portal-version-0.1-*.db")
    assert everything(copy) == everything(before)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert not list(upgraded.parent.glob("portal-version*-*al"))


def test_older_runs_get_checksums(upgraded: Path) -> None:
    engine = open_writer(url(upgraded))
    (count,) = asked(upgraded, "select count(distinct run_id) from result_checksum")[0]
    assert count == 3
    assert checksums.verify_all(engine) == {}


def test_it_is_upgraded_once(upgraded: Path) -> None:
    engine = open_writer(url(upgraded))
    assert not upgrades.is_behind(engine)
    assert upgrades.upgrade(engine) is None
    runs.prepare(engine)
    assert len(list(upgraded.parent.glob("portal-version-*.db"))) == 1


def test_every_page_answers(upgraded: Path) -> None:
    browser = Browser(url(upgraded))
    for name in ("shop", "marketing"):
        for path in paths():
            page = browser.opened(path, f"?dataset={name}")
            failed = {
                answer: value
                for answer, value in page.answers.items()
                if isinstance(value, dict) and set(value) == {"failed"}
            }
            assert not failed, (name, path, failed)
            assert "could not be worked out" not in str(page.there), (name, path)


def test_a_campaign_is_read_back_on_the_next_refresh(old: Path) -> None:
    (old.parent / "small.yaml").write_text(SETTINGS)
    refreshed(old, "--again", "--settings", old.parent / "small.yaml")
    with reading(open_reader(url(old))) as connection:
        at = chosen(published(connection), connection, "shop", memory(10))
        assert at.run_id == 4
        campaign = campaigns.one(connection, 1)
        assert campaign is not None
        assert campaign.name == "Autumn"
        found = outcome.result(at, campaign).readback
    assert found is not None


def fail(*_arguments: Any) -> None:
    raise sqlite3.OperationalError("database or disk is full")


def test_what_fails_halfway_leaves_the_database_as_it_was(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    was = everything(old)
    monkeypatch.setattr(checksums, "seal_missing", fail)  # after all of the migrations
    with pytest.raises(SchemaMismatch, match=r"can't be upgraded from version 0\.1") as error:
        upgrades.upgrade(open_writer(url(old)))
    assert "disk is full" in str(error.value)
    assert everything(old) == was
    assert [each.name for each in old.parent.glob("*.db")] == ["portal.db"]
    monkeypatch.undo()
    assert upgrades.upgrade(open_writer(url(old))) is not None


def die(_connection: Any) -> None:
    os._exit(9)


def open_it_and_die(address: str) -> None:
    checksums.seal_missing = die
    open_workspace(address)


def test_who_is_killed_halfway_leaves_the_database_as_it_was(old: Path) -> None:
    was = everything(old)
    process = FORKS.Process(target=open_it_and_die, args=(url(old),))
    process.start()
    process.join()
    assert process.exitcode == 9
    assert everything(old) == was
    done = upgrades.upgrade(open_writer(url(old)))
    assert done is not None
    assert done.copy is not None
    assert everything(done.copy) == was


def test_no_upgrade_without_its_copy(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    was = everything(old)
    monkeypatch.setattr("db.copies._force_to_disk", fail)
    with pytest.raises(Exception, match=r"can't be copied to .*disk is full"):
        upgrades.upgrade(open_writer(url(old)))
    assert everything(old) == was
    assert [each.name for each in old.parent.glob("*.db")] == ["portal.db"]


def open_it(address: str) -> None:
    open_workspace(address)


def test_of_two_that_open_at_once_one_upgrades(old: Path) -> None:
    both = [FORKS.Process(target=open_it, args=(url(old),)) for _ in range(3)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert [each.exitcode for each in both] == [0, 0, 0]
    assert asked(old, "select version from schema_version") == [(SCHEMA_VERSION,)]
    assert len(list(old.parent.glob("portal-version-*.db"))) == 1


@pytest.mark.parametrize(("schema", "words"), [(2, "schema 2, "), (99, "open it with that")])
def test_other_versions_are_refused(old: Path, schema: int, words: str) -> None:
    with closing(sqlite3.connect(old)) as connection:
        connection.execute(f"update schema_version set version = {schema}")
        connection.commit()
    was = everything(old)
    for use in (runs.prepare, upgrades.upgrade, upgrades.refuse_behind):
        with pytest.raises(SchemaMismatch, match=words):
            use(open_writer(url(old)))
    assert everything(old) == was


def test_who_only_reads_says_that_it_must_be_upgraded(old: Path) -> None:
    with pytest.raises(SchemaMismatch, match=r"of version 0\.1 and must be upgraded first"):
        upgrades.refuse_behind(open_reader(url(old)))
