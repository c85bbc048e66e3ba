"""Runs from their beginning to being published, kept or swept.

Everything here is a short transaction. A run writes its results beside the published one; only
`publish` moves the pointer, so whatever dies before leaves readers with the old run, whole.
"""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from db import checksums, upgrades
from db.clearing import clear_results, delete_load, sweep_loads
from db.customers.file import sweep_customers
from db.engine import reading, writing
from db.errors import DatabaseUnavailable, NoSuchRun, NotPublished
from db.locks import refreshing
from db.ownership import RUN_OWNER, Ownership, began, owned, taken_over, unowned
from db.tables import METADATA, core
from db.tables.canonical import DataSet as DataSetRow
from db.tables.canonical import Load as LoadRow
from db.tables.canonical import LoadRemark as LoadRemarkRow
from db.tables.customers import CustomerResult
from db.tables.models import TaskResult
from db.tables.runs import Published as PublishedRow
from db.tables.runs import Run as RunRow
from db.tables.runs import RunLoad as RunLoadRow
from db.views import create_views

SWEPT = "swept"
"""Status of a run that is being taken away."""
QUICK = "quick"
"""Kind of a run that has no predictions yet; the full one that follows takes its place."""
DATASET, LOAD, LOAD_REMARK = core(DataSetRow), core(LoadRow), core(LoadRemarkRow)
RUN, RUN_LOAD, PUBLISHED = core(RunRow), core(RunLoadRow), core(PublishedRow)
CUSTOMER = core(CustomerResult)
TASK = core(TaskResult)


class LoadInRun(NamedTuple):
    """A load that a run reads, and the batch it came in."""

    load_id: int
    batch: int


def prepare(engine: Engine) -> None:
    """Make the tables and views that are missing, and upgrade an earlier version's database."""
    upgrades.upgrade(engine)
    with writing(engine) as connection:
        if upgrades.schema_of(connection) is None:
            upgrades.begin(connection)
        METADATA.create_all(connection)
        create_views(connection)


def dataset_id(engine: Engine, name: str) -> int:
    """Give the identifier of a data set, making it where it is new."""
    with writing(engine) as connection:
        existing_id = connection.execute(
            sa.select(DATASET.c.dataset_id).where(DATASET.c.name == name)
        ).scalar()
        return (
            int(existing_id)
            if existing_id is not None
            else _insert(connection, DATASET, name=name)
        )


def begin_run(
    engine: Engine,
    *,
    dataset: int,
    form: str,
    seed: int,
    settings: Mapping[str, Any],
    version: str,
    started_at: dt.datetime,
    kind: str | None = None,
) -> Ownership:
    """Record a run that begins and make this process its owner; `kind` is `QUICK` or none."""
    with writing(engine) as connection:
        run_id = _insert(
            connection,
            RUN,
            dataset_id=dataset,
            form=form,
            status="running",
            seed=seed,
            settings=json.dumps(settings, sort_keys=True),
            version=version,
            started_at=started_at,
            kind=kind,
        )
        return began(engine, connection, run_id)


def begin_load(engine: Engine, *, dataset: int, checksum: str, name: str) -> tuple[int, bool]:
    """Give the load of a source and whether its rows are already there.

    Its form is known when it has been read.
    """
    with writing(engine) as connection:
        existing_load = connection.execute(
            sa.select(LOAD.c.load_id, LOAD.c.complete).where(
                LOAD.c.dataset_id == dataset, LOAD.c.checksum == checksum
            )
        ).first()
        if existing_load is not None and existing_load.complete:
            return int(existing_load.load_id), True
        if existing_load is not None:
            delete_load(connection, int(existing_load.load_id))
        return (
            _insert(
                connection,
                LOAD,
                dataset_id=dataset,
                checksum=checksum,
                name=name,
                form="",
                rows_read=0,
                complete=False,
            ),
            False,
        )


