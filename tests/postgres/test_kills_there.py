"""Sessions that end in the middle of a refresh: nothing is published, and the next one is."""

import signal
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from db.engine import open_reader, reading
from scripts import refresh, runs
from tests.faults.children import refreshing
from tests.faults.conftest import SETTINGS
from tests.postgres.conftest import MakeDatabase
from tests.shops import write_shop


@pytest.fixture(scope="module")
def given(database: MakeDatabase, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Publish a shop; give the arguments that refresh it."""
    folder: Path = tmp_path_factory.mktemp("kills")
    shop = write_shop(folder / "shop.csv", customers=110, seed=1)
    (folder / "quick.yaml").write_text(SETTINGS)
    arguments = [
        str(shop), "--dataset", "shop", "--db", database("kills"),
        "--settings", str(folder / "quick.yaml"),
    ]  # fmt: skip
    assert refresh.main(arguments) == 0
    return arguments


def shown(url: str) -> int:
    with reading(open_reader(url)) as connection:
        return int(connection.execute(sa.text("select run from published_run")).scalar_one())


def end_sessions(url: str) -> None:
    plain = url.replace("+psycopg", "")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )


def test_a_refresh_that_is_killed_gives_its_lock_back(given: list[str]) -> None:
    url = given[4]
    before = shown(url)
    with refreshing(*given) as child:
        child.wait_for("clean")
        child.signal(signal.SIGSTOP)
        asked = ["publish", "--dataset", "shop", "--run", str(before), "--db", url]
        assert runs.main(asked) == 3
        assert child.kill() == -signal.SIGKILL
    assert shown(url) == before
    assert refresh.main(given) == 0
    assert shown(url) == before + 2


def test_a_refresh_that_loses_its_sessions_publishes_whole_or_not(given: list[str]) -> None:
    """The lock goes with its session; the run is still its owner's, and nobody takes it."""
    url = given[4]
    before = shown(url)
    with refreshing(*given) as child:
        child.wait_for("segment")
        child.signal(signal.SIGSTOP)
        end_sessions(url)
        assert refresh.main(given) == 3, "the other is alive"
        child.signal(signal.SIGCONT)
        code = child.end()
    assert code in {0, 4}, child.said
    assert (shown(url) > before) == (code == 0)
    assert refresh.main(given) == 0
