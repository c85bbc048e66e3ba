"""Jobs: one row each, written by whoever asks and by the process that supervises it.

At most two are at work; the others wait in their order until a supervisor that has ended one
takes them up, or one that whoever looks next starts. A job at work is alive as long as its
heartbeat is young. One whose supervisor died is marked lost by whoever looks next, and a new
one can begin. The database allows one active job per data set.
"""

import datetime as dt
import json
import time
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from db.engine import speaking, writing
from db.errors import DatabaseUnavailable
from db.tables import core
from db.tables.workspace import Job as JobRow

JOB = core(JobRow)
ACTIVE = ("queued", "running")
AT_WORK = 2
"""Jobs that are at work at the same time; two refreshes fill the memory of a small machine."""

WAITING_FOR = dt.timedelta(seconds=10)
"""How long a free place may go unused before another supervisor is started."""

CANCELLED = "Cancelled; what was published before is unchanged."
SUPERSEDED = "Something else was chosen meanwhile."
LOST_AFTER = dt.timedelta(seconds=15)
LOST = "The process that did this ended without a word; nothing that was published has changed."
OF_A_FILE = ("check", "score")
"""Kinds of jobs that look at one upload and change nothing that is published."""
KEPT = 40
"""Jobs kept of each data set."""


class Job(NamedTuple):
    """A job as it stands; `stages` are dictionaries with name, seconds, done, total, what."""

    job_id: int
    kind: str
    dataset: str
    upload_id: int | None
    state: str
    stages: list[dict[str, Any]]
    message: str | None
    log: str
    request: dict[str, Any]
    report: dict[str, Any] | None
    made_run: int | None
    pid: int | None
    cancel_asked: bool
    asked_at: dt.datetime
    started_at: dt.datetime | None
    ended_at: dt.datetime | None
    heartbeat_at: dt.datetime

    @property
    def is_active(self) -> bool:
        """Tell whether it has not ended yet."""
        return self.state in ACTIVE


class Standing(NamedTuple):
    """What a supervisor learns when it gives a sign of life."""

    is_active: bool
    cancel_asked: bool


def ask(
    engine: Engine,
    *,
    kind: str,
    dataset: str,
    upload_id: int | None = None,
    request: Mapping[str, Any],
    at: dt.datetime,
    supersedes: bool = False,
) -> tuple[int, bool]:
    """Ask for a job; give its number and whether it is new.

    Where one is active already (of the data set, or about the same upload), that one is
    given instead: two people who press at once watch the same job. One that `supersedes` ends
    an active one that looks at the same upload in another way.
    """
    mark_lost(engine, at)
    if supersedes and upload_id is not None:
        _supersede(engine, upload_id, kind, dataset_and_request=(dataset, dict(request)), at=at)
    values = {
        "kind": kind,
        "dataset": dataset,
        "upload_id": upload_id,
        "state": "queued",
        "stages": "[]",
        "log": "",
        "cancel_asked": False,
        "request": json.dumps(request, ensure_ascii=False),
        "asked_at": at,
        "heartbeat_at": at,
    }
    with speaking(engine):
        try:
            with engine.begin() as connection:
                blocking_id = _blocking(connection, kind, dataset, upload_id)
                if blocking_id is not None:
                    return blocking_id, False
                key = connection.execute(sa.insert(JOB).values(values)).inserted_primary_key
                if key is None:
                    raise DatabaseUnavailable("The database gave no key for a new job.")
                return int(key[0]), True
        except IntegrityError:  # another one was quicker, which PostgreSQL tells only now
            with engine.begin() as connection:
                blocking_id = _blocking(connection, kind, dataset, upload_id)
            if blocking_id is None:
                raise
            return blocking_id, False


