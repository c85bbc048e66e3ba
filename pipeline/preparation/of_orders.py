"""Customers of order lines: cleaned, rolled up to orders, looked at on several days."""

from sqlalchemy.engine import Engine

from db.frames import append_rows
from db.tables.baskets import NextCheck, NextProduct, ProductPair, ProductStock, StockCheck
from db.tables.customers import (
    OrderState,
    Snapshot,
)
from db.tables.repeat import Cohort, MonthlyMovement
from db.tables.sales import (
    CategorySales,
    CountrySales,
    ItemClass,
    MonthlyCategory,
    MonthlyCountry,
    MonthlyProduct,
    MonthlySales,
    ProductCountry,
    ProductSales,
    ReturnPair,
    SalesFigure,
)
from pipeline import recorder
from pipeline.features.days import day_of
from pipeline.features.figures import figures_of
from pipeline.features.labels import OUTCOMES
from pipeline.features.orders import newest_day, order_states
from pipeline.features.rfm import MEASURES, scored
from pipeline.features.snapshots import snapshot_days
from pipeline.learning.backtesting.origins import outcome_materials
from pipeline.learning.monitoring.checks import checked
from pipeline.preparation.known import Known, Loaded
from pipeline.preparation.request import Request
from pipeline.quality.cleaning import clean
from pipeline.quality.findings import joined_rows
from pipeline.quality.remarks import remarks_of
from pipeline.recorder import Result
from pipeline.run.timing import Stopwatch
from pipeline.sales.baskets.shopping import Shopped, shopped, with_next_product
from pipeline.sales.baskets.stock_file import known_stock
from pipeline.sales.item_classes import item_classes
from pipeline.sales.ledger import ledger
from pipeline.sales.stage import Sold, cancelled_figures, sold
from pipeline.segments.spaces import rfm_space
from pipeline.sources.telling.remarks import merged
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
    stocked = known_stock(settings.stock.file)
    with watch.stage("collect"):
        lines = recorder.stored_lines(engine, loaded.loads, loaded.written)
        loaded.written.clear()
    with watch.stage("clean"):
        cleaned = clean(lines, settings.cleaning, as_of=request.as_of, buckets=request.buckets)
        remarks = remarks_of(lines, cleaned, today=loaded.today, currency=loaded.currency)
        cleaning = settings.cleaning
        classes = item_classes(lines, cleaning.fee_codes, cleaning.fee_prefixes)
        cancelled = cancelled_figures(lines)
        joined = joined_rows(loaded.rows - len(lines))
        del lines
    with watch.stage("orders"):
        states = order_states(cleaned, buckets=request.buckets)
        newest = newest_day(states, request.as_of)
        first = int(states["ordered_day"].min())
        snapshots = snapshot_days(first, newest, settings.snapshots)
        append_rows(engine, OrderState, states, run_id=run_id)
        append_rows(engine, Snapshot, snapshots, run_id=run_id)
        figures, rows_kept = figures_of(cleaned, states, newest), len(cleaned.purchases)
        findings = cleaned.findings
    with watch.stage("features"):
        customers = scored(recorder.customer_rfm(engine, run_id))
    with watch.stage("sales"):
        book = ledger(cleaned.purchases, cleaned.cancellations, as_of=day_of(newest))
        del cleaned
        selling = sold(
            book,
            settings=settings.sales,
            horizon_days=settings.models.horizon_days,
            seed=request.seed,
            told_apart=settings.forecast.levels,
            watch=settings.watch,
        )
    with watch.stage("baskets") as progress:
        shopping = shopped(
            book,
            selling.products,
            baskets=settings.baskets,
            stocking=settings.stock,
            cleaning=settings.cleaning,
            known_stock=stocked,
            progress=progress,
        )
        del book
        selling = selling._replace(
            customers=with_next_product(selling.customers, shopping, selling.products)
        )
    return Known(
        snapshots=customers,
        figures=figures,
        remarks=merged([*loaded.remarks, *remarks]),
        as_of=day_of(newest),
        rows_kept=rows_kept,
        findings=(*joined, *findings),
        results=[
            *_results(selling),
            *_shopping_results(shopping),
            Result(ItemClass, classes),
            Result(SalesFigure, cancelled),
        ],
        selling=selling,
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


def _results(selling: Sold) -> list[Result]:
    return [
        Result(MonthlySales, selling.monthly),
        Result(CountrySales, selling.countries),
        Result(ProductSales, selling.products),
        Result(CategorySales, selling.categories),
        Result(MonthlyCountry, selling.monthly_countries),
        Result(MonthlyProduct, selling.monthly_products),
        Result(MonthlyCategory, selling.monthly_categories),
        Result(ProductCountry, selling.product_countries),
        Result(ReturnPair, selling.return_pairs),
        Result(Cohort, selling.cohorts),
        Result(MonthlyMovement, selling.movement),
        Result(SalesFigure, selling.figures),
    ]


def _shopping_results(shopping: Shopped) -> list[Result]:
    return [
        Result(ProductPair, shopping.pairs),
        Result(NextProduct, shopping.next_products),
        Result(NextCheck, shopping.next_checks),
        Result(ProductStock, shopping.stock),
        Result(StockCheck, shopping.stock_checks),
    ]
