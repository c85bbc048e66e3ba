"""Copies: made while others write, checked, rotated, private, put back whole."""

import datetime as dt
import sqlite3
import stat
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from db import checksums, copies
from db.engine import open_reader, open_writer, reading
from db.errors import DatabaseUnavailable
from portal.app import create_app
from portal.settings import Settings
from scripts.backup import main
from tests.shops import Shop, copied, rows

NOW = dt.datetime(2026, 1, 15, 9, 30, tzinfo=dt.UTC)
PASSWORD = "s3cret"
POSTGRESQL = f"postgresql+psycopg://ann:{PASSWORD}@db.example:5433/shop?password={PASSWORD}"


@pytest.fixture
def database(published_shop: Shop, tmp_path: Path) -> Path:
    return copied(published_shop.path, tmp_path / "portal.db")


def ran(command: str, database: Path, *more: object) -> int:
    return main([command, *map(str, more), "--db", f"sqlite:///{database}"])


def everything(path: Path) -> list[str]:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        return list(connection.iterdump())


def made(database: Path) -> list[Path]:
    return sorted((database.parent / "copies").glob("*.db"))


def harmed(path: Path) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("update customer_result set monetary = monetary + 1")
        connection.commit()
    return path


def test_a_copy_is_the_database(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(sqlite3.connect(database)) as writer:  # somebody is writing meanwhile
        writer.execute("insert into column_mapping values ('s', '{}', '2026-01-01')")
        assert ran("make", database) == 0
        writer.rollback()
    (copy,) = made(database)
    assert str(copy) in capsys.readouterr().out
    assert everything(copy) == everything(database)
    assert [each.name for each in copy.parent.iterdir()] == [copy.name]
    if sys.platform != "win32":
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600
        assert stat.S_IMODE(copy.parent.stat().st_mode) == 0o700
    assert ran("check", database, copy) == 0


def test_the_newest_copies_are_kept(database: Path, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "portal-notes.db").write_text("not a copy of ours")
    old = [
        copies.copy_database(database, copies.free_name(folder, "portal", moment))
        for moment in (NOW, NOW, NOW + dt.timedelta(days=1))
    ]
    assert [each.name for each in old[:2]] == [
        "portal-20260115-093000.db",
        "portal-20260115-093000-2.db",
    ]
    assert ran("make", database, "--to", folder, "--keep", 2) == 0
    left = {each.name for each in folder.iterdir()}
    assert len(left) == 3
    assert {"portal-notes.db", old[2].name} < left


def test_a_damaged_database_is_said_by_its_table(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ran("check", database) == 0
    assert "is whole" in capsys.readouterr().out
    assert ran("make", database) == 0
    before = made(database)
    harmed(database)
    for command in ("check", "make"):
        assert ran(command, database) == 4
        said = capsys.readouterr().err
        assert "Table “customer_result” of run 1 is damaged" in said
    assert made(database) == before
    assert rows(database, "select damaged from last_check") == [('{"1": ["customer_result"]}',)]


def test_a_damaged_page_is_said_by_its_table(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (page,) = rows(
        database, "select rootpage from sqlite_schema where name = 'segment_result'"
    )[0]
    (size,) = rows(database, "pragma page_size")[0]
    with database.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    assert ran("check", database) == 4
    assert "Table “segment_result”" in capsys.readouterr().err


def test_the_portal_says_what_the_last_check_found(database: Path) -> None:
    url = f"sqlite:///{database}"
    client = create_app(open_reader(url), Settings(db=url)).server.test_client()
    assert client.get("/healthz").status_code == 200
    engine = open_writer(url)
    checksums.remember(engine, {1: ["customer_result"]}, checked_at=NOW)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.get_json()["status"] == "damaged"
    assert "customer_result" in answer.get_json()["reason"]
    checksums.remember(engine, {}, checked_at=NOW)
    assert client.get("/healthz").status_code == 200


def test_a_copy_is_put_back(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ran("make", database) == 0
    was = everything(database)
    (copy,) = made(database)
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("delete from segment_result")
        connection.commit()
    changed = everything(database)
    assert ran("restore", database, copy) == 0
    assert everything(database) == was
    (kept,) = database.parent.glob("portal-before-restore-*.db")
    assert str(kept) in capsys.readouterr().out
    assert everything(kept) == changed
    assert everything(copy) == was
    assert {each.name for each in database.parent.glob("portal*")} == {
        "portal.db",
        kept.name,
    } | {each.name for each in database.parent.glob("portal.db.*")}
    with reading(open_writer(f"sqlite:///{database}")) as connection:
        assert connection.exec_driver_sql("select count(*) from segment_result").scalar()


def test_a_copy_is_put_where_nothing_is(database: Path, tmp_path: Path) -> None:
    assert ran("restore", tmp_path / "new" / "portal.db", database) == 0
    assert everything(tmp_path / "new" / "portal.db") == everything(database)


def test_a_copy_replaces_what_can_not_be_read(database: Path, tmp_path: Path) -> None:
    copy = copies.copy_database(database, tmp_path / "copy.db")
    database.write_bytes(b"noise" * 5_000)
    assert ran("restore", database, copy) == 0
    assert everything(database) == everything(copy)
    (kept,) = database.parent.glob("portal-before-restore-*.db")
    assert kept.read_bytes() == b"noise" * 5_000


@pytest.fixture
def in_use(database: Path) -> Iterator[None]:
    """Let a portal hold the database open, as it does between two requests."""
    engine = open_reader(f"sqlite:///{database}")
    with reading(engine) as connection:
        connection.exec_driver_sql("select count(*) from run").scalar()
    yield
    engine.dispose()


def test_what_is_in_use_stays(
    database: Path, in_use: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = copies.copy_database(database, tmp_path / "copy.db")
    was = everything(database)
    with pytest.raises(DatabaseUnavailable, match="A portal or a refresh is using"):
        copies.restore(copy, database, moment=NOW)
    assert everything(database) == was
    assert not list(tmp_path.glob("portal-*.db"))


def test_a_damaged_copy_is_not_put_back(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = harmed(copies.copy_database(database, tmp_path / "copy.db"))
    was = everything(database)
    assert ran("restore", database, copy) == 4
    said = capsys.readouterr().err
    assert "Table “customer_result”" in said
    assert "was left as it is" in said
    assert everything(database) == was


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["check", "none.db"], "There is no file none.db"),
        (["restore", "none.db"], "There is no file none.db"),
        (["make", "--db", "sqlite:///none/portal.db"], "There is no file"),
        (["check", "--db", "mysql://x"], "must be SQLite or PostgreSQL"),
        (["check", "none.db", "--published"], "leave FILE out"),
        (["check", "--published", "--db", "sqlite:///none.db"], "There is no file"),
        (["make", "--keep", "0"], "“0” is no number from 1 up"),
        ([], "COMMAND"),
        (["mend"], "nvalid choice"),
    ],
)
def test_bad_arguments_end_with_2(
    command: list[str],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PORTAL_DB", raising=False)
    assert main(command) == 2
    assert words in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["make"], "pg_dump --format=custom --file=clientele-"),
        (["restore", "shop.dump"], "pg_restore --clean --if-exists --single-transaction"),
    ],
)
def test_postgresql_has_commands_of_its_own(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("psycopg")
    assert main([*arguments, "--db", POSTGRESQL]) == 2
    said = capsys.readouterr().err
    assert words in said
    assert "postgresql://ann@db.example:5433/shop" in said
    assert PASSWORD not in said
