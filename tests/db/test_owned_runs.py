"""Locks that can't be lost, runs that one process owns, and what is told of the dead."""

import datetime as dt
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from db import engine as engines
from db import ownership, runs
from db.engine import empty_log, open_reader, open_writer, reading, writing
from db.errors import DatabaseUnavailable, DatasetLocked, RunLost
from db.frames import append_rows, read_batches
from db.locks import refreshing, sweep_lock_files
from db.ownership import is_running, owned, this_process
from db.tables.customers import CustomerResult
from tests.db.customers.made_up import begun_at, people

NOW = dt.datetime(2024, 4, 2, tzinfo=dt.UTC)
TRY = """
import sys
from db.engine import open_writer
from db.errors import DatasetLocked
from db.locks import refreshing
try:
    with refreshing(open_writer(sys.argv[1]), sys.argv[2]):
        print("taken", flush=True)
        sys.stdin.read()
except DatasetLocked:
    print("locked")
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Prepare an empty database."""
    runs.prepare(open_writer(f"sqlite:///{tmp_path / 'portal.db'}"))
    return tmp_path / "portal.db"


@pytest.fixture
def engine(path: Path) -> sa.Engine:
    return open_writer(f"sqlite:///{path}")


def elsewhere(path: Path, name: str) -> str:
    """Try to take a lock in another process."""
    command = [sys.executable, "-c", TRY, f"sqlite:///{path}", name]
    return subprocess.run(
        command, input="", capture_output=True, text=True, check=True
    ).stdout.strip()


def test_a_lock_outlives_what_sqlite_opens_and_closes(engine: sa.Engine, path: Path) -> None:
    with refreshing(engine, "shop"):
        runs.dataset_id(engine, "shop")
        list(read_batches(engine, "select name from dataset", ()))
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("begin immediate")
        path.open("rb").close()
        assert elsewhere(path, "shop") == "locked"
        assert elsewhere(path, "another") == "taken"
    assert elsewhere(path, "shop") == "taken"
    assert {file.name.removeprefix("portal.db") for file in path.parent.iterdir()} <= {
        "", "-wal", "-shm",
    }  # fmt: skip


def test_the_lock_leaves_those_of_sqlite_alone(engine: sa.Engine, path: Path) -> None:
    """Taking and giving back must not drop what a connection of this process holds."""
    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("pragma journal_mode=delete")
        holder.execute("begin immediate")
        with refreshing(engine, "shop"):
            pass
        other = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute(BEGIN)"
        other = other.replace("BEGIN", "'begin immediate'")
        done = subprocess.run(
            [sys.executable, "-c", other, str(path)],
            capture_output=True,
            text=True,
            check=False,
        )
    assert "database is locked" in done.stderr


def test_threads_and_forks_take_turns_too(engine: sa.Engine) -> None:
    refused: list[str] = []

    def attempt() -> None:
        try:
            with refreshing(engine, "shop"):
                pass
        except DatasetLocked as error:
            refused.append(str(error))

    with refreshing(engine, "shop"):
        thread = threading.Thread(target=attempt)
        thread.start()
        thread.join()
        child = os.fork()
        if child == 0:
            attempt()
            os._exit(len(refused))
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 2
    assert len(refused) == 1