def _supersede(
    engine: Engine,
    upload_id: int,
    kind: str,
    *,
    dataset_and_request: tuple[str, dict[str, Any]],
    at: dt.datetime,
) -> None:
    """End a job that looks at an upload in another way; its supervisor learns of it soon."""
    with writing(engine) as connection:
        query = sa.select(JOB).where(
            JOB.c.state.in_(ACTIVE), JOB.c.upload_id == upload_id, JOB.c.kind == kind
        )
        job = _first(connection, query)
        if job is None or (job.dataset, job.request) == dataset_and_request:
            return
        connection.execute(
            sa.update(JOB)
            .where(JOB.c.job_id == job.job_id)
            .values(state="cancelled", cancel_asked=True, message=SUPERSEDED, ended_at=at)
        )


def begin(engine: Engine, *, pid: int, at: dt.datetime) -> int | None:
    """Take up the job that has waited longest; None where none waits or no place is free."""
    with writing(engine) as connection:
        _alone(connection)
        if _at_work(connection, at) >= AT_WORK:
            return None
        waits = sa.select(sa.func.min(JOB.c.job_id)).where(JOB.c.state == "queued")
        job_id = connection.execute(waits).scalar()
        if job_id is None:
            return None
        connection.execute(
            sa.update(JOB)
            .where(JOB.c.job_id == job_id)
            .values(state="running", pid=pid, started_at=at, heartbeat_at=at)
        )
        return int(job_id)


def are_left(connection: Connection, at: dt.datetime) -> bool:
    """Tell whether jobs wait though a place is free, and nobody has come for a while."""
    oldest = connection.execute(
        sa.select(JOB.c.heartbeat_at).where(JOB.c.state == "queued").order_by(JOB.c.job_id)
    ).scalar()
    return (
        oldest is not None and oldest < at - WAITING_FOR and _at_work(connection, at) < AT_WORK
    )


def call(engine: Engine, at: dt.datetime) -> bool:
    """Note that a supervisor is started for those left; False where one was just now."""
    with writing(engine) as connection:
        _alone(connection)
        if not are_left(connection, at):
            return False
        connection.execute(
            sa.update(JOB).where(JOB.c.state == "queued").values(heartbeat_at=at)
        )
        return True


def beat(
    engine: Engine,
    job_id: int,
    *,
    stages: Sequence[Mapping[str, Any]],
    log: str,
    at: dt.datetime,
) -> Standing:
    """Give a sign of life and say how far it is; learn whether to go on."""
    with writing(engine) as connection:
        connection.execute(
            sa.update(JOB)
            .where(JOB.c.job_id == job_id, JOB.c.state == "running")
            .values(stages=json.dumps(list(stages)), log=log, heartbeat_at=at)
        )
        row = connection.execute(
            sa.select(JOB.c.state, JOB.c.cancel_asked).where(JOB.c.job_id == job_id)
        ).first()
    return Standing(row is not None and row.state == "running", bool(row and row.cancel_asked))


def preview(engine: Engine, job_id: int, report: Mapping[str, Any]) -> None:
    """Record what a job at work reports of a part, until it has the whole."""
    with writing(engine) as connection:
        connection.execute(
            sa.update(JOB)
            .where(JOB.c.job_id == job_id, JOB.c.state == "running")
            .values(report=json.dumps(report, ensure_ascii=False))
        )


def end(
    engine: Engine,
    job_id: int,
    *,
    state: str,
    at: dt.datetime,
    message: str | None = None,
    report: Mapping[str, Any] | None = None,
    made_run: int | None = None,
) -> bool:
    """Record how a job ended; False where it was marked lost or swept meanwhile."""
    with writing(engine) as connection:
        ended = connection.execute(
            sa.update(JOB)
            .where(JOB.c.job_id == job_id, JOB.c.state.in_(ACTIVE))
            .values(
                state=state,
                message=message,
                report=None if report is None else json.dumps(report, ensure_ascii=False),
                made_run=made_run,
                ended_at=at,
            )
        )
        _prune(connection, job_id)
        return ended.rowcount == 1


