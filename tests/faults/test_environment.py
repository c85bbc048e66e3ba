"""Disks, permissions, locks and databases that fail: one sentence, and nothing changes."""

import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import ModuleType

import pytest

from db import engine
from pipeline.preparation import of_orders
from pipeline.refreshing import refresh
from scripts.refresh import main
from tests.faults.children import finished
from tests.faults.conftest import SETTINGS, Ground
from tests.shops import (
    Shop,
    assert_sentence,
    assert_whole,
    leftovers,
    quick,
    refreshed,
    refused,
    rows,
)

LOCK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("begin immediate")
print("locked", flush=True)
sys.stdin.read()
"""


def assert_unchanged(shop: Shop) -> None:
    with closing(sqlite3.connect(shop.path, isolation_level=None)) as connection:
        assert assert_whole(connection, shop.dataset) == 1


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Hold the write lock in another process."""
    holder = subprocess.Popen(
        [sys.executable, "-S", "-c", LOCK, str(database)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdin
    assert holder.stdout
    with holder:
        assert holder.stdout.readline() == b"locked\n"
        yield
        holder.stdin.close()


@pytest.mark.parametrize("room", [0, 40_000, 150_000, 300_000])
def test_the_disk_is_full(room: int, ground: Ground):
    """Files may not grow beyond a size, at which writing fails as on a full disk."""
    code, said = finished(*ground.arguments(), limits={resource.RLIMIT_FSIZE: room})
    assert code == 4
    assert_sentence(said)
    assert_unchanged(ground.shop)
    code, said = finished(*ground.arguments())
    assert code == 0, said
    assert not leftovers(ground.shop.path)


def test_the_database_stays_locked(ground: Ground, monkeypatch, capsys):
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.1)
    with locked(ground.shop.path):
        code, said = refused(ground.arguments(), capsys)
    assert code == 4
    assert "locked" in said
    assert "run the command again" in said
    assert_unchanged(ground.shop)
    assert len(rows(ground.shop.path, "select * from run")) == 1


@pytest.mark.parametrize(
    ("module", "step"), [(of_orders, "order_states"), (refresh, "segments")]
)
def test_the_database_gets_locked_on_the_way(
    module: ModuleType, step: str, ground: Ground, monkeypatch, capsys
):
    """Bulk writes wait for the lock no longer than others, and say the same."""
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.1)
    does = getattr(module, step)
    holders = []

    def computes_while_another_locks(*given: object, **more: object) -> object:
        holders.append(locked(ground.shop.path))
        holders[0].__enter__()
        return does(*given, **more)

    monkeypatch.setattr(module, step, computes_while_another_locks)
    code, said = refused(ground.arguments(), capsys)
    holders[0].__exit__(None, None, None)
    assert code == 4
    assert "locked" in said
    assert_unchanged(ground.shop)
    monkeypatch.undo()
    assert main(ground.arguments()) == 0
    assert not leftovers(ground.shop.path)


def test_a_lock_that_goes_is_waited_for(ground: Ground):
    with locked(ground.shop.path):
        pass
    assert main(ground.arguments()) == 0


@pytest.fixture
def open_folder(shop_file: Path) -> Iterator[Path]:
    """Make a folder with a shop's file in it."""
    folder = Path(tempfile.mkdtemp(prefix="clientele-test-"))
    folder.chmod(0o777)
    shutil.copy(shop_file, folder / "shop.csv")
    (folder / "shop.csv").chmod(0o644)
    quick(folder)
    yield folder
    for path in folder.rglob("*"):
        path.chmod(0o777)
    folder.chmod(0o777)
    shutil.rmtree(folder)


def as_anyone(folder: Path, database: Path, source: str = "shop.csv") -> tuple[int | None, str]:
    settings = ["--settings", folder / "quick.yaml"]
    return finished(
        folder / source, *settings, "--db", f"sqlite:///{database}", privileged=False
    )


def test_nothing_but_permission_is_needed(open_folder: Path):
    code, said = as_anyone(open_folder, open_folder / "portal.db")
    assert code == 0, said


