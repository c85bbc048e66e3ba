"""Only the process that owns a run publishes it, whatever becomes of locks and files."""

import shutil
import signal
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from scripts import runs
from scripts.refresh import main
from tests.faults.children import finished, refreshing
from tests.faults.conftest import Ground
from tests.shops import assert_whole, leftovers, published_tables, rows


def still_whole(ground: Ground) -> int:
    with closing(sqlite3.connect(ground.shop.path, isolation_level=None)) as connection:
        return assert_whole(connection, ground.shop.dataset)


def put_in_place(copy: Path, database: Path) -> None:
    """Move a copy to where the database is, as an editor saves a file."""
    shutil.copy(copy, database.with_suffix(".new"))
    database.with_suffix(".new").replace(database)


def write_over(copy: Path, database: Path) -> None:
    """Write a copy into the file that is there, as `cp` does."""
    database.write_bytes(copy.read_bytes())


def test_two_refreshes_with_temporary_folders_of_their_own(
    ground: Ground, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with refreshing(*ground.arguments()) as slow:
        slow.wait_for("clean")
        slow.signal(signal.SIGSTOP)
        assert not list(ground.shop.path.parent.glob("*.lock")), "nothing to delete"
        monkeypatch.setenv("TMPDIR", str(tmp_path))
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        code, said = finished(*ground.arguments(0))
        assert (code, said) == (
            3,
            "refresh: Another refresh of “shop” is running; wait until it has ended.",
        )
        assert (
            runs.main(["publish", "--dataset", "shop", "--run", "1", "--db", ground.shop.url])
            == 3
        )
        slow.signal(signal.SIGCONT)
        assert slow.end() == 0, slow.said
    assert still_whole(ground) == 2
    assert not leftovers(ground.shop.path)
    assert not list(ground.shop.path.parent.glob("*.lock"))
    assert not rows(ground.shop.path, "select * from run_owner")


@pytest.mark.parametrize("put_back", [put_in_place, write_over])
@pytest.mark.parametrize("stage", ["clean", "write"])
def test_a_copy_put_back_in_the_middle(
    put_back: Callable[[Path, Path], None], stage: str, ground: Ground
) -> None:
    """The copy holds another data set under the same numbers; nothing is published into it."""
    copy = ground.shop.path.with_name("copy.db")
    with closing(sqlite3.connect(ground.shop.path)) as connection:
        connection.execute("vacuum into ?", (str(copy),))
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("update dataset set name = 'another'")
        connection.execute(
            "insert into run (dataset_id, form, status, seed, settings, version, started_at,"
            " currency) select dataset_id, form, 'running', seed, settings, version,"
            " started_at, '' from run"
        )
        connection.commit()
    another = ground.shop._replace(dataset="another")
    with refreshing(*ground.arguments()) as child:
        child.wait_for(stage)
        child.signal(signal.SIGSTOP)
        put_back(copy, ground.shop.path)
        before = published_tables(another)
        child.signal(signal.SIGCONT)
        code = child.end()
    said = [line for line in child.said if not line.startswith("[")]
    assert code == 4, child.said
    assert len(said) == 1, said
    assert said[0].startswith("refresh: Run 2 is not this command's any more: ")
    assert "nothing of it was published" in said[0]
    after = published_tables(another)
    assert all(after[name].equals(frame) for name, frame in before.items())
    assert rows(ground.shop.path, "select count(*) from published") == [(1,)]


def test_a_database_that_is_deleted_in_the_middle(ground: Ground) -> None:
    with refreshing(*ground.arguments()) as child:
        child.wait_for("clean")
        child.signal(signal.SIGSTOP)
        for file in ground.shop.path.parent.glob("portal.db*"):
            file.unlink()
        child.signal(signal.SIGCONT)
        assert child.end() == 4
    assert "another file stands where its database was, or none" in child.said[-1]
    assert not ground.shop.path.exists(), "none is made in its place"


def test_an_earlier_run_is_published_again(ground: Ground, capsys) -> None:
    before = published_tables(ground.shop)
    assert main(ground.arguments()) == 0
    asked = ["publish", "--dataset", "shop", "--db", ground.shop.url, "--run"]
    assert runs.main([*asked, "1"]) == 0
    assert ground.run() == 1
    after = published_tables(ground.shop)
    assert all(after[name].equals(frame) for name, frame in before.items())

    for number in ("9", "0"):
        capsys.readouterr()
        assert runs.main([*asked, number]) == 2
        assert "choose one of 1, 2." in capsys.readouterr().err
    unknown = ["publish", "--dataset", "none", "--run", "1", "--db", ground.shop.url]
    assert runs.main(unknown) == 2
    assert runs.main(["publish", "--db", ground.shop.url]) == 2
    assert runs.main(["list", "--dataset", "none", "--db", ground.shop.url]) == 2
    capsys.readouterr()
    assert runs.main(["list", "--db", ground.shop.url]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert ["shown now" in line for line in listed] == [False, False, True]

    with closing(sqlite3.connect(ground.shop.path)) as connection:
        connection.execute(
            "delete from customer_result where run_id = 2 and customer_id in"
            " (select customer_id from customer_result where run_id = 2 limit 3)"
        )
        connection.commit()
    assert runs.main([*asked, "2"]) == 2
    assert "is damaged: rows of customer_result" in capsys.readouterr().err
    assert still_whole(ground) == 1
