"""A quick run first: segments and sales at once; the full one that follows is the same."""

import datetime as dt
from pathlib import Path

import pytest

from db import runs
from db.engine import open_writer
from pipeline.preparation.request import Request
from pipeline.refreshing.refresh import FULL, QUICK, Outcome, refresh
from pipeline.run.progress import Parts
from pipeline.settings import load_settings
from tests.shops import (
    Shop,
    assert_same_tables,
    leftovers,
    quick,
    refreshed,
    rows,
    write_shop,
)

RUNS = "select run_id, status, kind from run order by run_id"
SHOWN = "select run_id from published"


class Watched:
    """Progress that remembers stages, and is interrupted as one of them begins."""

    def __init__(self, until: str | None = None) -> None:
        self.stages: list[str] = []
        self.until = until

    def stage(self, name: str) -> None:
        if name == self.until:
            raise KeyboardInterrupt
        self.stages.append(name)

    def step(self, done: float, of: float | None = None, detail: str = "") -> None:
        pass


def asked(database: Path, source: Path, progress: Watched, **more) -> Outcome:
    _, settings = quick(database.parent)
    request = Request(
        sources=(str(source),),
        dataset="shop",
        quick_first=True,
        settings=load_settings(Path(settings)).model_copy(update={"currency": "GBP"}),
        **more,
    )
    return refresh(
        open_writer(f"sqlite:///{database}"),
        request,
        clock=lambda: dt.datetime.now(dt.UTC),
        progress=progress,
    )


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_shop(tmp_path_factory.mktemp("lines") / "shop.csv")


@pytest.fixture(scope="module")
def plain(lines: Path, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return refreshed(tmp_path_factory.mktemp("plain") / "portal.db", lines)


def shop_at(database: Path) -> Shop:
    return Shop(database, f"sqlite:///{database}", "shop")


def test_the_full_run_equals_one_without_a_quick_one(lines: Path, plain: Shop, tmp_path: Path):
    progress = Watched()
    done = asked(tmp_path / "portal.db", lines, progress)
    assert progress.stages.index(QUICK) < progress.stages.index("read")
    assert progress.stages.count("segment") == 2
    assert done.run == 2
    assert rows(tmp_path / "portal.db", RUNS) == [(2, "published", None)]
    assert rows(tmp_path / "portal.db", SHOWN) == [(2,)]
    assert_same_tables(shop_at(tmp_path / "portal.db"), plain)
    assert leftovers(tmp_path / "portal.db") == {}


def test_what_ends_the_full_run_leaves_the_quick_one(lines: Path, plain: Shop, tmp_path: Path):
    database = tmp_path / "portal.db"
    with pytest.raises(KeyboardInterrupt):
        asked(database, lines, Watched(until=FULL))
    assert rows(database, RUNS) == [(1, "published", runs.QUICK)]
    customers, segments, predicted = rows(
        database,
        "select count(*), count(distinct segment), count(churn_probability)"
        " from published_customer",
    )[0]
    assert customers > 100
    assert segments > 1
    assert predicted == 0
    assert rows(database, "select sum(revenue) from monthly_sales")[0][0] > 0
    (note,) = rows(database, "select note from contact_cost")[0]
    assert note.startswith("Predictions follow with the full update")

    asked(database, lines, Watched())
    assert [row[1:] for row in rows(database, RUNS)] == [("published", None)]
    assert_same_tables(shop_at(database), plain)


def test_a_plain_refresh_replaces_a_quick_run_too(lines: Path, plain: Shop, tmp_path: Path):
    database = tmp_path / "portal.db"
    with pytest.raises(KeyboardInterrupt):
        asked(database, lines, Watched(until=FULL))
    refreshed(database, lines)
    assert rows(database, RUNS) == [(2, "published", None)]
    assert_same_tables(shop_at(database), plain)


def test_what_is_shown_in_full_stays_until_the_next_is_full(lines: Path, tmp_path: Path):
    database = tmp_path / "portal.db"
    refreshed(database, lines)
    progress = Watched(until="write")
    with pytest.raises(KeyboardInterrupt):
        asked(database, lines, progress)
    assert QUICK not in progress.stages
    assert rows(database, SHOWN) == [(1,)]


def test_the_command_takes_it_for_other_forms(tmp_path: Path, capsys: pytest.CaptureFixture):
    from pipeline.samples.files import write
    from pipeline.samples.marketing import made_up_marketing

    table = made_up_marketing(300, seed=2)
    write(tmp_path / "people.csv", table.schema, [table])
    first = refreshed(tmp_path / "quick.db", tmp_path / "people.csv", "--quick-first")
    assert "full" in capsys.readouterr().err
    assert rows(first.path, RUNS) == [(2, "published", None)]
    assert_same_tables(first, refreshed(tmp_path / "plain.db", tmp_path / "people.csv"))


class Told:
    """Progress that keeps what was done of how much."""

    def __init__(self) -> None:
        self.steps: list[tuple[float, float | None]] = []

    def stage(self, name: str) -> None:
        del name

    def step(self, done: float, of: float | None = None, detail: str = "") -> None:
        del detail
        self.steps.append((done, of))


def test_parts_of_a_stage_add_up() -> None:
    told = Told()
    parts = Parts(told)
    parts.expect(2)
    for done in (0, 1, 0, 2):
        parts.step(done, 4)
    assert told.steps == [(0.0, 2), (0.25, 2), (1.0, 2), (1.5, 2)]
    parts.step(0, 1)  # one more than was expected
    assert told.steps[-1] == (2.0, 3)


def test_parts_side_by_side_add_up() -> None:
    told = Told()
    parts = Parts(told)
    parts.expect(2)
    first, second = parts.lane(), parts.lane()
    first.step(0, 4)
    second.step(0, 2)
    second.step(1, 2)
    first.step(3, 4)
    assert told.steps == [(0.0, 2), (0.0, 2), (0.5, 2), (1.25, 2)]
    second.finish()
    first.step(3, 4)
    assert told.steps[-1] == (1.75, 2)
