"""A refresh that is killed at any moment changes nothing that a reader sees."""

import random
import signal
import sqlite3
import threading
import time
from contextlib import closing

import pytest

from db import clearing, ownership, runs
from db.engine import open_writer
from db.locks import refreshing as locked
from db.ownership import taken_over
from scripts.refresh import main
from tests.faults.children import finished, refreshing, until
from tests.faults.conftest import Ground
from tests.sampling import sampled
from tests.shops import STAGES, Shop, assert_whole, leftovers, rows

SAMPLE = ("collect", "segment", "write")
"""The stages at whose beginning `make test` kills: while records are stored, with them stored,
and with results half written."""
KILLS = 8
"""Random kills of each test in `make test`: with those of stages, jobs, workers and PostgreSQL
there are some forty; `make soak` makes 500."""
FINGERPRINT = """
select
    shown.run, count(*), round(sum(monetary), 2), round(sum(recency_days * frequency), 2),
    count(distinct segment), group_concat(distinct segment), max(shown.seed)
from published_run as shown
join published_customer using (dataset)
where dataset = ?
group by shown.run
"""


class Readers:
    """A thread that checks in a loop that what it reads is one whole run.

    Of each run it keeps a fingerprint, which two files and one seed allow to be only two: half
    a run, or customers of two, would have another.
    """

    def __init__(self, shop: Shop) -> None:
        self.shop, self.runs, self.error = shop, [], None
        self.fingerprints: dict[int, tuple[object, ...]] = {}
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
        assert len(set(self.fingerprints.values())) <= 2, self.fingerprints

    def _read(self) -> None:
        uri = f"{self.shop.path.as_uri()}?mode=ro"
        try:
            with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as connection:
                while not self.stopped.is_set():
                    self.runs.append(assert_whole(connection, self.shop.dataset))
                    self._compare(connection)
                    time.sleep(0.002)
        except Exception as error:
            self.error = error

    def _compare(self, connection: sqlite3.Connection) -> None:
        ((run, *told),) = connection.execute(FINGERPRINT, (self.shop.dataset,)).fetchall()
        assert self.fingerprints.setdefault(run, tuple(told)) == tuple(told)


def assert_recovers(ground: Ground, which: int) -> None:
    """Check that the next refresh succeeds and sweeps what the dead one left."""
    code, said = finished(*ground.arguments(which))
    assert code == 0, said
    assert not leftovers(ground.shop.path)


@pytest.mark.parametrize("stage", sampled(STAGES, SAMPLE))
def test_killed_as_a_stage_begins(stage: str, ground: Ground):
    """`make test` kills in three stages, `make soak` in the others."""
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
    assert_recovers(ground, 1)  # reads its file, which later ones find there
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


@pytest.mark.parametrize("seed", [20260101, 20260104, 20260107])
def test_killed_at_random_moments(ground: Ground, seed: int):
    """A sample of the five hundred of `make soak`."""
    assert killed_at_random(ground, kills=KILLS, seed=seed) >= KILLS // 2


@pytest.mark.soak
@pytest.mark.parametrize("seed", [20260102, 20260103])
def test_killed_two_hundred_and_fifty_times(ground: Ground, seed: int):
    """Both together make five hundred, one on each core."""
    assert killed_at_random(ground, kills=250, seed=seed) >= 125


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
        patch.setattr(clearing, "_delete_in_steps", dies)
        with pytest.raises(SystemExit):
            runs.end_run(engine, taken_over(engine, dead), status="lost", message="Killed.")
    monkeypatch.setattr(ownership, "SILENT_SECONDS", 1.0)
    assert main(ground.arguments(1)) == 0
    assert not leftovers(ground.shop.path)
