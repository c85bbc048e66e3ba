"""Views of PostgreSQL that stand as they should are left alone; others keep their grants."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from db import runs, views
from db.engine import open_reader, open_writer, reading, writing
from db.errors import DatabaseUnavailable, DatasetLocked, RunLost, SchemaMismatch
from db.locks import refreshing
from db.ownership import owned
from db.workspace import uploads
from tests.db.customers.made_up import begun_at
from tests.postgres.conftest import MakeDatabase

OLD = "select 1 as \"day\", cast('a' as varchar) as dataset, cast(2 as bigint) as run"


@pytest.fixture(scope="module")
def url(database: MakeDatabase) -> str:
    """Prepare a database with one data set, a reader and views of people's own."""
    made = database("kept")
    engine = open_writer(made)
    runs.prepare(engine)
    with writing(engine) as connection:
        for statement in (
            "create role analyst",
            "grant select on published_run to analyst with grant option",
            "create view own as select dataset, run from published_run",
            "create materialized view own_again as select run from own",
            "grant select on own to public",
            "comment on view own is '100 %% of them'",
        ):
            connection.exec_driver_sql(statement)
    return made


def numbers(url: str) -> dict[str, int]:
    with reading(open_reader(url)) as connection:
        rows = connection.execute(
            sa.text("select relname, oid from pg_class where relkind in ('v', 'm')")
        )
        return {row.relname: row.oid for row in rows}


def test_views_that_stand_are_not_touched(url: str) -> None:
    before = numbers(url)
    with reading(open_reader(url)) as idle:
        idle.execute(sa.text("select * from own")).all()
        runs.prepare(open_writer(url))
    assert numbers(url) == before


@pytest.mark.parametrize("old", ["in place", "anew"])
def test_a_changed_view_keeps_grants_and_views_upon_it(
    url: str, old: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = numbers(url)
    with monkeypatch.context() as patch:
        changed = views.translated("published_run", "postgresql")
        written = {
            "in place": f"select *, 1 as more from ({changed}) as old",
            "anew": OLD,
        }[old]
        patch.setattr(
            views,
            "translated",
            lambda name, backend, real=views.translated: (
                written if name == "published_run" else real(name, backend)
            ),
        )
        runs.prepare(open_writer(url))
    runs.prepare(open_writer(url))
    with reading(open_reader(url)) as connection:
        ask = lambda sql: connection.execute(sa.text(sql)).scalar()  # noqa: E731
        assert ask("select has_table_privilege('analyst', 'published_run', 'select')")
        assert ask("select has_table_privilege('analyst', 'own', 'select')")
        assert ask("select obj_description('own'::regclass)") == "100 % of them"
        assert ask("select count(*) from own_again") is not None
    assert set(numbers(url)) == set(before)


def test_a_view_that_can_not_be_made_again_stops_the_upgrade(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = numbers(url)
    real = views.translated
    monkeypatch.setattr(
        views,
        "translated",
        lambda name, backend: (
            "select 1 as less" if name == "published_run" else real(name, backend)
        ),
    )
    with pytest.raises(SchemaMismatch, match=r"public\.own asks of “published_run”"):
        runs.prepare(open_writer(url))
    assert numbers(url) == before


def test_a_transaction_sees_one_moment(url: str) -> None:
    engine = open_writer(url)
    count = sa.text("select count(*) from dataset")
    with reading(open_reader(url)) as first, reading(engine) as second:
        before = [each.execute(count).scalar() for each in (first, second)]
        runs.dataset_id(engine, "come meanwhile")
        assert [each.execute(count).scalar() for each in (first, second)] == before


def test_the_lock_is_the_servers(url: str, monkeypatch, tmp_path: Path) -> None:
    with refreshing(open_writer(url), "shop"):
        monkeypatch.setenv("TMPDIR", str(tmp_path))
        with pytest.raises(DatasetLocked), refreshing(open_writer(url), "shop"):
            pass
        with refreshing(open_writer(url), "another"):
            pass
    with refreshing(open_writer(url), "shop"):
        pass


def test_a_lock_that_is_lost_loses_no_run(url: str, monkeypatch) -> None:
    """The session that holds the lock is ended; the run is alive, so nobody takes it."""
    engine = open_writer(url)
    dataset = runs.dataset_id(engine, "shop")
    mine = begun_at(engine, dataset)
    monkeypatch.setattr("db.ownership._alive", {mine.token})
    with pytest.raises(DatasetLocked):
        runs.sweep(engine, dataset)
    monkeypatch.setattr("db.ownership._alive", set())
    runs.sweep(engine, dataset)
    with pytest.raises(RunLost), writing(owned(engine, mine)):
        pass


def test_uploads_lie_where_only_their_owner_reads(url: str, monkeypatch, tmp_path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    one, other = sa.make_url(url), sa.make_url(url).set(database="other")
    where = uploads.made_folder(one)
    assert where.stat().st_mode & 0o777 == 0o700
    assert uploads.made_folder(other) != where
    where.chmod(0o755)
    with pytest.raises(DatabaseUnavailable, match="open to others"):
        uploads.made_folder(one)
