"""The whole story: from sources to published results, top to bottom."""

import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from importlib.metadata import version
from typing import NamedTuple

import pandas as pd
from sqlalchemy.engine import Engine

from db import checksums, runs
from db.customers import write_customers
from db.engine import empty_log
from db.errors import DatabaseError, DatasetLocked, RunLost
from db.locks import refreshing, sweep_lock_files
from db.ownership import Ownership, beating, owned
from db.tables.aspects import Demography
from db.tables.attributes import (
    Association,
    Attribute,
    CustomerAttribute,
    SegmentAgreement,
)
from db.tables.customers import (
    CustomerResult,
    CustomerSnapshot,
)
from db.tables.models import (
    CalibrationLevel,
    Confusion,
    Curve,
    CustomerPrediction,
    CustomerReason,
    Driver,
    ForecastWindow,
    ModelResult,
    ModelScore,
    PairedTest,
    PredictionCheck,
    ShapColumn,
    TaskResult,
    TestOutcome,
    Trial,
    TuningImportance,
)
from db.tables.sales import (
    Concentration,
)
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
from db.tables.strategy import ContactCost, RetentionCut, RiskValueGroup
from db.tables.value import (
    ValueBasis,
    ValueByFrequency,
    ValueCheck,
    ValueFit,
    ValueMetric,
    ValuePart,
    ValueTotal,
    ValueTracking,
)
from pipeline import recorder
from pipeline.errors import RefreshRunning, SettingsError
from pipeline.explore.stage import explored
from pipeline.features.customers import (
    demography,
    labels,
)
from pipeline.features.days import day_of
from pipeline.features.labels import CHURN
from pipeline.features.rfm import totals
from pipeline.learning.calibrations import calibrations
from pipeline.learning.done import Predicted, joined
from pipeline.learning.explained import explained as why_predicted
from pipeline.learning.single import segment_materials
from pipeline.learning.stage import predicted
from pipeline.preparation.known import Known
from pipeline.preparation.loading import load
from pipeline.preparation.of_orders import of_orders
from pipeline.preparation.of_records import of_records
from pipeline.preparation.request import Request
from pipeline.quality.findings import Finding
from pipeline.recorder import Result
from pipeline.run.progress import Progress, Silent
from pipeline.run.threads import learning
from pipeline.run.timing import Stopwatch
from pipeline.sales.concentration import concentration
from pipeline.scoring.membership import segmentation
from pipeline.scoring.store import pack_segmentation, pack_served
from pipeline.scoring.stored import Stored
from pipeline.segments.renaming import renamed
from pipeline.segments.stage import Segments, finalist_key, segments
from pipeline.settings import Settings
from pipeline.sources.arrival import dataset_name
from pipeline.sources.files.scratch import sweep_scratch
from pipeline.sources.forms import AUTO, has
from pipeline.strategy import names
from pipeline.strategy.stage import RiskValue, risk_value
from pipeline.value.bands import BandStarts, bands, tercile_starts
from pipeline.value.parts import parts
from pipeline.value.stage import Valued

Clock = Callable[[], dt.datetime]


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
    name = request.dataset or dataset_name(request.sources, request.form)
    _check_name(name)
    _check_day(request.as_of, clock().date())
    runs.prepare(engine)
    try:
        with refreshing(engine, name), learning():
            dataset = runs.dataset_id(engine, name)
            runs.sweep(engine, dataset)
            empty_log(engine)
            sweep_scratch()
            sweep_lock_files(engine)
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
    mine = runs.begin_run(
        engine,
        dataset=dataset,
        form="" if request.form == AUTO else request.form,
        seed=request.seed,
        settings=request.settings.model_dump(mode="json"),
        version=version("clientele"),
        started_at=clock(),
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
            watch=Stopwatch(progress),
        )
        runs.publish(
            engine,
            mine,
            published_at=clock(),
            as_of=as_of,
            currency=request.settings.currency,
            rows_read=outcome.rows_read,
            rows_kept=outcome.rows_kept,
            customers=outcome.customers,
            seconds=outcome.seconds,
        )
    except BaseException as error:
        if outcome is None or not runs.is_published(engine, mine):
            _end(engine, mine, error)
            raise
    with suppress(DatabaseError, KeyboardInterrupt):
        runs.prune(engine, dataset, keep=request.settings.runs.keep)
        runs.release(engine, mine)
    return outcome


