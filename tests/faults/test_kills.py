"""A refresh that is killed at any moment changes nothing that a reader sees."""

import random
import signal
import sqlite3
import threading
import time
from contextlib import closing

import pytest

from db import runs
from db.engine import open_writer
from db.locks import refreshing as locked
from db.ownership import taken_over
from tests.faults.children import finished, refreshing, until
from tests.faults.conftest import Ground
from tests.shops import STAGES, Shop, assert_whole, leftovers, rows


class Readers:
    """A thread that checks in a loop that what it reads is one whole run."""

    def __init__(self, shop: Shop) -> None:
        self.shop, self.runs, self.error = shop, [], None
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self._read)

    def __enter__(self) -> "Readers":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        self.thread.join()
        if self.error:
            raise self.error

    def _read(self) -> None:
        uri = f"{self.shop.path.as_uri()}?mode=ro"
        try:
            with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as connection:
                while not self.stopped.is_set():
                    self.runs.append(assert_whole(connection, self.shop.dataset))
                    time.sleep(0.002)
        except Exception as error:
            self.error = error


def assert_recovers(ground: Ground, which: int) -> None:
    """Check that the next refresh succeeds and sweeps what the dead one left."""
    code, said = finished(*ground.arguments(which))
    assert code == 0, said
    assert not leftovers(ground.shop.path)


@pytest.mark.parametrize("stage", STAGES)
def test_killed_as_a_stage_begins(stage: str, ground: Ground):
    before = ground.run()
    with Readers(ground.shop) as readers:
        with refreshing(*ground.arguments()) as child:
            child.wait_for(stage)
            assert child.kill() == -signal.SIGKILL
        assert ground.run() == before
        assert_recovers(ground, 1)
    assert set(readers.runs) <= {before, ground.run()}
    assert before in readers.runs
    assert ground.run() > before


def killed_at_random(ground: Ground, kills: int, seed: int) -> int:
    """Kill refreshes of both files in turn; give how many died before they had published."""
    chance = random.Random(seed)
    began = time.monotonic()
    assert_recovers(ground, 1)
    whole = time.monotonic() - began
    died = 0
    with Readers(ground.shop) as readers:
        for number in range(kills):
            before = ground.run()
            with refreshing(*ground.arguments(number)) as child:
                until(time.monotonic() + chance.uniform(0, 1.1 * whole))
                code = child.kill()
            died += ground.run() == before
            assert code in {0, -signal.SIGKILL}
            assert code != 0 or ground.run() != before
            if number % 3 == 2:
                assert_recovers(ground, number)
        assert_recovers(ground, kills)
    assert len(readers.runs) > kills
    return died


def test_killed_at_random_moments(ground: Ground):
    assert killed_at_random(ground, kills=10, seed=20260101) >= 5


@pytest.mark.soak
def test_killed_two_hundred_times(ground: Ground):
    assert killed_at_random(ground, kills=200, seed=20260102) >= 100


def test_a_killed_sweep_is_finished_by_the_next(ground: Ground, monkeypatch):
    """Killed while it takes a dead run's results away, nothing of that run stays for good."""
    with refreshing(*ground.arguments(1)) as child:
        child.wait_for("write")
        child.kill()
    engine = open_writer(ground.shop.url)
    dead = rows(ground.shop.path, "select max(run_id) from run where status = 'running'")[0][0]

    def dies(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch, locked(engine, "shop"):
        patch.setattr(runs, "_delete_in_steps", dies)
        with pytest.raises(SystemExit):
            runs.end_run(engine, taken_over(engine, dead), status="lost", message="Killed.")
    assert_recovers(ground, 1)
