"""What revenue, orders and buyers come next, and how well that was told; of all sales."""

from portal.reading.filters import NO_FILTERS, Filters
from portal.reading.published import PublishedRun
from portal.reading.statements import Statement, of_database

MONTHS_AHEAD = """
select f.period_start as month, f.expected, f.low_80, f.high_80, f.low_95, f.high_95,
    (
        select count(*) from sales_forecast k
        where k.run_id = f.run_id and k.series = f.series and k.step = f.step
            and k.level = f.level and k.actual is not null
    ) as known_months
from sales_forecast f
where f.run_id = :run_id and f.series = 'revenue' and f.step = 'month' and f.level = 'all'
    and f.actual is null
order by f.period_start
"""
PERIODS = """
select period_start, actual, expected, low_80, high_80, low_95, high_95, model
from sales_forecast
where run_id = :run_id and series = :series and step = :step and level = :level
order by period_start
"""
LEVELS = """
select level
from sales_forecast_check
where run_id = :run_id and series = 'revenue' and step = 'week'
order by level
"""
PARTS = """
select f.level, f.period_start, f.actual, f.expected, f.low_80, f.high_80, f.model,
    c.origins, c.mase, c.mase_naive, c.coverage_80
from sales_forecast f
join sales_forecast_check c
    on c.run_id = f.run_id and c.series = f.series and c.step = f.step and c.level = f.level
where f.run_id = :run_id and f.series = :series and f.step = 'month'
order by f.level, f.period_start
"""
CHECKS = """
select series, step, model, origins, forecasts, mase, mase_naive, coverage_80, coverage_95
from sales_forecast_check
where run_id = :run_id and level = 'all'
order by series desc, step desc
"""
EVERYTHING = """
select series, step, level, period_start, actual, expected, low_80, high_80, low_95, high_95,
    model
from sales_forecast
where run_id = :run_id
order by series, step, level, period_start
"""


def months_ahead(run: PublishedRun, filters: Filters) -> Statement | None:
    """One row per month ahead, the running one first: revenue of all sales with its ranges.

    None under filters: what some customers bring is not told apart.
    """
    if filters != NO_FILTERS or not run.has.orders:
        return None
    return of_database(MONTHS_AHEAD, run_id=run.run_id)


def periods(run: PublishedRun, *, series: str, step: str, level: str) -> Statement:
    """One row per week or month of a series and level, those known and those ahead."""
    return of_database(PERIODS, run_id=run.run_id, series=series, step=step, level=level)


def levels(run: PublishedRun) -> Statement:
    """One row per level that is told apart, such as “country: Germany”."""
    return of_database(LEVELS, run_id=run.run_id)


def parts(run: PublishedRun, *, series: str) -> Statement:
    """One row per level and month, known or ahead, with how well the level was told."""
    return of_database(PARTS, run_id=run.run_id, series=series)


def checks(run: PublishedRun) -> Statement:
    """One row per series and step of the whole: how far off it was, beside a year before."""
    return of_database(CHECKS, run_id=run.run_id)


def everything(run: PublishedRun) -> Statement:
    """One row per series, step, level and period, as `published_forecast` has them."""
    return of_database(EVERYTHING, run_id=run.run_id)
