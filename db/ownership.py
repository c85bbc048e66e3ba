"""Whose a run is: what one process writes for it, no other writes, whatever becomes of locks.

Each running run has a row of `run_owner` with a random token and the number of writes so far.
Every transaction of the owner begins by counting itself there, which fails where the token or
the number is another: in a database put back from a copy, in another file, in a run that was
swept as dead. So what is published was written to its last row by the process that publishes.

A run whose process is gone is told by the process, where it was of this boot of this host, and
else by a heartbeat that stands still. That is watched with this process's own monotonic clock:
a clock that jumps neither keeps a dead run nor takes a live one.
"""

import os
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from db.engine import (
    OWNER,
    bulk_rests,
    database_file,
    identity,
    is_sqlite,
    reading,
    writing,
)
from db.errors import DatabaseError, DatasetLocked, RunLost
from db.tables import core
from db.tables.runs import RunOwner

RUN_OWNER = core(RunOwner)
BEAT_SECONDS = 2.0
SILENT_SECONDS = 15.0
"""How long a heartbeat must stand still before its run counts as dead."""

COPY = "a copy of its database was put back, or another command took it away"

_alive: set[str] = set()
"""Tokens of the runs that this process is at."""
_ours: set[str] = set()
"""Tokens of all that it was at."""


class Ownership:
    """The right of this process to write one run."""

    def __init__(self, run_id: int, token: str, file: Path | None) -> None:
        self.run_id, self.token = run_id, token
        self.is_released = False
        self._writes, self._counted = 0, 0
        self._file, self._identity = file, file and identity(file)

    def before(self) -> None:
        """Raise `RunLost` where another file stands in the database's place, or none."""
        if self._file is not None and identity(self._file) != self._identity:
            raise self.lost("another file stands where its database was, or none")

    def check(self, ask: Callable[[str], int | None]) -> None:
        """Raise `RunLost` where the run is not this process's as it left it.

        `ask` runs a statement and gives its one number, if it gives any.
        """
        if self._now(ask) not in self._possible:
            raise self.lost(COPY)

    def count(self, ask: Callable[[str], int | None]) -> None:
        """Count a write in its own transaction, which takes the right to write on the way."""
        with self._telling():
            ask(
                "update run_owner set writes = writes + 1"  # noqa: S608 - our own values
                f" where run_id = {self.run_id} and token = '{self.token}'"
            )
        writes = self._now(ask)
        if writes - 1 not in self._possible:
            raise self.lost(COPY)
        self._counted = writes

    def written(self) -> None:
        """Remember that the transaction counted last was committed."""
        self._writes = self._counted

    def release(self, connection: Connection) -> None:
        """Give the run up."""
        connection.execute(
            sa.delete(RUN_OWNER).where(
                RUN_OWNER.c.run_id == self.run_id, RUN_OWNER.c.token == self.token
            )
        )
        self.is_released = True

    @property
    def _possible(self) -> set[int]:
        """Numbers of writes that may be there: two after a commit that was interrupted."""
        return {self._writes, self._counted}

    def _now(self, ask: Callable[[str], int | None]) -> int:
        with self._telling():
            writes = ask(
                "select max(writes) from run_owner"  # noqa: S608 - our own values
                f" where run_id = {self.run_id} and token = '{self.token}'"
            )
        return -1 if writes is None else writes

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # of three drivers
            if any(sign in str(error) for sign in ("no such table", "does not exist")):
                raise self.lost(COPY) from error
            raise

    def lost(self, why: str) -> RunLost:
        """Say why the run is not this process's any more."""
        return RunLost(
            f"Run {self.run_id} is not this command's any more: {why}; nothing of it was"
            " published. Run the command again."
        )


def owned(engine: Engine, ownership: Ownership) -> Engine:
    """Give the engine as one that reads and writes for that run alone."""
    return cast(Engine, engine.execution_options(**{OWNER: ownership}))


def unowned(engine: Engine) -> Engine:
    """Give the engine as one that asks no run first."""
    return cast(Engine, engine.execution_options(**{OWNER: None}))


def began(engine: Engine, connection: Connection, run_id: int) -> Ownership:
    """Make this process the owner of a run, in the transaction that begins it."""
    ownership = _new(engine, run_id)
    connection.execute(
        sa.insert(RUN_OWNER).values(
            run_id=run_id, token=ownership.token, writes=0, beats=0, process=this_process()
        )
    )
    return ownership


