"""The whole story: from sources to published results, top to bottom."""

import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from typing import Any, NamedTuple

from sqlalchemy.engine import Engine

from db import checksums, runs
from db.customers import write_customers
from db.engine import empty_log
from db.errors import DatabaseError, DatasetLocked
from db.locks import refreshing, sweep_lock_files
from db.ownership import Ownership, beating, owned
from db.tables.aspects import Demography
from db.tables.attributes import (
    Association,
    Attribute,
    CustomerAttribute,
    OwnAttribute,
)
from db.tables.customers import (
    CustomerResult,
    CustomerSnapshot,
)
from db.tables.models import (
    CalibrationLevel,
    CustomerReason,
    Driver,
    PredictionCheck,
    ShapColumn,
    Trial,
    TuningImportance,
)
from db.tables.repeat import Movement
from db.tables.runs import RunRemark
from db.tables.sales import Concentration
from db.workspace import rules
from pipeline import recorder
from pipeline.base.errors import RefreshRunning, SettingsError
from pipeline.explore.stage import explored
from pipeline.features.customers import (
    demography,
)
from pipeline.features.own_values import own_values
from pipeline.features.rfm import totals
from pipeline.preparation.earlier import before_of
from pipeline.preparation.loading import load
from pipeline.preparation.of_orders import of_orders
from pipeline.preparation.of_records import of_records
from pipeline.preparation.request import Request
from pipeline.preparation.watching import alerted
from pipeline.recorder import Result
from pipeline.refreshing.assembly import (
    band_starts,
    published_customers,
    with_lines,
    with_next_order,
    with_value,
)
from pipeline.refreshing.ending import end_unpublished
from pipeline.refreshing.predicting import foretold
from pipeline.refreshing.results import (
    contact_results,
    forecast_results,
    line_results,
    model_results,
    packed_segmentation,
    remark_rows,
    segment_results,
    value_results,
    window_calibrations,
)
from pipeline.run.progress import Progress, Silent
from pipeline.run.threads import learning
from pipeline.run.timing import Stopwatch
from pipeline.sales.concentration import concentration
from pipeline.sales.movement import moved
from pipeline.samples.costs import with_its_costs
from pipeline.scoring.store import pack_served
from pipeline.segments.stage import segments
from pipeline.sources.arrival import dataset_name, is_made_up_shop
from pipeline.sources.files.scratch import sweep_scratch
from pipeline.sources.forms import AUTO, has
from pipeline.sources.layouts.laying import named_by
from pipeline.sources.telling.remarks import NOTE, WARNING, Remark, of_level

Clock = Callable[[], dt.datetime]

QUICK, FULL = "quick", "full"
"""What stages of the quick run and of the full one stand under while progress is shown."""


class Outcome(NamedTuple):
    """What a refresh did; figures as in `Figures`, `stages` are wall seconds by name."""

    dataset: str
    form: str
    layout: str | None
    run: int
    published: bool
    rows_read: int
    rows_kept: int
    customers: int
    orders: int | None
    revenue: float | None
    orders_all: int | None
    revenue_all: float | None
    currency: str | None
    first_day: dt.date | None
    last_day: dt.date | None
    warnings: tuple[Remark, ...]
    notes: tuple[Remark, ...]
    seconds: float
    stages: dict[str, float]
    alerts: tuple[dict[str, Any], ...] = ()