def ask_to_cancel(engine: Engine, job_id: int, *, at: dt.datetime) -> None:
    """Ask the supervisor of a job to end it; one that waits ends here."""
    with writing(engine) as connection:
        connection.execute(
            sa.update(JOB)
            .where(JOB.c.job_id == job_id, JOB.c.state == "queued")
            .values(state="cancelled", cancel_asked=True, message=CANCELLED, ended_at=at)
        )
        connection.execute(
            sa.update(JOB)
            .where(JOB.c.job_id == job_id, JOB.c.state.in_(ACTIVE))
            .values(cancel_asked=True)
        )


def mark_lost(engine: Engine, at: dt.datetime) -> int:
    """Mark the jobs at work without a recent sign of life; give how many."""
    with writing(engine) as connection:
        return connection.execute(
            sa.update(JOB)
            .where(JOB.c.job_id.in_(_silent(connection, at)))
            .values(state="lost", message=LOST, ended_at=at)
        ).rowcount


def any_lost(connection: Connection, at: dt.datetime) -> bool:
    """Tell whether `mark_lost` would find something, without writing."""
    return bool(_silent(connection, at))


class Watched(NamedTuple):
    """A heartbeat as this process last saw it, and by its monotonic clock since when."""

    heartbeat_at: dt.datetime
    since: float
    has_moved: bool


_watched: WeakKeyDictionary[Engine, dict[int, Watched]] = WeakKeyDictionary()


def _silent(connection: Connection, at: dt.datetime) -> list[int]:
    """Name the jobs at work that are dead, whatever clocks did meanwhile.

    One whose heartbeat this process saw move within `LOST_AFTER` lives, also when the clock was
    put forward. One whose heartbeat lies ahead, as the clock was put back, is dead once it has
    stood still for that long.
    """
    rows = connection.execute(
        sa.select(
            JOB.c.job_id,
            JOB.c.heartbeat_at,
            (JOB.c.heartbeat_at < at - LOST_AFTER).label("is_old"),
            (JOB.c.heartbeat_at > at + LOST_AFTER).label("is_ahead"),
        ).where(JOB.c.state == "running")
    ).all()
    before = _watched.get(connection.engine, {})
    now = {row.job_id: _seen(before.get(row.job_id), row.heartbeat_at) for row in rows}
    _watched[connection.engine] = now
    long_ago = time.monotonic() - LOST_AFTER.total_seconds()
    silent = []
    for row in rows:
        stands_still = now[row.job_id].since < long_ago
        has_moved = now[row.job_id].has_moved
        if (row.is_old and (stands_still or not has_moved)) or (row.is_ahead and stands_still):
            silent.append(int(row.job_id))
    return silent


def _seen(before: Watched | None, heartbeat_at: dt.datetime) -> Watched:
    if before is not None and before.heartbeat_at == heartbeat_at:
        return before
    return Watched(heartbeat_at, time.monotonic(), has_moved=before is not None)


def one(connection: Connection, job_id: int) -> Job | None:
    """Give a job by its number."""
    return _first(connection, sa.select(JOB).where(JOB.c.job_id == job_id))


def active(connection: Connection, dataset: str | None = None) -> Job | None:
    """Give the job that refreshes or deletes a data set now, by default any data set."""
    query = sa.select(JOB).where(JOB.c.kind.not_in(OF_A_FILE), JOB.c.state.in_(ACTIVE))
    if dataset is not None:
        query = query.where(JOB.c.dataset == dataset)
    return _first(connection, query.order_by(JOB.c.job_id.desc()))


def latest(
    connection: Connection,
    *,
    upload_id: int | None = None,
    dataset: str | None = None,
    kind: str,
) -> Job | None:
    """Give the newest job of a kind, of an upload or of a data set."""
    query = sa.select(JOB).where(JOB.c.kind == kind)
    if upload_id is not None:
        query = query.where(JOB.c.upload_id == upload_id)
    if dataset is not None:
        query = query.where(JOB.c.dataset == dataset)
    return _first(connection, query.order_by(JOB.c.job_id.desc()))


def of_upload(connection: Connection, upload_id: int) -> Job | None:
    """Give the newest check or scoring of an upload."""
    query = sa.select(JOB).where(JOB.c.upload_id == upload_id, JOB.c.kind.in_(OF_A_FILE))
    return _first(connection, query.order_by(JOB.c.job_id.desc()))


