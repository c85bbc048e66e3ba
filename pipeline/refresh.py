"""The whole story: from sources to published results, top to bottom."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyarrow as pa
from sqlalchemy.engine import Engine

from db import runs
from db.customers import write_customers
from db.errors import DatabaseError, DatasetLocked
from db.frames import append_rows
from db.locks import refreshing
from db.runs import LoadInRun
from db.tables.aspects import CampaignResponse, CategorySpend, ChannelUse, Demography
from db.tables.attributes import (
    Association,
    Attribute,
    AttributeColumn,
    CustomerAttribute,
    SegmentAgreement,
)
from db.tables.customers import (
    CustomerResult,
    CustomerSnapshot,
    CustomerTotal,
    OrderState,
    PeriodColumn,
    Snapshot,
)
from db.tables.models import (
    Confusion,
    Curve,
    CustomerPrediction,
    CustomerReason,
    Driver,
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
    CountrySales,
    MonthlySales,
    MonthlyTotal,
    ProductSales,
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
from db.tables.strategy import RetentionCut, RiskValueGroup
from db.tables.value import ValueByFrequency, ValueFit, ValueMetric, ValueTracking
from pipeline import recorder
from pipeline.errors import RefreshRunning, SettingsError, SourceError
from pipeline.explore.packed import packed_periods
from pipeline.explore.stage import NO_CAMPAIGNS, explored
from pipeline.features.customers import (
    campaign_responses,
    channel_use,
    demography,
    known_customers,
    labels,
    spend_by_category,
)
from pipeline.features.days import day_number, day_of
from pipeline.features.kinds import kinds_of, months_by_kind, totals_by_kind
from pipeline.features.labels import ACTIVITY_DROP, OUTCOMES
from pipeline.features.orders import newest_day, order_states
from pipeline.features.periods import Period, earlier_snapshots, months
from pipeline.features.rfm import MEASURES, scored, totals
from pipeline.features.sales import concentration, sales
from pipeline.features.snapshots import snapshot_days
from pipeline.models.checks import checked
from pipeline.models.explained import explained as why_predicted
from pipeline.models.origins import outcome_materials
from pipeline.models.single import activity_material, segment_materials
from pipeline.models.stage import predicted
from pipeline.models.store import pack_segmentation, pack_served
from pipeline.models.tasks import CHURN, Prepared, Refused, outcome_task
from pipeline.progress import Progress, Silent
from pipeline.quality.cleaning import clean
from pipeline.quality.findings import Finding
from pipeline.quality.mending import mend
from pipeline.recorder import Result
from pipeline.segments.mixed import input_attributes, mixed_space
from pipeline.segments.spaces import Space, rfm_space
from pipeline.segments.stage import Segments, segments
from pipeline.settings import Settings
from pipeline.sources.arrival import (
    AUTO,
    ORDER_LINES,
    Arrival,
    Reading,
    arrivals,
    dataset_name,
)
from pipeline.sources.columns import read_mapping
from pipeline.sources.parts import TypedPart
from pipeline.strategy.stage import RiskValue, risk_value
from pipeline.threads import learning
from pipeline.timing import Stopwatch
from pipeline.value.stage import Valued, order_probability, value

Clock = Callable[[], dt.datetime]
NewLines = dict[int, pa.Table]
"""Order lines by the load that they were just written to."""


@dataclass(frozen=True)
class Request:
    """What to refresh: sources, the data set's name and how to read them.

    With `again` there are no sources: the records of the published run are used once more.
    `own_name` is what a file is called by its owner, where it is stored under another name.
    """

    sources: tuple[str, ...] = ()
    dataset: str | None = None
    form: str = "auto"
    table: str | None = None
    mapping: Path | None = None
    append: bool = False
    again: bool = False
    own_name: str | None = None
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
    name = request.dataset or dataset_name(request.sources, request.form)
    _check_name(name)
    _check_day(request.as_of, clock().date())
    runs.prepare(engine)
    try:
        with refreshing(engine, name), learning():
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
        form="" if request.form == AUTO else request.form,
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
) -> tuple[Outcome, dt.date | None]:
    """Do everything but publish; give what was done and the day of the newest snapshot."""
    settings = request.settings
    with watch.stage("read") as progress:
        loads, rows_read, written = _load(engine, request, dataset, progress)
        runs.name_loads(engine, run_id, loads)
        form = _one_form(engine, loads)
        runs.set_form(engine, run_id, form)
    prepare = _of_orders if form == ORDER_LINES else _of_customers
    known = prepare(engine, request, Loaded(form, loads, written), run_id=run_id, watch=watch)
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
        customers = _with_value(customers, worth)
    with watch.stage("predict") as progress:
        tasks = [
            *known.outcomes(customers),
            *segment_materials(
                customers,
                known.inputs_of(customers),
                names=settings.models.tasks,
                settings=settings.models,
                seed=request.seed,
            ),
        ]
        models = predicted(tasks, settings.models, seed=request.seed, progress=progress)
        why = why_predicted(
            models, settings.models, currency=settings.currency, seed=request.seed
        )
        customers = _with_churn(customers, models.predictions)
        risk = _at_risk(customers, request)
        customers = customers if risk is None else customers.assign(risk_value=risk.groups)
    with watch.stage("explore"):
        told = explored(customers, seed=request.seed, campaigns=known.campaigns)
        kinds = kinds_of(customers)
        earlier = earlier_snapshots(known.snapshots, kinds.identifiers)
        by_month = known.months(kinds.identifiers)
    with watch.stage("write"):
        newest = known.snapshots["as_of"].max()
        results = [
            Result(CustomerSnapshot, grouped.assignments),
            Result(CustomerResult, customers),
            Result(CustomerTotal, totals_by_kind(kinds, earlier, as_of=newest)),
            Result(MonthlyTotal, months_by_kind(kinds, by_month)),
            Result(PeriodColumn, packed_periods([*earlier, *by_month])),
            Result(CustomerAttribute, customers),
            Result(Attribute, told.attributes),
            Result(Association, told.associations),
            Result(AttributeColumn, told.columns),
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
            Result(Driver, why.drivers),
            Result(ShapColumn, why.shap),
            Result(CustomerReason, why.reasons),
            Result(
                PredictionCheck,
                known.checked(recorder.earlier_predictions(engine, dataset, run_id)),
            ),
            *([] if worth is None else _value_results(worth)),
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
            *(worth.findings if worth else ()),
            *models.findings,
            *told.findings,
        ],
        costs=watch.costs,
        models=[
            *([pack_segmentation(grouped.segmentation)] if grouped.segmentation else []),
            *map(pack_served, models.served),
        ],
    )
    outcome = Outcome(
        dataset=name,
        form=form,
        run=run_id,
        published=True,
        rows_read=rows_read,
        rows_kept=known.rows_kept,
        customers=len(customers),
        seconds=round(watch.seconds, 3),
        stages={cost.stage: cost.seconds for cost in watch.costs},
    )
    return outcome, known.as_of


class Loaded(NamedTuple):
    """What a run reads: its form, its loads, and the lines that it just wrote itself."""

    form: str
    loads: list[LoadInRun]
    written: NewLines


class Known(NamedTuple):
    """What a form tells of its customers, ready to be grouped.

    `snapshots` has one row per day and customer; `results` are rows that only this form has.
    `inputs_of` names what segments are made from, `outcomes` prepares the tasks on what
    customers do, both from the customers of the newest snapshot; `valued` tells what customers
    are worth, `months` what they ordered in each and `checked` compares earlier predictions,
    all where there are orders.
    """

    snapshots: pd.DataFrame
    as_of: dt.date | None
    rows_kept: int
    findings: tuple[Finding, ...]
    results: list[Result]
    space_of: Callable[[pd.DataFrame], Space]
    inputs_of: Callable[[pd.DataFrame], Sequence[str]]
    outcomes: Callable[[pd.DataFrame], list[Prepared]]
    valued: Callable[[Progress], Valued | None] = lambda _: None
    months: Callable[[pd.Series], list[Period]] = lambda _: []
    checked: Callable[[pd.DataFrame], pd.DataFrame] = lambda _: pd.DataFrame()
    campaigns: pd.DataFrame = NO_CAMPAIGNS


def _of_orders(
    engine: Engine,
    request: Request,
    loaded: Loaded,
    *,
    run_id: int,
    watch: Stopwatch,
) -> Known:
    """Clean order lines and compute each snapshot's recency, frequency and monetary."""
    settings = request.settings
    with watch.stage("collect"):
        lines = recorder.stored_lines(engine, loaded.loads, loaded.written)
        loaded.written.clear()
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
    return Known(
        snapshots=customers,
        as_of=day_of(newest),
        rows_kept=len(cleaned.purchases),
        findings=cleaned.findings,
        results=[
            Result(MonthlySales, sold.monthly),
            Result(CountrySales, sold.countries),
            Result(ProductSales, sold.products),
        ],
        space_of=lambda _: rfm_space(),
        inputs_of=lambda _: MEASURES,
        outcomes=lambda _: outcome_materials(
            states,
            [int(day) for day in snapshots["as_of_day"]],
            newest=newest,
            names=[name for name in settings.models.tasks if name in OUTCOMES],
            settings=settings.models,
            seed=request.seed,
            order_probability=lambda day: order_probability(
                states,
                day,
                settings.models.horizon_days,
                settings=settings.value,
                seed=request.seed,
            ),
        ),
        valued=lambda progress: value(
            states, newest=newest, settings=settings.value, seed=request.seed, progress=progress
        ),
        months=lambda customers: months(states, customers, newest=newest),
        checked=lambda earlier: checked(
            earlier, states, newest=newest, settings=settings.models
        ),
    )


