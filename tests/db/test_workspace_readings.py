"""How files are read is remembered; several files are one upload; a choice ends a check."""

import datetime as dt
import hashlib
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from db import runs
from db.engine import reading
from db.errors import NotPublished
from db.workspace import datasets, jobs, open_workspace, readings, uploads
from db.workspace.datasets import same_name
from db.workspace.uploads import Upload, UploadedFile

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return open_workspace(f"sqlite:///{tmp_path / 'portal.db'}")


def of_shape(engine: Engine, shape: str) -> list[readings.Remembered]:
    with reading(engine) as connection:
        return readings.of_shape(connection, shape)


def test_the_last_reading_of_a_shape_is_first(engine: Engine) -> None:
    for place, name in enumerate(("one", "two")):
        runs.dataset_id(engine, name)
        at = NOW + dt.timedelta(hours=place)
        readings.remember(engine, name, ["a", name], {"currency": "CHF"}, at=at)
    assert [each.dataset for each in of_shape(engine, "a")] == ["two", "one"]
    assert of_shape(engine, "one") == [readings.Remembered("one", {"currency": "CHF"})]
    assert of_shape(engine, "none") == []
    with reading(engine) as connection:
        assert readings.of_dataset(connection, "two") == {"a", "two"}
        assert readings.of_dataset(connection, "three") == frozenset()


def test_a_reading_follows_its_data_set(engine: Engine) -> None:
    runs.dataset_id(engine, "shop")
    readings.remember(engine, "shop", ["a"], {}, at=NOW)
    readings.remember(engine, "shop", ["b"], {"layout": "shopify"}, at=NOW)
    assert of_shape(engine, "a") == []
    datasets.rename(engine, "shop", "store")
    assert of_shape(engine, "b") == [readings.Remembered("store", {"layout": "shopify"})]
    datasets.delete(engine, "store")
    assert of_shape(engine, "b") == []
    with pytest.raises(NotPublished):
        readings.remember(engine, "store", ["b"], {}, at=NOW)


def test_names_are_one_whatever_their_blanks_and_case(engine: Engine) -> None:
    for name in ("My shop", "other"):
        runs.dataset_id(engine, name)
    with reading(engine) as connection:
        assert same_name(connection, " my  SHOP ") == "My shop"
        assert same_name(connection, "other") == "other"
        assert same_name(connection, "others") is None
    with pytest.raises(datasets.NameTaken, match="“My shop”"):
        datasets.rename(engine, "other", "MYSHOP")
    datasets.rename(engine, "My shop", "My Shop")


def brought(engine: Engine, *contents: bytes) -> Upload:
    """Bring files that belong together."""
    where = uploads.made_folder(engine.url)
    files = []
    for content in contents:
        token = uploads.new_token(engine.url)
        (where / token).write_bytes(content)
        checksum = hashlib.sha256(content).hexdigest()
        files.append(UploadedFile(token, f"{len(files)}.csv", len(content), checksum))
    first = files[0]
    number = uploads.begin(
        engine, token=first.token, name=first.name, dataset="x", size=first.size, at=NOW
    )
    uploads.complete(engine, number, checksum=str(first.checksum), at=NOW)
    for file in files[1:]:
        uploads.add(engine, number, file)
    with reading(engine) as connection:
        upload = uploads.one(connection, number)
    assert upload is not None
    return upload


def test_several_files_are_whole_together_and_go_together(engine: Engine) -> None:
    where = uploads.folder(engine.url)
    upload = brought(engine, b"a", b"b", b"c")
    with reading(engine) as connection:
        files = uploads.files(connection, upload)
    assert [each.name for each in files] == ["0.csv", "1.csv", "2.csv"]
    assert uploads.is_whole(files, where)
    (where / files[2].token).write_bytes(b"d")
    assert not uploads.is_whole(files, where)

    late = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    assert uploads.sweep(engine, where, at=late, keep=dt.timedelta(days=1)) == 0
    uploads.leave(engine, upload, state="published", where=where)
    assert list(where.iterdir()) == []


def test_old_files_are_swept_together(engine: Engine) -> None:
    where = uploads.folder(engine.url)
    brought(engine, b"a", b"b")
    late = dt.datetime.now(dt.UTC) + dt.timedelta(days=2)
    assert uploads.sweep(engine, where, at=late, keep=dt.timedelta(days=1)) == 2
    assert list(where.iterdir()) == []


def ask(engine: Engine, upload: Upload, currency: str) -> tuple[int, bool]:
    return jobs.ask(
        engine, kind="check", dataset="x", upload_id=upload.upload_id,
        request={"currency": currency}, at=NOW, supersedes=True,
    )  # fmt: skip


def test_another_choice_ends_the_check_that_goes_on(engine: Engine) -> None:
    upload = brought(engine, b"a")
    first, _ = ask(engine, upload, "EUR")
    assert jobs.begin(engine, pid=1, at=NOW) == first
    assert ask(engine, upload, "EUR") == (first, False)
    second, is_new = ask(engine, upload, "CHF")
    assert is_new
    standing = jobs.beat(engine, first, stages=[], log="", at=NOW)
    assert not standing.is_active
    assert not jobs.end(engine, first, state="done", at=NOW, report={"customers": 1})
    with reading(engine) as connection:
        assert (
            jobs.latest(connection, upload_id=upload.upload_id, kind="check").job_id == second
        )
        assert [each.job_id for each in jobs.recent(connection)] == [second]


def test_a_sample_is_told_until_the_whole_is_there(engine: Engine) -> None:
    upload = brought(engine, b"a")
    number, _ = ask(engine, upload, "EUR")
    jobs.begin(engine, pid=1, at=NOW)
    jobs.preview(engine, number, {"sample": {"rows": 3}})
    with reading(engine) as connection:
        job = jobs.one(connection, number)
        assert job is not None
        assert (job.is_active, job.report) == (True, {"sample": {"rows": 3}})
        assert jobs.checks(connection, upload.upload_id) == []
    jobs.end(engine, number, state="done", at=NOW, report={"customers": 1})
    jobs.preview(engine, number, {"sample": {"rows": 3}})
    with reading(engine) as connection:
        (job,) = jobs.checks(connection, upload.upload_id)
    assert job.report == {"customers": 1}
