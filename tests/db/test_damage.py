"""Damage of every kind is found wherever a published row differs by it, and named by table."""

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from db import checksums, clearing, damage
from db.checksums import Sum
from db.engine import PAGE_BYTES, open_reader, open_writer, reading
from db.tables import METADATA
from tests.shops import Shop, copied

PLACES = 60
"""Random places of each kind of damage in the long test; `FEW` of them in the usual one."""
FEW = 6
Rows = list[tuple[Any, ...]]
Harm = Callable[[Path, random.Random], None]


@pytest.fixture(scope="module")
def whole(published_shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("whole") / "portal.db"
    copied(published_shop.path, path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("pragma journal_mode=delete")
    return path


@pytest.fixture(scope="module")
def shown(whole: Path) -> dict[str, Rows]:
    return published_rows(whole)


def published_rows(path: Path) -> dict[str, Rows]:
    """Give every row of every view, as any other tool reads them."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        views = "select name from sqlite_schema where type = 'view' order by name"
        return {
            name: connection.execute(f'select * from "{name}"').fetchall()
            for (name,) in connection.execute(views).fetchall()
        }


def damaged_page(path: Path, dice: random.Random) -> None:
    """Overwrite some bytes in the middle of the file, as a bad block does."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(dice.randrange(size))
        file.write(dice.randbytes(dice.choice((1, 8, 512, PAGE_BYTES))))
        file.truncate(size)


def changed_row(path: Path, dice: random.Random) -> None:
    """Change one value of one result row, which leaves the file whole."""
    with closing(sqlite3.connect(path)) as connection:
        tables = [
            each
            for each in checksums.result_tables()
            if connection.execute(f'select count(*) from "{each.name}"').fetchone()[0]
        ]
        table = dice.choice([*tables, checksums.RUN])
        columns = [c.name for c in table.columns if not c.primary_key]
        column = dice.choice([c for c in columns if c not in {"message", "status"}])
        keys = [c.name for c in table.primary_key.columns]
        named = ", ".join(f'"{key}"' for key in keys)
        row = dice.choice(connection.execute(f'select {named} from "{table.name}"').fetchall())
        where = " and ".join(f'"{key}" = ?' for key in keys)
        changed = f"case typeof(\"{column}\") when 'text' then \"{column}\" || ' ' else "
        changed += f'coalesce("{column}", 0) + 1 end'
        done = connection.execute(
            f'update "{table.name}" set "{column}" = {changed} where {where}', row
        )
        assert done.rowcount == 1
        connection.commit()


def truncated(path: Path, dice: random.Random) -> None:
    """Cut the file off anywhere."""
    with path.open("r+b") as file:
        file.truncate(dice.randrange(path.stat().st_size))


HARMS = (damaged_page, changed_row, truncated)


def differs(path: Path, shown: dict[str, Rows]) -> bool:
    try:
        return published_rows(path) != shown
    except (sqlite3.Error, UnicodeDecodeError):
        return True


def check_in(place: int, harm: Harm, whole: Path, shown: dict[str, Rows], to: Path) -> None:
    path = copied(whole, to / "harmed.db")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("pragma journal_mode=delete")
    harm(path, random.Random(place))
    found = damage.check_file(path)
    assert found or (harm is damaged_page and not differs(path, shown)), (harm.__name__, place)
    assert all(each.table for each in found)
    path.unlink()


@pytest.mark.parametrize("harm", HARMS)
def test_what_changes_a_published_row_is_found(
    harm: Harm, whole: Path, shown: dict[str, Rows], tmp_path: Path
) -> None:
    for place in range(FEW):
        check_in(place, harm, whole, shown, tmp_path)


@pytest.mark.soak
@pytest.mark.parametrize("harm", HARMS)
def test_what_changes_a_published_row_is_found_everywhere(
    harm: Harm, whole: Path, shown: dict[str, Rows], tmp_path: Path
) -> None:
    for place in range(FEW, FEW + PLACES):
        check_in(place, harm, whole, shown, tmp_path)


def test_a_whole_file_is_whole(whole: Path) -> None:
    assert damage.check_file(whole) == []


@pytest.fixture
def own(whole: Path, tmp_path: Path) -> Path:
    return copied(whole, tmp_path / "portal.db")


def test_the_tables_are_named(own: Path) -> None:
    with closing(sqlite3.connect(own)) as connection:
        (run_id,) = connection.execute("select run_id from published").fetchone()
        connection.execute("update customer_result set monetary = monetary + 1e-9")
        connection.execute("delete from finding where position = 0")
        connection.commit()
    engine = open_writer(f"sqlite:///{own}")
    assert checksums.verify(engine, run_id) == ["customer_result", "finding"]
    assert checksums.verify_within(engine, run_id) == ["customer_result", "finding"]
    assert checksums.verify_all(engine) == {run_id: ["customer_result", "finding"]}
    told = damage.told(damage.check_file(own))
    assert told[0].startswith(f"Table “customer_result” of run {run_id} is damaged: ")


def change(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("update run set seed = seed + 1", "run"),
        ("update published set run_id = run_id + 1000", "published"),
        ("update dataset set name = name || '2'", "published"),
        ("update customer_result set segment = cast(segment as blob)", "customer_result"),
        ("update customer_result set as_of = null", "customer_result"),
        ("delete from published", "published"),
        ("drop view published_customer", "published_customer"),
        ("drop table silhouette_sample", "silhouette_sample"),
    ],
)
def test_what_publishing_wrote_counts_too(own: Path, statement: str, table: str) -> None:
    change(own, statement)
    assert table in {each.table for each in damage.check_file(own)}


def test_an_order_of_rows_is_no_damage(own: Path) -> None:
    change(own, "create table other as select * from customer_result order by monetary")
    change(own, "delete from customer_result")
    change(own, "insert into customer_result select * from other")
    assert damage.check_file(own) == []


def test_a_column_that_a_later_version_adds_is_no_damage(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sqlalchemy as sa

    change(own, "alter table finding add column later float")
    later = sa.Table("finding", sa.MetaData())
    for column in METADATA.tables["finding"].columns:
        later.append_column(sa.Column(column.name, column.type))
    later.append_column(sa.Column("later", sa.Float()))
    monkeypatch.setattr(
        checksums, "METADATA", type("Tables", (), {"tables": {"finding": later}})
    )
    engine = open_writer(f"sqlite:///{own}")
    with reading(engine) as connection:
        (run_id,) = connection.execute(sa.text("select run_id from published")).one()
        stored = checksums._stored(connection, run_id)["finding"]
    assert not checksums._differs(engine, run_id, "finding", stored, checksums._arrow(engine))


def test_a_renamed_data_set_is_no_damage(own: Path) -> None:
    from db.workspace import datasets

    datasets.rename(open_writer(f"sqlite:///{own}"), "shop", "boutique")
    assert damage.check_file(own) == []


def test_a_run_that_is_swept_is_no_damage(own: Path) -> None:
    engine = open_writer(f"sqlite:///{own}")
    with reading(engine) as connection:
        (run_id,) = connection.exec_driver_sql("select run_id from published").one()
    clearing.clear_results(engine, run_id)
    assert checksums.verify(engine, run_id) == []


def test_a_checksum_stays_what_it_was() -> None:
    """What one version of the libraries wrote another one must not take for damage."""
    import pyarrow as pa

    batch = pa.RecordBatch.from_pydict(
        {
            "number": pa.array([1, -2, checksums.NULL_NUMBER]),
            "amount": pa.array([0.5, -0.0, checksums.NULL_AMOUNT]),
            "text": pa.array([b"a", "Zürich".encode(), checksums.NULL_TEXT]),
        }
    )
    found = checksums.sum_of(iter([batch, batch.slice(1)]), batch.schema.names)
    assert found == Sum(5, "3cf9dcd01a93deba")


def test_what_a_check_found_is_kept(own: Path) -> None:
    import datetime as dt

    engine = open_writer(f"sqlite:///{own}")
    (run_id,) = next(iter(checksums_runs(own)))
    for found, said in (
        ({}, []),
        ({run_id: ["customer_result"], 999: ["driver"]}, ["customer_result"]),
        ({checksums.OF_NO_RUN: ["order_line"]}, ["order_line"]),
    ):
        checksums.remember(engine, found, checked_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
        with reading(open_reader(f"sqlite:///{own}")) as connection:
            assert checksums.last_damaged(connection) == said


def checksums_runs(path: Path) -> Rows:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("select run_id from published").fetchall()
