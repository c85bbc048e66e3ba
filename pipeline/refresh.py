"""The whole story: from sources to published results, top to bottom."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyarrow as pa
from sqlalchemy.engine import Engine

from db import runs
from db.errors import DatabaseError, DatasetLocked
from db.frames import append_rows
from db.locks import refreshing
from db.runs import LoadInRun
from db.tables.aspects import Demography
from db.tables.customers import CustomerResult, CustomerSnapshot, OrderState, Snapshot
from db.tables.models import Trial, TuningImportance
from db.tables.sales import Concentration, CountrySales, MonthlySales, ProductSales
from db.tables.segments import (
    Clustering,
    ClusterOverlap,
    ClusterSize,
    ProjectionLoading,
    RfmVoxel,
    SegmentMove,
    SegmentResult,
    SegmentShape,
    SilhouetteSample,
)
from pipeline import recorder
from pipeline.errors import RefreshRunning, SettingsError, SourceError
from pipeline.features.days import day_of
from pipeline.features.orders import newest_day, order_states
from pipeline.features.rfm import scored, totals
from pipeline.features.sales import concentration, sales
from pipeline.features.snapshots import snapshot_days
from pipeline.models.store import pack
from pipeline.progress import Progress, Silent
from pipeline.quality.cleaning import clean
from pipeline.recorder import Result
from pipeline.segments.stage import Segments, segments
from pipeline.settings import Settings
from pipeline.sources.arrival import ORDER_LINES, Arrival, Reading, arrivals, dataset_name
from pipeline.sources.columns import read_mapping
from pipeline.threads import one_thread
from pipeline.timing import Stopwatch

Clock = Callable[[], dt.datetime]


@dataclass(frozen=True)
class Request:
    """What to refresh: sources, the data set's name and how to read them."""

    sources: tuple[str, ...] = ()
    dataset: str | None = None
    form: str = "auto"
    table: str | None = None
    mapping: Path | None = None
    append: bool = False
    as_of: dt.date | None = None
    seed: int = 0
    settings: Settings = field(default_factory=Settings)


class Outcome(NamedTuple):
    """What a refresh did; `stages` are wall seconds by name."""

    dataset: str
    form: str
    run: int
    published: bool
    rows_read: int
    rows_kept: int
    customers: int
    seconds: float
    stages: dict[str, float]


def refresh(
    engine: Engine, request: Request, *, clock: Clock, progress: Progress | None = None
) -> Outcome:
    """Read the sources, compute everything and publish it, or leave what was published alone.

    Raises `PipelineError` or `db.errors.DatabaseError`, each with a sentence for the person who
    asked; results of a run that did not publish are taken away before the error goes on.
    """
    name = request.dataset or dataset_name(request.sources)
    _check_name(name)
    _check_day(request.as_of, clock().date())
    runs.prepare(engine)
    try:
        with refreshing(engine, name), one_thread():
            dataset = runs.dataset_id(engine, name)
            runs.sweep(engine, dataset)
            return _recorded(
                engine,
                request,
                name=name,
                dataset=dataset,
                clock=clock,
                progress=progress or Silent(),
            )
    except DatasetLocked as error:
        raise RefreshRunning(name) from error


def _recorded(
    engine: Engine,
    request: Request,
    *,
    name: str,
    dataset: int,
    clock: Clock,
    progress: Progress,
) -> Outcome:
    """Run between a recorded beginning and a recorded end."""
    run_id = runs.begin_run(
        engine,
        dataset=dataset,
        form=ORDER_LINES,
        seed=request.seed,
        settings=request.settings.model_dump(mode="json"),
        version=version("clientele"),
        started_at=clock(),
    )
    outcome = None
    try:
        outcome, as_of = _run(
            engine,
            request,
            name=name,
            dataset=dataset,
            run_id=run_id,
            watch=Stopwatch(progress),
        )
        runs.publish(
            engine,
            run_id,
            published_at=clock(),
            as_of=as_of,
            currency=request.settings.currency,
            rows_read=outcome.rows_read,
            rows_kept=outcome.rows_kept,
            customers=outcome.customers,
            seconds=outcome.seconds,
        )
    except BaseException as error:
        if outcome is None or not runs.is_published(engine, run_id):
            _end(engine, dataset, run_id, error)
            raise
    with suppress(DatabaseError, KeyboardInterrupt):
        runs.prune(engine, dataset, keep=request.settings.runs.keep)
    return outcome


def _end(engine: Engine, dataset: int, run_id: int, error: BaseException) -> None:
    """Record why a run was not published; the first error is the one to report."""
    interrupted = isinstance(error, KeyboardInterrupt)
    try:
        runs.end_run(
            engine,
            run_id,
            status="interrupted" if interrupted else "failed",
            message="Interrupted." if interrupted else str(error) or type(error).__name__,
        )
        runs.sweep_loads(engine, dataset)
    except DatabaseError:
        return