def _end(engine: Engine, mine: Ownership, error: BaseException) -> None:
    """Record why a run was not published; the first error is the one to report.

    But where the run was lost on the way, whatever failed on strange records follows from it:
    raises `RunLost`.
    """
    interrupted = isinstance(error, KeyboardInterrupt)
    try:
        runs.end_run(
            engine,
            mine,
            status="interrupted" if interrupted else "failed",
            message="Interrupted." if interrupted else str(error) or type(error).__name__,
        )
    except RunLost as lost:
        if isinstance(error, Exception):
            raise lost from error
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
) -> tuple[Outcome, dt.date | None]:
    """Do everything but publish; give what was done and the day of the newest snapshot."""
    settings = request.settings
    with watch.stage("read") as progress:
        loaded = load(engine, request, dataset=dataset, run_id=run_id, progress=progress)
    prepare = of_orders if has(loaded.form).orders else of_records
    known = prepare(engine, request, loaded, run_id=run_id, watch=watch)
    with watch.stage("segment") as progress:
        grouped = segments(
            known.snapshots,
            settings.segments,
            outlying=settings.outliers,
            seed=request.seed,
            progress=progress,
            space_of=known.space_of,
        )
    customers = _published_customers(grouped, known.as_of, settings)
    with watch.stage("value") as progress:
        worth = known.valued(progress)
        starts = _band_starts(worth, recorder.earlier_bands(engine, dataset, run_id))
        customers = _with_value(customers, worth, starts)
    with watch.stage("predict") as progress:
        learn = partial(
            predicted,
            settings=settings.models,
            seed=request.seed,
            progress=progress,
            workers=request.workers,
        )
        outcomes = learn(known.outcomes(customers))
        customers = _with_churn(customers, outcomes.predictions)
        before = (
            recorder.earlier_segments(engine, dataset, run_id)
            if has(loaded.form).orders
            else pd.Series(dtype=object)  # names of other forms say what is so today
        )
        grouped, customers, names_said = _named(
            grouped, customers, before, horizon_days=settings.models.horizon_days
        )
        models = joined(
            outcomes,
            learn(
                segment_materials(
                    customers,
                    known.inputs_of(customers),
                    names=settings.models.tasks,
                    settings=settings.models,
                    seed=request.seed,
                )
            ),
        )
        why = why_predicted(
            models, settings.models, currency=settings.currency, seed=request.seed
        )
        risk = _at_risk(
            customers,
            request,
            median=recorder.earlier_median(engine, dataset, run_id),
            tasks=models.tasks,
        )
        if risk is not None:
            customers = customers.assign(
                risk_value=risk.groups, risk_band=risk.bands, contact_profit=risk.profit
            )
    with watch.stage("explore"):
        told = explored(customers, seed=request.seed)
    with watch.stage("write"):
        results = [
            Result(CustomerSnapshot, grouped.assignments),
            Result(CustomerResult, customers),
            Result(CustomerAttribute, customers),
            Result(Attribute, told.attributes),
            Result(Association, told.associations),
            Result(Demography, demography(customers)),
            Result(SegmentResult, grouped.profiles),
            Result(SegmentShape, grouped.shapes),
            Result(SegmentMove, grouped.moves),
            Result(SegmentAgreement, grouped.agreements),
            Result(Clustering, grouped.clusterings),
            Result(ClusterSize, grouped.sizes),
            Result(ClusterOverlap, grouped.overlaps),
            *(Result(Trial, each.trials) for each in (grouped, models)),
            *(Result(TuningImportance, each.importances) for each in (grouped, models)),
            Result(TaskResult, models.tasks),
            Result(ModelResult, models.models),
            Result(ModelScore, models.scores),
            Result(PairedTest, models.paired),
            Result(Confusion, models.confusions),
            Result(Curve, models.curves),
            Result(TestOutcome, models.outcomes),
            Result(CustomerPrediction, models.predictions),
            Result(ForecastWindow, models.windows),
            Result(CalibrationLevel, _calibrations(models, grouped, known, worth, starts)),
            Result(Driver, why.drivers),
            Result(ShapColumn, why.shap),
            Result(CustomerReason, why.reasons),
            Result(
                PredictionCheck,
                known.checked(recorder.earlier_predictions(engine, dataset, run_id)),
            ),
            *([] if worth is None else _value_results(worth, starts, grouped)),
            *([] if risk is None else _risk_results(risk)),
            Result(SilhouetteSample, grouped.silhouettes),
            Result(ProjectionLoading, grouped.loadings),
            Result(RfmVoxel, grouped.voxels),
            Result(Concentration, concentration(customers["monetary"])),
            *known.results,
        ]
        recorder.write_results(engine, run_id, results)
        recorder.write_totals(engine, run_id, totals(known.snapshots))
        write_customers(engine, run_id)
    recorder.write_record(
        engine,
        run_id,
        findings=[
            *known.findings,
            *grouped.findings,
            *names_said,
            *(worth.findings if worth else ()),
            *models.findings,
            *told.findings,
        ],
        costs=watch.costs,
        models=[
            *_packed_segmentation(grouped),
            *map(pack_served, models.served),
        ],
    )
    checksums.seal(engine, run_id)
    outcome = Outcome(
        dataset=name,
        form=loaded.form,
        run=run_id,
        published=True,
        rows_read=loaded.rows,
        rows_kept=known.rows_kept,
        customers=len(customers),
        seconds=round(watch.seconds, 3),
        stages={cost.stage: cost.seconds for cost in watch.costs},
    )
    return outcome, known.as_of


