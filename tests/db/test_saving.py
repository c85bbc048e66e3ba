"""What can be read of a damaged database is written into a new one that is whole."""

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from db import damage, saving
from db.errors import DatabaseUnavailable
from scripts.backup import main
from tests.db.test_damage import HARMS, Harm, Rows, change, published_rows
from tests.shops import Shop, copied, refreshed, write_shop

FEW, MANY = 4, 60
WRITTEN = (
    "insert into scenario (dataset_id, kind, name, inputs, token, saved_at)"
    " select dataset_id, 'budget', 'Spring', '{}', 'token', '2026-01-01' from dataset",
    "insert into playbook_version (dataset_id, version, text, note, saved_at)"
    " select dataset_id, 1, 'costs: {}', '', '2026-01-01' from dataset",
)
PEOPLES = ("select name from scenario", "select text from playbook_version")
"""What asks for what somebody wrote."""


def rows_of(path: Path, query: str) -> Rows:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def twice(published_shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Publish a data set twice in one database, and write what people write."""
    folder = tmp_path_factory.mktemp("twice")
    path = copied(published_shop.path, folder / "portal.db")
    refreshed(path, write_shop(folder / "shop.csv"), dataset=published_shop.dataset)
    for statement in WRITTEN:
        change(path, statement)
    return path


@pytest.fixture
def own(twice: Path, tmp_path: Path) -> Path:
    path = copied(twice, tmp_path / "own.db")
    change(path, "pragma journal_mode=delete")
    return path


def saved_in(place: int, harm: Harm, own: Path, shown: dict[str, Rows]) -> bool:
    """Harm a file, save it; tell whether anything could be read."""
    harm(own, random.Random(place))
    to = own.with_name(f"saved-{harm.__name__}-{place}.db")
    try:
        saved = saving.save(own, to)
    except DatabaseUnavailable:
        assert not to.exists()
        return False
    assert damage.check_file(to) == []
    if not (saved.tables or saved.runs or saved.unshown or saved.earlier):
        assert published_rows(to) == shown
    return True


@pytest.mark.parametrize("harm", HARMS)
def test_whatever_happened_what_is_saved_is_whole(
    harm: Harm, twice: Path, tmp_path: Path
) -> None:
    shown = published_rows(twice)
    places = [saved_in(place, harm, fresh(twice, tmp_path), shown) for place in range(FEW)]
    assert any(places)


@pytest.mark.soak
@pytest.mark.parametrize("harm", HARMS)
def test_whatever_happened_anywhere_what_is_saved_is_whole(
    harm: Harm, twice: Path, tmp_path: Path
) -> None:
    shown = published_rows(twice)
    for place in range(FEW, FEW + MANY):
        saved_in(place, harm, fresh(twice, tmp_path), shown)


def fresh(twice: Path, folder: Path) -> Path:
    path = folder / "own.db"
    path.unlink(missing_ok=True)
    copied(twice, path)
    change(path, "pragma journal_mode=delete")
    return path


def test_a_whole_file_loses_nothing(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown, to = published_rows(own), own.with_name("saved.db")
    assert main(["save", "--db", f"sqlite:///{own}", "--to", str(to)]) == 0
    assert published_rows(to) == shown
    assert [rows_of(to, query) for query in PEOPLES] == [[("Spring",)], [("costs: {}",)]]
    told = capsys.readouterr().out
    assert "lost" not in told
    assert f"backup.py restore {to}" in told


def test_of_a_changed_run_the_one_before_is_shown(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ((newest,),) = rows_of(own, "select run_id from published")
    ((name,),) = rows_of(own, "select name from dataset")
    change(own, f"update customer_result set monetary = 0 where run_id = {newest}")
    to = own.with_name("saved.db")
    assert main(["save", "--db", f"sqlite:///{own}", "--to", str(to)]) == 0
    told = capsys.readouterr().out
    assert f"Left out, as damaged: the results of run {newest}." in told
    assert f"“{name}” shows its earlier run {newest - 1}." in told
    assert rows_of(to, "select run_id from published") == [(newest - 1,)]
    assert damage.check_file(to) == []


def test_where_no_run_is_whole_what_people_wrote_is_kept(own: Path) -> None:
    change(own, "update customer_result set monetary = 0")
    to = own.with_name("saved.db")
    saved = saving.save(own, to)
    assert saved.unshown == [name for (name,) in rows_of(own, "select name from dataset")]
    assert rows_of(to, "select count(*) from run") == [(0,)]
    assert [rows_of(to, query) for query in PEOPLES] == [[("Spring",)], [("costs: {}",)]]


def test_a_broken_page_costs_its_own_rows_and_has_the_source_read_again(own: Path) -> None:
    ((root,),) = rows_of(own, "select rootpage from sqlite_schema where name = 'order_line'")
    pages = rows_of(
        own, "select pageno from dbstat where name = 'order_line' and pagetype = 'leaf'"
    )
    ((many,),) = rows_of(own, "select count(*) from order_line")
    ((size,),) = rows_of(own, "pragma page_size")
    (broken,) = pages[len(pages) // 2]
    assert broken != root
    with own.open("r+b") as file:
        file.seek((broken - 1) * size)
        file.write(b"\xff" * size)
    to = own.with_name("saved.db")
    saved = saving.save(own, to)
    assert saved.tables == ["order_line"]
    ((left,),) = rows_of(to, "select count(*) from order_line")
    assert 0.5 * many < left < many
    assert rows_of(to, "select max(complete) from load") == [(0,)]
    assert published_rows(to) == published_rows(own)


def test_what_is_no_database_of_ours_is_said(tmp_path: Path) -> None:
    other, to = tmp_path / "other.db", tmp_path / "saved.db"
    other.write_bytes(b"nothing of a database" * 1_000)
    with pytest.raises(DatabaseUnavailable):
        saving.save(other, to)
    assert not to.exists()
    change(tmp_path / "theirs.db", "create table theirs (a)")
    with pytest.raises(DatabaseUnavailable, match="is no database of Clientele"):
        saving.save(tmp_path / "theirs.db", to)
    to.touch()
    with pytest.raises(DatabaseUnavailable, match="can't be made"):
        saving.save(tmp_path / "theirs.db", to)