def _run(
    engine: Engine,
    request: Request,
    *,
    name: str,
    dataset: int,
    run_id: int,
    watch: Stopwatch,
) -> tuple[Outcome, dt.date]:
    """Do everything but publish; give what was done and the day of the newest snapshot."""
    settings = request.settings
    with watch.stage("read") as progress:
        loads, rows_read, written = _load(engine, request, dataset, progress)
        runs.name_loads(engine, run_id, loads)
    with watch.stage("collect"):
        lines = recorder.stored_lines(engine, loads, written)
    with watch.stage("clean"):
        cleaned = clean(lines, settings.cleaning, as_of=request.as_of)
        del lines
    with watch.stage("orders"):
        states = order_states(cleaned)
        newest = newest_day(states, request.as_of)
        first = int(states["ordered_day"].min())
        snapshots = snapshot_days(first, newest, settings.snapshots)
        sold = sales(cleaned, as_of=day_of(newest))
        append_rows(engine, OrderState, states, run_id=run_id)
        append_rows(engine, Snapshot, snapshots, run_id=run_id)
    with watch.stage("features"):
        customers = scored(recorder.customer_rfm(engine, run_id))
    with watch.stage("segment") as progress:
        grouped = segments(
            customers,
            settings.segments,
            outlying=settings.outliers,
            seed=request.seed,
            progress=progress,
        )
    with watch.stage("write"):
        published = _published_customers(grouped)
        results = [
            Result(CustomerSnapshot, grouped.assignments),
            Result(CustomerResult, published),
            Result(Demography, _demography(published)),
            Result(SegmentResult, grouped.profiles),
            Result(SegmentShape, grouped.shapes),
            Result(SegmentMove, grouped.moves),
            Result(Clustering, grouped.clusterings),
            Result(ClusterSize, grouped.sizes),
            Result(ClusterOverlap, grouped.overlaps),
            Result(Trial, grouped.trials),
            Result(TuningImportance, grouped.importances),
            Result(SilhouetteSample, grouped.silhouettes),
            Result(ProjectionLoading, grouped.loadings),
            Result(RfmVoxel, grouped.voxels),
            Result(MonthlySales, sold.monthly),
            Result(CountrySales, sold.countries),
            Result(ProductSales, sold.products),
            Result(Concentration, concentration(published["monetary"])),
        ]
        recorder.write_results(engine, run_id, results)
        recorder.write_totals(engine, run_id, totals(customers))
    recorder.write_record(
        engine,
        run_id,
        findings=[*cleaned.findings, *grouped.findings],
        costs=watch.costs,
        models=[pack("segmentation", grouped.model)] if grouped.model else [],
    )
    outcome = Outcome(
        dataset=name,
        form=ORDER_LINES,
        run=run_id,
        published=True,
        rows_read=rows_read,
        rows_kept=len(cleaned.purchases),
        customers=len(published),
        seconds=round(watch.seconds, 3),
        stages={cost.stage: cost.seconds for cost in watch.costs},
    )
    return outcome, day_of(newest)


def _load(
    engine: Engine, request: Request, dataset: int, progress: Progress
) -> tuple[list[LoadInRun], int, dict[int, pa.Table]]:
    """Write the lines of new sources; give the run's loads, all their rows and what is new."""
    how = Reading(
        form=request.form,
        table=request.table,
        mapping=read_mapping(request.mapping) if request.mapping else {},
        unreadable_share=request.settings.cleaning.unreadable_share,
    )
    loads = runs.published_loads(engine, dataset) if request.append else []
    batch = max((load.batch for load in loads), default=-1) + 1
    known = {load.load_id for load in loads}
    written: dict[int, pa.Table] = {}
    for arrival in arrivals(request.sources, how):
        load_id, is_there = runs.begin_load(
            engine,
            dataset=dataset,
            checksum=arrival.checksum,
            name=arrival.name,
            form=ORDER_LINES,
        )
        if not is_there:
            lines = recorder.write_lines(engine, load_id, _told(arrival, progress))
            if len(lines) == 0:
                raise SourceError(
                    "holds no data rows",
                    remedy="give a file with rows below its header",
                    file=arrival.name,
                )
            runs.complete_load(engine, load_id, rows_read=len(lines))
            written[load_id] = lines
        if load_id not in known:
            known.add(load_id)
            loads.append(LoadInRun(load_id, batch))
    return loads, runs.rows_read(engine, [load.load_id for load in loads]), written


def _told(arrival: Arrival, progress: Progress) -> Iterator[tuple[int, pa.Table]]:
    """Report rows while they are read."""
    rows = 0
    for part, table in arrival.lines():
        rows += len(table)
        progress.step(rows, what=f"{arrival.name}: {rows:,} rows")
        yield part, table


def _published_customers(grouped: Segments) -> pd.DataFrame:
    everyone = grouped.customers
    return everyone.assign(average_basket=everyone["average_basket"].round(4))


def _demography(customers: pd.DataFrame) -> pd.DataFrame:
    """Order lines tell where their customers are, and nothing else of them."""
    return customers.loc[customers["country"].notna(), ["customer_id", "country"]]


def _check_name(name: str) -> None:
    if not name.strip() or len(name) > 100 or not name.isprintable():
        raise SettingsError(
            "A data set's name must have 1 to 100 printable characters;"
            " give another with --dataset."
        )


def _check_day(as_of: dt.date | None, today: dt.date) -> None:
    """Refuse days that are still to come; one of grace, for clocks east of Greenwich."""
    if as_of is not None and as_of > today + dt.timedelta(days=1):
        raise SettingsError(
            f"--as-of {as_of} is still to come; give a day up to {today}, or none for the day"
            " of the last order."
        )