def _of_customers(
    engine: Engine,
    request: Request,
    loaded: Loaded,
    *,
    run_id: int,
    watch: Stopwatch,
) -> Known:
    """Mend records with one row a customer and bring their attributes under common names."""
    settings = request.settings
    with watch.stage("collect"):
        records = recorder.stored_records(engine, loaded.loads)
    with watch.stage("clean"):
        mended = mend(records, settings.cleaning, as_of=request.as_of)
        del records
    with watch.stage("features"):
        customers = known_customers(
            loaded.form, mended.customers, settings.rules, as_of=mended.as_of
        )
        day = customers["as_of"].iloc[0]
        append_rows(
            engine,
            Snapshot,
            pd.DataFrame({"as_of": [day], "as_of_day": [day_number(day)]}),
            run_id=run_id,
        )
    campaigns = campaign_responses(mended.customers)
    return Known(
        snapshots=customers,
        as_of=mended.as_of,
        rows_kept=mended.rows_kept,
        findings=mended.findings,
        results=[
            Result(CategorySpend, spend_by_category(customers)),
            Result(CampaignResponse, campaigns),
            Result(ChannelUse, channel_use(customers)),
        ],
        space_of=lambda newest: mixed_space(newest, settings.segments.inputs),
        inputs_of=lambda newest: input_attributes(newest, settings.segments.inputs),
        outcomes=lambda newest: _labelled(newest, request),
        campaigns=campaigns,
    )