def complete_load(
    engine: Engine,
    load_id: int,
    *,
    form: str,
    rows_read: int,
    currency: str | None = None,
    mapping: Mapping[str, str] | None = None,
    remarks: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Mark a load as written to its last row; `remarks` are rows of `load_remark`."""
    mapping_json = json.dumps(mapping, sort_keys=True, ensure_ascii=False) if mapping else None
    with writing(engine) as connection:
        for position, remark in enumerate(remarks):
            connection.execute(
                sa.insert(LOAD_REMARK).values(load_id=load_id, position=position, **remark)
            )
        connection.execute(
            sa.update(LOAD)
            .where(LOAD.c.load_id == load_id)
            .values(
                form=form,
                rows_read=rows_read,
                currency=currency,
                mapping=mapping_json,
                complete=True,
            )
        )


def last_mapping(engine: Engine, loads: Sequence[int]) -> dict[str, str]:
    """Give the mapping with which the newest of these loads was read, empty without one."""
    with reading(engine) as connection:
        query = (
            sa.select(LOAD.c.mapping)
            .where(LOAD.c.load_id.in_(loads))
            .order_by(sa.desc(LOAD.c.load_id))
            .limit(1)
        )
        mapping_json = connection.execute(query).scalar()
    mapping: dict[str, str] = json.loads(mapping_json) if mapping_json else {}
    return mapping


def load_currencies(engine: Engine, loads: Sequence[int]) -> list[str]:
    """Name the currencies that loads say they are in, each once."""
    with reading(engine) as connection:
        query = (
            sa.select(LOAD.c.currency)
            .where(LOAD.c.load_id.in_(loads), LOAD.c.currency.is_not(None))
            .distinct()
        )
        return sorted(connection.execute(query).scalars())


def load_remarks(engine: Engine, loads: Sequence[int]) -> list[dict[str, Any]]:
    """Read what was said of loads when they were read, in their order."""
    with reading(engine) as connection:
        query = sa.select(
            LOAD_REMARK.c.level,
            LOAD_REMARK.c.code,
            LOAD_REMARK.c.sentence,
            LOAD_REMARK.c.rows,
            LOAD_REMARK.c.load_id,
            LOAD_REMARK.c.position,
        ).where(LOAD_REMARK.c.load_id.in_(loads))
        remarks = connection.execute(query).mappings().all()
    place = {load: place for place, load in enumerate(loads)}
    ordered = sorted(remarks, key=lambda remark: (place[remark["load_id"]], remark["position"]))
    return [
        {name: remark[name] for name in ("level", "code", "sentence", "rows")}
        for remark in ordered
    ]


def name_loads(engine: Engine, run_id: int, loads: Sequence[LoadInRun]) -> None:
    """Write down which loads a run reads, in their order."""
    with writing(engine) as connection:
        for position, load in enumerate(loads):
            connection.execute(
                sa.insert(RUN_LOAD).values(
                    run_id=run_id, load_id=load.load_id, batch=load.batch, position=position
                )
            )


def published_loads(engine: Engine, dataset: int) -> list[LoadInRun]:
    """Give the loads of the published run, in their order; none where nothing is published."""
    with reading(engine) as connection:
        rows = connection.execute(
            sa.select(RUN_LOAD.c.load_id, RUN_LOAD.c.batch)
            .join(PUBLISHED, PUBLISHED.c.run_id == RUN_LOAD.c.run_id)
            .where(PUBLISHED.c.dataset_id == dataset)
            .order_by(RUN_LOAD.c.position)
        )
        return [LoadInRun(*row) for row in rows]


def forms(engine: Engine, loads: Sequence[int]) -> list[str]:
    """Name the forms of loads, each once."""
    with reading(engine) as connection:
        query = sa.select(LOAD.c.form).where(LOAD.c.load_id.in_(loads)).distinct()
        return sorted(connection.execute(query).scalars())


def set_form(engine: Engine, run_id: int, form: str) -> None:
    """Record the form of what a run reads."""
    with writing(engine) as connection:
        connection.execute(sa.update(RUN).where(RUN.c.run_id == run_id).values(form=form))


def published_loads_of(engine: Engine, name: str) -> list[LoadInRun]:
    """Give the loads of the published run of the data set `name`; none where it is unknown."""
    with reading(engine) as connection:
        if not sa.inspect(connection).has_table("published"):
            return []
        dataset = connection.execute(
            sa.select(DATASET.c.dataset_id).where(DATASET.c.name == name)
        ).scalar()
    return [] if dataset is None else published_loads(engine, int(dataset))


def published_settings(engine: Engine, name: str) -> tuple[dict[str, Any], int] | None:
    """Give the settings and the seed of a data set's published run, if it has one."""
    with reading(engine) as connection:
        row = connection.execute(
            sa.select(RUN.c.settings, RUN.c.seed)
            .join(PUBLISHED, PUBLISHED.c.run_id == RUN.c.run_id)
            .join(DATASET, DATASET.c.dataset_id == PUBLISHED.c.dataset_id)
            .where(DATASET.c.name == name)
        ).first()
    return None if row is None else (dict(json.loads(row.settings)), int(row.seed))


def is_shown_in_full(engine: Engine, dataset: int) -> bool:
    """Tell whether a data set's published run is a full one; not where it has none."""
    query = (
        sa.select(PUBLISHED.c.run_id)
        .join(RUN, RUN.c.run_id == PUBLISHED.c.run_id)
        .where(PUBLISHED.c.dataset_id == dataset, RUN.c.kind.is_(None))
    )
    with reading(engine) as connection:
        return connection.execute(query).first() is not None


def rows_read(engine: Engine, loads: Sequence[int]) -> int:
    """Add up the rows of loads."""
    with reading(engine) as connection:
        return int(
            connection.execute(
                sa.select(sa.func.sum(LOAD.c.rows_read)).where(LOAD.c.load_id.in_(loads))
            ).scalar_one()
        )


def publish(
    engine: Engine, ownership: Ownership, *, published_at: dt.datetime, **totals: Any
) -> None:
    """Move the pointer of the run's data set to this run, in one transaction.

    Raises `RunLost` and changes nothing unless the run is its owner's to the last write and
    still running.
    """
    run_id = ownership.run_id
    with writing(owned(engine, ownership)) as connection:
        changed = connection.execute(
            sa.update(RUN)
            .where(RUN.c.run_id == run_id, RUN.c.status == "running")
            .values(status="published", published_at=published_at, **totals)
        )
        if changed.rowcount != 1:
            raise ownership.lost("it does not count as running")
        dataset = connection.execute(
            sa.select(RUN.c.dataset_id).where(RUN.c.run_id == run_id)
        ).scalar_one()
        _point(connection, int(dataset), run_id)


def release(engine: Engine, ownership: Ownership) -> None:
    """Give a run up that is published and whose data set is pruned."""
    with writing(unowned(engine)) as connection:
        ownership.release(connection)


def publish_again(engine: Engine, name: str, run_id: int) -> None:
    """Move the pointer of a data set to an earlier run that is kept, in one transaction.

    Raises `NotPublished` where there is no such data set, `NoSuchRun` where it keeps no such
    published run whole, and `DatasetLocked` where a refresh of it is running: pruning, which
    is part of one, might be taking that very run away.
    """
    with refreshing(engine, name), writing(engine) as connection:
        dataset = connection.execute(
            sa.select(DATASET.c.dataset_id).where(DATASET.c.name == name)
        ).scalar()
        if dataset is None:
            raise NotPublished(f"There is no data set “{name}”.")
        run = connection.execute(
            sa.select(RUN.c.customers).where(
                RUN.c.run_id == run_id,
                RUN.c.dataset_id == dataset,
                RUN.c.status == "published",
            )
        ).first()
        if run is None:
            raise NoSuchRun(
                f"“{name}” keeps no published run {run_id}; choose one of"
                f" {_listed(_kept(connection, int(dataset)))}."
            )
        _insist_on_whole(connection, run_id, customers=run.customers)
        _point(connection, int(dataset), run_id)


def _insist_on_whole(connection: Connection, run_id: int, *, customers: int | None) -> None:
    """Refuse a run whose results are not those that it published."""
    if damaged := checksums.verify_on(connection, run_id):
        raise NoSuchRun(
            f"Run {run_id} is damaged: rows of {', '.join(damaged)} are not what it wrote;"
            " choose another."
        )
    rows = connection.execute(
        sa.select(sa.func.count()).where(CUSTOMER.c.run_id == run_id)
    ).scalar_one()
    if customers is not None and rows != customers:
        raise NoSuchRun(
            f"Run {run_id} had {customers:,} customers and {rows:,} are left; choose another."
        )


def _point(connection: Connection, dataset: int, run_id: int) -> None:
    connection.execute(sa.delete(PUBLISHED).where(PUBLISHED.c.dataset_id == dataset))
    connection.execute(sa.insert(PUBLISHED).values(dataset_id=dataset, run_id=run_id))
    checksums.seal_publication(connection, run_id)


def _kept(connection: Connection, dataset: int) -> list[int]:
    query = sa.select(RUN.c.run_id).where(
        RUN.c.dataset_id == dataset, RUN.c.status == "published"
    )
    return [
        int(run_id) for run_id in connection.execute(query.order_by(RUN.c.run_id)).scalars()
    ]


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers)) or "none, as it has none; refresh it first"