def _packed_segmentation(grouped: Segments) -> list[Stored]:
    """Pack what tells a customer's segment; nothing where everybody is in one."""
    if grouped.model is None:
        return []
    plain = segmentation(grouped.model, grouped.inputs, grouped.cluster_names)
    return [pack_segmentation(plain)]


def _with_churn(customers: pd.DataFrame, predictions: pd.DataFrame) -> pd.DataFrame:
    """Put the probability of churn beside the customers that it was told of."""
    if predictions.empty or not (predictions["task"] == CHURN).any():
        return customers
    told = predictions[predictions["task"] == CHURN].set_index("customer_id")
    mine = told.reindex(customers["customer_id"].astype(str))
    return customers.assign(
        churn_probability=mine["probability"].to_numpy(),
        churn_low=mine["low"].to_numpy(),
        churn_high=mine["high"].to_numpy(),
    )


def _named(
    grouped: Segments,
    customers: pd.DataFrame,
    before: pd.Series,
    *,
    horizon_days: int,
) -> tuple[Segments, pd.DataFrame, tuple[Finding, ...]]:
    """Have segments keep their names from run to run and agree with who may leave."""
    now = customers.set_index(customers["customer_id"].astype(str))["segment"]
    kept = names.carried(now, before)
    called = customers["segment"].replace(kept)
    means = _leaving(customers, horizon_days).groupby(called).mean().dropna()
    leaving = {str(segment): float(mean) for segment, mean in means.items()}
    changed = names.agreed(leaving)
    both = names.joined(kept, changed)
    said = names.said(changed, leaving)
    findings = (
        (
            Finding(
                "segments",
                "named_by_prediction",
                "Names of segments follow who is expected to leave",
                f"By where they lie alone they were called otherwise: {said}",
                len(customers),
            ),
        )
        if changed
        else ()
    )
    chosen = grouped.clusterings[grouped.clusterings["chosen"].astype(bool)]
    key = None if chosen.empty else finalist_key(chosen.iloc[0])
    return (
        renamed(grouped, both, published=key),
        customers.assign(segment=customers["segment"].replace(both)),
        findings,
    )