def refresh(
    engine: Engine, request: Request, *, clock: Clock, progress: Progress | None = None
) -> Outcome:
    """Read the sources, compute everything and publish it, or leave what was published alone.

    With `quick_first` a data set that shows nothing in full yet gets a quick run first, and the
    full one, which equals one without it, takes its place; whatever ends the full one leaves
    the quick one published.

    Raises `PipelineError` or `db.errors.DatabaseError`, each with a sentence for the person who
    asked; results of a run that did not publish are taken away before the error goes on.
    """
    name = request.dataset or dataset_name(request.sources, request.form)
    if not request.again and is_made_up_shop(request.sources, request.form):
        request = replace(request, settings=with_its_costs(request.settings))
    _check_name(name)
    _check_day(request.as_of, clock().date())
    runs.prepare(engine)
    try:
        with refreshing(engine, name), learning():
            dataset = runs.dataset_id(engine, name)
            runs.sweep(engine, dataset)
            rules.begin(engine, dataset, at=clock())
            empty_log(engine)
            sweep_scratch()
            sweep_lock_files(engine)
            reporter = progress or Silent()
            recorded = partial(
                _recorded, engine, name=name, dataset=dataset, clock=clock, progress=reporter
            )
            if request.quick_first and not runs.is_shown_in_full(engine, dataset):
                reporter.stage(QUICK)
                recorded(request, is_quick=True)
                reporter.stage(FULL)
                request = _of_what_is_shown(request)
            return recorded(request)
    except DatasetLocked as error:
        raise RefreshRunning(name) from error


def _of_what_is_shown(request: Request) -> Request:
    """Ask for the same of the records that the quick run just published."""
    return replace(request, sources=(), again=True, append=False)


def _recorded(
    engine: Engine,
    request: Request,
    *,
    name: str,
    dataset: int,
    clock: Clock,
    progress: Progress,
    is_quick: bool = False,
) -> Outcome:
    """Run between a recorded beginning and a recorded end."""
    mine = runs.begin_run(
        engine,
        dataset=dataset,
        form="" if request.form == AUTO else request.form,
        seed=request.seed,
        settings=request.settings.model_dump(mode="json"),
        version=version("clientele"),
        started_at=clock(),
        kind=runs.QUICK if is_quick else None,
    )
    with beating(engine, mine):
        return _published(
            owned(engine, mine),
            request,
            mine=mine,
            name=name,
            dataset=dataset,
            clock=clock,
            progress=progress,
            is_quick=is_quick,
        )


def _published(
    engine: Engine,
    request: Request,
    *,
    mine: Ownership,
    name: str,
    dataset: int,
    clock: Clock,
    progress: Progress,
    is_quick: bool,
) -> Outcome:
    """Run and publish on an engine that writes for this run alone."""
    outcome = None
    try:
        outcome, as_of = _run(
            engine,
            request,
            name=name,
            dataset=dataset,
            run_id=mine.run_id,
            today=clock().date(),
            watch=Stopwatch(progress),
            is_quick=is_quick,
        )
        runs.publish(
            engine,
            mine,
            published_at=clock(),
            as_of=as_of,
            currency=outcome.currency or "",
            rows_read=outcome.rows_read,
            rows_kept=outcome.rows_kept,
            customers=outcome.customers,
            seconds=outcome.seconds,
        )
    except BaseException as error:
        if outcome is None or not runs.is_published(engine, mine):
            end_unpublished(engine, mine, error)
            raise
    with suppress(DatabaseError, KeyboardInterrupt):
        runs.prune(engine, dataset, keep=request.settings.runs.keep)
        runs.release(engine, mine)
    return outcome