def _labelled(customers: pd.DataFrame, request: Request) -> list[Prepared]:
    """Prepare what a source without orders can tell of outcomes: its own label, if any."""
    settings = request.settings.models
    missing = (
        "This source has one row a customer and no order lines, so what customers do next can't"
        " be seen. Add a data set of order lines."
    )
    found: list[Prepared] = []
    for name in (each for each in settings.tasks if each in OUTCOMES):
        if name == ACTIVITY_DROP and "activity" in customers:
            found.append(activity_material(customers, settings=settings, seed=request.seed))
        else:
            task = outcome_task(name, settings.horizon_days)
            found.append(Refused(task, missing))
    return found


def _with_churn(customers: pd.DataFrame, predictions: pd.DataFrame) -> pd.DataFrame:
    """Put the probability of churn beside the customers that it was told of."""
    if predictions.empty or not (predictions["task"] == CHURN).any():
        return customers
    told = predictions[predictions["task"] == CHURN].set_index("customer_id")["probability"]
    return customers.assign(
        churn_probability=told.reindex(customers["customer_id"].astype(str)).to_numpy()
    )


def _with_value(customers: pd.DataFrame, worth: Valued | None) -> pd.DataFrame:
    """Put what customers are worth beside them."""
    if worth is None or worth.customers.empty:
        return customers
    told = worth.customers.set_index("customer_id")
    ordered = told.reindex(customers["customer_id"].astype(str))
    return customers.assign(**{str(name): ordered[name].to_numpy() for name in ordered})