def _leaving(customers: pd.DataFrame, horizon_days: int) -> pd.Series:
    """Give each customer's probability of leaving, or whether silent for the horizon."""
    if "churn_probability" in customers and customers["churn_probability"].notna().any():
        return customers["churn_probability"]
    silent = customers["recency_days"].astype(float)
    return (silent >= horizon_days).astype(float).where(silent.notna())


def _calibrations(
    models: Predicted,
    grouped: Segments,
    known: Known,
    worth: Valued | None,
    starts: BandStarts | None,
) -> pd.DataFrame:
    """Compare what was expected of the tested windows with what came, by groups of that day."""
    assigned, found = grouped.assignments, []
    for each in models.tested:
        then = assigned.loc[assigned["as_of"] == day_of(each.day), ["customer_id", "segment"]]
        if worth is not None and starts is not None:
            value = known.value_on(worth, each.day)
            banded = value.assign(value_band=bands(value["clv_12m"], starts))
            then = then.merge(
                banded[["customer_id", "value_band"]], on="customer_id", how="outer"
            )
        found.append(calibrations(each, then))
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame()


def _band_starts(worth: Valued | None, earlier: BandStarts | None) -> BandStarts | None:
    """Give the amounts of value bands: those of earlier runs, else today's terciles."""
    if worth is None or worth.customers.empty:
        return None
    return earlier or tercile_starts(worth.customers["clv_12m"])


def _with_value(
    customers: pd.DataFrame, worth: Valued | None, starts: BandStarts | None
) -> pd.DataFrame:
    """Put what customers are worth beside them."""
    if worth is None or starts is None:
        return customers
    told = worth.customers.set_index("customer_id")
    ordered = told.reindex(customers["customer_id"].astype(str))
    found = customers.assign(**{str(name): ordered[name].to_numpy() for name in ordered})
    return found.assign(value_band=bands(found["clv_12m"], starts))


def _at_risk(
    customers: pd.DataFrame, request: Request, *, median: float | None, tasks: pd.DataFrame
) -> RiskValue | None:
    """Weigh customers' risk against their value, where both are known."""
    if not {"churn_probability", "value_at_stake", "clv_12m"} <= set(customers):
        return None
    churn = tasks.loc[tasks["task"] == CHURN, "level_miss"]
    return risk_value(
        customers,
        request.settings.strategy,
        median=median,
        miss=float(churn.iloc[0]),
    )


def _value_results(worth: Valued, starts: BandStarts | None, grouped: Segments) -> list[Result]:
    basis = worth.basis
    if starts is not None:
        basis = basis.assign(middle_from=starts.middle, high_from=starts.high)
    return [
        Result(ValueFit, worth.fits),
        Result(ValueTracking, worth.tracking),
        Result(ValueByFrequency, worth.by_frequency),
        Result(ValueMetric, worth.metrics),
        Result(ValueCheck, worth.checks),
        Result(ValueTotal, worth.totals),
        Result(ValueBasis, basis),
        Result(ValuePart, parts(worth.foretold, grouped.assignments)),
    ]


def _risk_results(risk: RiskValue) -> list[Result]:
    return [
        Result(RiskValueGroup, risk.totals),
        Result(RetentionCut, risk.cut),
        Result(ContactCost, risk.costs),
    ]


def _published_customers(
    grouped: Segments, as_of: dt.date | None, settings: Settings
) -> pd.DataFrame:
    """Give every customer of the newest snapshot, rounded, with the labels of the rules."""
    everyone = grouped.customers
    whole = {
        name: everyone[name].round().astype("Int64")
        for name in ("recency_days", "frequency", "tenure_days")
    }
    return everyone.assign(
        **whole,
        as_of=as_of,
        average_basket=everyone["average_basket"].round(4),
        **labels(everyone, settings.rules),
    )


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