def taken_over(engine: Engine, run_id: int) -> Ownership:
    """Take a dead run over, to clear it away; raises `DatasetLocked` where it is alive."""
    with reading(engine) as connection:
        row = connection.execute(_row(run_id)).first()
    if row is not None and not _is_dead(engine, row):
        raise DatasetLocked(f"Run {run_id} of another command is alive.")
    ownership = _new(engine, run_id)
    # Without a process: one that gives up and lives on must not keep the next from trying.
    values = {"token": ownership.token, "writes": 0, "process": ""}
    with writing(engine) as connection:
        if row is None:  # of a version that wrote none
            connection.execute(sa.insert(RUN_OWNER).values(run_id=run_id, beats=0, **values))
        else:
            updated = connection.execute(
                sa.update(RUN_OWNER)
                .where(
                    RUN_OWNER.c.run_id == run_id,
                    RUN_OWNER.c.token == row.token,
                    RUN_OWNER.c.beats == row.beats,
                )
                .values(**values)
            )
            if updated.rowcount != 1:
                raise DatasetLocked(f"Run {run_id} of another command is alive.")
    return ownership


@contextmanager
def beating(engine: Engine, ownership: Ownership) -> Iterator[None]:
    """Give signs of life of a run from a thread, while the body is at it."""
    ended = threading.Event()

    def beat() -> None:
        while not ended.wait(BEAT_SECONDS):
            with suppress(DatabaseError):
                _beat(engine, ownership)

    thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
    _alive.add(ownership.token)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(timeout=BEAT_SECONDS)
        _alive.discard(ownership.token)
        if not ownership.is_released:
            with suppress(DatabaseError):
                ownership.before()  # connecting would make a file that is gone anew
                with writing(engine) as connection:
                    connection.execute(
                        sa.update(RUN_OWNER)
                        .where(RUN_OWNER.c.token == ownership.token)
                        .values(process="")
                    )


def _beat(engine: Engine, ownership: Ownership) -> None:
    """Count one sign of life, but not while bulk rows are written: those are one themselves."""
    with bulk_rests() as is_free:
        if not is_free:
            return
        ownership.before()
        with writing(engine) as connection:
            connection.execute(
                sa.update(RUN_OWNER)
                .where(
                    RUN_OWNER.c.run_id == ownership.run_id,
                    RUN_OWNER.c.token == ownership.token,
                )
                .values(beats=RUN_OWNER.c.beats + 1)
            )


def _new(engine: Engine, run_id: int) -> Ownership:
    file = database_file(engine) if is_sqlite(engine) else None
    ownership = Ownership(run_id, secrets.token_hex(16), file)
    _ours.add(ownership.token)
    return ownership


def _row(run_id: int) -> sa.Select[tuple[int, str, int, int, str]]:
    return sa.select(RUN_OWNER).where(RUN_OWNER.c.run_id == run_id)


def _is_dead(engine: Engine, row: sa.Row[tuple[int, str, int, int, str]]) -> bool:
    """Tell whether the owner is gone; where its process can't tell, watch its heartbeat."""
    if row.process == this_process() or row.token in _ours:
        return row.token not in _alive
    is_there = is_running(row.process)
    if is_there is not None:
        return not is_there
    until = time.monotonic() + SILENT_SECONDS
    while time.monotonic() < until:
        time.sleep(min(BEAT_SECONDS, SILENT_SECONDS) / 4)
        with reading(engine) as connection:
            now = connection.execute(_row(row.run_id)).first()
        if now is None or tuple(now) != tuple(row):
            return False
    return True


def this_process() -> str:
    """Name this process as no other is called: boot, space of numbers, number and start.

    Empty where the system doesn't tell.
    """
    scope, started = _scope(), _started("self")
    return f"{scope}/{os.getpid()}/{started}" if scope and started else ""


def is_running(process: str) -> bool | None:
    """Tell whether a process is there; None where this boot or container can't tell."""
    scope, _, number_and_start = process.partition("/")
    number, _, started = number_and_start.partition("/")
    if not process or scope != _scope():
        return None
    return _started(number) == started


def _scope() -> str:
    """Name the boot of this host and the space in which its processes are numbered."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return ""


def _started(number: str) -> str:
    """Give when a process began, in ticks since the boot; empty where it is gone."""
    try:
        stat = Path(f"/proc/{number}/stat").read_text("utf-8", errors="replace")
    except OSError:
        return ""
    fields = stat.rpartition(")")[2].split()  # what is in front may hold blanks
    return "" if fields[0] in {"Z", "X"} else fields[19]