def test_a_lock_is_gone_with_its_process_at_once(engine: sa.Engine, path: Path) -> None:
    command = [sys.executable, "-c", TRY, f"sqlite:///{path}", "shop"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "taken\n"
        with pytest.raises(DatasetLocked), refreshing(engine, "shop"):
            pass
        holder.kill()
        holder.wait()
    with refreshing(engine, "shop"):
        pass


def test_lock_files_of_earlier_versions_go(engine: sa.Engine, path: Path) -> None:
    others = ("other.db.0123456789abcdef.lock", "portal.db.mine.lock", "uv.lock")
    old = ("portal.db.0123456789abcdef.lock", "portal.db.customers-3.arrow.lock")
    for name in (*others, *old):
        path.with_name(name).touch()
    sweep_lock_files(engine)
    assert {file.name for file in path.parent.glob("*.lock")} == set(others)


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    engine = open_writer(f"sqlite:///{tmp_path / 'none.db'}")
    with (
        pytest.raises(DatabaseUnavailable, match="no database"),
        refreshing(engine, "x"),
    ):
        pass
    assert not list(tmp_path.iterdir())


def test_a_run_that_was_taken_away_writes_and_publishes_nothing(engine: sa.Engine) -> None:
    dataset = runs.dataset_id(engine, "shop")
    mine = begun_at(engine, dataset)
    runs.end_run(engine, ownership.taken_over(engine, mine.run_id), status="lost", message="")
    own = owned(engine, mine)
    with pytest.raises(RunLost):
        append_rows(own, CustomerResult, people(["a"]), run_id=mine.run_id)
    with pytest.raises(RunLost):
        list(read_batches(own, "select run_id from run", ()))
    with pytest.raises(RunLost), reading(own):
        pass
    with pytest.raises(RunLost):
        runs.publish(engine, mine, published_at=NOW)
    with reading(engine) as connection:
        for table in ("published", "customer_result", "run_owner"):
            assert connection.execute(sa.text(f"select count(*) from {table}")).scalar() == 0


@pytest.mark.parametrize("status", ["published", "lost", "failed"])
def test_only_a_running_run_is_published(engine: sa.Engine, status: str) -> None:
    mine = begun_at(engine, runs.dataset_id(engine, "shop"))
    with writing(engine) as connection:
        connection.execute(sa.text("update run set status = :status"), {"status": status})
    with pytest.raises(RunLost, match="does not count as running"):
        runs.publish(engine, mine, published_at=NOW)
    with reading(engine) as connection:
        assert connection.execute(sa.text("select count(*) from published")).scalar() == 0


def test_a_copy_of_the_same_run_with_fewer_rows_is_not_published(
    engine: sa.Engine, path: Path, tmp_path: Path
) -> None:
    """The token is there and the run is running, but what was written since is not."""
    mine = begun_at(engine, runs.dataset_id(engine, "shop"))
    own = owned(engine, mine)
    append_rows(own, CustomerResult, people(["a"]), run_id=mine.run_id)
    shutil.copy(path, tmp_path / "copy.db")
    append_rows(own, CustomerResult, people(["b"]), run_id=mine.run_id)
    path.write_bytes((tmp_path / "copy.db").read_bytes())
    with pytest.raises(RunLost, match="a copy of its database was put back"):
        runs.publish(engine, mine, published_at=NOW)


def test_a_write_that_failed_does_not_lose_the_run(engine: sa.Engine) -> None:
    mine = begun_at(engine, runs.dataset_id(engine, "shop"))
    own = owned(engine, mine)
    with pytest.raises(ZeroDivisionError), writing(own):
        raise ZeroDivisionError
    runs.end_run(own, mine, status="failed", message="")
    with reading(engine) as connection:
        assert connection.execute(sa.text("select status from run")).scalar() == "failed"


def test_a_process_is_told_from_a_later_one_with_its_number() -> None:
    assert is_running(this_process())
    scope, number, started = this_process().rsplit("/", 2)
    assert is_running(f"{scope}/{number}/{int(started) - 1}") is False
    assert is_running(f"another boot/{number}/{started}") is None
    assert is_running("") is None


@pytest.mark.parametrize("beats", [True, False])
def test_a_run_of_another_host_lives_as_long_as_its_heart(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch, *, beats: bool
) -> None:
    """Whatever any clock says: it may jump by years meanwhile."""
    dataset = runs.dataset_id(engine, "shop")
    mine = begun_at(engine, dataset)
    with writing(engine) as connection:
        connection.execute(sa.text("update run_owner set process = 'elsewhere/1/1'"))
        connection.execute(sa.text("update run set started_at = '1970-01-01 00:00:00'"))
    monkeypatch.setattr(ownership, "SILENT_SECONDS", 1.0)
    monkeypatch.setattr(ownership, "BEAT_SECONDS", 0.2)
    monkeypatch.setattr(time, "time", lambda: 4e9)
    if not beats:
        runs.sweep(engine, dataset)
    else:
        with ownership.beating(engine, mine), pytest.raises(DatasetLocked):
            runs.sweep(engine, dataset)
    with reading(engine) as connection:
        status = connection.execute(sa.text("select status from run")).scalar()
    assert status == ("running" if beats else "lost")


def test_pruning_spares_the_run_that_is_shown(engine: sa.Engine) -> None:
    dataset = runs.dataset_id(engine, "shop")
    for _ in range(4):
        mine = begun_at(engine, dataset)
        append_rows(owned(engine, mine), CustomerResult, people(["a"]), run_id=mine.run_id)
        runs.publish(engine, mine, published_at=NOW, customers=1)
        runs.release(engine, mine)
    runs.publish_again(engine, "shop", 1)
    runs.prune(engine, dataset, keep=2)
    with reading(engine) as connection:
        kept = connection.execute(sa.text("select run_id from run order by run_id")).scalars()
        assert list(kept) == [1, 4]


def test_a_run_that_was_killed_while_it_went_is_finished(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of it gone, it can't be shown again, and the next sweep takes the rest."""
    dataset = runs.dataset_id(engine, "shop")
    for _ in range(2):
        mine = begun_at(engine, dataset)
        runs.publish(engine, mine, published_at=NOW)

    def dies(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(runs, "clear_results", dies)
        with pytest.raises(SystemExit):
            runs.prune(engine, dataset, keep=1)
    with pytest.raises(runs.NoSuchRun):
        runs.publish_again(engine, "shop", 1)
    runs.sweep(engine, dataset)
    with reading(engine) as connection:
        assert connection.execute(sa.text("select run_id from run")).scalars().all() == [2]


def test_a_reader_that_stalls_is_closed_and_the_log_emptied(
    engine: sa.Engine, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = path.with_name("portal.db-wal")
    portal = open_reader(f"sqlite:///{path}")
    stalled = portal.connect()
    stalled.execute(sa.text("select count(*) from run")).scalar()
    for number in range(5):
        runs.dataset_id(engine, f"shop {number}")
    empty_log(engine)
    assert log.stat().st_size > 0
    with monkeypatch.context() as patch:
        patch.setattr(engines, "LOG_LIMIT_BYTES", 1)
        with pytest.raises(DatabaseUnavailable, match="end that program"):
            empty_log(engine)
    with monkeypatch.context() as patch:
        patch.setattr(engines, "READER_SECONDS", 0)
        with reading(portal):
            pass
    empty_log(engine)
    assert not log.exists() or log.stat().st_size == 0
    with pytest.raises(sa.exc.ProgrammingError, match="closed"):
        stalled.execute(sa.text("select count(*) from run"))
    stalled.invalidate()
    stalled.close()
    with reading(portal) as connection:
        assert connection.execute(sa.text("select count(*) from dataset")).scalar() == 5
    portal.dispose()
