"""The front door: paths, checksums, members and permissions."""

import os
import sqlite3
import zipfile
from pathlib import Path

import pytest

from pipeline.base.errors import EnvironmentProblem, SourceError
from pipeline.sources.columns import recognise
from pipeline.sources.reading import checksum, expand, read_parts
from tests.sources.broken import CSV, HEADER


def known(columns: list[str]) -> bool:
    return recognise(columns) is not None


def test_a_folder_is_its_readable_files_by_name(tmp_path: Path):
    for name in (
        "b.csv",
        "a.XLSX",
        "c.csv.gz",
        "README.txt",
        "x.png",
        ".hidden.csv",
        "~$a.xlsx",
    ):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "folder.csv").mkdir()
    assert [path.name for path in expand(str(tmp_path))] == ["a.XLSX", "b.csv", "c.csv.gz"]


def test_a_file_is_itself_whatever_its_name(tmp_path: Path):
    (tmp_path / "orders").write_bytes(CSV)
    assert expand(str(tmp_path / "orders")) == [tmp_path / "orders"]
    (part,) = read_parts(tmp_path / "orders")
    assert part.table.num_rows == 6


@pytest.mark.parametrize("name", ["", "nothing.csv"])
def test_what_holds_nothing_is_refused(tmp_path: Path, name: str):
    with pytest.raises(SourceError, match="; "):
        expand(str(tmp_path / name))


@pytest.mark.parametrize("path", ["/dev/null", "a\0b", "x" * 5000])
def test_what_is_no_file_is_refused(path: str):
    with pytest.raises((SourceError, EnvironmentProblem)):
        expand(path)


def test_a_file_that_went_away_is_named(tmp_path: Path):
    for read in (checksum, lambda path: list(read_parts(path))):
        with pytest.raises(SourceError, match=r"gone\.csv: doesn't exist"):
            read(tmp_path / "gone.csv")


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.xlsx", "a.zip", "a.db", "a.parquet"])
def test_no_permission_is_the_environments_fault(tmp_path: Path, monkeypatch, name: str):
    path = tmp_path / name
    path.write_bytes(CSV)

    def refused(*_: object, **__: object):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", refused)
    for read in (checksum, lambda path: list(read_parts(path))):
        with pytest.raises(EnvironmentProblem, match=name):
            read(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_no_permission_in_earnest(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_bytes(CSV)
    path.chmod(0)
    with pytest.raises(EnvironmentProblem):
        list(read_parts(path))


def test_checksums(tmp_path: Path):
    (tmp_path / "a").write_bytes(b"abc")
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert checksum(tmp_path / "a") == expected


def test_an_archives_tables_are_those_that_fit(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as opened:
        for name in ("2010.csv", "2009.csv"):
            opened.writestr(name, CSV)
        opened.writestr("codes.csv", "code,meaning\n1,x\n")
    parts = list(read_parts(tmp_path / "a.zip", is_wanted=known))
    assert [part.file for part in parts] == ["a.zip/2009.csv", "a.zip/2010.csv"]
    assert len(list(read_parts(tmp_path / "a.zip"))) == 3


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "shop.sqlite"
    connection = sqlite3.connect(path)
    connection.execute(f"create table lines ({HEADER})")
    connection.execute(
        "insert into lines values ('1', 'x', null, 2, '2010-12-01', 2.5, 7.0, 'UK')"
    )
    connection.execute(
        "insert into lines values ('2', 5, 'y', 'two', 40513, '3,5', 'a', x'00ff')"
    )
    connection.execute("create table notes (note)")
    connection.execute("create view seen as select * from lines")
    connection.commit()
    connection.close()
    return path


def test_the_table_that_fits_is_taken(database: Path):
    (part,) = read_parts(database, is_wanted=known)
    assert part.name == "shop.sqlite, table “lines”"
    assert part.table["Quantity"].to_pylist() == ["2", "two"]


@pytest.mark.parametrize("table", ["lines", "seen", "notes"])
def test_the_table_that_is_named_is_taken(database: Path, table: str):
    (part,) = read_parts(database, table=table, is_wanted=known)
    assert part.sheet == table


def test_a_table_that_is_not_there_is_refused(database: Path):
    with pytest.raises(SourceError, match="has no table “orders”; it has “lines”, “notes”"):
        list(read_parts(database, table="orders"))


def test_a_database_is_not_changed(database: Path):
    before = database.read_bytes()
    list(read_parts(database, table="lines"))
    assert database.read_bytes() == before
    assert sorted(path.name for path in database.parent.iterdir()) == ["shop.sqlite"]
