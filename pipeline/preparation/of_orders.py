"""Customers of order lines: cleaned, rolled up to orders, looked at on several days."""

from sqlalchemy.engine import Engine

from db.frames import append_rows
from db.tables.customers import (
    OrderState,
    Snapshot,
)
from db.tables.sales import (
    CountrySales,
    MonthlySales,
    ProductSales,
)
from pipeline import recorder
from pipeline.features.days import day_of
from pipeline.features.labels import OUTCOMES
from pipeline.features.orders import newest_day, order_states
from pipeline.features.rfm import MEASURES, scored
from pipeline.features.snapshots import snapshot_days
from pipeline.learning.checks import checked
from pipeline.learning.origins import outcome_materials
from pipeline.preparation.known import Known, Loaded
from pipeline.preparation.request import Request
from pipeline.quality.cleaning import clean
from pipeline.recorder import Result
from pipeline.run.timing import Stopwatch
from pipeline.sales.sales import sales
from pipeline.segments.spaces import rfm_space
from pipeline.strategy.stage import retention_costs
from pipeline.value.stage import value, value_on

DAYS_PER_MONTH = 365 / 12


def of_orders(
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
        sold = sales(cleaned.purchases, cleaned.cancellations, as_of=day_of(newest))
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
            newest=newest,
            every_days=settings.snapshots.every_days,
            names=[name for name in settings.models.tasks if name in OUTCOMES],
            settings=settings.models,
            value=settings.value,
            seed=request.seed,
            workers=request.workers,
        ),
        valued=lambda progress: value(
            states,
            newest=newest,
            settings=settings.value,
            stake_days=retention_costs(settings.strategy).months * DAYS_PER_MONTH,
            seed=request.seed,
            progress=progress,
        ),
        value_on=lambda worth, day: value_on(states, day, worth, settings.value),
        checked=lambda earlier: checked(
            earlier, states, newest=newest, settings=settings.models
        ),
    )