def recent(connection: Connection, *, most: int = 20) -> list[Job]:
    """Give the newest jobs of all data sets, without their reports."""
    superseded = sa.and_(JOB.c.state == "cancelled", JOB.c.message == SUPERSEDED)
    rows = connection.execute(
        sa.select(JOB).where(~superseded).order_by(JOB.c.job_id.desc()).limit(most)
    )
    return [_job(row) for row in rows]


def checks(connection: Connection, upload_id: int) -> list[Job]:
    """Give the checks of an upload that ended well, the newest first."""
    query = sa.select(JOB).where(
        JOB.c.upload_id == upload_id, JOB.c.kind == "check", JOB.c.state == "done"
    )
    return [_job(row) for row in connection.execute(query.order_by(JOB.c.job_id.desc()))]


def revision(connection: Connection) -> str:
    """Give a text that changes whenever a job begins, moves or ends."""
    row = connection.execute(
        sa.select(
            sa.func.count(),
            sa.func.max(JOB.c.job_id),
            sa.func.max(JOB.c.started_at),
            sa.func.max(JOB.c.ended_at),
        )
    ).one()
    return "/".join(str(value) for value in row)


def ahead(connection: Connection, job: Job) -> int:
    """Tell how many jobs wait before one that waits."""
    query = sa.select(sa.func.count()).where(JOB.c.state == "queued", JOB.c.job_id < job.job_id)
    return int(connection.execute(query).scalar_one())


def give_up(engine: Engine, *, pid: int, message: str, at: dt.datetime) -> None:
    """Record that the supervisor of a job ended without recording how the job did."""
    with writing(engine) as connection:
        connection.execute(
            sa.update(JOB)
            .where(JOB.c.pid == pid, JOB.c.state == "running")
            .values(state="lost", message=message, ended_at=at)
        )


def _at_work(connection: Connection, at: dt.datetime) -> int:
    """Count the jobs at work, without those whose supervisor is silent."""
    query = sa.select(sa.func.count()).where(
        JOB.c.state == "running", JOB.c.heartbeat_at >= at - LOST_AFTER
    )
    return int(connection.execute(query).scalar_one())


def _alone(connection: Connection) -> None:
    """Let nobody else take a job up meanwhile; SQLite has one writer anyway."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql("lock table job in share row exclusive mode")


def _blocking(
    connection: Connection, kind: str, dataset: str, upload_id: int | None
) -> int | None:
    query = sa.select(JOB.c.job_id).where(JOB.c.state.in_(ACTIVE))
    if kind in OF_A_FILE:
        query = query.where(JOB.c.kind.in_(OF_A_FILE), JOB.c.upload_id == upload_id)
    else:
        query = query.where(JOB.c.kind.not_in(OF_A_FILE), JOB.c.dataset == dataset)
    job_id: int | None = connection.execute(query).scalar()
    return job_id


def _prune(connection: Connection, job_id: int) -> None:
    """Forget the oldest jobs of the data set of a job."""
    dataset = sa.select(JOB.c.dataset).where(JOB.c.job_id == job_id).scalar_subquery()
    newest = (
        sa.select(JOB.c.job_id)
        .where(JOB.c.dataset == dataset)
        .order_by(JOB.c.job_id.desc())
        .limit(KEPT)
    )
    connection.execute(
        sa.delete(JOB).where(
            JOB.c.dataset == dataset, JOB.c.state.not_in(ACTIVE), JOB.c.job_id.not_in(newest)
        )
    )


def _first(connection: Connection, query: sa.Select[Any]) -> Job | None:
    row = connection.execute(query.limit(1)).first()
    return None if row is None else _job(row)


def _job(row: sa.Row[Any]) -> Job:
    values = dict(row._mapping)
    for name in ("stages", "request", "report"):
        values[name] = None if values[name] is None else json.loads(values[name])
    return Job(**values)
