"""What people write in the portal: jobs, uploads, mappings, names of data sets."""

import datetime as dt
import os
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from db import runs
from db.engine import open_reader, reading
from db.errors import DatasetLocked, NotPublished
from db.locks import refreshing
from db.workspace import datasets, is_there, jobs, mappings, open_workspace, uploads
from tests.shops import Shop, copied, leftovers, rows

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def later(seconds: float) -> dt.datetime:
    return NOW + dt.timedelta(seconds=seconds)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return open_workspace(f"sqlite:///{tmp_path / 'new' / 'portal.db'}")


@pytest.fixture
def shop(published_shop: Shop, tmp_path: Path) -> Shop:
    path = copied(published_shop.path, tmp_path / "portal.db")
    return Shop(path, f"sqlite:///{path}", "shop")


def asked(engine: Engine, kind: str = "refresh", dataset: str = "shop", **more) -> int:
    return jobs.ask(engine, kind=kind, dataset=dataset, request={}, at=NOW, **more)[0]


def job(engine: Engine, job_id: int) -> jobs.Job:
    with reading(engine) as connection:
        found = jobs.one(connection, job_id)
    assert found is not None
    return found


def test_tables_come_with_the_first_write(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'portal.db'}"
    (tmp_path / "portal.db").touch()
    with reading(open_reader(url)) as connection:
        assert not is_there(connection)
    open_workspace(url)
    with reading(open_reader(url)) as connection:
        assert is_there(connection)


def test_one_active_job_of_a_data_set(engine: Engine) -> None:
    first = jobs.ask(engine, kind="refresh", dataset="shop", request={"a": 1}, at=NOW)
    second = jobs.ask(engine, kind="refresh", dataset="shop", request={"a": 2}, at=NOW)
    deletion = jobs.ask(engine, kind="delete", dataset="shop", request={}, at=NOW)
    other = jobs.ask(engine, kind="refresh", dataset="other", request={}, at=NOW)

    assert (first[1], second[1], deletion[1], other[1]) == (True, False, False, True)
    assert first[0] == second[0] == deletion[0] != other[0]
    assert job(engine, first[0]).request == {"a": 1}


