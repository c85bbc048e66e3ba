"""Upgrades and checksums on PostgreSQL: one transaction, and the sums that SQLite has."""

import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import AutoString

from db import checksums, damage, runs, upgrades
from db.engine import open_reader, open_writer, reading, writing
from db.errors import SchemaMismatch
from db.tables import METADATA
from scripts.backup import main
from tests.postgres.conftest import MakeDatabase

DUMP = Path(__file__).parent.parent / "fixtures" / "schema_0_1.sql"
OWN = {"schema_version", "alembic_version", "result_checksum", "last_check", "run_owner"}


def of_version_0_1(path: Path) -> sa.Engine:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(DUMP.read_text("utf-8"))
    return open_writer(f"sqlite:///{path}")


def reflected(engine: sa.Engine) -> sa.MetaData:
    """Give the tables of a database with types that every engine has."""
    found = sa.MetaData()
    sa.event.listen(found, "column_reflect", generic)
    found.reflect(engine)
    return found


def generic(_inspector: Any, _table: Any, column: dict[str, Any]) -> None:
    kind = column["type"].as_generic()
    if isinstance(kind, sa.String):
        kind = AutoString()
    elif isinstance(kind, sa.DateTime) and column["name"] != "ordered_at":
        kind = METADATA.tables["run"].c.started_at.type
    column["type"] = kind


def put_into(source: sa.Engine, url: str) -> sa.Engine:
    """Make a database's tables, rows and indices in PostgreSQL, and have it look at them."""
    target, tables = open_writer(url), reflected(source)
    for index in (index for table in tables.sorted_tables for index in table.indexes):
        where = index.dialect_options["sqlite"]["where"]
        index.dialect_options["postgresql"]["where"] = where
    with reading(source) as from_, writing(target) as to:
        tables.create_all(to)
        for table in tables.sorted_tables:
            rows = [dict(row._mapping) for row in from_.execute(sa.select(table))]
            if rows:
                to.execute(sa.insert(table), rows)
        to.exec_driver_sql("analyze")
    return target


@pytest.fixture(scope="module")
def put_once(database: MakeDatabase, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Put a database of version 0.1 into PostgreSQL, for the tests to have theirs like it."""
    source = of_version_0_1(tmp_path_factory.mktemp("old") / "portal.db")
    put_into(source, database("old")).dispose()
    return "old"


@pytest.fixture
def old(put_once: str, database: MakeDatabase, request: pytest.FixtureRequest) -> sa.Engine:
    return open_writer(database(request.node.name, like=put_once))


def content(engine: sa.Engine, name: str, columns: Sequence[str] = ("*",)) -> list[str]:
    """Give the rows of a table, or some columns of them, under whatever names."""
    wanted = ", ".join(each if each == "*" else f'"{each}"' for each in columns)
    with reading(engine) as connection:
        rows = connection.exec_driver_sql(f'select {wanted} from "{name}"').all()
    return sorted(map(str, rows))


RENAMED = {("customer_result", "value_band"): "spend_band"}
"""Columns that bear another name now."""


COLUMNS = """
select table_name, column_name, data_type, is_nullable, collation_name
from information_schema.columns
where table_schema = 'public' and table_name <> 'schema_version' order by 1, 2
"""
INDICES = "select indexdef from pg_indexes where schemaname = 'public' order by 1"


def shape(engine: sa.Engine) -> list[Any]:
    with reading(engine) as connection:
        return [connection.exec_driver_sql(query).all() for query in (COLUMNS, INDICES)]


def test_nothing_is_lost(old: sa.Engine, database: MakeDatabase, capsys: Any) -> None:
    there = {
        name: [each["name"] for each in sa.inspect(old).get_columns(name)]
        for name in METADATA.tables
        if name not in OWN and sa.inspect(old).has_table(name)
    }
    before = {name: content(old, name, columns) for name, columns in there.items()}
    done = upgrades.upgrade(old)
    assert done == (3, None)
    runs.prepare(old)
    now = {
        name: [RENAMED.get((name, each), each) for each in columns]
        for name, columns in there.items()
    }
    assert {name: content(old, name, columns) for name, columns in now.items()} == before
    fresh = open_writer(database("fresh"))
    runs.prepare(fresh)
    for ours, theirs in zip(shape(old), shape(fresh), strict=True):
        assert set(map(tuple, ours)) ^ set(map(tuple, theirs)) == set()
    for name in ("schema_version", "alembic_version"):
        assert content(old, name) == content(fresh, name)
    assert damage.check_results(old) == []

    url = old.url.render_as_string(hide_password=False)
    assert main(["check", "--db", url]) == 0
    with writing(old) as connection:
        connection.exec_driver_sql(
            "update customer_result set monetary = monetary + 1 where run_id = 3"
        )
    assert main(["check", "--db", url]) == 4
    assert "Table “customer_result” of run 3 is damaged" in capsys.readouterr().err
    with reading(open_reader(url)) as connection:
        assert checksums.last_damaged(connection) == ["customer_result"]


def test_sums_are_those_of_sqlite(old: sa.Engine, tmp_path: Path) -> None:
    upgrades.upgrade(old)
    of_sqlite = of_version_0_1(tmp_path / "portal.db")
    upgrades.upgrade(of_sqlite)
    assert content(old, "result_checksum") == content(of_sqlite, "result_checksum")
    for run_id in (1, 2, 3):
        assert checksums.verify(old, run_id) == []
        assert checksums.verify_within(old, run_id) == []


def fail(_connection: Any) -> None:
    raise ValueError("something")


def test_what_fails_halfway_leaves_all_as_it_was(
    old: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = shape(old)
    monkeypatch.setattr(checksums, "seal_missing", fail)
    with pytest.raises(SchemaMismatch, match=r"can't be upgraded from version 0\.1"):
        upgrades.upgrade(old)
    assert shape(old) == before
    assert content(old, "schema_version") == ["(3,)"]


def test_of_two_at_once_one_upgrades(old: sa.Engine) -> None:
    done: list[Any] = []
    threads = [
        threading.Thread(target=lambda: done.append(upgrades.upgrade(old))) for _ in range(3)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(done, key=str) == [None, None, (3, None)]