def _run(
    engine: Engine,
    request: Request,
    *,
    name: str,
    dataset: int,
    run_id: int,
    today: dt.date,
    watch: Stopwatch,
    is_quick: bool,
) -> tuple[Outcome, dt.date | None]:
    """Do everything but publish; give what was done and the day of the newest snapshot.

    A quick run leaves value and predictions to the full one.
    """
    settings = request.settings
    with watch.stage("read") as progress:
        loaded = load(
            engine, request, dataset=dataset, run_id=run_id, today=today, progress=progress
        )
    prepare = of_orders if has(loaded.form).orders else of_records
    preparation = prepare(engine, request, loaded, run_id=run_id, watch=watch)
    with watch.stage("segment") as progress:
        grouped = segments(
            preparation.snapshots,
            settings.segments,
            outlying=settings.outliers,
            seed=request.seed,
            progress=progress,
            space_of=preparation.space_of,
        )
    customers = published_customers(
        grouped, preparation.as_of, settings, has_orders=has(loaded.form).orders
    )
    with watch.stage("value") as progress:
        worth = None if is_quick else preparation.valued(progress)
        starts = band_starts(worth, recorder.earlier_bands(engine, dataset, run_id))
        customers = with_next_order(
            with_value(customers, worth, starts),
            preparation.as_of,
            has_orders=has(loaded.form).orders,
        )
    with watch.stage("predict") as progress:
        customers, grouped, models, why, risk, findings, remarks = foretold(
            engine,
            request,
            preparation,
            grouped,
            customers,
            form=loaded.form,
            currency=loaded.currency or "",
            run=(dataset, run_id),
            is_quick=is_quick,
            progress=progress,
        )
        preparation = preparation._replace(remarks=(*preparation.remarks, *remarks))
    with watch.stage("movement"):
        told_by_lines = line_results(customers, preparation, grouped)
        customers = with_lines(customers, preparation)
        since = moved(
            customers,
            before_of(
                engine,
                customers,
                grouped.assignments,
                dataset=dataset,
                run_id=run_id,
                prepared=preparation,
                worth=worth,
            ),
            as_of=preparation.as_of,
        )
        customers = customers.assign(**since.columns)
    with watch.stage("forecast") as progress:
        ahead = (
            []
            if is_quick
            else forecast_results(preparation, grouped, settings.forecast, progress)
        )
    with watch.stage("explore"):
        exploration = explored(customers, seed=request.seed)
    with watch.stage("write"):
        results = [
            Result(CustomerSnapshot, grouped.assignments),
            Result(CustomerResult, customers),
            Result(CustomerAttribute, customers),
            Result(Attribute, exploration.attributes),
            Result(OwnAttribute, own_values(customers, exploration.attributes)),
            Result(Association, exploration.associations),
            Result(Demography, demography(customers)),
            *segment_results(grouped),
            *(Result(Trial, stage.trials) for stage in (grouped, models)),
            *(Result(TuningImportance, stage.importances) for stage in (grouped, models)),
            *model_results(models),
            Result(
                CalibrationLevel,
                window_calibrations(models, grouped, preparation, worth, starts),
            ),
            Result(Driver, why.drivers),
            Result(ShapColumn, why.shap),
            Result(CustomerReason, why.reasons),
            Result(
                PredictionCheck,
                preparation.checked(recorder.earlier_predictions(engine, dataset, run_id)),
            ),
            *([] if worth is None else value_results(worth, starts, grouped)),
            *contact_results(risk),
            Result(Concentration, concentration(customers["monetary"])),
            Result(Movement, since.pair),
            *told_by_lines,
            *ahead,
            Result(RunRemark, remark_rows(preparation.remarks)),
            *preparation.results,
        ]
        recorder.write_results(engine, run_id, results)
        recorder.write_totals(engine, run_id, totals(preparation.snapshots))
        write_customers(engine, run_id)
    with watch.stage("watch"):
        alerts = alerted(
            engine,
            preparation,
            customers,
            request=request,
            run=(dataset, run_id),
            currency=loaded.currency or "",
            is_quick=is_quick,
        )
    recorder.write_record(
        engine,
        run_id,
        findings=[
            *preparation.findings,
            *grouped.findings,
            *findings,
            *(worth.findings if worth else ()),
            *models.findings,
            *exploration.findings,
        ],
        costs=watch.costs,
        models=[
            *packed_segmentation(grouped),
            *map(pack_served, models.served),
        ],
    )
    checksums.seal(engine, run_id)
    return Outcome(
        dataset=name,
        form=loaded.form,
        layout=named_by(preparation.remarks),
        run=run_id,
        published=True,
        rows_read=loaded.rows,
        rows_kept=preparation.rows_kept,
        **preparation.figures._asdict(),
        currency=loaded.currency,
        warnings=of_level(preparation.remarks, WARNING),
        notes=of_level(preparation.remarks, NOTE),
        seconds=round(watch.seconds, 3),
        stages={cost.stage: cost.seconds for cost in watch.costs},
        alerts=alerts,
    ), preparation.as_of


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
