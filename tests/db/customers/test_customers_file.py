"""The file of customers: mapped, its own run's, made anew, safe to make at once, swept."""

import datetime as dt
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pytest
import sqlalchemy as sa

from db import runs
from db.customers import customers_table, file, open_customers, sweep_customers, write_customers
from db.engine import open_reader, writing
from db.errors import NotPublished
from db.workspace import datasets
from tests.db.customers.made_up import Written, begun, people, write_people
from tests.shops import copied

MAKE = """
import sys
from db.customers import open_customers
from db.engine import open_reader
print(open_customers(open_reader(sys.argv[1]), int(sys.argv[2]))["monetary"].to_pylist())
"""


def spend(table: pa.Table) -> list[float | None]:
    return table["monetary"].to_pylist()


def change(written: Written, money: float) -> None:
    """Change the results beneath a file, so that it shows when the file is made anew."""
    with writing(written.writer) as connection:
        connection.execute(sa.text("update customer_result set monetary = :m"), {"m": money})


def names(written: Written) -> set[str]:
    return {path.name for path in written.path.parent.iterdir() if "customers" in path.name}


def test_what_is_written_is_mapped_and_nothing_is_copied(small: Written):
    assert write_customers(small.writer, small.run_id) == small.file
    before = pa.total_allocated_bytes()
    found = open_customers(small.reader, small.run_id)
    assert pa.total_allocated_bytes() - before < 1_000
    assert found.equals(customers_table(small.writer, small.run_id))
    assert names(small) == {"portal.db.customers-1.arrow"}


def test_the_file_is_read_and_not_the_database(small: Written):
    write_customers(small.writer, small.run_id)
    change(small, 99.0)
    assert spend(open_customers(small.reader, small.run_id)) == [1.5, None, 3.0]


def test_a_missing_file_is_made_anew(small: Written):
    assert spend(open_customers(small.reader, small.run_id)) == [1.5, None, 3.0]
    assert small.file.exists()
    change(small, 99.0)
    assert spend(open_customers(small.reader, small.run_id)) == [1.5, None, 3.0]


@pytest.mark.parametrize("left", [0, 7, 400, -1, -200])
def test_a_damaged_file_is_made_anew(small: Written, left: int):
    write_customers(small.writer, small.run_id)
    small.file.write_bytes(small.file.read_bytes()[:left])
    change(small, 99.0)
    assert spend(open_customers(small.reader, small.run_id)) == [99.0] * 3
    assert spend(pa.ipc.open_file(small.file).read_all()) == [99.0] * 3


def test_a_file_of_anything_else_is_made_anew(small: Written):
    small.file.write_text("monetary\n5\n")
    assert spend(open_customers(small.reader, small.run_id)) == [1.5, None, 3.0]


@pytest.mark.parametrize("different", [{"minute": 1}, {"seed": 1}])
def test_a_file_of_another_run_of_that_number_is_made_anew(
    small: Written, different: dict[str, int], tmp_path: Path
):
    other = begun(tmp_path / "other.db", **different)
    write_people(other, people(["a", "z"], monetary=[8.0, 9.0]))
    write_customers(other.writer, other.run_id)
    other.file.rename(small.file)
    assert spend(open_customers(small.reader, small.run_id)) == [1.5, None, 3.0]


def test_a_copy_under_another_name_has_a_file_of_its_own(small: Written, tmp_path: Path):
    write_customers(small.writer, small.run_id)
    reader = open_reader(f"sqlite:///{copied(small.path, tmp_path / 'copy.db')}")
    assert spend(open_customers(reader, small.run_id)) == [1.5, None, 3.0]
    assert (tmp_path / "copy.db.customers-1.arrow").exists()


def test_a_changed_layout_is_made_anew(small: Written, monkeypatch: pytest.MonkeyPatch):
    write_customers(small.writer, small.run_id)
    change(small, 99.0)
    monkeypatch.setattr(file, "LAYOUT", file.LAYOUT + 1)
    assert spend(open_customers(small.reader, small.run_id)) == [99.0] * 3


def test_publishing_leaves_the_file_its_runs(written: Written):
    write_people(written, people(["a"], monetary=[4.0]))
    write_customers(written.writer, written.run_id)
    runs.publish(
        written.writer, written.ownership, published_at=dt.datetime(2024, 4, 2, tzinfo=dt.UTC)
    )
    change(written, 99.0)
    assert spend(open_customers(written.reader, written.run_id)) == [4.0]


def test_a_run_that_is_not_there_is_said_to_be_so(small: Written):
    for ask in (open_customers, write_customers):
        with pytest.raises(NotPublished, match="no run 7"):
            ask(small.writer, 7)


def test_batches_are_as_large_as_one_thread_takes(written: Written):
    size = file.BATCH_ROWS + 1
    write_people(written, people([f"{place:07}" for place in range(size)]))
    write_customers(written.writer, written.run_id)
    with pa.memory_map(str(written.file)) as source:
        reader = pa.ipc.open_file(source)
        assert reader.num_record_batches == 2
        assert reader.get_batch(0).num_rows == file.BATCH_ROWS


def test_who_may_read_the_database_may_read_the_file(small: Written):
    for mode in (0o600, 0o640, 0o644):
        small.path.chmod(mode)
        write_customers(small.writer, small.run_id)
        assert small.file.stat().st_mode & 0o777 == mode