def is_published(engine: Engine, ownership: Ownership) -> bool:
    """Tell whether a run of this process was published, whatever interrupted it after that."""
    query = (
        sa.select(RUN.c.run_id)
        .join(RUN_OWNER, RUN_OWNER.c.run_id == RUN.c.run_id)
        .where(RUN.c.status == "published", RUN_OWNER.c.token == ownership.token)
    )
    with reading(unowned(engine)) as connection:
        return connection.execute(query).first() is not None


def end_run(engine: Engine, ownership: Ownership, *, status: str, message: str) -> None:
    """Take the results of a run that was not published away, and mark it.

    In this order, so that a run of which something is left still counts as running, and the
    next sweep finds it. Raises `RunLost`, and takes nothing, where the run is another's.
    """
    run_id, mine = ownership.run_id, owned(engine, ownership)
    clear_results(mine, run_id)
    with reading(mine) as connection:
        dataset = connection.execute(
            sa.select(RUN.c.dataset_id).where(RUN.c.run_id == run_id)
        ).scalar_one()
    sweep_loads(mine, int(dataset))
    with writing(mine) as connection:
        connection.execute(
            sa.update(RUN)
            .where(RUN.c.run_id == run_id, RUN.c.status == "running")
            .values(status=status, message=message)
        )
        ownership.release(connection)
    sweep_customers(unowned(engine))