def test_the_source_may_not_be_read(open_folder: Path):
    (open_folder / "shop.csv").chmod(0)
    code, said = as_anyone(open_folder, open_folder / "portal.db")
    assert code == 4
    assert said == "refresh: shop.csv: no permission to read it."


def test_the_folder_of_a_new_database_may_not_be_written(open_folder: Path):
    closed = open_folder / "closed"
    closed.mkdir(mode=0o555)
    for database in (closed / "portal.db", closed / "data" / "portal.db"):
        code, said = as_anyone(open_folder, database)
        assert code == 4
        assert "give another place with --db" in said
        assert_sentence(said)


@pytest.mark.parametrize("closed", ["file", "folder"])
def test_the_database_may_not_be_written(closed: str, open_folder: Path):
    inner = open_folder / "inner"
    inner.mkdir()
    inner.chmod(0o777)
    shop = refreshed(inner / "portal.db", open_folder / "shop.csv")
    for path in inner.iterdir():
        path.chmod(0o444 if closed == "file" else 0o666)
    inner.chmod(0o777 if closed == "file" else 0o555)
    code, said = as_anyone(open_folder, shop.path)
    assert code == 4
    assert "writable" in said
    assert_sentence(said)
    assert_unchanged(shop)


UNUSABLE = {
    "nonsense": "can't be read",
    "": "can't be read",
    "sqlite:/one/slash.db": "can't be read",
    "sqlite://:memory:": "can't be read",
    "postgresql://me@host:port/shop": "can't be read",
    "shop://host/database": "SQLite or PostgreSQL, not shop",
    "sqlite://": "in memory",
    "sqlite:///:memory:": "in memory",
    "mysql+pymysql://me@host/shop": "SQLite or PostgreSQL, not mysql",
    "duckdb:///shop.db": "SQLite or PostgreSQL, not duckdb",
    "sqlite:////proc/portal.db": "/proc/portal.db",
    "sqlite:////dev/null/portal.db": "/dev/null/portal.db",
    "sqlite:////dev/full": "/dev/full",
}


@pytest.mark.parametrize("url", UNUSABLE)
def test_a_url_that_can_not_be_used(url: str, shop_file: Path, capsys):
    code, said = refused([shop_file, "--db", url], capsys)
    assert code == 4
    assert UNUSABLE[url] in said


def test_a_password_is_not_told(shop_file: Path, capsys):
    url = "postgresql+psycopg://me:secret@127.0.0.1:9/shop"
    code, said = refused([shop_file, "--db", url], capsys)
    assert code == 4
    assert "secret" not in said


def noise(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 64)


def header_and_noise(path: Path) -> None:
    path.write_bytes(b"SQLite format 3\0" + bytes(range(256)) * 64)


def cut(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("create table run (x)")
        connection.executemany("insert into run values (?)", [("x" * 100,)] * 2000)
        connection.commit()
    path.write_bytes(path.read_bytes()[:9000])


def of_another_program(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("create table run (distance real)")


def with_its_own_version(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("create table schema_version (script text)")


def of_a_later_version(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("create table schema_version (version integer not null)")
        connection.execute("insert into schema_version values (99)")
        connection.execute("create table run_load (x)")
        connection.commit()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (Path.mkdir, "unable to open"),
        (noise, "not a database"),
        (header_and_noise, "database"),
        (cut, "malformed"),
        (of_another_program, "another program's table “run”"),
        (with_its_own_version, "another program's table “schema_version”"),
        (of_a_later_version, "schema 99"),
    ],
)
def test_a_database_that_can_not_be_used(make, words: str, tmp_path: Path, shop_file, capsys):
    path = tmp_path / "portal.db"
    make(path)
    before = path.read_bytes() if path.is_file() else None
    code, said = refused([shop_file, "--db", f"sqlite:///{path}"], capsys)
    assert code == 4
    assert words in said
    assert before is None or path.read_bytes()[100:] == before[100:]


def test_names_of_databases_may_be_strange(tmp_path: Path, shop_file: Path):
    settings = tmp_path / "little.yaml"
    settings.write_text(SETTINGS)
    for name in ("with space.db", "50%2 off.db", "kundën.db", "what#is.db"):
        refreshed(tmp_path / name, shop_file, "--settings", settings)
        assert (tmp_path / name).is_file()