def test_twenty_people_press_at_once(engine: Engine) -> None:
    found: list[tuple[int, bool]] = []
    gate = threading.Barrier(20)

    def press() -> None:
        gate.wait()
        found.append(jobs.ask(engine, kind="refresh", dataset="s", request={}, at=NOW))

    threads = [threading.Thread(target=press) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({job_id for job_id, _ in found}) == 1
    assert sum(is_new for _, is_new in found) == 1


def test_a_check_blocks_no_refresh(engine: Engine) -> None:
    check = asked(engine, "check", upload_id=1)
    assert asked(engine, "check", upload_id=1) == check
    assert asked(engine, "check", upload_id=2) != check
    assert asked(engine, "refresh") != check


def test_a_job_from_its_beginning_to_its_end(engine: Engine) -> None:
    number = asked(engine)
    assert jobs.begin(engine, pid=7, at=later(1)) == number
    assert jobs.begin(engine, pid=8, at=later(1)) is None
    standing = jobs.beat(engine, number, stages=[{"name": "read"}], log="read", at=later(2))
    assert standing == jobs.Standing(is_active=True, cancel_asked=False)

    jobs.ask_to_cancel(engine, number, at=later(3))
    assert jobs.beat(engine, number, stages=[], log="", at=later(3)).cancel_asked
    assert jobs.end(engine, number, state="done", at=later(4), report={"x": 1}, made_run=5)
    assert not jobs.end(engine, number, state="failed", at=later(5))

    ended = job(engine, number)
    assert (ended.state, ended.report, ended.made_run, ended.pid) == ("done", {"x": 1}, 5, 7)
    assert not ended.is_active
    assert asked(engine) != number


def test_a_job_without_a_sign_of_life_is_lost(engine: Engine) -> None:
    number = asked(engine)
    jobs.begin(engine, pid=7, at=NOW)
    jobs.beat(engine, number, stages=[], log="", at=later(10))
    assert jobs.mark_lost(engine, later(24)) == 0

    with reading(engine) as connection:
        assert jobs.any_lost(connection, later(26))
    assert jobs.mark_lost(engine, later(26)) == 1

    assert job(engine, number).state == "lost"
    assert not jobs.beat(engine, number, stages=[], log="", at=later(27)).is_active
    assert not jobs.end(engine, number, state="done", at=later(28))


def test_a_clock_that_jumps_takes_no_job_that_lives(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = asked(engine)
    jobs.begin(engine, pid=7, at=NOW)
    with reading(engine) as connection:
        assert not jobs.any_lost(connection, NOW)
    jobs.beat(engine, number, stages=[], log="", at=later(1))
    assert jobs.mark_lost(engine, later(2)) == 0
    assert jobs.mark_lost(engine, later(3600)) == 0, "seen to beat a moment ago"

    monkeypatch.setattr(jobs, "LOST_AFTER", dt.timedelta(seconds=0.1))
    time.sleep(0.2)
    assert jobs.mark_lost(engine, later(3600)) == 1


def test_a_clock_that_is_put_back_keeps_no_dead_job(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "LOST_AFTER", dt.timedelta(seconds=0.3))
    number = asked(engine)
    jobs.begin(engine, pid=7, at=later(7200))
    assert jobs.mark_lost(engine, NOW) == 0
    time.sleep(0.4)
    assert jobs.mark_lost(engine, NOW) == 1
    assert job(engine, number).state == "lost"


def test_asking_again_marks_the_lost_one_first(engine: Engine) -> None:
    number = asked(engine)
    jobs.begin(engine, pid=7, at=NOW)
    again, is_new = jobs.ask(engine, kind="refresh", dataset="shop", request={}, at=later(16))
    assert is_new
    assert again != number
    assert job(engine, number).state == "lost"


def test_two_jobs_are_at_work_and_the_rest_wait_in_order(engine: Engine) -> None:
    numbers = [asked(engine, dataset=f"shop {each}") for each in range(5)]
    begun = [jobs.begin(engine, pid=each, at=NOW) for each in range(4)]
    assert begun == [*numbers[:2], None, None]
    with reading(engine) as connection:
        assert [jobs.ahead(connection, job(engine, each)) for each in numbers[2:]] == [0, 1, 2]

    jobs.end(engine, numbers[1], state="done", at=later(1))
    assert jobs.begin(engine, pid=9, at=later(1)) == numbers[2]
    assert jobs.begin(engine, pid=9, at=later(1)) is None
    assert jobs.mark_lost(engine, later(10)) == 0


def test_one_that_waits_is_never_lost_and_can_be_cancelled(engine: Engine) -> None:
    asked(engine, dataset="a"), asked(engine, dataset="b")
    waits = asked(engine, dataset="c")
    jobs.begin(engine, pid=1, at=NOW), jobs.begin(engine, pid=2, at=NOW)
    assert jobs.mark_lost(engine, later(3_600)) == 2
    assert job(engine, waits).state == "queued"

    jobs.ask_to_cancel(engine, waits, at=later(3_601))
    assert job(engine, waits).state == "cancelled"
    assert jobs.begin(engine, pid=3, at=later(3_602)) is None


def test_somebody_is_called_once_for_those_that_are_left(engine: Engine) -> None:
    waits = asked(engine)
    assert not jobs.call(engine, later(5))
    with reading(engine) as connection:
        assert not jobs.are_left(connection, later(5))
        assert jobs.are_left(connection, later(11))
    assert jobs.call(engine, later(11))
    assert not jobs.call(engine, later(12))
    assert jobs.begin(engine, pid=3, at=later(13)) == waits
    assert not jobs.call(engine, later(60))


def test_a_supervisor_that_is_gone_gives_its_job_up(engine: Engine) -> None:
    number, other = asked(engine), asked(engine, dataset="other")
    jobs.begin(engine, pid=7, at=NOW), jobs.begin(engine, pid=8, at=NOW)
    jobs.give_up(engine, pid=7, message="It was killed.", at=later(1))
    assert (job(engine, number).state, job(engine, number).message) == (
        "lost", "It was killed.",
    )  # fmt: skip
    assert job(engine, other).state == "running"


def test_old_jobs_are_forgotten(engine: Engine) -> None:
    for _ in range(jobs.KEPT + 5):
        number = asked(engine)
        jobs.end(engine, number, state="done", at=NOW)
    with reading(engine) as connection:
        assert len(jobs.recent(connection, most=100)) == jobs.KEPT


def test_the_revision_follows_jobs(engine: Engine) -> None:
    def now() -> str:
        with reading(engine) as connection:
            return jobs.revision(connection)

    seen = [now()]
    number = asked(engine)
    seen.append(now())
    jobs.begin(engine, pid=1, at=NOW)
    seen.append(now())
    jobs.end(engine, number, state="done", at=later(1))
    seen.append(now())
    assert len(set(seen)) == len(seen)


def brought(engine: Engine, where: Path, token: str, *, whole: bool = True) -> int:
    where.mkdir(exist_ok=True)
    (where / token).write_bytes(b"abc")
    number = uploads.begin(engine, token=token, name="../x.csv", dataset="shop", size=3, at=NOW)
    if whole:
        uploads.complete(engine, number, checksum="c", at=NOW)
    return number


def test_an_upload_that_is_left_goes_from_the_disk(engine: Engine) -> None:
    where = uploads.folder(engine.url)
    number = brought(engine, where, "t1")
    with reading(engine) as connection:
        upload = uploads.one(connection, number)
        assert [each.upload_id for each in uploads.waiting(connection)] == [number]
    assert upload is not None
    assert upload.is_here
    assert (upload.received, upload.name) == (3, "../x.csv")

    uploads.leave(engine, upload, state="refused", message="No.", where=where)
    with reading(engine) as connection:
        assert uploads.one(connection, number).message == "No."
    assert list(where.iterdir()) == []


def test_stale_uploads_are_swept(engine: Engine) -> None:
    where = uploads.folder(engine.url)
    brought(engine, where, "broken", whole=False)
    brought(engine, where, "whole")
    brought(engine, where, "young")
    stranger, other = f"{uploads.mark(engine.url)}-1", "0f0f0f0f-1"
    (where / stranger).touch()
    (where / other).touch()
    at = dt.datetime.now(dt.UTC)
    for token, hours in (
        ("broken", 0.2),
        ("whole", 25),
        ("young", 0.1),
        (stranger, 1),
        (other, 1),
    ):
        when = (at - dt.timedelta(hours=hours)).timestamp()
        os.utime(where / token, (when, when))

    assert uploads.sweep(engine, where, at=at, keep=DAY) == 3
    assert {path.name for path in where.iterdir()} == {"young", other}, "another portal's"


def test_a_mapping_is_remembered_by_the_shape_of_the_header(engine: Engine) -> None:
    shape = mappings.shape(["b", "a"])
    mappings.remember(engine, shape, {"invoice": "a"}, at=NOW)
    mappings.remember(engine, shape, {"invoice": "b"}, at=NOW)
    with reading(engine) as connection:
        assert mappings.remembered(connection, mappings.shape(["a", "b"])) == {"invoice": "b"}
        assert mappings.remembered(connection, mappings.shape(["a", "c"])) == {}


def test_a_data_set_gets_another_name(shop: Shop) -> None:
    engine = open_workspace(shop.url)
    customers = rows(shop.path, "select count(*) from published_customer where dataset='shop'")
    datasets.rename(engine, "shop", "store")

    there = "select count(*) from published_customer where dataset = 'store'"
    assert rows(shop.path, there) == customers
    with pytest.raises(NotPublished, match="no data set “shop”"):
        datasets.rename(engine, "shop", "other")


def test_a_name_that_is_taken_is_refused(shop: Shop) -> None:
    engine = open_workspace(shop.url)
    runs.dataset_id(engine, "other")
    for name in ("other", "shop"):
        with pytest.raises(datasets.NameTaken, match="already"):
            datasets.rename(engine, "shop", name)


def test_a_data_set_is_deleted_with_all_of_it(shop: Shop) -> None:
    engine = open_workspace(shop.url)
    datasets.delete(engine, "shop")

    for table in ("dataset", "run", "load", "order_line", "customer_result", "published"):
        assert rows(shop.path, f"select count(*) from {table}") == [(0,)], table
    assert not leftovers(shop.path)
    with pytest.raises(NotPublished):
        datasets.delete(engine, "shop")


def test_what_is_being_refreshed_stays(shop: Shop) -> None:
    engine = open_workspace(shop.url)
    with refreshing(engine, "shop"), pytest.raises(DatasetLocked):
        datasets.delete(engine, "shop")
    with refreshing(engine, "shop"), pytest.raises(DatasetLocked):
        datasets.rename(engine, "shop", "other")


@pytest.mark.parametrize("name", ["", "  ", "a" * 101, "a\nb", "\0"])
def test_bad_names(name: str) -> None:
    assert not datasets.is_name(name)