@pytest.fixture
def blocked(small: Written, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Written:
    """Put a folder where the file should be, and give temporary files a folder of their own."""
    (small.file / "full").mkdir(parents=True)
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    return small


def test_where_the_folder_takes_no_file_a_private_one_does(blocked: Written, tmp_path: Path):
    assert spend(open_customers(blocked.reader, blocked.run_id)) == [1.5, None, 3.0]
    (folder,) = (tmp_path / "temporary").iterdir()
    assert folder.stat().st_mode & 0o777 == 0o700
    (made,) = folder.glob("portal.db-*.customers-1.arrow")
    assert made.stat().st_mode & 0o777 == 0o600
    change(blocked, 99.0)
    assert spend(open_customers(blocked.reader, blocked.run_id)) == [1.5, None, 3.0]
    assert write_customers(blocked.writer, blocked.run_id) == made


@pytest.mark.parametrize("trap", ["open to others", "a link", "a file"])
def test_where_no_folder_is_private_the_table_stays_in_memory(
    blocked: Written, trap: str, tmp_path: Path
):
    folder = tmp_path / "temporary" / f"clientele-{os.getuid()}"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    if trap == "open to others":
        folder.mkdir()
        folder.chmod(0o777)
    elif trap == "a link":
        folder.symlink_to(elsewhere)
    else:
        folder.write_text("")
    assert write_customers(blocked.writer, blocked.run_id) is None
    found = open_customers(blocked.reader, blocked.run_id)
    assert spend(found) == [1.5, None, 3.0]
    assert open_customers(blocked.reader, blocked.run_id) is found
    assert trap == "a file" or not list(folder.iterdir())


def test_processes_that_make_it_at_once_all_get_it(small: Written):
    command = [sys.executable, "-c", MAKE, f"sqlite:///{small.path}", str(small.run_id)]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said = [each.communicate()[0].strip() for each in started]
    assert said == ["[1.5, None, 3.0]"] * 3
    assert not [name for name in names(small) if name.endswith(".part")]


def test_threads_that_open_it_at_once_make_it_once(
    small: Written, monkeypatch: pytest.MonkeyPatch
):
    made = []

    def counted(*arguments: object) -> pa.Table:
        made.append(arguments)
        return customers_table(*arguments)

    monkeypatch.setattr(file, "customers_table", counted)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: open_customers(small.reader, small.run_id), range(4)))
    assert [spend(each) for each in found] == [[1.5, None, 3.0]] * 4
    assert len(made) == 1


def test_many_customers_are_read_by_a_process_of_its_own(
    small: Written, monkeypatch: pytest.MonkeyPatch
):
    with writing(small.writer) as connection:
        connection.execute(sa.text("update run set customers = :n"), {"n": file.LEAST_APART})
    monkeypatch.delattr(file, "customers_table")
    assert spend(open_customers(small.reader, small.run_id)) == [1.5, None, 3.0]


def test_where_that_process_fails_this_one_makes_it(
    small: Written, monkeypatch: pytest.MonkeyPatch
):
    with writing(small.writer) as connection:
        connection.execute(sa.text("update run set customers = :n"), {"n": file.LEAST_APART})
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert spend(open_customers(small.reader, small.run_id)) == [1.5, None, 3.0]


def test_what_a_dead_process_left_is_removed(small: Written):
    part = small.file.with_name(f"{small.file.name}.abc.part")
    part.write_text("half")
    open_customers(small.reader, small.run_id)
    assert not part.exists()


def test_files_of_runs_that_are_gone_are_swept(small: Written):
    for number in (1, 2, 3):
        small.file.with_name(f"portal.db.customers-{number}.arrow").write_text("")
    running = begun(small.path)
    kept = ("portal.db.customers-x.arrow", "other.db.customers-9.arrow", "portal.db.customers")
    for name in kept:
        small.file.with_name(name).write_text("")
    small.file.with_name("portal.db.customers-3.arrow.lock").write_text("")
    small.file.with_name("portal.db.customers-3.arrow.x.part").write_text("")
    sweep_customers(small.reader)
    assert running.run_id == 2
    assert names(small) == {
        "portal.db.customers-1.arrow", "portal.db.customers-2.arrow", *kept,
    }  # fmt: skip


def test_what_can_not_be_removed_is_left(small: Written):
    stuck = small.file.with_name("portal.db.customers-8.arrow")
    stuck.mkdir()
    small.file.with_name("portal.db.customers-9.arrow").write_text("")
    sweep_customers(small.writer)
    assert names(small) == {stuck.name}


def test_a_swept_table_stays_readable(small: Written):
    write_customers(small.writer, small.run_id)
    found = open_customers(small.reader, small.run_id)
    small.file.unlink()
    assert spend(found) == [1.5, None, 3.0]


def test_a_run_that_ends_badly_leaves_no_file(written: Written):
    write_customers(written.writer, written.run_id)
    assert written.file.exists()
    runs.end_run(written.writer, written.ownership, status="failed", message="")
    assert not names(written)


def test_pruned_runs_lose_their_files(small: Written):
    write_customers(small.writer, small.run_id)
    newer = begun(small.path, minute=1)
    write_people(newer, people(["a"]))
    write_customers(newer.writer, newer.run_id)
    runs.publish(
        newer.writer, newer.ownership, published_at=dt.datetime(2024, 4, 3, tzinfo=dt.UTC)
    )
    runs.prune(small.writer, 1, keep=1)
    assert names(small) == {newer.file.name}


def test_a_deleted_data_set_loses_its_files(small: Written):
    open_customers(small.reader, small.run_id)
    datasets.delete(small.writer, "small")
    assert not names(small)
