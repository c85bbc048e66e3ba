"""Only a refresh that went well changes what is published, and one at a time."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pytest
from adbc_driver_sqlite import dbapi

from db import runs
from db.errors import DatabaseUnavailable
from pipeline import recorder
from pipeline.base.errors import SourceError
from pipeline.preparation import of_orders
from pipeline.refreshing import refresh
from scripts.refresh import main
from scripts.terminal import shown_progress
from tests.faults.children import finished, refreshing
from tests.faults.conftest import Ground
from tests.sampling import sampled
from tests.shops import (
    STAGES,
    assert_same_tables,
    assert_whole,
    leftovers,
    published_tables,
    refused,
    rows,
    with_what_is_kept,
)

FIRST_STEP = {
    "read": (recorder, "write_lines"),
    "collect": (recorder, "stored_lines"),
    "clean": (of_orders, "clean"),
    "orders": (of_orders, "order_states"),
    "features": (recorder, "customer_rfm"),
    "sales": (of_orders, "sold"),
    "baskets": (of_orders, "shopped"),
    "segment": (refresh, "segments"),
    "value": (of_orders, "value"),
    "predict": (refresh, "predicted"),
    "movement": (refresh, "moved"),
    "forecast": (refresh, "forecast_results"),
    "explore": (refresh, "explored"),
    "write": (recorder, "write_results"),
    "watch": (refresh, "alerted"),
}
LAST_STEP = {
    "read": (runs, "name_loads"),
    "orders": (of_orders, "append_rows"),
    "write": (recorder, "write_totals"),
    "record": (recorder, "write_record"),
    "publish": (runs, "publish"),
}
STEPS = {each[1]: each for each in (*FIRST_STEP.values(), *LAST_STEP.values())}
SAMPLE = ("write_lines", "order_states", "segments", "write_results", "write_record", "publish")


def still_whole(ground: Ground) -> int:
    with closing(sqlite3.connect(ground.shop.path, isolation_level=None)) as connection:
        return assert_whole(connection, ground.shop.dataset)


def test_there_is_a_failure_for_every_stage():
    assert tuple(FIRST_STEP) == STAGES


@pytest.mark.parametrize("step", sampled(STEPS, SAMPLE))
def test_a_stage_that_fails_leaves_what_was_published(
    step: str, ground: Ground, monkeypatch, capsys
):
    """`make test` fails in one step of each kind: records stored, computed, results written.

    `make soak` has the other steps.
    """
    before = published_tables(ground.shop)

    def fails(*_: object, **__: object) -> None:
        raise SourceError("the well is dry", remedy="dig deeper")

    monkeypatch.setattr(*STEPS[step], fails)
    assert refused(ground.arguments(), capsys) == (2, "refresh: the well is dry; dig deeper.")
    assert still_whole(ground) == 1
    assert ground.last_run() == ("failed", "the well is dry; dig deeper.")
    assert not leftovers(ground.shop.path)
    after = published_tables(ground.shop)
    assert all(after[name].equals(frame) for name, frame in before.items())


def test_a_defect_of_ours_is_not_hidden(ground: Ground, monkeypatch):
    def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(refresh, "segments", fails)
    with pytest.raises(ZeroDivisionError):
        main(ground.arguments())
    assert ground.last_run() == ("failed", "ZeroDivisionError")
    assert still_whole(ground) == 1
    assert not leftovers(ground.shop.path)


@pytest.mark.parametrize("stage", ["read", "clean", "segment", "write"])
def test_interrupted(stage: str, ground: Ground):
    with refreshing(*ground.arguments()) as child:
        child.wait_for(stage)
        child.signal(signal.SIGINT)
        assert child.end() == 130
    assert child.said[-1] == "refresh: Interrupted; what was published before is unchanged.\n"
    assert still_whole(ground) == 1
    assert ground.last_run() == ("interrupted", "Interrupted.")
    assert not leftovers(ground.shop.path)


def test_interrupted_while_rows_are_written(tmp_path: Path):
    """The driver keeps the signal to itself neither while it works nor between two works."""

    def write_on_and_on() -> None:
        some = pa.table({"x": range(50_000)})
        with (
            shown_progress("auto"),
            closing(dbapi.connect(str(tmp_path / "rows.db"))) as connection,
        ):
            threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
            while True:
                with connection.cursor() as cursor:
                    cursor.adbc_ingest("rows", some, mode="create_append")

    with pytest.raises(KeyboardInterrupt):
        write_on_and_on()


@pytest.mark.parametrize("tidying", ["publish", "prune"])
def test_interrupted_too_late_to_matter(tidying: str, ground: Ground, monkeypatch):
    """Once the pointer has moved the run is published, whatever comes after."""
    does = getattr(runs, tidying)

    def interrupted(*given: object, **more: object) -> None:
        does(*given, **more)
        raise KeyboardInterrupt

    monkeypatch.setattr(runs, tidying, interrupted)
    assert main(ground.arguments()) == 0
    assert still_whole(ground) == 2
    assert not leftovers(ground.shop.path)


def test_pruning_that_fails_fails_nothing(ground: Ground, monkeypatch):
    def fails(*_: object, **__: object) -> None:
        raise DatabaseUnavailable("The database is locked.")

    monkeypatch.setattr(runs, "prune", fails)
    assert main(ground.arguments()) == 0
    assert still_whole(ground) == 2


def test_one_refresh_of_a_data_set_at_a_time(ground: Ground):
    with refreshing(*ground.arguments()) as slow:
        slow.wait_for("clean")
        slow.signal(signal.SIGSTOP)
        time.sleep(0.05)
        code, said = finished(*ground.arguments(0))
        assert code == 3
        assert said == "refresh: Another refresh of “shop” is running; wait until it has ended."
        code, said = finished(*ground.arguments(), "--dataset", "other")
        assert code == 0, said
        assert still_whole(ground) == 1
        slow.signal(signal.SIGCONT)
        assert slow.end() == 0
    assert still_whole(ground) == 2
    assert not leftovers(ground.shop.path)
    other = ground.shop._replace(dataset="other")
    assert_same_tables(ground.shop, other, without=with_what_is_kept(ground.shop))


def test_data_sets_refresh_at_the_same_time(ground: Ground):
    """Writers of two data sets take turns within the same file."""
    for _ in range(2):
        with (
            refreshing(*ground.arguments(0), "--dataset", "one") as one,
            refreshing(*ground.arguments(1), "--dataset", "two") as two,
        ):
            assert (one.end(), two.end()) == (0, 0), one.said + two.said
    with closing(sqlite3.connect(ground.shop.path, isolation_level=None)) as connection:
        for name in ("shop", "one", "two"):
            assert_whole(connection, name)
    assert not leftovers(ground.shop.path)
    one = ground.shop._replace(dataset="one")
    assert_same_tables(ground.shop, one, without=with_what_is_kept(ground.shop))


def test_old_runs_are_pruned(ground: Ground, capsys):
    for _ in range(3):
        assert main(ground.arguments()) == 0
    missing = [str(ground.files[0].with_name("none.csv")), *ground.arguments()[1:]]
    for _ in range(3):
        assert refused(missing, capsys)[0] == 2
    assert main(ground.arguments()) == 0
    kept = rows(ground.shop.path, "select run_id, status from run order by run_id")
    assert kept == [(4, "published"), (6, "failed"), (7, "failed"), (8, "published")]
    assert still_whole(ground) == 8
    assert rows(ground.shop.path, "select name from load") == [("second.csv",)]
    assert not leftovers(ground.shop.path)


def test_the_command_itself(ground: Ground):
    """What the tests above do in forks holds for the command as people type it."""
    command = [sys.executable, "scripts/refresh.py", *ground.arguments(), "--json"]
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        command, cwd=root, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr
        for line in process.stderr:
            if line.endswith("] segment\n"):
                process.send_signal(signal.SIGINT)
                break
        said = process.stderr.read().splitlines()[-1]
        assert process.wait() == 130
    assert said == "refresh: Interrupted; what was published before is unchanged."
    assert still_whole(ground) == 1