def sweep(engine: Engine, dataset: int) -> None:
    """Take away what dead runs of a data set left behind; the caller holds its lock.

    Raises `DatasetLocked` where one of them turns out to be alive: a lock can be lost with the
    connection to a server, or when another file is put in a database's place.
    """
    with reading(engine) as connection:
        unended = connection.execute(
            sa.select(RUN.c.run_id, RUN.c.status).where(
                RUN.c.dataset_id == dataset, RUN.c.status.in_(("running", SWEPT))
            )
        ).all()
    for run in unended:
        if run.status == SWEPT:
            remove(engine, int(run.run_id))
            continue
        end_run(
            engine,
            taken_over(engine, int(run.run_id)),
            status="lost",
            message="The process ended before publishing.",
        )
    with writing(engine) as connection:  # of one that was killed after it had published
        ended = sa.select(RUN.c.run_id).where(RUN.c.status != "running")
        connection.execute(sa.delete(RUN_OWNER).where(RUN_OWNER.c.run_id.in_(ended)))
    sweep_loads(engine, dataset)


def prune(engine: Engine, dataset: int, *, keep: int) -> None:
    """Keep the newest `keep` published runs of a data set, and as many rows of others.

    The run that is published stays, however old it is, and so do those that trained the models
    which serve in it: customers are compared with theirs. A quick one whose place another took
    goes.
    """
    trained_its_models = sa.select(TASK.c.trained_run).where(
        TASK.c.run_id.in_(
            sa.select(PUBLISHED.c.run_id).where(PUBLISHED.c.dataset_id == dataset)
        ),
        TASK.c.trained_run.is_not(None),
    )
    with reading(engine) as connection:
        ended = connection.execute(
            sa.select(RUN.c.run_id, RUN.c.status, RUN.c.kind)
            .where(
                RUN.c.dataset_id == dataset,
                RUN.c.status != "running",
                RUN.c.run_id.not_in(sa.select(PUBLISHED.c.run_id)),
                RUN.c.run_id.not_in(trained_its_models),
            )
            .order_by(sa.desc(RUN.c.run_id))
        ).all()
    replaced = [row.run_id for row in ended if row.kind == QUICK]
    published = [row.run_id for row in ended if row.status == "published" and row.kind != QUICK]
    unpublished = [
        row.run_id for row in ended if row.status != "published" and row.kind != QUICK
    ]
    for run_id in (*replaced, *published[max(keep - 1, 0) :], *unpublished[keep:]):
        remove(engine, int(run_id))
    sweep_customers(engine)
    sweep_loads(engine, dataset)


def remove(engine: Engine, run_id: int) -> None:
    """Take a run away that nobody is shown; marked first, so that it can't be shown again."""
    with writing(engine) as connection:
        marked = connection.execute(
            sa.update(RUN)
            .where(
                RUN.c.run_id == run_id,
                RUN.c.run_id.not_in(sa.select(PUBLISHED.c.run_id)),
            )
            .values(status=SWEPT)
        )
        if marked.rowcount != 1:
            return
    clear_results(engine, run_id)
    with writing(engine) as connection:
        connection.execute(sa.delete(RUN_OWNER).where(RUN_OWNER.c.run_id == run_id))
        connection.execute(sa.delete(RUN).where(RUN.c.run_id == run_id))


def _insert(connection: Connection, table: sa.Table, **values: Any) -> int:
    key = connection.execute(sa.insert(table).values(**values)).inserted_primary_key
    if key is None:
        raise DatabaseUnavailable(f"The database gave no key for a new row of {table.name}.")
    return int(key[0])