def _at_risk(customers: pd.DataFrame, request: Request) -> RiskValue | None:
    """Put customers into groups by risk and value, where both are known."""
    if not {"churn_probability", "clv_12m"} <= set(customers):
        return None
    return risk_value(
        customers["churn_probability"],
        customers["clv_12m"],
        request.settings.strategy,
        seed=request.seed,
    )


def _value_results(worth: Valued) -> list[Result]:
    return [
        Result(ValueFit, worth.fits),
        Result(ValueTracking, worth.tracking),
        Result(ValueByFrequency, worth.by_frequency),
        Result(ValueMetric, worth.metrics),
    ]


def _risk_results(risk: RiskValue) -> list[Result]:
    return [Result(RiskValueGroup, risk.totals), Result(RetentionCut, risk.cut)]


def _one_form(engine: Engine, loads: list[LoadInRun]) -> str:
    found = runs.forms(engine, [load.load_id for load in loads])
    if len(found) > 1:
        raise SourceError(
            f"the sources are of several forms ({' and '.join(found)})",
            remedy="give each form a data set of its own with --dataset",
        )
    return found[0]


def _load(
    engine: Engine, request: Request, dataset: int, progress: Progress
) -> tuple[list[LoadInRun], int, NewLines]:
    """Write the lines of new sources; give the run's loads, all their rows and what is new."""
    if request.again:
        return (*_published_again(engine, request, dataset), {})
    how = Reading(
        form=request.form,
        table=request.table,
        mapping=read_mapping(request.mapping) if request.mapping else {},
        unreadable_share=request.settings.cleaning.unreadable_share,
        own_name=request.own_name,
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
        )
        if not is_there:
            found = recorder.write_lines(engine, load_id, _told(arrival, progress))
            if found.rows == 0:
                raise SourceError(
                    "holds no data rows",
                    remedy="give a file with rows below its header",
                    file=arrival.name,
                )
            runs.complete_load(engine, load_id, form=found.form, rows_read=found.rows)
            written[load_id] = found.lines
        if load_id not in known:
            known.add(load_id)
            loads.append(LoadInRun(load_id, batch))
    return loads, runs.rows_read(engine, [load.load_id for load in loads]), written


def _published_again(
    engine: Engine, request: Request, dataset: int
) -> tuple[list[LoadInRun], int]:
    """Give the loads of the published run."""
    if request.sources:
        raise SettingsError("--again reads no sources; leave them out, or leave --again out.")
    loads = runs.published_loads(engine, dataset)
    if not loads:
        raise SettingsError(
            "--again needs a published data set and there is none of that name;"
            " give a source, or another --dataset."
        )
    return loads, runs.rows_read(engine, [load.load_id for load in loads])


def _told(arrival: Arrival, progress: Progress) -> Iterator[TypedPart]:
    """Report rows while they are read."""
    rows = 0
    for part in arrival.lines():
        rows += len(part.rows)
        progress.step(rows, what=f"{arrival.name}: {rows:,} rows")
        yield part


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
